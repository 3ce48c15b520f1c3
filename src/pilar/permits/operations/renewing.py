"""Re-encrypt personal fields of permits with the newest key, at each upgrade."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from pilar.people.rules import Permission, Standing
from pilar.permits.models import Case, CaseLetter, DrawnSignature, Message, Objection, Relative
from pilar.permits.models.cases import IDENTITY
from pilar.permits.queries import completeness, trail
from pilar.platform import audit, secrets


@transaction.atomic
def renew_cases(*, by: Standing) -> int:
    """Re-encrypt fields stored under older keys with the first key, and renew their hashes; returns how many rows.
    Needs ``load-reference-data``. Raises :class:`secrets.Unreadable` if a key is missing."""
    by.require(Permission.LOAD_REFERENCE_DATA)
    first = secrets.lookup("", context=IDENTITY).partition(".")[0]
    for case in Case.objects.exclude(identity_hash="").exclude(identity_hash__startswith=f"{first}."):
        identity = completeness.person_of(case)["identity"]
        case.identity_hash = secrets.lookup(identity, context=IDENTITY)
        case.tracking_hash = completeness.tracked_by(case.number, identity) if case.number else ""
        case.marks = completeness.marks_of(case, trail.service_of(case))
        case.save(update_fields=["identity_hash", "tracking_hash", "marks"])
    count = secrets.renew_rows(Case, "person") + secrets.renew_rows(Message, "text")
    count += secrets.renew_rows(Objection, "text") + secrets.renew_rows(CaseLetter, "text")
    count += secrets.renew_rows(DrawnSignature, "strokes")
    count += secrets.renew_rows(Relative, "identity", also=_hashed)
    if count:
        audit.record(by=by.actor, action="renew", target="permits.case", key="all", after={"rows": count})
    return count


def _hashed(_name: str, kept: secrets.Kept) -> dict[str, Any]:
    text = secrets.decrypt(kept.text, context=kept.context)
    return {"identity_hash": secrets.lookup(text, context=IDENTITY)}
