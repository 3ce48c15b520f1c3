"""Whom a case concerns besides who works on it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from pilar.people.operations import notify, tell_citizen
from pilar.people.operations.codes import send
from pilar.people.queries.public import contact_of
from pilar.people.rules import HeldRole, NotAllowed, Standing
from pilar.permits.models import Case
from pilar.permits.queries import completeness
from pilar.permits.rules.roles import Role
from pilar.platform.errors import Faults
from pilar.platform.jobs import MAIL, background


def tell_applicant(case: Case) -> None:
    """Send word to the applicant that their case has gone on. With an account they read here what it says; who came to
    the counter looks it up by its number, if the case has an address or phone that something is sent to."""
    if not case.number:
        return
    if case.applicant_id is not None:
        path = reverse("permits:own-case", args=[case.pk])
        tell_citizen.later(account=case.applicant_id, about=case.number, path=path)
    elif case.at_counter:
        tell_walk_in.later(case=case.pk)


@background("permits.tell-walk-in", queue=MAIL)
def tell_walk_in(*, by: Standing, case: int) -> None:
    """Send word of a case to who filed it at the counter, by the first of e-mail and phone that can be reached here.
    For the schedule and the operator only."""
    if not by.unrestricted:
        raise NotAllowed
    row = Case.objects.get(pk=case)
    person = completeness.person_of(row)
    for given in filter(None, (person.get("email"), person.get("phone"))):
        try:
            contact = contact_of(given)
        except Faults:
            continue
        with translation.override(settings.LANGUAGE_CODE):
            text = gettext("There is news about “%(about)s”. See where it stands by its number: %(address)s") % {
                "about": row.number, "address": settings.SITE_ADDRESS.rstrip("/") + reverse("permits:tracking"),
            }  # fmt: skip
            send(contact, gettext("News about “%(about)s”") % {"about": row.number}, text)
        return


def tell_officers(
    case: Case, *to: Role | int, by: Standing, kind: str, sentence: str, subject: str = "",
    deadline: datetime | None = None, now: datetime,
) -> int:  # fmt: skip
    """Tell officers (a role of the region, or the key of an account) something about a case, whose ``number`` the
    sentence names, until its due date where no other ``deadline`` is given; returns how many were told, which is none
    where it was told before. ``subject``: what of the case it is about, by which that is known."""
    return sum(
        notify(
            by=by, to=HeldRole(one, case.region_id) if isinstance(one, Role) else [one], kind=kind,
            subject=subject or f"permits.case:{case.pk}", sentence=sentence, fields={"number": case.number},
            address=reverse("permits:desk-case", args=[case.pk]), region=case.region_id,
            deadline=deadline or case.due_at, now=now,
        ) for one in to
    )  # fmt: skip
