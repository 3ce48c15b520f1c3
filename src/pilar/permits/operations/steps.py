"""Shared parts of all acts on a case: the actor or deputy, the lock on the case, and writing the event.

The lock on the row of a case orders everything that happens to it: events, stages, documents, levy and permit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from pilar.people.operations import held, settle, there
from pilar.people.queries import acting_for
from pilar.people.rules import NotAllowed, NotFound, Standing
from pilar.permits.models import Case, CaseEvent, Objection, Task
from pilar.permits.operations.notices import tell_applicant
from pilar.permits.operations.telling import follow
from pilar.permits.queries import completeness, trail
from pilar.permits.rules import workflow
from pilar.permits.rules.authority import AUTHORITY, RIGHTS, Action, OwnCase, Right, WrongState, require_stage
from pilar.permits.rules.cases import (
    CASES,
    CLOSED,
    CaseElsewhere,
    CaseFacts,
    CaseState,
    EventKind,
    Outcome,
    stage_subject,
)
from pilar.permits.rules.objections import About
from pilar.permits.rules.roles import OFFICERS
from pilar.permits.rules.services import Service, Stage, StageKind
from pilar.platform import audit, moves
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.names import reference_of

TARGET = "permits.case"


def desk_case(by: Standing, key: int, action: Action, *, now: datetime) -> tuple[Case, Standing]:
    """A locked case for an officer who may do ``action`` with it, and the officer including the roles they hold as a
    deputy.

    Raises :class:`NotFound` for anyone who may not know of it, :class:`NotAllowed`, :class:`WrongState`,
    :class:`OwnCase`.
    """
    row, acting = held(Case.objects, pk=key), trail.acting(by, now)
    about = trail.about(row)
    AUTHORITY.require(acting, action, about, known=AUTHORITY.holds(acting, Action.READ, about))
    require_no_relative(by, row)
    return row, acting


def require_no_relative(by: Standing, case: Case) -> None:
    """Raise :class:`OwnCase` if this is the officer's own case or that of a relative."""
    if completeness.is_of_relative(case, by.account):
        raise OwnCase


def own_case(by: Standing, key: int, right: Right, *, now: datetime) -> Case:
    """A locked case for its applicant, their proxy, or the front office that filed it at the counter.

    Raises :class:`NotFound` for everybody else, :class:`WrongState`.
    """
    row = held(Case.objects, pk=key)
    if row.at_counter:
        AUTHORITY.require(
            trail.acting(by, now), Action.FILE, replace(trail.about(row), state=CaseState.DRAFT), known=False
        )
    elif row.applicant_id not in {acted_for.account for acted_for in acting_for(by, purpose="permits", now=now)}:
        raise NotFound
    if row.state not in RIGHTS[right]:
        raise WrongState(state=CaseState(row.state))
    return row


def from_either_side(by: Standing, key: int, *, now: datetime) -> tuple[Case, bool]:
    """A locked case for messages between applicant and office, and whether the sender is the office.

    Raises as :func:`desk_case` and :func:`own_case`.
    """
    if by.account is None:
        return own_case(by, key, Right.WRITE, now=now), False
    return desk_case(by, key, Action.WRITE, now=now)[0], True


def stage_of(
    by: Standing, case: Case, service: Service, key: str, *kinds: StageKind, now: datetime
) -> tuple[Task, Stage]:
    """An open stage of a case that the caller holds locked, if the officer may do it.

    Raises :class:`CaseElsewhere` if it is not open or of another kind, :class:`NotYourStage`, :class:`SameEyes`,
    :class:`Taken`.
    """
    task = Task.objects.filter(case=case, stage=key, done_at=None).first()
    if task is None or task.kind not in kinds:
        raise CaseElsewhere
    stage = service.stage(key)
    require_stage(
        by, region=case.region_id, role=task.role, office=task.office_id, hands=trail.hands_of(task, now),
        apart=apart_from(case, service, stage),
    )  # fmt: skip
    return task, stage


