"""Report events of bookings to BPJS: collect them from the rows, send them in order, and compare with BPJS's own list.

Messages are derived from committed rows, so a booking waits for nobody and nothing committed is forgotten. A worker
that is killed after BPJS received a message sends it again, and learns that it is known.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from pilar.areas.reference import today_in
from pilar.hospital.bpjs.access import Access, accesses
from pilar.hospital.bpjs.client import NotReached, ask
from pilar.hospital.models import (
    Booking,
    BookingEvent,
    BpjsMessage,
    EncounterMessage,
    Hospital,
    Prescription,
    Session,
)
from pilar.hospital.operations.demonstration import MADE_UP
from pilar.hospital.queries.bpjs import counters_of, hours_of
from pilar.hospital.queries.records import persons
from pilar.hospital.queries.schedule import hospital_row, session_row
from pilar.hospital.reference.bpjs import contract
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import Payer, label
from pilar.hospital.rules.bpjs.messages import Misfit, storable, write
from pilar.hospital.rules.bpjs.sending import (
    Sending,
    Step,
    next_try,
)
from pilar.hospital.rules.bpjs.services import NotUnderstood, Refused
from pilar.hospital.rules.privacy import Why
from pilar.people.authority import Case
from pilar.people.operations import there
from pilar.people.rules import Standing
from pilar.platform import audit, secrets
from pilar.platform.jobs import BPJS, every
from pilar.platform.statements import planned

TARGET, ENCOUNTER = "hospital.bpjs-message", "hospital.encounter-message"
BY_JKN = "Mobile JKN"
"""The recorded answer for steps done by Mobile JKN itself."""
DAYS, MAX_AT_ONCE, MAX_PASS = 3, 200, 15.0
"""Days to look back, messages per read, and seconds for one pass over a hospital, each minute."""
COLLECT = """
INSERT INTO hospital_bpjsmessage
  (hospital_id, booking_id, step, at, state, attempts, made_at, next_at, told, difference)
SELECT b.hospital_id, b.id, x.step, x.at, 'waiting', 0, %(now)s, %(now)s, '', ''
FROM hospital_booking b JOIN hospital_session s ON s.id = b.session_id
JOIN hospital_clinic c ON c.id = s.clinic_id AND c.poli || c.subspecialty <> ''
JOIN hospital_doctor d ON d.id = s.doctor_id AND d.hfis IS NOT NULL
CROSS JOIN LATERAL (
  SELECT 0 AS step, b.booked_at AS at
  UNION ALL SELECT CASE t.task WHEN 99 THEN 99 ELSE t.task * 10 END, t.at FROM hospital_task t WHERE t.booking_id = b.id
  UNION ALL SELECT 55, p.ordered_at FROM hospital_prescription p WHERE p.booking_id = b.id
  UNION ALL SELECT 80, b.ended_at WHERE b.state IN ('cancelled', 'moved')
    AND NOT EXISTS (SELECT 1 FROM hospital_task t WHERE t.booking_id = b.id)
) x
WHERE b.hospital_id = %(hospital)s AND b.day >= %(since)s
  AND NOT EXISTS (SELECT 1 FROM hospital_bpjsmessage m WHERE m.booking_id = b.id AND m.step = x.step)
  AND (b.booked_by <> %(made_up)s OR b.state NOT IN ('served', 'absent')
    OR EXISTS (SELECT 1 FROM hospital_bpjsmessage m WHERE m.booking_id = b.id))
