"""A signature drawn on the device of a surveyor: its strokes as short text, and as a picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from itertools import pairwise
from math import dist

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, translate

WIDTH, HEIGHT = 900, 300
"""The size of the signature field, in units independent of the screen."""
MAX_CHARACTERS, MAX_STROKES, MAX_POINTS = 20_000, 100, 2_000
SHORTEST = 150
"""The least length of a signature in units, so that an accidental touch is not one."""
_POINT = r"\d{1,3},\d{1,3}"
_STROKE = rf"{_POINT}(?: {_POINT})+"
_STROKES = re.compile(rf"{_STROKE}(?:;{_STROKE})*", re.ASCII)

Point = tuple[int, int]
Stroke = tuple[Point, ...]


class Capacity(StrEnum):
    """The capacity in which somebody signs the minutes of a visit."""

    APPLICANT = "applicant"
    PROXY = "proxy"
    FAMILY = "family"
    STAFF = "staff"
    OTHER = "other"


CAPACITIES = {
    Capacity.APPLICANT: N_("The applicant"),
    Capacity.PROXY: N_("Somebody with a letter of the applicant (surat kuasa)"),
    Capacity.FAMILY: N_("Family of the applicant"),
    Capacity.STAFF: N_("Works for the applicant"),
    Capacity.OTHER: N_("Somebody else who was there"),
}
BINDING = frozenset({Capacity.APPLICANT, Capacity.PROXY})
"""The capacities that sign for the applicant; others only confirm that they were present."""

NOT_DRAWN = N_("Let them sign in the field, or choose that nobody signs here")
NO_CAPACITY = N_("Choose as what they sign")
NOT_ATTESTED = N_("Say that you saw them sign and know who they are, or clear the signature")
UNREADABLE = N_("The signature cannot be read: clear it and let them sign again")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn signature as it is sent: its strokes, the capacity of its owner, and whether the surveyor attests who
    drew it."""

    strokes: str = ""
    capacity: str = ""
    attested: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A valid signature: its strokes, and the capacity of the signer."""

    strokes: tuple[Stroke, ...]
    capacity: Capacity

    @property
    def text(self) -> str:
        """The strokes as they are stored."""
        return ";".join(points_text(stroke) for stroke in self.strokes)


def read_drawing(given: Drawing) -> Drawn | None:
    """The signature, or None if nobody signs, whatever is attested.

    Raises Faults at ``signature``, ``capacity`` and ``attested`` with everything that is missing or cannot be read.
    """
    if not given.strokes and not given.capacity:
        return None
    faults = []
    strokes = read_strokes(given.strokes)
    if not given.strokes:
        faults.append(Fault("not-drawn", NOT_DRAWN, {}, "signature"))
    elif not strokes:
        faults.append(Fault("unreadable-signature", UNREADABLE, {}, "signature"))
    if given.capacity not in set(Capacity):
        faults.append(Fault("no-capacity", NO_CAPACITY, {}, "capacity"))
    if not given.attested:
        faults.append(Fault("not-attested", NOT_ATTESTED, {}, "attested"))
    if faults:
        raise Faults(faults)
    return Drawn(strokes, Capacity(given.capacity))


def read_strokes(text: str) -> tuple[Stroke, ...]:
    """The strokes of ``12,40 18,44;300,20 310,60``; empty if the text is invalid, leaves the field, or is too long or
    too short for a signature."""
    if len(text) > MAX_CHARACTERS or not _STROKES.fullmatch(text):
        return ()
    strokes = tuple(tuple(_points(stroke)) for stroke in text.split(";"))
    points = [point for stroke in strokes for point in stroke]
    if len(strokes) > MAX_STROKES or len(points) > MAX_POINTS:
        return ()
    if any(across > WIDTH or down > HEIGHT for across, down in points):
        return ()
    length = sum(dist(point, other) for stroke in strokes for point, other in pairwise(stroke))
    return strokes if length >= SHORTEST else ()


def points_text(stroke: Iterable[Point]) -> str:
    """The points of a stroke as they are sent and as SVG has them."""
    return " ".join(f"{across},{down}" for across, down in stroke)


def picture(strokes: Iterable[Stroke], alt: str) -> str:
    """An SVG of a signature, black on a transparent ground."""
    lines = "".join(f'<polyline points="{points_text(stroke)}"/>' for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' role="img" aria-label="{escape(alt)}"><g fill="none" stroke="#000" stroke-width="6" stroke-linecap="round"'
        f' stroke-linejoin="round">{lines}</g></svg>'
    )


def capacity_name(capacity: str) -> str:
    """The capacity in which somebody signed, in the reader's language."""
    return translate(CAPACITIES[Capacity(capacity)])


def _points(stroke: str) -> Iterator[Point]:
    for point in stroke.split(" "):
        across, down = point.split(",")
        yield int(across), int(down)
