"""Charts of the budget, read without a database: accounts, activities, sources of funds. Sources: data/SOURCES.md."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pilar.platform.folders import data_folder

REGULATION = "permendagri20_2018"
"""Where the annex of the regulation and a list of an application give one code two names, the annex counts."""


@dataclass(frozen=True, slots=True)
class Account:
    """A row of the chart of accounts; ``side`` is D or C, the side on which it grows, or empty. Only leaves are posted
    to."""

    code: str
    name: str
    level: int
    side: str
    source: str
    is_open: bool
    is_leaf: bool


@dataclass(frozen=True, slots=True)
class Activity:
    """A field, subfield (level 2) or activity (level 3) of the village's work."""

    code: str
    name: str
    level: int
    source: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Fund:
    """A source of funds: ``account`` receives its money, ``words`` are its other names."""

    code: str
    name: str
    account: str
    words: tuple[str, ...]


@cache
def accounts() -> Mapping[str, Account]:
    """Return the chart of accounts by code, in the order of codes."""
    rows = list(_rows("accounts"))
    above = {row["parent"] for row in rows}
    return MappingProxyType({
        row["code"]: Account(
            row["code"], row["name"], int(row["level"]), row["normal_side"], row["source"],
            row["is_open_range_90_99"] == "1", row["code"] not in above,
        )
        for row in rows
    })  # fmt: skip


@cache
def activities() -> Mapping[str, Activity]:
    """Return fields, subfields and activities by code, in the order of codes."""
    return MappingProxyType({
        row["code"]: Activity(
            row["code"], row["name"], int(row["level"]), row["source"], row["is_open_range_90_99"] == "1"
        )
        for row in _rows("activities")
    })  # fmt: skip


@cache
def funds() -> Mapping[str, Fund]:
    """Return the sources of funds by code, as Siskeudes lists them."""
    with (data_folder() / "villagefinance" / "funds.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({
            row["code"]: Fund(row["code"], row["name"], row["account"], tuple(row["words"].split("|")))
            for row in csv.DictReader(file)
        })  # fmt: skip


def _rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a chart by code, each code once."""
    with (data_folder() / "villagefinance" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["code"], row["source"] != REGULATION))
    last = None
    for row in rows:
        if row["code"] != last:
            yield row
        last = row["code"]
