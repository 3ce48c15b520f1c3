"""Reads the dated facts of a file: everything that is missing, unknown or unreadable is reported at once, each with its
place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast

import yaml

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, Bilingual
from pilar.platform.yaml_files import load_texts
from pilar.villagefinance.reference.charts import accounts, activities, funds
from pilar.villagefinance.rules.dated import Dated, Origin

T = TypeVar("T")
D = TypeVar("D", bound=Dated)
_REQUIRED = object()


@dataclass
class Entry:
    """One entry of a file. Taking a wrong value records a fault; no value may be used before :func:`dated` has raised
    them."""

    given: Mapping[str, Any]
    place: str
    faults: list[Fault]
    taken: set[str] = field(default_factory=set)

    def take(self, name: str, read: Callable[[Any], T], default: object = _REQUIRED) -> T:
        """Return the value of a key, converted by ``read``; without ``default`` the key is required."""
        self.taken.add(name)
        if name not in self.given:
            if default is _REQUIRED:
                self.faults.append(Fault("no-key", N_("“%(key)s” is missing"), {"key": name}, self.place))
                return cast("T", None)
            return cast("T", default)
        try:
            return read(self.given[name])
        except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
            fields = {"key": name, "given": str(self.given[name])[:80]}
            self.faults.append(Fault("unfit-value", N_("“%(given)s” cannot stand under “%(key)s”"), fields, self.place))
            return cast("T", None)

    def entries(self, name: str) -> tuple[Entry, ...]:
        """Return the entries of a list within this one."""
        rows = self.take(name, list_of(dict))
        return tuple(
            Entry(row, f"{self.place}, {name} {at}", self.faults) for at, row in enumerate(rows or (), start=1)
        )

    def close(self) -> None:
        """Record a fault for each key that nobody took."""
        for name in sorted(set(self.given) - self.taken):
            self.faults.append(Fault("unknown-key", N_("Nobody knows the key “%(key)s”"), {"key": name}, self.place))


def dated(path: Path, make: Callable[[Entry, Origin], D], *, group: str) -> tuple[D, ...]:
    """Return the facts of one group of a file, by rule and version. Raises Faults."""
    faults: list[Fault] = []
    rows = list(_rows(path, make, group, faults))
    if faults:
        raise Faults(faults)
    _require_order([row.origin for row in rows], path.name)
    return tuple(rows)


@cache
def _content(path: Path) -> Any:
    """Read a file, all scalars as text: to YAML, 5.1 would be a number, which codes are not. Raises Faults."""
    try:
        return load_texts(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        fields = {"line": error.problem_mark.line + 1 if error.problem_mark else 0}
        raise Faults([Fault("no-yaml", N_("The file is no YAML: see line %(line)s"), fields, path.name)]) from None


def _rows(path: Path, make: Callable[[Entry, Origin], D], group: str, faults: list[Fault]) -> Iterator[D]:
    given = _content(path)
    if not isinstance(given, dict) or not isinstance(given.get(group), list):
        faults.append(Fault("no-group", N_("A list “%(group)s” is missing"), {"group": group}, path.name))
        return
    for at, entry_given in enumerate(given[group], start=1):
        place = f"{path.name}, {group} {at}"
        if not isinstance(entry_given, dict):
            faults.append(Fault("no-entry", N_("An entry has keys with values"), {}, place))
            continue
        entry = Entry(entry_given, place, faults)
        made = make(entry, _origin(entry, group))
        entry.close()
        yield made


def _origin(entry: Entry, group: str) -> Origin:
    return Origin(
        entry.take("rule", text, group),
        entry.take("version", whole),
        entry.take("law", text),
        entry.take("source", text),
        entry.take("since", date.fromisoformat),
        entry.take("until", date.fromisoformat, None),
        entry.take("area", text, ""),
        entry.take("assumed", list_of(text), ()),
    )


def _require_order(origins: list[Origin], file: str) -> None:
    """Raise Faults where two versions of a rule hold on the same day in the same area, or have the same number."""
    faults = []
    for at, origin in enumerate(origins):
        for other in origins[:at]:
            if (origin.rule, origin.area) != (other.rule, other.area):
                continue
            apart = (origin.until and origin.until < other.since) or (other.until and other.until < origin.since)
            if origin.version == other.version or not apart:
                fields = {"first": other.version, "second": origin.version}
                sentence = N_("Versions %(first)s and %(second)s are not apart: each needs its number and its days")
                faults.append(Fault("versions-overlap", sentence, fields, f"{file}, {origin.rule}"))
    if faults:
        raise Faults(faults)


def text(given: Any) -> str:
    """Read a text that is not blank."""
    return " ".join(given.split()) or refuse(given)


def whole(given: Any) -> int:
    """Read a whole number from 0 on."""
    return number if (number := int(given)) >= 0 else refuse(given)


def money(given: Any) -> Decimal:
    """Read an amount of rupiah from 0 on."""
    amount = Decimal(given)
    return amount if amount.is_finite() and amount >= 0 and amount == round(amount, 2) else refuse(given)


def share(given: Any) -> Decimal:
    """Read a part of a whole, 0 to 1: ``0.3``."""
    return amount if 0 <= (amount := Decimal(given)) <= 1 else refuse(given)


def ratio(given: Any) -> Fraction:
    """Read an exact part of a whole: ``11/12``."""
    return value if 0 < (value := Fraction(given)) <= 1 else refuse(given)


def flag(given: Any) -> bool:
    """Read ``true`` or ``false``."""
    return {"true": True, "false": False}[given]


def title(given: Any) -> Bilingual:
    """Read a name in both languages."""
    return Bilingual(text(given["id"]), text(given["en"]))


def month_and_day(given: Any) -> tuple[int, int]:
    """Read a day of every year: ``12-31``."""
    day = date.fromisoformat(f"2001-{given}")
    return day.month, day.day


def account(given: Any) -> str:
    """Read a code of the chart of accounts."""
    return _known(given, accounts())


def activity(given: Any) -> str:
    """Read a code of the chart of activities, of any level."""
    return _known(given, activities())


def fund(given: Any) -> str:
    """Read a source of funds."""
    return _known(given, funds())


def list_of(read: Callable[[Any], T]) -> Callable[[Any], tuple[T, ...]]:
    """Make a reader of lists whose items ``read`` converts."""

    def several(given: Any) -> tuple[T, ...]:
        return tuple(read(piece) for piece in given) if isinstance(given, list) else refuse(given)

    return several


def refuse(given: Any) -> NoReturn:
    """Raise the error of a value that is not in order."""
    raise ValueError(given)


def _known(given: Any, chart: Mapping[str, Any]) -> str:
    return str(given) if given in chart else refuse(given)
