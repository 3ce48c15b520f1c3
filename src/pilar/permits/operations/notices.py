"""Whom a case concerns besides who works on it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from pilar.people.operations import notify, tell_citizen
from pilar.people.rules import HeldRole, Standing
from pilar.permits.models import Case
from pilar.permits.rules.roles import Role


def tell_applicant(case: Case) -> None:
    """Send word to the applicant of an account that their case has gone on; what it says, they read here."""
    if case.applicant_id is not None and case.number:
        path = reverse("permits:own-case", args=[case.pk])
        tell_citizen.later(account=case.applicant_id, about=case.number, path=path)


def tell_officers(case: Case, *roles: Role, by: Standing, kind: str, sentence: str, now: datetime) -> int:
    """Tell who holds these roles of the region something about a case, whose ``number`` the sentence names; returns how
    many were told, which is none where it was told before."""
    return sum(
        notify(
            by=by, to=HeldRole(role, case.region_id), kind=kind, subject=f"permits.case:{case.pk}", sentence=sentence,
            fields={"number": case.number}, address=reverse("permits:desk-case", args=[case.pk]),
            region=case.region_id, deadline=case.due_at, now=now,
        ) for role in roles
    )  # fmt: skip
