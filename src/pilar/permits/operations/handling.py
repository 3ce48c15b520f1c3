"""Officers do the stages of a case: take one, recommend, check again, send back, stop the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from pilar.areas.reference import today_in
from pilar.people.rules import Standing
from pilar.permits.models import Case, Message, Task
from pilar.permits.operations.checking import all_findings
from pilar.permits.operations.letters import send_letter
from pilar.permits.operations.notices import tell_applicant, tell_officers
from pilar.permits.operations.steps import (
    TARGET,
    close,
    desk_case,
    drop_open,
    finish,
    from_either_side,
    happened,
    open_stages,
    reckon,
    stage_of,
)
from pilar.permits.queries import completeness, trail
from pilar.permits.reference.letters import sentence
from pilar.permits.reference.reasons import Why, require_reason
from pilar.permits.rules import workflow
from pilar.permits.rules.authority import AUTHORITY, BY_KIND, Action, Taken
from pilar.permits.rules.cases import CaseElsewhere, CaseState, EventKind, Finding, Outcome
from pilar.permits.rules.letters import StandardLetter
from pilar.permits.rules.roles import Role
from pilar.permits.rules.services import StageKind
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.writing import in_words

MAX_TEXT = 4_000
MAX_STOP_DAYS = 366  # assumption: a stop ends within a year


@transaction.atomic
def take_stage(*, by: Standing, case: int, stage: str, only_take: bool = False, now: datetime) -> None:
    """Take an open stage, or give one's own stage back to the desk. The head, and the deputy of the officer who has
    taken a stage, can also give it back. ``only_take``: give nothing back.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`, what :func:`stage_of` raises.
    """
    row, acting = desk_case(by, case, Action.TAKE, now=now)
    task = Task.objects.filter(case=row, stage=stage, done_at=None).first()
    hands = trail.hands_of(task, now) if task else frozenset()
    if only_take and hands:
        if by.account in hands:
            return
        raise Taken
    back = by.account in hands or (hands and AUTHORITY.may(acting, Action.DELEGATE, trail.about(row)))
    if task is None or not back:
        task, _stage = stage_of(acting, row, trail.service_of(row), stage, *StageKind, now=now)
    task.taken_by_id = None if back else by.account
    task.save(update_fields=["taken_by"])
    audit.record(
        by=by.actor, action="take" if task.taken_by_id else "give-back", target=TARGET, key=row.pk, area=row.region_id,
        after={"stage": stage},
    )  # fmt: skip


@transaction.atomic
def recommend(
    *, by: Standing, case: int, stage: str, outcome: Outcome, text: str, conditions: str = "", now: datetime
) -> None:
    """Recommend for an office: in favour, with conditions, or against, each with its reason.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`, what :func:`stage_of` raises, Faults.
    """
    if outcome not in (Outcome.AGREED, Outcome.CONDITIONS, Outcome.REFUSED):
        raise Faults([Fault("unfit-outcome", N_("Choose one of the answers"), {}, "outcome")])
    required_text(text, "text")
    if outcome is Outcome.CONDITIONS:
        required_text(conditions, "conditions")
    said: dict[str, object] = {"text": text.strip(), "conditions": conditions.strip()}
    do_stage(by, (case, stage), Action.RECOMMEND, outcome, said, now=now)


@transaction.atomic
def check_again(*, by: Standing, case: int, stage: str, text: str, now: datetime) -> None:
    """Finish the check of a case that was sent back to the check while its clock runs. Raises as :func:`recommend`."""
    required_text(text, "text")
    do_stage(by, (case, stage), Action.CHECK, Outcome.DONE, {"text": text.strip()}, now=now)


@transaction.atomic
def send_back(*, by: Standing, case: int, stage: str, to: str, reason: str, text: str = "", now: datetime) -> None:
    """Send a case from an open stage back to an earlier one that the service allows; the stages after it are repeated.
    Raises as :func:`recommend`, Faults at ``to`` and ``reason``."""
    row, acting = desk_case(by, case, Action.SEND_BACK, now=now)
    service = trail.service_of(row)
    task, held_stage = stage_of(acting, row, service, stage, *StageKind, now=now)
    if to not in held_stage.returns:
        raise Faults([Fault("no-way-back", N_("The service does not let this stage send back there"), {}, "to")])
    require_reason(Why.SEND_BACK, reason)
    _require_short(text, "text")
    drop_open(row, by=acting, now=now, among=workflow.undone(service.stages, to) - {stage})
    close(task, Outcome.SENT_BACK, by=acting, now=now)
    happened(
        row, EventKind.SENT_BACK, by=acting, now=now, stage=stage, reason=reason, said={"to": to, "text": text.strip()}
    )
    open_stages(row, service, by=acting, now=now)
    reckon(row, service, now=now)


@transaction.atomic
def stop_clock(
    *, by: Standing, case: int, reason: str, findings: Sequence[Finding], until: date, now: datetime
) -> None:
    """Stop the clock for something that the applicant has to give: with a reason, one complete list, and an end date.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`, Faults at ``reason``, ``until`` and where
    nothing is listed.
    """
    row, acting = desk_case(by, case, Action.STOP, now=now)
    require_reason(Why.STOP, reason)
    days = (until - today_in(row.region_id, now)).days
    if not 0 < days <= MAX_STOP_DAYS:
        raise Faults([Fault("unfit-end", N_("Name a later day, at most a year ahead"), {}, "until")])
    service, listed = trail.service_of(row), all_findings(row, findings)
    facts = completeness.facts_of(row, service, now=now, findings=len(listed))
    happened(
        row, EventKind.STOPPED, by=acting, now=now, to=CaseState.WAITING, facts=facts, reason=reason,
        said={"findings": [asdict(finding) for finding in listed], "until": until.isoformat()},
    )  # fmt: skip
    send_letter(
        row, StandardLetter.STOPPED, by=acting, now=now, findings=listed, reason=sentence(Why.STOP, reason),
        until=in_words(until, "id"),
    )  # fmt: skip
    reckon(row, service, now=now)


@transaction.atomic
def resume_clock(*, by: Standing, case: int, now: datetime) -> None:
    """Let the clock continue with the remaining time. Raises :class:`NotFound`, :class:`NotAllowed`,
    :class:`WrongState`."""
    row, acting = desk_case(by, case, Action.RESUME, now=now)
    happened(row, EventKind.RESUMED, by=acting, now=now, to=CaseState.RUNNING)
    reckon(row, trail.service_of(row), now=now)


@transaction.atomic
def escalate(*, by: Standing, case: int, now: datetime) -> None:
    """Tell the head that a case will be late. Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`."""
    row, acting = desk_case(by, case, Action.ESCALATE, now=now)
    happened(row, EventKind.ESCALATED, by=acting, now=now)
    sentence = N_("Application %(number)s will miss its limit")
    tell_officers(row, Role.HEAD, by=acting, kind="permits.escalated", sentence=sentence, now=now)


@transaction.atomic
def write_message(*, by: Standing, case: int, text: str, now: datetime) -> None:
    """Write to the other side of a case. Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`, Faults at
    ``text``."""
    required_text(text, "text")
    row, office = from_either_side(by, case, now=now)
    Message.objects.create(case=row, at=now, by=by.signature, from_office=office, text=text.strip())
    happened(row, EventKind.MESSAGE, by=by, now=now)
    if office:
        tell_applicant(row)


def required_text(text: str, place: str) -> None:
    """Raise Faults at ``place`` for an empty or too long text."""
    if not text.strip():
        raise Faults([Fault("no-text", N_("Say it in a sentence"), {}, place)])
    _require_short(text, place)


def _require_short(text: str, place: str) -> None:
    if len(text) > MAX_TEXT or "\0" in text:
        sentence = N_("Write at most %(most)s characters")
        raise Faults([Fault("too-long", sentence, {"most": MAX_TEXT}, place)])


def do_stage(
    by: Standing, at: tuple[int, str], action: Action, outcome: Outcome, said: dict[str, object], *, now: datetime
) -> Case:
    """End a stage of a case (``at``) and open what comes next; returns the case."""
    case, stage = at
    row, acting = desk_case(by, case, action, now=now)
    service = trail.service_of(row)
    kinds = [StageKind(kind) for kind, kind_action in BY_KIND.items() if kind_action is action]
    task, _stage = stage_of(acting, row, service, stage, *kinds, now=now)
    if row.state != CaseState.RUNNING:
        raise CaseElsewhere
    finish(row, task, outcome, by=acting, now=now, said=said)
    open_stages(row, service, by=acting, now=now)
    reckon(row, service, now=now)
    return row