def apart_from(case: Case, service: Service, stage: Stage) -> list[tuple[str, str]]:
    """The stages of a case that must be done by another person than this stage, and who did each (four eyes)."""
    doers = dict(Task.objects.filter(case=case, stage__in=stage.four_eyes).exclude(done_at=None).order_by("round")
                 .values_list("stage", "done_by"))  # fmt: skip
    return [(str(service.stage(stage).name), reference_of(who)) for stage, who in doers.items()]


def happened(
    case: Case,
    kind: EventKind,
    *,
    by: Standing,
    now: datetime,
    to: CaseState | None = None,
    facts: CaseFacts = CaseFacts(),  # noqa: B008 - frozen
    stage: str = "",
    reason: str = "",
    said: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Write an event of a case, move the case to the state ``to`` with its ``fields``, and record it in the audit log.
    ``at``: when it happened, if that was earlier.

    Raises :class:`CaseElsewhere`, Faults with all conditions of the move that are not met.
    """
    told, changed = dict(said or {}), dict(fields or {})
    move = None if to is None else CASES.move(CaseState(case.state), to)
    if move is not None:
        move.require(facts)
        changed |= {"closed_at": now} if to in CLOSED else {}
    case.events_count += 1
    CaseEvent.objects.create(
        case=case, number=case.events_count, kind=kind, at=at or now, stage=stage, by=by.signature, reason=reason,
        facts=told,
    )  # fmt: skip
    recorded = {name: value for name, value in {"stage": stage, "reason": reason}.items() if value}
    if move is not None:
        moves.make(
            move, case, by=by.actor, what=TARGET, action=kind, area=case.region_id, fields=changed,
            besides=["events_count"], said=recorded,
        )  # fmt: skip
        _settle(case, by=by, now=now)
    else:
        for name, value in changed.items():
            setattr(case, name, value)
        case.save(update_fields=["events_count", *changed])
        audit.record(by=by.actor, action=kind, target=TARGET, key=case.pk, area=case.region_id, after=recorded or None)
    if to is not None and kind is not EventKind.RESUMED:
        tell_applicant(case)
    follow(case, kind, now=now)


def open_stages(case: Case, service: Service, *, by: Standing, now: datetime) -> None:
    """Open the stages whose preceding stages are done; raises Faults for an office that the region does not have."""
    open_ = set(Task.objects.filter(case=case, done_at=None).values_list("stage", flat=True))
    done = trail.done_of(service, CaseEvent.objects.filter(case=case).order_by("number"))
    for stage in workflow.opening(service.stages, trail.known(case, service), done=done, open_=open_):
        rounds = Task.objects.filter(case=case, stage=stage.key).aggregate(last=Max("round"))["last"] or 0
        Task.objects.create(
            case=case, region_id=case.region_id, stage=stage.key, round=rounds + 1, kind=stage.kind,
            role=OFFICERS[stage.role], office_id=_office(case.region_id, stage), opened_at=now,
        )  # fmt: skip
        happened(case, EventKind.OPENED, by=by, now=now, stage=stage.key)


def finish(
    case: Case, task: Task, outcome: Outcome, *, by: Standing, now: datetime, said: Mapping[str, Any] | None = None
) -> None:
    """End a stage; ``said`` is stored in its event."""
    close(task, outcome, by=by, now=now)
    happened(case, EventKind.DONE, by=by, now=now, stage=task.stage, said={"outcome": outcome, **(said or {})})


def close(task: Task, outcome: Outcome, *, by: Standing, now: datetime) -> None:
    """End a task and its notices; the caller writes its event."""
    task.done_at, task.done_by, task.outcome = now, by.signature, outcome
    task.save(update_fields=["done_at", "done_by", "outcome"])
    settle(by=by, subject=stage_subject(task.case_id, task.stage), now=now)


def take_up_again(case: Case, *, by: Standing, now: datetime) -> None:
    """Reopen a refused case that the caller holds locked at the decision, with a clock of its own, after an objection
    was upheld."""
    service = trail.service_of(case)
    decided = case.events.filter(kind=EventKind.DECIDED).latest("number").stage
    fields, said = {"closed_at": None}, {"to": decided}
    happened(
        case, EventKind.REOPENED, by=by, now=now, to=CaseState.RUNNING, stage=decided, said=said, fields=fields
    )  # fmt: skip
    open_stages(case, service, by=by, now=now)
    reckon(case, service, now=now)


def drop_open(case: Case, *, by: Standing, now: datetime, among: frozenset[str] | None = None) -> None:
    """End the open stages of a case (``among`` these), because an earlier one is repeated or the case is over."""
    for task in Task.objects.filter(case=case, done_at=None):
        if among is None or task.stage in among:
            finish(case, task, Outcome.DROPPED, by=by, now=now)


def reckon(case: Case, service: Service, *, now: datetime) -> None:
    """Store when the case and its open stages are due, as computed by the clock now."""
    reading = trail.reading(case, service, now=now)
    case.due_at = trail.end_of(reading.due, case.region_id)
    case.save(update_fields=["due_at"])
    for task in Task.objects.filter(case=case, done_at=None):
        stage_reading = reading.stages.get(task.stage)
        task.due_at = trail.end_of(stage_reading.due, case.region_id) if stage_reading else None
        task.save(update_fields=["due_at"])


def pay(case: Case, service: Service, task: Task, *, by: Standing, now: datetime, said: Mapping[str, Any]) -> None:
    """Stop the clock of a case whose levy was set by the stage ``task``, until it is paid."""
    happened(case, EventKind.LEVIED, by=by, now=now, to=CaseState.PAYING, stage=task.stage, said=said)
    reckon(case, service, now=now)


def paid(case: Case, service: Service, *, by: Standing, now: datetime, at: datetime, said: Mapping[str, Any]) -> None:
    """Continue the clock of a case from the moment ``at`` which its levy was paid, and end the stage."""
    happened(case, EventKind.PAID, by=by, now=now, to=CaseState.RUNNING, said=said, at=at)
    task = there(Task.objects, case=case, kind=StageKind.LEVY, done_at=None)
    finish(case, task, Outcome.DONE, by=by, now=now)
    open_stages(case, service, by=by, now=now)
    reckon(case, service, now=now)


@transaction.atomic
def mark_issued(*, by: Standing, case: int, now: datetime, said: Mapping[str, Any] | None = None) -> None:
    """Finish a case after the file of its permit is signed. ``said``: why it had to wait. A second call changes
    nothing.

    Raises :class:`NotAllowed` for anybody but the schedule and the console, :class:`NotFound`.
    """
    if not by.unrestricted:
        raise NotAllowed
    row = held(Case.objects, pk=case)
    if row.state == CaseState.SIGNING:
        happened(row, EventKind.ISSUED, by=by, now=now, to=CaseState.ISSUED, said=said)


def _settle(case: Case, *, by: Standing, now: datetime) -> None:
    """Close the notices of officers about a case that has moved on, and all of them once the case is over."""
    about = f"{TARGET}:{case.pk}"
    settle(by=by, subject=f"{about}:overdue", now=now)
    if case.state in CLOSED:
        stages = Task.objects.filter(case=case).values_list("stage", flat=True).distinct()
        settle(by=by, subject=[stage_subject(case.pk, stage) for stage in stages], now=now)
        for kind in ("permits.escalated", "permits.deemed"):
            settle(by=by, subject=about, kind=kind, now=now)
        upheld = Objection.objects.filter(case=case, about=About.REFUSAL).values_list("pk", flat=True)
        decided = [f"permits.objection:{pk}" for pk in upheld]
        settle(by=by, subject=decided, kind="permits.objection-upheld", now=now)


def _office(region: str, stage: Stage) -> int | None:
    if not stage.office:
        return None
    office = trail.office(region, stage.office)
    if office is None:
        sentence = N_("The region has no office with the abbreviation “%(office)s”, which “%(stage)s” needs")
        raise Faults([Fault("no-office", sentence, {"office": stage.office, "stage": str(stage.name)})])
    return office
