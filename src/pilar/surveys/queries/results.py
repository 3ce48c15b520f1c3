"""The public result of a closed satisfaction survey: index, elements with grades, respondents, follow-up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pilar.people.rules import existing
from pilar.platform.actors import Authority
from pilar.platform.language import Bilingual
from pilar.surveys.models import FollowUp, Response, Survey
from pilar.surveys.queries.scores import scores_of, sums_of
from pilar.surveys.queries.surveys import CellRow, CellScores, SurveyRow, all_cells, survey_row
from pilar.surveys.rules.anonymous import Single, anonymised
from pilar.surveys.rules.answers import Mode
from pilar.surveys.rules.authority import SurveyState
from pilar.surveys.rules.questionnaire import Field, Satisfaction
from pilar.surveys.rules.satisfaction import Element, Told, elements_of, lowest_of, sign_of_steps, told_counts
from pilar.surveys.rules.scores import Index, index_of


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the follow-up plan."""

    element: str
    title: Bilingual
    act: str
    who: str
    due_on: date


@dataclass(frozen=True, slots=True)
class OptionShare:
    """The number of respondents with an option; ``count`` is None where it is hidden."""

    title: Bilingual
    count: int | None


@dataclass(frozen=True, slots=True)
class Respondents:
    """Respondents by one question about them; ``hidden`` counts those of hidden options together.

    ``options`` is empty where nothing may be shown.
    """

    code: str
    title: Bilingual
    options: tuple[OptionShare, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class ServiceIndex:
    """The index of one service; None where fewer than five answers count."""

    cell: CellRow
    index: Index | None


@dataclass(frozen=True, slots=True)
class SatisfactionResult:
    """The result of a satisfaction survey. ``count``: the number of answers behind it."""

    survey: SurveyRow
    index: Index
    rule: Satisfaction
    elements: tuple[Element, ...]
    lowest: tuple[Element, ...]
    services: tuple[ServiceIndex, ...]
    respondents: tuple[Respondents, ...]
    steps: tuple[Step, ...]
    count: int

    @property
    def seen(self) -> int:
        """The checksum of the plan, sent back with the form that overwrites it."""
        return sign_of_steps(self.steps)


def satisfaction_result(key: int, *, scope: Authority) -> SatisfactionResult:
    """Read the result of a closed satisfaction survey with enough answers that count; raises :class:`NotFound`
    otherwise.

    It is public: figures with few answers are not used at all. Five queries.
    """
    del scope
    row = Survey.objects.filter(pk=key, state=SurveyState.CLOSED).select_related("region", "form").first()
    return existing(result_of(survey_row(existing(row))))


def result_of(row: SurveyRow) -> SatisfactionResult | None:
    """Return the result of a closed survey; None if it has no index. Four queries."""
    form = row.questionnaire
    rule = form.satisfaction
    if rule is None:
        return None
    scores = scores_of(row, all_cells(row.key), sums_of([row.key]).get(row.key, {}))
    if scores.index is None:
        return None
    elements = elements_of(form.scale_items, scores.index.elements, rule)
    names = {element.code: element.title for element in elements}
    shown = [cell.cell for cell in scores.cells if cell.shown]
    return SatisfactionResult(
        survey=row,
        index=scores.index,
        rule=rule,
        elements=elements,
        lowest=lowest_of(elements),
        services=tuple(ServiceIndex(cell.cell, _index(cell, rule)) for cell in scores.cells),
        respondents=_respondents(row, {cell.key for cell in shown}),
        steps=tuple(
            Step(step.element, names[step.element], step.act, step.who, step.due_on)
            for step in FollowUp.objects.filter(survey=row.key)
        ),
        count=sum(cell.counting for cell in shown),
    )


def _index(cell: CellScores, rule: Satisfaction) -> Index | None:
    means = [item.mean for item in cell.items if item.mean is not None]
    return index_of(means, rule) if len(means) == len(cell.items) else None


def _respondents(row: SurveyRow, cells: set[int]) -> tuple[Respondents, ...]:
    """Count the respondents whose answers count, in programmes that are shown, by the questions about them."""
    fields = row.questionnaire.told_profile
    given = Response.objects.filter(survey=row.key, cell__in=cells).order_by()
    rows = list(given.values_list("cell", "mode", "group", "profile", "weight"))
    singles = anonymised(
        Single(cell, Mode(mode), (group, *(profile.get(field.code, "") for field in fields)), {}, (), weight)
        for cell, mode, group, profile, weight in rows
    )
    profiles = [profile for _cell, _mode, _group, profile, weight in rows if weight]
    told = [
        dict(zip(_codes(fields), single.about[1:], strict=True))
        for single in singles
        if single.weight and any(single.about)
    ]
    return tuple(_field(field, profiles, told) for field in fields)


def _codes(fields: Iterable[Field]) -> list[str]:
    return [field.code for field in fields]


def _field(field: Field, profiles: Iterable[Mapping[str, str]], told: Iterable[Mapping[str, str]]) -> Respondents:
    counted = Counter(profile.get(field.code, "") for profile in profiles)
    single = Counter(profile[field.code] for profile in told)
    codes = [*(option.code for option in field.options), *([""] if counted[""] else [])]
    counts: Told | None = told_counts({code: counted[code] for code in codes}, single)
    if counts is None:
        return Respondents(field.code, field.title, (), 0)
    titles = {option.code: option.title for option in field.options} | {"": Bilingual("Tidak disebut", "Not told")}
    return Respondents(
        field.code,
        field.title,
        tuple(OptionShare(titles[option.code], option.count) for option in counts.options),
        counts.hidden,
    )
