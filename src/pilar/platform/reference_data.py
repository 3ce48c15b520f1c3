"""Record of the loaded reference data, so that a loader skips unchanged files."""

from __future__ import annotations

from django.db.models.functions import Now

from pilar.platform.models import ReferenceData
from pilar.platform.transactions import require_transaction


def is_loaded(name: str, fingerprint: str) -> bool:
    """Return whether exactly this version of ``name`` was loaded last; one query."""
    return ReferenceData.objects.filter(name=name, fingerprint=fingerprint).exists()


def mark_loaded(name: str, fingerprint: str, *, rows: int) -> None:
    """Note, in the transaction of the load, that this version now stands in the tables."""
    require_transaction("reference_data.mark_loaded")
    ReferenceData.objects.update_or_create(
        name=name, defaults={"fingerprint": fingerprint, "rows": rows, "loaded_at": Now()}
    )
