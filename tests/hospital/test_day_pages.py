"""The day through the pages: desk, nurse, doctor, pharmacy; board, phone and kiosk, which name nobody."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from unittest.mock import Mock
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from hospital.test_day import DESK, MINUTE, at, come
from hospital.world import DAY, GENERAL, HERE, MOTHER, TUESDAY, World
from kit.neighbours import own
from people.citizens import entered
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, Hospital, Replan, Session
from pilar.hospital.queries import following
from pilar.hospital.queries.records import readings
from pilar.hospital.rules.booking import Policy, arrive_by
from pilar.people.models import User
from pilar.platform.models import AuditEvent

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Clock:
    """What the server's clock says."""

    def __init__(self, world: World) -> None:
        self.world, self.now = world, at(world)

    def set(self, minutes: float) -> None:
        self.now = at(self.world, minutes)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(world: World, monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(world)
    monkeypatch.setattr("django.utils.timezone.now", made)
    return made


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=world.keys[name]), BACKEND)
    return client


def body(client: Client, name: str, *given: object) -> str:
    answer = client.get(reverse(name, args=given))
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def press(client: Client, name: str, *given: object, **sent: object) -> str:
    """Press a button; the page where it leads to."""
    answer = client.post(reverse(name, args=given), sent, follow=True)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def checked(client: Client, name: str, *given: object) -> str:
    """Send a page "check before you …" with its tick."""
    page = body(client, name, *given)
    seen = re.search(r'name="checked" value="([0-9a-f]+)"', page)
    assert seen
    return press(client, name, *given, checked=seen[1], agreed="on")


def test_a_day_from_the_desk_to_the_pharmacy(world: World, clock: Clock) -> None:
    Session.objects.update(release_at=[at(world) - 10 * DAY] * 4)
    codes = [world.book("desk", patient=world.stranger(n), asked=DESK) for n in range(2)]
    desk, nurse, doctor, pharmacy = (signed_in(world, one) for one in ("desk", "nurse", "doctor", "pharmacy"))
    session = world.session().pk
    clock.set(-10)
    for code in codes:
        assert "A-00" in press(desk, "hospital:desk", HERE, sought=code)
        press(desk, "hospital:act", code, "datang")
    clock.set(0)
    press(nurse, "hospital:call-next", session)
    assert "Sudah ada yang dipanggil" in press(nurse, "hospital:call-next", session)
    assert "sebelum melewatinya" in press(nurse, "hospital:act", codes[0], "lewati", chosen="not-there")
    press(nurse, "hospital:act", codes[0], "ulang", queue="1")
    assert nurse.post(reverse("hospital:act", args=[codes[0], "mulai"])).status_code == 403
    press(doctor, "hospital:act", codes[0], "mulai", queue="1")
    clock.set(8)
    press(doctor, "hospital:act", codes[0], "selesai", queue="1")
    press(doctor, "hospital:act", codes[0], "resep", chosen="racikan")
    assert "Obat racikan" in body(pharmacy, "hospital:pharmacy", HERE)
    for to, said in (("making", "Sedang disiapkan"), ("ready", "Siap diambil"), ("handed", "Sudah diserahkan")):
        watched = [
            reverse("hospital:place", args=codes[:1]),
            *[reverse("hospital:board", args=[HERE])][to == "making" :],
        ]
        tags = [Client().get(one).headers.get("ETag", "") for one in watched]
        press(pharmacy, "hospital:dispense", HERE, codes[0], to)
        for one, tag in zip(watched, tags, strict=True):
            assert Client().get(one, headers={"If-None-Match": tag}).status_code == 200, "it is not what they had"
        phone = body(Client(), "hospital:place", codes[0])
        assert ("Nomor di farmasi" in phone, said in phone) == (True, True)
        assert ("Obat yang dapat diambil" in body(Client(), "hospital:board", HERE)) is (to == "ready")
        clock.now += timedelta(minutes=1)
    shown = body(nurse, "hospital:visit", codes[0])
    assert "Sesuai giliran" in shown
    for client in (nurse, doctor, pharmacy):
        assert "Pasien 0" in body(client, "hospital:visit", codes[0]), "who treats asks whether it is them"
    assert reverse("hospital:visit", args=[codes[0]]) in body(pharmacy, "hospital:pharmacy", HERE)
    assert "treated" in [one.reason for one in readings(Booking.objects.get(code=codes[0]).patient_id)]
    assert [one.state for one in own(Booking).order_by("number")] == ["served", "arrived"]
    press(nurse, "hospital:act", codes[1], "pergi", chosen="left")
    clock.set(130)
    assert "berakhir" in checked(nurse, "hospital:end-session", session)
    assert world.session().state == "done"


