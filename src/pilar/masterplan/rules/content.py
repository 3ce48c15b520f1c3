"""The content of a programme, to which proposals, decisions and versions of a plan refer.

A content is never changed: editing makes a new one. So a decreed version stays as it was, and the changes between two
versions are the differences between two contents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pilar.masterplan.rules.quarters import Quarter, read_quarter
from pilar.platform.language import N_

MAX_TITLE, MAX_TEXT, MAX_UNIT = 200, 4000, 40
MAX_SIPD, MAX_OBJECTIVE = 40, 500
BUDGETED = ("sipd_code", "objective", "weight")
"""The links of a programme or an activity to the regional budget: its code in SIPD, the objective (tujuan or sasaran)
of the RPJMD that it serves, and its weight among the others."""
SIPD_SHAPE = r"^[0-9]{1,4}([.][0-9]{1,4}){0,7}$"
"""Digits in groups between dots: urusan.bidang.program.kegiatan.sub-kegiatan. Only the shape is checked, not whether
the code stands in the official list (assumption: so many groups of so many digits hold every code)."""
WEIGHT_DIGITS, WEIGHT_DECIMALS = 6, 6
WEIGHT_SHAPE = r"^[0-9]{1,6}([.][0-9]{1,6})?$"


class Fund(StrEnum):
    """Sources of money."""

    APBD = "apbd"
    APBN = "apbn"
    CSR = "csr"
    OTHER = "other"


class Horizon(StrEnum):
    """The time by which a programme is to bear fruit."""

    SHORT = "short"
    MIDDLE = "middle"
    LONG = "long"


class Better(StrEnum):
    """The direction in which an indicator improves."""

    UP = "up"
    DOWN = "down"


FUND_NAMES = {
    Fund.APBD: N_("regional budget (APBD)"),
    Fund.APBN: N_("state budget (APBN)"),
    Fund.CSR: N_("corporate social responsibility (CSR)"),
    Fund.OTHER: N_("other sources"),
}
HORIZON_NAMES = {
    Horizon.SHORT: N_("short term"),
    Horizon.MIDDLE: N_("middle term"),
    Horizon.LONG: N_("long term"),
}
BETTER_NAMES = {Better.UP: N_("higher is better"), Better.DOWN: N_("lower is better")}


@dataclass(frozen=True, slots=True)
class Target:
    """A target indicator with the values to reach by year.

    ``number`` never changes while the programme exists. ``base`` is the value of ``base_year``; ``measure`` the code of
    a measure of the region with its figures, empty when the office reports them; ``source`` the source of base and
    figures. ``yearly``: (year, value to reach by its end).
    """

    number: int
    title: str
    unit: str
    better: Better = Better.UP
    base: Decimal | None = None
    base_year: int | None = None
    source: str = ""
    measure: str = ""
    yearly: tuple[tuple[int, Decimal], ...] = ()

    @property
    def by_year(self) -> dict[int, Decimal]:
        """Return the value to reach by the end of each year."""
        return dict(self.yearly)

    def planned_for(self, year: int) -> Decimal | None:
        """Return the value to reach by the end of a year."""
        return self.by_year.get(year)


@dataclass(frozen=True, slots=True)
class Budget:
    """Money of a year from a source, in whole rupiah."""

    year: int
    fund: Fund
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity (kegiatan) on the road map, or with ``parent`` the sub-activity of one.

    ``number`` never changes while the programme exists; both quarters are included. For the last three fields see
    ``BUDGETED``.
    """

    number: int
    title: str
    starts: Quarter
    ends: Quarter
    parent: int | None = None
    sipd_code: str = ""
    objective: str = ""
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk, and its treatment."""

    text: str
    response: str = ""


@dataclass(frozen=True, slots=True)
class Monitored:
    """A policy, institution, infrastructure, application or literacy activity to exist by the end of a year.

    ``group`` is a code of the framework's monitored groups; ``number`` never changes while the programme exists.
    """

    number: int
    group: str
    title: str
    year: int


@dataclass(frozen=True, slots=True)
class Judged:
    """The mark of a quick win on one of the ten criteria, with its reason."""

    criterion: str
    mark: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A programme: ``owner`` and ``partners`` are keys of offices; ``outside_partners`` are free text. See also
    ``BUDGETED``."""

    title: str
    part: str
    owner: int
    description: str = ""
    need: str = ""
    horizon: Horizon = Horizon.SHORT
    quick_win: bool = False
    partners: tuple[int, ...] = ()
    outside_partners: str = ""
    link: str = ""
    sipd_code: str = ""
    objective: str = ""
    weight: Decimal | None = None
    targets: tuple[Target, ...] = ()
    budgets: tuple[Budget, ...] = ()
    activities: tuple[Activity, ...] = ()
    risks: tuple[Risk, ...] = ()
    monitored: tuple[Monitored, ...] = ()
    judged: tuple[Judged, ...] = ()

    @property
    def money(self) -> Decimal:
        """The money of all years, in rupiah."""
        return sum((budget.amount for budget in self.budgets), Decimal(0))

    def budget_of(self, year: int) -> Decimal:
        """Return all money of a year, in rupiah."""
        return sum((budget.amount for budget in self.budgets if budget.year == year), Decimal(0))

    @property
    def leaves(self) -> tuple[Activity, ...]:
        """The activities to report progress on: those without sub-activities."""
        parents = {activity.parent for activity in self.activities}
        return tuple(activity for activity in self.activities if activity.number not in parents)

    @property
    def leaf_weights(self) -> tuple[Decimal, ...]:
        """The weights of :attr:`leaves`, if each has one; they then determine the shares of the programme."""
        weights = [leaf.weight for leaf in self.leaves]
        known = tuple(weight for weight in weights if weight is not None)
        return known if len(known) == len(weights) else ()

    def planned_in(self, year: int) -> bool:
        """Return whether anything is planned for a year: an activity, money or a target."""
        return (
            any(activity.starts.year <= year <= activity.ends.year for activity in self.activities)
            or any(budget.year == year for budget in self.budgets)
            or any(target.planned_for(year) is not None for target in self.targets)
        )


