"""Remind applicants who do not pay or do not resubmit; a person then ends the case."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from pilar.areas.reference import today_in
from pilar.people.operations import held
from pilar.people.rules import Standing
from pilar.permits.models import Case
from pilar.permits.operations.levies import drop_levy
from pilar.permits.operations.notices import tell_applicant, tell_officers
from pilar.permits.operations.steps import desk_case, drop_open, happened
from pilar.permits.queries.waiting import AFTER_REMINDER, WAITING, is_overdue, last_day, reminders, waits_since
from pilar.permits.reference.deadlines import patience
from pilar.permits.reference.reasons import Why, require_reason
from pilar.permits.rules.authority import Action
from pilar.permits.rules.cases import CaseState, EventKind
from pilar.permits.rules.roles import Role
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_


@transaction.atomic
def remind_applicant(by: Standing, key: int, now: datetime) -> bool:
    """Remind the applicant on the days given by the data, only once if several have passed; after the last day the
    front office is notified once."""
    row = held(Case.objects, pk=key)
    begun, today = waits_since(row), today_in(row.region_id, now)
    if row.state not in WAITING or begun is None:
        return False
    rule, last = patience(CaseState(row.state), begun), reminders(row).last()
    done = rule.reminders(begun, today_in(row.region_id, last.at)) if last else 0
    if done < rule.reminders(begun, today):
        until = last_day(row) if last else max(rule.last(begun), today + timedelta(days=AFTER_REMINDER))
        said = {"of": row.state, "until": str(until), "source": rule.source}
        happened(row, EventKind.REMINDED, by=by, now=now, said=said)
        tell_applicant(row)
        return True
    if not is_overdue(row, now):
        return False
    sentence = N_("The time for the applicant of %(number)s is over: write to them, or close it")
    told = tell_officers(
        row, Role.FRONT, by=by, kind="permits.overdue", subject=f"permits.case:{row.pk}:overdue", sentence=sentence,
        now=now,
    )  # fmt: skip
    return bool(told)


@transaction.atomic
def lapse_case(*, by: Standing, case: int, now: datetime) -> None:
    """Close a case whose applicant missed the last day; paid parts of its levy have to be refunded.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`, :class:`OwnCase`, Faults before that day has
    passed.
    """
    row, acting = desk_case(by, case, Action.LAPSE, now=now)
    if not is_overdue(row, now):
        if not reminders(row).exists():
            raise Faults([Fault("not-reminded", N_("The applicant has not been reminded yet"))])
        sentence = N_("The applicant has time until %(day)s")
        raise Faults([Fault("not-yet-over", sentence, {"day": last_day(row)})])
    require_reason(Why.WITHDRAW, "lapsed")
    drop_levy(row, by=acting, now=now)
    drop_open(row, by=acting, now=now)
    happened(
        row, EventKind.WITHDRAWN, by=acting, now=now, to=CaseState.WITHDRAWN, reason="lapsed", fields={"due_at": None}
    )
