"""Offices (perangkat daerah) of a region: their coordinator and the secretariat add, rename and close them."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from pilar.areas.models import Office, Region
from pilar.areas.rules import MANAGE_OFFICES, UnknownRegion, word_taken
from pilar.platform import audit, locks
from pilar.platform.actors import Authority
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

TARGET = "areas.office"


class UnknownOffice(PilarError):
    """No office has this key."""

    code = "unknown-office"
    status = 404
    sentence = N_("There is no such office")


class OfficeUnnamed(PilarError):
    """An office needs a name that can be read."""

    code = "office-unnamed"
    status = 422
    sentence = N_("Give the office a name of at most %(longest)s characters, and an abbreviation of at most %(short)s")


class OfficeClosed(PilarError):
    """A closed office does not change."""

    code = "office-closed"
    status = 409
    sentence = N_("The office “%(name)s” is closed and can no longer be changed. Add a new one instead")


@transaction.atomic
def add_office(*, by: Authority, region: str, name: str, abbreviation: str = "") -> int:
    """Add an office to the region of this code; returns its key.

    Raises :class:`UnknownRegion`, :class:`OfficeUnnamed`, :class:`OfficeNameTaken`, :class:`OfficeWordTaken`;
    needs ``manage-offices`` there.
    """
    by.require(MANAGE_OFFICES, area=region)
    if not Region.objects.filter(code=region, ended_at=None).exists():
        raise UnknownRegion(given=region, nearest="")
    office = Office(region_id=region)
    _name(office, name, abbreviation)
    after = {"name": office.name, "abbreviation": office.abbreviation}
    audit.record(by, "add", TARGET, office.pk, area=region, after=after)
    return office.pk


@transaction.atomic
def rename_office(*, by: Authority, office: int, name: str, abbreviation: str = "") -> None:
    """Give an open office another name and abbreviation.

    Raises :class:`UnknownOffice`, :class:`OfficeClosed`, :class:`OfficeUnnamed`, :class:`OfficeNameTaken`,
    :class:`OfficeWordTaken`; needs ``manage-offices`` in its region.
    """
    row = _open_office(by, office)
    before = {"name": row.name, "abbreviation": row.abbreviation}
    _name(row, name, abbreviation)
    after = {"name": row.name, "abbreviation": row.abbreviation}
    if before != after:
        audit.record(by, "rename", TARGET, office, area=row.region_id, before=before, after=after)


@transaction.atomic
def close_office(*, by: Authority, office: int, now: datetime) -> None:
    """Close an office: it stays where it is named, and nobody acts for it any more.

    Raises :class:`UnknownOffice`, :class:`OfficeClosed`; needs ``manage-offices`` in its region.
    """
    row = _open_office(by, office)
    row.closed_at = now
    row.save(update_fields=["closed_at"])
    audit.record(by, "close", TARGET, office, area=row.region_id, after={"closed_at": now})


def _open_office(by: Authority, key: int) -> Office:
    row = locks.hold(Office.objects, pk=key)
    if row is None:
        raise UnknownOffice
    by.require(MANAGE_OFFICES, area=row.region_id)
    if row.closed_at is not None:
        raise OfficeClosed(name=row.name)
    return row


def _name(office: Office, name: str, abbreviation: str) -> None:
    office.name = " ".join(name.split())
    office.abbreviation = " ".join(abbreviation.split())
    longest = Office._meta.get_field("name").max_length
    short = Office._meta.get_field("abbreviation").max_length
    if not office.name or len(office.name) > longest or len(office.abbreviation) > short:
        raise OfficeUnnamed(longest=longest, short=short)
    _refuse_taken(office)
    try:
        with transaction.atomic():
            office.save()
    except IntegrityError:  # another hand was faster by a moment
        _refuse_taken(office)
        raise


def _refuse_taken(office: Office) -> None:
    others = Office.objects.filter(region=office.region_id, closed_at=None).exclude(pk=office.pk)
    if error := word_taken(office.name, office.abbreviation, others.values_list("name", "abbreviation")):
        raise error
