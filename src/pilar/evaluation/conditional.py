"""Public answers, pages and JSON alike: 304 while no result and no statement has changed."""

from __future__ import annotations

from pilar.design.conditional import unchanged
from pilar.evaluation import queries

public = unchanged(lambda: queries.freshness(scope=queries.PUBLIC))
