"""Objections (keberatan): their subjects, time limits and answers. Pure."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pilar.platform.calendar import WorkingDays
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_, translate
from pilar.platform.lifecycle import Lifecycle, Move


class About(StrEnum):
    """The kind of decision that somebody objects to."""

    REFUSAL = "refusal"
    REVOCATION = "revocation"
    LEVY = "levy"


class ObjectionState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


ABOUT_NAMES = {
    About.REFUSAL: N_("The refusal of the application"),
    About.REVOCATION: N_("The revocation of the permit"),
    About.LEVY: N_("The amount of the levy"),
}
STATE_NAMES = {
    ObjectionState.OPEN: (N_("To be answered"), "caution"),
    ObjectionState.UPHELD: (N_("Objection upheld"), "positive"),
    ObjectionState.REJECTED: (N_("Objection rejected"), "negative"),
}
"""The name of each, and the tone in which it is shown."""


@dataclass(frozen=True, slots=True)
class Span:
    """A number of working days or of months."""

    days: int = 0
    months: int = 0

    def after(self, day: date, days: WorkingDays) -> date:
        """The last day of the span that begins after a day."""
        if self.days:
            return days.after(day, self.days)
        year, month = divmod(day.year * 12 + day.month - 1 + self.months, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))

    def __str__(self) -> str:
        if self.days:
            return translate(N_("%(count)s working days"), count=self.days)
        return translate(N_("%(count)s months"), count=self.months)


@dataclass(frozen=True, slots=True)
class Terms:
    """The time limits for objecting and for the answer, by a law; ``source``: where they were read, or ``assumption``.
    ``then``: the time limit for the new decision after an upheld objection."""

    about: About
    within: Span
    answer: Span
    law: str
    source: str
    since: date
    then: Span | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """A decision that can be objected to: the refusal, permit or levy of the number ``thing``, of the day
    ``decided_on``."""

    about: About
    thing: str
    decided_on: date
    last_day: date
    terms: Terms

    @property
    def name(self) -> str:
        return f"{translate(ABOUT_NAMES[self.about])}, {self.thing}"


class ObjectionElsewhere(PilarError):
    code = "objection-elsewhere"
    status = 409
    sentence = N_("This objection was answered meanwhile. Look at it again")


class OwnDecision(PilarError):
    code = "own-decision"
    status = 403
    sentence = N_("You took part in what is objected to, so somebody else has to answer it")


def in_time(silent: bool) -> Fault | None:
    """The condition that an objection which was not answered in time, and so counts as granted, is not rejected."""
    sentence = N_("It was not answered in time and counts as granted: it can only be upheld")
    return Fault("answered-late", sentence, {}, "outcome") if silent else None


_S = ObjectionState
OBJECTIONS: Lifecycle[ObjectionState, bool] = Lifecycle(
    lambda _source, _target: ObjectionElsewhere(),
    Move(_S.OPEN, _S.UPHELD, N_("Uphold the objection"), made_by="answer_objection"),
    Move(_S.OPEN, _S.REJECTED, N_("Reject the objection"), (in_time,), made_by="answer_objection"),
)
"""The facts are whether the limit passed before the answer."""
