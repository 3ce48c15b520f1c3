"""Questionnaire: sections of items, target group, sample size, and weights of answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from pilar import index
from pilar.platform.language import Bilingual

OUTSIDE = "outside"
"""The option of a field of districts for who lives in another region."""


class Kind(StrEnum):
    """What a survey is for."""

    IMPACT = "impact"
    SATISFACTION = "satisfaction"
    OTHER = "other"


class ItemKind(StrEnum):
    """How an item is answered: a value of the scale, one of its options, words, a number."""

    SCALE = "scale"
    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    code: str
    title: Bilingual


@dataclass(frozen=True, slots=True)
class Pillar:
    """A pillar of the smart city with its sub-dimensions."""

    code: str
    title: Bilingual
    parts: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """An item is asked only if the answer to an earlier ``item`` is one of ``values``."""

    item: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A question; ``required`` ones must be answered when they are asked. ``name``: what it is called in tables."""

    code: str
    kind: ItemKind
    title: Bilingual
    required: bool = True
    options: tuple[Option, ...] = ()
    when: Condition | None = None
    name: Bilingual | None = None

    @property
    def short(self) -> Bilingual:
        """Its name, or the question itself."""
        return self.name or self.title

    def asked(self, answers: Mapping[str, object]) -> bool:
        """Tell whether the item is asked of who has answered so."""
        return self.when is None or str(answers.get(self.when.item, "")) in self.when.values


@dataclass(frozen=True, slots=True)
class Section:
    """A group of questions: one page."""

    code: str
    title: Bilingual
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """What is asked about the respondent, by options only.

    ``districts``: the options are the districts of the region, before those that stand here
    (:meth:`Questionnaire.within`).
    """

    code: str
    title: Bilingual
    options: tuple[Option, ...]
    required: bool = True
    districts: bool = False


@dataclass(frozen=True, slots=True)
class Quota:
    """Respondents that a cell needs: of a pillar with so many ``programmes``, or of each sub-dimension if split."""

    respondents: int
    source: str
    programmes: int | None = None
    split_respondents: int | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """When an answer is doubted, and what it then counts, per cent by flag.

    ``fastest_seconds`` for each question; from ``straight_from`` scale items with the same value on it is flagged.
    """

    fastest_seconds: int
    straight_from: int
    weights: Mapping[str, int]
    source: str


@dataclass(frozen=True, slots=True)
class Band:
    """A mark of the satisfaction index, from a converted score of two decimals on."""

    code: str
    title: Bilingual
    least: Decimal


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How nine element means become an index: times ``factor``; many reports print ``printed_weight`` for 1/9.

    ``law`` sets the ``bands``, from the year ``since`` on; a file of before these were kept names neither.
    """

    factor: int
    printed_weight: Decimal
    bands: tuple[Band, ...]
    source: str
    law: str = ""
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A version of a questionnaire; ``fingerprint`` is the SHA-256 of the file it was read from.

    ``basis``: the paper that it rests on; those that ship name none.
    """

    code: str
    version: str
    kind: Kind
    title: Bilingual
    source: str
    purpose: Bilingual
    consent: Bilingual
    scale: Mapping[int, Bilingual]
    profile: tuple[Field, ...]
    groups: tuple[Option, ...]
    sections: tuple[Section, ...]
    quota: Quota
    quality: Quality
    satisfaction: Satisfaction | None
    fingerprint: str
    basis: index.Basis | None = None

    def within(self, districts: Sequence[Option]) -> Questionnaire:
        """The questionnaire as it is asked in a region of these districts; without any, the district is not asked."""
        profile = tuple(
            replace(field, options=(*districts, *field.options)) if field.districts else field
            for field in self.profile
            if districts or not field.districts
        )
        return replace(self, profile=profile)

    def items(self) -> Iterator[Item]:
        """All items, in the order in which they are asked."""
        for section in self.sections:
            yield from section.items

    @property
    def district(self) -> Field | None:
        """The field that asks for the district."""
        return next((field for field in self.profile if field.districts), None)

    @property
    def told_profile(self) -> tuple[Field, ...]:
        """Return what is told of a respondent with a single answer. Not the district: with it hardly five would be
        alike."""
        return tuple(field for field in self.profile if not field.districts)

    @property
    def scale_values(self) -> tuple[tuple[int, Bilingual], ...]:
        """Each value of the scale in words."""
        return tuple(self.scale.items())

    @property
    def scale_items(self) -> tuple[Item, ...]:
        """Those that are scored, in their order: it is the order of :attr:`Answered.marks`."""
        return tuple(item for item in self.items() if item.kind is ItemKind.SCALE)
