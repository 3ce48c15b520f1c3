"""The framework of master plans as the data folder holds it, read without a database. Sources: data/SOURCES.md."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pilar.masterplan.rules.framework import Framework, Group, Named, ProgressRules
from pilar.platform.folders import data_folder
from pilar.platform.language import Bilingual


def framework() -> Framework:
    """The framework that holds now."""
    return _read(data_folder() / "masterplan" / "framework.yaml")


@cache
def _read(path: Path) -> Framework:
    given: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    period = given["period"]
    return Framework(
        version=given["version"],
        pillars=_group(given["pillars"]),
        readiness=_group(given["readiness"]),
        readiness_levels=_levels(given["readiness"]),
        criteria=_group(given["criteria"]),
        criteria_levels=_levels(given["criteria"]),
        monitored=_group(given["monitored"]),
        workshops=_group(given["workshops"]),
        shortest_period=period["shortest"],
        longest_period=period["longest"],
        period_source=period["source"],
        progress=ProgressRules(**given["progress"]),
    )


def _group(given: Mapping[str, Any]) -> Group:
    return Group(given["source"], tuple(_named(one) for one in given["list"]))


def _named(given: Mapping[str, Any]) -> Named:
    parts = tuple(_named(one) for one in given.get("parts", ()))
    return Named(given["code"], Bilingual(**given["title"]), parts)


def _levels(given: Mapping[str, Any]) -> range:
    return range(given["levels"]["lowest"], given["levels"]["highest"] + 1)
