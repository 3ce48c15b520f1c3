"""What BPJS has is read each night: its times, bookings that it alone has, its lists of clinics, doctors and hours
(HFIS). What is asked while somebody waits for the answer: whether a fingerprint is known, and that hours are taken."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from pilar.areas.reference import today_in
from pilar.hospital.bpjs.access import Access, access_of, accesses
from pilar.hospital.bpjs.client import NotReached, ask
from pilar.hospital.models import (
    Booking,
    BpjsExchange,
    BpjsMessage,
    BpjsReading,
    Clinic,
    Doctor,
    Hospital,
    Patient,
    WeeklySession,
)
from pilar.hospital.operations.bpjs import DAYS, keep_exchange, signed_at
from pilar.hospital.queries import schedule
from pilar.hospital.queries.bookings import booking as booking_of
from pilar.hospital.queries.bpjs import hours_of
from pilar.hospital.queries.records import read_person
from pilar.hospital.reference.bpjs import contract
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import BookingState, Payer, SessionState
from pilar.hospital.rules.bpjs.comparing import Consulting, Otherwise, Reading, differences
from pilar.hospital.rules.bpjs.messages import Misfit
from pilar.hospital.rules.bpjs.sending import Difference, Known, Sending, Step
from pilar.hospital.rules.bpjs.sending import differences as differences_of
from pilar.hospital.rules.bpjs.services import NotUnderstood, Refused
from pilar.hospital.rules.privacy import Why
from pilar.people.authority import Case
from pilar.people.operations import there
from pilar.people.rules import NotAllowed, NotFound, Standing
from pilar.platform import audit, retention
from pilar.platform.errors import PilarError
from pilar.platform.jobs import every
from pilar.platform.language import mark
from pilar.platform.secrets import Unreadable
from pilar.platform.transactions import one_by_one

AHEAD, SOON = 7, 3.0
"""Days ahead whose hours and bookings are read, and seconds for which somebody waits for an answer."""
Asking = Callable[..., Any]


class BpjsAway(PilarError):
    code = "bpjs-away"
    status = 503
    sentence = mark("BPJS does not answer, so nothing is changed there. Try again later")


class BpjsRefused(PilarError):
    code = "bpjs-refused"
    status = 409
    sentence = mark("BPJS did not take it: %(said)s")


@every("hospital.compare-with-bpjs", cron="40 16 * * *")  # 23.40 WIB
def compare_with_bpjs(*, by: Standing, now: datetime) -> dict[str, int]:
    """Hold what was sent against what BPJS has: what it lacks is sent again, what it has otherwise is shown. Reads its
    times by both clocks, bookings that it alone has and how its lists differ, and forgets old exchanges. A hospital
    that breaks stops no other. For the schedule and the operator only."""
    if not by.unrestricted:
        raise NotAllowed
    oldest = retention.oldest_kept("bpjs-exchanges", now)
    if oldest is not None:
        BpjsExchange.objects.filter(at__lt=oldest).delete()
    begun, found = time.monotonic(), Counter[str]()

    def compare(hospital: Hospital) -> int:
        access = accesses()[hospital.pk]
        since = today_in(hospital.region_id, now) - timedelta(days=DAYS)
        open_ = BpjsMessage.objects.filter(hospital=hospital, state=Sending.SENT, received_at=None, difference="")
        steps = [step for step in Step if step.task]
        bookings = Booking.objects.filter(
            Exists(open_.filter(booking=OuterRef("pk"), step__in=steps)), hospital=hospital, day__gte=since
        )
        try:
            for row in bookings.order_by("id"):
                try:
                    found.update(_compare(row, access, now, begun))
                except NotUnderstood as error:  # of one booking; only without a line the others wait for tomorrow
                    found[type(error).__name__] += 1
            found.update(_read(hospital, access, now, begun))
        except (NotReached, Refused) as error:
            found[type(error).__name__] += 1
        return 0

    tied = Hospital.objects.filter(pk__in=list(accesses()))
    one_by_one(tied, compare, job="hospital.compare-with-bpjs", atomic=False)
    return dict(found)


def send_hours(*, by: Standing, clinic: int, doctor: int, now: datetime) -> None:
    """Send BPJS the hours at which a doctor sees patients in a clinic in the coming week, as they are set here, and
    those in all other clinics of the same code: BPJS keeps one list for a code.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`BpjsAway`, :class:`BpjsRefused`.
    """
    row = there(Clinic.objects.select_related("hospital"), pk=clinic)
    AUTHORITY.require(by, Action.MANAGE, Case(row.hospital.region_id, unit=row.hospital_id), known=False)
    sees = there(Doctor.objects, pk=doctor, hospital=row.hospital_id)
    code = row.subspecialty or row.poli
    if access_of(row.hospital_id) is None or sees.hfis is None or not code:
        raise NotFound
    today = today_in(row.hospital.region_id, now)
    coming = [today + timedelta(days=number) for number in range(1, AHEAD + 1)]
    same = Clinic.objects.filter(Q(subspecialty=code) | Q(subspecialty="", poli=code), hospital=row.hospital)
    ended = sees.ended_on or date.max
    weekly = {
        (day.isoweekday(), one.starts, one.ends)
        for one in WeeklySession.objects.filter(clinic__in=same, doctor=sees) for day in coming
        if one.weekday == day.isoweekday() and one.valid_from <= day <= min(one.valid_until or date.max, ended)
    }  # fmt: skip
    hours = [{"hari": day, "buka": starts, "tutup": ends} for day, starts, ends in sorted(weekly)]
    values = {"kodepoli": row.poli or code, "kodesubspesialis": code, "kodedokter": sees.hfis, "jadwal": hours}
    refused = _asked_now(row.hospital_id, "change-schedule", values, now=now, kept={"kodedokter": sees.hfis})[1]
    if isinstance(refused, Refused):
        raise BpjsRefused(said=refused.message)
    if refused is not None:
        raise BpjsAway
    audit.record(
        by=by.actor, action="send-hours", target="hospital.clinic", key=row.pk, area=row.hospital.region_id,
        after={"doctor": sees.pk, "hours": len(hours)},
    )  # fmt: skip


def fingerprint(*, by: Standing, booking: str, now: datetime) -> bool | None:
    """Whether the patient of a booking, still to come, has a fingerprint at BPJS; None where it does not say, or where
    the clinic does not ask for one. Raises :class:`NotFound`."""
    row = booking_of(booking, scope=by, now=now)
    hospital, asks = row.session.hospital, row.session.clinic.fingerprint and row.payer is Payer.BPJS
    if not asks or row.state is not BookingState.BOOKED or access_of(hospital) is None:
        return None
    patient = Patient.objects.select_related("hospital").get(pk=row.patient)
    if patient.person is None:
        return None
    try:
        area = patient.hospital.region_id
        person = read_person(patient, by=by, area=area, why=Why.BPJS, only=("nik", "card"))
    except Unreadable:
        return None
    number = person.card or person.nik
    if not number:
        return None
    values = {"identitas": "noka" if person.card else "nik", "noidentitas": number}
    kept = {"kodebooking": row.code, "noidentitas": number}
    said, _refused = _asked_now(hospital, "fingerprint", values, now=now, kept=kept)
    return None if said is None else bool(said["daftarfp"])


def _compare(row: Booking, access: Access, now: datetime, since: float) -> Counter[str]:
    """What BPJS has of a booking, against what it was told; of one that it does not know it lists nothing."""
    try:
        rows = ask(access, "tasks", {"kodebooking": row.code}, now=signed_at(now, since))
    except Refused as refused:
        if refused.code in contract().unknown_sender:
            raise
        rows = []
    listed = {one["taskid"]: Known(one["wakturs"], one["waktu"]) for one in rows}
    with transaction.atomic():
        sent = {
            Step(one.step).task or 0: one
            for one in BpjsMessage.objects.select_for_update().filter(booking=row, state=Sending.SENT)
        }
        told = {task: one.at for task, one in sent.items() if task}
        found = differences_of(told, listed)
        for task, one in sent.items():
            one.difference = found.get(task, "") if task else Difference.UNKNOWN if found.keys() - told.keys() else ""
            one.received_at = listed[task].received if task in listed else None
            if one.difference == Difference.MISSING:
                one.state, one.attempts, one.made_at, one.next_at, one.sent_at = Sending.WAITING, 0, now, now, None
            one.save(update_fields=["difference", "received_at", "state", "attempts", "made_at", "next_at", "sent_at"])
    return Counter(one.value for one in found.values())


def _read(hospital: Hospital, access: Access, now: datetime, since: float) -> Counter[str]:
    """What BPJS has, as far as it says; raises :class:`NotReached`."""
    today, found = today_in(hospital.region_id, now), Counter[str]()

    def asking(service: str, values: Mapping[str, Any] | None = None) -> Any:
        return ask(access, service, values, now=signed_at(now, since))

    for read in (_read_times, _read_bookings, _read_lists):
        try:
            read(hospital, asking, today, now)
        except (NotUnderstood, Refused) as error:  # of one; the others may be answered
            found[type(error).__name__] += 1
    outdated = BpjsReading.objects.filter(hospital=hospital, day__lt=today, kind__in=[Reading.LISTS, Reading.BOOKINGS])
    outdated.delete()
    return found


def _read_times(hospital: Hospital, asking: Asking, today: date, now: datetime) -> None:
    """The times of today, and those of the month, by the clock of the hospital and by that of BPJS."""
    for clock in ("rs", "server"):
        rows = asking("day-dashboard", {"tanggal": today, "waktu": clock})
        _keep(hospital, today, Reading(clock), [_times([one]) for one in rows], now)
        month: dict[str, list[Mapping[str, Any]]] = {}
        for one in asking("month-dashboard", {"bulan": today.month, "tahun": today.year, "waktu": clock}):
            month.setdefault(one["kodepoli"], []).append(one)
        _keep(hospital, today.replace(day=1), Reading(f"month-{clock}"), [_times(one) for one in month.values()], now)


def _read_bookings(hospital: Hospital, asking: Asking, today: date, now: datetime) -> None:
    """The bookings of today and the coming days that BPJS has and the hospital has not."""
    for day in (today + timedelta(days=number) for number in range(AHEAD + 1)):
        listed = _listed(asking, "registered-on", {"tanggal": day}) or []
        known = set(
            Booking.objects.filter(hospital=hospital, code__in=[one["kodebooking"] for one in listed])
            .values_list("code", flat=True)
        )  # fmt: skip
        alone = [
            {"code": one["kodebooking"], "clinic": one["kodepoli"], "doctor": one["kodedokter"],
             "number": one["noantrean"], "source": one["sumberdata"]}
            for one in listed if one["kodebooking"] not in known and one["status"] not in contract().given_up
        ]  # fmt: skip
        _keep(hospital, day, Reading.BOOKINGS, alone, now)


def _read_lists(hospital: Hospital, asking: Asking, today: date, now: datetime) -> None:
    """How the clinics, doctors and hours of the coming week differ from those that BPJS has (HFIS)."""
    days = [today + timedelta(days=number) for number in range(1, AHEAD + 1)]
    clinics, first = dict[str, Clinic](), dict[int, int]()
    for clinic in Clinic.objects.filter(hospital=hospital):
        if code := clinic.subspecialty or clinic.poli:  # BPJS has one list for a code: it stands at the first of these
            first[clinic.pk] = clinics.setdefault(code, clinic).pk
    names = {one.pk: one.name for one in clinics.values()}
    stands = [SessionState.OPEN.value, SessionState.CLOSED.value]
    ours, doctors = [], {}
    for one in schedule.sessions(hospital.pk, days[0], days[-1], states=stands):
        if one.doctor.hfis is not None and one.clinic.key in first:
            doctors[one.doctor.hfis] = one.doctor
            hours, count = hours_of(one, hospital.region_id), one.capacity - one.policy.overbook
            ours.append(Consulting(first[one.clinic.key], one.doctor.hfis, one.day, hours, count))
    rows = [{"what": what.value, "clinic": one.name, "ours": code} for code, one, what in _clinics(asking, clinics)]
    called = {one["kodedokter"]: one["namadokter"] for one in _listed(asking, "doctors") or []}
    for number, doctor in doctors.items():
        there_ = called.get(number, "")
        if called and there_.casefold() != doctor.name.casefold():
            what = Otherwise.NAME if there_ else Otherwise.NO_DOCTOR
            rows.append({"what": what.value, "doctor": doctor.name, "ours": str(number), "theirs": there_})
    theirs, called = _consulting(asking, clinics, days)
    for what, mine, other in differences(ours, theirs):
        (found, *_) = (one for one in (mine, other) if one)
        row = {"what": what.value, "clinic": names[found.clinic], "day": found.day.isoformat(),
               "ours": _told(mine), "theirs": _told(other)}  # fmt: skip
        if known := doctors.get(found.doctor):
            rows.append(row | {"doctor": known.name, "keys": [found.clinic, known.key]})
        else:
            rows.append(row | {"doctor": called[found.doctor]})
    _keep(hospital, today, Reading.LISTS, rows, now)


def _clinics(asking: Asking, clinics: Mapping[str, Clinic]) -> Iterator[tuple[str, Clinic, Otherwise]]:
    """Clinics that BPJS does not know, or where it asks for a fingerprint and we do not, or the other way round."""
    codes = {one[name] for one in _listed(asking, "clinics") or () for name in ("kdpoli", "kdsubspesialis")}
    prints = _listed(asking, "fingerprint-clinics")
    asked = {one[name] for one in prints or () for name in ("kodepoli", "kodesubspesialis")}
    for code, one in clinics.items():
        if codes and code not in codes:
            yield code, one, Otherwise.NO_CLINIC
        if prints is not None and one.fingerprint is not (code in asked):
            yield code, one, Otherwise.NO_FINGERPRINT if one.fingerprint else Otherwise.FINGERPRINT


def _asked_now(
    hospital: str, service: str, values: Mapping[str, Any], *, now: datetime, kept: Mapping[str, Any]
) -> tuple[Any, Exception | None]:
    """What BPJS says while somebody waits, or why it says nothing; ``kept`` is what the list of exchanges keeps."""
    begun = time.monotonic()
    try:
        said, refused = ask(accesses()[hospital], service, values, now=now, seconds=SOON), None
        answer = min(contract().called[service].success), "Ok"
    except Refused as error:
        said, refused, answer = None, error, (error.code, error.message)
    except (NotReached, NotUnderstood, Misfit) as error:
        said, refused, answer = None, error, (0, str(error))
    keep_exchange(hospital, service, kept, answer, begun=begun, now=now)
    return said, refused


def _consulting(
    asking: Asking, clinics: Mapping[str, Clinic], days: Iterable[date]
) -> tuple[list[Consulting], dict[int, str]]:
    """The hours that BPJS has, of our clinics, and the names of their doctors by number."""
    found, names = [], {}
    for poli in dict.fromkeys(one.poli or one.subspecialty for one in clinics.values()):
        for day in days:
            for one in _listed(asking, "schedule", {"kodepoli": poli, "tanggal": day}) or []:
                clinic = clinics.get(one["kodesubspesialis"]) or clinics.get(one["kodepoli"])
                if clinic is not None and not one["libur"]:
                    names[one["kodedokter"]] = one["namadokter"]
                    found.append(Consulting(clinic.pk, one["kodedokter"], day, one["jadwal"], one["kapasitaspasien"]))
    return found, names


def _listed(asking: Asking, service: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]] | None:
    """The rows of a list; None where BPJS refuses, as it does for a list without rows."""
    try:
        return list(asking(service, values))
    except Refused as refused:
        if refused.code in contract().unknown_sender:
            raise
        return None


def _told(one: Consulting | None) -> str:
    return f"{one.hours[0]:%H.%M}–{one.hours[1]:%H.%M} ({one.places})" if one else ""


def _times(rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The mean seconds of a clinic over some rows of a dashboard, each by its bookings."""
    count = sum(one["jumlah_antrean"] for one in rows)
    means = [
        sum(one[f"avg_waktu_task{task}"] * one["jumlah_antrean"] for one in rows) / count if count else 0
        for task in range(1, 7)
    ]
    return {"clinic": rows[0]["namapoli"], "bookings": count, "seconds": means}


@transaction.atomic
def _keep(hospital: Hospital, day: date, kind: Reading, rows: list[dict[str, Any]], now: datetime) -> None:
    BpjsReading.objects.update_or_create(
        hospital=hospital, day=day, kind=kind.value, defaults={"rows": rows, "read_at": now}
    )
