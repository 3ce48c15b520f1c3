"""Waiting time by the quality indicator: counted, left out with the reason, in time. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

_MINUTE = timedelta(minutes=1)


class Why(StrEnum):
    """Why a visit is left out: the kind of its clinic; the patient was too far off the time that was given, or had to
    be examined first."""

    KIND = "kind"
    FAR = "far"
    EXAMINED = "examined"


@dataclass(frozen=True, slots=True)
class Standard:
    """``within`` minutes for ``share`` of 100; ``kinds`` of clinics and visits ``far`` minutes from their time are left
    out."""

    within: int
    share: int
    kinds: frozenset[str]
    far: int

    def left_out(self, visit: Visited) -> Why | None:
        """Tell why a visit is not counted."""
        if visit.kind in self.kinds:
            return Why.KIND
        if visit.examined:
            return Why.EXAMINED
        return Why.FAR if abs(visit.arrived - visit.booked_for) > self.far * _MINUTE else None


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit whose patient was seen: the kind of the clinic, for when it was booked, when they came, when the doctor
    began, whether they were sent to an examination first."""

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
    """The indicator of some visits: of so many ``counted`` those ``in_time``, the median of their waits in minutes, and
    who was left out."""

    counted: int
    in_time: int
    median: float | None
    left_out: Mapping[Why, int]

    @property
    def share(self) -> float | None:
        """Return the share in time of 100 that were counted."""
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
