"""Reads of accounts, of what waits for them, and of their tokens."""

from __future__ import annotations

from pilar.people.queries.accounts import (
    AccountRow,
    MembershipRow,
    account,
    accounts,
    accounts_page,
    current,
    find_account,
    has_ended,
    members_of,
    own_account,
    standing,
)
from pilar.people.queries.notices import NoticeRow, count_open_notices, done_notices, open_notices
from pilar.people.queries.tokens import TokenRow, own_tokens

__all__ = [
    "AccountRow",
    "MembershipRow",
    "NoticeRow",
    "TokenRow",
    "account",
    "accounts",
    "accounts_page",
    "count_open_notices",
    "current",
    "done_notices",
    "find_account",
    "has_ended",
    "members_of",
    "open_notices",
    "own_account",
    "own_tokens",
    "standing",
]
