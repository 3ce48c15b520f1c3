"""Accept the rest of an agenda as proposed, in one decision of the meeting."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar.masterplan.models import Decision, Proposal
from pilar.masterplan.operations.locking import locked_meeting, refuse
from pilar.masterplan.operations.meetings import TARGET, MeetingNotRunning, stored_of
from pilar.masterplan.queries.agenda import agenda
from pilar.masterplan.rules.decisions import Outcome, topic
from pilar.masterplan.rules.meetings import MeetingKind
from pilar.masterplan.rules.stages import MeetingState
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.audit import Change
from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.live import tell
from pilar.platform.versions import require_seen


@transaction.atomic
def accept_rest(*, by: Standing, meeting: int, decided_by: int | None, seen: int, now: datetime) -> int:
    """Record that the meeting accepts all undecided proposals as proposed; return their number.

    Each gets its own decision. Contested or incomplete proposals (``rules.deciding_rest``) and the general part are
    left out. ``seen``: the meeting's ``saves``. Raises Faults at ``decided_by``, and where nothing is left;
    :class:`Outdated`, :class:`MeetingNotRunning`; needs ``hold-meetings``.
    """
    row = locked_meeting(by, meeting)
    if row.state != MeetingState.RUNNING or row.kind != MeetingKind.FINALISATION:
        raise MeetingNotRunning
    require_seen(seen, stored_of(row))
    keys = agenda(row).rest.accepted
    if decided_by is None or not row.attendance.filter(present=True, pk=decided_by).exists():
        refuse([Fault("not-present", N_("Choose somebody who is present"), {}, "decided_by")])
    if not keys:
        refuse([Fault("nothing-left", N_("No proposal is left that can be accepted as it is"))])
    made = Decision.objects.bulk_create(
        Decision(
            meeting=row, proposal=proposal, number=1, outcome=Outcome.ACCEPTED, decided_by_id=decided_by,
            content_id=proposal.content_id, taken_by=by.actor.name, taken_at=now,
        )
        for proposal in Proposal.objects.filter(pk__in=keys).order_by("number")
    )  # fmt: skip
    row.saves += 1
    row.save(update_fields=["saves"])
    tell(topic(row.pk))
    changes = [
        Change(
            row.pk, row.version.region_id, None,
            {"proposal": decision.proposal_id, "outcome": decision.outcome, "number": decision.number,
             "content": decision.content_id},
        )
        for decision in made
    ]  # fmt: skip
    audit.record_each(by=by.actor, action="decide", target=TARGET, changes=changes)
    return len(made)
