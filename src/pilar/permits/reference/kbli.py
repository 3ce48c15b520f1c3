"""Fields of business (KBLI 2020), read without a database. Source and known gaps: data/SOURCES.md."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pilar.platform.folders import data_folder

CLASS = 5
"""The number of digits of a code that businesses use."""


@dataclass(frozen=True, slots=True)
class Kbli:
    """A category (a letter), group (2 to 4 digits) or class (5 digits)."""

    code: str
    title: str
    parent: str
    category: str


@cache
def kbli() -> Mapping[str, Kbli]:
    """All of them by code, in the order of codes; six groups of three digits are missing in the source."""
    with (data_folder() / "permits" / "kbli_2020.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["code"])
    return MappingProxyType({
        row["code"]: Kbli(row["code"], row["title"].capitalize(), row["parent"], row["category"]) for row in rows
    })  # fmt: skip


def parents(code: str) -> tuple[Kbli, ...]:
    """List the codes above a code, its category first; codes that the source lacks are left out."""
    kblis: list[Kbli] = []
    at = kbli().get(code)
    while at is not None and at.parent:
        above = kbli().get(at.parent) or kbli().get(at.parent[:2])
        if above is not None:
            kblis.insert(0, above)
        at = above
    return tuple(kblis)


def find(words: str, *, most: int = 20) -> tuple[Kbli, ...]:
    """Classes whose code begins with ``words``, or whose title has each of them."""
    sought = words.casefold().split()
    if not sought:
        return ()
    classes = (
        row
        for row in kbli().values()
        if len(row.code) == CLASS
        and (row.code.startswith(words.strip()) or all(word in row.title.casefold() for word in sought))
    )
    return tuple(kbli for kbli, _place in zip(classes, range(most), strict=False))
