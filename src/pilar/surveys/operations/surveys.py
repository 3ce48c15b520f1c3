"""Set surveys up, open and close them; with the close of one its index becomes a value of a measure."""

from __future__ import annotations

import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from pilar.areas import queries as areas
from pilar.areas.models import Office
from pilar.areas.reference import last_day_in
from pilar.evidence.models import Evidence
from pilar.measures import operations as measures
from pilar.measures.models import Measure
from pilar.measures.operations import NewMeasure
from pilar.measures.rules.authority import SourceStanding
from pilar.measures.rules.definitions import Definition
from pilar.measures.rules.periods import Period, PeriodKind
from pilar.measures.rules.reports import Outcome, Report
from pilar.people.operations import locked, settle
from pilar.people.rules import Standing
from pilar.platform import audit, locks, moves
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_
from pilar.surveys.models import Cell, Form, Measured, Survey
from pilar.surveys.queries.questionnaires import offered_form
from pilar.surveys.queries.scores import figures_of, scores
from pilar.surveys.queries.surveys import survey as survey_row_of
from pilar.surveys.queries.surveys import visible
from pilar.surveys.reference import drawn_up, parse, pillars
from pilar.surveys.rules.authority import AUTHORITY, Action, Case, SurveyState, may_somewhere, require
from pilar.surveys.rules.questionnaire import Questionnaire
from pilar.surveys.rules.satisfaction import (
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
from pilar.surveys.rules.surveys import GRACE, LIFECYCLE, MAX_TITLE, NewCell, SurveyFacts, faults_of_cells


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


TARGET = "surveys.survey"
_LETTERS = string.ascii_lowercase + string.digits


@dataclass(frozen=True, slots=True)
class NewSurvey:
    """The input for a survey; ``form`` is the code of a questionnaire."""

    form: str
    title: str
    year: int
    opens_at: datetime
    closes_at: datetime
    split: bool = False
    synthetic: bool = False


@transaction.atomic
def create_survey(*, by: Standing, region: str, given: NewSurvey, now: datetime) -> int:
    """Draw up a survey of a region; return its key.

    Raises Faults at the names of the fields, :class:`UnknownQuestionnaire`, :class:`UnknownRegion`,
    :class:`NotAllowed`, :class:`NotFound`; needs ``create`` in the region.
    """
    case = Case(region)
    require(by, Action.CREATE, case, known=may_somewhere(by, Action.SEE_PROGRESS, case))
    areas.region(region)
    chosen = offered_form(given.form)
    form = chosen.form
    faults = []
    if not given.title.strip() or len(given.title) > MAX_TITLE:
        faults.append(Fault("no-title", N_("A title of 1 to %(most)s characters"), {"most": MAX_TITLE}, "title"))
    if given.closes_at <= given.opens_at:
        faults.append(Fault("closes-before-opening", N_("It closes before it opens"), {}, "closes_at"))
    if given.closes_at <= now:
        faults.append(Fault("closes-in-past", N_("The closing time lies in the past"), {}, "closes_at"))
    if given.split and form.quota.split_respondents is None:
        sentence = N_("This questionnaire has no forms by sub-dimension")
        faults.append(Fault("not-split", sentence, {}, "split"))
    if Survey.objects.filter(region=region, year=given.year, title=given.title.strip()).exists():
        faults.append(Fault("title-twice", N_("There is a survey of this name in this year"), {}, "title"))
    _refuse(faults)
    districts = areas.districts(region) if form.district is not None else ()
    stored, _new = Form.objects.get_or_create(
        fingerprint=form.fingerprint, defaults={"code": form.code, "version": form.version, "text": chosen.text}
    )
    row = Survey.objects.create(
        region_id=region, form=stored, title=given.title.strip(), year=given.year, split=given.split,
        opens_at=given.opens_at, closes_at=given.closes_at, synthetic=given.synthetic, created_at=now,
        districts=[{"code": district.code, "name": district.name} for district in districts],
    )  # fmt: skip
    audit.record(
        by, "create", TARGET, row.pk, area=region, after={"form": form.code, "title": row.title, "year": row.year}
    )
    return row.pk


@transaction.atomic
def set_cells(*, by: Standing, survey: int, cells: Sequence[NewCell]) -> None:
    """Replace the cells of a survey; each cell gets a public link.

    Raises Faults at the rows (``2.quota``); needs ``set-up``.
    """
    row = locked_survey(by, survey, Action.SET_UP)
    faults = faults_of_cells(cells, pillars(), split=row.split)
    offices = set(Office.objects.filter(region=row.region_id, closed_at=None).values_list("pk", flat=True))
    faults += [
        Fault("unknown-office", N_("Choose an open office of this region"), {}, f"{place}.office")
        for place, cell in enumerate(cells)
        if cell.office not in offices
    ]
    _refuse(faults)
    Cell.objects.filter(survey=row).delete()
    Cell.objects.bulk_create(
        Cell(
            survey=row, place=place, pillar=cell.pillar, part=cell.part, programme=cell.programme.strip(),
            office_id=cell.office, quota=cell.quota, population=cell.population, token=new_token(),
        )
        for place, cell in enumerate(cells)
    )  # fmt: skip
    audit.record(by, "set-up", TARGET, row.pk, area=row.region_id, after={"cells": [cell.programme for cell in cells]})


@transaction.atomic
def open_survey(*, by: Standing, survey: int) -> None:
    """Let a survey take answers from its opening time on. Raises Faults without cells; needs ``open``."""
    row = locked_survey(by, survey, Action.OPEN)
    _move(by, row, SurveyState.OPEN)


@transaction.atomic
def close_survey(*, by: Standing, survey: int, now: datetime) -> None:
    """Close a survey, once answers given in time can no longer arrive.

    The indices of a satisfaction survey become values of measures (see ``measuring``). Raises Faults before that,
    :class:`WrongSurveyState` a second time; needs ``close``.
    """
    row = locked_survey(by, survey, Action.CLOSE)
    _move(by, row, SurveyState.CLOSED, answers_in=now >= row.closes_at + GRACE)
    refused = become_measures(by, row, now)
    if refused:
        audit.record(by, "not-measured", TARGET, row.pk, area=row.region_id, after=refused)
    settle(by=by, subject=subject_of(row.pk), now=now)


@transaction.atomic
def state_validity(*, by: Standing, survey: int, stated_by: str, stated_on: date, file: UUID | None) -> None:
    """Record that the head of region answers for the validity of a closed survey; ``file``: the statement, as evidence.

    Raises Faults at ``stated_by``, ``stated_on``, ``file``; needs ``state-validity``.
    """
    row = locked_survey(by, survey, Action.STATE_VALIDITY)
    faults = []
    if not stated_by.strip() or len(stated_by) > MAX_TITLE:
        faults.append(Fault("nobody", N_("Say who answers for the survey"), {}, "stated_by"))
    if stated_on < row.closes_at.date():
        faults.append(Fault("stated-before-closing", N_("The survey was not closed on this day"), {}, "stated_on"))
    if file is not None and not Evidence.objects.filter(pk=file, region=row.region_id).exists():
        faults.append(Fault("unknown-file", N_("Choose a file of this region"), {}, "file"))
    _refuse(faults)
    row.stated_by, row.stated_on, row.stated_file_id = stated_by.strip(), stated_on, file
    row.save(update_fields=["stated_by", "stated_on", "stated_file"])
    audit.record(
        by, "state", TARGET, row.pk, area=row.region_id, after={"stated_by": row.stated_by, "stated_on": stated_on}
    )


def new_token() -> str:
    """Make the end of a link, which nobody can guess."""
    return "".join(secrets.choice(_LETTERS) for _ in range(16))


def form_of(survey: Survey) -> Questionnaire:
    """Return the questionnaire of a survey, with the districts that it was drawn up with."""
    return drawn_up(survey.form.text, survey.districts)


def locked_survey(by: Standing, key: int, action: Action, *, office: int | None = None) -> Survey:
    """Lock and return the survey for a person who may do ``action`` with it now; raises as
    :func:`pilar.people.operations.locked`."""
    return locked(
        Survey.objects,
        by=by,
        action=action,
        authority=AUTHORITY,
        case=lambda row: Case(row.region_id, office, SurveyState(row.state)),
        readable=visible(by),
        pk=key,
    )


def subject_of(key: int) -> str:
    """Return the subject of notices about a survey."""
    return f"{TARGET}:{key}"


def _move(by: Standing, row: Survey, state: SurveyState, *, answers_in: bool = False) -> None:
    move = LIFECYCLE.move(SurveyState(row.state), state)
    move.require(SurveyFacts(Cell.objects.filter(survey=row).exists(), answers_in))
    moves.make(move, row, by=by.actor, what=TARGET, area=row.region_id)


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise Faults(faults)
