"""Waiting time by the quality indicator: counted visits, excluded ones with the reason, and those in time. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

_MINUTE = timedelta(minutes=1)


class Why(StrEnum):
    """Why a visit is excluded: the kind of its clinic; the patient came too far from the given time, or had to be
    examined first."""

    KIND = "kind"
    FAR = "far"
    EXAMINED = "examined"


@dataclass(frozen=True, slots=True)
class Standard:
    """``within`` minutes for ``share`` per cent; ``kinds`` of clinics and visits ``far`` minutes from their time are
    excluded."""

    within: int
    share: int
    kinds: frozenset[str]
    far: int

    def left_out(self, visit: Visited) -> Why | None:
        """Return why a visit is not counted."""
        if visit.kind in self.kinds:
            return Why.KIND
        if visit.examined:
            return Why.EXAMINED
        return Why.FAR if abs(visit.arrived - visit.booked_for) > self.far * _MINUTE else None


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit whose patient was seen: the kind of the clinic, the booked time, the arrival, the beginning of the
    consultation, and whether they were sent to an examination first."""

    kind: str
    booked_for: datetime
    arrived: datetime
    started: datetime
    examined: bool = False

    @property
    def wait(self) -> float:
        """Minutes from the arrival to the doctor."""
        return (self.started - self.arrived) / _MINUTE


@dataclass(frozen=True, slots=True)
class Waits:
    """The indicator of some visits: ``in_time`` of the ``counted`` ones, the median of their waits in minutes, and the
    excluded ones."""

    counted: int
    in_time: int
    median: float | None
    left_out: Mapping[Why, int]

    @property
    def share(self) -> float | None:
        """Return the percentage of counted visits in time."""
        return self.in_time * 100 / self.counted if self.counted else None


def waits(visits: Iterable[Visited], standard: Standard) -> Waits:
    """Work out the indicator of visits."""
    counted, left_out = [], Counter[Why]()
    for visit in visits:
        if (why := standard.left_out(visit)) is None:
            counted.append(visit.wait)
        else:
            left_out[why] += 1
    in_time = sum(wait <= standard.within for wait in counted)
    return Waits(len(counted), in_time, median(counted) if counted else None, left_out)
