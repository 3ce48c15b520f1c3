"""Surveys in words: names of pillars, rounded figures, and the lines of their tables. For pages and documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from pilar.design.charts import Chart, Series, radar
from pilar.platform.language import translate
from pilar.surveys.queries import CellRow, CellScores, SurveyScores
from pilar.surveys.reference import pillars
from pilar.surveys.rules.scores import Interval, Mean, rounded


@dataclass(frozen=True, slots=True)
class Line:
    """A figure as a table shows it; ``mean`` is None where it is hidden or missing.

    ``depth`` 0 is a pillar, 1 a sub-dimension, 2 a programme; a programme has its ``cell``.
    """

    title: str
    mean: Decimal | None
    lower: Decimal | None = None
    upper: Decimal | None = None
    count: int | None = None
    depth: int = 0
    cell: CellRow | None = None
    before: Decimal | None = None

    @property
    def below(self) -> bool:
        """True if fewer answers count than required."""
        return self.cell is not None and self.cell.missing > 0

    @property
    def change(self) -> Decimal | None:
        """Difference from the year before."""
        return None if self.mean is None or self.before is None else self.mean - self.before


def part_name(code: str) -> str:
    """Return the name of a pillar or sub-dimension."""
    for pillar in pillars():
        for named in (pillar, *pillar.parts):
            if named.code == code:
                return str(named.title)
    return code


def programme_names(cells: Iterable[CellRow]) -> dict[int, str]:
    """Return unique names of programmes by key: where two are the same, with sub-dimension and place."""
    rows = list(cells)
    names = Counter(row.programme.casefold() for row in rows)
    return {
        row.key: row.programme if names[row.programme.casefold()] == 1
        else f"{row.programme} ({' '.join(filter(None, (part_name(row.part or row.pillar), str(row.place + 1))))})"
        for row in rows
    }  # fmt: skip


def group_lines(scores: SurveyScores, before: SurveyScores | None) -> tuple[Line, ...]:
    """Return pillars with their sub-dimensions and programmes, in the order of the framework; those without one at the
    end."""
    return tuple(_group_lines(scores, before))


def groups_caption(scores: SurveyScores) -> str:
    """Return the caption of the table of groups: a satisfaction survey has programmes only."""
    return translate("Pillars, sub-dimensions and programmes") if scores.pillars else translate("Programmes")


def compared(lines: Iterable[Line]) -> bool:
    """Return whether any of them has a figure of the year before."""
    return any(line.before is not None for line in lines)


def item_lines(scores: SurveyScores, before: SurveyScores | None) -> tuple[Line, ...]:
    """Return the scale items of all programmes together."""
    earlier = [item.mean for item in before.items] if before else [None] * len(scores.items)
    titles = [str(item.title) for item in scores.survey.questionnaire.scale_items]
    return tuple(
        _mean_line(title, mean, rounded(then)) for title, mean, then in zip(titles, scores.items, earlier, strict=True)
    )


def items_of(scores: SurveyScores, cell_scores: CellScores) -> tuple[Line, ...]:
    """Return the scale items of one programme."""
    titles = [str(item.title) for item in scores.survey.questionnaire.scale_items]
    return tuple(_mean_line(title, mean) for title, mean in zip(titles, cell_scores.items, strict=True))


def pillar_radar(survey_scores: SurveyScores, before: SurveyScores | None) -> Chart | None:
    """Chart the pillars with those of the year before; None for fewer than three that are shown."""
    codes = [pillar.code for pillar in pillars() if survey_scores.pillars.get(pillar.code) is not None]
    if len(codes) < 3:
        return None
    years = [scores for scores in (survey_scores, before) if scores is not None]
    series = [Series(str(year.survey.year), [rounded(year.pillars.get(code)) for code in codes]) for year in years]
    scale = survey_scores.survey.questionnaire.scale
    names = [part_name(code) for code in codes]
    return radar(names, series, first_column=translate("Pillar"), minimum=min(scale), maximum=max(scale))


def public_address(token: str) -> str:
    """Return the full address at which the public answers, always in Indonesian."""
    with translation.override("id"):
        return settings.SITE_ADDRESS.rstrip("/") + reverse("surveys:answer", args=[token])


def _group_lines(scores: SurveyScores, before: SurveyScores | None) -> Iterator[Line]:
    for pillar in pillars():
        if pillar.code not in scores.pillars:
            continue
        yield _group(scores, before, pillar.code, 0)
        for code in ("", *(part.code for part in pillar.parts)):
            cells = [cell for cell in scores.cells if (cell.cell.pillar, cell.cell.part) == (pillar.code, code)]
            if code and cells:
                yield _group(scores, before, code, 1)
            yield from map(_programme, cells)
    yield from (_programme(cell) for cell in scores.cells if not cell.cell.pillar)


def _group(scores: SurveyScores, before: SurveyScores | None, code: str, depth: int) -> Line:
    group = "part" if depth else "pillar"
    members = [cell for cell in scores.cells if getattr(cell.cell, group) == code and cell.shown]
    earlier = (before.parts if depth else before.pillars).get(code) if before else None
    mean = (scores.parts if depth else scores.pillars)[code]
    count = sum(member.cell.counting for member in members)
    return _line(part_name(code), mean, scores.intervals.get(code), count, depth=depth, before=rounded(earlier))


def _programme(scores: CellScores) -> Line:
    return _line(scores.cell.programme, scores.mean, scores.interval, scores.cell.counting, depth=2, cell=scores.cell)


def _line(title: str, mean: Fraction | None, interval: Interval | None, count: int, **more: Any) -> Line:
    lower, upper = interval or (None, None)
    return Line(title, rounded(mean), rounded(lower), rounded(upper), count, **more)


def _mean_line(title: str, mean: Mean, before: Decimal | None = None) -> Line:
    return Line(title, rounded(mean.mean), rounded(mean.lower), rounded(mean.upper), mean.count, before=before)
