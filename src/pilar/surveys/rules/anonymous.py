"""Single answers as they may be handed on: nobody can be told apart by what they said about themselves."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from pilar.surveys.rules.answers import Flag, Mode
from pilar.surveys.rules.scores import SMALLEST_SHOWN


@dataclass(frozen=True, slots=True)
class Single:
    """An answer without name, key and time. ``mode`` is None, and ``about`` (group and profile) empty strings, where
    they are not told."""

    cell: int
    mode: Mode | None
    about: tuple[str, ...]
    answers: Mapping[str, str | int]
    flags: tuple[Flag, ...]
    weight: int


def anonymised(given: Iterable[Single]) -> tuple[Single, ...]:
    """Answers of cells with at least five; who answered, and by which mode, is told only of five or more of a cell who
    are alike in both. Whoever was asked by an enumerator or filled in a sheet is known to those who saw it.

    Of those whose profile is not told the mode is, if five or more share it. Those of whom nothing is told are five or
    more of a cell too: where they are fewer, the next rarest are not told of either. The order is that of the content,
    so that it tells nothing of the time.

    Five are answers that count: the others may all be of one person.
    """
    by_cell: dict[int, list[Single]] = defaultdict(list)
    for one in given:
        by_cell[one.cell].append(one)
    told = [one for rows in by_cell.values() if _enough(rows) for one in _blurred(rows)]
    return tuple(sorted(told, key=_content))


def _blurred(rows: list[Single]) -> list[Single]:
    told, others = _parted(rows, lambda one: (one.mode, *one.about))
    told_mode, hidden = _parted([replace(one, about=("",) * len(one.about)) for one in others], lambda one: (one.mode,))
    return told + told_mode + [replace(one, mode=None) for one in hidden]


_Traits = tuple[str | None, ...]


def _parted(rows: list[Single], traits: Callable[[Single], _Traits]) -> tuple[list[Single], list[Single]]:
    """Those of whom five or more are alike, and the others: none, or five and more. Of rows that are enough."""
    alike: dict[_Traits, list[Single]] = defaultdict(list)
    for one in rows:
        alike[traits(one)].append(one)
    kept, hidden = list[Single](), list[Single]()
    for same in sorted(alike.values(), key=lambda same: (sum(one.weight > 0 for one in same), str(traits(same[0])))):
        (hidden if not _enough(same) or (hidden and not _enough(hidden)) else kept).extend(same)
    return kept, hidden


def _enough(rows: Iterable[Single]) -> bool:
    return sum(one.weight > 0 for one in rows) >= SMALLEST_SHOWN


def _content(one: Single) -> tuple[object, ...]:
    answers = json.dumps(dict(one.answers), sort_keys=True)
    return one.cell, one.about, answers, one.mode or "", one.flags, one.weight
