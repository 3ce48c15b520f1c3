"""Maintain investment data: areas, realised investment, the national OSS's records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from pilar.areas import queries as areas
from pilar.people.operations import held
from pilar.people.operations.locking import own_public
from pilar.people.rules import NotAllowed, Standing
from pilar.permits.models import OssRecord, Potential, Realised
from pilar.permits.reference.investment import risks
from pilar.permits.reference.kbli import kbli
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.investment import (
    OssEntry,
    PotentialEntry,
    RealisedEntry,
    RealisedState,
    oss_faults,
    potential_faults,
    realised_faults,
)
from pilar.platform import audit, locks
from pilar.platform.errors import Faults, PilarError
from pilar.platform.language import N_

POTENTIAL, REALISED, OSS = "permits.potential", "permits.realised", "permits.oss-record"


class JudgedAlready(PilarError):
    code = "judged-already"
    status = 409
    sentence = N_("Somebody has judged this entry already. Look at it again")


class OwnEntry(PilarError):
    code = "own-entry"
    status = 403
    sentence = N_("The person who entered it does not confirm it: a second person does")


@transaction.atomic
def save_potentials(*, by: Standing, region: str, given: Sequence[PotentialEntry], now: datetime) -> None:
    """Store zoning notes, plots and estates; one with a known code is overwritten.

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults at the names of the fields.
    """
    _require(by, region, Action.KEEP_INVESTMENT)
    codes, districts = kbli(), areas.district_names(region=region)
    if faults := [fault for entry in given for fault in potential_faults(entry, codes, districts)]:
        raise Faults(faults)
    locks.take(f"{POTENTIAL} {region}")
    for potential_entry in given:
        fields = asdict(potential_entry) | {"kbli": list(potential_entry.kbli), "withdrawn": False, "saved_at": now}
        fields |= fields.pop("point") or {"latitude": None, "longitude": None}
        Potential.objects.update_or_create(region_id=region, code=fields.pop("code"), defaults=fields)
        audit.record(by=by.actor, action="save", target=POTENTIAL, key=f"{region}/{potential_entry.code}", area=region)


@transaction.atomic
def withdraw_potential(*, by: Standing, region: str, code: str) -> None:
    """Stop showing an area. Raises :class:`NotFound`, :class:`NotAllowed`."""
    _require(by, region, Action.KEEP_INVESTMENT)
    row = held(Potential.objects, region=region, code=code)
    if not row.withdrawn:
        row.withdrawn = True
        row.save(update_fields=["withdrawn"])
        audit.record(by=by.actor, action="withdraw", target=POTENTIAL, key=f"{region}/{code}", area=region)


@transaction.atomic
def enter_realised(*, by: Standing, region: str, given: RealisedEntry, now: datetime) -> int:
    """Enter what a business has invested in a quarter, as the office or by a public account; returns its key.

    Raises :class:`NotAllowed`, :class:`NotFound`, Faults at the names of the fields.
    """
    if by.citizen is None:
        _require(by, region, Action.KEEP_INVESTMENT)
    else:
        own_public(by)
    areas.region(region)
    if faults := realised_faults(given, kbli(), areas.district_names(region=region)):
        raise Faults(faults)
    row = Realised.objects.create(region_id=region, entered_by=by.signature, entered_at=now, **asdict(given))
    audit.record(by=by.actor, action="enter", target=REALISED, key=row.pk, area=region)
    return row.pk


@transaction.atomic
def judge_realised(*, by: Standing, entry: int, confirmed: bool, now: datetime) -> None:
    """Confirm or reject an entry; a confirmed one replaces the earlier entry of the same business, code and quarter.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`OwnEntry`, :class:`JudgedAlready`.
    """
    row = held(Realised.objects, pk=entry)
    _require(by, row.region_id, Action.REPORT)
    if row.state != RealisedState.ENTERED:
        raise JudgedAlready
    if by.signature == getattr(row.entered_by, "reference", row.entered_by):
        raise OwnEntry
    of = {"region": row.region_id, "year": row.year, "quarter": row.quarter, "nib": row.nib, "kbli": row.kbli}
    if confirmed:
        locks.take(f"{REALISED} {row.region_id}")
        Realised.objects.filter(**of, state=RealisedState.CONFIRMED).update(state=RealisedState.REPLACED)
    row.state = RealisedState.CONFIRMED if confirmed else RealisedState.REFUSED
    row.judged_by, row.judged_at = by.signature, now
    row.save(update_fields=["state", "judged_by", "judged_at"])
    audit.record(by=by.actor, action=row.state, target=REALISED, key=row.pk, area=row.region_id)


@transaction.atomic
def mirror_oss(*, by: Standing, region: str, given: Sequence[OssEntry], now: datetime) -> int:
    """Store statements of the OSS about businesses; a statement older than the stored one changes nothing. Returns how
    many rows changed.

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults at the names of the fields.
    """
    _require(by, region, Action.KEEP_INVESTMENT)
    codes, levels = kbli(), risks()
    if faults := [fault for oss_entry in given for fault in oss_faults(oss_entry, codes, levels)]:
        raise Faults(faults)
    locks.take(f"{OSS} {region}")
    there = {(record.nib, record.kbli): record for record in OssRecord.objects.filter(region=region)}
    newer = {
        (entry.nib, entry.kbli): entry for entry in sorted(given, key=lambda entry: entry.as_of)
        if (entry.nib, entry.kbli) not in there or there[entry.nib, entry.kbli].as_of < entry.as_of
    }  # fmt: skip
    OssRecord.objects.bulk_create(
        [OssRecord(region_id=region, seen_at=now, **asdict(oss_entry)) for oss_entry in newer.values()],
        update_conflicts=True, unique_fields=["region", "nib", "kbli"],
        update_fields=["business", "risk", "status", "as_of", "seen_at"],
    )  # fmt: skip
    if newer:
        audit.record(by=by.actor, action="mirror", target=OSS, key=region, area=region, after={"rows": len(newer)})
    return len(newer)


def _require(by: Standing, region: str, action: Action) -> None:
    if by.citizen is not None:
        raise NotAllowed
    case = Case(region)
    AUTHORITY.require(by, action, case, known=AUTHORITY.holds(by, Action.READ_AROUND, case))
