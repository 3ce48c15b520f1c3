"""Origins of a proposal, and the conditions for writing it, handing it in and asking back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pilar.platform.errors import PilarError
from pilar.platform.language import N_


class Origin(StrEnum):
    """The cause of a proposal."""

    CALL = "call"
    RECOMMENDATION = "recommendation"
    MEASURE = "measure"
    IMPORT = "import"


ORIGIN_NAMES = {
    Origin.CALL: N_("Call for proposals"),
    Origin.RECOMMENDATION: N_("Recommendation of an evaluation"),
    Origin.MEASURE: N_("What measures would lift"),
    Origin.IMPORT: N_("Import of a workbook"),
}


class CallClosed(PilarError):
    """The deadline of the call has passed, or there is no call."""

    code = "call-closed"
    status = 409
    sentence = N_("No proposals are taken now: the call is not open. Ask the coordinator of your region")


class NotEditable(PilarError):
    """The proposal is handed in, merged or withdrawn."""

    code = "proposal-not-editable"
    status = 409
    sentence = N_("This proposal is no longer with the office. Ask the coordinator to send it back")


class AlreadyDecided(PilarError):
    """The coordination meeting has decided about the proposal."""

    code = "already-decided"
    status = 409
    sentence = N_("The coordination meeting has decided about this proposal: only the meeting can change that")


class NotHandedIn(PilarError):
    """The coordinator acts on a proposal that is back with its office, merged or withdrawn."""

    code = "proposal-not-handed-in"
    status = 409
    sentence = N_("This proposal is not handed in any more. Look at it again")


def takes_proposals(opened_at: datetime | None, closes_at: datetime | None, now: datetime) -> bool:
    """Return whether a call is open; questions may also be answered after it."""
    return opened_at is not None and closes_at is not None and opened_at <= now < closes_at
