"""Public answers, pages and JSON alike: 304 while no result and no statement has changed."""

from __future__ import annotations

from dataclasses import replace

from pilar.areas.queries import newest_recorded
from pilar.design.conditional import unchanged
from pilar.evaluation import queries
from pilar.evaluation.rules.publishing import SHEET
from pilar.evidence.queries import signing_progress

public = unchanged(lambda: queries.freshness(scope=queries.PUBLIC))


def _signed() -> queries.Freshness:
    freshness = queries.freshness(scope=queries.PUBLIC)
    return replace(freshness, fingerprint=f"{freshness.fingerprint} {signing_progress(SHEET)}")


signed = unchanged(_signed)
"""The same, where the state of signatures shows, too."""


def _figured() -> queries.Freshness:
    freshness, (key, moment) = queries.freshness(scope=queries.PUBLIC), newest_recorded()
    moments = [released for released in (freshness.loaded_at, moment) if released is not None]
    return queries.Freshness(f"{freshness.fingerprint} figure {key}", max(moments, default=None))


figured = unchanged(_figured)
"""The same, where dated figures of regions show, too."""


def _released() -> queries.Freshness:
    freshness, (key, moment) = queries.freshness(scope=queries.PUBLIC), queries.newest_release(scope=queries.PUBLIC)
    moments = [released for released in (freshness.loaded_at, moment) if released is not None]
    return queries.Freshness(f"{freshness.fingerprint} {key}", max(moments, default=None))


instruments = unchanged(_released)
"""The same, where an instrument that was released shows, too."""
