"""Notices of formulation: calls, questions, decisions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from pilar.areas.models import Office
from pilar.masterplan.models import Meeting, Proposal, Version
from pilar.masterplan.rules.stages import ANSWERED, ProposalState
from pilar.people import operations as people
from pilar.people.operations import Message
from pilar.people.rules import HeldRole, Role, Standing
from pilar.platform.language import N_

CALLED, ASKED, DECIDED = "masterplan.call", "masterplan.question", "masterplan.decided"


def call_subject(version: int, office: int) -> str:
    """Return the subject of notices about a call to propose."""
    return f"masterplan.call:{version}:{office}"


def question_subject(proposal: int) -> str:
    """Return the subject of notices about a question on a proposal."""
    return f"masterplan.question:{proposal}"


def announce_call(*, by: Standing, version: Version, closes_at: datetime, now: datetime) -> None:
    """Tell the contributors of the region's open offices that have not proposed yet about the deadline."""
    answered = Proposal.objects.filter(version=version, state__in=sorted(ANSWERED)).values("office")
    silent = Office.objects.filter(region=version.region_id, closed_at=None).exclude(pk__in=answered)
    offices = silent.order_by().values_list("pk", flat=True)
    where = reverse("masterplan:proposals", args=[version.pk])
    people.notify_offices(
        by=by,
        role=Role.CONTRIBUTOR,
        messages={
            office: Message(
                call_subject(version.pk, office), where, {"plan": version.plan.title}, version.region_id, closes_at
            )
            for office in offices
        },
        kind=CALLED,
        sentence=N_("Propose programmes of your office for the plan “%(plan)s”"),
        now=now,
    )


def settle_whole_call(*, by: Standing, version: Version, now: datetime) -> None:
    """Settle the notices of a call for all offices; nobody is reminded of it any more."""
    offices = Office.objects.filter(region=version.region_id).order_by().values_list("pk", flat=True)
    settle_call(by=by, version=version.pk, offices=offices, now=now)


def settle_call(*, by: Standing, version: int, offices: Iterable[int], now: datetime) -> None:
    """Settle the notices of a call for these offices."""
    people.settle(by=by, subject=[call_subject(version, office) for office in offices], kind=CALLED, now=now)


def announce_question(*, by: Standing, proposal: Proposal, now: datetime) -> None:
    """Tell an office that its proposal comes back with a question."""
    title = proposal.content.title if proposal.content else ""
    people.notify(
        by=by,
        to=HeldRole(Role.CONTRIBUTOR, proposal.version.region_id, proposal.office_id),
        kind=ASKED,
        subject=question_subject(proposal.pk),
        sentence=N_("The secretariat asks about your proposal “%(title)s”"),
        fields={"title": title},
        address=reverse("masterplan:proposal", args=[proposal.pk]),
        region=proposal.version.region_id,
        now=now,
    )


def settle_questions(*, by: Standing, proposals: Iterable[int], now: datetime) -> None:
    """Settle the notices of questions to these offices, which have answered or need not any more."""
    people.settle(by=by, subject=[question_subject(proposal) for proposal in proposals], kind=ASKED, now=now)


def announce_decisions(*, by: Standing, meeting: Meeting, proposals: Iterable[Proposal], now: datetime) -> None:
    """Tell offices that the meeting has decided about their proposals, once the minutes are signed off."""
    where = reverse("masterplan:proposals", args=[meeting.version_id])
    offices = sorted({proposal.office_id for proposal in proposals if proposal.state != ProposalState.WITHDRAWN})
    people.notify_offices(
        by=by,
        role=Role.CONTRIBUTOR,
        messages={
            office: Message(
                f"masterplan.meeting:{meeting.pk}:{office}", where, {"meeting": meeting.title},
                meeting.version.region_id,
            )
            for office in offices
        },
        kind=DECIDED,
        sentence=N_("“%(meeting)s” has decided about proposals of your office"),
        needs_action=False,
        now=now,
    )  # fmt: skip
