"""Record failed sign-ins, and forget them once somebody has proved who they are. No actor, since nobody is signed
in."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from pilar.people.models import FailedSignIn
from pilar.people.queries import Attempt


def note_failure(attempt: Attempt, *, now: datetime) -> None:
    """Record a wrong password or code."""
    FailedSignIn.objects.create(
        account=attempt.account, network=attempt.network, device=attempt.device, what=attempt.what, failed_at=now
    )


def forget_failures(attempt: Attempt) -> None:
    """Forget failures of this account on this device and network after a success; others stay."""
    here = Q(device="", network=attempt.network)
    if attempt.device:
        here |= Q(device=attempt.device)
    FailedSignIn.objects.filter(here, account=attempt.account).delete()


def forget_all_failures(attempt: Attempt) -> None:
    """Forget all failures of this account, after a new password was chosen by a link sent by mail."""
    FailedSignIn.objects.filter(account=attempt.account).delete()
