"""The hours of doctors that BPJS keeps (HFIS): sent by the person who maintains the schedule, and automatically when
they change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Any

from django.db import transaction

from pilar.areas.reference import local, today_in
from pilar.hospital.bpjs.access import access_of, accesses
from pilar.hospital.models import BpjsReading, Clinic, Doctor, Hospital, WeeklySession
from pilar.hospital.operations.bpjs import signed_at
from pilar.hospital.operations.bpjs_asking import asked_now
from pilar.hospital.operations.bpjs_bookings import AHEAD
from pilar.hospital.reference.bpjs import contract
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.bpjs.comparing import Reading
from pilar.hospital.rules.bpjs.services import NotUnderstood, Refused
from pilar.people.authority import Case
from pilar.people.operations import there
from pilar.people.rules import NotFound, Standing
from pilar.platform import audit, locks
from pilar.platform.errors import PilarError
from pilar.platform.jobs import BPJS, every
from pilar.platform.language import N_
from pilar.platform.transactions import one_by_one

Key = tuple[str, int]
"""A BPJS code and a doctor's BPJS number, for which BPJS keeps one list of hours."""
Weekly = list[tuple[int, time, time]]


class BpjsAway(PilarError):
    code = "bpjs-away"
    status = 503
    sentence = N_("BPJS does not answer, so nothing is changed there. Try again later")


class BpjsRefused(PilarError):
    code = "bpjs-refused"
    status = 409
    sentence = N_("BPJS did not take it: %(said)s")


def send_hours(*, by: Standing, clinic: int, doctor: int, now: datetime) -> None:
    """Send BPJS the hours of a doctor in a clinic in the coming week, and those in all other clinics with the same
    code, since BPJS keeps one list per code.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`BpjsAway`, :class:`BpjsRefused`.
    """
    row = there(Clinic.objects.select_related("hospital"), pk=clinic)
    AUTHORITY.require(by, Action.MANAGE, Case(row.hospital.region_id, unit=row.hospital_id), known=False)
    sees = there(Doctor.objects, pk=doctor, hospital=row.hospital_id)
    code = row.subspecialty or row.poli
    if access_of(row.hospital_id) is None or sees.hfis is None or not code:
        raise NotFound
    hours = hours_wanted(row.hospital, now).get((code, sees.hfis), [])
    refused = send_to_hfis(row.hospital, (code, sees.hfis), hours, by=by, now=now)
    if isinstance(refused, Refused):
        raise BpjsRefused(said=refused.message)
    if refused is not None:
        raise BpjsAway


@every("hospital.send-changed-hours", cron="20 * * * *", queue=BPJS)
def send_changed_hours(*, by: Standing, now: datetime) -> dict[str, int]:
    """Send BPJS the weekly hours of doctors that have changed since the last message; returns counts by result.

    Runs until the hour at which the BPJS branch reviews them (``hours_until``); they take effect on the next day.
    Unanswered messages are sent again in the next hour; refused ones wait for the management, which sees the
    difference. Hours existing when a hospital is connected to BPJS are assumed to be known. For the schedule and the
    operator only.
    """
    by.require_server()
    outcomes, begun = Counter[str](), monotonic()

    def send(hospital: Hospital) -> int:
        if local(now, hospital.region_id).hour >= contract().numbers["hours_until"]:
            return 0
        wanted, told = hours_wanted(hospital, now), _told(hospital, now)
        for key in sorted(wanted.keys() | told.keys()):
            hours = wanted.get(key, [])
            if _written(hours) == told.get(key, []):
                continue
            refused = send_to_hfis(hospital, key, hours, by=by, now=signed_at(now, begun))
            outcomes["sent" if refused is None else "refused" if _is_heard(refused) else "away"] += 1
            if not _is_heard(refused) and not isinstance(refused, NotUnderstood):
                break
        return 0

    tied = Hospital.objects.filter(pk__in=list(accesses()))
    one_by_one(tied, send, job="hospital.send-changed-hours", atomic=False)
    return dict(outcomes)


