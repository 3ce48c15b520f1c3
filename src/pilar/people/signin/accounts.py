"""Adapter of the sign-in library: accounts are given, never made by their owner."""

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
    """Single sign-on opens existing accounts only; whoever has none asks for one by signing in, and waits.

    Matching by an address that the provider has verified is allauth's own (SOCIALACCOUNT_EMAIL_AUTHENTICATION in the
    settings). A provider that is one region's own opens no account with a role elsewhere, whatever address it names:
    else whoever runs it could sign in as the ministry.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in, ask for an account, or say why not. Who is signed in already has an account, and asks for none."""
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
        """Tell whether a provider of this region (empty: of the nation) may open the account.

        Roles that begin later or wait for a second key count too: the sign-in stays tied to the account. One without
        any role belongs to no region.
        """
        if not region:
            return True
        held = queries.given(timezone.now()).filter(user=user.pk)
        areas = {membership.area for membership in held}
        return areas == {region}


def _said(request: HttpRequest, **why: bool) -> HttpResponse:
    """A page that says what has come of a sign-in that let nobody in."""
    return render(request, "people/sign_in_waits.html", why, status=403 if why else 200)
