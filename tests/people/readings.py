"""Every kind of reading that the audit log keeps; each room shows that its doors leave their record."""

from __future__ import annotations

from pilar.platform.models import AuditEvent

READINGS = {
    "evaluation.attendance": "tests/evaluation/cycle/test_privacy.py",
    "evidence.file": "tests/evidence/test_privacy.py",
    "masterplan.attendance": "tests/masterplan/test_privacy.py",
    "people.account": "tests/people/test_privacy.py",
    "people.account-request": "tests/people/test_single_sign_on.py",
    "people.account-requests": "tests/people/test_single_sign_on.py",
    "people.accounts": "tests/people/test_privacy.py",
    "people.personal-data": "tests/people/test_privacy.py",
    "people.public.data": "tests/people/test_citizen_erasure.py",
    "people.public.name": "tests/people/test_proxies.py",
    "surveys.answers": "tests/surveys/test_privacy.py",
    "surveys.contacts": "tests/surveys/test_privacy.py",
    "surveys.words": "tests/surveys/test_privacy.py",
    "permits.case.person": "tests/permits/test_private.py",
}


def readings(what: str) -> list[tuple[str, str, int]]:
    """Who read what and how many rows, in the order of reading."""
    rows = AuditEvent.objects.filter(action="read", target=what).order_by("id")
    return [(str(row.actor_key), row.key, row.after["rows"]) for row in rows]