ORDER BY x.at, x.step <> 80, x.step
ON CONFLICT DO NOTHING
"""
"""Steps without a message yet, of clinics and doctors that have a code at BPJS. A visit that has begun ends with task
99, never with step 80; if a booking moves within a day, the old one is given up first. Past visits made up for the
demonstration are not reported."""

KEEP = """INSERT INTO hospital_bpjsexchange
    (hospital_id, incoming, service, code, at, milliseconds, answer, message, body)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"""


@every("hospital.tell-bpjs", cron="* * * * *", queue=BPJS)
def tell_bpjs(*, by: Standing, now: datetime) -> dict[str, int]:
    """Send the waiting messages to BPJS, each in a transaction of its own; returns counts by result.

    A hospital without a connection is left for the next run. For the schedule and the operator only.
    """
    by.require_server()
    begun, states = time.monotonic(), Counter[str]()
    for hospital in Hospital.objects.filter(pk__in=list(accesses())):
        with connection.cursor() as cursor:
            since = today_in(hospital.region_id, now) - timedelta(days=DAYS)
            given = {"hospital": hospital.pk, "since": since, "now": now, "made_up": MADE_UP}
            cursor.execute(COLLECT, given)
        states += _send_all(by, hospital, accesses()[hospital.pk], now, begun)
    return dict(states)


@transaction.atomic
def send_again(
    *, by: Standing, hospital: str, message: int | None = None, encounter: int | None = None, now: datetime
) -> int:
    """Retry a ``message`` that BPJS did not accept, an ``encounter`` that SATUSEHAT did not accept, or all of a
    hospital; returns how many.

    Raises :class:`NotFound`, :class:`NotAllowed`.
    """
    place = there(Hospital.objects, pk=hospital)
    AUTHORITY.require(by, Action.MANAGE, Case(place.region_id, unit=place.pk), known=False)
    messages, encounters = (
        model.objects.filter(hospital=place, state=Sending.DEAD, **({} if key is None else {"pk": key}))
        for model, key in ((BpjsMessage, message), (EncounterMessage, encounter))
    )
    waits = {"state": Sending.WAITING, "made_at": now, "next_at": now}
    count = 0
    if encounter is None:
        count += messages.update(**waits, attempts=0)
    if message is None:  # attempts stay: a message that was sent before is searched for before it is sent again
        count += encounters.update(**waits)
    if count:
        audit.record(
            by=by.actor, action="send-again", target=TARGET if encounter is None else ENCOUNTER,
            key=message or encounter or hospital, area=place.region_id, after={"messages": count},
        )  # fmt: skip
    return count


def known_to_bpjs(booking: int, hospital: str, step: Step, now: datetime) -> None:
    """Record that BPJS knows a step of a booking, since it requested it."""
    BpjsMessage.objects.update_or_create(
        booking_id=booking, step=step,
        defaults={"hospital_id": hospital, "at": now, "made_at": now, "state": Sending.SENT, "next_at": None,
                  "sent_at": now, "told": BY_JKN},
    )  # fmt: skip


def signed_at(now: datetime, since: float) -> datetime:
    """Return the time of a signature in a pass that began at ``now``, by the clock reading ``since``."""
    return now + timedelta(seconds=time.monotonic() - since)


def keep_exchange(
    hospital: str, service: str, body: Mapping[str, Any], answer: tuple[int, str], *, begun: float, now: datetime,
    incoming: bool = False,
) -> None:  # fmt: skip
    """Log an exchange without personal data."""
    with planned() as cursor:
        cursor.execute(KEEP, [
            hospital, incoming, service, storable(str(body.get("kodebooking", "")))[:40], now,
            round((time.monotonic() - begun) * 1000), answer[0], answer[1][:200], json.dumps(contract().redacted(body)),
        ])  # fmt: skip


def _send_all(by: Standing, hospital: Hospital, access: Access, now: datetime, since: float) -> Counter[str]:
    begun, states = time.monotonic(), Counter[str]()
    earlier = BpjsMessage.objects.filter(booking=OuterRef("booking"), step__lt=OuterRef("step"))
    due = BpjsMessage.objects.filter(
        ~Exists(earlier.exclude(state=Sending.SENT)), hospital=hospital, state=Sending.WAITING, next_at__lte=now
    )
    while time.monotonic() - begun < MAX_PASS:
        before = sum(states.values())
        for key in list(due.order_by("id").values_list("pk", flat=True)[:MAX_AT_ONCE]):
            state, line = _send(by, key, access, now, since)
            if state is not None:
                states[state.value] += 1
            if not line or time.monotonic() - begun >= MAX_PASS:
                return states
        if sum(states.values()) == before:
            break
    return states


@transaction.atomic
def _send(by: Standing, key: int, access: Access, now: datetime, since: float) -> tuple[Sending | None, bool]:
    """Send one message; return its state, and whether BPJS can be reached."""
    rows = BpjsMessage.objects.select_for_update(skip_locked=True, of=("self",))
    row = rows.select_related("booking__patient", "hospital").filter(pk=key, state=Sending.WAITING).first()
    if row is None:
        return None, True
    step, begun, line, answer = Step(row.step), time.monotonic(), True, 0
    values: dict[str, Any] = {"kodebooking": row.booking.code}
    said: Mapping[str, Any] = values
    try:
        values = values | _values(by, row, step, now)
        said = write(contract().called[step.service].given or (), values)
        ask(access, step.service, values, now=signed_at(now, since))
        state, row.told, answer = Sending.SENT, "Ok", 200
    except Misfit as fault:
        state, row.told = Sending.DEAD, contract().refusal_of(fault).message
    except secrets.Unreadable as error:
        state, row.told = Sending.DEAD, error.text()[:200]
    except Refused as refused:
        state, row.told, answer = Sending.DEAD, str(refused)[:200], refused.code
        if refused.code in contract().duplicate:
            state = Sending.SENT
        elif refused.code in contract().unknown_sender:
            state, line = Sending.WAITING, False
    except (NotReached, NotUnderstood) as error:
        state, row.told, line = Sending.WAITING, str(error)[:200], isinstance(error, NotUnderstood)
    row.attempts += 1
    row.next_at = next_try(row.attempts, row.made_at, now) if state is Sending.WAITING else None
    row.state = state = Sending.DEAD if state is Sending.WAITING and row.next_at is None else state
    row.sent_at = now if state is Sending.SENT else None
    row.save(update_fields=["state", "told", "attempts", "next_at", "sent_at"])
    keep_exchange(row.hospital_id, step.service, said, (answer, row.told), begun=begun, now=now)
    return state, line


def _values(by: Standing, row: BpjsMessage, step: Step, now: datetime) -> dict[str, Any]:
    """Gather the values of a message besides the code of the booking."""
    medicine = Prescription.objects.filter(booking=row.booking_id).first()
    if step is Step.ADD:
        return _booking(by, row.booking, now)
    if step is Step.CANCEL:
        event = BookingEvent.objects.filter(booking=row.booking_id, kind__in=["cancelled", "moved"]).first()
        return {"keterangan": (event and event.reason) or "Dibatalkan"}
    if step is Step.PHARMACY:
        assert medicine is not None
        return {"jenisresep": medicine.recipe, "nomorantrean": medicine.number, "keterangan": ""}
    recipe = medicine.recipe.capitalize() if medicine else "Tidak ada"
    return {"taskid": step.task, "waktu": row.at, "jenisresep": recipe if step >= Step.TASK_5 else None}


def _booking(by: Standing, row: Booking, now: datetime) -> dict[str, Any]:
    of = ("clinic", "doctor", "room", "policy")
    place = session_row(Session.objects.select_related(*of).get(pk=row.session_id))
    region = row.hospital.region_id
    (person,) = persons([row.patient], at=hospital_row(row.hospital), by=by, why=Why.BPJS, now=now)
    bpjs = row.payer == Payer.BPJS
    reference = row.reference.read(by=by.actor, key=row.pk, area=region) if row.reference and bpjs else ""
    return {
        "jenispasien": "JKN" if bpjs else "NON JKN", "nomorkartu": person.card if bpjs else "", "nik": person.nik,
        "nohp": "".join(filter(str.isdigit, (person.phone or "").replace("+62", "0"))) or contract().no_phone,
        "kodepoli": place.clinic.subspecialty or place.clinic.poli, "namapoli": place.clinic.name,
        "pasienbaru": row.new, "norm": row.patient.record, "tanggalperiksa": row.day, "kodedokter": place.doctor.hfis,
        "namadokter": place.doctor.name, "jampraktek": hours_of(place, region), "jeniskunjungan": int(row.visit),
        "nomorreferensi": reference, "nomorantrean": label(place.clinic.prefix, row.number),
        "angkaantrean": row.number, "estimasidilayani": row.at, "keterangan": "", **counters_of(place, now),
    }  # fmt: skip
