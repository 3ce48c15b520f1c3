"""Pure decisions about evidence: what is taken in, what state it is in, who reads it."""

from __future__ import annotations

from pilar.evidence.rules.filetypes import ACCEPT, INLINE, MEDIA_TYPES, detect
from pilar.evidence.rules.keeping import NotKept, StoreClosed, StoreFull
from pilar.evidence.rules.names import (
    MAX_LINK,
    MAX_NAME,
    MAX_TEXT,
    MAX_TITLE,
    checked_link,
    checked_name,
    checked_title,
    plain_text,
)
from pilar.evidence.rules.readers import ReadersReach, readers_reach
from pilar.evidence.rules.states import (
    SCANS,
    VERIFICATIONS,
    Infected,
    MoveNotOpen,
    OlderRevision,
    OwnRevision,
    ScanState,
    VerificationState,
    move_scan,
    move_verification,
    require_servable,
)
