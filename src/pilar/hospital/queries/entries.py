"""Read a hospital's master data for its management."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pilar.hospital.models import Clinic, Doctor, Hospital, Room
from pilar.hospital.queries.schedule import HospitalRow, hospital
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.entries import COLUMNS, Entry
from pilar.people.rules import NotFound, Standing


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry; ``facts`` are its values by column."""

    key: int
    name: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entries:
    hospital: HospitalRow
    itself: EntryRow
    clinics: tuple[EntryRow, ...]
    doctors: tuple[EntryRow, ...]
    rooms: tuple[EntryRow, ...]

    def of(self, entry: Entry, key: int | None) -> EntryRow:
        """One entry; raises :class:`NotFound`."""
        rows = {Entry.CLINIC: self.clinics, Entry.DOCTOR: self.doctors, Entry.ROOM: self.rooms}
        for row in rows.get(entry, (self.itself,) if key is None else ()):
            if row.key == (key or 0):
                return row
        raise NotFound


def entries(code: str, *, scope: Standing) -> Entries:
    """All entries of a hospital, with four queries; raises :class:`NotFound` for users who do not maintain its
    schedules."""
    row = hospital(code)
    AUTHORITY.require(scope, Action.KEEP_SCHEDULE, row.case, known=False)
    place = Hospital.objects.get(pk=code)
    return Entries(
        row, EntryRow(0, row.name, _facts(Entry.HOSPITAL, place)), _rows(Entry.CLINIC, Clinic, code),
        _rows(Entry.DOCTOR, Doctor, code), _rows(Entry.ROOM, Room, code),
    )  # fmt: skip


def _rows(entry: Entry, model: Any, code: str) -> tuple[EntryRow, ...]:
    models = model.objects.filter(hospital=code).order_by("name", "pk")
    return tuple(EntryRow(row.pk, row.name, _facts(entry, row)) for row in models)


def _facts(entry: Entry, row: Any) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS[entry]}
