"""What changes accounts, the roles that they hold, what waits for them, and their tokens."""

from __future__ import annotations

from pilar.people.operations.accounts import (
    EmailTaken,
    UnfitEmail,
    UnfitLanguage,
    UnfitName,
    WeakPassword,
    clear_sign_in_traces,
    create_account,
    keep_passwords,
    set_active,
    set_language,
    set_password,
)
from pilar.people.operations.mailing import invite, send_digests, send_invitation
from pilar.people.operations.memberships import (
    AlreadyHeld,
    LastSecretariat,
    MembershipEnded,
    end_membership,
    grant_membership,
)
from pilar.people.operations.notices import Message, mark_read, notify, notify_offices, notify_regions, settle
from pilar.people.operations.tokens import (
    LONGEST_DAYS,
    BadToken,
    NewToken,
    UnfitToken,
    create_token,
    revoke_token,
    use_token,
)

__all__ = [
    "LONGEST_DAYS",
    "AlreadyHeld",
    "BadToken",
    "EmailTaken",
    "LastSecretariat",
    "MembershipEnded",
    "Message",
    "NewToken",
    "UnfitEmail",
    "UnfitLanguage",
    "UnfitName",
    "UnfitToken",
    "WeakPassword",
    "clear_sign_in_traces",
    "create_account",
    "create_token",
    "end_membership",
    "grant_membership",
    "invite",
    "keep_passwords",
    "mark_read",
    "notify",
    "notify_offices",
    "notify_regions",
    "revoke_token",
    "send_digests",
    "send_invitation",
    "set_active",
    "set_language",
    "set_password",
    "settle",
    "use_token",
]
