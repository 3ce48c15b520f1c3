"""Limits of the law: of a service that sets none (data/permits/deadlines.yaml), of objections (objections.yaml); and
how long the office waits for an applicant (patience.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pilar.permits.rules.cases import CaseState
from pilar.permits.rules.clock import Limit
from pilar.permits.rules.objections import About, Span, Terms
from pilar.platform.folders import data_folder
from pilar.platform.yaml_files import load_yaml


@dataclass(frozen=True, slots=True)
class LawfulLimit:
    """A limit with the law that sets it from a given day, and its source; ``granted``: by law the application counts as
    granted afterwards."""

    limit: Limit
    law: str
    source: str
    since: date
    granted: bool


def lawful_limit(day: date) -> LawfulLimit:
    """Return the limit that the law sets for an application that is found complete on a day. Raises ValueError before
    the first law."""
    return max(
        (limit for limit in _limits(data_folder() / "permits" / "deadlines.yaml") if limit.since <= day),
        key=lambda limit: limit.since,
    )


def objection_terms(about: About, day: date) -> Terms:
    """The time limits to object to a decision of a given day, and to answer the objection."""
    rows = (term for term in _terms(data_folder() / "permits" / "objections.yaml") if term.about is about)
    return max((row for row in rows if row.since <= day), key=lambda terms: terms.since)


@dataclass(frozen=True, slots=True)
class Patience:
    """The time that the office waits in a state: reminders and the end, in days from the day when it began to wait."""

    state: CaseState
    remind: tuple[int, ...]
    most: int
    source: str
    since: date

    def reminders(self, begun: date, today: date) -> int:
        """Count the reminders that are due by a day."""
        return sum(begun + timedelta(days=days) <= today for days in self.remind)

    def last(self, begun: date) -> date:
        """The last day for the applicant."""
        return begun + timedelta(days=self.most)


def patience(state: CaseState, day: date) -> Patience:
    """Return how long the office waits, as in force on a day, for a case that was returned or has to be paid."""
    rows = (patience for patience in _patience(data_folder() / "permits" / "patience.yaml") if patience.state is state)
    return max((row for row in rows if row.since <= day), key=lambda patience: patience.since)


@cache
def _patience(path: Path) -> tuple[Patience, ...]:
    given = load_yaml(path.read_text(encoding="utf-8"))["waiting"]
    return tuple(
        Patience(CaseState(row["for"]), tuple(row["remind"]), row["most"], row["source"], row["since"]) for row in given
    )


@cache
def _terms(path: Path) -> tuple[Terms, ...]:
    given = load_yaml(path.read_text(encoding="utf-8"))["limits"]
    return tuple(
        Terms(
            About(row["about"]),
            Span(**row["within"]),
            Span(**row["answer"]),
            row["law"],
            row["source"],
            row["since"],
            Span(**row["then"]) if "then" in row else None,
        )
        for row in given
    )


@cache
def _limits(path: Path) -> tuple[LawfulLimit, ...]:
    given = load_yaml(path.read_text(encoding="utf-8"))["limits"]
    return tuple(
        LawfulLimit(Limit(days=row["days"]), row["law"], row["source"], row["since"], row["granted"]) for row in given
    )
