"""Parts of a satisfaction index and the answer to it: elements with their grades, the lowest ones, a plan.

**Measures.** A service (a cell) of a closed survey has a figure, and the services together have one: that of the office
if it has them all, otherwise that of the region. The nine elements stay in the survey: they explain the index, and are
no indicators of their own.

**Respondents.** Each field of the profile is shown by itself, never two together. The sum of a field's options is
known: all answers that count. So what is suppressed must leave more than one possibility for each count of fewer than
five: along with such an option every other one below five is suppressed, those of nobody too, and further ones until
together they can take several values. The single answers that are handed on show the profile of some respondents: a
count without these must not be of fewer than five either.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from pilar.index import round_published
from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.definitions import MAX_CODE, MAX_TITLE, Definition, Direction, Wording
from pilar.measures.rules.periods import Period, PeriodKind, period_of
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_, Bilingual
from pilar.platform.versions import sign_of
from pilar.surveys.rules.answers import UNREADABLE, storable
from pilar.surveys.rules.questionnaire import Band, Item, Questionnaire, Satisfaction
from pilar.surveys.rules.scores import DECIMALS, MIN_SHOWN, Mean, index_of

LOWEST = 3
"""The number of lowest elements that a follow-up plan must cover (reports of regions have three)."""
WEIGHTED_DECIMALS = 3
"""Decimals of a weighted mean, which is a ninth of a mean: with two it would be less precise than the mean."""
MAX_STEPS = 30
MAX_ACT, MAX_WHO = 500, 200


class NoIndex(PilarError):
    """The survey has no satisfaction index."""

    code = "no-index"
    status = 409
    sentence = N_("This survey has no satisfaction index: it asks something else, or fewer than five answers count")


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the service (unsur): its mean (NRR), its weighted mean, both rounded for display, and its grade.

    ``exact`` is the unrounded mean; the grade is that of the converted score of two decimals.
    """

    code: str
    title: Bilingual
    exact: Fraction
    mean: Decimal
    weighted: Decimal
    converted: Decimal
    band: Band | None


def band_of(score: Decimal, rule: Satisfaction) -> Band | None:
    """Return the grade (mutu) of a converted score of two decimals."""
    return next((band for band in rule.bands if score >= band.least), None)


def elements_of(items: Sequence[Item], means: Sequence[Fraction], rule: Satisfaction) -> tuple[Element, ...]:
    """Return the elements in the order of the questionnaire; all have equal weight."""
    return tuple(_element(item, mean, len(items), rule) for item, mean in zip(items, means, strict=True))


def lowest_of(elements: Sequence[Element], count: int = LOWEST) -> tuple[Element, ...]:
    """Return the lowest elements, lowest first; more than ``count`` if the last of them is tied."""
    ordered = sorted(elements, key=lambda element: element.exact)
    return tuple(element for element in ordered if element.exact <= ordered[min(count, len(ordered)) - 1].exact)


@dataclass(frozen=True, slots=True)
class NewStep:
    """The input for a step: ``act``, the office or position ``who``, and the deadline ``due_on``."""

    element: str
    act: str
    who: str
    due_on: date


class Planned(Protocol):
    """A step of a plan, as it is stored or given."""

    @property
    def element(self) -> str: ...
    @property
    def act(self) -> str: ...
    @property
    def who(self) -> str: ...
    @property
    def due_on(self) -> date: ...


def sign_of_steps(steps: Iterable[Planned]) -> int:
    """Return a checksum of a plan, so that nobody overwrites a change they have not seen."""
    return sign_of([(step.element, step.act.strip(), step.who.strip(), step.due_on.isoformat()) for step in steps])


def faults_of_steps(
    steps: Sequence[NewStep], elements: Collection[str], lowest: Sequence[str], *, since: date
) -> list[Fault]:
    """Return the faults of a plan; rows are counted from 0: ``2.act``. ``since``: the day on which the survey closed.

    It must cover :data:`LOWEST` of the lowest elements; among ties any will do.
    """
    return list(_step_faults(steps, elements, lowest, since))


