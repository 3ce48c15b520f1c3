"""Questionnaires: sections of items, kinds and numbers of respondents, and weights of answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from pilar import index
from pilar.platform.language import Bilingual

OUTSIDE = "outside"
"""The option of a district field for respondents from another region."""


class Kind(StrEnum):
    """Kinds of surveys."""

    IMPACT = "impact"
    SATISFACTION = "satisfaction"
    OTHER = "other"


class ItemKind(StrEnum):
    """Kinds of items: a value of the scale, one of its options, free text, a number."""

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
    """A question; ``required`` ones must be answered when they are asked. ``name``: its name in tables."""

    code: str
    kind: ItemKind
    title: Bilingual
    required: bool = True
    options: tuple[Option, ...] = ()
    when: Condition | None = None
    name: Bilingual | None = None

    @property
    def short(self) -> Bilingual:
        """The name, or the question itself."""
        return self.name or self.title

    def asked(self, answers: Mapping[str, object]) -> bool:
        """Return whether the item is asked after these answers."""
        return self.when is None or str(answers.get(self.when.item, "")) in self.when.values


@dataclass(frozen=True, slots=True)
class Section:
    """A group of questions: one page."""

    code: str
    title: Bilingual
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A question about the respondent, with options only.

    ``districts``: the options are the districts of the region, before the listed ones (:meth:`Questionnaire.within`).
    """

    code: str
    title: Bilingual
    options: tuple[Option, ...]
    required: bool = True
    districts: bool = False


@dataclass(frozen=True, slots=True)
class Quota:
    """The respondents that a cell needs: in a pillar with so many ``programmes``, or in each sub-dimension if split."""

    respondents: int
    source: str
    programmes: int | None = None
    split_respondents: int | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """Limits beyond which an answer is doubtful, and its weight then, in per cent by flag.

    ``fastest_seconds`` for each question; from ``straight_from`` scale items with the same value on it is flagged.
    """

    fastest_seconds: int
    straight_from: int
    weights: Mapping[str, int]
    source: str


@dataclass(frozen=True, slots=True)
class Band:
    """A grade of the satisfaction index, from a converted score of two decimals on."""

    code: str
    title: Bilingual
    least: Decimal


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The computation of the index from nine element means: times ``factor``; many reports print ``printed_weight`` for
    1/9.

    ``law`` sets the ``bands``, from the year ``since`` on; an older file names neither.
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

    ``basis``: the document that it is based on; questionnaires shipped with Pilar name none.
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
        """Return the questionnaire for a region with these districts; without any, the district is not asked."""
        profile = tuple(
            replace(field, options=(*districts, *field.options)) if field.districts else field
            for field in self.profile
            if districts or not field.districts
        )
        return replace(self, profile=profile)

    def items(self) -> Iterator[Item]:
        """Yield all items, in the order in which they are asked."""
        for section in self.sections:
            yield from section.items

    @property
    def district(self) -> Field | None:
        """The field for the district."""
        return next((field for field in self.profile if field.districts), None)

    @property
    def told_profile(self) -> tuple[Field, ...]:
        """Return the fields that are shown with a single answer. Not the district: hardly five answers would then be
        alike."""
        return tuple(field for field in self.profile if not field.districts)

    @property
    def scale_values(self) -> tuple[tuple[int, Bilingual], ...]:
        """The values of the scale in words."""
        return tuple(self.scale.items())

    @property
    def scale_items(self) -> tuple[Item, ...]:
        """The items that are scored, in the order of :attr:`Answered.marks`."""
        return tuple(item for item in self.items() if item.kind is ItemKind.SCALE)
