"""The road of a permit from the desk of the head to everybody's register (docs/roads.md)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kit.roads import road
from permits.test_case_pages import act, officer
from permits.test_issuing import SIGNED, finish
from permits.world import DAY, HOUR, NOW, World
from pilar.permits.models import Permit


def test_a_permit_is_issued(decided: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW + DAY + 2 * HOUR)
    head, row = officer(decided, "head"), decided.row()
    with road("A permit is issued") as step:
        step(lambda: act(head, row, "tanda-tangan", "sign"))
        step(lambda: finish(SIGNED))
    permit = Permit.objects.get(case=row.pk)
    assert (permit.state, decided.row().state) == ("valid", "issued")
    assert Client().get(reverse("permits:register")).status_code == 200
