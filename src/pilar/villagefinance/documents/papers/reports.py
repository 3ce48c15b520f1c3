"""Reports of a village: realisation (LRA), first semester, data for the notes (CaLK), account of the year (LPJ)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.design.tables import Column, Table
from pilar.platform.language import N_
from pilar.villagefinance import reference
from pilar.villagefinance.documents.paper import Group, Paper, Part, Wanted, in_full, money
from pilar.villagefinance.documents.papers.books import HELD
from pilar.villagefinance.documents.papers.tables import ACTIVITIES, REALISED
from pilar.villagefinance.queries import papers as queries
from pilar.villagefinance.queries.budgets import ceilings
from pilar.villagefinance.queries.plans import programmes
from pilar.villagefinance.queries.realisation import activities, by_fund, realisation
from pilar.villagefinance.queries.reports import reports as on_record
from pilar.villagefinance.rules.codes import ADVANCE, EXPENDITURE, MONEY, REVENUE, TRANSFER, WITHHELD
from pilar.villagefinance.rules.realisation import RealisedRow
from pilar.villagefinance.rules.reports import ReportAct
from pilar.villagefinance.rules.roles import Role

ZERO = Decimal(0)
HALF = 6


@dataclass(frozen=True, slots=True)
class SemesterRow:
    """A row of the realisation with the amounts of both semesters, in rupiah."""

    of: RealisedRow
    first: Decimal

    @property
    def second(self) -> Decimal:
        return self.of.realised - self.first

    @property
    def strong(self) -> bool:
        return self.of.strong


SEMESTERS = Table(
    gettext_lazy("Realisation by semester"),
    Column("code", gettext_lazy("Code"), "of.code"),
    Column("name", gettext_lazy("Name of the account"), "of.title"),
    money("budget", gettext_lazy("Budget, Rp"), "of.budget"),
    money("first", gettext_lazy("Semester I, Rp")),
    money("second", gettext_lazy("Semester II, Rp")),
    money("realised", gettext_lazy("Year, Rp"), "of.realised"),
    money("difference", gettext_lazy("Difference, Rp"), "of.difference"),
)
FUNDS = Table(
    gettext_lazy("By fund"),
    Column("fund", gettext_lazy("Fund")),
    Column("name", gettext_lazy("Name"), lambda row: _fund_name(row.fund)),
    money("revenue", gettext_lazy("Revenue, Rp"), lambda row: row.head(REVENUE).realised),
    money("expenditure", gettext_lazy("Expenditure, Rp"), lambda row: row.head(EXPENDITURE).realised),
    money("financing", gettext_lazy("Net financing, Rp"), "net_financing.realised"),
    money("remaining", gettext_lazy("SiLPA, Rp"), "remaining.realised"),
)
AWAITED = Table(
    gettext_lazy("Transfers granted and not received"),
    Column("fund", gettext_lazy("Fund"), lambda row: row[0]),
    Column("name", gettext_lazy("Name"), lambda row: _fund_name(row[0])),
    money("amount", gettext_lazy("Amount, Rp"), lambda row: row[1]),
)
PROGRAMMES = Table(
    gettext_lazy("Sectoral programmes"),
    Column("name", gettext_lazy("Programme"), lambda row: row["name"]),
    Column("source", gettext_lazy("Whose programme, whose money"), lambda row: row["source"]),
    Column("place", gettext_lazy("Location"), lambda row: row["place"]),
    money("amount", gettext_lazy("Cost, Rp"), lambda row: row["amount"]),
)
"""Programmes of others in the village: the books hold nothing of them."""


def _fund_name(code: str) -> str:
    names = reference.funds()
    return names[code].name if code in names else ""


def _realisation(wanted: Wanted, title: str = "") -> Iterator[Part]:
    report = realisation(wanted.place, wanted.year, wanted.month, scope=wanted.by, fund=wanted.fund)
    yield Part(title, table=REALISED, rows=report.whole if report.rows else ())


def _by_fund(wanted: Wanted) -> list[Part]:
    realisations = by_fund(wanted.place, wanted.year, wanted.month, scope=wanted.by)
    parts = [
        Part(f"{fund} {_fund_name(fund)}", table=REALISED, rows=by_head.whole) for fund, by_head in realisations.items()
    ]
    return parts or [Part(table=REALISED)]


def _by_semester(wanted: Wanted) -> Iterator[Part]:
    first, whole = (realisation(wanted.place, wanted.year, month, scope=wanted.by) for month in (HALF, 12))
    before = {realised.code or realised.name: realised.realised for realised in first.whole}
    rows = [
        SemesterRow(realised, before.get(realised.code or realised.name, ZERO))
        for realised in whole.whole
        if whole.rows
    ]
    yield Part(table=SEMESTERS, rows=rows)


def _reported(wanted: Wanted, act: ReportAct) -> Iterator[Part]:
    """Yield the letter or regulation by which a report is on record, if it is, and the realisation."""
    rows = on_record(wanted.place, wanted.year, scope=wanted.by, now=wanted.now)
    row = next(report for report in rows if report.act is act)
    said = _("Draft: not on record yet")
    if row.day:
        told = {"report": row.name, "number": row.paper, "day": date_format(row.day, "j F Y")}
        said = _("%(report)s: %(number)s of %(day)s") % told
    yield Part(notes=(said,))
    yield from _realisation(wanted, _("Realisation of the budget (LRA)"))
    activity_rows = activities(wanted.place, wanted.year, wanted.month, scope=wanted.by)
    yield Part(_("Realisation of the activities"), table=ACTIVITIES, rows=activity_rows)


def _notes(wanted: Wanted) -> Iterator[Part]:
    """Yield the data that the notes to the account (CaLK) are written from."""
    yield Part(_("How the figures are made"), notes=(
        _("The books are kept on a cash basis: what is received and paid in the year counts, in rupiah."),
        _("Every figure is a sum of entries of the ledger; each entry is sealed, and corrected by a reversal alone."),
        _("A transfer that is settled outside the account of the village is in the realisation and not in its cash."),
    ))  # fmt: skip
    helds = queries.held(wanted.place, wanted.last, scope=wanted.by)
    for title, head in (
        (_("Cash and bank by account and fund"), MONEY), (_("Taxes withheld and owed"), WITHHELD),
        (_("Advances not accounted for"), ADVANCE),
    ):  # fmt: skip
        rows = [held for held in helds if held.account.startswith(head)]
        total = sum((row.closing for row in rows), ZERO)
        yield Part(title, table=HELD, rows=rows, after=((_("Total"), total),))
    funds = by_fund(wanted.place, wanted.year, wanted.month, scope=wanted.by)
    remaining = sum((fund.remaining.realised for fund in funds.values()), ZERO)
    after = in_full(_("Remaining (SiLPA)"), remaining)
    yield Part(_("SiLPA by fund"), table=FUNDS, rows=tuple(funds.values()), after=after)
    awaited = [
        (fund, amount - (funds[fund].head(TRANSFER).realised if fund in funds else ZERO))
        for fund, amount in sorted(ceilings(wanted.place, wanted.year).items())
    ]
    yield Part(_("Transfers granted and not received"), table=AWAITED, rows=awaited)


def _year(wanted: Wanted) -> Iterator[Part]:
    yield from _reported(wanted, ReportAct.AGREED)
    yield from _notes(wanted)
    yield Part(_("Programmes of others in the village"), table=PROGRAMMES, rows=programmes(wanted.place, wanted.year))


HEAD = (Role.HEAD,)
PAPERS = (
    Paper("lra", N_("Realisation of the budget (LRA)"), Group.REPORTS, _realisation, HEAD,
          frozenset({"month", "fund"})),
    Paper("lra-dana", N_("Realisation of the budget (LRA) by fund"), Group.REPORTS, _by_fund, HEAD,
          frozenset({"month"})),
    Paper("lra-semester", N_("Realisation of the budget (LRA) by semester"), Group.REPORTS, _by_semester, HEAD,
          landscape=True),
    Paper("semester", N_("Report of the first semester"), Group.REPORTS,
          partial(_reported, act=ReportAct.SENT), HEAD, month=HALF),
    Paper("calk", N_("Data for the notes to the account (CaLK)"), Group.REPORTS, _notes, HEAD, landscape=True),
    Paper("lpj", N_("Account of the year (LPJ)"), Group.REPORTS, _year, HEAD, landscape=True),
)  # fmt: skip
