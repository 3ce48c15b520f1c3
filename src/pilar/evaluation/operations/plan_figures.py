"""Taking figures of the master plan, of last year's follow-up or of a survey into answers of the self-assessment.

The files of a survey are made and held before the transaction that keeps them begins (adr/0007).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import override

from pilar.evaluation.models import AnswerOrigin, Assessment, SurveyFile
from pilar.evaluation.operations.answers import open_form, settle_when_done, write_answer
from pilar.evaluation.operations.attachments import attach_piece, tie_piece
from pilar.evaluation.operations.locking import locked_assessment
from pilar.evaluation.queries.answer_rows import Form
from pilar.evaluation.queries.answers import form_of
from pilar.evaluation.queries.cases import assessment_to
from pilar.evaluation.queries.plan_figures import WHOLE, survey_row
from pilar.evaluation.rules.answer_sheets import SheetAnswer
from pilar.evaluation.rules.answer_sheets import seen as is_seen
from pilar.evaluation.rules.answers import FIELDS, as_text, faults_of
from pilar.evaluation.rules.authority import Action, require
from pilar.evaluation.rules.marking import leaf_of
from pilar.evaluation.rules.plan_figures import (
    NOTHING_BESIDE,
    Figure,
    NoPlanFigure,
    PlanFigureChanged,
    kept,
    taken,
)
from pilar.evaluation.rules.plan_words import source_text
from pilar.evidence.operations import HeldUpload, MadeFile, hold_made, keep_made
from pilar.evidence.queries import evidence_list
from pilar.people.rules import Standing
from pilar.platform import audit, locks
from pilar.platform.errors import Faults
from pilar.platform.versions import Outdated, Stored
from pilar.surveys.documents import HandedIn, handed_in

TARGET = "evaluation.answer"
STORED_LANGUAGE = "id"
"""Of the source that is filled in, no matter who takes it: answers are read by everybody."""


@dataclass(frozen=True, slots=True)
class SeenFigure:
    """An indicator with what was seen: the version of its answer (0: none), and the fingerprint of the figures."""

    node: str
    version: int
    fingerprint: str


def take_plan_figures(*, by: Standing, assessment: int, seen: SeenFigure, now: datetime) -> int:
    """Answer an indicator with the figures that stand next to it, attach the evidence that they rest on, and note where
    the answer comes from; returns the version of the answer.

    Taking them twice changes nothing. What was explained stays. Raises :class:`NoPlanFigure`,
    :class:`PlanFigureChanged`, :class:`Outdated`, Faults, and as :func:`~pilar.evaluation.operations.save_answer`.
    """
    row, case = assessment_to(by, assessment, Action.ANSWER, node=seen.node, now=now)
    files = _held_for(by, form_of(row, case, scope=by), [seen], now)
    with transaction.atomic():
        row, case = locked_assessment(by, assessment, Action.ANSWER, node=seen.node, now=now)
        form = form_of(row, case, scope=by)
        leaf_of(form.instrument, seen.node)
        version = _take(by, row, form, seen, files=files, now=now)
        if case.office is not None:
            settle_when_done(by, row, case.office, now)
    return version


def take_all_plan_figures(*, by: Standing, assessment: int, chosen: Sequence[SeenFigure], now: datetime) -> int:
    """Take the figures of many indicators, all or none; returns how many answers were changed.

    An answer that exists is overwritten where it is among ``chosen`` in the version that was seen. Raises as
    :func:`take_plan_figures`; :class:`NotAllowed` if one of them is not the actor's to answer.
    """
    with transaction.atomic():
        _found, form = open_form(by, assessment, now)
        _require_own(by, form, chosen)
    files = _held_for(by, form, chosen, now)
    with transaction.atomic():
        row, form = open_form(by, assessment, now)
        _require_own(by, form, chosen)
        changed = sum(
            _take(by, row, form, figure, files=files, now=now) != form.answer(figure.node).version for figure in chosen
        )
        for office in {form.offices[figure.node].key for figure in chosen if figure.node in form.offices}:
            settle_when_done(by, row, office, now)
    return changed


def _require_own(by: Standing, form: Form, chosen: Sequence[SeenFigure]) -> None:
    for figure in chosen:
        leaf_of(form.instrument, figure.node)
        require(by, Action.ANSWER, form.case_at(figure.node), known=True)


def _held_for(by: Standing, form: Form, chosen: Sequence[SeenFigure], now: datetime) -> Mapping[int, HeldFiles]:
    """The files of the surveys whose figures are to be taken as they were seen, by key of the survey."""
    figures = [(form.beside.get(seen_figure.node, NOTHING_BESIDE).now, seen_figure) for seen_figure in chosen]
    surveys = {
        figure.counted.surveyed.survey
        for figure, seen_figure in figures
        if figure is not None and figure.counted.surveyed is not None and figure.fingerprint == seen_figure.fingerprint
    }
    with override(STORED_LANGUAGE):
        return {key: hold_files(by, form.header.region_code, key, now) for key in surveys}


def _take(
    by: Standing,
    assessment: Assessment,
    form: Form,
    wanted: SeenFigure,
    *,
    files: Mapping[int, HeldFiles],
    now: datetime,
) -> int:
    figure = form.beside.get(wanted.node, NOTHING_BESIDE).now
    if figure is None or not figure.can_be_taken:
        raise NoPlanFigure
    surveyed = figure.counted.surveyed
    if figure.fingerprint != wanted.fingerprint or (surveyed is not None and surveyed.survey not in files):
        raise PlanFigureChanged
    known = form.answer(wanted.node)
    with override(STORED_LANGUAGE):
        given = taken(figure, known.given, source_text(figure))
    faults = faults_of(form.instrument, form.instrument.node(wanted.node), given)
    if faults:
        raise Faults(faults)
    version = known.version
    if given != known.given:
        if not is_seen(wanted.version, known.given, known.version):
            values = {name: as_text(known.given, name) for name in FIELDS}
            raise Outdated(Stored(known.version, values, known.changed_by, known.changed_at))
        version = write_answer(by, assessment, SheetAnswer(wanted.node, given), known, now)
    for piece in evidence_list(figure.evidence, scope=by):
        attach_piece(by, assessment, wanted.node, piece.evidence, now)
    if surveyed is not None:
        attach_files(by, assessment, wanted.node, surveyed.survey, files=files[surveyed.survey], now=now)
    _note_origin(by, assessment, figure, now)
    return version


def _note_origin(by: Standing, assessment: Assessment, figure: Figure, now: datetime) -> None:
    """Keep where the answer comes from; the same figures again change nothing."""
    before = AnswerOrigin.objects.filter(assessment=assessment, node=figure.node).first()
    if before is not None and before.fingerprint == figure.fingerprint:
        return
    figures = kept(figure.counted)
    row, _new = AnswerOrigin.objects.update_or_create(
        assessment=assessment,
        node=figure.node,
        defaults={
            "figures": figures,
            "plan_version_id": figure.version_key,
            "fingerprint": figure.fingerprint,
            "taken_by_id": by.account,
            "taken_at": now,
        },
    )
    audit.record(
        by=by.actor,
        action="take-plan-figures",
        target="evaluation.answer-origin",
        key=row.pk,
        area=assessment.participation.region_id,
        before=None if before is None else {"figures": before.figures, "plan_version": before.plan_version_id},
        after={
            "assessment": assessment.pk,
            "node": figure.node,
            "figures": figures,
            "plan_version": figure.version_key,
            "evidence": [str(key) for key in figure.evidence],
        },
    )


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that was made, with its SHA-256; ``held`` is None where it is kept already."""

    file: HandedIn
    sha256: str
    held: HeldUpload | None


