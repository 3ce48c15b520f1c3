"""Read BPJS's data each night: times, bookings, and lists of clinics, doctors and hours (HFIS)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from pilar.areas.reference import today_in
from pilar.hospital.bpjs.access import accesses
from pilar.hospital.bpjs.client import NotReached
from pilar.hospital.models import Booking, BpjsExchange, BpjsMessage, BpjsReading, Clinic, Hospital
from pilar.hospital.operations.bpjs import DAYS
from pilar.hospital.operations.bpjs_asking import Asking, asking_by, keep_reading, listed
from pilar.hospital.operations.bpjs_bookings import AHEAD, compare_booking, read_bookings
from pilar.hospital.queries import schedule
from pilar.hospital.queries.bpjs import hours_of
from pilar.hospital.rules.booking import SessionState
from pilar.hospital.rules.bpjs.comparing import Consulting, Otherwise, Reading, differences
from pilar.hospital.rules.bpjs.sending import Sending, Step
from pilar.hospital.rules.bpjs.services import NotUnderstood, Refused
from pilar.people.rules import Standing
from pilar.platform import retention
from pilar.platform.jobs import every
from pilar.platform.transactions import one_by_one


@every("hospital.compare-with-bpjs", cron="40 16 * * *")  # 23.40 WIB
def compare_with_bpjs(*, by: Standing, now: datetime) -> dict[str, int]:
    """Compare what was sent with what BPJS has: missing messages are sent again, differences are shown. Reads the times
    by both clocks, bookings that only one side has and differences of the lists, and deletes old exchanges. A hospital
    that fails does not stop the others. For the schedule and the operator only."""
    by.require_server()
    oldest = retention.oldest_kept("bpjs-exchanges", now)
    if oldest is not None:
        BpjsExchange.objects.filter(at__lt=oldest).delete()
    begun, outcomes = time.monotonic(), Counter[str]()

    def compare(hospital: Hospital) -> int:
        asking = asking_by(accesses()[hospital.pk], now, begun)
        since = today_in(hospital.region_id, now) - timedelta(days=DAYS)
        open_ = BpjsMessage.objects.filter(hospital=hospital, state=Sending.SENT, received_at=None, difference="")
        steps = [step for step in Step if step.task]
        bookings = Booking.objects.filter(
            Exists(open_.filter(booking=OuterRef("pk"), step__in=steps)), hospital=hospital, day__gte=since
        )
        try:
            for row in bookings.order_by("id"):
                try:
                    outcomes.update(compare_booking(row, asking, now))
                except NotUnderstood as error:  # only of one booking: the others go on
                    outcomes[type(error).__name__] += 1
            outcomes.update(_read(hospital, asking, now))
        except (NotReached, Refused) as error:
            outcomes[type(error).__name__] += 1
        return 0

    tied = Hospital.objects.filter(pk__in=list(accesses()))
    one_by_one(tied, compare, job="hospital.compare-with-bpjs", atomic=False)
    return dict(outcomes)


def _read(hospital: Hospital, asking: Asking, now: datetime) -> Counter[str]:
    """Read BPJS's data as far as it answers; raises :class:`NotReached`."""
    today, outcomes = today_in(hospital.region_id, now), Counter[str]()
    for read in (_read_times, read_bookings, _read_lists):
        try:
            read(hospital, asking, today, now)
        except (NotUnderstood, Refused) as error:  # one request failed; others may be answered
            outcomes[type(error).__name__] += 1
    outdated = BpjsReading.objects.filter(hospital=hospital, day__lt=today, kind__in=[Reading.LISTS, Reading.BOOKINGS])
    outdated.delete()
    return outcomes


def _read_times(hospital: Hospital, asking: Asking, today: date, now: datetime) -> None:
    """The times of today, and those of the month, by the clock of the hospital and by that of BPJS."""
    for clock in ("rs", "server"):
        rows = asking("day-dashboard", {"tanggal": today, "waktu": clock})
        keep_reading(hospital, today, Reading(clock), [_times([row]) for row in rows], now)
        month: dict[str, list[Mapping[str, Any]]] = {}
        for row in asking("month-dashboard", {"bulan": today.month, "tahun": today.year, "waktu": clock}):
            month.setdefault(row["kodepoli"], []).append(row)
        keep_reading(
            hospital,
            today.replace(day=1),
            Reading(f"month-{clock}"),
            [_times(rows_of_day) for rows_of_day in month.values()],
            now,
        )


