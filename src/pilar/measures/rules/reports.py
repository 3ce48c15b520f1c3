"""Outcome of a reported value: first of its period, correction, known already, or refused.

Values are append-only. The first of a period has number 1, each correction the next; the highest number counts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pilar.measures.rules.definitions import DefinitionVersion, trimmed, version_for
from pilar.measures.rules.figures import faults_of_value
from pilar.measures.rules.freshness import Schedule
from pilar.measures.rules.periods import Period, PeriodKind, parse_period, read_period
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_
from pilar.platform.reading import Notation, read_figure
from pilar.platform.tables import Cell, shown

MAX_ROWS = 10_000
"""In one request or file."""
MAX_KEY, MAX_REASON = 100, 500
MAX_NUMBER = 32_767


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    UNCHANGED = "unchanged"
    CORRECTED = "corrected"
    REFUSED = "refused"


OUTCOME_NAMES = {
    Outcome.ACCEPTED: (N_("new"), "positive"),
    Outcome.UNCHANGED: (N_("already there"), ""),
    Outcome.CORRECTED: (N_("correction"), "brand"),
    Outcome.REFUSED: (N_("refused"), "negative"),
}
"""How an outcome is called for readers, and the tone of its tag."""


@dataclass(frozen=True, slots=True)
class Report:
    """A row as it was sent. ``place`` is its number in the file or the request.

    ``seen`` is the number of the value that a correction was written against, None if the sender has not looked;
    ``key`` is chosen by a source, the same whenever it sends the same thing again. ``notation`` says how a number is
    written in it; what a program sends is plain: the period as in ISO 8601, the number without thousands.
    """

    measure: str
    period: Cell
    value: Cell | float | int
    reason: str = ""
    key: str = ""
    seen: int | None = None
    evidence: UUID | None = None
    place: int = 0
    notation: Notation = Notation.PLAIN


@dataclass(frozen=True, slots=True)
class Known:
    """A stored value: its number among those of the period, and who reported it when."""

    number: int
    value: Decimal
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Keyed:
    """A report that a source has already sent under a key."""

    measure: str
    period: Period
    value: Decimal


@dataclass(frozen=True, slots=True)
class Target:
    """The measure that a report names, as far as the sender may report to it; ``why_not`` is a fault if not."""

    code: str
    schedule: Schedule
    versions: tuple[DefinitionVersion, ...]
    why_not: Fault | None = None

    @property
    def kind(self) -> PeriodKind:
        return self.schedule.kind


@dataclass(frozen=True, slots=True)
class Read:
    """A report whose period and number could be read, or the faults that keep it from being so."""

    report: Report
    target: Target | None
    period: Period | None = None
    value: Decimal | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fate of a report. ``number`` is that of the value which now counts.

    ``before`` is the value that it corrects, or would have corrected had it not been refused.
    """

    read: Read
    outcome: Outcome
    number: int = 0
    before: Decimal | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def stored(self) -> bool:
        """Return whether a value is added."""
        return self.outcome in (Outcome.ACCEPTED, Outcome.CORRECTED)


class OutdatedValue(PilarError):
    """Somebody corrected the value after the one that was seen; ``stored`` is what counts now. Nothing was saved."""

    code = "outdated"
    status = 409
    sentence = N_(
        "This value has been changed in the meantime: it is now %(value)s. Compare, and correct it again if it is wrong"
    )

    def __init__(self, stored: Known) -> None:
        super().__init__(value=trimmed(stored.value))
        self.stored = stored


def read(report: Report, target: Target | None) -> Read:
    """The report with its period and number read; ``target`` is None for a measure that the sender may not know of."""
    if target is None:
        sentence = N_("There is no measure “%(given)s” for you to report")
        return Read(
            report, None, faults=(Fault("unknown-measure", sentence, {"given": shown(report.measure)}, "measure"),)
        )
    faults = [target.why_not] if target.why_not else []
    period = _period(report, target.kind)
    if isinstance(period, Fault):
        faults.append(period)
    value = read_value(report.value, _unit(target, period), report.notation)
    if isinstance(value, Fault):
        faults.append(value)
    for place, text, most in (("key", report.key, MAX_KEY), ("reason", report.reason, MAX_REASON)):
        if len(text) > most:
            faults.append(Fault("too-long", N_("At most %(most)s characters"), {"most": most}, place))
        elif not text.replace("\n", "").replace("\r", "").isprintable():
            faults.append(Fault("unprintable", N_("There is a character in it that cannot be shown"), {}, place))
    return Read(
        report,
        target,
        None if isinstance(period, Fault) else period,
        None if isinstance(value, Fault) else value,
        tuple(faults),
    )


def read_value(given: Cell | float | int, unit: str, notation: Notation) -> Decimal | Fault:
    """The number in a cell, a field or a JSON value, or the fault at ``value``."""
    figure = read_figure(given, unit, notation)
    if isinstance(figure, Fault):
        return replace(figure, place="value")
    return Fault("no-value", N_("The value is missing"), {}, "value") if figure is None else figure


def _period(report: Report, kind: PeriodKind) -> Period | Fault:
    if report.notation is not Notation.PLAIN or not isinstance(report.period, str):
        return read_period(report.period, kind)
    try:
        return parse_period(report.period, kind)
    except Faults as error:
        return error.faults[0]


def _unit(target: Target, period: Period | Fault) -> str:
    """The unit of the measure in the period, in Indonesian; of its newest definition where the period is unknown."""
    version = version_for(target.versions, period) if isinstance(period, Period) else None
    return (version or target.versions[-1]).definition.unit.id


