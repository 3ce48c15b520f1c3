"""The treasury: levies to be set, bank reports, and the payment code."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pilar.areas import queries as areas
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import posted, stored
from pilar.design.import_files import template_text
from pilar.design.imports import ImportPage, look_then_store
from pilar.design.tables import CSV, Asked, Column, Table
from pilar.design.views import done
from pilar.design.views import file as sent
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, answer, button, page
from pilar.permits import operations
from pilar.permits.forms.register import MatchForm, MerchantForm, RefundForm, VoidForm
from pilar.permits.imports import PAYMENT_COLUMNS, BankReport
from pilar.permits.queries import levies as queries
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.levies import STATE_NAMES, LevyState
from pilar.platform.language import N_, translate
from pilar.platform.reading import rupiah_text
from pilar.reports.codes import qr_svg

LEVIES = Table(
    gettext_lazy("Levies"),
    Column("number", gettext_lazy("Number")),
    Column("case_number", gettext_lazy("Application")),
    Column("amount", gettext_lazy("Amount, Rp"), number=True),
    Column("set_on", gettext_lazy("Set on")),
    Column("due_on", gettext_lazy("Due on")),
    Column("state_name", gettext_lazy("Status")),
    Column("left", gettext_lazy("Still to be paid, Rp"), number=True),
    Column("over", gettext_lazy("To be given back, Rp"), lambda row: row.to_give_back or None, number=True),
    Column("paid_on", gettext_lazy("Paid on")),
)


@page("permits/treasury/desk.html", sends=True)
def desk(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """Show the work of the treasury: levies to be set, payments to be matched; a payment is matched here."""
    _require(by, region)
    asked, state = Asked.of(request), request.GET.get("status", "")
    states = {
        **STATE_NAMES, queries.OVERDUE: N_("Not paid by the due day"), queries.OVERPAID: N_("To be given back")
    }  # fmt: skip
    state = state if state in states else ""
    form = MatchForm(posted(request))
    if stored(form, lambda: operations.match_payment(by=by, now=now, **form.cleaned_data)):
        return done(request, _("The payment is matched; once all is paid the application goes on"), "permits:treasury",
                    region)  # fmt: skip
    return {
        "region": areas.region(region), "form": form, "state": state,
        "to_set": queries.to_be_set(region, scope=by), "unmatched": queries.unmatched(region, scope=by),
        "levies": LEVIES.of(queries.levies(region, scope=by, now=now, state=state, **asked.part), asked, about=region),
        "states": [("", _("All")), *((str(state), translate(name)) for state, name in states.items())],
    }  # fmt: skip


@button
def set_one(request: HttpRequest, region: str, case: int, stage: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Set the levy of a case by the formula of its service."""
    _require(by, region)
    number = operations.set_levy(by=by, case=case, stage=stage, now=now)
    said = _("The levy %(number)s is set") % {"number": number} if number else _("Nothing is left to be paid")
    return done(request, said, "permits:treasury", region)


