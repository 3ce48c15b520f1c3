"""The causes (origins) of proposals and their outcome, for the rooms above, which know the origin."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.utils.module_loading import import_string

from pilar.masterplan.models import Decision, Entry, Proposal, Version
from pilar.masterplan.queries.plans import versions
from pilar.masterplan.queries.rows import VersionRow
from pilar.masterplan.queries.scoping import readable_proposals, readable_versions
from pilar.masterplan.rules.decisions import INTO_THE_PLAN, OUTCOME_NAMES, Outcome
from pilar.masterplan.rules.proposals import ORIGIN_NAMES, Origin
from pilar.masterplan.rules.stages import (
    BEING_WRITTEN,
    KIND_NAMES,
    LAW,
    PROPOSAL_NAMES,
    MeetingState,
    ProposalKind,
    ProposalState,
)
from pilar.people.rules import Standing
from pilar.platform.language import translate
from pilar.platform.rows import row_of

OriginAddress = Callable[[str, Standing], str]
"""Returns the address of the thing named by a key, for a reader; empty if they may not know of it. A higher room
provides one; ``settings.PILAR_PROPOSAL_ORIGINS`` names it by its origin."""


@dataclass(frozen=True, slots=True)
class OriginRow:
    """The origin of a proposal: its name, its words, and its address for this reader, if any."""

    origin: Origin
    name: str
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class OriginatedRow:
    """A proposal with an origin.

    ``outcome`` and ``reason`` are the meeting's, None and empty before its minutes are signed off; ``programme`` is the
    code of the programme concerned, or that it became in version ``programme_version`` (key), empty for none; the key
    is None if the reader may not read that version. A merged one shares the outcome of the other. ``adopted``: a
    meeting has put it, or the one it was merged into, into that version.
    """

    origin_key: str
    key: int
    number: int
    version: int
    version_number: int
    kind: ProposalKind
    state: ProposalState
    title: str
    office_name: str
    made_at: datetime
    outcome: Outcome | None
    reason: str
    programme: str
    programme_version: int | None
    adopted: bool

    @property
    def kind_name(self) -> str:
        """The kind in the reader's language."""
        return translate(KIND_NAMES[self.kind])

    @property
    def state_name(self) -> str:
        """The decision, or else the state, in the reader's language."""
        return translate(PROPOSAL_NAMES[self.state] if self.outcome is None else OUTCOME_NAMES[self.outcome][0])

    @property
    def tone(self) -> str:
        return "neutral" if self.outcome is None else OUTCOME_NAMES[self.outcome][1]


def originated(origin: Origin, keys: Collection[str], *, scope: Standing) -> tuple[OriginatedRow, ...]:
    """Read the proposals with these origins that ``scope`` reads, oldest first.

    Four queries, and two more for each step of merging.
    """
    rows = list(_proposals().filter(readable_proposals(scope), origin=origin, origin_key__in=set(keys)).order_by("pk"))
    ends = _ends(rows, scope)
    decided = [row.taken[0].pk for row in ends.values() if row.taken]
    entries = Entry.objects.filter(decision__in=decided).select_related("line")
    became = {entry.decision_id: entry for entry in entries.order_by("version_id")}
    originateds = [_row(row, ends[row.pk], became) for row in rows]
    named = {row.programme_version for row in originateds}
    open_to = set(Version.objects.filter(readable_versions(scope), pk__in=named).values_list("pk", flat=True))
    return tuple(
        row if row.programme_version in open_to else replace(row, programme_version=None) for row in originateds
    )


def origin_of(proposal: int, *, scope: Standing) -> OriginRow | None:
    """Return the origin of a proposal that ``scope`` reads; None for one that answers the call."""
    row = Proposal.objects.filter(readable_proposals(scope), pk=proposal).exclude(origin=Origin.CALL).first()
    if row is None:
        return None
    origin = Origin(row.origin)
    path = settings.PILAR_PROPOSAL_ORIGINS.get(origin.value)
    where: OriginAddress | None = import_string(path) if path else None
    address = where(row.origin_key, scope) if where is not None and row.origin_key else ""
    return OriginRow(origin, translate(ORIGIN_NAMES[origin]), row.origin_text, address)


def version_being_written(region: str, *, scope: Standing) -> VersionRow | None:
    """Return the version of a region's plan that takes proposals now, if ``scope`` reads it; of several plans the one
    with the latest years. One query."""
    return next((row for row in versions(region, scope=scope) if row.state in BEING_WRITTEN), None)


def _proposals() -> QuerySet[Proposal]:
    """Select proposals with the last decision of a meeting whose minutes are signed off, as ``taken``."""
    latest = Decision.objects.filter(meeting__state=MeetingState.SIGNED).order_by("-number")
    rows = Proposal.objects.select_related("version", "content", "line", "office")
    return rows.prefetch_related(Prefetch("decisions", latest, to_attr="taken"))


def _ends(rows: Sequence[Proposal], scope: Standing) -> dict[int, Proposal]:
    """Return by key the proposal that each was finally merged into, or itself. One that the reader may not read is
    followed once the version is law."""
    ends = {row.pk: row for row in rows}
    readable = Q(readable_proposals(scope)) | Q(version__state__in=list(LAW))
    followed: set[tuple[int, int]] = set()
    while steps := {(key, into) for key, row in ends.items() if (into := _into(row)) is not None} - followed:
        proposals = {row.pk: row for row in _proposals().filter(readable, pk__in={into for _key, into in steps})}
        ends |= {key: proposals[into] for key, into in steps if into in proposals}
        followed |= steps
    return ends


def _into(row: Proposal) -> int | None:
    """Return the key of the proposal that it was merged into, before the meeting or in it."""
    return row.merged_into_id or (row.taken[0].into_id if row.taken else None)


def _row(row: Proposal, end: Proposal, became: dict[int | None, Entry]) -> OriginatedRow:
    decision, last = (proposal.taken[0] if proposal.taken else None for proposal in (row, end))
    entry = became.get(last.pk) if last is not None else None
    return row_of(
        OriginatedRow,
        row,
        version=row.version_id,
        version_number=row.version.number,
        title=row.content.title if row.content else "",
        office_name=row.office.name,
        outcome=None if decision is None else Outcome(decision.outcome),
        reason="" if decision is None else decision.reason,
        programme=entry.line.code if entry is not None else end.line.code if end.line else "",
        programme_version=entry.version_id if entry is not None else end.version_id if end.line else None,
        adopted=last is not None and last.outcome in INTO_THE_PLAN,
    )
