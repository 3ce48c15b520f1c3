"""Patients without an account: the desk calls them, corrects their data, lets them wait, decides by their word."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils import timezone

from hospital.protecting import client_of
from hospital.test_booking import OPEN_DESK
from hospital.test_pages import next_session
from hospital.world import DAY, HERE, MOTHER, NIK, NOW, TUESDAY, World
from pilar.hospital import operations as do
from pilar.hospital.forms.booking import LetterForm
from pilar.hospital.models import Booking, BookingEvent, Consent, Patient, Session, Waiting
from pilar.hospital.queries import patients
from pilar.hospital.queries.bookings import to_tell
from pilar.hospital.queries.records import readings
from pilar.hospital.rules.patients import own_fields, person_of, proves, text_of
from pilar.hospital.rules.privacy import Purpose
from pilar.people.models import Notice
from pilar.people.queries.public import opened
from pilar.people.rules import SCHEDULE, NotFound
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def not_held(world: World, *, later: str = "open") -> str:
    """A booking of somebody without an account in a session that is cancelled; the code that holds."""
    code = world.book("desk", patient=world.stranger(1), asked=OPEN_DESK)
    Session.objects.filter(day__gt=TUESDAY).update(state=later)
    do.cancel_session(by=world.who("manager"), session=world.session().pk, reason="Dokter sakit", now=NOW)
    do.move_bookings(by=SCHEDULE, session=world.session().pk, now=NOW)
    return getattr(Booking.objects.filter(moved_from__code=code).first(), "code", code)


def calls(world: World, who: str = "desk") -> list[str]:
    return [one.booking.code for one in to_tell(HERE, scope=world.who(who), now=NOW)]


def test_a_number_or_code_that_nobody_has_is_told_at_its_field(world: World) -> None:
    desk, code = client_of(world, "desk"), world.book("desk", patient=world.stranger(1), asked=OPEN_DESK)
    find = reverse("hospital:desk", args=[HERE])
    for wrong in ("00099999", "9999999999999999", code[:-1], code[::-1]):
        told = desk.post(find, {"sought": wrong})
        assert (told.status_code, "dengan nomor atau kode ini" in told.content.decode()) == (422, True), wrong
    assert desk.post(find, {"sought": code.lower()})["Location"] == reverse("hospital:visit", args=[code])


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("later", ["open", "closed"])
def test_whom_no_message_reaches_is_called_and_ticked_off(world: World, later: str) -> None:
    """Who has another session, and who has none any more."""
    code, desk = not_held(world, later=later), client_of(world, "desk")
    arrivals = reverse("hospital:arrivals", args=[HERE])
    assert calls(world) == [code]
    notice = Notice.objects.get(kind="hospital.tell-by-phone")
    assert (notice.user_id, notice.address) == (world.keys["desk"], arrivals)
    page = desk.get(arrivals).content.decode()
    assert ("Dibatalkan" in page) is (later == "closed")
    assert reverse("hospital:desk-patient", args=[Booking.objects.get(code=code).patient_id]) in page
    for _twice in range(2):
        sent = desk.post(reverse("hospital:act", args=[code, "diberitahu"]), {"desk": "1"})
        assert sent["Location"] == arrivals
    assert calls(world) == []
    assert BookingEvent.objects.filter(booking__code=code, kind="told").count() == 1
    assert reverse("hospital:act", args=[code, "diberitahu"]) not in desk.get(arrivals).content.decode()


def test_who_chose_themselves_meanwhile_is_called_no_more(world: World) -> None:
    code = not_held(world)
    do.cancel(by=world.who("desk"), booking=code, reason="Tidak jadi", key=Booking.objects.get(code=code).key, now=NOW)
    assert calls(world) == []
    do.tell_by_phone(by=world.who("desk"), booking=code, now=NOW)
    assert not BookingEvent.objects.filter(kind="told").exists()
    for who in ("nurse", "elsewhere", "daughter"):
        with pytest.raises(NotFound):
            calls(world, who)
        with pytest.raises(NotFound):
            do.tell_by_phone(by=world.who(who), booking=code, now=NOW)


def test_who_has_an_account_is_not_called(world: World, told: list[tuple[str, str]]) -> None:
    world.book()
    do.cancel_session(by=world.who("manager"), session=world.session().pk, reason="Dokter sakit", now=NOW)
    do.move_bookings(by=SCHEDULE, session=world.session().pk, now=NOW)
    assert (calls(world), len(told)) == ([], 1)


def test_whom_no_message_reaches_is_not_reminded(world: World) -> None:
    """Nor is it written that they were."""
    one = world.stranger(1)
    world.book("desk", patient=one, asked=OPEN_DESK)
    do.agree(by=world.who("desk"), patient=one, purpose=Purpose.REMINDER, now=NOW)
    assert do.remind(by=SCHEDULE, now=NOW) == 0
    assert not BookingEvent.objects.filter(kind="reminded").exists()


def test_a_reminder_leads_to_its_booking(world: World, told: list[tuple[str, str]]) -> None:
    code = world.book()
    do.agree(by=world.who("daughter"), patient=world.patient, purpose=Purpose.REMINDER, now=NOW)
    assert do.remind(by=SCHEDULE, now=NOW) == 1
    assert told == [(f"RSU {HERE}", reverse("hospital:place", args=[code]))]


def test_the_desk_corrects_everything_and_patients_what_is_theirs_to_know(world: World) -> None:
    other = replace(
        MOTHER, name="Siti Aminah binti Ali", nik="3603014501500009", phone="08123456", address="Jl. Melati 1"
    )
    do.change_patient(by=world.who("daughter"), patient=world.patient, person=other, now=NOW)
    assert known(world) == replace(MOTHER, phone="08123456", address="Jl. Melati 1")
    do.change_patient(by=world.who("desk"), patient=world.patient, person=other, now=NOW)
    do.change_patient(by=world.who("desk"), patient=world.patient, person=other, now=NOW)
    assert known(world) == other
    told = [one.after for one in AuditEvent.objects.filter(action="change", target="hospital.patient")]
    assert told == [{"fields": ["phone", "address"]}, {"fields": ["name", "nik"]}]
    assert do.register_patient(by=world.who("desk"), hospital=HERE, person=other, now=NOW) == world.patient
    assert own_fields(replace(MOTHER, nik="")) == ("phone", "address", "nik")
    for who in ("nurse", "elsewhere", "stranger", "public"):
        with pytest.raises(NotFound):
            do.change_patient(by=world.who(who), patient=world.patient, person=MOTHER, now=NOW)


@pytest.mark.parametrize("year", [1890, 2090])
def test_what_was_wrong_before_keeps_nobody_from_correcting_a_phone(world: World, year: int) -> None:
    old = replace(MOTHER, birth_date=MOTHER.birth_date.replace(year=year))
    row = Patient.objects.get(pk=world.patient)
    row.person = text_of(old)
    row.save()
    for who, phone in (("daughter", "08123456"), ("desk", "08123457")):
        new = replace(old, phone=phone)
        do.change_patient(by=world.who(who), patient=world.patient, person=new, now=NOW)
        assert known(world) == new
    worse = replace(new, birth_date=old.birth_date + DAY)
    with pytest.raises(Faults):
        do.change_patient(by=world.who("desk"), patient=world.patient, person=worse, now=NOW)


def test_a_number_of_somebody_else_is_refused(world: World) -> None:
    one = world.stranger(1)
    for wrong in (do.Person("Budi", nik=NIK), do.Person("Budi", nik="36"), do.Person("")):
        with pytest.raises(Faults):
            do.change_patient(by=world.who("desk"), patient=one, person=wrong, now=NOW)


@pytest.mark.usefixtures("clock")
def test_the_data_are_corrected_on_a_page(world: World) -> None:
    address = reverse("hospital:change-patient", args=[world.patient])
    desk, daughter = client_of(world, "desk"), client_of(world, "daughter")
    assert address in desk.get(reverse("hospital:desk-patient", args=[world.patient])).content.decode()
    assert address in daughter.get(reverse("hospital:own-record", args=[world.patient])).content.decode()
    page = daughter.get(address).content.decode()
    assert ('name="phone"' in page, 'name="nik"' in page) == (True, False)
    assert daughter.post(address, {"phone": "08134567", "address": ""}).status_code == HTTPStatus.FOUND
    assert desk.post(address, {"name": "Siti", "nik": "1", "birth_date": "1950-01-05"}).status_code == 422
    sent = {
        "name": "Siti",
        "nik": NIK,
        "birth_date": "1950-01-06",
        "sex": "P",
        "card": MOTHER.card,
        "phone": "08134567",
    }
    assert desk.post(address, sent)["Location"] == reverse("hospital:desk-patient", args=[world.patient])
    assert (known(world).name, known(world).phone, known(world).birth_date) == (
        "Siti",
        "08134567",
        MOTHER.birth_date + DAY,
    )
    assert client_of(world, "nurse").get(address).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.usefixtures("clock")
def test_who_corrects_their_data_while_booking_goes_on_with_the_booking(world: World) -> None:
    session = world.session().pk
    address, book = reverse("hospital:change-patient", args=[world.patient]), reverse("hospital:book", args=[session])
    whom = {"daughter": f"untuk={world.who('daughter').citizen}", "desk": f"pasien={world.patient}"}
    sent = {"name": "Siti", "nik": NIK, "birth_date": "1950-01-05", "card": MOTHER.card, "phone": "08134567"}
    for name, asked in whom.items():
        client, back = client_of(world, name), f"{book}?{asked}"
        assert f"{address}?sesi={session}" in client.get(back).content.decode()
        assert client.post(f"{address}?sesi={session}", sent)["Location"] == back


@pytest.mark.usefixtures("clock")
def test_a_citizen_learns_nothing_of_whose_number_they_try(world: World) -> None:
    stranger, client = world.who("stranger"), client_of(world, "stranger")
    nobody = do.Person("Rahmat")
    one = do.register_patient(by=stranger, hospital=HERE, person=nobody, account=stranger.citizen, now=NOW)
    for tried, place in ((replace(nobody, nik=NIK), "nik"), (replace(nobody, card=MOTHER.card), "card")):
        with pytest.raises(Faults) as refused:
            do.change_patient(by=stranger, patient=one, person=tried, now=NOW)
        (fault,) = refused.value.faults
        assert (fault.code, fault.fields, fault.place) == ("patient-elsewhere", {}, place)
    address, sent = reverse("hospital:change-patient", args=[one]), {"nik": NIK, "phone": "", "address": "", "card": ""}
    answers = [client.post(address, sent) for _try in range(7)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429] * 2
    assert Patient.objects.get(pk=world.patient).record not in answers[0].content.decode()
    assert client.post(address, {**sent, "nik": "", "phone": "08123456"}).status_code == HTTPStatus.FOUND


def known(world: World) -> do.Person:
    return person_of(opened(Patient.objects.get(pk=world.patient).person))


@pytest.fixture
def cared_for(world: World) -> int:
    """Somebody registered by the desk, who now has an account."""
    person = replace(MOTHER, nik="3603014501510002", card="")
    return do.register_patient(by=world.who("desk"), hospital=HERE, person=person, now=NOW)


def test_who_knows_record_number_nik_birth_and_phone_joins_the_row_to_the_account(world: World, cared_for: int) -> None:
    record = Patient.objects.get(pk=cared_for).record.lstrip("0")
    stranger, right = world.who("stranger"), replace(MOTHER, nik="3603014501510002", card="")

    def register(person: do.Person, record: str) -> int:
        return do.register_patient(
            by=stranger, hospital=HERE, person=person, account=stranger.citizen, record=record, now=NOW
        )

    for person, number in (
        (replace(right, nik=NIK), record), (replace(right, birth_date=MOTHER.birth_date + DAY), record),
        (replace(right, phone="08123456"), record), (right, "99"),
        (MOTHER, Patient.objects.get(pk=world.patient).record),
    ):  # fmt: skip
        with pytest.raises(Faults) as refused:
            register(person, number)
        assert refused.value.faults[0].code == "not-one-patient"
    with pytest.raises(Faults) as refused:
        register(right, "")
    assert refused.value.faults[0].code == "patient-elsewhere"
    assert register(right, record) == cared_for == register(right, record)
    assert Patient.objects.get(pk=cared_for).account_id == stranger.citizen
    assert proves(right, replace(right, phone="0812-3456-7890"))
    assert not proves(right, replace(right, phone=""))
    assert not proves(do.Person("x"), do.Person("x"))


def test_whether_a_number_that_is_taken_has_an_account_is_told_to_nobody(world: World, cared_for: int) -> None:
    """The mother's row has one, the other has none; who has a row of their own is not told even that one is taken."""
    client, by = client_of(world, "stranger"), world.who("stranger")
    address, told = reverse("hospital:person", args=[HERE, by.citizen]), []
    for nik in (NIK, "3603014501510002"):
        with pytest.raises(Faults) as refused:
            do.register_patient(
                by=by, hospital=HERE, person=replace(MOTHER, nik=nik, card=""), account=by.citizen, now=NOW
            )
        told.append(refused.value.faults)
    assert told[0] == told[1]
    sent = {"name": "Siti", "nik": NIK, "birth_date": "1950-01-05"}
    assert [client.post(address, sent).status_code for _try in range(6)] == [422] * 5 + [429]
    mine = do.register_patient(by=by, hospital=HERE, person=do.Person("Rahmat"), account=by.citizen, now=NOW)
    for nik in (NIK, "3603014501510002", "3603014501510003"):
        person = do.Person("Rahmat", nik=nik)
        assert do.register_patient(by=by, hospital=HERE, person=person, account=by.citizen, now=NOW) == mine


