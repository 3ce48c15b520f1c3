"""Report the index of a satisfaction survey as a value of a measure, in the transaction that closes the survey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from pilar.areas.reference import last_day_in
from pilar.measures import operations as measures
from pilar.measures.models import Measure
from pilar.measures.operations import NewMeasure
from pilar.measures.rules.authority import SourceStanding
from pilar.measures.rules.definitions import Definition
from pilar.measures.rules.periods import Period, PeriodKind
from pilar.measures.rules.reports import Outcome, Report
from pilar.people.rules import Standing
from pilar.platform import locks
from pilar.platform.errors import Faults, PilarError
from pilar.surveys.models import Cell, Measured, Survey
from pilar.surveys.queries.measured import figures_of
from pilar.surveys.queries.scores import scores
from pilar.surveys.queries.surveys import survey as survey_row_of
from pilar.surveys.reference import parse
from pilar.surveys.rules.measures import (
    DUE_DAYS,
    LATER_SURVEY,
    SOURCE,
    SOURCE_TITLE,
    IndexFigure,
    code_of,
    definition_of,
    one_series,
    period_of_survey,
)
from pilar.surveys.rules.questionnaire import Questionnaire


def become_measures(by: Standing, row: Survey, now: datetime) -> dict[str, str]:
    """Report the indices of a satisfaction survey that ``by`` has just closed; other surveys report nothing.

    A figure with too few answers to be shown is left out. A refusal by the measures (closed office, ended measure,
    source shut off by the region) does not stop the survey: it is returned, as subject and code of the error.
    """
    survey = survey_row_of(row.pk, scope=by)
    figures = [figure for figure in figures_of(scores(survey, scope=by)) if figure.score is not None]
    if not figures:
        return {}
    # Two surveys closing at once could otherwise choose the same free code.
    locks.take(f"surveys.measures.{row.region_id}")
    try:
        source = measures.built_in_source(by=by, region=row.region_id, code=SOURCE, title=SOURCE_TITLE, now=now)
    except PilarError as error:
        return {SOURCE: error.code}
    period = period_of_survey(row.year, last_day_in(row.region_id, row.closes_at))
    refused = {}
    work = _Work(by, source, row, survey.questionnaire, period, now)
    for index_figure in figures:
        try:
            with transaction.atomic():
                work.report(index_figure)
        except Faults as error:
            refused[index_figure.about] = error.faults[0].code
        except PilarError as error:
            refused[index_figure.about] = error.code
    return refused


@dataclass(frozen=True, slots=True)
class _Work:
    by: Standing
    source: SourceStanding
    survey: Survey
    form: Questionnaire
    period: Period
    now: datetime

    def report(self, figure: IndexFigure) -> None:
        measure = self._measure_of_before(figure) or self._new_measure(figure)
        place = "all" if figure.cell is None else Cell.objects.values_list("place", flat=True).get(pk=figure.cell)
        key = f"survey-{self.survey.pk}-{place}"
        self._send(measure, figure, key)
        Measured.objects.create(
            survey=self.survey, cell_id=figure.cell, measure=measure, key=key, starts_on=self.period.start,
            score=figure.score, count=figure.count,
        )  # fmt: skip

    def _send(self, measure: Measure, figure: IndexFigure, key: str) -> None:
        given = Report(measure.code, str(self.period), str(figure.score), key=key)
        later = Report(
            given.measure, given.period, given.value, key=key, reason=LATER_SURVEY.format(title=self.survey.title)
        )
        for report in (given, later):
            (told,) = measures.report_values(
                by=self.source, region=self.survey.region_id, reports=[report], now=self.now
            )
            if told.outcome is not Outcome.REFUSED:
                return
            if "already-reported" not in {fault.code for fault in told.faults}:
                break
        raise Faults(told.faults)

    def _measure_of_before(self, figure: IndexFigure) -> Measure | None:
        """Return the measure to which an earlier survey of this questionnaire, on the same scale, reported for the same
        service of the same office, or for all services of the office or the region."""
        rows = Measured.objects.filter(
            survey__region=self.survey.region_id, survey__form__code=self.form.code,
            measure__synthetic=self.survey.synthetic,
        )  # fmt: skip
        if figure.cell is None:
            titles = [self._definition(figure, scaled=scaled).title.id for scaled in (False, True)]
            rows = rows.filter(cell=None, measure__definitions__title_id__in=titles)
        else:
            rows = rows.filter(cell__office=figure.office, cell__programme__iexact=figure.about)
        for row in rows.select_related("measure", "survey__form").order_by("-pk").iterator(chunk_size=20):
            if one_series(parse(row.survey.form.text), self.form):
                return row.measure
        return None

    def _definition(self, figure: IndexFigure, *, scaled: bool) -> Definition:
        return definition_of(figure.about, self.form, synthetic=self.survey.synthetic, scaled=scaled)

    def _new_measure(self, figure: IndexFigure) -> Measure:
        region = self.survey.region_id
        taken = set(Measure.objects.filter(region=region, code__startswith="ikm").values_list("code", flat=True))
        plain = self._definition(figure, scaled=False)
        # No earlier measure is fed: one of this title has another scale, or another questionnaire.
        others = Measure.objects.filter(region=region, office=figure.office, synthetic=self.survey.synthetic)
        titled = others.filter(definitions__title_id__iexact=plain.title.id).exists()
        given = NewMeasure(
            code=code_of(figure.about, taken),
            kind=PeriodKind.QUARTER,
            office=figure.office,
            starts_on=date(self.survey.year, 1, 1),
            due_days=DUE_DAYS,
            definition=self._definition(figure, scaled=True) if titled else plain,
            source=self.source.source,
            synthetic=self.survey.synthetic,
        )
        return Measure.objects.get(pk=measures.define_measure(by=self.by, region=region, given=given, now=self.now))