class Judge:
    """Judges reports one after the other, each with what those before it have added.

    ``known``: the values that count now, by measure and period; ``keyed``: what the source has sent by key, None for a
    person, who sends no keys; ``evidence``: the pieces that the sender may name. ``today`` is the day in the region.
    """

    def __init__(
        self,
        *,
        today: date,
        known: Mapping[tuple[str, Period], Known],
        keyed: Mapping[str, Keyed] | None = None,
        evidence: Collection[UUID] = (),
    ) -> None:
        self.today, self.evidence = today, frozenset(evidence)
        self.known, self.keyed = dict(known), dict(keyed or {})
        self.keys_allowed = keyed is not None

    def judge(self, read: Read) -> Verdict:
        """Return what becomes of a report; a value that is taken counts for the reports after it."""
        target, period, value = read.target, read.period, read.value
        if read.faults or target is None or period is None or value is None:
            return Verdict(read, Outcome.REFUSED, faults=read.faults)
        there = self.known.get((target.code, period))
        if read.report.key and (verdict := self._by_key(read, target, period, value, there)):
            return verdict
        if there is not None and there.value == value:
            return Verdict(read, Outcome.UNCHANGED, there.number)
        faults = self._faults(read, target, period, value, there)
        if faults:
            counting = (there.number, there.value) if there else (0, None)
            return Verdict(read, Outcome.REFUSED, *counting, faults=tuple(faults))
        number = 1 if there is None else there.number + 1
        self.known[target.code, period] = Known(number, value)
        if key := read.report.key:
            self.keyed[key] = Keyed(target.code, period, value)
        outcome = Outcome.ACCEPTED if there is None else Outcome.CORRECTED
        return Verdict(read, outcome, number, there.value if there else None)

    def _by_key(
        self, read: Read, target: Target, period: Period, value: Decimal, there: Known | None
    ) -> Verdict | None:
        """Return what the key of a report says of it, if that settles it."""
        key = read.report.key
        if not self.keys_allowed:
            return Verdict(read, Outcome.REFUSED, faults=(_key_of_a_person(),))
        sent = self.keyed.get(key)
        if sent is None:
            return None
        if sent == Keyed(target.code, period, value):
            return Verdict(read, Outcome.UNCHANGED, there.number if there else 0)
        return Verdict(read, Outcome.REFUSED, faults=(_key_used(key, sent),))

    def _faults(self, read: Read, target: Target, period: Period, value: Decimal, there: Known | None) -> list[Fault]:
        faults = [*_time_faults(target, period, self.today)]
        version = version_for(target.versions, period)
        if version is not None:
            faults += faults_of_value(value, version.definition)
        if read.report.evidence is not None and read.report.evidence not in self.evidence:
            sentence = N_("There is no such evidence of this region for you to name")
            faults.append(Fault("unknown-evidence", sentence, {}, "evidence"))
        if there is None:
            if read.report.seen:
                sentence = N_("There is no value to correct for %(period)s")
                faults.append(Fault("nothing-to-correct", sentence, {"period": period.text()}, "period"))
        else:
            faults += _correction_faults(read.report, period, there)
        return faults


def summary(verdicts: Sequence[Verdict]) -> dict[Outcome, int]:
    """Count how many reports came to each outcome, in the order of outcomes."""
    return {outcome: sum(verdict.outcome is outcome for verdict in verdicts) for outcome in Outcome}


def _time_faults(target: Target, period: Period, today: date) -> list[Fault]:
    schedule = target.schedule
    if period.start < schedule.starts_on:
        fields = {"period": period.text(), "day": schedule.starts_on.isoformat()}
        sentence = N_("%(period)s lies before the measure begins (%(day)s)")
        return [Fault("before-start", sentence, fields, "period")]
    if schedule.ends_on is not None and period.start > schedule.ends_on:
        fields = {"period": period.text(), "day": schedule.ends_on.isoformat()}
        return [Fault("after-end", N_("The measure ended on %(day)s; %(period)s lies after"), fields, "period")]
    if not schedule.reportable(period, today):
        sentence = N_("%(period)s is not over yet; its value can be reported when it is")
        return [Fault("not-over", sentence, {"period": period.text()}, "period")]
    return []


def _correction_faults(report: Report, period: Period, there: Known) -> list[Fault]:
    faults = []
    if report.seen is not None and report.seen != there.number:
        sentence = N_("The value for %(period)s has been changed in the meantime: it is now %(value)s")
        fields = {"period": period.text(), "value": trimmed(there.value)}
        faults.append(Fault("outdated", sentence, fields, "value"))
    if not report.reason.strip():
        sentence = N_("For %(period)s the value %(value)s is reported already. To correct it, say why")
        fields = {"period": period.text(), "value": trimmed(there.value)}
        faults.append(Fault("already-reported", sentence, fields, "reason"))
    if there.number >= MAX_NUMBER:
        faults.append(Fault("too-many-corrections", N_("This value has been corrected too often"), {}, "value"))
    return faults


def _key_used(key: str, sent: Keyed) -> Fault:
    sentence = N_("The key “%(key)s” was already used, for %(measure)s in %(period)s with another content")
    return Fault(
        "key-used", sentence, {"key": shown(key), "measure": sent.measure, "period": sent.period.text()}, "key"
    )


def _key_of_a_person() -> Fault:
    return Fault("key-of-a-person", N_("Only a source system sends keys; leave it empty"), {}, "key")