def test_a_number_mistyped_is_no_try(world: World) -> None:
    """Five mistakes in the family's own numbers close the page to nobody."""
    client, by = client_of(world, "stranger"), world.who("stranger")
    address = reverse("hospital:person", args=[HERE, by.citizen])
    sent = {"name": "Rahmat", "nik": "360301450150", "birth_date": "1990-01-05"}
    assert [client.post(address, sent).status_code for _try in range(7)] == [422] * 7
    assert client.post(address, {**sent, "nik": "3603014501500077"}).status_code == HTTPStatus.FOUND


def test_numbers_are_typed_as_they_stand_on_the_card(world: World) -> None:
    """With their spaces, dots and strokes, no matter who types them and where."""
    desk = client_of(world, "desk")
    sent = {"name": "Budi", "nik": "3603 0145 0150 0088", "card": "0001.2345.67899", "birth_date": "1950-01-05",
            "family_card": "3603-0145-0150-0099"}  # fmt: skip
    made = desk.post(reverse("hospital:register", args=[HERE]), sent)
    assert made.status_code == HTTPStatus.FOUND
    page = reverse("hospital:desk-patient", args=[world.patient])
    for sought in ("3603 0145 0150 0088", "3603.0145.0150.0088", "3603-0145-0150-0088"):
        assert desk.post(reverse("hospital:desk", args=[HERE]), {"sought": sought})["Location"] == made["Location"]
        assert desk.post(page, {"sought": sought}).status_code == HTTPStatus.FOUND
    form = LetterForm({"reference": " 0001r004 0116a 000001 "})
    assert (form.is_valid(), form.cleaned_data.get("reference")) == (True, "0001R0040116A000001")


