"""Citizens as the tests sign them in: each with a phone that a test reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from pilar.people import operations, queries, reference
from pilar.people.channels import NotDelivered
from pilar.people.models import PublicCode
from pilar.people.operations.codes import send_code
from pilar.people.public import AccountKind
from pilar.people.queries.public import opened
from pilar.people.rules import SCHEDULE, Standing

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
NUMBER, OTHER_NUMBER = "+6281234567890", "+6281298765432"
NAME = "Fatimah Azzahra"
EMAIL = "fatimah@contoh.invalid"
SECOND = timedelta(seconds=1)


class Phones:
    """What every phone got, and what the provider says instead."""

    got: ClassVar[list[tuple[str, str]]] = []
    error: ClassVar[NotDelivered | None] = None

    def __init__(self, channel: str) -> None:
        self.channel = channel

    def send(self, *, number: str, text: str) -> None:
        if Phones.error is not None:
            raise Phones.error
        self.got.append((number, text))


@pytest.fixture
def phones(settings: Settings) -> Iterator[type[Phones]]:
    settings.PILAR_CHANNELS = {"whatsapp": f"{__name__}.Phones"}
    yield Phones
    Phones.got.clear()
    Phones.error = None


def code_of(reference: object) -> str:
    """The code as it was sent."""
    return opened(PublicCode.objects.get(pk=reference).code)


def ask(contact: str = NUMBER, network: str = "", now: Any = NOW) -> Any:
    return operations.ask_code(contact=contact, network=network, language="id", now=now)


def enter(reference: Any, code: str | None = None, now: Any = NOW) -> int | None:
    return operations.enter_code(reference=reference, code=code or code_of(reference), now=now)


def open_account(asked: Any, now: Any = NOW, **given: Any) -> int:
    usual = {"name": NAME, "kind": AccountKind.PERSON, "birth_date": None, "consent": reference.consent().version}
    return operations.open_public_account(reference=asked, now=now, **{**usual, **given})


def citizen(contact: str, name: str = NAME, *, now: datetime = NOW, consent: bool = True) -> Standing:
    """Somebody who has opened an account with this address or number."""
    asked = operations.ask_code(contact=contact, network="", language="id", now=now)
    assert operations.enter_code(reference=asked, code=code_of(asked), now=now) is None
    key = operations.open_public_account(
        reference=asked,
        name=name,
        kind=AccountKind.PERSON,
        birth_date=None,
        consent=reference.consent().version,
        now=now,
    )
    by = Standing(queries.public.actor_of(key))
    if not consent:
        operations.withdraw_consent(by=by, now=now)
    return by


def entered(client: Client, contact: str, name: str = NAME) -> Client:
    """A browser in which somebody has signed in, or up."""
    client.post("/masuk-warga/", {"contact": contact})
    row = PublicCode.objects.latest("asked_at")
    send_code(by=SCHEDULE, code=str(row.pk), now=timezone.now())
    client.post("/masuk-warga/kode/", {"code": opened(row.code)})
    if client.get("/masuk-warga/").status_code == 200:
        given = {"name": name, "kind": "person", "consent": reference.consent().version, "agreed": "on"}
        client.post("/masuk-warga/daftar/", given)
    return client


def code_in(text: str) -> str:
    """The code in a message."""
    found = re.search(r"\b\d{6}\b", text)
    assert found, text
    return found[0]
