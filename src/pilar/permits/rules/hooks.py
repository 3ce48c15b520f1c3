"""Messages about cases and permits to other systems of a region."""

from __future__ import annotations

from enum import StrEnum

from pilar.platform.language import N_


class HookEvent(StrEnum):
    """An event that systems can subscribe to; events of cases are mapped by name."""

    ACCEPTED = "case.accepted"
    DECIDED = "case.decided"
    REFUSED = "case.refused"
    WITHDRAWN = "case.withdrawn"
    ISSUED = "permit.issued"
    SUSPENDED = "permit.suspended"
    RESTORED = "permit.restored"
    AMENDED = "permit.amended"
    REVOKED = "permit.revoked"


EVENT_NAMES = {
    HookEvent.ACCEPTED: N_("Application is complete, its clock runs"),
    HookEvent.DECIDED: N_("Application is decided"),
    HookEvent.REFUSED: N_("Application is refused"),
    HookEvent.WITHDRAWN: N_("Application is withdrawn"),
    HookEvent.ISSUED: N_("Permit is issued"),
    HookEvent.SUSPENDED: N_("Permit is suspended"),
    HookEvent.RESTORED: N_("Permit is valid again"),
    HookEvent.AMENDED: N_("Permit is amended"),
    HookEvent.REVOKED: N_("Permit is revoked"),
}
