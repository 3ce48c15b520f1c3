"""The region's verifier says yes, or gives a version back to its owner."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from pilar.evidence.models import Verification
from pilar.evidence.operations.adding import person
from pilar.evidence.operations.locking import TARGET, lock_piece
from pilar.evidence.queries import revision
from pilar.evidence.rules import OlderRevision, VerificationState, move_verification, plain_text, require_servable
from pilar.people.rules import Permission, Standing
from pilar.platform import audit


@transaction.atomic
def verify(*, by: Standing, evidence: UUID, number: int, now: datetime) -> None:
    """Say that the newest version shows what it is meant to show.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`OwnRevision`, :class:`OlderRevision`, :class:`MoveNotOpen`,
    :class:`Infected`; needs ``verify-evidence`` in its region.
    """
    _say(by, evidence, number, VerificationState.VERIFIED, reason="", now=now)


@transaction.atomic
def return_to_owner(*, by: Standing, evidence: UUID, number: int, reason: str, now: datetime) -> None:
    """Give the newest version back to its owner, with a reason; raises as :func:`verify`, and Faults at ``reason``."""
    said = plain_text(reason, place="reason", required=True)
    _say(by, evidence, number, VerificationState.RETURNED, reason=said, now=now)


def _say(by: Standing, evidence: UUID, number: int, outcome: VerificationState, *, reason: str, now: datetime) -> None:
    # The lock makes two verifiers, or a verifier and a new version, wait for each other.
    lock_piece(evidence)
    row = revision(evidence, number, scope=by)
    by.require(Permission.VERIFY_EVIDENCE, area=row.region_code)
    if row.number != row.newest:
        raise OlderRevision(newest=row.newest)
    if outcome is VerificationState.VERIFIED:
        require_servable(row.scan, name=row.file_name, found=row.scan_found)
    move_verification(row.verification, outcome, by=person(by), uploaded_by=row.uploaded_by)
    Verification.objects.create(
        revision_id=row.key, outcome=outcome, reason=reason, verified_by_id=person(by), verified_at=now
    )
    audit.record(
        by=by.actor,
        action="verify" if outcome is VerificationState.VERIFIED else "return",
        target=TARGET,
        key=evidence,
        area=row.region_code,
        before={"verification": row.verification},
        after={"number": number, "verification": outcome, "reason": reason},
    )
