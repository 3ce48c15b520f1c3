"""Declaration of the columns of a record's fields, and a village-year as records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, TypeVar

YEAR, VILLAGE = "Tahun", "Kd_Desa"


class Kind(Enum):
    """The format of the cells of a column."""

    TEXT = "text"
    MONEY = "money"
    FIGURE = "figure"
    DAY = "day"
    ACCOUNT = "account"
    ACTIVITY = "activity"


_WORDS = (Kind.TEXT, Kind.ACCOUNT, Kind.ACTIVITY)


@dataclass(frozen=True, slots=True)
class Of:
    """The column of a field. ``key``: part of the key of a row; ``later``: not in every version of Siskeudes."""

    column: str
    kind: Kind
    key: bool = False
    later: bool = False


def _of(kind: Kind) -> Callable[..., Any]:
    def made(column: str, *, key: bool = False, later: bool = False) -> Any:
        return field(metadata={"of": Of(column, kind, key, later)})

    return made


text, money, figure, date = _of(Kind.TEXT), _of(Kind.MONEY), _of(Kind.FIGURE), _of(Kind.DAY)
economic, functional = _of(Kind.ACCOUNT), _of(Kind.ACTIVITY)


TABLES: dict[str, type[Any]] = {}
"""The record class of each table, in the order in which a year happens."""
R = TypeVar("R")


def table(name: str) -> Callable[[type[R]], type[R]]:
    def made(record: type[R]) -> type[R]:
        record = dataclass(frozen=True, slots=True)(record)
        TABLES[name] = record
        return record

    return made


def columns_of(record: type[Any]) -> Mapping[str, Of]:
    """Return the columns of a record by the names of its fields."""
    return {field.name: field.metadata["of"] for field in fields(record)}


def key_of(row: Any) -> tuple[Any, ...]:
    """Return the key of a row within its table."""
    return tuple(getattr(row, name) for name, of in columns_of(type(row)).items() if of.key)


def _sortable(row: Any) -> tuple[str, ...]:
    return tuple(str(part) for part in key_of(row))


def table_of(record: type[Any]) -> str:
    """Return the table of a record."""
    return next(name for name, kind in TABLES.items() if kind is record)


def village_code(village: str) -> str:
    """Return the code of a village in Siskeudes: ``01.2001.`` for 36.03.01.2001."""
    return f"{village[6:]}."


def made(record: type[R], **said: Any) -> R:
    """Make a record with only some columns filled."""
    blank = {name: "" if of.kind in _WORDS else None for name, of in columns_of(record).items()}
    return record(**(blank | said))


@dataclass(frozen=True, slots=True)
class VillageYear:
    """A village in one budget year: the records of each table in the order of their keys. ``village``: its code in
    Siskeudes, such as ``01.2001.``."""

    year: int
    village: str
    name: str
    records: Mapping[type[Any], tuple[Any, ...]]

    @classmethod
    def made_of(cls, rows: Iterable[Any], *, year: int, village: str, name: str) -> VillageYear:
        """Make a village-year from records in any order."""
        rows_of: dict[type[Any], list[Any]] = {}
        for row in rows:
            rows_of.setdefault(type(row), []).append(row)
        records = {kind: tuple(sorted(rows_of[kind], key=_sortable)) for kind in TABLES.values() if kind in rows_of}
        return cls(year, village, name, records)

    def of(self, record: type[R]) -> tuple[R, ...]:
        """Return the rows of a table; empty for one that the file does not have."""
        return self.records.get(record, ())
