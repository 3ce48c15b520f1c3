"""Answering the self-assessment (mengisi penilaian mandiri)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from pilar.evaluation.models import Allocation, Answer, AnswerOrigin, Assessment
from pilar.evaluation.operations.announcing import allocation_subject
from pilar.evaluation.operations.attachments import tie_piece
from pilar.evaluation.operations.locking import locked_assessment
from pilar.evaluation.queries.answer_rows import EarlierAnswer, Form
from pilar.evaluation.queries.answers import (
    StoredAnswer,
    earlier_answers,
    earlier_evidence,
    form_of,
    judged,
    stored_answers,
)
from pilar.evaluation.queries.cases import tree_for
from pilar.evaluation.rules.answer_sheets import Outcome, SheetAnswer, Verdict, seen
from pilar.evaluation.rules.answers import FIELDS, Given, as_text, changes, faults_of
from pilar.evaluation.rules.authority import Action, holds, require
from pilar.evaluation.rules.marking import leaf_of
from pilar.people.operations import settle
from pilar.people.rules import NotAllowed, Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.versions import Outdated, Stored

TARGET = "evaluation.answer"


@transaction.atomic
def save_answer(*, by: Standing, assessment: int, node: str, given: Given, seen_version: int, now: datetime) -> int:
    """Keep the answer to one indicator, by somebody who has seen ``seen_version`` of it (0: nothing yet).

    Returns its version. Saving what is stored already changes nothing, whatever version was seen: a message that was
    sent twice does no harm. Raises Faults at fields of the answer, :class:`UnknownIndicator`, :class:`Outdated`,
    :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`, :class:`SelfAssessmentOver`.
    """
    row, case = locked_assessment(by, assessment, Action.ANSWER, node=node, now=now)
    instrument = tree_for(row)
    leaf = leaf_of(instrument, node)
    faults = faults_of(instrument, leaf, given)
    if faults:
        raise Faults(faults)
    known = stored_answers(row, node=node).get(node, StoredAnswer())
    if known.given == given:
        return known.version
    if not seen(seen_version, known.given, known.version):
        values = {name: as_text(known.given, name) for name in FIELDS}
        raise Outdated(Stored(known.version, values, known.changed_by, known.changed_at))
    version = write_answer(by, row, SheetAnswer(node, given), known, now)
    if case.office is not None and given.is_answered and not known.given.is_answered:
        settle_when_done(by, row, case.office, now)
    return version


@transaction.atomic
def save_answers(*, by: Standing, assessment: int, answers: Sequence[SheetAnswer], now: datetime) -> int:
    """Keep many answers, all or none; returns how many were changed.

    Raises Faults with everything that a row is refused for, :class:`NotFound`, :class:`NotAllowed` (nothing here is
    the reader's to answer), :class:`WrongState`, :class:`SelfAssessmentOver`.
    """
    row, form = open_form(by, assessment, now)
    verdicts = judged(form, answers)
    refused = [fault for verdict in verdicts for fault in _placed(verdict)]
    if refused:
        raise Faults(refused)
    changed = [verdict.answer for verdict in verdicts if verdict.outcome is Outcome.CHANGED]
    for sheet_answer in changed:
        write_answer(by, row, sheet_answer, form.answer(sheet_answer.node), now)
    for office in {form.offices[answer.node].key for answer in changed if answer.node in form.offices}:
        settle_when_done(by, row, office, now)
    return len(changed)


@transaction.atomic
def take_over_answers(*, by: Standing, assessment: int, now: datetime) -> int:
    """Copy what the region answered last in phases before, with its evidence, to what is still open here and is the
    actor's to answer; returns how many were copied.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState` as :func:`save_answers`.
    """
    row, form = open_form(by, assessment, now)
    earlier = earlier_answers(form)
    for node, answer in earlier.items():
        write_answer(by, row, SheetAnswer(node, answer.given), form.answer(node), now)
    for node, piece in earlier_evidence(form, earlier):
        tie_piece(by, row, node, piece, now)
    _copy_origins(row, earlier)
    for office in {form.offices[node].key for node in earlier if node in form.offices}:
        settle_when_done(by, row, office, now)
    return len(earlier)


def _copy_origins(assessment: Assessment, earlier: Mapping[str, EarlierAnswer]) -> None:
    """Copy the figures taken from the master plan in an earlier phase along with the answers that are copied."""
    answered_in = {answer.assessment for answer in earlier.values()}
    rows = [
        row
        for row in AnswerOrigin.objects.filter(assessment__in=answered_in, node__in=earlier)
        if row.assessment_id == earlier[row.node].assessment
    ]
    for row in rows:
        row.pk, row.assessment = None, assessment
    AnswerOrigin.objects.bulk_create(rows, ignore_conflicts=True)


def open_form(by: Standing, assessment: int, now: datetime) -> tuple[Assessment, Form]:
    """The assessment, held, and its form, of which something is the actor's to answer now."""
    row, case = locked_assessment(by, assessment, Action.READ_ASSESSMENT, now=now)
    form = form_of(row, case, scope=by)
    own = [at for leaf in form.instrument.leaves if holds(by, Action.ANSWER, at := form.case_at(leaf.code))]
    if not own:
        raise NotAllowed
    require(by, Action.ANSWER, own[0], known=True)
    return row, form


def _placed(verdict: Verdict) -> Iterator[Fault]:
    """Yield why a row is refused, each fault with its place: in the file, or else the indicator."""
    for fault in verdict.faults:
        yield replace(fault, place=fault.place if verdict.answer.row and fault.place else verdict.answer.node)


def write_answer(by: Standing, assessment: Assessment, answer: SheetAnswer, known: StoredAnswer, now: datetime) -> int:
    """Keep an answer of an assessment that the caller holds and may change; returns its version."""
    values = {name: getattr(answer.given, name) for name in FIELDS}
    row, _new = Answer.objects.update_or_create(
        assessment=assessment,
        node=answer.node,
        defaults={**values, "version": known.version + 1, "changed_by_id": by.account, "changed_at": now},
    )
    differing = changes(known.given, answer.given)
    audit.record(
        by=by.actor,
        action="answer",
        target=TARGET,
        key=row.pk,
        area=assessment.participation.region_id,
        before={change.field: change.before for change in differing},
        after={
            "assessment": assessment.pk,
            "node": answer.node,
            "version": row.version,
            **{change.field: change.after for change in differing},
        },
    )
    return row.version


def settle_when_done(by: Standing, assessment: Assessment, office: int, now: datetime) -> None:
    """The office's notice goes away with its last open indicator."""
    nodes = Allocation.objects.filter(participation=assessment.participation_id, office=office).values_list(
        "node", flat=True
    )
    done = {node for node, answer in stored_answers(assessment).items() if answer.given.is_answered}
    if done.issuperset(nodes):
        settle(by=by, subject=allocation_subject(assessment.pk, office), now=now)
