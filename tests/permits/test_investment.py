"""Where one may invest, the answer to an investor, reported investment by two people, and the mirror of the OSS."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from kit.worlds import once
from people.readings import readings
from people.team import account
from permits.around import BREAD, NOW, OSS, OTHER, OWN, PEOPLE, PLOT, enter, past
from permits.world import World
from pilar.people.models import User
from pilar.people.rules import OPERATOR, PUBLIC, NotAllowed, NotFound
from pilar.permits import operations as do
from pilar.permits.models import OssRecord, Potential, Realised
from pilar.permits.operations import load_services
from pilar.permits.operations.investment import JudgedAlready, OwnEntry
from pilar.permits.queries import investment as queries
from pilar.permits.rules.cases import EventKind
from pilar.permits.rules.investment import RealisedState
from pilar.permits.rules.roles import Role
from pilar.platform.errors import Faults

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@once
def staff(world: World) -> dict[str, User]:
    """Accounts of the office, and of the one next door."""
    made = {
        "front": (Role.FRONT, OWN), "head": (Role.HEAD, OWN), "inspectorate": (Role.INSPECTORATE, OWN),
        "neighbour": (Role.FRONT, OTHER),
    }  # fmt: skip
    return {
        name: User.objects.get(pk=account(f"{name}@contoh.invalid", role, region=region))  # type: ignore[arg-type]
        for name, (role, region) in made.items()
    }


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, BACKEND)
    return client


def judge(key: int, by: str = "head", confirmed: bool = True) -> None:
    do.judge_realised(by=PEOPLE[by], entry=key, confirmed=confirmed, now=NOW)


def sums() -> Any:
    return queries.realised_sums(OWN, 2026, (1, 2, 3, 4), scope=PUBLIC)


def test_a_place_is_written_anew_by_its_short_name(world: World) -> None:
    do.save_potentials(by=PEOPLE["front"], region=OWN, given=[PLOT], now=NOW)
    do.save_potentials(by=PEOPLE["back"], region=OWN, given=[replace(PLOT, name="Lahan lain")], now=NOW)
    (found,) = queries.potentials(OWN, scope=PUBLIC)
    assert (found.name, found.district_name, found.area, found.source) == (
        "Lahan lain", "Balaraja", Decimal("12.50"), "assumption",
    )  # fmt: skip
    do.withdraw_potential(by=PEOPLE["front"], region=OWN, code=PLOT.code)
    assert queries.potentials(OWN, scope=PUBLIC) == ()
    assert queries.regions(scope=PUBLIC) == (OTHER,)


def test_what_has_coordinates_stands_on_the_map_by_its_number(world: World) -> None:
    places = [PLOT, replace(PLOT, code="dua", name="Ada", point=None), replace(PLOT, code="tiga", name="Bukit")]
    do.save_potentials(by=PEOPLE["front"], region=OWN, given=places, now=NOW)
    found = queries.potentials(OWN, scope=PUBLIC)
    assert [(one.name, one.number) for one in found] == [("Ada", 0), ("Bukit", 1), (PLOT.name, 2)]
    assert found[2].point == PLOT.point
    do.save_potentials(by=PEOPLE["front"], region=OWN, given=[replace(one, point=None) for one in places], now=NOW)
    assert {one.number for one in queries.potentials(OWN, scope=PUBLIC)} == {0}
    with pytest.raises(DatabaseError, match="potential_in_indonesia"), transaction.atomic():
        Potential.objects.filter(region=OWN, code="dua").update(latitude=-6)


def test_one_wrong_place_keeps_all_out(world: World) -> None:
    with pytest.raises(Faults):
        do.save_potentials(by=PEOPLE["front"], region=OWN, given=[PLOT, replace(PLOT, code="dua", source="")], now=NOW)
    assert not Potential.objects.filter(region=OWN).exists()


def test_a_risk_that_nobody_said_is_not_known(world: World) -> None:
    do.save_potentials(by=PEOPLE["front"], region=OWN, given=[PLOT], now=NOW)
    found = queries.answer(OWN, "10710", scope=PUBLIC)
    assert found.risks == ()
    assert [one.code for one in found.places] == [PLOT.code]
    do.mirror_oss(by=PEOPLE["front"], region=OWN, given=[OSS, replace(OSS, nib="9" * 13, risk="")], now=NOW)
    (risk,) = queries.answer(OWN, "10710", scope=PUBLIC).risks
    assert (risk.risk.key, risk.count, risk.as_of) == ("medium-low", 1, date(2026, 3, 1))
    assert queries.answer(OWN, "22220", scope=PUBLIC).places == ()
    with pytest.raises(NotFound):
        queries.answer(OWN, "99999", scope=PUBLIC)


def test_the_services_that_name_a_code_say_what_they_take(world: World) -> None:
    load_services(by=OPERATOR, now=NOW, demonstration=True)
    found = {one.row.key: one for one in queries.services_for(OWN, "10710", date(2026, 3, 10), scope=PUBLIC)}
    assert "iplc" in found
    assert "toko-modern" not in found
    assert (found["iplc"].by, found["iplc"].elsewhere) == (date(2026, 3, 31), "")
    page = Client().get(reverse("permits:kbli", args=[OWN, "10710"])).content.decode()
    assert reverse("permits:service", args=[OWN, "iplc"]) in page
    assert queries.services_for(OWN, "01111", date(2026, 3, 10), scope=PUBLIC) == ()


def test_an_entry_counts_once_a_second_person_says_so(world: World) -> None:
    key = enter()
    assert sums()[""] == (0, 0, 0)
    judge(key)
    assert sums()[""] == (Decimal(9_000_000_000), Decimal("7500000000.50"), 40)
    with pytest.raises(JudgedAlready):
        judge(key)


def test_nobody_confirms_their_own(world: World) -> None:
    key = enter("back")
    with pytest.raises(OwnEntry):
        judge(key, "back")
    for who in ("front", "editor", "inspectorate"):
        with pytest.raises(NotAllowed):
            judge(key, who)
    with pytest.raises(NotFound):
        judge(key, "next_back")
    with pytest.raises(IntegrityError), transaction.atomic():
        Realised.objects.filter(pk=key).update(judged_by="user:12", judged_at=NOW, state="confirmed")


def test_a_correction_takes_the_place_of_what_was_confirmed(world: World) -> None:
    first, second, third = enter(), enter(realised=Decimal(1)), enter(realised=Decimal(2))
    judge(first)
    judge(second)
    judge(third, confirmed=False)
    states = Realised.objects.filter(region=OWN).order_by("pk").values_list("state", flat=True)
    assert [*states] == [RealisedState.REPLACED, RealisedState.CONFIRMED, RealisedState.REFUSED]
    assert sums()["pmdn"] == (Decimal(9_000_000_000), Decimal(1), 40)


def test_older_news_of_the_oss_changes_nothing(world: World) -> None:
    older, newer = (
        replace(OSS, as_of=date(2026, 2, 1), status="Lama"),
        replace(OSS, as_of=date(2026, 3, 2), risk="high"),
    )
    counts = [do.mirror_oss(by=PEOPLE["back"], region=OWN, given=given, now=NOW) for given in ([OSS], [older], [newer])]
    assert counts == [1, 0, 1]
    row = OssRecord.objects.get(region=OWN)
    assert (row.status, row.risk) == ("Terbit", "high")
    assert [one.risk for one in queries.oss_records(OWN, scope=PEOPLE["inspectorate"], words=OSS.nib)] == ["tinggi"]
    with pytest.raises(NotFound):
        queries.oss_records(OWN, scope=PEOPLE["neighbour"])


def test_the_public_pages_show_what_is_known(world: World) -> None:
    do.save_potentials(by=PEOPLE["front"], region=OWN, given=[PLOT], now=NOW)
    client = Client()
    page = client.get(reverse("permits:investment", args=[OWN]), {"q": "roti"}).content.decode()
    assert "Lahan contoh Balaraja" in page
    assert "28,54" in page
    assert reverse("permits:kbli", args=[OWN, "10710"]) in page
    asked = client.get(reverse("permits:kbli", args=[OWN, "10710"])).content.decode()
    assert "Tidak diketahui" in asked
    assert "Lahan contoh Balaraja" in asked
    assert client.get(reverse("permits:kbli", args=[OWN, "107"])).status_code == 404
    assert client.get(reverse("permits:investment-regions")).status_code == 200
    assert "1 Lahan contoh Balaraja" in page, "the table of the map"
    assert "<svg" in page
    book = client.get(reverse("permits:investment", args=[OWN]), {"as": "csv"})
    assert "Lahan contoh Balaraja" in b"".join(book).decode() if book.streaming else book.content.decode()


@pytest.mark.parametrize(
    ("what", "name", "text", "model"),
    [
        ("potensi", "potentials", "kode,jenis,nama,kode kecamatan,luas (ha),KBLI,catatan,sumber\n"
         "lahan-1,lahan,Lahan contoh,36.03.01,\"12,5\",10710 41,Contoh,assumption\n", Potential),
        ("realisasi", "realised", "tahun,triwulan,nama usaha,NIB,KBLI,penanaman modal,rencana,realisasi\n"
         "2026,1,PT Contoh,1234567890123,10710,PMDN,9000000,8000000\n", Realised),
        ("oss", "oss", "NIB,KBLI,nama usaha,tingkat risiko,status,per tanggal\n"
         "1234567890123,10710,PT Contoh,menengah tinggi,Terbit,1 Maret 2026\n", OssRecord),
    ],
)  # fmt: skip
def test_a_file_is_looked_at_and_stored(staff: dict[str, User], what: str, name: str, text: str, model: Any) -> None:
    client = client_of(staff["front"])
    address = reverse("permits:import", args=[OWN, what])
    template = client.get(reverse("permits:import-template", args=[OWN, what])).content.decode()
    assert template.lstrip("\ufeff").split(";")[:2] == text.split(",")[:2]
    shown = client.post(address, {"file": SimpleUploadedFile("data.csv", text.encode())})
    assert shown.status_code == 200, shown.content.decode()[:3000]
    token = shown.context["import"]["kept"].token
    assert client.post(address, {"rows": token}).headers["Location"] == reverse(f"permits:{name}", args=[OWN])
    assert model.objects.filter(region=OWN).count() == 1
    wrong = client.post(address, {"file": SimpleUploadedFile("data.csv", text.replace("10710", "99999").encode())})
    assert wrong.status_code == 422
    assert "bukan kode KBLI" in wrong.content.decode()


def test_who_sees_the_pages_of_the_office(staff: dict[str, User]) -> None:
    reads = {"front": 200, "head": 200, "inspectorate": 200, "neighbour": 404, "": 302}
    keeps = {"front": 200, "head": 403, "inspectorate": 403, "neighbour": 404, "": 302}
    for name in ("letters", "realised", "oss", "systems", "potentials"):
        wanted = keeps if name == "potentials" else reads
        address = reverse(f"permits:{name}", args=[OWN])
        assert {who: client_of(staff.get(who)).get(address).status_code for who in wanted} == wanted, name


def test_the_office_enters_and_confirms_by_pages(staff: dict[str, User]) -> None:
    front, head = client_of(staff["front"]), client_of(staff["head"])
    sent = {
        "year": 2026, "quarter": 1, "business": "PT Contoh", "nib": BREAD.nib, "kbli": "10710", "capital": "pmdn",
        "planned": "9.000.000", "realised": "8.000.000", "workers": 3, "district": "",
    }  # fmt: skip
    address = reverse("permits:realised", args=[OWN])
    assert front.post(address, {**sent, "nib": "1"}).status_code == 422
    assert front.post(address, sent).status_code == 302
    key = Realised.objects.get(region=OWN).pk
    to = reverse("permits:judge-realised", args=[OWN, key])
    assert front.post(to, {"confirmed": "1"}).status_code == 403
    assert head.post(to, {"confirmed": "1"}).status_code == 302
    assert Realised.objects.get(region=OWN).state == RealisedState.CONFIRMED
    place = {"code": "lahan-1", "kind": "plot", "name": "Lahan", "source": "assumption", "kbli": "10710",
             "point": "-6,198 106,452"}  # fmt: skip
    assert front.post(reverse("permits:potentials", args=[OWN]), place).status_code == 302
    assert Potential.objects.get(region=OWN, code="lahan-1").latitude == Decimal("-6.19800")
    assert front.post(reverse("permits:potentials", args=[OWN]), {**place, "point": "di sana"}).status_code == 422
    assert front.post(reverse("permits:withdraw-potential", args=[OWN, "lahan-1"])).status_code == 302
    assert Client().get(reverse("permits:report-investment", args=[OWN])).status_code == 302


def test_what_was_decided_about_businesses_goes_out_as_a_file(world: World, staff: dict[str, User]) -> None:
    told = past()
    events = (*told.events[:-1], do.PastEvent(EventKind.REFUSED, NOW, by="head", reason="unmet"))
    given = [replace(told, answers={"kind": "new", "applicant": one}, events=events) for one in ("business", "person")]
    do.fill_past(by=OPERATOR, region=OWN, given=given, now=NOW)
    address = reverse("permits:recommended", args=[OWN])
    page = client_of(staff["front"]).get(address).content.decode()
    assert ("Pemohon Contoh 1" in page, "Pemohon Contoh 2" in page) == (True, False)
    assert [(key, rows) for _who, key, rows in readings("permits.case.person")] == [(OWN, 1)]
    assert client_of(staff["front"]).get(address, {"as": "xlsx"}).status_code == 200
    found = {
        who: client_of(staff.get(who)).get(address).status_code for who in ("head", "inspectorate", "neighbour", "")
    }
    assert found == {"head": 403, "inspectorate": 403, "neighbour": 404, "": 302}
