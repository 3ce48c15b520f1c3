"""The made-up work of the one-stop office: there once, marked as made up, with something in every place."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import timezone

from areas.places import load
from kit.worlds import once
from pilar.areas.reference import areas
from pilar.config import scenario, setup
from pilar.permits.models import OssRecord, Potential, Realised

pytestmark = pytest.mark.django_db


@once
def made() -> datetime:
    load([one for one in areas() if one.code in ("36", "36.03") or one.code.startswith("36.03.")])
    setup.load_demo_accounts(password_of=lambda _email: "kata-sandi-contoh-2023")
    now = timezone.now()
    assert scenario.play("permits", now=now)
    return now


def test_it_is_made_once(made: datetime) -> None:
    before = Realised.objects.count()
    assert not scenario.play("permits", now=made)
    assert Realised.objects.count() == before


def test_what_is_around_permits_says_that_it_is_made_up(made: datetime) -> None:
    assert {*Potential.objects.values_list("source", flat=True)} == {"assumption"}
    assert all("contoh" in f"{one.name} {one.note}".casefold() for one in Potential.objects.all())
    assert all("Contoh" in name for name in Realised.objects.values_list("business", flat=True))
    assert all("(contoh)" in status for status in OssRecord.objects.values_list("status", flat=True))
    assert {*Realised.objects.values_list("state", flat=True)} == {"entered", "confirmed"}
