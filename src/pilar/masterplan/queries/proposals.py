"""Reads of the call, of offices' proposals, and of similar ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from pilar.areas.models import Office
from pilar.masterplan.models import Call, Entry, Proposal, Version
from pilar.masterplan.queries.plans import VERSION_PARTS
from pilar.masterplan.queries.rows import VersionRow, version_row
from pilar.masterplan.queries.scoping import readable_proposals
from pilar.masterplan.rules.authority import Action, offices_of
from pilar.masterplan.rules.content import Content as Said
from pilar.masterplan.rules.content import read
from pilar.masterplan.rules.proposals import Origin, takes_proposals
from pilar.masterplan.rules.similar import Pair, similar
from pilar.masterplan.rules.stages import (
    ANSWERED,
    BEING_WRITTEN,
    OPEN_PROPOSALS,
    ProposalKind,
    ProposalState,
    VersionState,
)
from pilar.people.rules import NotFound, Standing, existing
from pilar.platform.rows import row_of


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call for proposals, and the state of the version that it is for."""

    version: int
    state: VersionState
    text: str
    opened_at: datetime
    closes_at: datetime

    def open_at(self, now: datetime) -> bool:
        """Return whether proposals are accepted: a version that has moved on accepts none, whatever the deadline of the
        call."""
        return self.state in BEING_WRITTEN and takes_proposals(self.opened_at, self.closes_at, now)


@dataclass(frozen=True, slots=True)
class OpenCall:
    """An open call, for somebody who may propose: ``title`` of the plan, number of the version."""

    call: CallRow
    region: str
    region_name: str
    title: str
    number: int


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal in a list. If it wants the end of a programme, ``title``, ``part`` and money are those of the
    programme."""

    key: int
    version: int
    number: int
    kind: ProposalKind
    state: ProposalState
    office: int
    office_name: str
    office_short: str
    title: str
    part: str
    quick_win: bool
    aim: str
    total: Decimal
    line: int | None
    line_code: str
    question: str
    reason: str
    merged_into: int | None
    merged_number: int | None
    origin: Origin
    origin_key: str
    origin_text: str
    saves: int
    changed_at: datetime
    submitted_at: datetime | None

    @property
    def mergeable(self) -> bool:
        """True if it may be merged with others before the meeting."""
        return self.state is ProposalState.SUBMITTED and self.kind is not ProposalKind.DROP


@dataclass(frozen=True, slots=True)
class ProposalDetail:
    """A proposal in full: ``content`` is its content, ``before`` the present content of the programme concerned."""

    row: ProposalRow
    version: VersionRow
    content: Said | None
    before: Said | None
    written_by: str
    merged: tuple[tuple[int, int, str, str], ...]
    """Proposals merged into it: key, number, title, office."""


@dataclass(frozen=True, slots=True)
class OwnProgramme:
    """A programme of an office in a version: ``open`` is the key of a proposal about it that is not settled."""

    line: int
    code: str
    title: str
    office: int
    open: int | None


def proposing_version(key: int, *, scope: Standing) -> VersionRow:
    """Return a version for a reader of its region's proposals, all or those of an office; raises :class:`NotFound`."""
    row = Version.objects.select_related(*VERSION_PARTS).filter(pk=key).first()
    if row is None or offices_of(scope, Action.READ_PROPOSALS, row.region_id) == ():
        raise NotFound
    return version_row(row)


def call(row: VersionRow) -> CallRow | None:
    """Return the call of a version, if there was one. Anyone who has the row may read it."""
    call = Call.objects.select_related("version").filter(version=row.key).first()
    return None if call is None else _call(call)


def open_calls(*, scope: Standing, now: datetime) -> tuple[OpenCall, ...]:
    """Read the calls that somebody may answer now, the first to close first. One query."""
    regions = {
        membership.region
        for membership in scope.memberships
        if offices_of(scope, Action.PROPOSE, membership.region or "") != ()
    }
    rows = Call.objects.filter(version__region__in=regions - {None}, opened_at__lte=now, closes_at__gt=now)
    return tuple(
        OpenCall(_call(row), row.version.region_id, row.version.region.name, row.version.plan.title, row.version.number)
        for row in rows.filter(version__state__in=sorted(BEING_WRITTEN))
        .select_related("version__plan", "version__region")
        .order_by("closes_at")
    )


