"""A small country for tests."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from pilar.areas import operations, reference
from pilar.areas.rules import AreaEntry
from pilar.people.rules import OPERATOR

PLACES = (
    AreaEntry("36", "Banten", "province", "province", None),
    AreaEntry("32", "Jawa Barat", "province", "province", None),
    AreaEntry("36.03", "Kabupaten Tangerang", "region", "regency", "36"),
    AreaEntry("36.71", "Kota Tangerang", "region", "city", "36"),
    AreaEntry("32.01", "Kabupaten Bogor", "region", "regency", "32"),
    AreaEntry("36.03.01", "Balaraja", "district", "district", "36.03"),
    AreaEntry("36.03.02", "Jayanti", "district", "district", "36.03"),
    AreaEntry("36.71.01", "Tangerang", "district", "district", "36.71"),
    AreaEntry("36.03.01.1001", "Balaraja", "village", "urban_ward", "36.03.01"),
    AreaEntry("36.03.01.2002", "Talaga Sari", "village", "village", "36.03.01"),
    AreaEntry("36.71.01.1001", "Sukarasa", "village", "urban_ward", "36.71.01"),
)


@cache
def every_region() -> tuple[AreaEntry, ...]:
    """All provinces, regencies and cities; of districts and villages the one each that a level needs."""
    wanted = [entry for entry in reference.areas() if entry.level in ("province", "region")]
    return (*wanted, PLACES[5], PLACES[8])


def load(entries: Iterable[AreaEntry], version: str = "1") -> tuple[operations.LevelChanges, ...]:
    return operations.load_areas(by=OPERATOR, entries=entries, version=version)
