"""Reports of a year on record: sent, made, agreed, each once and in order, by those who may."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from confirming import confirmed
from kit.worlds import once
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import ReportStep
from pilar.villagefinance.queries import reports as ask
from pilar.villagefinance.rules.reports import ReportAct
from villagefinance import accounts
from villagefinance.payments import rich
from villagefinance.reporting import half, record
from villagefinance.world import NOW, VILLAGE, YEAR, World, refused, told

pytestmark = pytest.mark.django_db
SENT, MADE, AGREED = ReportAct
DAY = date(YEAR, 7, 10)
PAPER = {"paper": "Perdes 3/2026", "day": DAY}


@once
def ended(world: World) -> World:
    """All months and the year are closed."""
    rich(world)
    half(world, 12)
    do.close_year(by=world.who("secretary"), village=VILLAGE, year=YEAR, now=NOW)
    return world


def codes(world: World, act: ReportAct, who: str, **more: Any) -> list[str]:
    with pytest.raises(Faults) as found:
        record(world, world.who(who), act, **more)
    return [one.code for one in found.value.faults]


def test_each_goes_on_record_once(ended: World) -> None:
    record(ended, ended.who("head"), SENT, **PAPER)
    record(ended, ended.who("secretary"), MADE)
    record(ended, ended.who("council"), AGREED, **PAPER)
    rows = ask.reports(VILLAGE, YEAR, scope=ended.who("camat"), now=NOW)
    assert [(one.act, one.due, one.done, str(one.by), one.paper) for one in rows] == [
        (SENT, date(YEAR, 7, 14), True, "Kepala", "Perdes 3/2026"),
        (MADE, date(YEAR + 1, 3, 31), True, "Sekretaris", ""),
        (AGREED, date(YEAR + 1, 3, 31), True, "BPD", "Perdes 3/2026"),
    ]  # fmt: skip
    assert codes(ended, MADE, "secretary") == ["on-record"]


def test_what_is_not_closed_is_not_reported(world: World) -> None:
    assert codes(world, SENT, "head", **PAPER) == ["months-open"]
    assert codes(world, MADE, "secretary") == ["year-open"]
    assert codes(world, AGREED, "council", **PAPER) == ["year-open", "not-made"]


def test_papers_are_named_and_not_of_tomorrow(ended: World) -> None:
    assert codes(ended, SENT, "head", paper=" ", day=DAY) == ["no-paper"]
    assert codes(ended, SENT, "head", paper="1", day=date(2026, 1, 21)) == ["in-future"]
    with refused("report_step_has_its_paper"):
        ReportStep.objects.create(**ended.of_year, act="semester", by="user:1", at=NOW)


@pytest.mark.parametrize(("act", "who"), [
    (SENT, "secretary"), (MADE, "head"), (AGREED, "secretary"), (AGREED, "head"), (MADE, "treasurer"),
])  # fmt: skip
def test_others_do_not(ended: World, act: ReportAct, who: str) -> None:
    with pytest.raises(NotAllowed):
        record(ended, ended.who(who), act, **PAPER)
    with pytest.raises(NotFound):
        record(ended, ended.who("sister"), act, **PAPER)


def test_the_database_knows_that_two_people_agree(ended: World) -> None:
    given = {**ended.of_year, "at": NOW, **PAPER, "act": "perdes"}
    with refused("account_of_two_people"):
        ReportStep.objects.create(**given, by="user:11")
    ReportStep.objects.create(**ended.of_year, act="lpj", by="user:11", at=NOW)
    with refused("account_of_two_people"):
        ReportStep.objects.create(**given, by="user:11")
    with told("account_of_two_people"):
        record(ended, ended.who("council"), AGREED, **PAPER)


def test_a_record_stays(ended: World) -> None:
    record(ended, ended.who("secretary"), MADE)
    with pytest.raises(Exception, match="Cannot update or delete"):
        ReportStep.objects.update(at=datetime(2020, 1, 1, tzinfo=UTC))


def test_on_its_page(ended: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    listed = reverse("villagefinance:papers", args=[VILLAGE, YEAR])
    to = {act: reverse("villagefinance:record-report", args=[VILLAGE, YEAR, act]) for act in ReportAct}
    clients = {who: accounts.client_of(ended, who) for who in ("head", "secretary", "council")}
    lpj = reverse("villagefinance:paper", args=[VILLAGE, "lpj", YEAR])
    assert "belum tercatat" in clients["head"].get(lpj).content.decode()
    home = reverse("villagefinance:village", args=[VILLAGE]) + f"?tahun={YEAR}"
    assert {who: any(one in client.get(home).content.decode() for one in to.values()) for who, client in
            clients.items()} == {"head": True, "secretary": True, "council": False}  # fmt: skip
    shown = clients["secretary"].get(listed).content.decode()
    assert (to[MADE] in shown, to[AGREED] in shown) == (True, False)
    assert 'name="checked"' not in clients["council"].get(to[AGREED]).content.decode()
    assert confirmed(clients["secretary"], to[MADE])["Location"] == listed
    given = {"paper": "Perdes 3/2026", "day": "2026-01-19"}
    assert confirmed(clients["council"], to[AGREED], given)["Location"] == listed
    assert confirmed(clients["head"], to[SENT], {**given, "paper": "Surat 9"})["Location"] == listed
    shown = clients["head"].get(listed).content.decode()
    assert ("Surat 9" in shown, "Perdes 3/2026" in shown, f'"{to[SENT]}"' in shown) == (True, True, False)
    assert "Perdes 3/2026" in clients["head"].get(lpj).content.decode()
    gone = reverse("villagefinance:record-report", args=[VILLAGE, YEAR, "lain"])
    assert clients["head"].get(gone).status_code == 404
