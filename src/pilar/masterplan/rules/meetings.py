"""Kinds of meetings while a plan is drawn up, typed lists of attendance, and conditions of signing off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pilar.platform.errors import Fault
from pilar.platform.language import N_

MAX_ATTENDEES = 500


class MeetingKind(StrEnum):
    """The four guidance workshops (codes of the framework's ``workshops``) and the finalisation meeting."""

    WORKSHOP_1 = "workshop_1"
    WORKSHOP_2 = "workshop_2"
    WORKSHOP_3 = "workshop_3"
    WORKSHOP_4 = "workshop_4"
    FINALISATION = "finalisation"


FINALISATION_NAME = N_("Finalisation coordination meeting")
"""Workshops are named by the framework."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A person in a typed list: ``line`` counted from 1, ``office`` its key."""

    line: int
    name: str
    position: str
    office: int | None


def read_invited(text: str, offices: Mapping[str, int]) -> tuple[list[Invited], list[Fault]]:
    """Read a list with one person a line: ``name; position; office``; the latter two are optional.

    ``offices``: keys by name and by abbreviation. Returns the persons, and faults of lines with an unknown office.
    """
    keys = {name.casefold(): key for name, key in offices.items() if name}
    invited, faults = [], []
    for number, line in enumerate(text.splitlines(), 1):
        name, position, office, *more = [" ".join(part.split()) for part in (*line.split(";"), "", "")]
        if not (name or position or office):
            continue
        if any(more):
            sentence = N_("Line %(line)s: at most name, position and office, with semicolons between them")
            faults.append(Fault("too-many-parts", sentence, {"line": number}, "added"))
        if not name:
            sentence = N_("Line %(line)s: write the name, or the position of who is invited")
            faults.append(Fault("no-name", sentence, {"line": number}, "added"))
        if office and office.casefold() not in keys:
            sentence = N_("Line %(line)s: this region has no office “%(given)s”")
            faults.append(Fault("unknown-office", sentence, {"line": number, "given": office}, "added"))
        invited.append(Invited(number, name, position, keys.get(office.casefold())))
    return invited, faults


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """The facts about a meeting before it is signed off: numbers of proposals without a decision, and signatories.

    ``day``: its date. ``lost``: numbers of proposals that are merged into one that is not accepted, each with the
    number of that one.
    """

    kind: MeetingKind
    undecided: Sequence[int]
    general_decided: bool
    signatories: int
    day: date
    today: date
    lost: Sequence[tuple[int, int]] = ()


def sign_off_faults(now: MeetingFacts) -> Iterator[Fault]:
    """Yield what is missing for signing off the minutes."""
    if not now.signatories:
        yield Fault("nobody-signs", N_("Say who of those present signs the minutes"), {}, "attendance")
    if now.day > now.today:
        sentence = N_("The meeting is said to be held on %(day)s, which is still to come: write when it was held")
        yield Fault("meeting-to-come", sentence, {"day": now.day}, "held_at")
    if now.kind is not MeetingKind.FINALISATION:
        return
    if now.undecided:
        sentence = N_("Not decided yet: proposals %(numbers)s")
        yield Fault("undecided", sentence, {"numbers": ", ".join(map(str, now.undecided))}, "decisions")
    for number, into in now.lost:
        sentence = N_("Proposal %(number)s is merged into %(into)s, which is not accepted")
        yield Fault("merged-into-nothing", sentence, {"number": number, "into": into}, "decisions")
    if not now.general_decided:
        yield Fault("general-undecided", N_("The general part of the plan is not decided yet"), {}, "decisions")