def hours_wanted(hospital: Hospital, now: datetime) -> dict[Key, Weekly]:
    """The hours of all doctors with a BPJS code in the coming week, as set here."""
    today = today_in(hospital.region_id, now)
    coming = [today + timedelta(days=number) for number in range(1, AHEAD + 1)]
    rows = WeeklySession.objects.filter(clinic__hospital=hospital, doctor__hfis__isnull=False)
    hours_of: dict[Key, set[tuple[int, time, time]]] = {}
    for row in rows.select_related("clinic", "doctor"):
        until = min(row.valid_until or date.max, row.doctor.ended_on or date.max)
        code = row.clinic.subspecialty or row.clinic.poli
        if code and any(row.weekday == day.isoweekday() and row.valid_from <= day <= until for day in coming):
            hours_of.setdefault((code, row.doctor.hfis or 0), set()).add((row.weekday, row.starts, row.ends))
    return {key: sorted(hours) for key, hours in hours_of.items()}


def send_to_hfis(hospital: Hospital, key: Key, hours: Weekly, *, by: Standing, now: datetime) -> Exception | None:
    """Send the hours of a doctor; return BPJS's answer if it refused them. After any answer they count as known."""
    code, number = key
    polis = Clinic.objects.filter(hospital=hospital, subspecialty=code).exclude(poli="").values_list("poli", flat=True)
    weekly = [{"hari": day, "buka": starts, "tutup": ends} for day, starts, ends in hours]
    values = {"kodepoli": polis.first() or code, "kodesubspesialis": code, "kodedokter": number, "jadwal": weekly}
    refused = asked_now(hospital.pk, "change-schedule", values, now=now, kept={"kodedokter": number})[1]
    if _is_heard(refused):
        _know(hospital, key, hours, by=by, taken=refused is None, now=now)
    return refused


def _is_heard(refused: Exception | None) -> bool:
    """Return whether BPJS accepted or refused the content: it ignores a sender that it does not know."""
    return refused is None or (isinstance(refused, Refused) and refused.code not in contract().unknown_sender)


@transaction.atomic
def _told(hospital: Hospital, now: datetime) -> dict[Key, list[list[Any]]]:
    """Return the hours last sent to BPJS; before the first message, the present ones."""
    locks.take(f"hospital.hours {hospital.pk}")
    row = BpjsReading.objects.filter(hospital=hospital, kind=Reading.HOURS).first()
    if row is None:
        hours_of = {key: _written(hours) for key, hours in hours_wanted(hospital, now).items()}
        _keep(hospital, hours_of, now)
        return hours_of
    return {(hours["code"], hours["doctor"]): hours["hours"] for hours in row.rows}


@transaction.atomic
def _know(hospital: Hospital, key: Key, hours: Weekly, *, by: Standing, taken: bool, now: datetime) -> None:
    """Record the hours that BPJS received, and that it accepted them."""
    _keep(hospital, _told(hospital, now) | {key: _written(hours)}, now)
    if taken:
        audit.record(
            by=by.actor, action="send-hours", target="hospital.hospital", key=hospital.pk, area=hospital.region_id,
            after={"clinic": key[0], "doctor": key[1], "hours": len(hours)},
        )  # fmt: skip


def _keep(hospital: Hospital, told: Mapping[Key, list[list[Any]]], now: datetime) -> None:
    rows = [{"code": code, "doctor": doctor, "hours": hours} for (code, doctor), hours in sorted(told.items())]
    given = {"day": today_in(hospital.region_id, now), "rows": rows, "read_at": now}
    BpjsReading.objects.update_or_create(hospital=hospital, kind=Reading.HOURS.value, defaults=given)


def _written(hours: Weekly) -> list[list[Any]]:
    """Hours as stored in a row."""
    return [[day, f"{starts:%H:%M}", f"{ends:%H:%M}"] for day, starts, ends in hours]
