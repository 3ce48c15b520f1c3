"""When what is public last changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from pilar.platform.actors import Authority
from pilar.platform.models import ReferenceData

PUBLIC_DATA = ("areas", "evaluation")


@dataclass(frozen=True, slots=True)
class Freshness:
    """``fingerprint`` changes with the reference data; ``loaded_at`` is the newest load, None before the first."""

    fingerprint: str
    loaded_at: datetime | None


def freshness(*, scope: Authority) -> Freshness:
    """The state of all reference data that public pages show. One query."""
    loaded = list(ReferenceData.objects.filter(name__in=PUBLIC_DATA).order_by("name"))
    mixed = hashlib.sha256("\0".join(one.fingerprint for one in loaded).encode())
    return Freshness(mixed.hexdigest(), max((one.loaded_at for one in loaded), default=None))
