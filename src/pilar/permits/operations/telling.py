"""Consequences of a case's events: messages to other systems, and the survey sent to applicants."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from pilar.areas.queries import offices
from pilar.people.operations import there
from pilar.people.operations.public import tell_citizen
from pilar.people.rules import NotAllowed, Standing
from pilar.permits.models import Case
from pilar.permits.operations.hooks import announce
from pilar.permits.operations.notices import reached_at, tell_walk_in
from pilar.permits.queries.services import service_in
from pilar.permits.rules.cases import EventKind
from pilar.permits.rules.hooks import HookEvent
from pilar.permits.rules.measures import OFFICE_WORDS
from pilar.platform.jobs import background
from pilar.surveys.operations import invite

TOLD = {
    EventKind.ACCEPTED: HookEvent.ACCEPTED, EventKind.DECIDED: HookEvent.DECIDED, EventKind.REFUSED: HookEvent.REFUSED,
    EventKind.WITHDRAWN: HookEvent.WITHDRAWN, EventKind.ISSUED: HookEvent.ISSUED,
}  # fmt: skip


def follow(case: Case, kind: EventKind, *, now: datetime) -> None:
    """Queue messages to the systems of the region, and the survey for the applicant once the permit is issued; in the
    open transaction."""
    if kind in TOLD and case.number:
        announce(case.region_id, TOLD[kind], case.number, {"service": case.version.key, "state": case.state}, now)
    if kind is EventKind.ISSUED:
        invite_applicant.later(case=case.pk)


@background("permits.invite")
@transaction.atomic
def invite_applicant(*, by: Standing, case: int, now: datetime) -> None:
    """Send the applicant of an issued permit a link to the satisfaction survey, with service and region filled in, if a
    survey is open and they can be reached. For the schedule and the operator only."""
    if not by.unrestricted:
        raise NotAllowed
    row = there(Case.objects, pk=case)
    office = next(
        (
            office_row.key
            for office_row in offices(row.region_id, scope=by)
            if OFFICE_WORDS in office_row.name.casefold()
        ),
        None,
    )
    name = service_in(row.version_id).name.id
    if office is None or (row.applicant_id is None and reached_at(row) is None):
        return
    subject = f"permits.case:{row.pk}"
    token = invite(by=by, region=row.region_id, office=office, programme=name, subject=subject, now=now)
    if not token:
        return
    path = reverse("surveys:answer", args=[token])
    if row.applicant_id is None:
        tell_walk_in.later(case=row.pk, path=path)
    else:
        tell_citizen.later(account=row.applicant_id, about=row.number, path=path)
