"""What changes accounts and the roles that they hold."""

from __future__ import annotations

from pilar.people.operations.accounts import (
    EmailTaken,
    UnfitEmail,
    UnfitLanguage,
    UnfitName,
    WeakPassword,
    clear_sign_in_traces,
    create_account,
    set_active,
    set_language,
    set_password,
)
from pilar.people.operations.memberships import (
    AlreadyHeld,
    LastSecretariat,
    MembershipEnded,
    end_membership,
    grant_membership,
)

__all__ = [
    "AlreadyHeld",
    "EmailTaken",
    "LastSecretariat",
    "MembershipEnded",
    "UnfitEmail",
    "UnfitLanguage",
    "UnfitName",
    "WeakPassword",
    "clear_sign_in_traces",
    "create_account",
    "end_membership",
    "grant_membership",
    "set_active",
    "set_language",
    "set_password",
]
