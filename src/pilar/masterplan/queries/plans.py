"""Reads of plans, their versions, their texts, and the bodies that carry them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from pilar.areas.reference import today_in
from pilar.masterplan.models import Body, Entry, Meeting, Statement, Version
from pilar.masterplan.queries.rows import (
    BodyRow,
    MemberRow,
    StatementRow,
    VersionRow,
    statement_row,
    version_row,
)
from pilar.masterplan.queries.scoping import readable_versions
from pilar.masterplan.rules.authority import Action, Case, may
from pilar.masterplan.rules.meetings import MeetingKind
from pilar.masterplan.rules.stages import ONCE_IN_FORCE, VERSIONS, MeetingState, VersionFacts, VersionState
from pilar.masterplan.rules.statements import BodyKind, StatementPart
from pilar.people.rules import Standing, existing
from pilar.platform.errors import Fault
from pilar.platform.lifecycle import Move

VERSION_PARTS = ("plan__region", "base")
"""Relations that the row of a version needs."""
BESIDE = ("decision__meeting", "decision__decided_by", "decision__proposal")


def versions(region: str, *, scope: Standing) -> tuple[VersionRow, ...]:
    """Read the versions of a region's plans that ``scope`` reads, newest first. One query."""
    rows = _versions(scope).filter(region=region).order_by("-plan__first_year", "-number")
    return tuple(version_row(row) for row in rows)


def version(key: int, *, scope: Standing) -> VersionRow:
    """Read one version; raises :class:`NotFound` if ``scope`` does not read it."""
    row = existing(_versions(scope).filter(pk=key).first())
    return version_row(row)


def version_in_force(region: str, day: date, *, scope: Standing) -> VersionRow | None:
    """Return the version that was, is or will be in force in a region on a day."""
    row = readable_law(scope).filter(region=region, in_force_since__lte=day, in_force_until__gte=day).first()
    return None if row is None else version_row(row)


def other_in_force(row: VersionRow, *, scope: Standing) -> VersionRow | None:
    """Return the version in force of another plan of the region that blocks this one. One query."""
    others = readable_law(scope).filter(
        region=row.plan.region, state=VersionState.IN_FORCE, in_force_since__lte=date(row.plan.last_year, 12, 31),
        in_force_until__gte=row.decreed_on or date(row.plan.first_year, 1, 1),
    )  # fmt: skip
    version = others.exclude(plan=row.plan.key).order_by("-in_force_since").first()
    return None if version is None else version_row(version)


def replaced_by(row: VersionRow, *, scope: Standing) -> VersionRow | None:
    """Return the version of the next plan that replaced this one before its last day. One query, none for other
    states."""
    if row.state is not VersionState.EXPIRED or row.in_force_until is None:
        return None
    later = readable_law(scope).filter(region=row.plan.region, in_force_since=row.in_force_until + timedelta(days=1))
    other = later.exclude(plan=row.plan.key).first()
    return None if other is None else version_row(other)


def statements(row: VersionRow) -> dict[StatementPart, tuple[StatementRow, ...]]:
    """Read the texts of a version, by part in the order of the books; every part has an entry.

    Anyone who has the row may read them. One query.
    """
    statement_rows: dict[StatementPart, list[StatementRow]] = {part: [] for part in StatementPart}
    for statement in Statement.objects.filter(version=row.key).select_related(*BESIDE).order_by("place"):
        statement_rows[StatementPart(statement.part)].append(statement_row(statement))
    return {part: tuple(rows) for part, rows in statement_rows.items()}


def bodies(plan: int) -> tuple[BodyRow, ...]:
    """Read the bodies that carry a plan, with their members. Anyone who has the row of the plan may read them. Two
    queries."""
    return tuple(_body(row) for row in Body.objects.filter(plan=plan).prefetch_related("members__office"))


def body(plan: int, key: int) -> BodyRow:
    """Read one body of a plan; raises :class:`NotFound`."""
    row = existing(Body.objects.filter(plan=plan, pk=key).prefetch_related("members__office").first())
    return _body(row)


def _body(row: Body) -> BodyRow:
    return BodyRow(
        key=row.pk,
        kind=BodyKind(row.kind),
        title=row.title,
        decree=row.decree,
        decreed_on=row.decreed_on,
        source=row.source,
        members=tuple(
            MemberRow(
                member.duty,
                member.position,
                member.person,
                member.office_id,
                member.office.name if member.office else "",
                member.pillar,
            )
            for member in row.members.all()
        ),
        file=row.decree_file_id,
    )


def version_facts(version: int, *, region: str, last_year: int, now: datetime) -> VersionFacts:
    """Return the facts that the conditions of a version's moves depend on. Anyone who has the row may ask. Three
    queries."""
    met = Meeting.objects.filter(version=version, kind=MeetingKind.FINALISATION).order_by()
    states = list(met.values_list("state", flat=True))
    signed = states.count(MeetingState.SIGNED)
    return VersionFacts(
        today=today_in(region, now),
        planned_meeting=bool(states),
        signed_meetings=signed,
        unsigned_meetings=len(states) - signed,
        meeting_runs=MeetingState.RUNNING in states,
        programmes=Entry.objects.filter(version=version).count(),
        undecided=Statement.objects.filter(version=version, decision=None).count(),
        last_day=date(last_year, 12, 31),
    )


def moves(
    row: VersionRow, facts: VersionFacts, *, scope: Standing
) -> tuple[tuple[Move[VersionState, VersionFacts], tuple[Fault, ...]], ...]:
    """Return the moves of a version that ``scope`` may make, each with the reasons why it cannot be made yet."""
    if not may(scope, Action.MOVE_VERSION, Case(row.plan.region, None, row.state)):
        return ()
    return tuple(
        (move, move.faults(facts)) for move in VERSIONS.moves(row.state) if move.target is not VersionState.REVISED
    )


def readable_law(scope: Standing) -> QuerySet[Version]:
    """Select versions that are or were in force, with the relations of their rows. For the other files of this
    folder."""
    return _versions(scope).filter(state__in=list(ONCE_IN_FORCE))


def _versions(scope: Standing) -> QuerySet[Version]:
    return Version.objects.filter(readable_versions(scope)).select_related(*VERSION_PARTS)
