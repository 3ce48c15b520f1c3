"""What the database refuses of a hospital, whatever program writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from hospital.world import DAY, HERE, HOUR, NOW, TUESDAY, World
from pilar.hospital import operations as do
from pilar.hospital.models import (
    Booking,
    BookingEvent,
    Clinic,
    Doctor,
    Hospital,
    Leave,
    Patient,
    PolicyVersion,
    Prediction,
    Room,
    Session,
    Task,
    Waiting,
    WeeklySession,
)


def refused(change: Callable[[], object], name: str) -> None:
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        change()


def each(rows: Any, *given: tuple[dict[str, Any], str]) -> None:
    """Each change of these rows is refused by the rule of this name."""
    for changed, name in given:
        refused(lambda changed=changed: rows.update(**changed), name)


def copy(row: Any, **changed: Any) -> Callable[[], object]:
    """Store a row once more, with what is changed."""
    given = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if one.name != "id"}
    return lambda: type(row).objects.create(**{**given, **changed})


def test_hospitals_clinics_and_doctors(world: World) -> None:
    clinic = Clinic.objects.get(hospital=HERE, code="dalam")
    refused(
        lambda: Hospital.objects.create(code="RSU", region_id="36.03", name="x", source="x"), "hospital_code_format"
    )
    refused(copy(clinic, prefix="Z"), "clinic_code_once")
    refused(copy(clinic, code="lain"), "clinic_prefix_once")
    refused(copy(clinic, code="lain", prefix="9"), "clinic_prefix_format")
    refused(copy(clinic, code="lain", prefix="Z", discreet=True), "clinic_discreet_with_group")
    doctor = Doctor.objects.filter(hospital=HERE)[0]
    refused(copy(doctor, name="dr. Lain"), "doctor_hfis_once")
    refused(copy(doctor, hfis=None), "doctor_name_once")
    refused(copy(Room.objects.filter(hospital=HERE)[0]), "room_once")


def test_policies_weekly_sessions_and_leaves(world: World) -> None:
    policy = PolicyVersion.objects.filter(clinic__hospital=HERE)[0]
    refused(copy(policy), "policy_number_once")
    each(PolicyVersion.objects.filter(pk=policy.pk), ({"reason": "lain"}, "policy_append_only"))
    each(
        WeeklySession.objects.filter(clinic__hospital=HERE),
        ({"weekday": 8}, "weekly_weekday"), ({"capacity": 0}, "weekly_capacity"),
        ({"ends": "07:00"}, "weekly_ends_after_start"), ({"shares": [1]}, "weekly_share_of_each_channel"),
        ({"valid_until": TUESDAY - 900 * DAY}, "weekly_ends_after_begin"),
    )  # fmt: skip
    leave = Leave.objects.create(hospital_id=HERE, since=TUESDAY, until=TUESDAY, reason="x", entered_by="x")
    each(Leave.objects.filter(pk=leave.pk), ({"until": TUESDAY - DAY}, "leave_ends_after_begin"))
    refused(leave.delete, "leave_kept|annot delete")


def test_sessions(world: World) -> None:
    world.book()
    session = world.session()
    rows = Session.objects.filter(pk=session.pk)
    each(
        rows,
        ({"state": "lost"}, "session_state_known"), ({"ends_at": session.starts_at}, "session_ends_after_start|range"),
        ({"taken": 5, "last_number": 5, "taken_by": [5, 0, 0, 0]}, "session_never_over_capacity"),
        ({"taken": 2, "taken_by": [2, 0, 0, 0]}, "session_number_for_each"), ({"next_place": 9}, "session_place_in"),
        ({"places": []}, "session_place_for_each"), ({"reserved": [0]}, "session_share_of_each_channel"),
        ({"taken_by": [0, 0, 0, 0]}, "session_taken_by_channels"),
        ({"last_number": 0, "taken": 0, "taken_by": [0] * 4}, "session_number_goes_back"),
        ({"day": TUESDAY + DAY}, "session_clinic_stays"),
    )  # fmt: skip
    refused(copy(session), "session_of_doctor_once")
    refused(lambda: rows._raw_delete(rows.db), "session_kept|annot delete|violates foreign key")
    rows.update(state="done")
    each(rows, ({"last_number": 9}, "session_is_over"))
    empty = Session.objects.filter(pk=world.session(TUESDAY + DAY).pk)
    empty.update(state="cancelled")
    refused(lambda: empty._raw_delete(empty.db), "session_kept|annot delete")
    empty.update(state="open")
    assert empty._raw_delete(empty.db) == 1  # nobody ever booked it


def test_patients(world: World) -> None:
    row, rows = Patient.objects.get(pk=world.patient), Patient.objects.filter(pk=world.patient)
    refused(copy(row, nik_hash="", card_hash="", account_id=None), "patient_record_once")
    refused(copy(row, record="X", card_hash="", account_id=None), "patient_nik_once")
    refused(copy(row, record="X", nik_hash="", account_id=None), "patient_card_once")
    refused(copy(row, record="X", nik_hash="", card_hash=""), "patient_account_once")
    each(rows, ({"person": None}, "patient_known_or_erased"), ({"record": "X"}, "patient_record_stays"))
    refused(lambda: rows._raw_delete(rows.db), "patient_kept|annot delete")


def test_bookings(world: World) -> None:
    code = world.book()
    row, rows = Booking.objects.get(code=code), Booking.objects.filter(code=code)
    each(
        rows,
        ({"state": "lost"}, "booking_state_known"), ({"channel": "x"}, "booking_channel_known"),
        ({"payer": "x"}, "booking_payer_known"), ({"visit": "9"}, "booking_visit_known"),
        ({"priority": "x"}, "booking_priority_known"), ({"state": "arrived"}, "booking_arrived_with_time"),
        ({"state": "served", "arrived_at": NOW, "started_at": NOW, "ended_at": NOW - HOUR}, "booking_served_with"),
        ({"number": 9}, "booking_stays"), ({"code": "ABCDEFGHJKMN"}, "booking_stays"),
        ({"key": uuid4()}, "booking_stays"),
    )  # fmt: skip
    other = {"code": "ABCDEFGHJKMN", "key": UUID(int=5), "number": 2, "place": 2, "patient_id": world.stranger(1)}
    refused(copy(row, **{**other, "code": "abc"}), "booking_code_format")
    refused(copy(row, **{**other, "code": code}), "code")
    refused(copy(row, **{**other, "key": row.key}), "key")
    refused(copy(row, **{**other, "number": 1}), "booking_number_once")
    refused(copy(row, **{**other, "place": 1}), "booking_place_once")
    refused(copy(row, **{**other, "patient_id": world.patient}), "booking_of_patient_once")
    rows.update(payer="bpjs", reference_hash="x")
    elsewhere = {**other, "session_id": world.session(clinic="jiwa").pk}
    refused(copy(row, **{**elsewhere, "patient_id": world.patient, "payer": "bpjs"}), "booking_of_card_once")
    refused(copy(row, **{**elsewhere, "reference_hash": "x"}), "booking_of_reference_once")
    refused(lambda: rows._raw_delete(rows.db), "booking_kept|annot delete|violates foreign key")
    do.cancel(by=world.who("daughter"), booking=code, reason="x", key=uuid4(), now=NOW)
    each(rows, ({"state": "booked"}, "booking_is_over"))


def test_what_happened_stays(world: World) -> None:
    world.book()
    do.check_in(by=world.who("desk"), booking=world.code, key=uuid4(), now=world.row().at)
    key = world.row().pk
    each(BookingEvent.objects.filter(booking=key), ({"reason": "lain"}, "booking_event_append_only"))
    each(Task.objects.filter(booking=key), ({"at": NOW}, "task_append_only"))
    at = world.row().at + HOUR
    for task, moment, name in (
        (3, at, "task_o"), (2, at, "task_order"), (5, at, "task_order"), (8, at, "task_known|task_order"),
        (4, world.row().at - HOUR, "task_time"),
    ):  # fmt: skip
        refused(lambda task=task, moment=moment: Task.objects.create(booking_id=key, task=task, at=moment), name)
    wrong = {"booking_id": key, "made_at": NOW, "ahead": 1, "low": 5, "likely": 4, "high": 9}
    refused(lambda: Prediction.objects.create(**wrong), "prediction_in_order")
    made = Prediction.objects.create(**{**wrong, "low": 1})
    each(Prediction.objects.filter(pk=made.pk), ({"low": 2}, "prediction_append_only"))


def test_the_wait_list(world: World) -> None:
    clinic = world.session().clinic_id
    row = Waiting.objects.create(
        hospital_id=HERE, clinic_id=clinic, patient_id=world.patient, first_day=TUESDAY, last_day=TUESDAY,
        payer="general", visit="1", since=NOW,
    )  # fmt: skip
    rows = Waiting.objects.filter(pk=row.pk)
    each(
        rows,
        ({"state": "lost"}, "waiting_state_known"), ({"last_day": TUESDAY - timedelta(days=1)}, "waiting_ends_after"),
        ({"offer_until": NOW}, "waiting_offer_with_end"),
    )  # fmt: skip
    refused(copy(row), "waiting_once")
    refused(lambda: rows._raw_delete(rows.db), "waiting_kept|annot delete")


def test_no_index_of_bookings_begins_as_another_does(world: World) -> None:
    """Each is one more to write for everybody who books; one that another begins with, nobody reads by."""
    ask = """SELECT relname, indkey::text || ' ', indisunique, indpred::text FROM pg_index
        JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = 'hospital_booking'::regclass"""
    with connection.cursor() as cursor:
        cursor.execute(ask)
        found = cursor.fetchall()
    assert {"booking_code_once", "booking_of_day", "booking_number_once"} <= {name for name, *_rest in found}
    spare = [
        (name, other)
        for name, columns, unique, when in found if not unique
        for other, more, _unique, whenever in found
        if name != other and more.startswith(columns) and whenever in (None, when)
    ]  # fmt: skip
    assert spare == []
