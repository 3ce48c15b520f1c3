"""The figures of a closed satisfaction survey that become measures, and their names.

A service (a cell) has a figure, and the services together have one: that of the office if it has them all, otherwise
that of the region. The nine elements stay in the survey: they explain the index, and are no indicators of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.definitions import MAX_CODE, MAX_TITLE, Definition, Direction, Wording
from pilar.measures.rules.periods import Period, PeriodKind, period_of
from pilar.surveys.rules.questionnaire import Questionnaire
from pilar.surveys.rules.scores import DECIMALS, Mean, index_of

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
