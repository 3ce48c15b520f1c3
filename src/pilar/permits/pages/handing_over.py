"""Pages to hand an application to a proxy and to take it back."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted
from pilar.evidence.operations import hold_private
from pilar.people.public import ProxyState, Side
from pilar.people.queries import proxies
from pilar.people.rules import NotFound, Standing
from pilar.people.views import knowing
from pilar.permits import operations
from pilar.permits.forms.cases import TransferForm
from pilar.permits.pages.applying import applicants, trail_of
from pilar.permits.queries import cases
from pilar.permits.rules.authority import RIGHTS, Right


@applicants
@knowing
def transfer(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you hand an application to your proxy."""
    form = TransferForm(posted(request), request.FILES or None)
    form.fields["proxy"].choices = [
        (proxy.key, proxy.name) for proxy in proxies(scope=by, now=now)
        if proxy.side is Side.PRINCIPAL and proxy.state is ProxyState.IN_FORCE and not proxy.declared
    ]  # fmt: skip

    def look() -> Check | Done:
        try:
            row = cases.own_case(key, scope=by, now=now)
        except NotFound:
            if request.method != "POST":
                raise
            return Done(_("The application is handed over"), reverse("permits:own-cases"))
        if Right.TRANSFER not in row.acts:
            return Done(_("This is not to be done now"), reverse("permits:own-case", args=[key]))
        return Check(
            title=_("Check before you hand the application over"), act=_("Hand it over"), about=row.row.service,
            trail=trail_of(row),
            will=(_("It belongs to the account of the other person, who gets all messages"),),
        )  # fmt: skip

    def act() -> None:
        sent = form.cleaned_data["file"]
        letter = hold_private(by=by, upload=sent, name=sent.name, now=now)
        operations.transfer_case(by=by, case=key, proxy=form.cleaned_data["proxy"], letter=letter, now=now)

    return confirm(request, look, act, form=form)


@applicants
@knowing
def take_back(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you take back an application that you have handed over."""

    def look() -> Check | Done:
        mine = reverse("permits:own-cases")
        row = next((case for case in cases.handed_over(scope=by) if case.key == key), None)
        if row is None:
            cases.own_case(key, scope=by, now=now)
            return Done(_("The application is yours again"), reverse("permits:own-case", args=[key]))
        if row.state not in RIGHTS[Right.TRANSFER]:
            return Done(_("This is not to be done now"), mine)
        return Check(
            title=_("Check before you take the application back"), act=_("Take the application back"),
            about=row.service,
            trail=((_("My applications"), mine),), final=False,
            will=(_("It belongs to your account again; who acts for you is told, and acts in it only while you let "
                    "them"),
                  _("It stays where it is: its number, its documents and its clock do not change")),
            state=str(row.state),
        )  # fmt: skip

    return confirm(request, look, lambda: operations.take_back_case(by=by, case=key, now=now))
