"""Values come in: one, a file, or what a program sends. They are only ever added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from pilar.measures.models import Measure
from pilar.measures.queries import readable
from pilar.measures.queries.judging import judged, measure_keys, named_codes
from pilar.measures.rules.authority import SourceStanding
from pilar.measures.rules.reports import MAX_ROWS, Known, Outcome, OutdatedValue, Report, Verdict
from pilar.people.rules import NotAllowed, NotFound, Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_

TARGET = "measures.measure"

_COPY = """
    COPY measures_value
        (measure_id, starts_on, number, value, reported_at, account_id, source_id, evidence_id, key, reason)
    FROM STDIN
"""


class TooManyRows(PilarError):
    """More than is taken at once."""

    code = "too-many-rows"
    status = 422
    sentence = N_("At most %(most)s values at once. Send them in several parts")


@dataclass(frozen=True, slots=True)
class Place:
    """The place at which a fault of one report is told: ``rows.3.value`` for the field ``value`` of the report at
    index 3."""

    index: int

    def of(self, fault: Fault) -> Fault:
        return replace(fault, place=f"rows.{self.index}.{fault.place}" if fault.place else f"rows.{self.index}")


@transaction.atomic
def report_values(
    *, by: Standing, region: str, reports: Sequence[Report], whole: bool = False, now: datetime
) -> tuple[Verdict, ...]:
    """Take reports one after the other; the answer says of each what became of it.

    Sending the same again changes nothing. A refused report does not keep the others out, unless ``whole``: then Faults
    with all that is wrong is raised, each at ``rows.<index>.<field>``, and nothing is stored. Raises :class:`NotFound`,
    :class:`NotAllowed`, :class:`TooManyRows`. Anyone who reports the same measures at the same moment waits.
    """
    if len(reports) > MAX_ROWS:
        raise TooManyRows(most=MAX_ROWS)
    _lock(by, region, reports)
    verdicts = judged(region, reports, scope=by, now=now)
    refused = [(index, verdict) for index, verdict in enumerate(verdicts) if verdict.outcome is Outcome.REFUSED]
    if whole and refused:
        raise Faults(Place(index).of(fault) for index, verdict in refused for fault in verdict.faults)
    _store(by, region, [verdict for verdict in verdicts if verdict.stored], now)
    return verdicts


def report_value(
    *, by: Standing, region: str, measure: str, period: str, value: str, evidence: UUID | None = None, now: datetime
) -> Verdict:
    """Report one value of a period; raises Faults at ``period``, ``value``, ``evidence``; see :func:`report_values`."""
    return _one(by, region, Report(measure, period, value, evidence=evidence), now)


def correct_value(
    *,
    by: Standing,
    region: str,
    measure: str,
    period: str,
    value: str,
    reason: str,
    seen: int,
    evidence: UUID | None = None,
    now: datetime,
) -> Verdict:
    """Put a value in the place of the one numbered ``seen``, which stays readable.

    Raises :class:`OutdatedValue` if another counts by now; Faults at ``value``, ``reason``, ``evidence``, ``period``;
    see :func:`report_values`.
    """
    return _one(by, region, Report(measure, period, value, reason=reason, seen=seen, evidence=evidence), now)


def _one(by: Standing, region: str, report: Report, now: datetime) -> Verdict:
    verdict = report_values(by=by, region=region, reports=[report], now=now)[0]
    if verdict.outcome is not Outcome.REFUSED:
        return verdict
    codes = {fault.code for fault in verdict.faults}
    if "unknown-measure" in codes:
        raise NotFound
    if "not-allowed" in codes:
        raise NotAllowed
    if "outdated" in codes and verdict.before is not None:
        raise OutdatedValue(Known(verdict.number, verdict.before))
    raise Faults(verdict.faults)


def _lock(by: Standing, region: str, reports: Iterable[Report]) -> None:
    """Hold the measures, in one order so that two senders never wait for each other; foreign keys may be checked."""
    rows = Measure.objects.select_for_update(no_key=True).filter(
        readable(by), region=region, code__in=named_codes(reports)
    )
    list(rows.order_by("pk").values_list("pk"))


def _store(by: Standing, region: str, verdicts: Sequence[Verdict], now: datetime) -> None:
    if not verdicts:
        return
    keys = measure_keys(region, (verdict.read.report for verdict in verdicts), scope=by)
    source = by.source if isinstance(by, SourceStanding) else None
    account = None if source else by.account
    # COPY is several times as fast as INSERT here; the triggers of the table hold for it as well.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(_COPY) as copy:
        for verdict in verdicts:
            report, period = verdict.read.report, verdict.read.period
            assert period is not None
            copy.write_row(
                (
                    keys[report.measure], period.start, verdict.number, verdict.read.value, now, account, source,
                    report.evidence, report.key, report.reason.strip(),
                )
            )  # fmt: skip
    _record(by, region, keys, verdicts)


def _record(by: Standing, region: str, keys: dict[str, int], verdicts: Iterable[Verdict]) -> None:
    """One event for each measure: the values themselves say who reported them, when, and why they were corrected."""
    grouped: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        grouped[verdict.read.report.measure].append(verdict)
    changes = []
    for code, of_code in grouped.items():
        periods = sorted(
            (verdict.read.period for verdict in of_code if verdict.read.period), key=lambda period: period.start
        )
        corrected = sum(verdict.outcome is Outcome.CORRECTED for verdict in of_code)
        counted = {"accepted": len(of_code) - corrected, "corrected": corrected}
        after = {**counted, "first": str(periods[0]), "last": str(periods[-1])}
        changes.append(audit.Change(keys[code], region, after=after))
    audit.record_each(by=by.actor, action="report", target=TARGET, changes=changes)
