"""Sentences that explain the due date of a case, with the days that were not counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pilar.permits.rules.cases import EventKind
from pilar.permits.rules.clock import HOUR, MICROSECOND, Amount, Pace, Reading, StopReading
from pilar.platform.language import N_, translate

OFFICE_HOURS = "jam kerja "
"""The prefix of office hours among the stored causes, followed by the hours, as in ``07.30-16.00``."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to be translated into the reader's language, with its values."""

    text: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return translate(self.text, **self.fields)


def span(begin: time, end: time) -> Sentence:
    """Write the span of hours in the reader's notation."""
    return Sentence("%(begin)s–%(end)s", {"begin": begin, "end": end})


def explained(case: Reading) -> Iterator[Sentence]:
    """Yield the explanation of a due date, in the order of counting."""
    if case.opened is None:
        yield Sentence(N_("The clock begins when the papers are found complete"))
        return
    begun = N_("The papers were found complete; day 0 is %(day)s")
    again = N_("The objection to the refusal was upheld; day 0 is %(day)s")
    yield Sentence(again if case.again else begun, {"day": case.day_zero})
    if case.deadline and (held := case.deadline.holidays):
        names = tuple(dict.fromkeys(holiday.name for holiday in held))
        sentence = N_("Besides weekends, these days are not counted: %(days)s (%(names)s)")
        yield Sentence(sentence, {"days": tuple(holiday.day for holiday in held), "names": names})
    for stop in case.stops:
        yield _stop_explained(stop)
    yield _state_explained(case)
    if case.deadline and case.deadline.undecreed:
        sentence = N_("The holidays of %(years)s are not decreed yet: the date can still change")
        yield Sentence(sentence, {"years": case.deadline.undecreed})


def moved(old: date, new: date, cause: Mapping[str, Iterable[str]], *, objection: bool = False) -> Iterator[Sentence]:
    """A sentence on a changed due date and the days off behind it; ``cause`` names each, as in ``2026-03-09 SKB``."""
    text = N_("The objection is answered by %(new)s, no longer by %(old)s")
    yield Sentence(text if objection else N_("Due on %(new)s, no longer on %(old)s"), {"old": old, "new": new})
    for name, said in (("added", N_("added: %(days)s")), ("dropped", N_("taken back: %(days)s"))):
        if days := tuple(_cause(decree) for decree in cause.get(name, ())):
            yield Sentence(said, {"days": days})


def _cause(said: str) -> Sentence:
    begin, _space, decree = said.partition(" ")
    day = date.fromisoformat(begin)
    if decree.startswith(OFFICE_HOURS):
        with suppress(ValueError, TypeError):  # the number of a decree may begin like that, too
            spans = (span.split("-") for span in decree.removeprefix(OFFICE_HOURS).split())
            hours = tuple(span(*(datetime.strptime(time, "%H.%M").time() for time in each)) for each in spans)  # noqa: DTZ007
            return Sentence(N_("%(day)s (office hours %(hours)s)"), {"day": day, "hours": hours})
    return Sentence("%(day)s (%(decree)s)", {"day": day, "decree": decree})


def _stop_explained(stop: StopReading) -> Sentence:
    fields = {"since": stop.since.date(), "until": stop.until and stop.until.date(), "stood": _plain(stop.stood)}
    if stop.until is None:
        text = N_("The clock stands still since %(since)s")
    elif stop.ended_by is EventKind.PAID:
        text = N_(
            "The clock stood still from %(since)s until the levy was paid, by the report of the bank on %(until)s; "
            "that day counts, however late it was matched"
        )
    elif isinstance(stop.stood, timedelta):
        text = N_("The clock stood still from %(since)s to %(until)s: %(stood)s office hours")
    else:
        text = N_("The clock stood still from %(since)s to %(until)s: %(stood)s working days")
    return Sentence(text, fields)


_SAID: Mapping[Pace, tuple[str, str]] = {
    Pace.RUNNING: (
        N_("%(limit)s working days end on %(due)s: %(used)s are used, %(left)s are left"),
        N_("%(limit)s office hours end on %(due)s at %(time)s: %(used)s are used, %(left)s are left"),
    ),
    Pace.STOPPED: (
        N_("Of %(limit)s working days %(used)s are used; %(left)s are left and go on when the stop has ended"),
        N_("Of %(limit)s office hours %(used)s are used; %(left)s are left and go on when the stop has ended"),
    ),
    Pace.LATE: (
        N_("%(limit)s working days ended on %(due)s; %(used)s are used"),
        N_("%(limit)s office hours ended on %(due)s at %(time)s; %(used)s are used"),
    ),
    Pace.IN_TIME: (
        N_("It took %(used)s of %(limit)s working days"),
        N_("It took %(used)s of %(limit)s office hours"),
    ),
    Pace.DONE_LATE: (
        N_("It took %(used)s working days where %(limit)s were allowed; it was due on %(due)s"),
        N_("It took %(used)s office hours where %(limit)s were allowed; it was due on %(due)s at %(time)s"),
    ),
}


def _state_explained(case: Reading) -> Sentence:
    if case.limit is None or case.left is None:
        return Sentence(N_("No limit is set; %(used)s working days are used"), {"used": case.used})
    fields = {
        "limit": case.limit.days or case.limit.hours, "used": _plain(case.used), "left": _plain(case.left),
        "due": case.due.date() if isinstance(case.due, datetime) else case.due,
        "time": case.due.time() if isinstance(case.due, datetime) else "",
    }  # fmt: skip
    return Sentence(_SAID[case.pace][bool(case.limit.hours)], fields)


def _plain(amount: Amount) -> int | Decimal:
    """Working days, or hours to a tenth, rounded half up."""
    if isinstance(amount, int):
        return amount
    return (Decimal(amount // MICROSECOND) / (HOUR // MICROSECOND)).quantize(Decimal("0.1"), ROUND_HALF_UP)
