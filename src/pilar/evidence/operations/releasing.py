"""The secretariat opens a version to the public, or takes that back.

Whether results are published, so that this may be done at all, is decided by the room above that calls it.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from pilar.evidence.models import Release
from pilar.evidence.operations.adding import person
from pilar.evidence.operations.locking import TARGET
from pilar.evidence.queries import revision
from pilar.evidence.rules import require_servable
from pilar.people.rules import NotFound, Permission, Standing
from pilar.platform import audit
from pilar.platform.errors import PilarError
from pilar.platform.language import N_


class AlreadyReleased(PilarError):
    """The version is open to the public already."""

    code = "evidence-already-released"
    status = 409
    sentence = N_("This version is open to the public already")


class ReservedEvidence(PilarError):
    """Evidence that is reserved within the region cannot be opened to everybody."""

    code = "reserved-evidence"
    status = 409
    sentence = N_("This evidence is reserved: it cannot be opened to the public")


@transaction.atomic
def release(*, by: Standing, evidence: UUID, number: int, now: datetime) -> None:
    """Let everybody read one version.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`ReservedEvidence`, :class:`AlreadyReleased`,
    :class:`Infected`; needs ``release-evidence``.
    """
    row = revision(evidence, number, scope=by)
    by.require(Permission.RELEASE_EVIDENCE)
    if row.reserved:
        raise ReservedEvidence
    require_servable(row.scan, name=row.file_name, found=row.scan_found)
    _made, new = Release.objects.get_or_create(
        revision_id=row.key, defaults={"released_by_id": person(by), "released_at": now}
    )
    if not new:
        raise AlreadyReleased
    audit.record(by, "release", TARGET, evidence, area=row.region_code, after={"number": number})


@transaction.atomic
def withdraw(*, by: Standing, evidence: UUID, number: int) -> None:
    """Close a released version to the public again; raises :class:`NotFound` where nothing was released."""
    row = revision(evidence, number, scope=by)
    by.require(Permission.RELEASE_EVIDENCE)
    if not Release.objects.filter(revision=row.key).delete()[0]:
        raise NotFound
    audit.record(by, "withdraw", TARGET, evidence, area=row.region_code, before={"number": number})
