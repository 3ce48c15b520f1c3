"""Failed sign-ins are noted and, once somebody has proved who they are, forgotten. Nobody acts: nobody is signed in."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from pilar.people.models import FailedSignIn
from pilar.people.queries import Attempt


def note_failure(attempt: Attempt, *, now: datetime) -> None:
    """Note a wrong password or code."""
    FailedSignIn.objects.create(
        account=attempt.account, network=attempt.network, device=attempt.device, what=attempt.what, failed_at=now
    )


def forget_failures(attempt: Attempt) -> None:
    """Forget what failed for this account here, after a success: what comes from elsewhere stays."""
    here = Q(device="", network=attempt.network)
    if attempt.device:
        here |= Q(device=attempt.device)
    FailedSignIn.objects.filter(here, account=attempt.account).delete()


def forget_all_failures(attempt: Attempt) -> None:
    """Forget what failed for this account anywhere: whoever reads its mail has chosen a new password."""
    FailedSignIn.objects.filter(account=attempt.account).delete()
