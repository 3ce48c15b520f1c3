"""A spreadsheet program of a hundred lines: reads an XLSX file and computes its formulas, independent of its writer.

What it knows is what the formulas of Pilar use; anything else raises. Stored results of formulas are not looked at.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:E[+-]?\d+)?)|(?P<text>\"(?:[^\"]|\"\")*\")"
    r"|(?P<cell>(?:'[^']+'!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)|(?P<name>[A-Z]+)(?=\()"
    r"|(?P<sign><=|>=|<>|[-+*/^&=<>(),]))"
)
COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b, "<": lambda a, b: a < b, ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
}  # fmt: skip


class Sheet:
    """Cells by name: given values in ``given``, formulas in ``formulas``."""

    def __init__(self, given: dict[str, Any], formulas: dict[str, str]) -> None:
        self.given, self.formulas = given, formulas
        self._known: dict[str, Any] = {}

    def change(self, cell: str, value: Any) -> None:
        """Type a value into a cell; None empties it."""
        self.formulas.pop(cell, None)
        self.given[cell] = value
        self._known.clear()

    def value(self, cell: str) -> Any:
        """What the cell shows; None for an empty one."""
        name = cell.replace("$", "")
        if name not in self.formulas:
            return self.given.get(name)
        if name not in self._known:
            self._known[name] = _Reading(self, self.formulas[name]).whole()()
        return self._known[name]

    def values(self, cells: str) -> list[Any]:
        first, _sign, last = cells.rpartition("!")[2].replace("$", "").partition(":")
        (column, start), (other, end) = _split(first), _split(last or first)
        return [
            self.value(f"{_name(c)}{r}")
            for c in range(_number(column), _number(other) + 1)
            for r in range(start, end + 1)
        ]


def read(content: bytes) -> dict[str, Sheet]:
    """The sheets of an XLSX file by name."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parse = lambda path: ET.fromstring(archive.read(path))  # noqa: E731
        shared = ["".join(text.text or "" for text in one.iter(f"{MAIN}t")) for one in parse("xl/sharedStrings.xml")]
        names = [one.get("name", "") for one in parse("xl/workbook.xml").iter(f"{MAIN}sheet")]
        return {name: _sheet(parse(f"xl/worksheets/sheet{place}.xml"), shared) for place, name in enumerate(names, 1)}


def _sheet(root: ET.Element, shared: list[str]) -> Sheet:
    given: dict[str, Any] = {}
    formulas: dict[str, str] = {}
    for cell in root.iter(f"{MAIN}c"):
        name, formula, value = cell.get("r", ""), cell.find(f"{MAIN}f"), cell.find(f"{MAIN}v")
        if formula is not None:
            formulas[name] = formula.text or ""
        elif value is not None:
            given[name] = shared[int(value.text or "")] if cell.get("t") == "s" else float(value.text or "")
    return Sheet(given, formulas)


class _Reading:
    """A formula read from left to right; each method gives a function that computes."""

    def __init__(self, sheet: Sheet, formula: str) -> None:
        self.sheet, self.tokens, rest = sheet, [], formula.strip()
        while rest:
            found = TOKEN.match(rest)
            if found is None:
                raise ValueError(f"cannot read {rest!r}")
            self.tokens.append((found.lastgroup, found[found.lastgroup or ""]))
            rest = rest[found.end() :].strip()

    def whole(self) -> Callable[[], Any]:
        found = self._comparison()
        if self.tokens:
            raise ValueError(f"left over: {self.tokens}")
        return found

    def _take(self, *signs: str) -> str:
        if self.tokens and self.tokens[0][0] == "sign" and self.tokens[0][1] in signs:
            return str(self.tokens.pop(0)[1])
        return ""

    def _left(self, below: Callable[[], Callable[[], Any]], signs: Mapping[str, Callable[[Any, Any], Any]]) -> Any:
        found = below()
        while sign := self._take(*signs):
            found = _both(found, below(), signs[sign])
        return found

    def _comparison(self) -> Any:
        return self._left(self._joined, COMPARED)

    def _joined(self) -> Any:
        return self._left(self._sum, {"&": lambda a, b: _text(a) + _text(b)})

    def _sum(self) -> Any:
        return self._left(
            self._product, {"+": lambda a, b: _plain(a) + _plain(b), "-": lambda a, b: _plain(a) - _plain(b)}
        )

    def _product(self) -> Any:
        return self._left(
            self._power, {"*": lambda a, b: _plain(a) * _plain(b), "/": lambda a, b: _plain(a) / _plain(b)}
        )

    def _power(self) -> Any:
        return self._left(self._one, {"^": lambda a, b: _plain(a) ** _plain(b)})

    def _one(self) -> Callable[[], Any]:
        if self._take("-"):
            found = self._one()
            return lambda: -_plain(found())
        if self._take("("):
            found = self._comparison()
            assert self._take(")")
            return found
        kind, text = self.tokens.pop(0)
        if kind == "number":
            return lambda: float(text)
        if kind == "text":
            return lambda: text[1:-1].replace('""', '"')
        if kind == "cell":
            return (lambda: self.sheet.values(text)) if ":" in text else (lambda: self.sheet.value(text))
        if kind != "name":
            raise ValueError(f"unexpected {text!r}")
        return self._called(text)

    def _called(self, name: str) -> Callable[[], Any]:
        assert self._take("(")
        given = [self._comparison()]
        while self._take(","):
            given.append(self._comparison())
        assert self._take(")")
        if name == "IF":
            return lambda: given[1]() if given[0]() else given[2]()
        return lambda: FUNCTIONS[name](*(one() for one in given))


def _both(one: Callable[[], Any], other: Callable[[], Any], act: Callable[[Any, Any], Any]) -> Callable[[], Any]:
    return lambda: act(one(), other())


def _count_ifs(*given: Any) -> float:
    pairs = list(zip(given[::2], given[1::2], strict=True))
    return float(sum(all(_fits(cells[row], wanted) for cells, wanted in pairs) for row in range(len(pairs[0][0]))))


def _fits(value: Any, wanted: Any) -> bool:
    found = re.fullmatch(r"(<=|>=|<>|<|>)(-?[0-9.]+(?:E[+-]?\d+)?)", wanted) if isinstance(wanted, str) else None
    if found is None:
        return bool(value == wanted)
    return isinstance(value, float) and COMPARED[found[1]](value, float(found[2]))


def _round(value: float, digits: float) -> float:
    """Half away from zero over the 15 digits that a spreadsheet shows."""
    shown = Decimal(f"{_plain(value):.15g}")
    return float(shown.quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP))


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "ISNUMBER": lambda value: isinstance(value, float),
    "COUNT": lambda *values: float(sum(isinstance(value, float) for value in values)),
    "AND": lambda *values: all(values),
    "LN": lambda value: math.log(_plain(value)),
    "EXP": lambda value: math.exp(_plain(value)),
    "ABS": lambda value: abs(_plain(value)),
    "MOD": lambda value, by: _plain(value) % _plain(by),
    "ROUND": _round,
    "COUNTIF": _count_ifs,
    "COUNTIFS": _count_ifs,
}


def _plain(value: Any) -> float:
    """A number in a sum: an empty cell counts as 0, a text is an error as in a spreadsheet."""
    if value is None:
        return 0.0
    if isinstance(value, bool | float):
        return float(value)
    raise ValueError(f"#VALUE!: {value!r}")


def _text(value: Any) -> str:
    return "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)


def _split(cell: str) -> tuple[str, int]:
    letters = cell.rstrip("0123456789")
    return letters, int(cell[len(letters) :])


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _name(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
