"""Store reports of many programmes and quarters at once, for bringing in earlier reports."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pilar.areas.reference import today_in
from pilar.masterplan.models import Entry, Line, Plan, Report, ReportEvidence, Version
from pilar.masterplan.operations.announcing_reports import owing, settle_version
from pilar.masterplan.operations.contents import content_of
from pilar.masterplan.operations.locking import refuse
from pilar.masterplan.operations.reports import TARGET, further_faults
from pilar.masterplan.queries.programmes import lives
from pilar.masterplan.rules.authority import Action, Case, require
from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.quarters import Quarter, quarter_of
from pilar.masterplan.rules.reports import Given, body_of, faults_of
from pilar.masterplan.rules.stages import ONCE_IN_FORCE, VersionState
from pilar.people.rules import NotFound, Standing
from pilar.platform import audit
from pilar.platform.audit import Change
from pilar.platform.errors import Fault
from pilar.platform.versions import Stored, require_seen


@dataclass(frozen=True, slots=True)
class Past:
    """A report of a programme (key of its line) for a quarter; with ``reason`` it corrects the one before.
    ``taken_from``: the earlier place of a report that is taken over."""

    line: int
    quarter: Quarter
    given: Given
    reported_at: datetime
    reason: str = ""
    evidence: tuple[UUID, ...] = ()
    taken_from: str = ""


@dataclass(frozen=True, slots=True)
class _Held:
    """The content and owner of a programme from a quarter on."""

    since: Quarter
    content: Content
    owner: int
    state: VersionState


@transaction.atomic
def report_past(*, by: Standing, plan: int, past: Sequence[Past], now: datetime) -> int:
    """Store reports of one plan in the given order, all or none; return their number. Each is checked as by ``report``.

    Raises Faults, the place of each with its row before it (``12.done.2``), :class:`NotFound`, :class:`NotAllowed`,
    :class:`Outdated` for a second report of a quarter without a reason; needs ``report`` for each owner office, and
    ``take-over`` for reports with ``taken_from``.
    """
    row = Plan.objects.filter(pk=plan).first()
    if row is None or by.account is None:
        raise NotFound
    lines = {report.line for report in past}
    locked = Line.objects.select_for_update(no_key=True).filter(plan=row, pk__in=lines).order_by("pk")
    if len(locked) != len(lines):
        raise NotFound
    held = _held(lines)
    numbers = _numbers(lines)
    evidence = {piece for each in past for piece in each.evidence}
    faults = further_faults(row.region_id, 0, "", evidence)
    made = []
    today, life = today_in(row.region_id, now), lives(row.pk, lines)
    for place, told in enumerate(past):
        there = _at(held.get(told.line, ()), told.quarter)
        action = Action.TAKE_OVER if told.taken_from else Action.REPORT
        require(by, action, Case(row.region_id, there.owner, there.state), known=True)
        number = numbers.get((told.line, told.quarter), 0)
        require_seen(number if told.reason.strip() else 0, Stored(number))
        misfits = faults_of(
            told.given, there.content, told.quarter,
            first_year=row.first_year, last_year=row.last_year, life=life[told.line], today=today,
        )  # fmt: skip
        faults += _in_row(place, [*misfits, *further_faults(row.region_id, number, told.reason, ())])
        numbers[told.line, told.quarter] = number + 1
        made.append(_report(by.account, told, number + 1))
    refuse(faults)
    Report.objects.bulk_create(made)
    ReportEvidence.objects.bulk_create(
        ReportEvidence(report=report, evidence_id=piece)
        for report, told in zip(made, past, strict=True)
        for piece in sorted(set(told.evidence))
    )
    _record(by, row.region_id, made)
    for version in Version.objects.filter(owing(now.date()), plan=row):
        settle_version(by=by, version=version, now=now)
    return len(made)


def _held(lines: Collection[int]) -> Mapping[int, Sequence[_Held]]:
    """Return the contents of each programme over time, the latest first. One query."""
    held_of: dict[int, list[_Held]] = {}
    for entry in (
        Entry.objects.filter(line__in=lines, version__state__in=list(ONCE_IN_FORCE))
        .select_related("content", "version")
        .order_by("-version__in_force_since")
    ):
        assert entry.version.in_force_since is not None
        since = quarter_of(entry.version.in_force_since)
        there = _Held(since, content_of(entry.content), entry.content.owner_id, VersionState(entry.version.state))
        held_of.setdefault(entry.line_id, []).append(there)
    return held_of


def _at(held: Sequence[_Held], quarter: Quarter) -> _Held:
    for __held in held:
        if __held.since <= quarter:
            return __held
    if not held:
        raise NotFound
    return held[-1]


def _numbers(lines: Collection[int]) -> dict[tuple[int, Quarter], int]:
    rows = Report.objects.filter(line__in=lines).order_by("number").values_list("line", "year", "quarter", "number")
    return {(line, Quarter(year, quarter)): number for line, year, quarter, number in rows}


def _in_row(place: int, faults: Sequence[Fault]) -> Iterator[Fault]:
    for fault in faults:
        yield Fault(fault.code, fault.sentence, fault.fields, f"{place}.{fault.place}")


def _report(account: int, past: Past, number: int) -> Report:
    return Report(
        line_id=past.line, year=past.quarter.year, quarter=past.quarter.number, number=number, body=body_of(past.given),
        spent=past.given.spent, obstacles=past.given.obstacles.strip(), reason=past.reason.strip(), account_id=account,
        reported_at=past.reported_at, taken_from=past.taken_from.strip(),
    )  # fmt: skip


def _record(by: Standing, region: str, made: Sequence[Report]) -> None:
    for action, rows in (
        ("report", [report for report in made if report.number == 1]),
        ("correct", [report for report in made if report.number > 1]),
    ):
        changes = [
            Change(
                row.pk, region, None,
                {"line": row.line_id, "quarter": f"{row.year}-Q{row.quarter}", "number": row.number, **row.body,
                 "spent": row.spent, **({"taken_from": row.taken_from} if row.taken_from else {})},
            )
            for row in rows
        ]  # fmt: skip
        audit.record_each(by=by.actor, action=action, target=TARGET, changes=changes)
