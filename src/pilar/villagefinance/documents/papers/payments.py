"""Papers of one payment or receipt: SPP with statement and list of expenditure, kuitansi, TBP, STS."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.design.tables import Column, Table
from pilar.platform.language import N_, translate
from pilar.villagefinance.documents.paper import Choices, Filled, Group, Paper, Part, Said, Wanted, in_full, money
from pilar.villagefinance.queries import requests
from pilar.villagefinance.queries.books import SHORT_HASH
from pilar.villagefinance.queries.papers import places_of
from pilar.villagefinance.queries.requests import RequestRow
from pilar.villagefinance.queries.years import entry
from pilar.villagefinance.rules.journal import Kind
from pilar.villagefinance.rules.requests import KIND_NAMES, RequestState
from pilar.villagefinance.rules.roles import Role
from pilar.villagefinance.rules.taxes import PAYMENT_NAMES

ASKED = Table(
    gettext_lazy("Payment request (SPP)"),
    Column("account", gettext_lazy("Account code")),
    Column("name", gettext_lazy("Description"), "account_name"),
    money("amount", gettext_lazy("Asked, Rp")),
    money("left", gettext_lazy("Left, Rp")),
)
BILLS = Table(
    gettext_lazy("List of expenditure"),
    Column("no", gettext_lazy("Number")),
    Column("receipt", gettext_lazy("Number on the receipt"), "number"),
    Column("day", gettext_lazy("Day")),
    Column("account", gettext_lazy("Account code")),
    Column("payee", gettext_lazy("Payee")),
    Column("told", gettext_lazy("What for"), lambda row: row.told or translate(PAYMENT_NAMES[row.kind])),
    money("amount", gettext_lazy("Amount, Rp")),
)
WITHHELD = Table(
    gettext_lazy("Taxes withheld"),
    Column("bill", gettext_lazy("Number")),
    Column("name", gettext_lazy("Tax"), lambda row: str(row.title)),
    money("base", gettext_lazy("Base, Rp")),
    money("amount", gettext_lazy("Amount, Rp")),
)
RECEIVED = Table(
    gettext_lazy("List of receipt"),
    Column("no", gettext_lazy("Number")),
    Column("payee", gettext_lazy("Payee")),
    money("amount", gettext_lazy("Amount, Rp")),
    money("withheld", gettext_lazy("Tax withheld, Rp")),
    money("net", gettext_lazy("Paid out, Rp")),
    Column("signed", gettext_lazy("Signature"), lambda row: f"{row.no}. ……………"),
)
LINES = Table(
    gettext_lazy("Where it comes from"),
    Column("account", gettext_lazy("Account code")),
    Column("name", gettext_lazy("Description"), "account_name"),
    Column("fund", gettext_lazy("Fund")),
    money("amount", gettext_lazy("Amount, Rp")),
)


def _requests(wanted: Wanted, *, paid: bool = False) -> Choices:
    rows = requests.requests(wanted.place, scope=wanted.by, size=None)
    return [(row.number, f"SPP {row.number}: {row.told}") for row in rows
            if row.year == wanted.year and (row.paid_on or not paid)]  # fmt: skip


def _paid(wanted: Wanted) -> Choices:
    return _requests(wanted, paid=True)


def _row(wanted: Wanted) -> RequestRow | None:
    if wanted.number is None:
        return None
    return requests.request(wanted.place, wanted.year, wanted.number, scope=wanted.by, today=wanted.today)


def _request(wanted: Wanted) -> Filled | None:
    """Fill in the request, the statement of the person who asks, and the list of expenditure."""
    row = _row(wanted)
    if row is None:
        return None
    told: tuple[Said, ...] = (
        (_("Number"), f"SPP {row.number}/{row.year}"),
        (_("Day"), row.date),
        (_("Kind"), translate(KIND_NAMES[row.kind])),
        (_("Activity"), f"{row.activity} {row.activity_name}".strip()),
        (_("Fund"), row.fund),
        (_("What for"), row.told),
        (_("State"), row.state_name),
        *in_full(_("Amount"), row.amount),
    )
    stated = _(
        "%(name)s states to be responsible for what is asked here: it rests on evidence that is kept with this"
        " request, it is of the activity above, and what is not used goes back to the cash of the village."
    )
    net: tuple[Said, ...] = ((_("Tax withheld"), row.withheld), *in_full(_("Paid out"), row.net)) if row.taxes else ()
    parts = (
        Part(_("1. Request"), told, ASKED, row.lines),
        Part(_("2. Statement of responsibility"), notes=(
            stated % {"name": row.maker}, _("The wording is that of this application, not of a regulation.")
        )),
        Part(_("3. List of expenditure"), (), BILLS, row.bills, after=((_("Total"), row.billed),)),
        *([Part(_("4. Taxes withheld"), (), WITHHELD, row.taxes, after=net)] if row.taxes else []),
    )  # fmt: skip
    signed = (
        (_("Asked by"), row.maker), (_("Checked by"), row.checker), (_("Approved by"), row.approver),
    )  # fmt: skip
    return Filled(row.date, parts, signed=signed)


def _receipt(wanted: Wanted) -> Filled | None:
    """Fill in the receipt of a payment, signed by the payee."""
    row = _row(wanted)
    if row is None or row.paid_on is None or row.state is RequestState.CANCELLED:
        return None
    told: tuple[Said, ...] = (
        (_("Received from"), _("Treasurer of the village")),
        *in_full(_("Amount"), row.amount),
        (_("What for"), row.told),
        (_("Request"), f"SPP {row.number}/{row.year}"),
        *((_("Tax withheld (%(tax)s)") % {"tax": tax.title}, tax.amount) for tax in row.taxes),
        *in_full(_("Paid out"), row.net),
        (_("Day"), row.paid_on),
    )
    signed = ((_("Approved by"), row.approver), (_("Received by"), row.payee or str(row.maker)))
    several = [Part(_("List of receipt"), (), RECEIVED, row.payees)] if len(row.payees) > 1 else []
    return Filled(row.paid_on, (Part(before=told), *several), signed=signed)


def _entry(name: str, title: str, *kinds: Kind) -> Paper:
    """Declare a paper that prints one entry of these kinds, chosen by its place in the books."""

    def places(wanted: Wanted) -> Choices:
        return places_of(wanted.place, wanted.year, kinds, scope=wanted.by)

    def fill(wanted: Wanted) -> Filled | None:
        if wanted.number is None:
            return None
        row = entry(wanted.place, wanted.year, wanted.number, scope=wanted.by)
        told: tuple[Said, ...] = (
            (_("Number"), row.title), (_("Day"), row.day), (_("Paper"), row.paper),
            (_("What for"), row.told), *in_full(_("Amount"), row.amount),
            (_("Hash of the entry"), row.hash[:SHORT_HASH]),
        )  # fmt: skip
        notes = (_("This entry was taken back by a reversal."),) if row.reversed_by else ()
        came_from = [line for line in row.lines if line.side == "C"]
        return Filled(row.day, (Part("", told, LINES, came_from, notes=notes),), signed=((_("Paid in by"), ""),))

    return Paper(name, title, Group.PAYMENT, fill, (Role.TREASURER,), numbers=places)


PAPERS = (
    Paper("spp", N_("Payment request (SPP)"), Group.PAYMENT, _request, numbers=_requests),
    Paper("kuitansi", N_("Receipt"), Group.PAYMENT, _receipt, (Role.TREASURER,), numbers=_paid),
    _entry("tbp", N_("Receipt of revenue (TBP)"), Kind.RECEIPT, Kind.REFUND, Kind.LATE_REFUND),
    _entry("sts", N_("Deposit of cash at the bank (STS)"), Kind.DEPOSIT),
)  # fmt: skip
