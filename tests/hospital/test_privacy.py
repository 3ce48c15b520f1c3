"""Data of patients: purposes, emergencies, who read what, copies, erasure asked for and by time, breaches, keys."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django.fixtures import Settings

from hospital.protecting import FACTS, REASON, broken, cancelled, record, visited
from hospital.world import DAY, HERE, HOUR, MOTHER, NIK, NOW, TUESDAY, World
from kit.neighbours import own
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, Breach, BrokenGlass, Consent, Patient, Triage, Waiting
from pilar.hospital.models.patients import PERSON
from pilar.hospital.queries import privacy, schedule
from pilar.hospital.queries.records import persons, readings
from pilar.hospital.rules.booking import Asked, Channel, Payer, Visit
from pilar.hospital.rules.privacy import (
    BookingsOpen,
    Purpose,
    TooManyGlasses,
    breach_faults,
    masked,
    notice_due,
    reason_faults,
)
from pilar.people.models import Notice
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform import retention
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent
from pilar.platform.retention import Period

# Pure


def test_masks_a_number_but_for_four_and_two_digits() -> None:
    assert (masked(NIK), masked("1234567")) == ("3603••••••••••01", "1234567")
    assert len(masked(NIK)) == 16


def test_a_reason_is_a_sentence() -> None:
    assert [one.place for one in reason_faults("  perlu     ya  ")] == ["reason"]
    assert reason_faults(REASON) == ()


def test_a_breach_is_told_within_three_days_and_written_whole() -> None:
    assert notice_due(NOW) - NOW == timedelta(hours=72)
    assert breach_faults(FACTS, NOW) == ()
    empty = dict.fromkeys(FACTS, " ") | {"noticed_at": NOW + HOUR}
    assert [one.place for one in breach_faults(empty, NOW)] == [
        "happened", "data", "consequences", "remedy", "contact", "noticed_at",
    ]  # fmt: skip


# Purposes


def test_a_patient_agrees_and_withdraws_by_purpose(world: World) -> None:
    daughter = world.who("daughter")
    for _twice in range(2):
        do.agree(by=daughter, patient=world.patient, purpose=Purpose.REMINDER, now=NOW)
    do.agree(by=world.who("desk"), patient=world.patient, purpose=Purpose.RESEARCH, now=NOW)
    assert privacy.agree_to({world.patient}, Purpose.REMINDER) == {world.patient}
    do.withdraw(by=daughter, patient=world.patient, purpose=Purpose.REMINDER, now=NOW + HOUR)
    assert [one.since for one in privacy.agreed(world.patient)] == [None, None, NOW]
    row = own(Consent).get(purpose=Purpose.REMINDER)
    assert (row.version, row.given_at, row.withdrawn_at) == ("1", NOW, NOW + HOUR)
    do.agree(by=daughter, patient=world.patient, purpose=Purpose.REMINDER, now=NOW + DAY)
    assert own(Consent).filter(purpose=Purpose.REMINDER).count() == 2


@pytest.mark.parametrize("who", ["stranger", "nurse", "elsewhere", "health", "public"])
def test_nobody_else_decides_for_a_patient(world: World, who: str) -> None:
    for act in (do.agree, do.withdraw):
        with pytest.raises(NotFound):
            act(by=world.who(who), patient=world.patient, purpose=Purpose.REMINDER, now=NOW)
    assert not own(Consent).exists()


def test_a_consent_is_kept_as_it_was_given(world: World) -> None:
    do.agree(by=world.who("daughter"), patient=world.patient, purpose=Purpose.REMINDER, now=NOW)
    do.withdraw(by=world.who("daughter"), patient=world.patient, purpose=Purpose.REMINDER, now=NOW + HOUR)
    for change in ({"version": "2"}, {"withdrawn_at": None}, {"given_at": NOW - DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            own(Consent).update(**change)


# Emergencies


def test_the_glass_is_broken_for_a_time_and_everybody_knows(world: World) -> None:
    key = broken(world)
    glass, person = privacy.glass(key, scope=world.who("nurse"), now=NOW)
    assert (person.name, person.nik, glass.ends_at) == (MOTHER.name, NIK, NOW + timedelta(minutes=30))
    with pytest.raises(NotFound):
        privacy.glass(key, scope=world.who("nurse"), now=NOW + timedelta(minutes=30))
    with pytest.raises(NotFound):
        privacy.glass(key, scope=world.who("doctor"), now=NOW)
    (told,) = Notice.objects.all()
    assert (told.user_id, told.kind) == (world.keys["privacy"], "hospital.glass")
    (reading,) = readings(world.patient)
    assert (reading.reason, "nik" in reading.fields) == (REASON, True)


def test_without_an_emergency_who_treats_sees_whom_they_treat_today(world: World) -> None:
    row, at = Patient.objects.get(pk=world.patient), schedule.hospital(HERE)

    def seen(who: str, now: Any = NOW) -> Any:
        return persons([row], at=at, by=world.who(who), why="uji", now=now)

    assert [one.nik for one in seen("desk")] == [NIK]
    assert seen("nurse") == seen("manager") == seen("privacy") == ()
    world.book("desk", session=world.session(NOW.date()).pk)
    (shown,) = seen("doctor")
    assert (shown.name, shown.nik, shown.phone) == (MOTHER.name, None, None)
    assert seen("doctor", NOW + DAY) == ()
    broken(world, "doctor")
    assert [one.nik for one in seen("doctor")] == [NIK]


@pytest.mark.parametrize("who", ["pharmacy", "manager", "privacy", "elsewhere", "health", "daughter", "public"])
def test_who_may_not_break_the_glass(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        broken(world, who)
    assert not own(BrokenGlass).exists()


def test_an_emergency_has_a_reason_a_record_and_a_limit(world: World) -> None:
    for given in ({"reason": "perlu"}, {"record": "99999999"}):
        with pytest.raises(Faults):
            broken(world, **given)
    for minutes in range(0, 300, 30):
        later = NOW + timedelta(minutes=minutes)
        assert broken(world, now=later) == broken(world, now=later)  # open already
    with pytest.raises(TooManyGlasses):
        broken(world, now=NOW + 6 * HOUR)
    broken(world, now=NOW + DAY + 9 * HOUR)


def test_the_officer_looks_at_it_once(world: World) -> None:
    key = broken(world)
    for who in ("nurse", "manager", "elsewhere"):
        with pytest.raises(NotFound):
            do.review_glass(by=world.who(who), glass=key, finding="Baik", now=NOW)
    with pytest.raises(Faults):
        do.review_glass(by=world.who("privacy"), glass=key, finding=" ", now=NOW)
    for finding in ("Tepat", "Keliru"):
        do.review_glass(by=world.who("privacy"), glass=key, finding=finding, now=NOW + HOUR)
    (row,) = privacy.glasses(HERE, scope=world.who("privacy"))
    assert (row.finding, row.reviewed_at) == ("Tepat", NOW + HOUR)
    assert Notice.objects.filter(done_at=None, needs_action=True).count() == 0
    for change in ({"reason": "Lain"}, {"finding": "Lain"}, {"ends_at": NOW + DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            own(BrokenGlass).update(**change)


# Copies and erasure


def test_a_copy_holds_all_of_a_patient(world: World) -> None:
    code = world.book()
    broken(world)
    found = privacy.copy(world.patient, scope=world.who("daughter"), now=NOW)
    assert (found["person"]["nik"], [one["code"] for one in found["bookings"]]) == (NIK, [code])
    assert [one["kind"] for one in found["bookings"][0]["events"]] == ["booked"]
    assert found["emergencies"][0]["reason"] == REASON
    with pytest.raises(NotFound):
        privacy.copy(world.patient, scope=world.who("stranger"), now=NOW)


def test_without_a_visit_the_person_goes_with_the_bookings(world: World) -> None:
    row = cancelled(world)
    waited(world, world.patient, last_day=NOW.date())
    assert do.erase_bookings(by=world.who("daughter"), patient=world.patient, now=NOW) == 1
    assert own(Waiting).get(patient=world.patient).referred_until is None
    patient = Patient.objects.get(pk=world.patient)
    assert (patient.person, patient.nik_hash, patient.account_id, patient.erased_at) == (None, "", None, NOW)
    row.refresh_from_db()
    assert (row.number, row.patient_id, row.reference) == (1, world.patient, None)
    assert privacy.own_records(scope=world.who("daughter"), now=NOW) == ()
    with pytest.raises(NotFound):
        do.erase_bookings(by=world.who("daughter"), patient=world.patient, now=NOW)


def test_with_a_visit_only_the_unused_bookings_go(world: World) -> None:
    """They lose their person, and nothing leads from them to the visit; the numbers of the session stay."""
    visit, unused = visited(world), cancelled(world)
    assert do.erase_bookings(by=world.who("daughter"), patient=world.patient, now=NOW) == 1
    for one in (visit, unused):
        one.refresh_from_db()
    nobody = Patient.objects.get(pk=unused.patient_id)
    assert (visit.patient_id, nobody.person, nobody.account_id) == (world.patient, None, None)
    assert Patient.objects.get(pk=world.patient).person is not None
    assert own(Booking).count() == 2
    assert do.erase_bookings(by=world.who("privacy"), patient=world.patient, now=NOW) == 0


def test_what_still_holds_is_not_erased(world: World) -> None:
    world.book()
    with pytest.raises(BookingsOpen):
        do.erase_bookings(by=world.who("daughter"), patient=world.patient, now=NOW)


@pytest.mark.parametrize("who", ["stranger", "desk", "nurse", "elsewhere", "public"])
def test_who_may_not_erase(world: World, who: str) -> None:
    with pytest.raises(NotFound):
        do.erase_bookings(by=world.who(who), patient=world.patient, now=NOW)


def test_what_has_run_out_goes_by_itself(world: World) -> None:
    """Bookings without a visit after two years, visits after 25 years, both by the rows of the register."""
    periods = (("hospital-bookings", 730), ("hospital-visits", 9_131))
    with transaction.atomic():
        retention.load(Period(kind, (NOW - DAY).date(), days, "assumption") for kind, days in periods)
    visit, unused = visited(world), cancelled(world)
    schedule_, later = world.who("schedule"), NOW + timedelta(days=732)
    assert do.forget_bookings(by=schedule_, now=NOW + timedelta(days=729)) == 0
    assert do.forget_bookings(by=schedule_, now=later) == 1
    unused.refresh_from_db()
    assert (unused.patient_id == world.patient, Patient.objects.get(pk=world.patient).erased_at) == (False, None)
    assert do.forget_bookings(by=schedule_, now=later) == 0
    assert do.forget_bookings(by=schedule_, now=NOW + timedelta(days=9_140)) == 1
    assert Patient.objects.get(pk=visit.patient_id).person is None
    for who in ("desk", "privacy"):
        with pytest.raises(NotAllowed):
            do.forget_bookings(by=world.who(who), now=later)


def test_who_was_only_registered_goes_too(world: World) -> None:
    with transaction.atomic():
        retention.load([Period("hospital-bookings", (NOW - DAY).date(), 730, "assumption")])
    world.book()
    other, waits = world.stranger(1), world.stranger(2)
    later = NOW + timedelta(days=732)
    waited(world, waits, last_day=later.date())
    waited(world, world.patient, last_day=NOW.date())
    do.forget_bookings(by=world.who("schedule"), now=later)
    erased = dict(own(Patient).values_list("pk", "erased_at"))
    assert erased == {world.patient: None, other: later, waits: None}
    until = dict(own(Waiting).filter(patient__in=erased).values_list("patient", "referred_until"))
    assert until == {world.patient: None, waits: TUESDAY}


def waited(world: World, patient: int, *, last_day: date) -> None:
    Waiting.objects.create(
        hospital_id=HERE, clinic_id=world.session().clinic_id, patient_id=patient, first_day=NOW.date(),
        last_day=last_day, payer="general", visit="1", since=NOW, referred_until=TUESDAY,
    )  # fmt: skip


# Breaches


def test_a_breach_is_written_until_it_is_told(world: World) -> None:
    officer = world.who("privacy")
    key = do.write_breach(by=officer, hospital=HERE, facts=FACTS, now=NOW)
    with pytest.raises(Faults):
        do.write_breach(by=officer, hospital=HERE, facts=FACTS, breach=key, version=7, now=NOW)
    do.write_breach(by=officer, hospital=HERE, facts=FACTS | {"affected": 14}, breach=key, version=1, now=NOW)
    row = privacy.breach(key, scope=officer)
    assert (row.affected, row.version, row.late(NOW), row.late(NOW + 3 * DAY)) == (14, 2, False, True)
    for _twice in range(2):
        do.tell_breach(by=officer, breach=key, now=NOW + HOUR)
    assert not privacy.breach(key, scope=officer).late(NOW + 9 * DAY)
    with pytest.raises(NotAllowed):
        do.write_breach(by=officer, hospital=HERE, facts=FACTS, breach=key, version=2, now=NOW + HOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        own(Breach).update(affected=0)


@pytest.mark.parametrize("who", ["desk", "manager", "elsewhere", "health", "daughter", "public"])
def test_only_the_officer_knows_of_breaches(world: World, who: str) -> None:
    key = do.write_breach(by=world.who("privacy"), hospital=HERE, facts=FACTS, now=NOW)
    by = world.who(who)
    for act in (
        lambda: do.write_breach(by=by, hospital=HERE, facts=FACTS, now=NOW),
        lambda: do.tell_breach(by=by, breach=key, now=NOW),
        lambda: privacy.breach(key, scope=by),
        lambda: privacy.glasses(HERE, scope=by),
        lambda: privacy.record_of(HERE, record(world), scope=by),
    ):
        with pytest.raises(NotFound):
            act()


# Keys


def test_a_new_key_takes_over_all_fields_of_the_room(world: World, settings: Settings) -> None:
    asked = Asked(Channel.DESK, Payer.BPJS, Visit.CONTROL, "0301R0011226K000012")
    world.book("desk", asked=asked)
    before = Patient.objects.get(pk=world.patient)
    assert do.renew_patients(by=world.who("operator")) == 0
    kept = Patient.objects.count() + own(Booking).count() + Triage.objects.count()
    settings.PILAR_FIELD_KEYS = "kunci baru untuk uji"
    assert do.register_patient(by=world.who("desk"), hospital=HERE, person=MOTHER, now=NOW) == world.patient
    assert do.renew_patients(by=world.who("operator")) == kept
    after = Patient.objects.get(pk=world.patient)
    assert (after.nik_hash != before.nik_hash, after.card_hash != before.card_hash) == (True, True)
    same = do.register_patient(by=world.who("desk"), hospital=HERE, person=MOTHER, now=NOW)
    assert same == world.patient
    assert do.renew_patients(by=world.who("operator")) == 0
    with pytest.raises(NotAllowed):
        do.renew_patients(by=world.who("desk"))


def test_no_reading_without_a_trace(world: World) -> None:
    """Every reading of a person's records leaves an event for each record, whatever the reason."""
    rows = [Patient.objects.get(pk=one) for one in (world.patient, world.stranger(1), world.stranger(2))]
    persons(rows, at=schedule.hospital(HERE), by=world.who("desk"), why="Loket", now=NOW)
    events = AuditEvent.objects.filter(action="read", target=PERSON)
    assert {one.key for one in events} >= {str(one.pk) for one in rows}
