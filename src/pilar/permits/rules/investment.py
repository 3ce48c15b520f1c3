"""Questions of investors (allowed here, requirements, by when), and realised investment. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pilar.permits.rules.places import Point
from pilar.platform.errors import Fault
from pilar.platform.language import N_, Bilingual

CLASS = 5
"""Digits of the KBLI code of a business."""
QUARTERS, FIRST_YEAR, LAST_YEAR = 4, 2010, 2099
NIB = re.compile(r"[0-9]{13}")


class PotentialKind(StrEnum):
    ZONE = "zone"
    PLOT = "plot"
    ESTATE = "estate"


POTENTIAL_NAMES = {
    PotentialKind.ZONE: N_("Zoning note"), PotentialKind.PLOT: N_("Plot"), PotentialKind.ESTATE: N_("Estate"),
}  # fmt: skip


class Capital(StrEnum):
    """Domestic (PMDN) and foreign (PMA) investment."""

    PMDN = "pmdn"
    PMA = "pma"


class RealisedState(StrEnum):
    ENTERED = "entered"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    REPLACED = "replaced"


REALISED_NAMES = {
    RealisedState.ENTERED: (N_("To be confirmed by a second person"), "caution"),
    RealisedState.CONFIRMED: (N_("Confirmed"), "positive"),
    RealisedState.REFUSED: (N_("Not confirmed"), "negative"),
    RealisedState.REPLACED: (N_("Corrected by a later entry"), ""),
}
"""The name of each state, and the tone in which it is shown."""


@dataclass(frozen=True, slots=True)
class Published:
    """Realised investment of a period according to a source, in trillion rupiah; shares in per cent."""

    period: str
    total: Decimal
    source: str
    whole: bool = False
    pmdn: Decimal | None = None
    pma: Decimal | None = None
    share_pmdn: Decimal | None = None
    share_pma: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Risk:
    """A level of risk, and the licences that a business needs before it operates."""

    key: str
    name: Bilingual
    needs: Bilingual
    source: str


@dataclass(frozen=True, slots=True)
class PotentialEntry:
    """A zoning note, plot or estate as the office enters it. ``area`` in hectares; ``kbli``: the codes that it is meant
    for, each with all below it; ``source``: an address, or ``assumption``."""

    code: str
    kind: PotentialKind
    name: str
    source: str
    district: str = ""
    area: Decimal | None = None
    kbli: tuple[str, ...] = ()
    note: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class RealisedEntry:
    """The realised investment of a business in a quarter, in rupiah, as asked in the activity report (LKPM)."""

    year: int
    quarter: int
    business: str
    nib: str
    kbli: str
    capital: Capital
    planned: Decimal
    realised: Decimal
    workers: int = 0
    district: str = ""


@dataclass(frozen=True, slots=True)
class OssEntry:
    """A statement of the OSS about a business and one of its KBLI codes on a day; ``risk``: a level, or empty."""

    nib: str
    kbli: str
    business: str
    status: str
    as_of: date
    risk: str = ""


def covers(prefixes: Iterable[str], code: str) -> bool:
    """Return whether a code, or one above it, is among those named; if none are named, all are allowed."""
    named = tuple(prefixes)
    return not named or any(code.startswith(prefix) for prefix in named)


def potential_faults(given: PotentialEntry, codes: Collection[str], districts: Mapping[str, str]) -> list[Fault]:
    """List the faults of a zoning note, plot or estate, at the names of its fields."""
    faults = [*_kbli_faults(given.kbli, codes), *_district_faults(given.district, districts)]
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", given.code):
        faults.append(Fault("unfit-code", N_("A short name of letters, digits and hyphens"), {}, "code"))
    if not given.name.strip():
        faults.append(Fault("no-name", N_("Write its name"), {}, "name"))
    if given.source != "assumption" and not given.source.startswith("https://"):
        sentence = N_("Give the address (https://) where this was read, or write “assumption”")
        faults.append(Fault("no-source", sentence, {}, "source"))
    if given.area is not None and given.area <= 0:
        faults.append(Fault("unfit-area", N_("The area is more than 0 hectares"), {}, "area"))
    return faults


def realised_faults(given: RealisedEntry, codes: Collection[str], districts: Mapping[str, str]) -> list[Fault]:
    """List the faults in the report of a business for a quarter, at the names of its fields."""
    faults = [*_business_faults(given, codes), *_district_faults(given.district, districts)]
    if not 1 <= given.quarter <= QUARTERS:
        faults.append(Fault("no-quarter", N_("A quarter is one of 1 to 4"), {}, "quarter"))
    if not FIRST_YEAR <= given.year <= LAST_YEAR:
        fields = {"first": FIRST_YEAR, "last": LAST_YEAR}
        faults.append(Fault("no-year", N_("A year from %(first)s to %(last)s"), fields, "year"))
    for name in ("planned", "realised"):
        if getattr(given, name) < 0:
            faults.append(Fault("below-zero", N_("An amount is not below zero"), {}, name))
    return faults


def oss_faults(given: OssEntry, codes: Collection[str], levels: Collection[str]) -> list[Fault]:
    """List the faults in a statement of the OSS, at the names of its fields."""
    faults = _business_faults(given, codes)
    if given.risk and given.risk not in levels:
        faults.append(Fault("no-risk", N_("“%(given)s” is no level of risk"), {"given": given.risk}, "risk"))
    return faults


def sums(rows: Sequence[tuple[Capital, Decimal, Decimal, int]]) -> dict[str, tuple[Decimal, Decimal, int]]:
    """Planned and realised investment and workers by capital, with the total under ``""``."""
    made: dict[str, tuple[Decimal, Decimal, int]] = {"": (Decimal(), Decimal(), 0)}
    for capital, planned, realised, workers in rows:
        for key in ("", capital.value):
            before = made.get(key, (Decimal(), Decimal(), 0))
            made[key] = (before[0] + planned, before[1] + realised, before[2] + workers)
    return made


def _business_faults(given: RealisedEntry | OssEntry, codes: Collection[str]) -> list[Fault]:
    faults = _kbli_faults((given.kbli,), codes, least=CLASS)
    if not given.business.strip():
        faults.append(Fault("no-name", N_("Write its name"), {}, "business"))
    if not NIB.fullmatch(given.nib):
        faults.append(Fault("unfit-nib", N_("A business number (NIB) has 13 digits"), {}, "nib"))
    return faults


def _kbli_faults(given: Iterable[str], codes: Collection[str], *, least: int = 2) -> list[Fault]:
    """Faults of invalid codes and of codes with too few digits."""
    sentence = N_("“%(given)s” is no code of KBLI 2020")
    unknown = (code for code in given if code not in codes or not code.isdigit() or len(code) < least)
    return [Fault("no-kbli", sentence, {"given": code}, "kbli") for code in unknown]


def _district_faults(given: str, districts: Mapping[str, str]) -> list[Fault]:
    unknown = given and given not in districts
    return [Fault("no-district", N_("Choose a district of this region"), {}, "district")] if unknown else []