def test_a_doctor_finds_their_own_sessions_first(world: World, clock: Clock) -> None:
    doctor, other = signed_in(world, "doctor"), world.session(clinic="jiwa")
    first = body(doctor, "hospital:day", HERE)
    assert (first.index("dr. Ana") < first.index("dr. Budi"), "milik Anda" in first) == (True, False)
    assert "Saya dokter" in body(doctor, "hospital:session", other.pk)
    assert "Saya dokter" not in press(doctor, "hospital:be-doctor", other.pk)
    own_first = body(doctor, "hospital:day", HERE)
    assert (own_first.index("dr. Budi") < own_first.index("dr. Ana"), own_first.count("milik Anda")) == (True, 1)
    press(doctor, "hospital:be-doctor", world.session().pk)
    changed = AuditEvent.objects.filter(action="be").latest("pk")
    assert (changed.before, changed.after) == ({"user": None}, {"user": world.keys["doctor"]})
    assert body(doctor, "hospital:day", HERE).count("milik Anda") == 1
    assert signed_in(world, "nurse").post(reverse("hospital:be-doctor", args=[other.pk])).status_code == 403
    assert "Saya dokter" not in body(signed_in(world, "nurse"), "hospital:session", other.pk)


def test_a_control_visit_is_offered_where_most_is_free(world: World, clock: Clock) -> None:
    (code,) = come(world, 1)
    doctor, friday = signed_in(world, "doctor"), world.session(TUESDAY + 10 * DAY)
    world.book("desk", patient=world.stranger(70), asked=DESK, session=friday.pk)
    do.call_next(by=world.who("nurse"), session=world.session().pk, now=at(world))
    do.start(by=world.who("doctor"), booking=code, now=at(world))
    page = body(doctor, "hospital:control", code)
    assert body(doctor, "hospital:control", code) + "?hari=7" != page
    week = doctor.get(reverse("hospital:control", args=[code]), {"hari": 7}).content.decode()
    offered = [int(one) for one in re.findall(r'name="session" value="(\d+)"', week)]
    tuesday = world.session(TUESDAY + 7 * DAY).pk
    assert (offered[0], offered[-1]) == (tuesday, friday.pk)
    key = re.search(r'name="key" value="([0-9a-f-]+)"', week)
    assert key
    sent = {"session": tuesday, "key": key[1], "reference": ""}
    for _twice in range(2):
        answer = doctor.post(f"{reverse('hospital:control', args=[code])}?hari=7", sent)
        assert answer.status_code == 302
    assert own(Booking).filter(session=tuesday).count() == 1


