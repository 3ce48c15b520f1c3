"""Record the panel's advice before an objection is decided, and the region's answer after."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar.evaluation.models import ObjectionAdvice
from pilar.evaluation.operations.announcing import address
from pilar.evaluation.operations.objections import TARGET, held_objection
from pilar.evaluation.queries.cases import person
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.marking import optional_text, required_text
from pilar.evaluation.rules.objections import (
    AdvisesOwn,
    DecisionAnswered,
    ObjectionUndecidedYet,
    Response,
    Stance,
)
from pilar.evaluation.rules.publishing import ObjectionDecided
from pilar.people import operations as people
from pilar.people.rules import HeldRole, Role, Standing
from pilar.platform import audit
from pilar.platform.language import N_


@transaction.atomic
def advise_on_objection(*, by: Standing, objection: int, stance: Stance, text: str, now: datetime) -> None:
    """An assessor of the region's panel advises on an objection, once; saying something else replaces it until it is
    decided, and the same again changes nothing.

    Raises Faults at ``text``, ObjectionDecided, AdvisesOwn, NotFound, NotAllowed, SeatInConflict, WrongState.
    """
    stored, assessment = held_objection(by, objection, Action.ADVISE)
    assessor = person(by)
    if stored.decision:
        raise ObjectionDecided
    if stored.made_by_id == assessor:
        raise AdvisesOwn
    said = required_text(text, N_("Say why"), "text")
    row = ObjectionAdvice.objects.filter(objection=stored, assessor=assessor).first()
    before = None if row is None else {"stance": row.stance, "text": row.text}
    after = {"stance": stance.value, "text": said}
    if before == after:
        return
    ObjectionAdvice.objects.update_or_create(
        objection=stored, assessor_id=assessor, defaults={"stance": stance, "text": said, "advised_at": now}
    )
    audit.record(by, "advise", TARGET, stored.pk, area=assessment.participation.region_id, before=before, after=after)


@transaction.atomic
def answer_decision(*, by: Standing, objection: int, response: Response, text: str = "", now: datetime) -> None:
    """The region says whether it accepts what was decided about its objection, once; it changes nothing of it.

    The secretariat is told. Raises Faults at ``text`` (not to agree needs a reason), ObjectionUndecidedYet,
    DecisionAnswered, NotFound, NotAllowed, WrongState.
    """
    stored, assessment = held_objection(by, objection, Action.ANSWER_DECISION)
    if not stored.decision:
        raise ObjectionUndecidedYet
    if stored.response:
        raise DecisionAnswered
    if response is Response.CONTESTED:
        said = required_text(text, N_("Say with what your region does not agree"), "text")
    else:
        said = optional_text(text, "text")
    stored.response, stored.response_text = response, said
    stored.responded_by_id, stored.responded_at = person(by), now
    stored.save(update_fields=["response", "response_text", "responded_by", "responded_at"])
    region = assessment.participation.region
    after = {"response": response.value, "text": said}
    audit.record(by, "answer-decision", TARGET, stored.pk, area=region.pk, after=after)
    people.settle(by=by, subject=f"{TARGET}:{stored.pk}", now=now)
    accepted = N_("%(region)s accepts the decision about its objection")
    contested = N_("%(region)s does not agree with the decision about its objection")
    people.notify(
        by=by,
        to=HeldRole(Role.SECRETARIAT),
        kind="evaluation.decision-answered",
        subject=f"{TARGET}:{stored.pk}",
        sentence=accepted if response is Response.ACCEPTED else contested,
        fields={"region": region.name},
        address=address("evaluation:objection", stored.pk),
        needs_action=False,
        now=now,
    )