def _element(item: Item, mean: Fraction, count: int, rule: Satisfaction) -> Element:
    converted = round_published(mean * rule.factor, DECIMALS)
    return Element(
        code=item.code,
        title=item.short,
        exact=mean,
        mean=round_published(mean, DECIMALS),
        weighted=round_published(mean / count, WEIGHTED_DECIMALS),
        converted=converted,
        band=band_of(converted, rule),
    )


def _step_faults(
    steps: Sequence[NewStep], elements: Collection[str], lowest: Sequence[str], since: date
) -> Iterator[Fault]:
    if len(steps) > MAX_STEPS:
        yield Fault("too-many-rows", N_("At most %(most)s rows"), {"most": MAX_STEPS}, "steps")
    if len({step.element for step in steps} & set(lowest)) < min(LOWEST, len(lowest)):
        sentence = N_("Say what is done about each of the %(count)s lowest elements")
        yield Fault("lowest-missing", sentence, {"count": min(LOWEST, len(lowest))}, "steps")
    for row, step in enumerate(steps):
        if step.element not in elements:
            yield Fault("unknown-element", N_("Choose one of the elements"), {}, f"{row}.element")
        for field, text, most in (("act", step.act, MAX_ACT), ("who", step.who, MAX_WHO)):
            if not text.strip() or len(text) > most:
                yield Fault("no-text", N_("A text of 1 to %(most)s characters"), {"most": most}, f"{row}.{field}")
            elif not storable(text):
                yield Fault("unreadable-text", UNREADABLE, {}, f"{row}.{field}")
        if step.due_on < since:
            yield Fault("due-before-closing", N_("This day lies before the end of the survey"), {}, f"{row}.due_on")


SOURCE, SOURCE_TITLE = "pilar-surveys", "Survei Pilar"
"""Code and name of this room among the source systems of a region."""
DUE_DAYS = 0
LATER_SURVEY = "Survei lain yang berakhir pada triwulan yang sama: {title}"
"""The reason given when a figure replaces another one of its quarter."""

_TEXT = Wording(
    "Indeks Kepuasan Masyarakat (IKM){law} dari sembilan unsur pelayanan: {factor} × jumlah"
    " nilai rata-rata unsur × tepat 1/9, dibulatkan ke dua desimal. Pilar menghitungnya ketika survei ditutup; jawaban"
    " yang diragukan berbobot menurut aturan kuesionernya. Nilai masuk ke triwulan berakhirnya survei.",
    "Public satisfaction index (IKM){law} of nine elements of the service: {factor} × sum of the element"
    " means × exactly 1/9, rounded to two decimals. Pilar computes it when a survey is closed; doubted answers weigh"
    " what the rule of the questionnaire says. A value belongs to the quarter in which the survey ends.",
)
_MADE_UP = Wording("Data contoh untuk peragaan.", "Made-up figures for the demonstration.")


@dataclass(frozen=True, slots=True)
class IndexFigure:
    """An index that becomes the value of a measure; ``cell`` is None for that of all services together.

    ``about``: the service, office or region; ``count``: answers that count; ``score`` is None for too few answers.
    """

    cell: int | None
    office: int
    about: str
    count: int
    score: Decimal | None


def score_of(items: tuple[Mean, ...], form: Questionnaire) -> Decimal | None:
    """Return the index of element means; None unless there are nine."""
    means = [item.mean for item in items if item.mean is not None]
    if form.satisfaction is None or len(means) != len(form.scale_items):
        return None
    return index_of(means, form.satisfaction).score


def period_of_survey(year: int, closes_on: date) -> Period:
    """Return the quarter in which the survey ends, or the nearest one of the year that it counts for."""
    return period_of(PeriodKind.QUARTER, min(max(closes_on, date(year, 1, 1)), date(year, 12, 31)))


def title_of(about: str, ends: tuple[Decimal, Decimal] | None = None) -> Wording:
    """Write the title of a measure; ``about`` is shortened where it would be too long.

    ``ends``: of its scale, given where another measure with the same title has another scale.
    """
    shown = " ".join(part for part in "".join(filter(_shown, about)).split())
    low, high = (f"{end.normalize():f}" for end in ends) if ends else ("", "")
    after = Wording(f" (skala {low}–{high})".replace(".", ","), f" (scale {low}–{high})") if ends else Wording("", "")
    return Wording(
        f"IKM {shown}"[: MAX_TITLE - len(after.id)].rstrip() + after.id,
        f"Public satisfaction, {shown}"[: MAX_TITLE - len(after.en)].rstrip() + after.en,
    )


