"""Correct a mistyped receipt number of the State (NTPN), with two people; the entered number stays on record."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse

from pilar.people.operations import settle, there
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.names import reference_of
from pilar.villagefinance.models import NtpnChange, Remittance
from pilar.villagefinance.operations.accounts import ChangeElsewhere, OwnChange
from pilar.villagefinance.operations.locking import locked_book
from pilar.villagefinance.operations.paying import ntpn_known, read_ntpn
from pilar.villagefinance.operations.telling import tell
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of

TARGET = "villagefinance.ntpn"


@transaction.atomic
def ask_ntpn(*, by: Standing, village: str, wrong: str, ntpn: str, now: datetime) -> int:
    """Ask for the correct number of a receipt that was entered with a ``wrong`` one; return the number of the change.

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults at ``ntpn``.
    """
    locked_book(by, village, Action.PAY)
    of_village = {"region": village[:5], "village": village}
    ntpn = read_ntpn(ntpn)
    there(Remittance.objects, **of_village, ntpn=wrong)
    if ntpn == wrong:
        raise Faults([Fault("same-ntpn", N_("This is the number that was entered"), {}, "ntpn")])
    _require_free(village, ntpn)
    no = (NtpnChange.objects.filter(**of_village).aggregate(last=Max("no"))["last"] or 0) + 1
    row = NtpnChange.objects.create(**of_village, no=no, ntpn=wrong, correct=ntpn, asked_by=by.signature, asked_at=now)
    _record(by, "ask", row)
    older = NtpnChange.objects.filter(**of_village, no__lt=no, ntpn=wrong).values_list("no", flat=True)
    settle(by=by, subject=[f"{TARGET}:{village}/{number}" for number in older], now=now)
    tell(
        by, village, Action.CONFIRM_ACCOUNT, kind=TARGET, subject=f"{TARGET}:{village}/{no}",
        sentence=N_("A corrected receipt number (NTPN) of %(village)s waits for your confirmation"),
        address=reverse("villagefinance:taxes", args=[village]), now=now,
    )  # fmt: skip
    return no


@transaction.atomic
def confirm_ntpn(*, by: Standing, village: str, no: int, now: datetime) -> None:
    """Confirm the correct number of a receipt that somebody else asked for; the wrong one becomes free for its true
    receipt.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`OwnChange`, :class:`ChangeElsewhere`, Faults.
    """
    locked_book(by, village, Action.CONFIRM_ACCOUNT)
    of_village = {"region": village[:5], "village": village}
    row = _waiting(village, no)
    if by.signature == reference_of(row.asked_by):
        raise OwnChange
    _require_free(village, row.correct)
    row.confirmed_by, row.confirmed_at = by.signature, now
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    try:
        with transaction.atomic():
            Remittance.objects.filter(**of_village, ntpn=row.ntpn).update(ntpn=row.correct)
    except IntegrityError:  # another village has entered the number in the meantime
        raise ntpn_known() from None
    settle(by=by, subject=f"{TARGET}:{village}/{no}", now=now)
    _record(by, "confirm", row)


@transaction.atomic
def drop_ntpn(*, by: Standing, village: str, no: int, reason: str, now: datetime) -> None:
    """Drop a waiting number with a reason: it is withdrawn by the side that asks for numbers, or refused by the side
    that confirms them.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`ChangeElsewhere`, Faults at ``reason``.
    """
    asks = AUTHORITY.may(by, Action.PAY, case_of(village))
    locked_book(by, village, Action.PAY if asks else Action.CONFIRM_ACCOUNT)
    row = _waiting(village, no)
    if not reason.strip():
        raise Faults([Fault("no-reason", N_("Say why"), {}, "reason")])
    row.dropped_by, row.dropped_at, row.told = by.signature, now, reason.strip()
    row.save(update_fields=["dropped_by", "dropped_at", "told"])
    settle(by=by, subject=f"{TARGET}:{village}/{no}", now=now)
    _record(by, "drop", row)
    tell(
        by, village, Action.PAY, kind=f"{TARGET}-dropped", subject=f"{TARGET}:{village}/{no}", needs_action=False,
        sentence=N_("A corrected receipt number (NTPN) that was asked for in %(village)s does not count"),
        address=reverse("villagefinance:taxes", args=[village]), now=now,
    )  # fmt: skip


def _waiting(village: str, no: int) -> NtpnChange:
    """Return a change that still waits; raises :class:`NotFound`, :class:`ChangeElsewhere`."""
    of_village = {"region": village[:5], "village": village}
    row = there(NtpnChange.objects, **of_village, no=no)
    newer = NtpnChange.objects.filter(**of_village, no__gt=no, ntpn=row.ntpn)
    if row.confirmed_at or row.dropped_at or newer.exists():
        raise ChangeElsewhere
    return row


def _require_free(village: str, ntpn: str) -> None:
    """Raise Faults if a village of the region has entered the number already: a receipt counts once."""
    if Remittance.objects.filter(region=village[:5], ntpn=ntpn).exists():
        raise ntpn_known()


def _record(by: Standing, action: str, row: NtpnChange) -> None:
    audit.record(
        by=by.actor, action=action, target=TARGET, key=f"{row.village}/{row.no}", area=row.region,
        before={"ntpn": row.ntpn}, after={"ntpn": row.correct},
    )  # fmt: skip
