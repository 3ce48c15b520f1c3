"""Adapter for the sign-in library: accounts are given, never created by their owner."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from pilar.people import operations, queries
from pilar.people.single_sign_on import provider
from pilar.platform.language import N_
from pilar.platform.network import client_address

WORDS = (
    N_("Password"),
    N_("Password (again)"),
    N_("Remember Me"),
    N_("Email address"),
    N_("The email address and/or password you specified are not correct."),
)
"""Sentences of the library that Pilar translates itself: this room's catalogue precedes that of the library."""


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by the secretariat or a coordinator; the page after signing in is in the user's language."""

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
        """Store the password chosen by the owner; sessions of the old one end."""
        super().set_password(user, password)
        operations.password_changed(user=user.pk, now=timezone.now())


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on only opens existing accounts; people without one request it by signing in, and wait.

    Matching by an address that the provider has verified is allauth's own (SOCIALACCOUNT_EMAIL_AUTHENTICATION in the
    settings). A provider of one region opens no account with a role elsewhere, whatever address it gives; otherwise its
    operator could sign in as the ministry.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let the person in, request an account, or explain the refusal. A signed-in person already has an account."""
        app = str(getattr(sociallogin.provider.app, "provider_id", ""))
        if sociallogin.is_existing:
            if self._reaches(sociallogin.user, provider(app).region):
                return
            raise ImmediateHttpResponse(_said(request, elsewhere=True))
        if request.user.is_authenticated:
            raise ImmediateHttpResponse(_said(request, signed_in=True))
        verified = next((address.email for address in sociallogin.email_addresses if address.verified), "")
        if not verified:
            raise ImmediateHttpResponse(_said(request, unverified=True))
        said = sociallogin.account.extra_data
        claims = {**said.get("id_token", {}), **said.get("userinfo", {})}
        try:
            operations.ask_for_account(
                app=app,
                provider_id=sociallogin.account.provider,
                subject=sociallogin.account.uid,
                email=verified,
                name=str(claims.get("name") or ""),
                claims=claims,
                now=timezone.now(),
            )
        except operations.UnfitEmail:
            raise ImmediateHttpResponse(_said(request, unverified=True)) from None
        raise ImmediateHttpResponse(_said(request))

    def _reaches(self, user: AbstractBaseUser, region: str) -> bool:
        """Return whether a provider of this region (empty: of the nation) may open the account.

        Roles that begin later or wait for confirmation count too, since the sign-in stays linked to the account. An
        account without any role belongs to no region.
        """
        if not region:
            return True
        held = queries.given(timezone.now()).filter(user=user.pk)
        areas = {membership.area for membership in held}
        return areas == {region}


def _said(request: HttpRequest, **why: bool) -> HttpResponse:
    """A page about the result of a sign-in that let nobody in."""
    return render(request, "people/sign_in_waits.html", why, status=403 if why else 200)
