"""Definition of a measure in versions, and the required parts of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.periods import Period, PeriodKind, first_day, period_of
from pilar.platform.errors import Fault
from pilar.platform.language import N_, translate

MAX_CODE, MAX_TITLE, MAX_TEXT, MAX_UNIT = 60, 200, 2000, 40
MAX_DECIMALS = 6
MAX_DIGITS = 18
"""Before the decimal separator."""
MAX_DELAY = 366
"""Days after the end of a period until its value is due."""

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


class Direction(StrEnum):
    """The direction that is better."""

    UP = "up"
    DOWN = "down"


DIRECTION_NAMES = {Direction.UP: N_("higher is better"), Direction.DOWN: N_("lower is better")}


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in both languages; where there is no English one the Indonesian stands for it."""

    id: str
    en: str = ""

    def in_language(self, language: str) -> str:
        """The text for a reader of ``language``."""
        return self.en if language.startswith("en") and self.en else self.id


@dataclass(frozen=True, slots=True)
class Definition:
    """The meaning of a measure (definisi operasional), and the look of its values.

    ``lowest`` and ``highest`` bound what is plausible; None is no bound.
    """

    title: Wording
    text: Wording
    unit: Wording
    direction: Direction
    aggregation: Aggregation
    decimals: int
    lowest: Decimal | None = None
    highest: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DefinitionVersion:
    """A version of the definition: it holds for periods that begin from ``since`` on, up to ``until`` (not included).

    ``until`` is None for the version that holds now.
    """

    number: int
    since: date
    until: date | None
    definition: Definition

    def holds_for(self, period: Period) -> bool:
        return self.since <= period.start and (self.until is None or period.start < self.until)


def version_for(versions: Iterable[DefinitionVersion], period: Period) -> DefinitionVersion | None:
    """The version that holds for a period; None before the first."""
    return next((version for version in versions if version.holds_for(period)), None)


def faults_of(given: Definition) -> Iterator[Fault]:
    """All that keeps a definition from being taken in, each at the name of its form field."""
    for place, text, most in (
        ("title_id", given.title.id, MAX_TITLE),
        ("text_id", given.text.id, MAX_TEXT),
        ("unit_id", given.unit.id, MAX_UNIT),
    ):
        if not text.strip():
            yield Fault("blank", N_("Fill this in"), {}, place)
        else:
            yield from _length(place, text, most)
    for place, text, most in (
        ("title_en", given.title.en, MAX_TITLE),
        ("text_en", given.text.en, MAX_TEXT),
        ("unit_en", given.unit.en, MAX_UNIT),
    ):
        yield from _length(place, text, most)
    if not 0 <= given.decimals <= MAX_DECIMALS:
        yield Fault("decimals", N_("Between 0 and %(most)s decimals"), {"most": MAX_DECIMALS}, "decimals")
    for place, bound in (("lowest", given.lowest), ("highest", given.highest)):
        if bound is not None and not storable(bound):
            yield Fault("bound", N_("This number is too large or has too many decimals"), {}, place)
    if given.lowest is not None and given.highest is not None and given.lowest > given.highest:
        yield Fault("bounds-crossed", N_("The highest plausible value is below the lowest"), {}, "highest")


def faults_of_code(code: str) -> Iterator[Fault]:
    """Yield why a text is no code of a measure or a source."""
    if len(code) > MAX_CODE or CODE.fullmatch(code) is None:
        sentence = N_("A code has at most %(most)s small letters, digits and single hyphens, like permits-issued")
        yield Fault("unfit-code", sentence, {"most": MAX_CODE}, "code")


def faults_of_beginning(kind: PeriodKind, since: date, *, place: str) -> Iterator[Fault]:
    """Yield why no period of the kind begins on a day."""
    if first_day(kind, since) != since:
        sentence = N_("No period of this measure begins on that day; the nearest before is %(day)s")
        yield Fault("within-a-period", sentence, {"day": first_day(kind, since).isoformat()}, place)


def faults_of_revision(
    kind: PeriodKind, now: DefinitionVersion, *, since: date, latest: Period | None
) -> Iterator[Fault]:
    """Yield why a new version cannot begin on a day: values are reported under the definition that they were made
    by."""
    yield from faults_of_beginning(kind, since, place="since")
    if since < now.since:
        sentence = N_("The present definition holds since %(day)s; a new one cannot begin before")
        yield Fault("before-the-present", sentence, {"day": now.since.isoformat()}, "since")
    elif latest is not None and since <= latest.start:
        sentence = N_(
            "Values up to %(period)s are reported under the present definition; the new one can begin on %(day)s"
        )
        fields = {"period": latest.text(), "day": latest.next().start.isoformat()}
        yield Fault("values-reported", sentence, fields, "since")


def faults_of_closing(kind: PeriodKind, starts_on: date, *, ends_on: date, latest: Period | None) -> Iterator[Fault]:
    """Yield why a measure cannot end with a day."""
    if ends_on < starts_on:
        sentence = N_("The measure begins on %(day)s; it cannot end before")
        yield Fault("ends-before-start", sentence, {"day": starts_on.isoformat()}, "ends_on")
    elif period_of(kind, ends_on).end != ends_on:
        sentence = N_("No period of this measure ends on that day; the nearest is %(day)s")
        yield Fault("within-a-period", sentence, {"day": period_of(kind, ends_on).end.isoformat()}, "ends_on")
    elif latest is not None and ends_on < latest.start:
        sentence = N_("Values are reported up to %(period)s; the measure cannot end before")
        yield Fault("values-reported", sentence, {"period": latest.text()}, "ends_on")


def storable(value: Decimal) -> bool:
    """Return whether a number fits the table: at most 18 digits before and 6 after the decimal separator."""
    return value.is_finite() and abs(value) < 10**MAX_DIGITS and decimals_of(value) <= MAX_DECIMALS


def decimals_of(value: Decimal) -> int:
    """The decimals that a finite number needs; zeros at its end do not count."""
    exponent = value.normalize().as_tuple().exponent
    return max(-int(exponent), 0)


def bounds_text(given: Definition) -> str:
    """The plausible values in words; empty without bounds."""
    low, high = given.lowest, given.highest
    if low is not None and high is not None:
        return translate("from %(low)s to %(high)s", low=trimmed(low), high=trimmed(high))
    if low is not None:
        return translate("at least %(low)s", low=trimmed(low))
    return "" if high is None else translate("at most %(high)s", high=trimmed(high))


def written(value: Decimal) -> str:
    """A number with the digits that it needs, as programs write it."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def trimmed(value: Decimal) -> Decimal:
    """``3.500`` as ``3.5``, ``10`` as it is."""
    return Decimal(written(value))


def _length(place: str, text: str, most: int) -> Iterator[Fault]:
    if len(text) > most:
        yield Fault("too-long", N_("At most %(most)s characters"), {"most": most}, place)
    if not text.replace("\n", "").replace("\r", "").isprintable():
        yield Fault("unprintable", N_("There is a character in it that cannot be shown"), {}, place)
