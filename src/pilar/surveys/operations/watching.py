"""Scheduled work on open surveys: notify coordinators of missing answers, and close surveys in time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from pilar.people import operations as people
from pilar.people.operations import Message
from pilar.people.rules import Role, Standing
from pilar.platform.errors import PilarError
from pilar.platform.jobs import every
from pilar.platform.language import N_
from pilar.surveys.models import Survey
from pilar.surveys.operations.surveys import close_survey, subject_of
from pilar.surveys.queries.surveys import cells_of
from pilar.surveys.rules.authority import SurveyState
from pilar.surveys.rules.surveys import GRACE, REMINDED_BEFORE

BELOW, CLOSED = "surveys.below-quota", "surveys.closed"


@every("surveys.close-due", cron="10 * * * *")
def close_due(*, by: Standing, now: datetime) -> int:
    """Close the surveys that no longer take answers, not even late arrivals; return their number.

    The coordinators of the region are notified. Each survey has its own transaction; one that cannot be closed now is
    tried again in an hour. Needs ``close`` everywhere, as the schedule has.
    """
    due = Survey.objects.filter(state=SurveyState.OPEN, closes_at__lte=now - GRACE).order_by("closes_at", "pk")
    return sum(_close(by, key, now) for key in due.values_list("pk", flat=True))


@every("surveys.remind-of-quotas", cron="30 0 * * *")  # 7.30 WIB
@transaction.atomic
def remind_of_quotas(*, by: Standing, now: datetime) -> int:
    """Tell coordinators of surveys that close soon and lack answers; return the number of people notified.

    Once for each survey and closing time. Notices for surveys that have their answers by now are settled.
    """
    soon = Survey.objects.filter(
        state=SurveyState.OPEN, opens_at__lte=now, closes_at__gt=now, closes_at__lte=now + REMINDED_BEFORE
    )
    rows = list(soon.order_by("pk"))
    cells, told = cells_of([row.pk for row in rows], scope=by), 0
    for row in rows:
        if any(cell.missing for cell in cells.get(row.pk, ())):
            told += _tell(
                by, row, BELOW, N_("The survey “%(title)s” closes soon, and not all programmes have enough answers"),
                needs_action=True, now=now,
            )  # fmt: skip
        else:
            people.settle(by=by, subject=subject_of(row.pk), kind=BELOW, now=now)
    return told


@transaction.atomic
def _close(by: Standing, key: int, now: datetime) -> bool:
    try:
        close_survey(by=by, survey=key, now=now)
    except PilarError:
        # The coordinator has closed it in the meantime, or somebody holds a lock.
        return False
    row = Survey.objects.get(pk=key)
    _tell(by, row, CLOSED, N_("The survey “%(title)s” is closed. Its scores are there"), needs_action=False, now=now)
    return True


def _tell(by: Standing, row: Survey, kind: str, sentence: str, *, needs_action: bool, now: datetime) -> int:
    message = Message(
        subject_of(row.pk), reverse("surveys:survey", args=[row.pk]), {"title": row.title}, row.region_id,
        row.closes_at if needs_action else None,
    )  # fmt: skip
    return people.notify_regions(
        by=by, role=Role.COORDINATOR, messages={row.region_id: message}, kind=kind, sentence=sentence,
        needs_action=needs_action, now=now,
    )  # fmt: skip
