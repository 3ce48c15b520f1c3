"""The framework of every master plan, as data: pillars, readiness, criteria, monitored things, rules of progress."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pilar.platform.language import Bilingual

ASSUMPTION = "assumption"


@dataclass(frozen=True, slots=True)
class Named:
    """A code with its title, and the parts below it."""

    code: str
    title: Bilingual
    parts: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A list of the framework with its source: an address, or ``assumption``."""

    source: str
    entries: tuple[Named, ...]

    def parts(self) -> Iterator[Named]:
        """Yield all entries one level below."""
        for entry in self.entries:
            yield from entry.parts

    def find(self, code: str) -> Named | None:
        """Return the entry or part with this code."""
        return next((named for named in (*self.entries, *self.parts()) if named.code == code), None)

    def above(self, code: str) -> Named:
        """Return the entry that a part belongs to; ``KeyError`` for an unknown part."""
        for entry in self.entries:
            if any(part.code == code for part in entry.parts):
                return entry
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class ProgressRules:
    """The deadline of reports and the thresholds of progress.

    Shares are per cent of what was planned by then: ``good_from``, ``fair_from`` for the light, ``realised_from`` for
    counting a programme as realised in a year.
    """

    source: str
    report_due_days: int
    good_from: int
    fair_from: int
    realised_from: int


@dataclass(frozen=True, slots=True)
class Framework:
    """The framework of one version; marks of readiness and of criteria are whole numbers within their bounds.

    ``fund_words``: codes of sources of funds by the words that people write for them.
    """

    version: int
    pillars: Group
    readiness: Group
    readiness_levels: range
    criteria: Group
    criteria_levels: range
    monitored: Group
    workshops: Group
    fund_words: Mapping[str, str]
    shortest_period: int
    longest_period: int
    progress: ProgressRules
