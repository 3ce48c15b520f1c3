"""Anonymised single answers: the answers about themselves identify nobody."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pilar.surveys.rules.answers import Flag, Mode
from pilar.surveys.rules.scores import MIN_SHOWN


@dataclass(frozen=True, slots=True)
class Single:
    """An answer without name, key and time. ``about``: group and profile, empty strings where they are hidden; ``mode``
    is None where it is hidden."""

    cell: int
    mode: Mode | None
    about: tuple[str, ...]
    answers: Mapping[str, str | int]
    flags: tuple[Flag, ...]
    weight: int


def anonymised(given: Iterable[Single]) -> tuple[Single, ...]:
    """Return the answers of cells with at least five; profile and mode are shown only if five or more answers of a cell
    share them.

    The mode was seen by others, who handed over the sheet or the tablet, so it needs as many. Answers with something
    hidden are also five or more of a cell: where they are fewer, the next rarest are hidden with them. The order is
    that of the content, so that it does not show the time.

    Only answers that count make up the five: the others may all come from one person.
    """
    by_cell: dict[int, list[Single]] = defaultdict(list)
    for single in given:
        by_cell[single.cell].append(single)
    told = [single for rows in by_cell.values() if _counting(rows) >= MIN_SHOWN for single in _blurred(rows)]
    return tuple(sorted(told, key=_content))


def _blurred(rows: list[Single]) -> list[Single]:
    """Keep everything for answers that are one of five; for the others the profile alone, or else the mode, or nothing.

    Each step passes on none, or five and more.
    """
    told, rest = _parted(rows, lambda single: (single.mode, single.about))
    profiled, rest = _parted(rest, lambda single: single.about)
    unnamed = [replace(single, about=("",) * len(single.about)) for single in rest]
    counted, rest = _parted(unnamed, lambda single: single.mode)
    return [*told, *counted, *(replace(single, mode=None) for single in (*profiled, *rest))]


def _parted(rows: list[Single], seen: Callable[[Single], Any]) -> tuple[list[Single], list[Single]]:
    """Split the answers into those sharing ``seen`` with four or more others, and the rest: none, or five and more.

    ``rows`` are none, or five and more.
    """
    alike: dict[Any, list[Single]] = defaultdict(list)
    for row in rows:
        alike[seen(row)].append(row)
    kept, hidden = [], list[Single]()
    for key in sorted(alike, key=lambda key: (_counting(alike[key]), key)):
        if _counting(alike[key]) < MIN_SHOWN or (hidden and _counting(hidden) < MIN_SHOWN):
            hidden += alike[key]
        else:
            kept += alike[key]
    return kept, hidden


def _counting(rows: Iterable[Single]) -> int:
    return sum(row.weight > 0 for row in rows)


def _content(single: Single) -> tuple[object, ...]:
    answers = json.dumps(dict(single.answers), sort_keys=True)
    return single.cell, single.about, answers, single.mode or "", single.flags, single.weight
