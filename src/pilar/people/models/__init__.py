"""Accounts with their roles, notices and tokens, and the public accounts of citizens."""

from __future__ import annotations

from pilar.people.models.accounts import (
    ApiToken,
    Delivery,
    FailedSignIn,
    Membership,
    Notice,
    NoticeChannel,
    User,
    UserManager,
    role_fits_reach,
)
from pilar.people.models.public import Consent, Proxy, PublicAccount, PublicCode

__all__ = [
    "ApiToken",
    "Consent",
    "Delivery",
    "FailedSignIn",
    "Membership",
    "Notice",
    "NoticeChannel",
    "Proxy",
    "PublicAccount",
    "PublicCode",
    "User",
    "UserManager",
    "role_fits_reach",
]
