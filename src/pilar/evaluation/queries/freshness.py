"""Time of the last change of public data."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from pilar.evaluation.models import InstrumentDraft, Publication
from pilar.platform.actors import Authority
from pilar.platform.models import ReferenceData
from pilar.platform.statements import planned

PUBLIC_DATA = ("areas", "evaluation")
_RESULTS = """
    SELECT 'data', string_agg(fingerprint, ' ' ORDER BY name), 0 FROM platform_referencedata WHERE name = ANY(%s)
    UNION ALL SELECT 'stated', count(*)::text, sum(xmin::text::bigint)
              FROM evaluation_publishedresult WHERE region_id = %s
    UNION ALL SELECT 'published', count(*)::text, sum(xmin::text::bigint) FROM evaluation_publication
    UNION ALL SELECT 'campaigns', count(*)::text, sum(xmin::text::bigint) FROM evaluation_campaign
    UNION ALL SELECT 'groups', count(*)::text, sum(xmin::text::bigint) FROM evaluation_campaigngroup
    UNION ALL SELECT 'phases', count(*)::text, sum(xmin::text::bigint) FROM evaluation_phase
"""
"""Each write of a row gives it another ``xmin``; the sums tell also of what is committed later than it was written."""


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


def newest_release(*, scope: Authority) -> tuple[int, datetime | None]:
    """The key of the draft that was released last, and when; 0 and None before the first. One query."""
    del scope  # public
    released = InstrumentDraft.objects.exclude(instrument=None).order_by("-released_at", "-pk")
    return released.values_list("pk", "released_at").first() or (0, None)


def results_stamp(region: str, *, scope: Authority) -> tuple[object, ...]:
    """Return what stays the same as long as nothing has been written of which published results of a region are made:
    stated and computed ones, with their campaigns and phases. One statement."""
    del scope  # public
    with planned() as cursor:
        cursor.execute(_RESULTS, [list(PUBLIC_DATA), region])
        return tuple(cursor.fetchall())
