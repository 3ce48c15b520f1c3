"""The quality indicator of waiting time with its exclusions (data/hospital/indicators.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pilar.hospital.rules.indicators import Standard, Why
from pilar.platform.folders import data_folder
from pilar.platform.language import Bilingual
from pilar.platform.yaml_files import load_yaml


@dataclass(frozen=True, slots=True)
class WaitingIndicator:
    """The standard, the sources of its two numbers, and the names of the exclusions."""

    standard: Standard
    within_source: str
    share_source: str
    left_out: Mapping[Why, Bilingual]


def waiting() -> WaitingIndicator:
    """The indicator in force."""
    return _waiting(data_folder() / "hospital" / "indicators.yaml")


@cache
def _waiting(path: Path) -> WaitingIndicator:
    given = load_yaml(path.read_text(encoding="utf-8"))["waiting"]
    out = {Why(exclusion["why"]): exclusion for exclusion in given["left_out"]}
    standard = Standard(given["within"], given["share"], frozenset(out[Why.KIND]["kinds"]), out[Why.FAR]["minutes"])
    names = {why: Bilingual(indicator["name"]["id"], indicator["name"]["en"]) for why, indicator in out.items()}
    return WaitingIndicator(standard, given["within_source"], given["share_source"], names)
