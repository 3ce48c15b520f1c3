"""Set a survey up, say when it may open, how many to ask and how long what could tell who answered is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import floor

from pilar.platform.errors import Fault, PilarError, RetryLater
from pilar.platform.language import N_
from pilar.platform.lifecycle import Lifecycle, Move
from pilar.surveys.rules.answers import UNREADABLE, storable
from pilar.surveys.rules.authority import SurveyState
from pilar.surveys.rules.questionnaire import Pillar, Quota

MAX_POPULATION = 300_000_000
CHI_SQUARE = Fraction("3.841")
"""For one degree of freedom at 95 % confidence."""
SHARE, MARGIN = Fraction(1, 2), Fraction(1, 20)
"""The share that needs the largest sample, and the largest deviation of a measured share from the true one."""
SOURCE = "https://doi.org/10.1177/001316447003000308"
"""R. V. Krejcie, D. W. Morgan: Determining Sample Size for Research Activities, EPM 30 (1970), 607-610."""


def sample_of(population: int) -> int:
    """Return the number of people to ask in a population, rounded to the nearest whole number as in their table.

    s = χ²NP(1 - P) / (d²(N - 1) + χ²P(1 - P)). Raises ``ValueError`` for fewer than one.
    """
    if population < 1:
        raise ValueError("a population has somebody in it")
    spread = CHI_SQUARE * SHARE * (1 - SHARE)
    return floor(spread * population / (MARGIN**2 * (population - 1) + spread) + Fraction(1, 2))


MAX_TITLE, MAX_TEXT = 200, 2000
MAX_CELLS = 60
REMINDED_BEFORE = timedelta(days=3)
"""Time before closing at which coordinators are reminded of programmes with too few answers (assumption)."""
TRACE_DAYS = 30
"""Days after the closing of a survey when its devices are erased (assumption)."""
CONTACT_DAYS = 180
"""Days after which a contact address is erased (assumption)."""
UNFINISHED_DAYS = 7
GRACE = timedelta(hours=24)
"""Time after the closing in which devices and slow connections may deliver earlier answers."""
MAX_A_MINUTE = 600
"""Answers to one survey from one network (assumption, November 2026). All 300 respondents of the Impact survey may sit
in one village behind one address, which the operator shares among its phones, and be asked at the same meeting: twice
that in a minute is no crowd. It keeps out a program that fills the disk; what one person makes up, the flags show."""
MAX_BEGUN_A_MINUTE = 600
"""The most answers begun with one link in a minute, for the same reason: networks are not distinguished there."""
MAX_UNFINISHED = 10_000
"""The most unfinished answers of one link. When another begins, the one untouched longest is removed: at the pace above
after a quarter of an hour at the earliest (assumption)."""
MAX_UNFINISHED_BYTES = 65_536
"""Bytes of an unfinished answer (assumption): two thousand characters in each of eight questions in any script."""


class SurveyClosed(PilarError):
    """The survey takes no answers now."""

    code = "survey-closed"
    status = 410
    sentence = N_("This survey takes no answers any more. Thank you for wanting to take part")


class AnsweredAlready(PilarError):
    """The link was for one answer, which has arrived."""

    code = "answered-already"
    status = 410
    sentence = N_("You have answered by this link already. Thank you")


class NotOpenYet(PilarError):
    """The survey has not begun yet."""

    code = "survey-not-open"
    status = 409
    sentence = N_("This survey begins on %(day)s")


class TooManyAnswers(RetryLater):
    """Too many answers from one place at once."""

    code = "too-many-answers"
    sentence = N_("Too many answers come from your network at this moment. Wait a minute and send it again")


class TooManyBegun(RetryLater):
    """Too many answers are begun with one link at once."""

    code = "too-many-begun"
    sentence = N_("Very many people begin to answer at this moment. Wait a minute and try it again")


class TooMuchAnswered(PilarError):
    """An unfinished answer is larger than any questionnaire needs."""

    code = "too-much-answered"
    status = 413
    sentence = N_("These answers are too long to be kept. Go back in your browser and shorten what you wrote")


class ReplayedAnswer(PilarError):
    """A different answer with the same key."""

    code = "answer-already-there"
    status = 409
    sentence = N_("An answer of this form has been received already, and it cannot be changed")


@dataclass(frozen=True, slots=True)
class NewCell:
    """The input for a cell: ``office`` is a key, ``pillar`` and ``part`` codes or empty; ``population``: the people
    served, if known."""

    programme: str
    office: int
    quota: int
    pillar: str = ""
    part: str = ""
    population: int | None = None


def faults_of_cells(cells: Sequence[NewCell], pillars: Sequence[Pillar], *, split: bool) -> list[Fault]:
    """Return the faults of cells; rows are counted from 0: ``2.quota``. ``split``: each needs its sub-dimension."""
    return list(_cell_faults(cells, pillars, split=split))


def quotas_of(cells: Sequence[NewCell], quota: Quota, *, split: bool) -> list[int]:
    """Return the quota of each cell so that its pillar, or with ``split`` its sub-dimension, has the respondents that
    the method asks for.

    They are shared evenly among the programmes there, the first ones get one more; a cell without a pillar gets them
    all. A cell with a known population gets its sample size.
    """
    respondents = quota.respondents if not split or quota.split_respondents is None else quota.split_respondents
    groups = [(cell.part if split else cell.pillar) or f"#{place}" for place, cell in enumerate(cells)]
    made = []
    for place, group in enumerate(groups):
        known = cells[place].population
        if known is not None:
            made.append(sample_of(known))
            continue
        each, more = divmod(respondents, groups.count(group))
        made.append(max(each + (groups[:place].count(group) < more), 1))
    return made


@dataclass(frozen=True, slots=True)
class Gap:
    """A pillar with fewer (or more) programmes in the survey than the method has."""

    pillar: str
    programmes: int


def gaps_of(pillars: Sequence[str], quota: Quota, known: Sequence[Pillar]) -> list[Gap]:
    """Return the pillars with another number of programmes than the method; ``pillars``: that of each cell."""
    if quota.programmes is None:
        return []
    counts = {pillar.code: sum(code == pillar.code for code in pillars) for pillar in known}
    return [Gap(code, count) for code, count in counts.items() if count != quota.programmes]


def require_open(
    *, state_open: bool, opens_at: datetime, closes_at: datetime, ended_at: datetime, now: datetime
) -> None:
    """Raise unless a survey accepts an answer that was finished at ``ended_at`` and arrives ``now``."""
    if now < opens_at:
        raise NotOpenYet(day=opens_at.date())
    if not state_open or ended_at > closes_at or now > closes_at + GRACE:
        raise SurveyClosed


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """The facts that the conditions of a move depend on."""

    programmes: bool
    """The survey has at least one programme."""
    answers_in: bool
    """No answer given in time can still arrive."""


def asks_about_something(facts: SurveyFacts) -> Fault | None:
    if facts.programmes:
        return None
    return Fault("no-cells", N_("Name at least one programme to ask about"), {}, "cells")


def answers_in(facts: SurveyFacts) -> Fault | None:
    if facts.answers_in:
        return None
    sentence = N_("Answers that were given in time may arrive until a day after the closing time; close it then")
    return Fault("answers-on-their-way", sentence)


LIFECYCLE: Lifecycle[SurveyState, SurveyFacts] = Lifecycle(
    None,
    Move(SurveyState.DRAFT, SurveyState.OPEN, N_("Open the survey"), (asks_about_something,)),
    Move(SurveyState.OPEN, SurveyState.CLOSED, N_("Close the survey"), (answers_in,)),
)


def takes_answers(*, state: SurveyState, opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Return whether somebody who begins now may answer."""
    return state is SurveyState.OPEN and opens_at <= now <= closes_at


