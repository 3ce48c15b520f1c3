"""What meetings decided about a proposal, for the page of the proposal: ``parts/decisions.html``."""

from __future__ import annotations

from collections.abc import Mapping

from pilar.masterplan import queries, wording
from pilar.masterplan.queries import DecidedRow
from pilar.masterplan.wording import FieldChange


def decisions_shown(
    proposal: int, offices: Mapping[int, str]
) -> tuple[tuple[DecidedRow, tuple[FieldChange, ...]], ...]:
    """Each decision of a signed meeting, the newest first, with what it changed; ``offices``: names by key."""
    return tuple(
        (one, wording.content_changes(one.before, one.after, offices) if one.before and one.after else ())
        for one in queries.decisions_of(proposal)
    )