def test_record_numbers_are_not_found_by_trying(world: World, cared_for: int) -> None:
    client, account = client_of(world, "stranger"), world.who("stranger").citizen
    address = reverse("hospital:person", args=[HERE, account])
    assert 'name="record"' in client.get(address).content.decode()
    sent = {"name": "Siti", "nik": NIK, "birth_date": "1950-01-05", "record": "1"}
    assert [client.post(address, sent).status_code for _try in range(7)] == [422] * 5 + [429] * 2
    assert Patient.objects.filter(account=account).count() == 0


def test_the_desk_lets_somebody_wait_and_takes_the_place_for_them(world: World) -> None:
    Waiting.objects.all().update(state="over")
    do.open_sessions(by=SCHEDULE, now=timezone.now())
    desk, one, session = client_of(world, "desk"), world.stranger(1), next_session(3)
    Session.objects.filter(clinic=session.clinic).update(release_at=[NOW] * 4)
    clinic = reverse("hospital:clinic", args=[HERE, "dalam"])
    address = f"{reverse('hospital:wait', args=[session.clinic_id])}?pasien={one}"
    assert address in desk.get(f"{clinic}?pasien={one}").content.decode()
    assert "Pasien 1" in desk.get(address).content.decode()
    sent = {"patient": one, "payer": "general", "visit": "1", "first_day": session.day.isoformat(),
            "last_day": session.day.isoformat()}  # fmt: skip
    there = reverse("hospital:waiting", args=[HERE])
    assert desk.post(address, sent)["Location"] == there
    assert do.offer_places(by=SCHEDULE, now=timezone.now()) == 1
    row = Waiting.objects.get(hospital=HERE, patient=one)
    assert [(call.booking.code, bool(call.offer_until)) for call in to_tell(
        HERE, scope=world.who("desk"), now=timezone.now()
    )] == [(row.offered.code, True)]  # fmt: skip
    assert "Tempat disimpan sampai" in desk.get(reverse("hospital:arrivals", args=[HERE])).content.decode()
    assert reverse("hospital:take-offer", args=[row.pk]) in desk.get(there).content.decode()
    assert desk.post(reverse("hospital:take-offer", args=[row.pk])).status_code == HTTPStatus.FOUND
    assert desk.post(reverse("hospital:leave-waiting", args=[row.pk]))["Location"] == there
    assert Booking.objects.get(pk=row.offered_id).state == "booked"
    for who in ("nurse", "elsewhere"):
        client = client_of(world, who)
        assert client.get(there).status_code == HTTPStatus.NOT_FOUND
        assert client.post(reverse("hospital:leave-waiting", args=[row.pk])).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.usefixtures("clock")
