"""Second factors of accounts."""

from __future__ import annotations

from allauth.mfa.models import Authenticator


def second_factors(user: int) -> frozenset[str]:
    """The kinds that are set up for the account, of app and passkey; recovery codes alone are none."""
    rows = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return frozenset(rows.values_list("type", flat=True))
