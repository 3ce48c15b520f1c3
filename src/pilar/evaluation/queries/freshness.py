"""When what is public last changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from pilar.evaluation.models import Publication
from pilar.platform.actors import Authority
from pilar.platform.models import ReferenceData

PUBLIC_DATA = ("areas", "evaluation")


@dataclass(frozen=True, slots=True)
class Freshness:
    """``fingerprint`` changes with the reference data and with every publication of computed results.

    ``loaded_at`` is when the newest of them came, None before the first.
    """

    fingerprint: str
    loaded_at: datetime | None


def freshness(*, scope: Authority) -> Freshness:
    """The state of all that public pages show. Two queries."""
    loaded = list(ReferenceData.objects.filter(name__in=PUBLIC_DATA).order_by("name"))
    newest = Publication.objects.order_by("-id").first()
    parts = [data.fingerprint for data in loaded]
    moments = [data.loaded_at for data in loaded]
    if newest is not None:
        parts.append(f"publication {newest.pk}")
        moments.append(newest.published_at)
    mixed = hashlib.sha256("\0".join(parts).encode())
    return Freshness(mixed.hexdigest(), max(moments, default=None))
