"""Places by their coordinates (WGS 84): reading them, distances, and the order of visits. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

EARTH = 6_371_008.8
"""The mean radius of the earth in metres (IUGG)."""
SOUTH, NORTH, WEST, EAST = Decimal(-12), Decimal(7), Decimal(94), Decimal(142)
"""The bounds of Indonesia."""
LONGEST = 80
"""The most characters of a text that is read as a place."""
STEP = Decimal("0.00001")
"""About a metre."""
_FIGURE = r"[-+\N{MINUS SIGN}]?\d{1,3}(?:[.,]\d+)?"
_PART = (
    rf"({_FIGURE})\s*(?:°|º|derajat)?(?:\s*(\d{{1,2}}(?:[.,]\d+)?)\s*['′’])?(?:\s*(\d{{1,2}}(?:[.,]\d+)?)\s*(?:\"|″|”|''))?"
    r"\s*(LS|LU|BT|[SNE])?"
)
_PAIR = re.compile(rf"\s*{_PART}[\s,;/]*(?:\s|[,;/]|(?<=[A-Z]))\s*{_PART}\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees north and east, to five decimals."""

    latitude: Decimal
    longitude: Decimal

    def __str__(self) -> str:
        return f"{self.latitude}, {self.longitude}"


def read_point(text: str) -> Point | None:
    """A place in Indonesia: ``-6.1701, 106.6403``, ``-6,1701; 106,6403``, ``6°10'12" LS 106°38'25" BT``, in either
    order; None for anything else."""
    plain = " ".join(text.split())
    match = _PAIR.fullmatch(plain) if len(plain) <= LONGEST else None
    if match is None:
        return None
    parts = match.groups()[:4], match.groups()[4:]
    if any(degrees.strip("-+\N{MINUS SIGN}").isdigit() and not minutes for degrees, minutes, *_rest in parts):
        return None  # whole degrees are a hundred kilometres wide, or the two parts of one decimal
    first, second = (_degrees(*part) for part in parts)
    for latitude, longitude in ((first, second), (second, first)):
        if in_indonesia(latitude, longitude):
            return Point(latitude, longitude)
    return None


def in_indonesia(latitude: Decimal, longitude: Decimal) -> bool:
    """Return whether a place is within the bounds of Indonesia."""
    return SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST


def metres(point: Point, other: Point) -> int:
    """The distance in metres in a straight line, by the haversine formula on a sphere."""
    north, south = radians(point.latitude), radians(other.latitude)
    across = sin(radians(other.longitude - point.longitude) / 2) ** 2
    return round(2 * EARTH * asin(sqrt(sin((south - north) / 2) ** 2 + cos(north) * cos(south) * across)))


def nearest_next(points: Sequence[Point | None], start: Point | None = None) -> list[tuple[int, int | None]]:
    """In which order to go: always to the nearest that is left, first from ``start``, or without one to the first.

    Each by its number, with the metres from the one before; those without a place come last, in their order.
    """
    left = {number: point for number, point in enumerate(points) if point is not None}
    order: list[tuple[int, int | None]] = []
    while left:
        number = next(iter(left)) if start is None else min(left, key=lambda row: metres(start, left[row]))
        order.append((number, None if start is None else metres(start, left[number])))
        start = left.pop(number)
    return order + [(number, None) for number, point in enumerate(points) if point is None]


def _degrees(degrees: str, minutes: str | None, seconds: str | None, side: str | None) -> Decimal:
    size = abs(_number(degrees)) + _number(minutes or "0") / 60 + _number(seconds or "0") / 3600
    south = degrees[0] in "-\N{MINUS SIGN}" or (side or "").upper() in ("LS", "S")
    return (-size if south else size).quantize(STEP)


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ".").replace("\N{MINUS SIGN}", "-"))
