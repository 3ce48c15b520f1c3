"""Differences between a version of a plan and the one that it revises."""

from __future__ import annotations

from dataclasses import dataclass

from pilar.masterplan.models import Decision
from pilar.masterplan.queries.plans import statements, version
from pilar.masterplan.queries.programmes import programmes
from pilar.masterplan.queries.rows import DecisionRow, VersionRow, decision_row
from pilar.masterplan.rules.comparing import ChangeKind, ProgrammeChange, programme_changes
from pilar.masterplan.rules.decisions import Outcome
from pilar.masterplan.rules.stages import MeetingState, ProposalKind
from pilar.masterplan.rules.statements import StatementPart
from pilar.people.rules import NotFound, Standing


@dataclass(frozen=True, slots=True)
class Changed:
    """A programme that differs, and the decision that it is based on."""

    change: ProgrammeChange
    decision: DecisionRow | None


@dataclass(frozen=True, slots=True)
class TextChange:
    """A part of the texts that differs: removed and new texts, in writing."""

    part: StatementPart
    gone: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionChanges:
    """``counts``: programmes by kind of change; one that was moved and retargeted counts in both."""

    base: VersionRow
    counts: dict[ChangeKind, int]
    unchanged: int
    programmes: tuple[Changed, ...]
    texts: tuple[TextChange, ...]


def changes(row: VersionRow, *, scope: Standing) -> VersionChanges:
    """Read the changes of a version against its base; raises :class:`NotFound` if it revises none. Six queries."""
    if row.base_key is None:
        raise NotFound
    base = version(row.base_key, scope=scope)
    before, after = programmes(base), programmes(row)
    decisions = {programme.code: programme.decision for programme in after} | _endings(row)
    changes = programme_changes(
        {programme.code: programme.content for programme in before},
        {programme.code: programme.content for programme in after},
    )
    return VersionChanges(
        base=base,
        counts={kind: sum(kind in change.kinds for change in changes) for kind in ChangeKind},
        unchanged=len(before) - (len(changes) - sum(ChangeKind.ADDED in change.kinds for change in changes)),
        programmes=tuple(Changed(change, decisions.get(change.code)) for change in changes),
        texts=_texts(base, row),
    )


def _endings(row: VersionRow) -> dict[str, DecisionRow | None]:
    """Return the decisions that ended programmes, by their code: the version itself no longer refers to them."""
    rows = Decision.objects.filter(
        meeting__version=row.key,
        meeting__state=MeetingState.SIGNED,
        proposal__kind=ProposalKind.DROP,
        outcome=Outcome.ACCEPTED,
    )
    decisions = rows.select_related("meeting", "decided_by", "proposal__line").order_by("number")
    return {
        decision.proposal.line.code: decision_row(decision)
        for decision in decisions
        if decision.proposal and decision.proposal.line
    }


def _texts(base: VersionRow, row: VersionRow) -> tuple[TextChange, ...]:
    before, after = statements(base), statements(row)
    changes = []
    for part in StatementPart:
        old, new = [statement.stated for statement in before[part]], [statement.stated for statement in after[part]]
        gone = tuple(stated.text for stated in old if stated not in new)
        added = tuple(stated.text for stated in new if stated not in old)
        if gone or added:
            changes.append(TextChange(part, gone, added))
    return tuple(changes)