def _read_lists(hospital: Hospital, asking: Asking, today: date, now: datetime) -> None:
    """Compare the clinics, doctors and hours of the coming week with those of BPJS (HFIS)."""
    days = [today + timedelta(days=number) for number in range(1, AHEAD + 1)]
    clinics, first = dict[str, Clinic](), dict[int, int]()
    for clinic in Clinic.objects.filter(hospital=hospital):
        if code := clinic.subspecialty or clinic.poli:  # BPJS has one list per code: it is shown at the first of these
            first[clinic.pk] = clinics.setdefault(code, clinic).pk
    names = {clinic.pk: clinic.name for clinic in clinics.values()}
    stands = [SessionState.OPEN.value, SessionState.CLOSED.value]
    ours, doctors = [], {}
    for session in schedule.sessions(hospital.pk, days[0], days[-1], states=stands):
        if session.doctor.hfis is not None and session.clinic.key in first:
            doctors[session.doctor.hfis] = session.doctor
            hours, count = hours_of(session, hospital.region_id), session.capacity - session.policy.overbook
            ours.append(Consulting(first[session.clinic.key], session.doctor.hfis, session.day, hours, count))
    rows = [
        {"what": what.value, "clinic": clinic.name, "ours": code} for code, clinic, what in _clinics(asking, clinics)
    ]
    called = {doctor["kodedokter"]: doctor["namadokter"] for doctor in listed(asking, "doctors") or []}
    for number, doctor in doctors.items():
        there_ = called.get(number, "")
        if called and there_.casefold() != doctor.name.casefold():
            what = Otherwise.NAME if there_ else Otherwise.NO_DOCTOR
            rows.append({"what": what.value, "doctor": doctor.name, "ours": str(number), "theirs": there_})
    theirs, called = _consulting(asking, clinics, days)
    for what, mine, other in differences(ours, theirs):
        (consulting, *_) = (consulting for consulting in (mine, other) if consulting)
        row = {"what": what.value, "clinic": names[consulting.clinic], "day": consulting.day.isoformat(),
               "ours": _told(mine), "theirs": _told(other)}  # fmt: skip
        if known := doctors.get(consulting.doctor):
            rows.append(row | {"doctor": known.name, "keys": [consulting.clinic, known.key]})
        else:
            rows.append(row | {"doctor": called[consulting.doctor]})
    keep_reading(hospital, today, Reading.LISTS, rows, now)


def _clinics(asking: Asking, clinics: Mapping[str, Clinic]) -> Iterator[tuple[str, Clinic, Otherwise]]:
    """Clinics that BPJS does not know, or for which only one side requires a fingerprint."""
    codes = {row[name] for row in listed(asking, "clinics") or () for name in ("kdpoli", "kdsubspesialis")}
    prints = listed(asking, "fingerprint-clinics")
    asked = {row[name] for row in prints or () for name in ("kodepoli", "kodesubspesialis")}
    for code, clinic in clinics.items():
        if codes and code not in codes:
            yield code, clinic, Otherwise.NO_CLINIC
        if prints is not None and clinic.fingerprint is not (code in asked):
            yield code, clinic, Otherwise.NO_FINGERPRINT if clinic.fingerprint else Otherwise.FINGERPRINT


def _consulting(
    asking: Asking, clinics: Mapping[str, Clinic], days: Iterable[date]
) -> tuple[list[Consulting], dict[int, str]]:
    """BPJS's hours of our clinics, and the names of their doctors by number."""
    lists, names = [], {}
    for poli in dict.fromkeys(clinic.poli or clinic.subspecialty for clinic in clinics.values()):
        for day in days:
            for row in listed(asking, "schedule", {"kodepoli": poli, "tanggal": day}) or []:
                clinic = clinics.get(row["kodesubspesialis"]) or clinics.get(row["kodepoli"])
                if clinic is not None and not row["libur"]:
                    names[row["kodedokter"]] = row["namadokter"]
                    lists.append(Consulting(clinic.pk, row["kodedokter"], day, row["jadwal"], row["kapasitaspasien"]))
    return lists, names


def _told(consulting: Consulting | None) -> tuple[str, str, int] | str:
    """Hours and places, which are formatted in the reader's language later."""
    return (f"{consulting.hours[0]:%H:%M}", f"{consulting.hours[1]:%H:%M}", consulting.places) if consulting else ""


def _times(rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The mean seconds of a clinic over some rows of a dashboard, each by its bookings."""
    count = sum(row["jumlah_antrean"] for row in rows)
    means = [
        sum(row[f"avg_waktu_task{task}"] * row["jumlah_antrean"] for row in rows) / count if count else 0
        for task in range(1, 7)
    ]
    return {"clinic": rows[0]["namapoli"], "bookings": count, "seconds": means}
