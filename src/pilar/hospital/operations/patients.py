"""Register, find and correct patients of a hospital, and merge rows of the same person."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, Hospital, Patient, Waiting
from pilar.hospital.models.patients import CARD, NIK
from pilar.hospital.queries.records import read_person
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.patients import Person, own_fields, person_of, proves, text_of
from pilar.hospital.rules.privacy import Why
from pilar.people.authority import Case
from pilar.people.operations import held, there
from pilar.people.queries import acting_for, public_names
from pilar.people.queries.public import opened
from pilar.people.rules import NotFound, Standing, existing
from pilar.platform import audit, locks, secrets
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

TARGET = "hospital.patient"
TAKEN, NOT_ONE = "patient-elsewhere", "not-one-patient"
"""Faults that reveal that a number belongs to somebody, or that numbers do not belong together; limited, against
guessing."""


@transaction.atomic
def register_patient(
    *, by: Standing, hospital: str, person: Person, account: int | None = None, record: str = "", now: datetime
) -> int:
    """Register a patient of a hospital; returns the key of the row, or of the existing row of the same person.

    At the desk, or by a citizen for ``account``: their own or that of somebody they act for. The same person is
    recognised by account, NIK or card. A citizen who also knows the ``record`` number, birth date and phone stored for
    that NIK links the row to the account. Raises :class:`NotFound`, :class:`NotAllowed`, Faults at the fields of
    :class:`Person` and at ``record``.
    """
    place = there(Hospital.objects, pk=hospital)
    if by.citizen is not None:
        if account not in {acted.account for acted in acting_for(by, purpose="hospital", now=now)}:
            raise NotFound
    else:
        AUTHORITY.require(by, Action.BOOK, Case(place.region_id, unit=place.pk), known=True)
    if faults := person.faults(today_in(place.region_id, now)):
        raise Faults(faults)
    locks.take(f"hospital.register {hospital}")
    hashes = _hashes(person)
    if record and account is not None:
        return _claim(by, place, record, person, account)
    own = Patient.objects.filter(hospital=hospital, account=account, merged_into=None) if account is not None else None
    known = (own.first() if own is not None else None) or _same(hospital, person)
    if known is not None:
        if account is not None and known.account_id != account and (by.citizen is not None or known.account_id):
            # A citizen may not learn whether that row has an account: the desk looks at both.
            raise Faults([Fault(TAKEN, N_("This number is registered already. Enter the record number too, or come "
                                            "to the desk with your identity card"), {}, "nik")])  # fmt: skip
        return known.pk
    row = Patient.objects.create(
        hospital=place,
        record=next_record(hospital),
        account_id=account,
        person=text_of(person),
        created_at=now,
        **hashes,
    )
    audit.record(
        by=by.actor, action="register", target=TARGET, key=row.pk, area=place.region_id, after={"record": row.record}
    )
    return row.pk


def _claim(by: Standing, place: Hospital, record: str, person: Person, account: int) -> int:
    """Link a known patient to the account of a person who knows all the identifying data; returns the key of the
    row."""
    row = Patient.objects.filter(hospital=place, record=record.zfill(8), merged_into=None, erased_at=None).first()
    known = person_of(opened(row.person)) if row is not None else Person("")
    if row is None or row.account_id not in (None, account) or not proves(person, known):
        sentence = N_("Record number, NIK, date of birth and phone are not those of one patient here. Look at them "
                        "again, or come to the desk with your identity card")  # fmt: skip
        raise Faults([Fault(NOT_ONE, sentence, {}, "record")])
    _join(by, row, account, place.region_id)
    return row.pk


@transaction.atomic
def change_patient(*, by: Standing, patient: int, person: Person, now: datetime) -> None:
    """Correct the data of a patient: the desk everything, from their card; patients and their proxies only
    ``own_fields``. Raises :class:`NotFound`, Faults at the fields of :class:`Person`."""
    at = own_patient(by=by, patient=patient, now=now).hospital
    locks.take(f"hospital.register {at.pk}")
    row = held(Patient.objects, pk=patient, merged_into=None, erased_at=None)
    known = person_of(opened(row.person))
    if by.citizen is not None:
        person = replace(known, **{name: getattr(person, name) for name in own_fields(known)})
    wrong = person.faults(today_in(at.region_id, now))
    # Existing faults must not prevent other corrections, and a citizen could not mend them.
    if faults := [fault for fault in wrong if getattr(known, fault.place) != getattr(person, fault.place)]:
        raise Faults(faults)
    if (other := _same(at.pk, person)) is not None and other.pk != row.pk:
        if by.citizen is not None:
            raise Faults([_registered("card" if person.nik == known.nik else "nik")])
        sentence = N_("Record number %(record)s has this NIK or card already. Is it the same person? Join the two")
        raise Faults([Fault("patient-known", sentence, {"record": other.record}, "nik")])
    changed = [field.name for field in fields(Person) if getattr(known, field.name) != getattr(person, field.name)]
    if not changed:
        return
    row.person = text_of(person)
    for name, value in _hashes(person).items():
        setattr(row, name, value)
    row.ihs = "" if "nik" in changed else row.ihs  # which SATUSEHAT gave for the other NIK
    row.save(update_fields=["person", "nik_hash", "card_hash", "ihs"])
    audit.record(by=by.actor, action="change", target=TARGET, key=row.pk, area=at.region_id,
                 after={"fields": changed})  # fmt: skip


def own_patient(*, by: Standing, patient: int, now: datetime) -> Patient:
    """A patient, for themselves, their proxy, and the desk; raises :class:`NotFound`."""
    row = there(Patient.objects.select_related("hospital"), pk=patient, merged_into=None)
    if by.citizen is None:
        AUTHORITY.require(by, Action.BOOK, Case(row.hospital.region_id, unit=row.hospital_id), known=False)
    elif row.account_id not in {acted.account for acted in acting_for(by, purpose="hospital", now=now)}:
        raise NotFound
    return row


@transaction.atomic
def merge_patients(*, by: Standing, patient: int, into: int, now: datetime) -> None:
    """Merge two rows of one person: bookings, account and missing data go to ``into``, the other number is no longer
    used. This cannot be undone.

    Raises :class:`NotFound`, Faults if both have accounts, or bookings in one session.
    """
    rows = {row.pk: row for row in Patient.objects.select_related("hospital").filter(pk__in=(patient, into))
            .order_by("pk").select_for_update(of=("self",))}  # fmt: skip
    gone, kept = existing(rows.get(patient)), existing(rows.get(into))
    region = gone.hospital.region_id
    AUTHORITY.require(by, Action.BOOK, Case(region, unit=gone.hospital_id), known=False)
    if gone.pk == kept.pk or gone.hospital_id != kept.hospital_id or kept.merged_into_id or kept.person is None:
        raise NotFound
    if gone.merged_into_id == kept.pk:
        return
    if gone.merged_into_id or gone.person is None:
        raise NotFound
    if gone.account_id and kept.account_id and gone.account_id != kept.account_id:
        raise Faults([Fault("two-accounts", N_("Each of the two belongs to an account of its own"))])
    old, new = (read_person(row, by=by, area=region, why=Why.JOINED) for row in (gone, kept))
    both = Person(**{field.name: getattr(new, field.name) or getattr(old, field.name) for field in fields(Person)})
    account, gone.merged_into, gone.account = kept.account_id or gone.account_id, kept, None
    gone.save(update_fields=["merged_into", "account"])
    kept.account_id, kept.person = account, text_of(both)
    for name, value in _hashes(both).items():
        setattr(kept, name, value)
    kept.save(update_fields=["account", "person", "nik_hash", "card_hash"])
    try:
        with transaction.atomic():
            moved = Booking.objects.filter(patient=gone).update(patient=kept)
            Waiting.objects.filter(patient=gone).update(patient=kept)
    except IntegrityError:
        sentence = N_("Both are booked for the same session or wait for the same clinic. Cancel one of them first")
        raise Faults([Fault("both-booked", sentence)]) from None
    audit.record(by=by.actor, action="merge", target=TARGET, key=kept.pk, area=region,
                 after={"record": gone.record, "bookings": moved})  # fmt: skip


@transaction.atomic
def join_account(*, by: Standing, patient: int, account: int, now: datetime) -> None:
    """Link a patient at the desk to their public account, by its number. Raises :class:`NotFound`, Faults at
    ``account``."""
    row = held(Patient.objects.select_related("hospital"), pk=patient, merged_into=None)
    AUTHORITY.require(by, Action.BOOK, Case(row.hospital.region_id, unit=row.hospital_id), known=False)
    if row.account_id == account:
        return
    if row.account_id is not None or not public_names({account}, by=by, area=row.hospital.region_id):
        raise Faults([_elsewhere()])
    _join(by, row, account, row.hospital.region_id)


def _join(by: Standing, row: Patient, account: int, region: str) -> None:
    if row.account_id == account:
        return
    if Patient.objects.filter(hospital=row.hospital_id, account=account, merged_into=None).exists():
        raise Faults([_elsewhere()])
    row.account_id = account
    row.save(update_fields=["account"])
    audit.record(by=by.actor, action="join-account", target=TARGET, key=row.pk, area=region,
                 after={"account": account})  # fmt: skip


def _registered(place: str) -> Fault:
    """Report to a citizen only that another row has the number, and nothing else about it."""
    sentence = N_("This number is registered already. Come to the desk with your identity card")
    return Fault(TAKEN, sentence, {}, place)


def _elsewhere() -> Fault:
    return Fault("account", N_("There is no such account, or it belongs to another patient"), {}, "account")


def _same(hospital: str, person: Person) -> Patient | None:
    """The row with their NIK or card, hashed under any of the keys."""
    for name, value, context in (("nik_hash", person.nik, NIK), ("card_hash", person.card, CARD)):
        hashed = {f"{name}__in": secrets.lookups(value, context=context)}
        row = Patient.objects.filter(hospital=hospital, merged_into=None, **hashed).first() if value else None
        if row is not None:
            return row
    return None


def _hashes(person: Person) -> dict[str, str]:
    return {
        "nik_hash": secrets.lookup(person.nik, context=NIK) if person.nik else "",
        "card_hash": secrets.lookup(person.card, context=CARD) if person.card else "",
    }


def next_record(hospital: str) -> str:
    """The next record number; simultaneous requests wait for each other, and a rollback leaves no gap."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE hospital_hospital SET last_record = last_record + 1 WHERE code = %s RETURNING last_record",
            [hospital],
        )
        return f"{cursor.fetchone()[0]:08d}"
