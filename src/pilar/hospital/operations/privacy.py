"""Consent by purpose, emergencies, breaches; erasure of bookings without a visit, on request or after a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from pilar.hospital.models import (
    Booking,
    Breach,
    BrokenGlass,
    Consent,
    Hospital,
    Patient,
    PlannedOperation,
    Triage,
    Waiting,
)
from pilar.hospital.models.bookings import REFERENCE
from pilar.hospital.models.patients import CARD, NIK
from pilar.hospital.operations.patients import next_record
from pilar.hospital.reference.consent import consent_of
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import HERE, OVER, BookingState, WaitingState
from pilar.hospital.rules.privacy import (
    GLASS_HOLDS,
    MAX_GLASSES,
    UNUSED,
    BookingsOpen,
    Purpose,
    TooManyGlasses,
    breach_faults,
    reason_faults,
)
from pilar.hospital.rules.roles import Role
from pilar.people.authority import Case
from pilar.people.operations import held, notify, settle, there
from pilar.people.queries import acting_for
from pilar.people.rules import HeldRole, NotAllowed, NotFound, Permission, Standing
from pilar.platform import audit, retention, secrets
from pilar.platform.errors import Fault, Faults
from pilar.platform.jobs import every
from pilar.platform.language import N_

PATIENT, GLASS, BREACH = "hospital.patient", "hospital.glass", "hospital.breach"
A_NIGHT = 2_000
"""The most patients whose bookings are erased in one night; the rest waits for the next."""


@transaction.atomic
def agree(*, by: Standing, patient: int, purpose: Purpose, now: datetime) -> None:
    """Record consent to a purpose with the present text: by the patient, their proxy, or the desk for a patient who is
    present."""
    row = _asked_of(by, patient, now)
    version = consent_of(purpose).version
    if not Consent.objects.filter(patient=row, purpose=purpose, withdrawn_at=None).exists():
        Consent.objects.create(patient=row, purpose=purpose, version=version, given_at=now, given_by=by.signature)
        _said(by, "agree", row, {"purpose": purpose, "version": version})


@transaction.atomic
def withdraw(*, by: Standing, patient: int, purpose: Purpose, now: datetime) -> None:
    """Withdraw a consent; both days are kept."""
    row = _asked_of(by, patient, now)
    if Consent.objects.filter(patient=row, purpose=purpose, withdrawn_at=None).update(withdrawn_at=now):
        _said(by, "withdraw", row, {"purpose": purpose})


@transaction.atomic
def break_glass(*, by: Standing, hospital: str, record: str, reason: str, now: datetime) -> int:
    """Open the record of a patient in an emergency, for a time; the data protection officers are told. If it is already
    open, nothing changes.

    Raises :class:`NotAllowed`, :class:`NotFound`, Faults for an unsuitable reason, :class:`TooManyGlasses`.
    """
    place = there(Hospital.objects, pk=hospital)
    AUTHORITY.require(by, Action.BREAK_GLASS, Case(place.region_id, unit=place.pk), known=True)
    if by.account is None:
        raise NotAllowed
    if faults := reason_faults(reason):
        raise Faults(faults)
    row = Patient.objects.filter(hospital=place, record=record.zfill(8), merged_into=None, erased_at=None).first()
    if row is None:
        raise Faults([Fault("no-such-record", N_("There is no patient of this record number"), {}, "record")])
    open_ = BrokenGlass.objects.filter(patient=row, user=by.account, ends_at__gt=now, reviewed_at=None).first()
    if open_ is not None:
        return open_.pk
    lately = BrokenGlass.objects.filter(user=by.account, opened_at__gt=now - MAX_GLASSES.within)
    if lately.count() >= MAX_GLASSES.most:
        raise TooManyGlasses
    made = BrokenGlass.objects.create(
        hospital=place, patient=row, user_id=by.account, by=by.signature, reason=" ".join(reason.split())[:300],
        opened_at=now, ends_at=now + GLASS_HOLDS,
    )  # fmt: skip
    audit.record(
        by=by.actor, action="break-glass", target=GLASS, key=made.pk, area=place.region_id,
        after={"patient": row.pk, "reason": made.reason},
    )  # fmt: skip
    notify(
        by=by, to=HeldRole(Role.PRIVACY, place.region_id, unit=place.pk), kind=GLASS, subject=f"{GLASS}:{made.pk}",
        sentence=N_("A record was opened in an emergency: look whether that was right"),
        address=reverse("hospital:protection", args=[place.pk]), region=place.region_id, now=now,
    )  # fmt: skip
    return made.pk


@transaction.atomic
def review_glass(*, by: Standing, glass: int, finding: str, now: datetime) -> None:
    """Record the review of an emergency by the data protection officer; once, and not of their own."""
    row = held(BrokenGlass.objects, pk=glass)
    _protects(by, row.hospital)
    if row.user_id == by.account:
        raise NotAllowed
    if not finding.strip():
        raise Faults([Fault("required", N_("Say what you found"), {}, "finding")])
    if row.reviewed_at is None:
        row.reviewed_at, row.reviewed_by, row.finding = now, by.signature, finding.strip()[:300]
        row.save(update_fields=["reviewed_at", "reviewed_by", "finding"])
        settle(by=by, subject=f"{GLASS}:{glass}", kind=GLASS, now=now)
        audit.record(
            by=by.actor, action="review", target=GLASS, key=glass, area=row.hospital.region_id,
            after={"finding": row.finding},
        )  # fmt: skip


@transaction.atomic
def write_breach(
    *, by: Standing, hospital: str, facts: Mapping[str, Any], breach: int | None = None, version: int = 0, now: datetime
) -> int:
    """Write the report of a breach, or change it until the notices are sent; ``facts`` are the columns of the
    report."""
    place = there(Hospital.objects, pk=hospital)
    _protects(by, place)
    if faults := breach_faults(facts, now):
        raise Faults(faults)
    given = {**facts, "written_at": now, "written_by": by.signature}
    if breach is None:
        made = Breach.objects.create(hospital=place, **given)
    else:
        made = held(Breach.objects, pk=breach, hospital=place)
        if made.told_at is not None:
            raise NotAllowed
        if made.version != version:
            raise Faults([Fault("outdated", N_("Somebody has written it meanwhile. Look at it again"), {}, "version")])
        for name, value in given.items():
            setattr(made, name, value)
        made.version += 1
        made.save()
    audit.record(
        by=by.actor, action="write", target=BREACH, key=made.pk, area=place.region_id, after={"version": made.version}
    )
    return made.pk


@transaction.atomic
def tell_breach(*, by: Standing, breach: int, now: datetime) -> None:
    """Record that the persons and the agency were notified in writing; from then on the report cannot change."""
    row = held(Breach.objects, pk=breach)
    _protects(by, row.hospital)
    if row.told_at is None:
        row.told_at = now
        row.save(update_fields=["told_at"])
        audit.record(by=by.actor, action="tell", target=BREACH, key=breach, area=row.hospital.region_id)


@transaction.atomic
def erase_bookings(*, by: Standing, patient: int, now: datetime) -> int:
    """Erase the bookings without a visit, and the person too if there was no visit at all; returns how many bookings.

    Records of visits stay, as the law asks. Raises :class:`NotFound` for anyone but the patient, the person who
    declared them and the data protection officer, :class:`BookingsOpen`.
    """
    row = _asked_of(by, patient, now, alone=True)
    if Booking.objects.filter(patient=row, state__in=[BookingState.BOOKED, *HERE]).exists():
        raise BookingsOpen
    return _erase(row, Booking.objects.filter(patient=row, state__in=UNUSED), by, now)


@every("hospital.forget-bookings", cron="20 19 * * *")  # 2.20 WIB
@transaction.atomic
def forget_bookings(*, by: Standing, now: datetime) -> int:
    """Erase expired bookings: those without a visit early, records of visits late. For the schedule and the operator
    only; returns how many."""
    by.require_server()
    count = 0
    for kind, states in (("hospital-bookings", UNUSED), ("hospital-visits", OVER - UNUSED)):
        oldest = retention.oldest_kept(kind, now)
        if oldest is None:
            continue
        rows = Booking.objects.filter(day__lt=oldest.date(), state__in=states, patient__erased_at=None)
        for key in rows.order_by("patient").values_list("patient", flat=True).distinct()[:A_NIGHT]:
            patient = held(Patient.objects, pk=key)
            count += _erase(patient, rows.filter(patient=patient), by, now)
        if states is UNUSED:
            _forget_unbooked(oldest, by, now)
    return count


def _forget_unbooked(oldest: datetime, by: Standing, now: datetime) -> None:
    """Erase patients who were only registered or never got a place, after the same time as bookings without a visit."""
    letter = Q(reference__isnull=False) | Q(referred_until__isnull=False)
    over = Waiting.objects.filter(letter, last_day__lt=oldest.date())
    for key in over.order_by("patient").values_list("patient", flat=True).distinct()[:A_NIGHT]:
        held(Patient.objects, pk=key)
        over.filter(patient=key).update(reference=None, referred_until=None)
    needed = (Waiting.objects.filter(last_day__gte=oldest.date()), PlannedOperation.objects.all())
    rows = Patient.objects.filter(created_at__lt=oldest, erased_at=None, merged_into=None, bookings=None)
    for kept_rows in needed:
        rows = rows.exclude(pk__in=kept_rows.values("patient"))
    for key in list(rows.values_list("pk", flat=True)[:A_NIGHT]):
        _erase(held(Patient.objects, pk=key), Booking.objects.none(), by, now)


@transaction.atomic
def renew_patients(*, by: Standing) -> int:
    """Re-encrypt fields stored under older keys with the first key, and renew their hashes; returns how many rows.
    Needs ``load-reference-data``. Raises :class:`secrets.Unreadable` if a key is missing."""
    by.require(Permission.LOAD_REFERENCE_DATA)
    count = secrets.renew_rows(Patient, "person", also=_hashed) + secrets.renew_rows(Waiting, "reference")
    count += secrets.renew_rows(Triage, "signs")
    count += secrets.renew_rows(Booking, "reference", also=_hashed)
    if count:
        audit.record(by=by.actor, action="renew", target=PATIENT, key="all", after={"rows": count})
    return count


def _hashed(name: str, kept: secrets.Kept) -> dict[str, Any]:
    text = secrets.decrypt(kept.text, context=kept.context)
    if name == "reference":
        return {"reference_hash": secrets.lookup(text, context=REFERENCE)}
    known = json.loads(text)
    return {
        "nik_hash": secrets.lookup(known["nik"], context=NIK) if known.get("nik") else "",
        "card_hash": secrets.lookup(known["card"], context=CARD) if known.get("card") else "",
    }


def _asked_of(by: Standing, patient: int, now: datetime, *, alone: bool = False) -> Patient:
    """The row of a patient, locked, for people who may decide about their data: the patient, their proxy (``alone``:
    only one who has declared them), and the desk (``alone``: the data protection officer) of the hospital."""
    row = held(Patient.objects, pk=patient, merged_into=None, erased_at=None)
    if by.citizen is not None:
        for acted in acting_for(by, purpose="hospital", now=now):
            if acted.account == row.account_id and (acted.proxy is None or acted.declared or not alone):
                return row
        raise NotFound
    case = Case(row.hospital.region_id, unit=row.hospital_id)
    AUTHORITY.require(by, Action.PROTECT if alone else Action.BOOK, case, known=False)
    return row


def _protects(by: Standing, place: Hospital) -> None:
    AUTHORITY.require(by, Action.PROTECT, Case(place.region_id, unit=place.pk), known=False)


def _erase(row: Patient, bookings: QuerySet[Booking], by: Standing, now: datetime) -> int:
    """Detach these bookings from their patient; the numbers of the session stay as given. If the patient has other
    bookings, these are linked to an empty row, so that nobody can see which bookings belonged together with a visit;
    otherwise the person is erased too."""
    keys = list(bookings.values_list("pk", flat=True))
    rows = Booking.objects.filter(pk__in=keys)
    rows.update(reference=None, reference_hash="", referred_until=None)
    Triage.objects.filter(booking__in=keys).update(signs=None)
    if Booking.objects.filter(patient=row).exclude(pk__in=keys).exists():
        nobody = Patient.objects.create(
            hospital_id=row.hospital_id, record=next_record(row.hospital_id), created_at=now, erased_at=now
        )
        rows.update(patient=nobody)
    else:
        Waiting.objects.filter(patient=row).update(reference=None, referred_until=None)
        Waiting.objects.filter(patient=row, state=WaitingState.WAITING).update(state=WaitingState.OVER)
        Consent.objects.filter(patient=row, withdrawn_at=None).update(withdrawn_at=now)
        row.person, row.nik_hash, row.card_hash, row.ihs, row.account, row.erased_at = None, "", "", "", None, now
        row.save()
        gone = {"person": None, "nik_hash": "", "card_hash": "", "ihs": "", "erased_at": now}
        Patient.objects.filter(merged_into=row, erased_at=None).update(**gone)
    _said(by, "erase", row, {"bookings": len(keys), "person": row.erased_at is not None})
    return len(keys)


def _said(by: Standing, action: str, row: Patient, after: Mapping[str, Any]) -> None:
    audit.record(by=by.actor, action=action, target=PATIENT, key=row.pk, area=row.hospital.region_id, after=after)
