"""A daughter books, moves and cancels for her mother by phone; the desk and who keeps the schedules, by their pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hospital.browsing import checked, hidden, to
from hospital.world import GENERAL, HERE, THERE, World
from people.citizens import entered
from pilar.areas.reference import today_in
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, Clinic, Leave, Patient, PolicyVersion, Session, Waiting, WeeklySession
from pilar.hospital.queries.patients import relatives
from pilar.hospital.rules.booking import Asked, Channel, Payer, Visit
from pilar.people import operations as people
from pilar.people.models import User
from pilar.people.queries import acting_for
from pilar.people.queries.public import actor_of
from pilar.people.rules import SCHEDULE, Standing

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PERSON = {"name": "Siti Aminah", "nik": "3603014501500001", "birth_date": "1950-01-05", "sex": "P"}


@pytest.fixture
def coming(world: World) -> World:
    """The sessions of the days to come, as they are when the pages are read."""
    do.open_sessions(by=SCHEDULE, now=timezone.now())
    return world


@pytest.fixture
def phone(coming: World) -> Client:
    return entered(Client(), "anak@contoh.invalid")


@pytest.fixture
def of(coming: World) -> Callable[[str], Client]:
    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=coming.keys[name]), BACKEND)
        return client

    return signed_in


def next_session(after: int = 2) -> Session:
    """One that can be booked, and begins some days from now."""
    since = timezone.now() + timedelta(days=after)
    found = Session.objects.filter(hospital=HERE, clinic__code="dalam", starts_at__gt=since).order_by("starts_at")
    return found[0]


def test_a_patient_finds_the_way_from_the_front_page(coming: World) -> None:
    """To the sign-in, by links alone."""
    client, address = Client(), reverse("portal:front")
    for then in (to("home"), to("hospital", HERE), to("clinic", HERE, "dalam"), to("book", next_session().pk)):
        assert f'href="{then}"' in client.get(address).content.decode()
        address = then
    assert client.get(address)["Location"].startswith(reverse("people:citizen-sign-in"))


def test_everybody_reads_schedules_and_seats(coming: World) -> None:
    client, session = Client(), next_session()
    assert HERE in client.get(to("home")).content.decode()
    assert "Penyakit Dalam" in client.get(to("hospital", HERE)).content.decode()
    page = client.get(to("clinic", HERE, "dalam")).content.decode()
    assert to("book", session.pk) in page
    assert "dr. Ana" in page
    soon, later = page.split("<details", 1)
    assert to("book", session.pk) in soon
    shown = [len(re.findall(r"Sisa tempat", part)) for part in (soon, later)]
    assert 1 <= shown[0] <= 7 < shown[1], "the next days stand there, the later ones are folded"
    assert client.get(to("book", session.pk)).status_code == HTTPStatus.FOUND  # to the sign-in
    assert client.get(to("clinic", HERE, "tidak-ada")).status_code == HTTPStatus.NOT_FOUND


def test_a_daughter_books_for_her_mother(coming: World, phone: Client) -> None:
    session, now = next_session(), timezone.now()
    daughter = coming.who("daughter")
    people.declare_proxy(by=daughter, name="Siti Aminah", reason="Ibu saya", purpose="hospital",
                         valid_until=now.date() + timedelta(days=90), now=now)  # fmt: skip
    mother = acting_for(daughter, purpose="hospital", now=now)[1].account
    Patient.objects.filter(pk=coming.patient).update(nik_hash="", card_hash="")  # she has used her mother's numbers
    whom = phone.get(to("book", session.pk)).content.decode()
    assert f"?untuk={mother}" in whom
    address = f"{to('book', session.pk)}?untuk={mother}"
    asked = phone.get(address)
    assert asked.status_code == HTTPStatus.FOUND
    kept = phone.post(asked["Location"], PERSON)
    assert kept["Location"] == address
    assert 'name="disabled"' in phone.get(address).content.decode()
    refused = checked(phone, address, payer="bpjs", visit="1")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    done = checked(phone, address, payer="bpjs", visit="1", reference="1001R001012600001 12".replace(" ", ""))
    row = Booking.objects.get(session=session)
    assert (done.status_code, done["Location"]) == (HTTPStatus.FOUND, to("booking", row.code))
    assert (row.number, row.priority, row.new, row.channel, row.payer) == (1, "elderly", True, "app", "bpjs")
    page = phone.get(to("booking", row.code)).content.decode()
    assert "<svg" in page
    assert "A-001" in page
    assert row.code in page
    assert ("surat kontrol" in page, "surat jaminan" in page) == (True, False), "what who pays asks her to bring"
    assert "Siti Aminah" in phone.get(to("own-bookings")).content.decode()
    assert b"A-001" in phone.get(to("calendar", row.code)).content
    assert "Siti" not in phone.get(to("slip", row.code)).content.decode()
    again = phone.get(address, follow=True)  # the way back of the browser, or forgotten the day after
    assert again.redirect_chain == [(to("booking", row.code), HTTPStatus.FOUND)]
    assert "Sudah terdaftar dalam sesi ini: nomor A-001" in again.content.decode()


def book(world: World, session: Session, who: str = "daughter", asked: Asked = GENERAL) -> Booking:
    code = do.book(
        by=world.who(who), session=session.pk, patient=world.patient, asked=asked, key=uuid4(), now=timezone.now()
    ).code
    return Booking.objects.get(code=code)


def test_she_moves_and_cancels(coming: World, phone: Client) -> None:
    session = next_session()
    row, later = book(coming, session), next_session(5)
    assert to("move-to", row.code, later.pk) in phone.get(to("move", row.code)).content.decode()
    there = to("move-to", row.code, later.pk)
    told = phone.get(there).content.decode()
    assert f"Sekarang: A-00{row.number}" in told
    assert "Waktu Anda bila tidak didahului orang lain:" in told
    sent = {**hidden(phone.get(there)), "agreed": "on"}
    moved, again = phone.post(there, sent), phone.post(there, sent)  # a second click
    new = Booking.objects.get(moved_from=row)
    assert moved["Location"] == again["Location"] == to("booking", new.code)
    old = phone.get(to("booking", row.code)).content.decode()
    assert to("booking", new.code) in old, "a bookmark leads on"
    assert to("calendar", row.code) not in old
    cancelled = checked(phone, to("cancel", new.code), reason="Sudah sembuh")
    assert cancelled["Location"] == to("own-bookings")
    assert Booking.objects.filter(state="booked").count() == 0
    assert to("booking", new.code) not in phone.get(to("booking", row.code)).content.decode(), "it leads nowhere"
    again = phone.get(to("cancel", new.code))
    assert again.status_code == HTTPStatus.FOUND


def test_her_visits_are_listed_with_the_next_first(coming: World, phone: Client) -> None:
    rows = [book(coming, next_session(after)) for after in (15, 1, 8)]
    Booking.objects.filter(pk=rows[2].pk).update(state="cancelled")
    page = phone.get(to("own-bookings")).content.decode()
    assert sorted(rows, key=lambda row: page.index(to("booking", row.code))) == [rows[1], rows[0], rows[2]]


@pytest.mark.parametrize(("state", "followed"), [("served", True), ("cancelled", False), ("absent", False)])
def test_who_was_served_follows_their_medicine(coming: World, phone: Client, state: str, followed: bool) -> None:
    row = book(coming, next_session())
    now = timezone.now()
    Booking.objects.filter(pk=row.pk).update(state=state, arrived_at=now, started_at=now, ended_at=now)
    page = phone.get(to("booking", row.code)).content.decode()
    shown = [to(name, row.code) in page for name in ("place", "slip", "calendar")]
    assert shown == [followed, False, False]


def test_a_booking_is_nobody_elses(coming: World, phone: Client, of: Callable[[str], Client]) -> None:
    row = book(coming, next_session())
    other = entered(Client(), "lain@contoh.invalid")
    names = ("booking", "slip", "calendar", "move", "cancel")
    for client in (other, of("elsewhere"), of("health")):
        assert {client.get(to(one, row.code)).status_code for one in names} == {HTTPStatus.NOT_FOUND}
    assert Client().get(to("booking", row.code)).status_code == HTTPStatus.FOUND
    assert Client().get(to("slip", row.code)).status_code == HTTPStatus.NOT_FOUND


def test_a_session_that_takes_nobody_says_so_before_a_form_is_filled_in(coming: World, phone: Client) -> None:
    """From a bookmark, or a list that was opened an hour ago; a form that was open then is answered by its key."""
    session, who = next_session(), f"untuk={coming.who('daughter').citizen}"
    address = f"{to('book', session.pk)}?{who}"
    given = {**hidden(phone.get(address)), "payer": "general", "visit": "1"}
    far = Session.objects.filter(hospital=HERE, clinic__code="dalam").latest("day")  # further than its clinic opens
    for state in ("closed", "cancelled", "done"):
        Session.objects.filter(pk=session.pk).update(state=state)
        page = phone.get(address).content.decode()
        assert ("Pendaftaran untuk sesi ini sudah ditutup" in page, 'name="payer"' in page) == (True, False)
        assert phone.post(address, given).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = phone.get(f"{to('book', far.pk)}?{who}").content.decode()
    assert ("Pendaftaran untuk hari itu dibuka pada" in page, 'name="payer"' in page) == (True, False)
    Session.objects.filter(pk=session.pk).update(state="open")
    booked = phone.post(address, given)
    Session.objects.filter(pk=session.pk).update(state="closed")
    assert phone.post(address, given)["Location"] == booked["Location"], "sent twice, over a weak line"
    code = Booking.objects.get(session=session).code
    assert checked(phone, to("cancel", code), reason="x").status_code == HTTPStatus.FOUND
    assert phone.get(to("letter", code))["Location"] == to("booking", code)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"phone": "tidak ada"}, "Isi nomor telepon dengan angkanya"),
        ({"phone": "0812"}, "Isi nomor telepon dengan angkanya"),
        ({"birth_date": "2090-01-01"}, "Tanggal lahir terletak antara 1900 dan hari ini"),
    ],
)
def test_a_slip_of_the_pen_is_told(coming: World, wrong: dict[str, str], said: str) -> None:
    new = entered(Client(), "baru@contoh.invalid", "Baru")
    account = re.findall(r"untuk=(\d+)", new.get(to("book", next_session().pk)).content.decode())[0]
    address = to("person", HERE, account)
    told = new.post(address, {"name": "Baru", "birth_date": "1990-01-01", **wrong})
    assert (told.status_code, said in told.content.decode()) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    right = {"name": "Baru", "birth_date": "1990-01-01", "phone": "+62 812-3456–7890"}
    assert new.post(address, right).status_code == HTTPStatus.FOUND


def test_who_is_disabled_says_so_when_booking(coming: World, phone: Client) -> None:
    address = f"{to('book', next_session().pk)}?untuk={coming.who('daughter').citizen}"
    assert checked(phone, address, payer="general", visit="1", disabled="on").status_code == HTTPStatus.FOUND
    assert Booking.objects.get(patient=coming.patient).priority == "disabled"


def test_she_waits_for_a_place(coming: World, phone: Client) -> None:
    clinic = Clinic.objects.get(hospital=HERE, code="dalam")
    session = next_session(3)
    given = {"patient": coming.patient, "payer": "general", "visit": "1", "first_day": session.day.isoformat(),
             "last_day": session.day.isoformat()}  # fmt: skip
    assert phone.post(to("wait", clinic.pk), given)["Location"] == to("own-bookings")
    assert phone.post(to("wait", clinic.pk), given).status_code == HTTPStatus.CONFLICT
    do.offer_places(by=SCHEDULE, now=timezone.now())
    row = Waiting.objects.get(hospital=HERE)
    assert to("take-offer", row.pk) in phone.get(to("own-bookings")).content.decode()
    assert phone.post(to("take-offer", row.pk)).status_code == HTTPStatus.FOUND
    assert phone.post(to("leave-waiting", row.pk)).status_code == HTTPStatus.FOUND
    assert Booking.objects.get(session=session).state == "booked"


def test_the_desk_finds_registers_and_books(coming: World, of: Callable[[str], Client]) -> None:
    desk, session = of("desk"), next_session()
    found = desk.post(to("desk", HERE), {"sought": "3603014501500001"})
    assert found["Location"] == to("desk-patient", coming.patient)
    assert desk.post(to("desk", HERE), {"sought": "9999999999999999"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    made = desk.post(to("register", HERE), {"name": "Budi", "nik": "3603014501600002", "birth_date": "1960-01-05"})
    patient = Patient.objects.latest("pk")
    assert made["Location"] == to("desk-patient", patient.pk)
    for sent, said in (({"nik": "3603014501600002"}, "sudah dikenal di sini"), ({}, "Pasien telah didaftarkan")):
        other = {"name": "Budi Baru", "birth_date": "1960-01-05", **sent}
        assert said in desk.post(to("register", HERE), other, follow=True).content.decode()
    page = desk.get(to("clinic", HERE, "dalam") + f"?pasien={patient.pk}").content.decode()
    address = f"{to('book', session.pk)}?pasien={patient.pk}"
    assert address in page
    assert checked(desk, address, payer="general", visit="1", priority="disabled").status_code == HTTPStatus.FOUND
    row = Booking.objects.get(patient=patient)
    assert (row.channel, row.priority, row.new) == ("desk", "disabled", False)
    assert desk.post(to("desk", HERE), {"sought": row.code})["Location"] == to("visit", row.code)
    assert "A-001" in desk.get(to("desk-patient", patient.pk)).content.decode()
    assert of("nurse").get(to("desk", HERE)).status_code == HTTPStatus.NOT_FOUND
    assert of("elsewhere").get(to("desk-patient", patient.pk)).status_code == HTTPStatus.NOT_FOUND


def test_the_desk_joins_two_rows(coming: World, of: Callable[[str], Client]) -> None:
    desk, one = of("desk"), coming.stranger(1)
    record = Patient.objects.get(pk=one).record
    found = desk.post(to("desk-patient", coming.patient), {"sought": record})
    assert found["Location"] == to("merge", one, coming.patient)
    assert checked(desk, found["Location"])["Location"] == to("desk-patient", coming.patient)
    assert Patient.objects.get(pk=one).merged_into_id == coming.patient
    assert desk.get(found["Location"]).status_code == HTTPStatus.FOUND
    joined = desk.post(to("desk-patient", coming.stranger(2)), {"account": coming.who("stranger").citizen})
    assert joined.status_code == HTTPStatus.FOUND
    assert relatives(HERE, scope=coming.who("stranger"), now=timezone.now())[0].patient


def test_the_manager_keeps_the_schedule(coming: World, of: Callable[[str], Client]) -> None:
    manager, clinic = of("manager"), Clinic.objects.get(hospital=HERE, code="dalam")
    today = today_in("36.03", timezone.now())
    weekly = WeeklySession.objects.filter(clinic=clinic).order_by("weekday")[0]
    assert "Penyakit Dalam" in manager.get(to("schedules", HERE)).content.decode()
    first = manager.get(f"{to('keep-clinic', clinic.pk)}?ganti={weekly.pk}")
    assert first.status_code == HTTPStatus.OK
    assert "09.00 – 11.00" in first.content.decode()
    assert "09:00 – 11:00" in manager.get(f"/en{to('keep-clinic', clinic.pk)}").content.decode()
    given = {"doctor": weekly.doctor_id, "room": weekly.room_id, "weekday": 1, "starts": "09:00", "ends": "12:00",
             "capacity": 6, "app": 2, "jkn": 2, "desk": 1, "kiosk": 0,
             "valid_from": (today + timedelta(days=1)).isoformat()}  # fmt: skip
    address = f"{to('keep-clinic', clinic.pk)}?ganti={weekly.pk}"
    assert manager.post(address, {**given, "capacity": 3}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert manager.post(address, given).status_code == HTTPStatus.FOUND
    weekly.refresh_from_db()
    assert weekly.valid_until == today
    rules = {"opens_before": 30, "from_hour": "07:00", "closes_before": 0, "same_day": "on", "early": 60, "late": 30,
             "arrive": 20, "every": 2, "release": 24, "offer": 30, "reason": "Rapat direksi",
             "valid_from": today.isoformat()}  # fmt: skip
    sent = {f"rules-{name}": value for name, value in rules.items()}
    assert manager.post(to("keep-clinic", clinic.pk), sent).status_code == HTTPStatus.FOUND
    assert PolicyVersion.objects.filter(clinic=clinic).latest("number").facts["from_hour"] == "07:00"
    off = {
        "doctor": "",
        "since": today.isoformat(),
        "until": (today + timedelta(days=40)).isoformat(),
        "reason": "Cuti",
    }
    assert manager.post(to("schedules", HERE), off).status_code == HTTPStatus.FOUND
    leave = Leave.objects.get(hospital=HERE)
    back = to("end-leave", HERE, leave.pk)
    page = manager.get(to("schedules", HERE)).content.decode()
    assert "Cuti" in page
    assert back in page
    assert of("desk").post(back).status_code == HTTPStatus.NOT_FOUND
    assert manager.post(back)["Location"] == to("schedules", HERE)
    assert back not in manager.get(to("schedules", HERE)).content.decode()
    weekly = WeeklySession.objects.filter(clinic=clinic, valid_until=None).latest("pk")
    address = f"{to('keep-clinic', clinic.pk)}?akhiri={weekly.pk}"
    assert address.replace("&", "&amp;") in manager.get(to("keep-clinic", clinic.pk)).content.decode()
    assert manager.post(address, {"last": "kapan-kapan"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert manager.post(address, {"last": (today + timedelta(days=8)).isoformat()}).status_code == HTTPStatus.FOUND
    weekly.refresh_from_db()
    assert weekly.valid_until == today + timedelta(days=8)


def test_the_manager_cancels_a_session(coming: World, of: Callable[[str], Client]) -> None:
    manager, session = of("manager"), next_session()
    row = book(coming, session, "desk", Asked(Channel.DESK, Payer.GENERAL, Visit.REFERRAL))
    changed = {"doctor": session.doctor_id, "room": session.room_id, "starts": "09:00", "ends": "11:00", "capacity": 9,
               "release": "on"}  # fmt: skip
    here = to("keep-session", session.pk)
    assert manager.post(here, changed)["Location"] == here
    check = manager.post(here, {**changed, "starts": "09:30"})["Location"]
    assert check.startswith(to("change-session", session.pk))
    assert "A-001" in manager.get(check).content.decode()
    assert checked(manager, check)["Location"] == here
    row.refresh_from_db()
    assert (row.at - row.booked_for) == timedelta(minutes=30)
    assert manager.post(check)["Location"] == here  # again
    assert manager.get(to("change-session", session.pk))["Location"] == here
    page = manager.get(to("cancel-session", session.pk)).content.decode()
    assert "A-001" in page
    done = checked(manager, to("cancel-session", session.pk), reason="Dokter sakit")
    assert done["Location"] == to("schedules", HERE)
    assert do.move_bookings(by=SCHEDULE, session=session.pk, now=timezone.now()) == 1
    assert Booking.objects.get(moved_from=row).state == "booked"
    assert to("cancel-session", session.pk) not in manager.get(here).content.decode()
    assert here in manager.get(to("schedules", HERE)).content.decode()
    assert manager.post(here, changed)["Location"] == here  # held after all
    assert to("cancel-session", session.pk) in manager.get(here).content.decode()
    book(coming, session, "desk", Asked(Channel.DESK, Payer.GENERAL, Visit.REFERRAL))
    off = {"doctor": "", "since": session.day.isoformat(), "until": session.day.isoformat(), "reason": "Cuti bersama"}
    manager.post(to("schedules", HERE), off)
    assert to("cancel-days-off", HERE) in manager.get(to("schedules", HERE)).content.decode()
    assert checked(manager, to("cancel-days-off", HERE), reason="Cuti")["Location"] == to("schedules", HERE)
    session.refresh_from_db()
    assert session.state == "cancelled"
    assert manager.get(to("cancel-days-off", HERE))["Location"] == to("schedules", HERE)
    for address in (to("schedules", HERE), here, to("cancel-session", session.pk), check, to("cancel-days-off", HERE)):
        assert of("desk").get(address).status_code == HTTPStatus.NOT_FOUND
    assert manager.get(to("schedules", THERE)).status_code == HTTPStatus.NOT_FOUND


def test_who_withdrew_consent_books_for_nobody(coming: World, phone: Client) -> None:
    by = Standing(actor_of(coming.who("daughter").citizen or 0))
    people.withdraw_consent(by=by, now=timezone.now())
    assert "untuk=" not in phone.get(to("book", next_session().pk)).content.decode()


def test_lists_ask_as_often_however_long_they_are(coming: World, phone: Client, of: Callable[[str], Client]) -> None:
    """Of sessions, of bookings of a family, of bookings of a patient at the desk."""
    desk, row = of("desk"), book(coming, next_session())
    asked = {
        to("clinic", HERE, "dalam"): phone, to("hospital", HERE): phone, to("own-bookings"): phone,
        to("move", row.code): phone, to("desk-patient", coming.patient): desk, to("schedules", HERE): of("manager"),
    }  # fmt: skip

    def counts() -> list[int]:
        found = []
        for address, client in asked.items():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == HTTPStatus.OK
            found.append(len(queries))
        return found

    counts()
    before = counts()
    for after in (5, 6, 7, 8, 9):
        if not Booking.objects.filter(session=next_session(after), patient=coming.patient).exists():
            book(coming, next_session(after))
    do.open_sessions(by=SCHEDULE, now=timezone.now() + timedelta(days=30))
    assert counts() == before
