"""A scenario as its file tells it: rows that know their line, moments and references that are resolved when played."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pilar.platform.yaml_files import SafeLoader

KEYS = frozenset({"region", "source", "cast", "by", "unless", "tables", "blocks", "before", "steps"})


class Row(dict[str, Any]):
    """A mapping as it stands in the file, with its line."""

    line = 0


class Rows(list[Any]):
    """A list as it stands in the file."""


@dataclass(frozen=True, slots=True)
class Moment:
    """``now -40 days 17:00``: a beginning (now, a day, a reference), steps from it, and the hour in the region."""

    text: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A condition that a moment lies before now."""

    text: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """A file of steps. ``before`` is played outside the transaction of ``steps``: files are received so."""

    path: Path
    given: Row

    @property
    def before(self) -> Rows:
        return Rows(self.given.get("before", ()))

    @property
    def steps(self) -> Rows:
        return Rows(self.given["steps"])


class _Loader(SafeLoader):
    """Keeps the line of each mapping."""


def _row(loader: _Loader, node: yaml.MappingNode) -> Row:
    made = Row(loader.construct_mapping(node, deep=True))
    made.line = node.start_mark.line + 1
    return made


def _text_of(kind: Callable[[str], object]) -> Callable[[_Loader, yaml.ScalarNode], object]:
    return lambda loader, node: kind(str(loader.construct_scalar(node)))


_Loader.add_constructor("tag:yaml.org,2002:map", _row)
_Loader.add_constructor("tag:yaml.org,2002:seq", lambda loader, node: Rows(loader.construct_sequence(node, deep=True)))
_Loader.add_constructor("!moment", _text_of(Moment))
_Loader.add_constructor("!passed", _text_of(Passed))


def read(path: Path) -> Scenario:
    """The scenario of a file; ``ValueError`` for a word at its top that no scenario has."""
    given = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader
    if unknown := given.keys() - KEYS:
        raise ValueError(f"{path.name}: {', '.join(sorted(unknown))}")
    return Scenario(path, given)
