"""The limit of the law where a service sets none, as data/permits/deadlines.yaml holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from pilar.permits.rules.clock import Limit
from pilar.platform.folders import data_folder


@dataclass(frozen=True, slots=True)
class LawfulLimit:
    """A limit with the law that sets it from a day on, and where that was read."""

    limit: Limit
    law: str
    source: str
    since: date


def lawful_limit(day: date) -> LawfulLimit:
    """What holds for an application that is found complete on a day. Raises ValueError before the first law."""
    return max(
        (one for one in _limits(data_folder() / "permits" / "deadlines.yaml") if one.since <= day),
        key=lambda one: one.since,
    )


@cache
def _limits(path: Path) -> tuple[LawfulLimit, ...]:
    given = yaml.safe_load(path.read_text(encoding="utf-8"))["limits"]
    return tuple(LawfulLimit(Limit(days=one["days"]), one["law"], one["source"], one["since"]) for one in given)
