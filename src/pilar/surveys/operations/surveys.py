"""Set surveys up, open and close them."""

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
from pilar.evidence.models import Evidence
from pilar.people.operations import locked, settle
from pilar.people.rules import Standing
from pilar.platform import audit, moves
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.surveys.models import Cell, Form, Survey
from pilar.surveys.operations.measuring import become_measures
from pilar.surveys.queries.questionnaires import offered_form
from pilar.surveys.queries.scoping import visible
from pilar.surveys.reference import drawn_up, pillars
from pilar.surveys.rules.authority import AUTHORITY, Action, Case, SurveyState, may_somewhere, require
from pilar.surveys.rules.questionnaire import Questionnaire
from pilar.surveys.rules.surveys import GRACE, LIFECYCLE, MAX_TITLE, NewCell, SurveyFacts, faults_of_cells

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
