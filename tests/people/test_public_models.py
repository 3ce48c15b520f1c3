"""What the database refuses of public accounts, their codes and consents."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from people.citizens import NOW, NUMBER
from pilar.people.models import Consent, PublicAccount, PublicCode

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def account(**given: Any) -> PublicAccount:
    usual = {"kind": "person", "name": "x", "language": "id", "created_at": NOW, "email": "a", "email_hash": H}
    return PublicAccount(**{**usual, **given})


def code(**given: Any) -> PublicCode:
    usual = {"channel": "email", "contact": "x", "contact_hash": H, "code": "1", "language": "id", "asked_at": NOW}
    return PublicCode(**{**usual, **given})


H = f"{'0' * 8}.{'0' * 64}"
NONE = {"name": None, "email": None, "email_hash": None}


@pytest.mark.parametrize(
    ("constraint", "row"),
    [
        ("public_account_kind_known", account(kind="ghost")),
        ("public_account_language_known", account(language="jv")),
        ("public_account_email_with_hash", account(email_hash=None)),
        ("public_account_email_with_hash", account(email_hash="abc")),
        ("public_account_phone_with_hash", account(phone_hash=H)),
        ("public_account_known_or_erased", account(name=None)),
        ("public_account_known_or_erased", account(email=None, email_hash=None)),
        ("public_account_known_or_erased", account(declared=True)),
        ("public_account_known_or_erased", account(erased_at=NOW)),
        ("public_code_channel_known", code(channel="fax")),
        ("public_code_contact_as_hash", code(contact_hash=NUMBER)),
        ("public_code_tries", code(tries=6)),
        ("public_code_used_after_asked", code(used_at=NOW - SECOND)),
    ],
)
def test_the_database_refuses(constraint: str, row: PublicAccount | PublicCode) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save(force_insert=True)


def test_the_database_takes_what_is_whole_and_an_address_once() -> None:
    account().save()
    account(**NONE, erased_at=NOW).save()
    account(email=None, email_hash=None, declared=True).save()
    code().save()
    with pytest.raises(IntegrityError, match="email_hash"), transaction.atomic():
        account().save()
    consents = Consent(account=PublicAccount.objects.first(), version="1", given_at=NOW)
    consents.save()
    for again, constraint in (
        ({}, "consent_given_once"),
        ({"version": "2", "withdrawn_at": NOW - SECOND}, "consent_withdrawn_after_given"),
    ):
        row = Consent(**{"account": consents.account, "version": "1", "given_at": NOW} | again)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            row.save(force_insert=True)
