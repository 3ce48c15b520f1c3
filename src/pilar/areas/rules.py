"""Regions and how a person names them.

A region (kabupaten or kota) is found by its Kemendagri code or its name. A name that fits two regions is refused, never
guessed: 26 regencies share their name with a city.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from pilar.platform.calendar import Holiday, Leave, WorkingDays
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_, translate
from pilar.platform.tables import folded, shown

RegionKind = Literal["regency", "city"]
AreaLevel = Literal["province", "region", "district", "village"]
AreaKind = Literal["province", "regency", "city", "district", "urban_ward", "village", "customary_village"]

MANAGE_OFFICES = "manage-offices"
LOAD_REFERENCE_DATA = "load-reference-data"
"""What this room asks of the person who acts; roles that may stand in ``people.rules``."""

CAPITAL_PROVINCE = "31"
"""Jakarta, whose time holds for what concerns the nation."""

MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)

SUGGESTIONS = 3
NEAR = 0.7
"""How alike two names must be; below it chance speaks: Salatiga shares 0.63 with Atlantis."""

MAX_NAME = 100

_CODE = re.compile(r"(\d{2})[.,]?(\d{1,2})", re.ASCII)
_KINDS: dict[str, RegionKind] = {"kabupaten": "regency", "kab": "regency", "kota": "city"}
# Words that sources write or leave out at will, and one that they shorten.
_DROPPED = {"administrasi", "adm"}
_SHORTENED = {"kepulauan": "kep"}


@dataclass(frozen=True, slots=True)
class AreaEntry:
    """An area of any level (wilayah administrasi), as the reference data holds it; a province has no parent."""

    code: str
    name: str
    level: AreaLevel
    kind: AreaKind
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class RegionEntry:
    """A regency (kabupaten) or city (kota): ``36.03``, ``Kabupaten Tangerang``."""

    code: str
    name: str
    kind: RegionKind
    province_code: str
    province: str

    @property
    def short_name(self) -> str:
        """The name with the usual short form of its kind: ``Kab. Tangerang``."""
        return self.name.replace("Kabupaten ", "Kab. ", 1)


class UnknownRegion(PilarError):
    """No region has this code or name, nor one like it."""

    code = "unknown-region"
    status = 404
    sentence = N_("There is no regency or city “%(given)s”.")


class MisspeltRegion(UnknownRegion):
    """No region has this name, but some have a similar one."""

    sentence = N_("There is no regency or city “%(given)s”. Near to it: %(nearest)s.")


class AmbiguousRegion(PilarError):
    """The text fits several regions."""

    code = "ambiguous-region"
    status = 409
    sentence = N_("“%(given)s” can be %(candidates)s. Write the code or the full name.")


class RegionDirectory:
    """All regions, found by code or name. Iterates in the order of codes."""

    def __init__(self, entries: Iterable[RegionEntry]) -> None:
        self._by_code = {entry.code: entry for entry in sorted(entries, key=lambda entry: entry.code)}
        self._by_name: dict[str, list[RegionEntry]] = {}
        for entry in self._by_code.values():
            self._by_name.setdefault(_squeezed(_words(entry.name)[1:]), []).append(entry)

    def __iter__(self) -> Iterator[RegionEntry]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str) -> RegionEntry | None:
        """The region with exactly this dotted code."""
        return self._by_code.get(code)

    def find(self, text: str) -> RegionEntry:
        """The one region that ``text`` names: 36.03, 3603, Kabupaten Tangerang, Kab. Tangerang, KOTA KEDIRI, Sleman.

        Raises UnknownRegion (MisspeltRegion names the nearest), or AmbiguousRegion with all that fit.
        """
        given = " ".join(text.split())
        fitting = self._fitting(given)
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            candidates = "; ".join(f"{entry.code} {entry.name} ({entry.province})" for entry in fitting)
            raise AmbiguousRegion(given=shown(given, MAX_NAME), candidates=candidates)
        near = self.near(given)
        if near:
            nearest = ", ".join(f"{entry.code} {entry.name}" for entry in near)
            raise MisspeltRegion(given=shown(given, MAX_NAME), nearest=nearest)
        raise UnknownRegion(given=shown(given, MAX_NAME))

    def _fitting(self, given: str) -> list[RegionEntry]:
        code = _CODE.fullmatch(given)
        if code is not None:
            return [self._by_code[key] for key in _codes(code[1], code[2]) if key in self._by_code]
        words = _words(given)
        if not words:
            return []
        kind = _KINDS.get(words[0])
        named = [entry for entry in self._by_name.get(_squeezed(words[1:]), ()) if entry.kind == kind] if kind else []
        # “Kota Baru” is also how some write the regency Kotabaru: the words as one name count when no kind fits.
        return named or self._by_name.get(_squeezed(words), [])

    def near(self, given: str) -> tuple[RegionEntry, ...]:
        """The regions with the most similar names, the nearest first, whatever their kind."""
        words = _words(given)
        if len(given) > MAX_NAME or not words:
            return ()
        bare = _squeezed(words[1:] if words[0] in _KINDS else words)
        close = get_close_matches(bare, self._by_name, n=SUGGESTIONS, cutoff=NEAR)
        return tuple(entry for name in close for entry in self._by_name[name])


def _codes(province: str, region: str) -> tuple[str, ...]:
    """The codes that the digits can mean: a spreadsheet turns 32.10 into 32.1, and a person may mean 32.01 by it."""
    if len(region) == 2:
        return (f"{province}.{region}",)
    return (f"{province}.0{region}", f"{province}.{region}0")


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = re.findall(r"\w+", plain)
    return [_SHORTENED.get(word, word) for word in words if word not in _DROPPED]


def _squeezed(words: Iterable[str]) -> str:
    """One key for spellings that differ in spaces and hyphens: Batang Hari, Batanghari; Toli-Toli, Tolitoli."""
    return "".join(words)


def working_days(
    holidays: Iterable[Holiday],
    weekend: tuple[int, ...],
    *,
    area: str = "",
    leave: Leave = Leave.OFF,
    known: date | None,
) -> WorkingDays:
    """The calendar of a province or region: what holds for the nation and for it. One that was asked for is kept."""
    rows = tuple(
        row
        for row in holidays
        if area == row.decree.area or area.startswith(f"{row.decree.area}.") or not row.decree.area
    )
    made = {decree.made_on for row in rows for decree in (row.decree, row.dropped_by) if decree}
    # Only the last decree before it tells one such day from another.
    seen = None if known is None else max((day for day in made if day <= known), default=date.min)
    return _working_days(rows, weekend, leave, seen)


@lru_cache(maxsize=32)
def _working_days(rows: tuple[Holiday, ...], weekend: tuple[int, ...], leave: Leave, known: date | None) -> WorkingDays:
    return WorkingDays(rows, weekend=weekend, leave=leave, known=known)


@dataclass(frozen=True, slots=True)
class TimeZone:
    """A time zone (wilayah waktu) as it holds in a province from a day on: WIB, WITA or WIT, and its hours from UTC."""

    province_code: str
    name: str
    hours: int
    since: date


def zone_of(region_code: str, moment: datetime, zones: Iterable[TimeZone]) -> TimeZone:
    """The zone that holds in a province or region at ``moment``; an empty code stands for the nation: Jakarta's.

    Raises :class:`UnknownRegion` for a province that ``zones`` does not have at that time.
    """
    province = region_code[:2] or CAPITAL_PROVINCE
    holding = [zone for zone in zones if zone.province_code == province and zone.since <= moment.date()]
    if not holding:
        raise UnknownRegion(given=shown(region_code))
    return max(holding, key=lambda zone: zone.since)


def local_end(moment: datetime, zone: TimeZone) -> str:
    """Return when something ends, as the people of the zone read it. What midnight ends belongs to the day before: ``20
    Oktober 2026 pukul 23.59 WIB``.
    """
    return local_time(_before_midnight(moment, zone), zone)


def last_day(moment: datetime, zone: TimeZone) -> date:
    """The day that something ends on, as :func:`local_end` writes it."""
    return _before_midnight(moment, zone).astimezone(timezone(timedelta(hours=zone.hours))).date()


def _before_midnight(moment: datetime, zone: TimeZone) -> datetime:
    local = moment.astimezone(timezone(timedelta(hours=zone.hours)))
    at_midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    return moment - timedelta(minutes=1) if at_midnight else moment


def local_time(moment: datetime, zone: TimeZone) -> str:
    """A moment as the people of the zone read it: ``24 November 2026 pukul 16.00 WIB``; ``moment`` knows its offset."""
    if moment.tzinfo is None:
        raise ValueError("a moment without offset has no local time")
    local = moment.astimezone(timezone(timedelta(hours=zone.hours)))
    return translate(
        "%(day)s %(month)s %(year)s at %(hour)s:%(minute)s %(zone)s",
        day=local.day,
        month=translate(MONTHS[local.month - 1]),
        year=local.year,
        hour=f"{local.hour:02}",
        minute=f"{local.minute:02}",
        zone=zone.name,
    )


class FigureKind(StrEnum):
    """A dated figure of a region (data daerah) that somebody else publishes."""

    POPULATION = "population"
    """People (jumlah penduduk)."""
    SPBE = "spbe"
    """The index of e-government (indeks SPBE), from 1 to 5."""
    FISCAL = "fiscal"
    """The index of fiscal capacity (indeks kapasitas fiskal daerah)."""
    FISCAL_CLASS = "fiscal_class"
    """Its class (kategori), from 1, very low, to 5, very high."""


FIGURE_NAMES: dict[FigureKind, str] = {
    FigureKind.POPULATION: N_("Population"),
    FigureKind.SPBE: N_("SPBE index"),
    FigureKind.FISCAL: N_("Fiscal capacity index"),
    FigureKind.FISCAL_CLASS: N_("Fiscal capacity class"),
}
FISCAL_CLASSES = (N_("very low"), N_("low"), N_("medium"), N_("high"), N_("very high"))
"""The classes of fiscal capacity in their order; the figure of the first is 1."""
FIRST_YEAR = 2000
"""Before it there is no figure of a region as it is today (assumption: the wave of new regions began then)."""
MAX_SOURCE, MAX_ADDRESS = 300, 500
FIGURE_BOUNDS: dict[FigureKind, tuple[int, int, int]] = {
    FigureKind.POPULATION: (1, 50_000_000, 0),
    FigureKind.SPBE: (1, 5, 4),
    FigureKind.FISCAL: (0, 1_000, 6),
    FigureKind.FISCAL_CLASS: (1, len(FISCAL_CLASSES), 0),
}
"""The lowest and the highest value, and how many decimals; those of population and fiscal index are an assumption."""


@dataclass(frozen=True, slots=True)
class GivenFigure:
    """A figure as somebody brings it in; ``value`` None takes back the one that stands for that year."""

    region: str
    kind: FigureKind
    year: int
    value: Decimal | None
    source: str
    address: str


def figure_faults(given: GivenFigure, *, this_year: int) -> list[Fault]:
    """Return the faults of a figure, at ``year``, ``source``, ``address`` or the kind of figure."""
    faults = []
    if not FIRST_YEAR <= given.year <= this_year:
        sentence = N_("A figure is of a year from %(first)s to %(last)s")
        faults.append(Fault("unfit-year", sentence, {"first": FIRST_YEAR, "last": this_year}, "year"))
    for place, text, most in (("source", given.source, MAX_SOURCE), ("address", given.address, MAX_ADDRESS)):
        if not 0 < len(text.strip()) <= most:
            faults.append(Fault("unfit", N_("Write 1 to %(most)s characters"), {"most": most}, place))
    if given.address.strip() and not re.match(r"https?://[^\s/]+\.[^\s]+$", given.address.strip()):
        sentence = N_("Write the address where it can be read, beginning with https://")
        faults.append(Fault("no-address", sentence, {}, "address"))
    if given.value is not None:
        lowest, highest, decimals = FIGURE_BOUNDS[given.kind]
        if not lowest <= given.value <= highest:
            sentence = N_("This lies between %(lowest)s and %(highest)s")
            faults.append(Fault("out-of-bounds", sentence, {"lowest": lowest, "highest": highest}, given.kind.value))
        elif given.value != round(given.value, decimals):
            sentence = N_("At most %(decimals)s decimals")
            faults.append(Fault("too-precise", sentence, {"decimals": decimals}, given.kind.value))
    return faults


class OfficeNameTaken(PilarError):
    """Another open office of the region has the name."""

    code = "office-name-taken"
    status = 409
    sentence = N_("The region already has an office named “%(name)s”")


class OfficeWordTaken(PilarError):
    """Lists name an office by name or abbreviation, so no two open offices of a region may share such a word."""

    code = "office-word-taken"
    status = 409
    sentence = N_("“%(word)s” already stands for the office “%(name)s”. Use another word")


def word_taken(name: str, abbreviation: str, others: Iterable[tuple[str, str]]) -> PilarError | None:
    """Return the error for an office among ``others``, the names and abbreviations of its region's other open offices:
    :class:`OfficeNameTaken` where one has its name, else :class:`OfficeWordTaken` where one has a word of it."""
    others = list(others)
    if folded(name) in {folded(theirs) for theirs, _short in others}:
        return OfficeNameTaken(name=name)
    for theirs, short in others:
        for word in (abbreviation, name):
            if folded(word) in {folded(theirs), folded(short)} - {""}:
                return OfficeWordTaken(word=word, name=theirs)
    return None
