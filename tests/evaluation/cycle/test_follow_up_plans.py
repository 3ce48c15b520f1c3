"""A follow-up is due within a plausible time, and an open office owns it."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from evaluation.cycle.test_results_objections import followed, save
from evaluation.cycle.test_results_pages import signed_in, text
from evaluation.cycle.world import OWN, World
from pilar.areas.models import Office
from pilar.evaluation.models import FollowUp
from pilar.platform.errors import Faults


def closed(world: World) -> int:
    office = world.offices[OWN][1]
    Office.objects.filter(pk=office).update(closed_at=timezone.now())
    return office


@pytest.mark.parametrize("due", [date(2025, 12, 31), date(2032, 1, 1), date(1926, 6, 1), date(2099, 12, 31)])
def test_a_due_date_lies_within_five_years_of_the_evaluation(world: World, due: date) -> None:
    key = followed(world)
    with pytest.raises(Faults) as refused:
        save(world, key, due=due)
    assert [(fault.code, fault.place) for fault in refused.value.faults] == [("due-out-of-range", "due")]
    answer = signed_in(world, "coordinator").post(
        f"/kerja/tindak-lanjut/{key}/", {"due": due.isoformat(), "state": "open", "note": "", "version": "1"}
    )
    assert "Tenggat harus antara tahun 2026 dan 2031" in answer.content.decode()
    assert FollowUp.objects.get().due is None
    for version, edge in enumerate((date(2026, 1, 1), date(2031, 12, 31)), start=1):
        assert save(world, key, seen=version, due=edge) == version + 1


def test_a_closed_office_is_given_nothing_new(world: World) -> None:
    key = followed(world)
    with pytest.raises(Faults) as refused:
        save(world, key, office=closed(world))
    assert [(fault.code, fault.place) for fault in refused.value.faults] == [("unknown-office", "office")]
    assert "Dinas Kesehatan" not in text(signed_in(world, "coordinator"), f"/kerja/tindak-lanjut/{key}/")


def test_what_an_office_owned_when_it_closed_can_still_be_reported(world: World) -> None:
    key = followed(world)
    office = world.offices[OWN][1]
    save(world, key, office=office)
    assert closed(world) == office
    assert save(world, key, seen=2, office=office, state="under_way") == 3
    page = text(signed_in(world, "coordinator"), f"/kerja/tindak-lanjut/{key}/")
    assert f'<option value="{office}" selected>Dinas Kesehatan</option>' in page