def code_of(about: str, taken: Container[str]) -> str:
    """Return a free code for a measure: ``ikm-`` and the words of ``about``, numbered where it is taken."""
    plain = unicodedata.normalize("NFKD", about).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", f"ikm {plain}")
    code, number = words[: MAX_CODE - 4].strip("-"), 1
    wanted = code
    while wanted in taken:
        number += 1
        wanted = f"{code}-{number}"
    return wanted


def definition_of(about: str, form: Questionnaire, *, synthetic: bool, scaled: bool = False) -> Definition:
    """Return the definition of the measure of an index; ``scaled``: its title says its scale."""
    assert form.satisfaction is not None
    factor, law = form.satisfaction.factor, form.satisfaction.law
    text = Wording(
        _TEXT.id.format(law=f" menurut {law}" if law else "", factor=factor),
        _TEXT.en.format(law=f" by {law}" if law else "", factor=factor),
    )
    if synthetic:
        text = Wording(f"{text.id} {_MADE_UP.id}", f"{text.en} {_MADE_UP.en}")
    ends = Decimal(min(form.scale) * factor), Decimal(max(form.scale) * factor)
    return Definition(
        title=title_of(about, ends if scaled else None),
        text=text,
        unit=Wording("poin", "points"),
        direction=Direction.UP,
        aggregation=Aggregation.LAST,
        decimals=DECIMALS,
        lowest=ends[0],
        highest=ends[1],
    )


def one_series(earlier: Questionnaire, later: Questionnaire) -> bool:
    """Return whether the indices of two versions of a questionnaire can be values of one measure: same scale, same
    factor. Otherwise they are separate measures."""
    sides = [(form.scale.keys(), form.satisfaction.factor) for form in (earlier, later) if form.satisfaction]
    return len(sides) == 2 and sides[0] == sides[1]


def _shown(letter: str) -> bool:
    return letter.isprintable() or letter.isspace()


@dataclass(frozen=True, slots=True)
class OptionCount:
    """The number of respondents with an option; None where it is hidden."""

    code: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """The options of a field, and the number of respondents with hidden ones: none, or five and more."""

    options: tuple[OptionCount, ...]
    hidden: int


def told_counts(counts: Mapping[str, int], singles: Mapping[str, int]) -> Told | None:
    """Return the counts of a field that may be shown; None where none may.

    ``counts``: by every option of the field, in its order, with 0; ``singles``: the numbers of them shown in the single
    answers. Further options are hidden in the order of the field, which reveals nothing about their counts.
    """
    if not _safe(sum(counts.values()), sum(singles.values())) or not sum(counts.values()):
        return None
    hidden = {code for code, count in counts.items() if not _safe(count, singles.get(code, 0))}
    if hidden:
        hidden |= {code for code, count in counts.items() if count < MIN_SHOWN}
        unnamed = {code: count - singles.get(code, 0) for code, count in counts.items()}
        for code in counts:
            if _open(counts, hidden) and _open(unnamed, hidden):
                break
            hidden.add(code)
    if all(code in hidden or not count for code, count in counts.items()):
        return None
    return Told(
        tuple(OptionCount(code, None if code in hidden else count) for code, count in counts.items()),
        sum(counts[code] for code in hidden),
    )


def _open(counts: Mapping[str, int], hidden: Collection[str]) -> bool:
    """Return whether the hidden counts leave each of those of fewer than five more than one possibility.

    Either all of them can be below five without being at their maximum, or one is not and lies so far above five that
    the others can be larger. With no respondents there is nothing to reveal.
    """
    together, most = sum(counts[code] for code in hidden), (MIN_SHOWN - 1) * len(hidden)
    if not together:
        return True
    larger = any(counts[code] >= MIN_SHOWN for code in hidden)
    far = together < most or (larger and together >= 2 * MIN_SHOWN - 1)
    return len(hidden) > 1 and together >= MIN_SHOWN and far


def _safe(count: int, single: int) -> bool:
    """Return whether a count may be shown: also without those known from single answers it is zero or at least five."""
    return all(number == 0 or number >= MIN_SHOWN for number in (count, count - single))
