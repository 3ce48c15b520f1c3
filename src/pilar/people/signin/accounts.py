"""What the sign-in library is told about accounts: given, never made by their owner."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone, translation

from pilar.people import operations
from pilar.platform.language import N_
from pilar.platform.network import client_address

WORDS = (
    N_("Password"),
    N_("Password (again)"),
    N_("Remember Me"),
    N_("Email address"),
    N_("The email address and/or password you specified are not correct."),
)
"""Sentences of the library that Pilar says in its own words: this room's catalogue comes before that of the library."""


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by the secretariat or a coordinator; who signs in lands in their own language."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        with translation.override(request.user.language):
            return super().get_login_redirect_url(request)

    def get_client_ip(self, request: HttpRequest) -> str:
        address = client_address(request)
        if address is None:
            raise PermissionDenied
        return address

    @transaction.atomic
    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Keep the password that the owner has chosen; what was signed in by the old one ends."""
        super().set_password(user, password)
        operations.password_changed(user=user.pk, now=timezone.now())


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on opens existing accounts only: those whose address the provider says it has verified.

    Matching by verified address is allauth's own (SOCIALACCOUNT_EMAIL_AUTHENTICATION in the settings).
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False
