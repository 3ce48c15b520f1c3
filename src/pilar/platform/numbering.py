"""Numbers of documents: counted from 1 in a scope and year, without a gap, in the transaction that makes the document.

A number that is rolled back is given to the next document, and two that ask at the same moment wait for each other. The
patterns are data (``data/numbering/patterns.yaml``), one a kind of document.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from pilar.platform import locks
from pilar.platform.errors import Fault, Faults
from pilar.platform.folders import data_folder
from pilar.platform.language import N_
from pilar.platform.yaml_files import load_yaml

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
DIGITS = frozenset({"", *(f"0{width}" for width in range(2, 10))})
"""How a number may be written: as it is, or filled up to a width."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """The pattern by which the documents of a kind are numbered, and who says so."""

    text: str
    source: str


def pattern(kind: str) -> Pattern:
    """That of a kind; raises KeyError for an unknown one, Faults for one that cannot be written."""
    return _patterns(data_folder() / "numbering" / "patterns.yaml")[kind]


def kinds() -> frozenset[str]:
    """The kinds of documents that have a pattern."""
    return frozenset(_patterns(data_folder() / "numbering" / "patterns.yaml"))


def written(text: str, number: int, day: date, parts: Mapping[str, str]) -> str:
    """A number as its pattern writes it: ``BA/007/36.03/XI/2026``."""
    known = {"n": number, "year": day.year, "month": f"{day.month:02}", "month_roman": ROMAN[day.month - 1]}
    return string.Formatter().vformat(text, (), {**parts, **known})


def give(*, kind: str, scope: str, day: date, target: str, key: object, parts: Mapping[str, str] | None = None) -> str:
    """The next number of a kind of documents within a scope (``36.03``) and the year of ``day``, kept for good.

    ``target`` and ``key`` name the document, as for the audit log; asked again, it has the number that it was given.
    ``parts`` fills what else the pattern names. Raises :class:`Busy` where others number for too long,
    :class:`OutsideTransaction` without a transaction.
    """
    from pilar.platform.models import DocumentNumber

    locks.take(f"numbering.{kind}:{scope}:{day.year}")
    given = DocumentNumber.objects.filter(kind=kind, target=target, key=str(key)).first()
    if given is not None:
        return str(given.text)
    last = DocumentNumber.objects.filter(kind=kind, scope=scope, year=day.year).order_by("-number").first()
    number = last.number + 1 if last else 1
    text = written(pattern(kind).text, number, day, parts or {})
    DocumentNumber.objects.create(
        kind=kind, scope=scope, year=day.year, number=number, text=text, target=target, key=str(key)
    )
    return text


@cache
def _patterns(path: Path) -> Mapping[str, Pattern]:
    given = load_yaml(path.read_text(encoding="utf-8"))
    patterns = {kind: Pattern(entry["pattern"], entry["source"]) for kind, entry in given.items()}
    if faults := [_unfit(kind, pattern.text) for kind, pattern in patterns.items() if not _fits(pattern.text)]:
        raise Faults(faults)
    return patterns


def _fits(text: str) -> bool:
    """Return whether the pattern names its number once, and is made of plain names only."""
    try:
        places = [part[1:] for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError:
        return False
    return [name for name, _form, _turned in places].count("n") == 1 and all(
        name and name.isidentifier() and not turned and form in (DIGITS if name == "n" else {""})
        for name, form, turned in places
    )


def _unfit(kind: str, text: str) -> Fault:
    sentence = N_("“%(pattern)s” cannot be a pattern of numbers: it names {n} once, and other fields without a format")
    return Fault("unfit-pattern", sentence, {"pattern": text}, kind)