def stored(content: Content) -> dict[str, Any]:
    """Convert to JSON: numbers as text, quarters as ``2026-Q1``; see :func:`read`."""
    kept: dict[str, Any] = _plain(content)
    return kept


def read(kept: Mapping[str, Any]) -> Content:
    """Rebuild what :func:`stored` wrote. Anything else is a bug: ``KeyError``, ``ValueError``.

    Content stored before the fields of ``BUDGETED`` existed has none of them.
    """
    given = dict(kept)
    given["weight"] = _weight(given)
    given["horizon"] = Horizon(given["horizon"])
    given["partners"] = tuple(given["partners"])
    given["targets"] = tuple(_target(target) for target in given["targets"])
    given["budgets"] = tuple(
        Budget(budget["year"], Fund(budget["fund"]), Decimal(budget["amount"])) for budget in given["budgets"]
    )
    given["activities"] = tuple(_activity(activity) for activity in given["activities"])
    given["risks"] = tuple(Risk(**risk) for risk in given["risks"])
    given["monitored"] = tuple(Monitored(**monitored) for monitored in given["monitored"])
    given["judged"] = tuple(Judged(**mark) for mark in given["judged"])
    return Content(**given)


def _target(kept: Mapping[str, Any]) -> Target:
    base = kept["base"]
    return Target(
        **{**kept, "better": Better(kept["better"]), "base": None if base is None else Decimal(base)}
        | {"yearly": tuple((year, Decimal(value)) for year, value in kept["yearly"])}
    )


def _activity(kept: Mapping[str, Any]) -> Activity:
    starts, ends = read_quarter(kept["starts"]), read_quarter(kept["ends"])
    if starts is None or ends is None:
        raise ValueError("a stored activity names no quarters")
    return Activity(
        kept["number"], kept["title"], starts, ends, kept["parent"],
        kept.get("sipd_code", ""), kept.get("objective", ""), _weight(kept),
    )  # fmt: skip


def _weight(kept: Mapping[str, Any]) -> Decimal | None:
    weight = kept.get("weight")
    return None if weight is None else Decimal(weight)


def _plain(value: Any) -> Any:
    """Convert a value in one pass over dataclasses with slots, because thousands are stored at once."""
    kind = type(value)
    if value is None or kind in (str, int, bool):
        return value
    if kind is tuple:
        return [_plain(item) for item in value]
    if kind is Decimal:
        return f"{value.normalize():f}"
    if kind is Quarter:
        return str(value)
    if isinstance(value, StrEnum):
        return value.value
    return {name: _plain(getattr(value, name)) for name in kind.__slots__}