def test_a_doctor_looks_what_lateness_does_before_all_are_told(world: World, clock: Clock, told: list[object]) -> None:
    Session.objects.update(release_at=[at(world) - 10 * DAY] * 4)
    code = world.book(asked=GENERAL)
    clock.set(-30)
    doctor, key = signed_in(world, "doctor"), world.session().pk
    assert 'value="09:40"' in body(doctor, "hospital:late", key)
    clock.set(60)
    assert 'value="10:40"' in body(doctor, "hospital:late", key), "not a time that is over"
    clock.set(-30)
    answer = doctor.get(reverse("hospital:late", args=[key]), {"resume": "08:00", "until": "11:00"})
    assert "sebelum jadwal praktik dimulai" in answer.content.decode()
    answer = doctor.get(reverse("hospital:late", args=[key]), {"resume": "09:40", "until": "11:40"})
    assert answer["Location"] == reverse("hospital:replan", args=[key, "0940-1140"])
    assert "0; tanpa jam baru 40" in body(doctor, "hospital:replan", key, "0940-1140")
    assert not own(Replan).exists()
    assert "Dokter datang pukul 09.40" in checked(doctor, "hospital:replan", key, "0940-1140")
    assert (len(told), Booking.objects.get(code=code).at) == (1, at(world, 40))
    assert "09.40" in body(Client(), "hospital:place", code)
    ahead = [following.place(code, now=clock.now - timedelta(days=before)).counted for before in (0, 1)]
    assert ahead == [True, False], "who is ahead is told on the day"
    assert signed_in(world, "desk").get(reverse("hospital:late", args=[key])).status_code == 404


def test_no_hour_is_proposed_that_the_form_refuses(world: World, clock: Clock) -> None:
    key = world.session().pk
    for minutes, proposed in ((858, [("23:58", "23:59")]), (859, []), (15 * 60, [])):
        clock.set(minutes)
        page = body(signed_in(world, "doctor"), "hospital:late", key)
        found = [re.findall(rf'name="{name}"[^>]*value="([\d:]+)"|value="([\d:]+)"[^>]*name="{name}"', page)
                 for name in ("resume", "until")]  # fmt: skip
        assert [("".join(resume), "".join(until)) for resume, until in zip(*found, strict=True)] == proposed, minutes


def test_what_everybody_sees_names_nobody_and_no_disease(world: World, clock: Clock) -> None:
    Session.objects.update(release_at=[at(world) - 10 * DAY] * 4)
    discreet = world.session(clinic="jiwa")
    codes = [world.book(asked=GENERAL), world.book(asked=GENERAL, session=discreet.pk)]
    records = set(own(Booking).values_list("patient__record", flat=True))
    for code, session in zip(codes, (world.session(), discreet), strict=True):
        do.check_in(by=world.who("desk"), booking=code, key=uuid4(), now=at(world, -10))
        do.call_next(by=world.who("nurse"), session=session.pk, now=at(world))
    kiosk = Client()
    kiosk.cookies["hospital-kiosk"] = do.set_up_kiosk(by=world.who("desk"), hospital=HERE)
    pages = [
        Client().get(reverse("hospital:board", args=[HERE])),
        *(Client().get(reverse("hospital:place", args=[code])) for code in codes),
        kiosk.post(reverse("hospital:kiosk"), {"code": codes[1]}),
    ]
    assert [one.status_code for one in pages] == [200, 200, 200, 200]
    shown = [tuple(label in page.content.decode() for label in ("A-001", "H-001")) for page in pages]
    assert shown == [(True, True), (True, False), (False, True), (False, True)]
    for page in pages:
        found = page.content.decode()
        for said in (MOTHER.name, MOTHER.nik, MOTHER.card, MOTHER.phone, "Jiwa", "jiwa", "dr. Budi", *records):
            assert said not in found, said
    assert "Poli Terpadu" in pages[0].content.decode()


def test_no_public_page_and_no_paper_tells_of_a_patient(world: World, clock: Clock) -> None:
    """Schedules name clinics and doctors, but nobody who goes there; a slip lies about."""
    code = world.book(asked=GENERAL, session=world.session(clinic="jiwa").pk)
    record = own(Booking).get().patient.record
    for name, given in (
        ("home", []), ("hospital", [HERE]), ("clinic", [HERE, "dalam"]), ("clinic", [HERE, "jiwa"]), ("board", [HERE]),
    ):  # fmt: skip
        found = body(Client(), f"hospital:{name}", *given)
        for said in (MOTHER.name, MOTHER.nik, MOTHER.card, MOTHER.phone, record, code):
            assert said not in found, (name, said)
    mine = entered(Client(), "anak@contoh.invalid", "Anak")
    paper = body(mine, "hospital:slip", code)
    for said in ("Jiwa", "dr. Budi", MOTHER.name, MOTHER.nik, MOTHER.card, MOTHER.phone):
        assert said not in paper, said
    assert "Poli Terpadu" in paper
    assert "Jiwa" in body(mine, "hospital:booking", code)


