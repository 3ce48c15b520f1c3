"""The back office decides a case and the head signs it; the permit is issued with the signature."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar.areas.reference import today_in
from pilar.people.rules import Standing
from pilar.permits.models import Case
from pilar.permits.operations import issuing
from pilar.permits.operations.handling import required_text
from pilar.permits.operations.letters import send_letter
from pilar.permits.operations.steps import (
    apart_from,
    desk_case,
    drop_open,
    finish,
    happened,
    open_stages,
    reckon,
    stage_of,
)
from pilar.permits.queries import trail
from pilar.permits.reference.letters import sentence
from pilar.permits.reference.reasons import Why, require_reason
from pilar.permits.rules import services
from pilar.permits.rules.authority import Action, require_stage
from pilar.permits.rules.cases import CaseElsewhere, CaseFacts, CaseState, EventKind, Outcome
from pilar.permits.rules.letters import StandardLetter
from pilar.permits.rules.roles import OFFICERS
from pilar.permits.rules.services import StageKind
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_


@transaction.atomic
def decide(
    *, by: Standing, case: int, stage: str, outcome: Outcome, reason: str = "", text: str, conditions: str = "",
    now: datetime,
) -> None:  # fmt: skip
    """Decide on a case, for the head to sign: agree, with conditions or without, or refuse with a reason; a case that
    counts as granted because its limit has passed cannot be refused.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`, what :func:`stage_of` raises, Faults.
    """
    row, acting = desk_case(by, case, Action.DECIDE, now=now)
    service = trail.service_of(row)
    task, _stage = stage_of(acting, row, service, stage, StageKind.DECIDE, now=now)
    if outcome not in (Outcome.AGREED, Outcome.CONDITIONS, Outcome.REFUSED):
        raise Faults([Fault("unfit-outcome", N_("Choose one of the answers"), {}, "outcome")])
    required_text(text, "text")
    if outcome is Outcome.CONDITIONS:
        required_text(conditions, "conditions")
    if outcome is Outcome.REFUSED:
        require_reason(Why.REFUSE, reason)
        _require_refusable(row)
    else:
        services.valid_until(service, row.answers, today_in(row.region_id, now))
    said = {"outcome": outcome, "text": text.strip(), "conditions": conditions.strip()}
    happened(row, EventKind.DECIDED, by=acting, now=now, stage=stage, reason=reason, said=said)
    finish(row, task, outcome, by=acting, now=now)
    open_stages(row, service, by=acting, now=now)
    reckon(row, service, now=now)


@transaction.atomic
def sign_case(*, by: Standing, case: int, stage: str, refuses: bool | None = None, now: datetime) -> None:
    """Sign what was decided: the permit is made and waits for the signature of its file, or the case is refused.
    ``refuses``: which of the two the head was shown.

    Raises as :func:`decide`, :class:`CaseElsewhere` if that has changed, Faults for stages that are not finished.
    """
    row, acting = desk_case(by, case, Action.SIGN, now=now)
    service = trail.service_of(row)
    task, _stage = stage_of(acting, row, service, stage, StageKind.SIGN, now=now)
    done = trail.done_of(service, row.events.order_by("number"))
    undone = (left for left in trail.way_of(row, service) if left.key not in done and left.key != stage)
    facts = CaseFacts(undone=tuple(str(stage.name) for stage in undone))
    decided = row.events.filter(kind=EventKind.DECIDED).order_by("number").last()
    refused = decided is not None and decided.facts["outcome"] == Outcome.REFUSED
    if refuses is not None and refuses != refused:
        raise CaseElsewhere
    if refused:
        _require_refusable(row)
    finish(row, task, Outcome.REFUSED if refused else Outcome.AGREED, by=acting, now=now)
    if refused:
        happened(
            row, EventKind.REFUSED, by=acting, now=now, to=CaseState.REFUSED, facts=facts, stage=stage,
            reason=decided.reason, said={"text": decided.facts["text"]},
        )  # fmt: skip
        send_letter(
            row, StandardLetter.REFUSED, by=acting, now=now, reason=sentence(Why.REFUSE, decided.reason),
            text=decided.facts["text"],
        )  # fmt: skip
    else:
        happened(row, EventKind.SIGNED, by=acting, now=now, to=CaseState.SIGNING, facts=facts, stage=stage)
        issuing.issue(by=acting, case=row, definition=service, now=now)
    reckon(row, service, now=now)


@transaction.atomic
def grant_by_silence(*, by: Standing, case: int, now: datetime) -> None:
    """Sign what the law has granted because the limit passed without a decision. The permit is issued without the
    remaining stages, except that a levy must have been set and paid.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`, :class:`SameEyes`, :class:`CaseElsewhere` if
    nothing is granted, Faults for an unpaid levy and for an end in the past.
    """
    row, acting = desk_case(by, case, Action.SIGN, now=now)
    service, law = trail.service_of(row), trail.granted_by(row)
    if not law:
        raise CaseElsewhere
    sign = next(stage for stage in service.stages if stage.kind is StageKind.SIGN)
    require_stage(acting, region=row.region_id, role=OFFICERS[sign.role], office=None, hands=(),
                  apart=apart_from(row, service, sign))  # fmt: skip
    done = trail.done_of(service, row.events.order_by("number"))
    unpaid = (stage for stage in trail.way_of(row, service) if stage.kind is StageKind.LEVY and stage.key not in done)
    facts = CaseFacts(undone=tuple(str(stage.name) for stage in unpaid))
    drop_open(row, by=acting, now=now)
    happened(row, EventKind.DECIDED, by=acting, now=now, stage=sign.key,
             said={"outcome": Outcome.AGREED, "text": law, "conditions": ""})  # fmt: skip
    happened(row, EventKind.SIGNED, by=acting, now=now, to=CaseState.SIGNING, facts=facts, stage=sign.key)
    issuing.issue(by=acting, case=row, definition=service, now=now)
    reckon(row, service, now=now)


def _require_refusable(case: Case) -> None:
    if case.events.filter(kind=EventKind.REOPENED).exists():
        sentence = N_("An objection to the refusal was upheld: it can no longer be refused")
        raise Faults([Fault("objection-upheld", sentence, {}, "outcome")])
    if law := trail.granted_by(case):
        sentence = N_("The limit is over: by %(law)s it counts as granted and can no longer be refused")
        raise Faults([Fault("granted-by-law", sentence, {"law": law}, "outcome")])