def proposals(row: VersionRow, *, scope: Standing) -> tuple[ProposalRow, ...]:
    """Read the proposals of a version that ``scope`` reads, by number. One query."""
    proposals = _proposals(scope).filter(version=row.key).order_by("number")
    return tuple(_row(proposal) for proposal in proposals)


def proposal(key: int, *, scope: Standing) -> ProposalDetail:
    """Read one proposal; raises :class:`NotFound`. Three queries."""
    named = ("version__plan__region", "version__base")
    proposal = existing(_proposals(scope).select_related(*named).filter(pk=key).first())
    entry = Entry.objects.filter(version=proposal.version_id, line=proposal.line_id).select_related("content").first()
    merged = Proposal.objects.filter(merged_into=proposal).select_related("content", "office").order_by("number")
    return ProposalDetail(
        row=_row(proposal),
        version=version_row(proposal.version),
        content=read(proposal.content.body) if proposal.content else None,
        before=read(entry.content.body) if entry and proposal.line_id else None,
        written_by=proposal.content.written_by if proposal.content else "",
        merged=tuple(
            (proposal.pk, proposal.number, proposal.content.title if proposal.content else "", proposal.office.name)
            for proposal in merged
        ),
    )


def proposed_contents(row: VersionRow, *, scope: Standing) -> list[tuple[str, Said]]:
    """Read the contents of the open proposals of a version that ``scope`` reads, named ``U7`` by their numbers. One
    query."""
    rows = Proposal.objects.filter(readable_proposals(scope), version=row.key, state__in=sorted(OPEN_PROPOSALS))
    with_content = rows.filter(content__isnull=False).order_by("number")
    return [(f"U{number}", read(body)) for number, body in with_content.values_list("number", "content__body")]


def silent_offices(row: VersionRow) -> tuple[str, ...]:
    """Read the names of the region's open offices that have handed nothing in for a version. One query."""
    answered = Proposal.objects.filter(version=row.key, state__in=sorted(ANSWERED)).values("office")
    rows = Office.objects.filter(region=row.plan.region, closed_at=None).exclude(pk__in=answered)
    return tuple(rows.order_by("name").values_list("name", flat=True))


def own_programmes(row: VersionRow, offices: Iterable[int] | None) -> tuple[OwnProgramme, ...]:
    """Read the programmes of offices (None: of all) in a version, with the open proposal about each. One query."""
    asked = Proposal.objects.filter(version=row.key, line=OuterRef("line"), state__in=sorted(OPEN_PROPOSALS))
    rows = Entry.objects.filter(version=row.key).annotate(asked=Subquery(asked.values("pk")[:1]))
    if offices is not None:
        rows = rows.filter(content__owner__in=list(offices))
    return tuple(
        OwnProgramme(entry.line_id, entry.line.code, entry.content.title, entry.content.owner_id, entry.asked)
        for entry in rows.select_related("line", "content").order_by("line__code")
    )


def similar_proposals(rows: Iterable[ProposalRow]) -> tuple[Pair, ...]:
    """Return pairs of similar proposals that may be merged, the most similar first."""
    return similar({row.key: (row.title, row.aim) for row in rows if row.mergeable})


def _proposals(scope: Standing) -> QuerySet[Proposal]:
    there = Entry.objects.filter(version=OuterRef("version"), line=OuterRef("line"))
    return (
        Proposal.objects.filter(readable_proposals(scope))
        .select_related("content", "office", "line", "merged_into")
        .annotate(there=Subquery(there.values("content__body")[:1]))
    )


def _row(proposal: Proposal) -> ProposalRow:
    body: dict[str, Any] = proposal.content.body if proposal.content else proposal.there or {}
    return row_of(
        ProposalRow,
        proposal,
        version=proposal.version_id,
        office=proposal.office_id,
        office_name=proposal.office.name,
        office_short=proposal.office.abbreviation or proposal.office.name,
        title=body.get("title", ""),
        part=body.get("part", ""),
        quick_win=body.get("quick_win", False),
        aim=body.get("description", ""),
        total=sum((Decimal(money["amount"]) for money in body.get("budgets", ())), Decimal(0)),
        line=proposal.line_id,
        line_code=proposal.line.code if proposal.line else "",
        merged_into=proposal.merged_into_id,
        merged_number=proposal.merged_into.number if proposal.merged_into else None,
    )


def _call(call: Call) -> CallRow:
    return CallRow(call.version_id, VersionState(call.version.state), call.text, call.opened_at, call.closes_at)
