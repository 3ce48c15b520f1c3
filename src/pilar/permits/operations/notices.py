"""Notify those concerned by a case other than its officers."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from pilar.people.operations import notify, tell_citizen
from pilar.people.operations.codes import send
from pilar.people.queries.public import Contact, contact_of
from pilar.people.rules import HeldRole, NotAllowed, Standing
from pilar.permits.models import Case, Task
from pilar.permits.queries import completeness, trail
from pilar.permits.rules.roles import Role
from pilar.platform.errors import Faults
from pilar.platform.jobs import MAIL, background


def tell_applicant(case: Case) -> None:
    """Notify the applicant that their case has moved on. With an account they read the notice here; people who came to
    the counter get a message with the number of the case, if it has an address or phone that can be reached."""
    if not case.number:
        return
    if case.applicant_id is not None:
        path = reverse("permits:own-case", args=[case.pk])
        tell_citizen.later(account=case.applicant_id, about=case.number, path=path)
    elif case.at_counter:
        tell_walk_in.later(case=case.pk)


@background("permits.tell-moved", queue=MAIL)
def tell_moved(*, by: Standing, cases: list[int]) -> None:
    """Notify the applicants of cases whose due date has changed. For the schedule and the operator only."""
    if not by.unrestricted:
        raise NotAllowed
    for row in Case.objects.filter(pk__in=cases).order_by("pk"):
        tell_applicant(row)


@background("permits.tell-walk-in", queue=MAIL)
def tell_walk_in(*, by: Standing, case: int, path: str = "") -> None:
    """Send a message about a case to the person who filed it at the counter, by e-mail or else by phone: its status, or
    the survey at ``path``. For the schedule and the operator only."""
    if not by.unrestricted:
        raise NotAllowed
    row = Case.objects.get(pk=case)
    contact = reached_at(row)
    if contact is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        sentence = gettext("There is news about “%(about)s”. See where it stands by its number: %(address)s")
        if path:
            sentence = gettext("Your permit of “%(about)s” is there. Tell us how you were served: %(address)s")
        address = settings.SITE_ADDRESS.rstrip("/") + (path or reverse("permits:tracking"))
        text = sentence % {"about": row.number, "address": address}
        send(contact, gettext("News about “%(about)s”") % {"about": row.number}, text)


def reached_at(case: Case) -> Contact | None:
    """Return the address at which the person who filed a case at the counter can be reached."""
    person = completeness.person_of(case)
    for given in filter(None, (person.get("email"), person.get("phone"))):
        try:
            return contact_of(given)
        except Faults:
            continue
    return None


def tell_hands(
    case: Case, *, by: Standing, kind: str, subject: str, sentence: str, deadline: datetime, now: datetime
) -> None:
    """Notify the officers who have taken a case, as :func:`tell_officers` does."""
    open_ = Task.objects.filter(case=case, done_at=None)
    hands = sorted({who for task in open_ for who in trail.hands_of(task, now)})
    tell_officers(
        case, *hands, by=by, kind=kind, subject=subject, sentence=sentence, deadline=deadline, now=now
    )  # fmt: skip


def tell_officers(
    case: Case, *to: Role | int, by: Standing, kind: str, sentence: str, subject: str = "",
    deadline: datetime | None = None, now: datetime,
) -> int:  # fmt: skip
    """Notify officers (a role of the region, or the key of an account) about a case, whose ``number`` the sentence can
    name, until its due date unless a ``deadline`` is given; returns how many were notified: none if they had been
    before. ``subject``: what the notice is about, used to recognise it."""
    return sum(
        notify(
            by=by, to=HeldRole(whom, case.region_id) if isinstance(whom, Role) else [whom], kind=kind,
            subject=subject or f"permits.case:{case.pk}", sentence=sentence, fields={"number": case.number},
            address=reverse("permits:desk-case", args=[case.pk]), region=case.region_id,
            deadline=deadline or case.due_at, now=now,
        ) for whom in to
    )  # fmt: skip
