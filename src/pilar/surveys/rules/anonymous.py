"""Single answers as they may be handed on: nobody can be told apart by what they said about themselves."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pilar.surveys.rules.answers import Flag, Mode
from pilar.surveys.rules.scores import SMALLEST_SHOWN


@dataclass(frozen=True, slots=True)
class Single:
    """An answer without name, key and time. ``about``: group and profile, empty strings where they are not told."""

    cell: int
    mode: Mode
    about: tuple[str, ...]
    answers: Mapping[str, str | int]
    flags: tuple[Flag, ...]
    weight: int


def anonymised(given: Iterable[Single]) -> tuple[Single, ...]:
    """Answers of cells with at least five; who answered is told only of five or more of a cell who are alike.

    Those whose profile is not told are five or more of a cell too: where they are fewer, the next rarest profile is
    not told either. The order is that of the content, so that it tells nothing of the time.
    """
    by_cell: dict[int, list[Single]] = defaultdict(list)
    for one in given:
        by_cell[one.cell].append(one)
    told = [one for rows in by_cell.values() if len(rows) >= SMALLEST_SHOWN for one in _blurred(rows)]
    return tuple(sorted(told, key=_content))


def _blurred(rows: list[Single]) -> list[Single]:
    alike: dict[tuple[str, ...], list[Single]] = defaultdict(list)
    for one in rows:
        alike[one.about].append(one)
    kept, hidden = [], list[Single]()
    for about in sorted(alike, key=lambda about: (len(alike[about]), about)):
        same = alike[about]
        if len(same) < SMALLEST_SHOWN or 0 < len(hidden) < SMALLEST_SHOWN:
            hidden += same
        else:
            kept += same
    return kept + [replace(one, about=("",) * len(one.about)) for one in hidden]


def _content(one: Single) -> tuple[object, ...]:
    answers = json.dumps(dict(one.answers), sort_keys=True)
    return one.cell, one.about, answers, one.mode, one.flags, one.weight