def test_a_board_speaks_each_call_once_more_when_it_is_called_again(world: World, clock: Clock) -> None:
    (code,) = come(world, 1)
    do.call_next(by=world.who("nurse"), session=world.session().pk, now=at(world))
    first = re.findall(r'data-call="([\d.]+)"', body(Client(), "hospital:board", HERE))
    do.call_again(by=world.who("nurse"), booking=code, now=at(world, 1))
    again = re.findall(r'data-call="([\d.]+)"', body(Client(), "hospital:board", HERE))
    assert [len(first), len(again)] == [1, 1]
    assert first != again


def test_a_board_is_drawn_once_whatever_is_behind_its_address(
    world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = Mock(wraps=following.board)
    monkeypatch.setattr(following, "board", drawn)
    for behind in ("", "?x=1", "?x=2"):
        assert Client().get(reverse("hospital:board", args=[HERE]) + behind).status_code == 200
    assert drawn.call_count <= 1


@pytest.mark.parametrize("source", ["synthetic", "https://rsu.contoh.invalid/jadwal"])
def test_what_is_made_up_says_so_and_a_real_hospital_does_not(world: World, clock: Clock, source: str) -> None:
    Hospital.objects.filter(pk=HERE).update(source=source)
    kiosk, nurse, session = Client(), signed_in(world, "nurse"), world.session().pk
    kiosk.cookies["hospital-kiosk"] = do.set_up_kiosk(by=world.who("desk"), hospital=HERE)
    pages = [
        body(Client(), "hospital:board", HERE), body(kiosk, "hospital:kiosk"), body(kiosk, "hospital:draw"),
        body(nurse, "hospital:replan", session, "0940-1140"), body(nurse, "hospital:end-session", session),
    ]  # fmt: skip
    assert ["Data contoh" in page for page in pages] == [source == "synthetic"] * 5


def test_codes_are_not_found_by_trying(world: World, clock: Clock) -> None:
    client = Client()
    answers = [client.get(reverse("hospital:place", args=["A" * 12])).status_code for _try in range(25)]
    assert answers == [404] * 20 + [429] * 5
    right = reverse("hospital:place", args=[world.book()])
    for given in ({}, {"If-None-Match": "*"}):
        assert client.get(right, headers=given).status_code == 429, "a right one, too"


def test_a_kiosk_checks_in_and_knows_nothing_else(world: World, clock: Clock) -> None:
    code = world.book(asked=GENERAL)
    clock.set(-10)
    desk = signed_in(world, "desk")
    assert Client().get(reverse("hospital:kiosk")).status_code == 404
    answer = desk.post(reverse("hospital:set-up-kiosk", args=[HERE]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("hospital:kiosk"))
    assert desk.get(reverse("hospital:arrivals", args=[HERE])).status_code == 302  # signed out
    assert "Tidak ada booking" in desk.post(reverse("hospital:kiosk"), {"code": "B" * 12}).content.decode()
    assert (
        "Kedatangan Anda tercatat: A-001"
        in desk.post(reverse("hospital:kiosk"), {"code": code.lower()}).content.decode()
    )
    assert world.row().state == "arrived"
    again, end = signed_in(world, "desk"), reverse("hospital:end-kiosks", args=[HERE])
    assert end in body(again, "hospital:arrivals", HERE)
    seen = re.search(r'name="checked" value="(\w+)"', again.get(end).content.decode())
    assert seen
    assert again.post(end, {"checked": seen[1]})["Location"] == reverse("hospital:arrivals", args=[HERE])
    assert desk.get(reverse("hospital:kiosk")).status_code == 404
    assert signed_in(world, "nurse").get(end).status_code == 404


def test_who_has_no_booking_draws_a_number_of_today_at_the_kiosk(world: World, clock: Clock) -> None:
    clock.set(-5)
    device, address = Client(), reverse("hospital:draw")
    assert device.get(address).status_code == 404
    device.cookies["hospital-kiosk"] = do.set_up_kiosk(by=world.who("desk"), hospital=HERE)
    assert address in body(device, "hospital:kiosk")
    page, leaves = body(device, "hospital:draw"), f'content="60; url={reverse("hospital:kiosk")}"'
    assert (f'value="{world.session().pk}"' in page, "Jiwa" in page, "dr." in page) == (True, False, False)
    sent = {"session": world.session().pk, "sought": "3603 0145 0150 0001", "born": "1950-01-05", "payer": "general",
            "visit": "1", "key": str(uuid4())}  # fmt: skip
    assert leaves not in page
    for wrong in ({"born": "1950-01-06"}, {"sought": "9999"}, {"payer": "bpjs"}):
        answer = device.post(address, {**sent, **wrong})
        assert (answer.status_code, leaves in answer.content.decode()) == (422, True)
        assert "no-store" in answer["Cache-Control"]
    assert not own(Booking).exists()
    for _twice in range(2):
        page = device.post(address, sent).content.decode()
        assert ("A-001" in page, leaves in page) == (True, True)
    row = own(Booking).get()
    assert (row.channel, row.state, row.patient_id, row.priority) == ("kiosk", "arrived", world.patient, "elderly")
    other = {**sent, "session": world.session(TUESDAY + DAY).pk, "key": str(uuid4())}
    assert device.post(address, other).status_code == 422, "of today alone"


def test_who_waits_long_anyway_leaves_home_later_but_never_loses_the_place(world: World) -> None:
    due = at(world)
    told = [(arrive_by(due, late and due + late * MINUTE, Policy(arrive=30)) - due) / MINUTE for late in (None, 20, 90)]
    assert told == [-30, -10, 0]


def test_a_patient_follows_their_number_and_agrees_to_come_earlier(world: World, clock: Clock) -> None:
    code = world.book(asked=GENERAL)
    clock.set(-200)
    page = body(Client(), "hospital:place", code)
    assert "08.30" in page  # half an hour before nine
    assert "bersedia" not in page
    mine = entered(Client(), "anak@contoh.invalid", "Anak")
    assert "bersedia" in body(mine, "hospital:place", code)
    press(mine, "hospital:place", code, agreed="on")
    assert world.row().may_come_earlier


@pytest.mark.parametrize("who", ["elsewhere", "privacy", "health"])
def test_nobody_else_sees_the_pages_of_work(world: World, clock: Clock, who: str) -> None:
    (code,) = come(world, 1)
    client = signed_in(world, who)
    session = world.session().pk
    for name, given in (
        ("day", [HERE]), ("arrivals", [HERE]), ("session", [session]), ("visit", [code]), ("control", [code]),
        ("late", [session]), ("replan", [session, "0940-1140"]), ("end-session", [session]), ("pharmacy", [HERE]),
    ):  # fmt: skip
        assert client.get(reverse(f"hospital:{name}", args=given)).status_code == 404, name
    for name, given in (("call-next", [session]), ("act", [code, "ulang"]), ("set-up-kiosk", [HERE])):
        assert client.post(reverse(f"hospital:{name}", args=given)).status_code == 404, name


def test_who_stands_at_the_desk_gets_a_number_and_waits_at_once(world: World, clock: Clock) -> None:
    Session.objects.update(release_at=[at(world) - 10 * DAY] * 4)
    clock.set(-5)
    desk, address = signed_in(world, "desk"), reverse("hospital:book", args=[world.session().pk])
    page = desk.get(address, {"pasien": world.patient}).content.decode()
    hidden = dict(re.findall(r'name="(checked|key)" value="([0-9a-f-]+)"', page))
    sent = {**hidden, "payer": "general", "visit": "1", "here": "on"}
    assert desk.post(f"{address}?pasien={world.patient}", sent).status_code == 302
    row = own(Booking).get()
    assert (row.state, row.channel, row.arrived_at) == ("arrived", "desk", clock.now)