def test_consent_copy_and_erasure_of_who_has_no_account(world: World) -> None:
    one = world.stranger(1)
    here = reverse("hospital:own-record", args=[one])
    desk, officer = client_of(world, "desk"), client_of(world, "privacy")
    assert here in desk.get(reverse("hospital:desk-patient", args=[one])).content.decode()
    page = desk.get(here).content.decode()
    erase = reverse("hospital:erase", args=[one])
    assert (reverse("hospital:purpose", args=[one, "satusehat"]) in page, erase in page) == (True, False)
    assert desk.post(reverse("hospital:purpose", args=[one, "satusehat"]), {"do": "agree"})["Location"] == here
    assert Consent.objects.get(patient=one).purpose == "satusehat"
    assert b"Pasien 1" in desk.get(reverse("hospital:copy", args=[one])).content
    assert "copy" in [read.reason for read in readings(one)]
    assert desk.get(erase).status_code == HTTPStatus.NOT_FOUND
    record = Patient.objects.get(pk=one).record.lstrip("0")
    found = officer.post(reverse("hospital:protection", args=[HERE]), {"do": "look", "record": record})
    assert here in found.content.decode()
    page = officer.get(here).content.decode()
    assert (erase in page, "/persetujuan/" in page) == (True, False)
    assert officer.get(erase).status_code == HTTPStatus.OK
    do.erase_bookings(by=world.who("privacy"), patient=one, now=NOW + timedelta(minutes=1))
    assert officer.get(here).status_code == HTTPStatus.NOT_FOUND
    for who in ("nurse", "manager", "elsewhere", "stranger"):
        for name in ("own-record", "copy"):
            answer = client_of(world, who).get(reverse(f"hospital:{name}", args=[world.patient]))
            assert answer.status_code == HTTPStatus.NOT_FOUND


