"""A plan that ran before it was kept here: the first quarter for which it owes reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pilar.masterplan.rules.content import MAX_TEXT
from pilar.masterplan.rules.quarters import Quarter, quarter_of, quarters
from pilar.platform.errors import Fault
from pilar.platform.language import N_


def beginnings(first_year: int, last_year: int, *, begun: date) -> tuple[Quarter, ...]:
    """Return the quarters from which a plan that was begun here on a day may owe reports.

    The last is the one after that day's, so that the beginning cannot be moved past reports that an office has missed
    since; the quarter after the plan's years is for a plan that was over by then.
    """
    last = min(quarter_of(begun).shifted(1), Quarter(last_year + 1, 1))
    return tuple(quarters(Quarter(first_year, 1), last))


def faults_of_beginning(since: Quarter | None, reason: str, possible: tuple[Quarter, ...]) -> Iterator[Fault]:
    """Yield the reasons why a plan cannot owe reports from a quarter on (None: from its beginning)."""
    if since is not None and not possible:
        yield Fault("plan-to-come", N_("The plan begins later: it owes all of its reports"), {}, "since")
    elif since is not None and since not in possible:
        sentence = N_("A quarter from %(first)s to %(last)s, the one after the plan was begun here")
        fields = {"first": possible[0].name, "last": possible[-1].name}
        yield Fault("beginning-outside", sentence, fields, "since")
    if not reason.strip():
        yield Fault("no-reason", N_("Say why, and to whom the offices reported before"), {}, "reason")
    elif len(reason) > MAX_TEXT:
        yield Fault("too-long", N_("At most %(most)s characters"), {"most": MAX_TEXT}, "reason")
