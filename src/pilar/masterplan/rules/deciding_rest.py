"""Proposals that a meeting may accept as proposed in one decision: the undecided ones, except contested or incomplete
ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pilar.masterplan.rules.checking import missing_of
from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.similar import similar
from pilar.platform.language import N_


class Apart(StrEnum):
    """Reasons why the meeting decides about a proposal separately."""

    SAME = "same"
    ALIKE = "alike"
    DEFERRED = "deferred"
    UNREADY = "unready"


APART_NAMES = {
    Apart.SAME: N_("Another proposal is about the same programme"),
    Apart.ALIKE: N_("Another proposal is much like it"),
    Apart.DEFERRED: N_("An earlier meeting deferred it"),
    Apart.UNREADY: N_("It lacks what the plan has to say"),
}


@dataclass(frozen=True, slots=True)
class OnAgenda:
    """A proposal on the agenda: its key and number, the programme concerned (key of the line), the proposed content
    (None for the end of a programme), and whether this meeting has decided, or an earlier one deferred it."""

    key: int
    number: int
    line: int | None
    content: Content | None
    decided: bool
    deferred: bool


@dataclass(frozen=True, slots=True)
class Rest:
    """Keys of proposals that can be accepted together, and the numbers of those that stay, with the reason."""

    accepted: tuple[int, ...]
    apart: tuple[tuple[int, Apart], ...]


def rest_of(agenda: Iterable[OnAgenda]) -> Rest:
    """Divide the undecided proposals of an agenda, by number."""
    rows = sorted(agenda, key=lambda row: row.number)
    if all(row.decided for row in rows):
        return Rest((), ())
    lines = Counter(row.line for row in rows if row.line is not None)
    pairs = similar({row.key: (row.content.title, row.content.description) for row in rows if row.content is not None})
    alike = {key for pair in pairs for key in (pair.first, pair.second)}
    accepted, apart = [], []
    for row in (on_agenda for on_agenda in rows if not on_agenda.decided):
        if row.line is not None and lines[row.line] > 1:
            apart.append((row.number, Apart.SAME))
        elif row.key in alike:
            apart.append((row.number, Apart.ALIKE))
        elif row.deferred:
            apart.append((row.number, Apart.DEFERRED))
        elif row.content is not None and missing_of(row.content):
            apart.append((row.number, Apart.UNREADY))
        else:
            accepted.append(row.key)
    return Rest(tuple(accepted), tuple(apart))
