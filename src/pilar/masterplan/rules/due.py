"""States of a programme's quarterly reports: done, due, late, or still to come."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.framework import ProgressRules
from pilar.masterplan.rules.progress import expected_quarters
from pilar.masterplan.rules.quarters import Quarter, due_on, quarters
from pilar.platform.language import N_


@dataclass(frozen=True, slots=True)
class Life:
    """The first and the last quarter in which a programme is in a version in force; ``owed``: the first quarter for
    which the plan owes reports, if it was taken over while running."""

    since: Quarter
    until: Quarter
    owed: Quarter | None = None

    @property
    def reported_from(self) -> Quarter:
        """The first quarter whose report is owed; earlier ones may be reported as well."""
        return self.since if self.owed is None else max(self.since, self.owed)


class ReportState(StrEnum):
    """``FREE``: nothing is expected in that quarter, but a report can be given; ``AHEAD``: the quarter runs."""

    DONE = "done"
    DUE = "due"
    LATE = "late"
    AHEAD = "ahead"
    FREE = "free"


STATE_NAMES = {
    ReportState.DONE: (N_("Reported"), "positive"),
    ReportState.DUE: (N_("To be reported"), "caution"),
    ReportState.LATE: (N_("Late"), "negative"),
    ReportState.AHEAD: (N_("To come"), "neutral"),
    ReportState.FREE: (N_("Nothing expected"), "neutral"),
}
"""The name of each, and the tone in which it is shown."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A quarter of a programme, the state of its report, and the last day for giving it in time."""

    quarter: Quarter
    state: ReportState
    due: date


def expected(
    content: Content, life: Life, known: Collection[Quarter], *, today: date, rules: ProgressRules
) -> tuple[Expected, ...]:
    """Return all quarters of a programme's life, in order."""
    awaited = set(expected_quarters(content, since=life.reported_from, until=life.until))
    return tuple(_states(life, awaited, known, today, rules))


def open_reports(
    content: Content, life: Life, known: Collection[Quarter], *, today: date, rules: ProgressRules
) -> tuple[Expected, ...]:
    """Return those that are due or late, in order."""
    reports = []
    for quarter in expected_quarters(content, since=life.reported_from, until=life.until):
        if quarter in known or quarter.end >= today:
            continue
        due = due_on(quarter, rules)
        reports.append(Expected(quarter, ReportState.LATE if due < today else ReportState.DUE, due))
    return tuple(reports)


def ended_quarters(life: Life, today: date) -> tuple[Quarter, ...]:
    """Return the quarters of a life that are over, which can be reported on."""
    return tuple(quarter for quarter in quarters(life.since, life.until) if quarter.end < today)


def _states(
    life: Life, awaited: Collection[Quarter], known: Collection[Quarter], today: date, rules: ProgressRules
) -> Iterator[Expected]:
    for quarter in quarters(life.since, life.until):
        due = due_on(quarter, rules)
        if quarter in known:
            state = ReportState.DONE
        elif quarter.end >= today:
            state = ReportState.AHEAD
        elif quarter not in awaited:
            state = ReportState.FREE
        else:
            state = ReportState.LATE if due < today else ReportState.DUE
        yield Expected(quarter, state, due)