def trace_erased_on(closes_at: datetime) -> date:
    """Return the day on which devices are erased."""
    return closes_at.date() + timedelta(days=TRACE_DAYS)


def _cell_faults(cells: Sequence[NewCell], pillars: Sequence[Pillar], *, split: bool) -> Iterator[Fault]:
    parts = {pillar.code: {part.code for part in pillar.parts} for pillar in pillars}
    if not cells:
        yield Fault("no-cells", N_("Name at least one programme to ask about"), {}, "cells")
    if len(cells) > MAX_CELLS:
        yield Fault("too-many-rows", N_("At most %(most)s rows"), {"most": MAX_CELLS}, "cells")
    for row, cell in enumerate(cells):
        if not cell.programme.strip() or len(cell.programme) > MAX_TITLE:
            sentence = N_("A name of 1 to %(most)s characters")
            yield Fault("no-programme", sentence, {"most": MAX_TITLE}, f"{row}.programme")
        if not 1 <= cell.quota <= 100_000:
            yield Fault("quota-outside", N_("A whole number from 1 on"), {}, f"{row}.quota")
        if cell.population is not None and not 1 <= cell.population <= MAX_POPULATION:
            sentence = N_("A whole number from 1 to %(most)s")
            yield Fault("population-outside", sentence, {"most": MAX_POPULATION}, f"{row}.population")
        if (cell.pillar or cell.part) and not (cell.pillar in parts and cell.part in {"", *parts[cell.pillar]}):
            yield Fault("unknown-part", N_("Choose a pillar or one of its sub-dimensions"), {}, f"{row}.part")
        elif split and not cell.part:
            yield Fault("no-part", N_("A form of its own for each sub-dimension: choose one"), {}, f"{row}.part")


MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class Dates:
    """The first and last moment at which a survey takes answers."""

    opens_at: datetime
    closes_at: datetime


def faults_of_reason(reason: str) -> list[Fault]:
    """Return the faults of a reason, at ``reason``."""
    if not reason.strip() or len(reason) > MAX_REASON:
        return [Fault("no-reason", N_("Give the reason, in up to %(most)s characters"), {"most": MAX_REASON}, "reason")]
    return [] if storable(reason) else [Fault("unreadable-text", UNREADABLE, {}, "reason")]


def faults_of_dates(before: Dates, after: Dates, *, running: bool, now: datetime) -> list[Fault]:
    """Return the faults of new dates, at ``opens_at`` and ``closes_at``. ``running``: the survey has been opened.

    A survey that is over cannot be resumed: people were told so, and later answers were refused.
    """
    faults = []
    if running and before.closes_at <= now:
        return [Fault("survey-over", N_("It takes no answers any more: its dates stay"), {}, "closes_at")]
    if after == before:
        faults.append(Fault("nothing-changed", N_("These are the dates that it has"), {}, "closes_at"))
    if running and before.opens_at <= now and after.opens_at != before.opens_at:
        faults.append(Fault("has-begun", N_("It has begun to take answers: this day stays"), {}, "opens_at"))
    if after.closes_at <= after.opens_at:
        faults.append(Fault("closes-before-opening", N_("It closes before it opens"), {}, "closes_at"))
    if after.closes_at <= now:
        faults.append(Fault("closes-in-past", N_("The closing time lies in the past"), {}, "closes_at"))
    return faults


def faults_of_ending(dates: Dates, now: datetime) -> list[Fault]:
    """Return the reasons why an open survey cannot be ended now."""
    if now <= dates.opens_at:
        return [Fault("not-begun", N_("It has not begun: move its dates"))]
    if dates.closes_at <= now:
        return [Fault("survey-over", N_("It takes no answers any more: its dates stay"))]
    return []


class FileKind(StrEnum):
    """Kinds of files. ``ANSWERS`` are single answers: reading them needs permission for answers."""

    RECAP = "recap"
    WORKBOOK = "workbook"
    ANSWERS = "answers"
