"""What changes accounts, the roles that they hold, what waits for them, and their tokens."""

from __future__ import annotations

from pilar.people.operations.accounts import (
    EmailTaken,
    NoSecondFactor,
    UnfitEmail,
    UnfitLanguage,
    UnfitName,
    WeakPassword,
    clear_sign_in_traces,
    correct_name,
    create_account,
    keep_passwords,
    password_changed,
    remove_second_factor,
    renew_second_factors,
    set_active,
    set_language,
    set_password,
)
from pilar.people.operations.channels import choose_channels, send_messages
from pilar.people.operations.failures import forget_all_failures, forget_failures, note_failure
from pilar.people.operations.locking import held, locked
from pilar.people.operations.mailing import invite, send_digests, send_invitation
from pilar.people.operations.memberships import (
    AlreadyHeld,
    Anonymised,
    LastSecretariat,
    MembershipEnded,
    end_membership,
    grant_membership,
)
from pilar.people.operations.notices import Message, mark_read, notify, notify_offices, notify_regions, settle
from pilar.people.operations.privacy import (
    OwnAccount,
    anonymise,
    apply_retention,
    load_retention,
    report_forgotten,
)
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
    "Anonymised",
    "BadToken",
    "EmailTaken",
    "LastSecretariat",
    "MembershipEnded",
    "Message",
    "NewToken",
    "NoSecondFactor",
    "OwnAccount",
    "UnfitEmail",
    "UnfitLanguage",
    "UnfitName",
    "UnfitToken",
    "WeakPassword",
    "anonymise",
    "apply_retention",
    "choose_channels",
    "clear_sign_in_traces",
    "correct_name",
    "create_account",
    "create_token",
    "end_membership",
    "forget_all_failures",
    "forget_failures",
    "grant_membership",
    "held",
    "invite",
    "keep_passwords",
    "load_retention",
    "locked",
    "mark_read",
    "note_failure",
    "notify",
    "notify_offices",
    "notify_regions",
    "password_changed",
    "remove_second_factor",
    "renew_second_factors",
    "report_forgotten",
    "revoke_token",
    "send_digests",
    "send_invitation",
    "send_messages",
    "set_active",
    "set_language",
    "set_password",
    "settle",
    "use_token",
]