HeldFiles = tuple[HeldFile, ...]


def hold_files(by: Standing, region: str, survey: int, now: datetime) -> HeldFiles:
    """Make the files of a closed survey, and hold what is not kept yet. Commits."""
    kept = {survey_file.kind: _newest(survey_file) for survey_file in SurveyFile.objects.filter(survey=survey)}
    files = []
    for file in handed_in(survey_row(survey), scope=WHOLE):
        made = MadeFile(file.name, file.media_type, file.content)
        new = kept.get(file.kind) != made.sha256
        held = hold_made(by=by, region=region, file=made, now=now) if new else None
        files.append(HeldFile(file, made.sha256, held))
    return tuple(files)


def attach_files(
    by: Standing, assessment: Assessment, node: str, survey: int, *, files: HeldFiles, now: datetime
) -> None:
    """Keep what is held, each content once, and tie all to the answer of an assessment that the caller holds."""
    locks.take(f"evaluation.survey-files {survey}")
    kept = {file.kind: file for file in SurveyFile.objects.filter(survey=survey)}
    for held_file in files:
        row = kept.get(held_file.file.kind)
        if held_file.held is not None and (row is None or _newest(row) != held_file.sha256):
            key = keep_made(
                by=by, region=assessment.participation.region_id, title=held_file.file.title, held=held_file.held,
                piece=None if row is None else row.evidence_id, reserved=held_file.file.single_answers, now=now,
            )  # fmt: skip
            row = row or SurveyFile.objects.create(survey_id=survey, kind=held_file.file.kind, evidence_id=key)
        assert row is not None
        tie_piece(by, assessment, node, row.evidence_id, now)


def _newest(row: SurveyFile) -> str:
    """The SHA-256 of what is kept."""
    (piece,) = evidence_list([row.evidence_id], scope=WHOLE)
    return piece.sha256