@page("permits/treasury/levy.html")
def levy(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """A levy with everything needed to compute its amount again."""
    row = queries.levy(key, scope=by, now=now)
    return {
        "row": row, "region": areas.region(row.region), "code": qr_svg(row.code) if row.by_code else "",
        "keeps": AUTHORITY.holds(by, Action.TREASURY, Case(row.region)),
        "levy_file": "" if row.state is LevyState.VOID else reverse("permits:levy-file", args=[row.case]),
    }  # fmt: skip


@answer
def void(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The page "check before you …" of voiding a levy."""
    form = VoidForm(posted(request))

    def look() -> Check | Done:
        row = queries.levy(key, scope=by, now=now)
        desk = reverse("permits:treasury", args=[row.region])
        if row.state is not LevyState.OPEN:
            return Done(_("The levy is void"), desk)
        paid = (Remark(_("What was paid of it waits to be matched again.")),) if row.payments else ()
        return Check(
            title=_("Check before you void the levy"), act=_("Void the levy"),
            will=(_("Its number stays taken, and its code is not to be paid any more."),
                  _("The application goes on, and its levy is to be set again.")),
            trail=((_("Treasury"), desk),), about=f"{row.number} · {row.case_number}", unready=paid,
        )  # fmt: skip

    return confirm(
        request, look, lambda: operations.void_levy(by=by, levy=key, now=now, **form.cleaned_data), form=form
    )


@answer
def refund(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The page "check before you …" of recording a refund."""
    form = RefundForm(posted(request), initial={"amount": queries.levy(key, scope=by, now=now).to_give_back})

    def look() -> Check | Done:
        row, address = queries.levy(key, scope=by, now=now), reverse("permits:levy", args=[key])
        _require(by, row.region)
        if not row.to_give_back:
            return Done(_("What was too much is given back"), address)
        return Check(
            title=_("Check before you note what was given back"), act=_("Note what was given back"),
            will=(_("The bank has given it back already: here it is noted, with the number of the levy."),),
            trail=((_("Treasury"), reverse("permits:treasury", args=[row.region])), (row.number, address)),
            about=f"{row.number} · {row.case_number}",
            counts=((_("To be given back at most, Rp"), rupiah_text(row.to_give_back)),),
        )  # fmt: skip

    return confirm(
        request, look, lambda: operations.refund_levy(by=by, levy=key, now=now, **form.cleaned_data), form=form
    )


@answer
def unmatch(request: HttpRequest, key: int, payment: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The page "check before you …" of undoing a match with the wrong levy."""
    form, address = VoidForm(posted(request)), reverse("permits:levy", args=[key])

    def look() -> Check | Done:
        row = queries.levy(key, scope=by, now=now)
        _require(by, row.region)
        payment_row = next((payment_row for payment_row in row.payments if payment_row.key == payment), None)
        if payment_row is None:
            return Done(_("The payment waits to be matched"), reverse("permits:treasury", args=[row.region]))
        back = (
            _("If the levy is not paid without it, the application goes back to be paid; what was done since is done "
              "again, and its clock stands from now on."),
        )  # fmt: skip
        return Check(
            title=_("Check before you take the match back"), act=_("Take the match back"),
            will=(_("The payment waits to be matched with the right levy."), *(back if row.state != "open" else ())),
            trail=((_("Treasury"), reverse("permits:treasury", args=[row.region])), (row.number, address)),
            about=f"{row.number} · {row.case_number}",
            counts=((payment_row.reference, f"Rp{rupiah_text(payment_row.amount)}"),),
        )  # fmt: skip

    return confirm(
        request, look, lambda: operations.unmatch_payment(by=by, payment=payment, now=now, **form.cleaned_data),
        form=form,
    )  # fmt: skip


@answer
def report(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Import the payments of a bank report from a file, in two steps."""
    _require(by, region)
    shown = ImportPage(
        done=reverse("permits:treasury", args=[region]), label=_("Report of the bank"),
        hint=_("A row for each payment: date, amount, description, reference. What is known already changes nothing."),
        templates=((_("File to begin with (CSV)"), reverse("permits:payments-sample", args=[region])),),
        said=lambda count: ngettext("%(count)s payment is new", "%(count)s payments are new", count) % {"count": count},
    )  # fmt: skip

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        about = {"region": areas.region(region), **context}
        return render(request, "permits/treasury/report.html", about, status=status)

    return look_then_store(request, BankReport(by, region, now), shown, draw)


@answer
def sample(request: HttpRequest, region: str, *, by: Standing) -> HttpResponse:
    """A template file."""
    _require(by, region)
    return sent(template_text(PAYMENT_COLUMNS, []), "laporan-bank.csv", CSV)


@page("permits/treasury/code.html", sends=True)
def code(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """Set the static QRIS code of the treasury."""
    _require(by, region)
    known = queries.merchant_code(region, scope=by)
    form = MerchantForm(posted(request), initial={"text": known})
    if stored(form, lambda: operations.set_merchant_code(by=by, region=region, now=now, **form.cleaned_data)):
        return done(request, _("The code is kept; levies set from now on are paid by it"), "permits:treasury", region)
    return {"region": areas.region(region), "form": form, "known": qr_svg(known) if known else ""}


def _require(by: Standing, region: str) -> None:
    if not AUTHORITY.holds(by, Action.TREASURY, Case(region)):
        raise NotFound
