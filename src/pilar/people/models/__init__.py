"""Accounts with their roles, notices and tokens, and the public accounts of citizens."""

from __future__ import annotations

from pilar.people.models.accounts import (
    ApiToken,
    Delivery,
    FailedSignIn,
    Membership,
    Notice,
    NoticeChannel,
    Token,
    User,
    UserManager,
    role_fits_reach,
    token_constraints,
)
from pilar.people.models.public import Consent, Proxy, PublicAccount, PublicCode
from pilar.people.models.requests import AccountRequest