def test_a_daughter_who_looks_is_not_the_desk(world: World) -> None:
    patients.patient(world.patient, scope=world.who("daughter"), now=NOW)
    assert AuditEvent.objects.filter(target="hospital.patient.person").latest("pk").after["reason"] == "family"


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("who", ["desk", "nurse", "doctor", "pharmacy"])
def test_no_link_of_the_day_ends_where_the_reader_may_not_go(world: World, who: str) -> None:
    client = client_of(world, who)
    for start in (reverse("hospital:home"), reverse("hospital:day", args=[HERE])):
        page = client.get(start).content.decode()
        for link in set(re.findall(r'href="(/rumah-sakit/[^"#]*)"', page)):
            assert client.get(link, follow=True).status_code == HTTPStatus.OK, link


@pytest.mark.parametrize(("who", "name"), [("privacy", "protection"), ("desk", "day"), ("manager", "schedules")])
def test_who_works_there_finds_the_way_from_the_hospitals(world: World, who: str, name: str) -> None:
    page = client_of(world, who).get(reverse("hospital:home")).content.decode()
    assert reverse(f"hospital:{name}", args=[HERE]) in page
    if who == "desk":
        found = client_of(world, who).get(reverse("hospital:desk", args=[HERE])).content.decode()
        for further in ("operations", "waiting"):
            assert reverse(f"hospital:{further}", args=[HERE]) in found
