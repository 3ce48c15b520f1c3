"""Minutes of a visit come from a phone that had no line: once, with their photographs, from the visitor alone."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evidence import samples
from people.citizens import ask, code_of, entered
from permits.test_case_pages import checked, officer
from permits.test_exif import photograph
from permits.test_levy_pages import pdf
from permits.world import DAY, NOW, NURSE, OWN, World, definition, publish
from pilar.areas.reference import today_in
from pilar.people import operations as people
from pilar.people.models import Notice, PublicCode
from pilar.people.public import CodeRefused
from pilar.people.queries.public import opened
from pilar.people.rules import PUBLIC, NotAllowed, NotFound
from pilar.permits import operations
from pilar.permits.models import CaseEvent, CaseFile, Task
from pilar.permits.operations import visiting
from pilar.permits.queries import cases
from pilar.permits.queries.visits import visits
from pilar.permits.rules.cases import CaseElsewhere, EventKind
from reports.reading import words

AT = ("visit",)


@pytest.fixture
def visited(world: World) -> World:
    world.submit(beds=12)
    world.accept(NOW)
    return world


def send(client: Client, world: World, *records: dict[str, Any], who: str = "surveyor") -> Any:
    return client.post(
        reverse("permits:take-visit", args=[world.case, *AT]), json.dumps({"records": records}),
        content_type="application/json", headers={"X-Outbox-Account": str(world.keys[who])},
    )  # fmt: skip


def record(files: dict[str, str] | None = None, **changed: list[str]) -> dict[str, Any]:
    moment = f"{timezone.now().isoformat()}"
    content = {
        "day": [f"{today_in('36.03', timezone.now()):%Y-%m-%d}"], "found": ["Sesuai"], "present": ["Fatimah"],
        "agreed": ["on"], "remarks": [""], "device": [""], **changed,
    }  # fmt: skip
    sent = {"key": str(uuid4()), "began_at": moment, "ended_at": moment, "content": content}
    return {**sent, "files": files, "content": {**content, "photos": [*files]}} if files else sent


def held(client: Client, world: World) -> str:
    file = io.BytesIO(samples.png(40, 30))
    file.name = "lokasi.png"
    answer = client.post(
        reverse("permits:hold-photo", args=[world.case, *AT]), {"file": file},
        headers={"X-Outbox-Account": str(world.keys["surveyor"])},
    )  # fmt: skip
    return str(answer.json()["held"])


def test_the_page_names_nobody(visited: World) -> None:
    page = officer(visited, "surveyor").get(reverse("permits:visit", args=[visited.case, *AT]))
    assert page.status_code == HTTPStatus.OK
    said = page.content.decode()
    assert visited.row().number in said
    assert "Fatimah" not in said
    link = officer(visited, "surveyor").get(reverse("permits:desk-case", args=[visited.case])).content.decode()
    assert reverse("permits:visit", args=[visited.case, *AT]) in link


def test_minutes_with_photographs_are_stored_once(visited: World) -> None:
    client = officer(visited, "surveyor")
    one = record({str(uuid4()): held(client, visited)})
    assert send(client, visited, one).json() == {"stored": 1, "known": 0, "refused": []}
    assert send(client, visited, one).json() == {"stored": 0, "known": 1, "refused": []}
    assert Task.objects.get(case=visited.case, stage="visit").outcome == "done"
    done = CaseEvent.objects.get(case=visited.case, kind=EventKind.DONE, stage="visit")
    assert (done.facts["found"], done.facts["agreed"]) == ("Sesuai", True)
    assert CaseFile.objects.get(case=visited.case, requirement="visit-1").media_type == "image/png"


def test_when_and_where_a_photograph_was_added_is_kept_as_the_device_says_it(visited: World) -> None:
    client = officer(visited, "surveyor")
    with_place, without, odd = (str(uuid4()) for _ in range(3))
    device = json.dumps({
        with_place: {"at": "2026-03-03T03:12:05.123Z", "point": "-6.17010, 106.64030", "metres": 12},
        without: {"at": "2026-03-03T03:13:00.000Z", "point": "di sana"}, str(uuid4()): {"at": "2026-03-03T03:13:00Z"},
    })  # fmt: skip
    files = {key: held(client, visited) for key in (with_place, without, odd)}
    assert send(client, visited, record(files, device=[device])).json()["stored"] == 1
    done = CaseEvent.objects.get(case=visited.case, kind=EventKind.DONE, stage="visit")
    assert done.facts["photos"] == {
        "visit-1": {"at": "2026-03-03T03:12:05.123000+00:00", "point": "-6.17010, 106.64030", "metres": 12},
        "visit-2": {"at": "2026-03-03T03:13:00+00:00"},
        "visit-3": {},
    }
    said = officer(visited, "front").get(reverse("permits:desk-case", args=[visited.case])).content.decode()
    assert "geo:-6.17010,106.64030" in said
    assert "(± 12 m)" in said


@pytest.mark.parametrize("said", ["{", "[]", "null", '{"x": 1}', '{"%s": {"at": "gestern"}}'])
def test_what_a_device_says_and_nobody_can_read_is_left_out(visited: World, said: str) -> None:
    client, key = officer(visited, "surveyor"), str(uuid4())
    one = record({key: held(client, visited)}, device=[said.replace("%s", key)])
    assert send(client, visited, one).json()["stored"] == 1
    done = CaseEvent.objects.get(case=visited.case, kind=EventKind.DONE, stage="visit")
    assert done.facts["photos"] == {"visit-1": {}}


def test_visits_stand_in_the_order_of_the_way(world: World) -> None:
    form = definition()["form"]
    form["properties"]["coordinates"] = {"type": "string", "format": "point", "title": "Koordinat"}
    form["properties"]["place"]["x-place"] = True
    publish(given=definition(key="sip-tempat", form=form))
    numbers = []
    for place, coordinates in (
        ("Tigaraksa", "-6.26500, 106.46800"), ("Serpong", "-6.30000, 106.66000"), ("Balaraja", "6,198 LS; 106,452 BT"),
        ("Entah", ""),
    ):  # fmt: skip
        world.case = 0
        world.begin(service="sip-tempat")
        world.submit(beds=12, place=place, **({"coordinates": coordinates} if coordinates else {}))
        world.accept(NOW)
        numbers.append(place)
    by = world.who("surveyor")
    assert [(one.place, one.number) for one in visits("36.03", scope=by, now=NOW)] == [
        ("Tigaraksa", 1), ("Balaraja", 2), ("Serpong", 3), ("Entah", 0),
    ]  # fmt: skip
    client = officer(world, "surveyor")
    page = client.get(reverse("permits:visits", args=["36.03"]), {"start": "-6,30 106,65"}).content.decode()
    places = [page.index(f"{one}<div><a href") for one in ("Serpong", "Tigaraksa", "Balaraja")]
    assert places == sorted(places)
    assert ">1,1<" in page.replace(" ", ""), "kilometres from the start"
    assert "Fatimah" not in page
    assert "geo:-6.19800,106.45200" in page
    wrong = client.get(reverse("permits:visits", args=["36.03"]), {"start": "di sana"}).content.decode()
    assert "Ini bukan tempat di Indonesia" in wrong
    desk = client.get(reverse("permits:desk", args=["36.03"])).content.decode()
    assert reverse("permits:visits", args=["36.03"]) in desk
    assert officer(world, "neighbour").get(reverse("permits:visits", args=["36.03"])).status_code == 404


def test_what_is_refused_is_told_and_nothing_is_stored(visited: World) -> None:
    client = officer(visited, "surveyor")
    (refused,) = send(client, visited, record(found=[""])).json()["refused"]
    assert [one["place"] for one in refused["faults"]] == ["found"]
    (late,) = send(client, visited, record(day=["2099-01-01"])).json()["refused"]
    assert [one["place"] for one in late["faults"]] == ["day"]
    assert visited.open_stages() == {"health", "visit"}


@pytest.mark.parametrize("who", ["front", "elsewhere", "neighbour"])
def test_others_neither_see_the_page_nor_send(visited: World, who: str) -> None:
    client = officer(visited, who)
    assert client.get(reverse("permits:visit", args=[visited.case, *AT])).status_code == HTTPStatus.NOT_FOUND
    (refused,) = send(client, visited, record(), who=who).json()["refused"]
    assert refused["faults"]
    assert visited.open_stages() == {"health", "visit"}


def test_minutes_are_read_by_both_sides_and_signed_by_the_applicant(visited: World) -> None:
    visited.visit(NOW + DAY)
    nurse, desk = visited.who("nurse"), reverse("permits:desk-case", args=[visited.case])
    page = officer(visited, "back").get(desk).content.decode()
    assert "Ruang praktik sesuai" in page, "who decides reads what was found"
    assert "belum" in page.partition("Ditandatangani pemohon")[2][:300]
    client = entered(Client(), "fatimah@contoh.invalid")
    own = reverse("permits:own-case", args=[visited.case])
    assert "Ruang praktik sesuai" in client.get(own).content.decode()
    address = reverse("permits:sign-minutes", args=[visited.case, "visit"])
    assert address in client.get(own).content.decode()
    refused = checked(client, address, answer="no")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, "what is not right has to be said"
    assert checked(client, address, answer="no", remarks="Ruang dua belum dilihat").status_code == HTTPStatus.FOUND
    again = client.get(address)
    assert (again.status_code, again["Location"]) == (HTTPStatus.FOUND, own), "they are signed once"
    row = cases.officers_case(visited.case, scope=visited.who("back"), now=timezone.now()).minutes[0]
    assert (row.signed_agreed, row.signed_remarks) == (False, "Ruang dua belum dilihat")
    assert Notice.objects.get(kind="permits.minutes", user=visited.keys["back"]).address == desk
    assert "Ruang dua belum dilihat" in officer(visited, "back").get(desk).content.decode()
    with pytest.raises(CaseElsewhere):
        operations.sign_minutes(by=nurse, case=visited.case, stage="visit", agreed=True, now=NOW + DAY)
    for one, name in ((client, ""), (officer(visited, "back"), row.by)):
        said = words(pdf(one.get(reverse("permits:minutes", args=[visited.case, "visit"]))))
        assert all(text in said for text in ("Ruang praktik sesuai", "Ruang dua belum dilihat", name))
    stranger = entered(Client(), "rahmat@contoh.invalid")
    for name in ("sign-minutes", "minutes"):
        assert stranger.get(reverse(f"permits:{name}", args=[visited.case, "visit"])).status_code == 404


def test_who_came_to_the_counter_signs_by_a_code(world: World) -> None:
    front = world.who("front")
    world.case = operations.begin_at_counter(by=front, region=OWN, service="sip-perawat", kind="new", now=NOW)
    world.fill("front", person=replace(NURSE, email="siti@contoh.invalid"), beds=30)
    world.attach("ktp", "str", who="front")
    number = operations.submit(by=front, case=world.case, key=uuid4(), now=NOW)
    world.accept()
    client, asked = Client(), {"number": number, "digits": NURSE.identity[-4:]}
    tracking, code = reverse("permits:tracking"), reverse("permits:minutes-code")
    sign = reverse("permits:sign-minutes-by-code")
    assert "Kirimkan kode" not in client.post(tracking, asked).content.decode()
    assert client.post(tracking, {**asked, "do": "sign"}).status_code == HTTPStatus.OK, "nothing waits yet"
    world.visit(NOW + DAY)
    assert "Kirimkan kode" in client.post(tracking, asked).content.decode()
    assert client.get(sign)["Location"] == tracking
    assert client.post(tracking, {**asked, "do": "sign"})["Location"] == code
    assert client.get(sign)["Location"] == code, "the minutes are shown to who has the code"
    sent = PublicCode.objects.latest("asked_at")
    assert opened(sent.contact) == "siti@contoh.invalid"
    assert client.post(code, {"code": "000000"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(code, {"code": opened(sent.code)})["Location"] == sign
    assert "Ruang praktik sesuai" in client.get(sign).content.decode()
    assert checked(client, sign, answer="yes").status_code == HTTPStatus.FOUND
    signed = CaseEvent.objects.get(case=world.case, kind=EventKind.MINUTES)
    assert (signed.facts["how"], signed.facts["channel"], signed.facts["agreed"]) == ("code", "email", True)
    assert "Kirimkan kode" not in client.post(tracking, asked).content.decode()
    said = words(pdf(officer(world, "back").get(reverse("permits:minutes", args=[world.case, "visit"]))))
    assert "dengan kode yang dikirim ke alamat atau nomor dalam permohonan" in said
    given = {"case": world.case, "stage": "visit", "agreed": True, "now": timezone.now()}
    with pytest.raises(NotAllowed):
        operations.sign_minutes_by_code(by=front, reference=sent.pk, **given)
    with pytest.raises(CaseElsewhere):
        operations.sign_minutes_by_code(by=PUBLIC, reference=sent.pk, **given)


def test_a_code_that_went_elsewhere_signs_nothing(visited: World) -> None:
    visited.visit(NOW + DAY)
    code = ask("lain@contoh.invalid", now=NOW + DAY)
    people.enter_code(reference=code, code=code_of(code), now=NOW + DAY)
    given = {"case": visited.case, "stage": "visit", "agreed": True, "by": PUBLIC}
    with pytest.raises(NotFound):
        operations.sign_minutes_by_code(reference=code, now=NOW + DAY, **given)
    with pytest.raises(CodeRefused):
        operations.sign_minutes_by_code(reference=code, now=NOW + 2 * DAY, **given)


def test_a_second_visit_waits_for_a_signature_of_its_own(visited: World) -> None:
    nurse = {"by": visited.who("nurse"), "case": visited.case, "stage": "visit"}
    visited.visit(NOW + DAY)
    operations.sign_minutes(agreed=True, now=NOW + DAY, **nurse)
    operations.send_back(
        by=visited.who("technical"), case=visited.case, stage="health", to="check", reason="recheck", now=NOW + DAY
    )
    operations.check_again(by=visited.who("front"), case=visited.case, stage="check", text="Ulang", now=NOW + DAY)
    visited.visit(NOW + 2 * DAY)
    assert cases.own_case(visited.case, scope=visited.who("nurse"), now=NOW + 2 * DAY).minutes[0].signed_at is None
    operations.sign_minutes(agreed=True, now=NOW + 2 * DAY, **nurse)


def test_minutes_are_written_at_the_desk_too(visited: World) -> None:
    client = officer(visited, "surveyor")
    address = reverse("permits:act", args=[visited.case, "berita-acara", "visit"])
    given = {"day": "2/3/2026", "found": "Sesuai", "present": "Fatimah"}
    assert checked(client, address, **given).status_code == HTTPStatus.FOUND
    assert CaseEvent.objects.get(case=visited.case, kind=EventKind.DONE, stage="visit").facts["agreed"] is True


def test_what_a_photograph_says_itself_stands_beside_what_the_device_says(
    visited: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visiting, "first_bytes", lambda _key, _most: photograph())
    client = officer(visited, "surveyor")
    name = str(uuid4())
    device = {name: {"at": "2026-03-03T06:15:00Z", "point": "-6.18009, 106.64036", "metres": 12}}
    send(client, visited, record({name: held(client, visited)}, device=[json.dumps(device)]))
    row = cases.officers_case(visited.case, scope=visited.who("surveyor"), now=timezone.now())
    photo = next(one for one in row.files if one.requirement == "visit-1")
    assert (photo.name, photo.asked) == ("Peninjauan: foto 1", False)
    assert photo.device["own"] == {"at": "2026-03-03T10:15:00+07:00", "point": "-6.17009, 106.64036"}
    assert (photo.hours_apart, photo.metres_apart) == (3, 1_100)
    page = officer(visited, "back").get(reverse("permits:desk-case", args=[visited.case])).content.decode()
    assert "Selisih 3 jam" in page
    assert "Selisih 1100 m" in page
    own = entered(Client(), "fatimah@contoh.invalid").get(reverse("permits:own-case", args=[visited.case]))
    assert reverse("permits:add-file", args=[visited.case, "visit-1"]) not in own.content.decode()


def test_who_came_to_the_counter_is_told_how_to_sign_while_they_can(world: World) -> None:
    front = world.who("front")
    world.case = operations.begin_at_counter(by=front, region=OWN, service="sip-perawat", kind="new", now=NOW)
    world.fill("front", beds=30)
    world.attach("ktp", "str", who="front")
    operations.submit(by=front, case=world.case, key=uuid4(), now=NOW)
    world.accept()
    world.visit(NOW + DAY)
    client, page = officer(world, "front"), reverse("permits:desk-case", args=[world.case])
    hint = "dengan kode yang dikirim"
    assert hint in client.get(page).content.decode()
    operations.withdraw_case(by=front, case=world.case, now=NOW + DAY)
    shown = client.get(page).content.decode()
    assert ("Berita acara" in shown, hint in shown) == (True, False)
