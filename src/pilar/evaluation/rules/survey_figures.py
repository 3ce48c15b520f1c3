"""Figures of the closed Impact survey on a pillar, as kept with an answer: respondents and certainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pilar.surveys.rules.answers import Flag


@dataclass(frozen=True, slots=True)
class AskedProgramme:
    """A programme that was asked about: answers that count, and how many were wanted."""

    title: str
    counting: int
    quota: int

    @property
    def missing(self) -> int:
        return max(self.quota - self.counting, 0)


@dataclass(frozen=True, slots=True)
class Doubted:
    """The number of answers with a flag, and the weight of one of them, in per cent."""

    flag: Flag
    count: int
    weight: int


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A pillar of a closed survey (its key and title), one of ``among`` closed ones of the year.

    ``form`` and ``version`` name its questionnaire; ``lower`` and ``upper`` are the interval of the mean, empty where
    it has none. ``count`` answers, ``clean`` of them without a flag, weigh as much as ``weight`` whole ones.
    ``stated_by`` and ``stated_on`` (an ISO day) are the head of region's statement, empty without one.
    """

    survey: int
    title: str
    among: int
    form: str
    version: str
    lower: str
    upper: str
    count: int
    clean: int
    weight: str
    programmes: tuple[AskedProgramme, ...]
    flags: tuple[Doubted, ...]
    stated_by: str = ""
    stated_on: str = ""
    synthetic: bool = False

    @property
    def missed(self) -> tuple[AskedProgramme, ...]:
        """Programmes that fewer people answered for than were wanted."""
        return tuple(programme for programme in self.programmes if programme.missing)

    @property
    def doubted(self) -> int:
        """Answers with at least one flag."""
        return self.count - self.clean


@dataclass(frozen=True, slots=True)
class SurveyedPillar:
    """``mean`` as it is published, empty where too few answered; ``counting`` of ``wanted`` answers."""

    mean: str
    counting: int
    wanted: int
    surveyed: Surveyed


@dataclass(frozen=True, slots=True)
class ImpactYear:
    """The closed survey of the year: its scale from ``lowest`` to ``highest``, its pillars by code, and the evidence
    that is the head of region's statement."""

    lowest: int
    highest: int
    pillars: Mapping[str, SurveyedPillar]
    statement: UUID | None = None


def read_surveyed(given: Mapping[str, Any]) -> Surveyed:
    """Return what ``plan_figures.kept`` wrote of it."""
    return Surveyed(**{
        **given,
        "programmes": tuple(AskedProgramme(**entry) for entry in given["programmes"]),
        "flags": tuple(Doubted(**{**entry, "flag": Flag(entry["flag"])}) for entry in given["flags"]),
    })  # fmt: skip
