"""Assumptions and published measurements behind simulations and forecasts (data/hospital/simulation.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pilar.hospital.rules.schedule import GridRule
from pilar.hospital.rules.simulation import Consultations, Crowd
from pilar.platform.folders import data_folder
from pilar.platform.yaml_files import load_yaml


@dataclass(frozen=True, slots=True)
class Assumed:
    """``measured`` by rule, ``overbooked`` by places: the figures of others, by name; ``floor`` by people ahead."""

    crowd: Crowd
    consultations: Consultations
    patients: int
    late: float
    measured: Mapping[GridRule, Mapping[str, float]]
    overbooked_no_show: float
    overbooked: Mapping[int, Mapping[str, float]]
    floor: Mapping[int, tuple[float, float]]


def assumed() -> Assumed:
    """The assumptions of this installation."""
    return _assumed(data_folder() / "hospital" / "simulation.yaml")


@cache
def _assumed(path: Path) -> Assumed:
    given = load_yaml(path.read_text(encoding="utf-8"))
    lasting, arrival, over = given["consultation"], given["arrival"], given["overbooked"]
    consultations = Consultations(
        *(lasting[name] for name in ("mean", "spread", "new", "returning")),
        *(lasting["long"][name] for name in ("share", "times", "spread")),
    )
    return Assumed(
        Crowd(consultations, arrival["no_show"], arrival["early"], arrival["spread"]),
        consultations, given["session"]["patients"], given["session"]["late"],
        {GridRule(rule): figures for rule, figures in given["measured"].items()},
        over["no_show"], {places: figures for places, figures in over.items() if isinstance(places, int)},
        {ahead: (low, high) for ahead, (low, high) in given["floor"].items()},
    )  # fmt: skip
