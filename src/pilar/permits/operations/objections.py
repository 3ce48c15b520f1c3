"""Objections (keberatan) of applicants to a refusal, a revocation or a levy, answered by somebody who did not decide
it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from pilar.areas.queries import working_days
from pilar.areas.reference import midnight_in, today_in
from pilar.evidence.operations import HeldUpload, keep_private, to_be_scanned
from pilar.people.operations import held, settle, there
from pilar.people.rules import Standing
from pilar.permits.models import Case, Levy, Objection, PermitEvent, Task
from pilar.permits.operations.applying import add_case_file
from pilar.permits.operations.handling import required_text
from pilar.permits.operations.letters import send_letter
from pilar.permits.operations.notices import tell_applicant, tell_officers
from pilar.permits.operations.steps import desk_case, happened, own_case, take_up_again
from pilar.permits.queries.objections import attachment, grounds
from pilar.permits.rules.authority import Action, Right
from pilar.permits.rules.cases import CaseState, EventKind, FileState
from pilar.permits.rules.letters import StandardLetter
from pilar.permits.rules.objections import OBJECTIONS, About, ObjectionState, OwnDecision
from pilar.permits.rules.register import PermitEventKind
from pilar.permits.rules.roles import Role
from pilar.permits.rules.services import StageKind
from pilar.platform import moves
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.names import reference_of

TARGET = "permits.objection"
SILENT = f"{TARGET}-silent"
NEXT = {
    About.REFUSAL: (Role.BACK, N_("The objection to the refusal of %(number)s is upheld: decide it again")),
    About.REVOCATION: (
        Role.HEAD,
        N_("The objection to the revocation of %(number)s is upheld: let the permit be valid again"),
    ),
    About.LEVY: (
        Role.TREASURY,
        N_("The objection to the levy of %(number)s is upheld: void it and set it again, or give back what was paid"),
    ),
}
"""Who acts on an upheld objection, and the notice they get."""


@transaction.atomic
def file_objection(
    *, by: Standing, case: int, about: About, text: str, attached: HeldUpload | None = None, now: datetime
) -> int:
    """Object to a decision about an application, on behalf of its applicant, optionally with a document; returns the
    key of the objection.

    Raises :class:`NotFound`, :class:`WrongState`, Faults at ``about`` (no such decision, an earlier objection to it, or
    the time limit has passed), ``text`` and ``file``.
    """
    row = own_case(by, case, Right.OBJECT, now=now)
    required_text(text, "text")
    today = today_in(row.region_id, now)
    ground = next((ground for ground in grounds(row) if ground.about == about), None)
    if ground is None:
        sentence = N_("There is nothing of the kind to object to, or you have objected to it already")
        raise Faults([Fault("no-ground", sentence, {}, "about")])
    if today > ground.last_day:
        sentence = N_("It could be objected to until %(day)s")
        raise Faults([Fault("too-late", sentence, {"day": ground.last_day}, "about")])
    made = Objection.objects.create(
        case=row, about=about, thing=ground.thing, text=text.strip(), filed_at=now, filed_by=by.signature,
        due=ground.terms.answer.after(today, working_days(row.region_id)),
    )  # fmt: skip
    if attached is not None:
        file = keep_private(by=by, held=attached)
        to_be_scanned(add_case_file(row, attachment(made.pk), by, now, **file, state=FileState.ACCEPTED))
    said = {"law": ground.terms.law, "source": ground.terms.source, "due": made.due.isoformat()}
    happened(row, EventKind.OBJECTED, by=by, now=now, reason=about, said=said)
    tell_officers(
        row, Role.HEAD, Role.BACK, by=by, kind=TARGET, subject=_subject(made), now=now, deadline=_end_of(row, made),
        sentence=N_("There is an objection about application %(number)s. Somebody who did not decide it answers"),
    )  # fmt: skip
    return int(made.pk)


@transaction.atomic
def answer_objection(*, by: Standing, objection: int, outcome: ObjectionState, answer: str, now: datetime) -> None:
    """Uphold or reject an objection, with reasons, by somebody who took no part in the contested decision. If an
    objection to a refusal is upheld, the case is reopened at the decision and can no longer be refused.

    An objection that was not answered in time can only be upheld. Raises :class:`NotFound`, :class:`NotAllowed`,
    :class:`OwnCase`, :class:`OwnDecision`, :class:`ObjectionElsewhere`, Faults at ``outcome`` and ``answer``.
    """
    case, acting = desk_case(by, there(Objection.objects, pk=objection).case_id, Action.OBJECTION, now=now)
    row = held(Objection.objects, pk=objection)
    if by.signature in _deciders(row):
        raise OwnDecision
    move = OBJECTIONS.move(ObjectionState(row.state), outcome)
    late = row.silent_at is not None or _is_over(row, case, now)
    move.require(late)
    required_text(answer, "answer")
    if late and row.silent_at is None:
        _fall_silent(case, row, by=acting, now=now)
    fields = {"answer": answer.strip(), "answered_by": acting.signature, "answered_at": now}
    moves.make(move, row, by=acting.actor, what=TARGET, area=case.region_id, fields=fields)
    happened(case, EventKind.OBJECTION_ENDED, by=acting, now=now, reason=outcome, said={"text": answer.strip()})
    send_letter(case, StandardLetter(outcome), by=acting, now=now, text=answer.strip(), thing=row.thing)
    for kind in (TARGET, SILENT):
        settle(by=by, subject=_subject(row), kind=kind, now=now)
    if outcome is ObjectionState.UPHELD and case.state == CaseState.REFUSED and row.about == About.REFUSAL:
        take_up_again(case, by=acting, now=now)
    else:
        tell_applicant(case)
    if outcome is ObjectionState.UPHELD:
        to, sentence = NEXT[About(row.about)]
        tell_officers(case, to, by=by, kind=f"{TARGET}-upheld", subject=_subject(row), sentence=sentence, now=now)


@transaction.atomic
def note_silence(by: Standing, key: int, now: datetime) -> bool:
    """Record that an objection was not answered in time, so that by law it counts as granted; returns whether it was
    recorded."""
    case = held(Case.objects, pk=there(Objection.objects, pk=key).case_id)
    row = held(Objection.objects, pk=key)
    if row.state != ObjectionState.OPEN or row.silent_at is not None or not _is_over(row, case, now):
        return False
    _fall_silent(case, row, by=by, now=now)
    tell_applicant(case)
    return True


def unanswered(now: datetime) -> list[int]:
    """The objections whose last day is over."""
    rows = Objection.objects.filter(state=ObjectionState.OPEN, silent_at=None, due__lt=today_in("", now))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _is_over(row: Objection, case: Case, now: datetime) -> bool:
    return row.due < today_in(case.region_id, now)


def _fall_silent(case: Case, row: Objection, *, by: Standing, now: datetime) -> None:
    row.silent_at = now
    row.save(update_fields=["silent_at"])
    happened(case, EventKind.OBJECTION_ENDED, by=by, now=now, reason="silent", said={"due": row.due.isoformat()})
    sentence = N_("The objection about application %(number)s was not answered in time and counts as granted")
    tell_officers(
        case, Role.HEAD, Role.INSPECTORATE, by=by, kind=SILENT, subject=_subject(row), sentence=sentence,
        deadline=_end_of(case, row), now=now,
    )  # fmt: skip


def _deciders(row: Objection) -> set[str]:
    """Name the officers who took part in the contested decision."""
    if row.about == About.LEVY:
        levies = Levy.objects.filter(case=row.case_id, number=row.thing).values_list("set_by", flat=True)
    else:
        kinds = (StageKind.DECIDE, StageKind.SIGN)
        levies = Task.objects.filter(case=row.case_id, kind__in=kinds).exclude(done_at=None)
        levies = levies.values_list("done_by", flat=True)
    revoked = PermitEvent.objects.filter(permit__case=row.case_id, kind=PermitEventKind.REVOKED)
    return {str(reference_of(who)) for who in (*levies, *revoked.values_list("by", flat=True))}


def _subject(row: Objection) -> str:
    return f"{TARGET}:{row.pk}"


def _end_of(case: Case, row: Objection) -> datetime:
    return midnight_in(case.region_id, row.due + timedelta(days=1))
