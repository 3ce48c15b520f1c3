"""The year of the books: its months, opening and closing, entries and their reversal; due tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from pilar.design.final_acts import Remark
from pilar.design.forms import FaultsForm, Rows, posted, shown_on
from pilar.design.views import done
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown
from pilar.platform.language import N_, translate
from pilar.platform.reading import rupiah_text
from pilar.villagefinance import operations, reference
from pilar.villagefinance.forms.budgets import ReasonForm
from pilar.villagefinance.forms.years import CloseForm, CloseMonthForm, HeldForm
from pilar.villagefinance.pages.frame import require, village_page, years_around
from pilar.villagefinance.pages.steps import At, Seen, Step, Way, acts, figures
from pilar.villagefinance.queries import years as queries
from pilar.villagefinance.queries.books import BOOK_NAMES, BookKind, book
from pilar.villagefinance.queries.budgets import fund_names
from pilar.villagefinance.queries.cash import places
from pilar.villagefinance.queries.statements import unmatched
from pilar.villagefinance.queries.taxes import owed
from pilar.villagefinance.queries.years import MonthRow, MonthState, YearRow
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.clocks import last_day
from pilar.villagefinance.rules.journal import Kind
from pilar.villagefinance.rules.refusals import Refused

OTHER_SIDE = {"D": N_("Credit"), "C": N_("Debit")}


def _year(at: At) -> YearRow:
    return queries.year_of_books(at.village, at.year, scope=at.by, now=at.now)


def _of_month(at: At) -> MonthRow:
    if not 1 <= at.month <= 12:
        raise NotFound
    return queries.months(at.village, at.year, scope=at.by, now=at.now)[at.month - 1]


def _month(at: At, **seen: Any) -> Seen:
    name, here = translate(BOOK_NAMES[BookKind.GENERAL]), (at.village, BookKind.GENERAL, at.year, at.month)
    trail = ((name, reverse("villagefinance:book", args=here)),)
    return Seen(trail, f"{MONTHS[at.month]} {at.year}", **seen)


def _close_month(at: At) -> Seen:
    row = _of_month(at)
    book_of = book(at.village, at.year, at.month, BookKind.GENERAL, scope=at.by)
    come = figures(
        (_("In, Rp"), rupiah_text(book_of.into)),
        (_("Out, Rp"), rupiah_text(book_of.out)),
        (_("Balance, Rp"), rupiah_text(book_of.after)),
    )
    return _month(
        at, will=come, blocked=() if row.over else (Remark(_("The month is not over yet")),), unready=_unmatched(at),
        state=str(len(book_of.lines)), done=row.state is not MonthState.OPEN,
    )  # fmt: skip


def _unmatched(at: At) -> tuple[Remark, ...]:
    """Name the bank accounts with movements up to the end of the month that nobody has matched with an entry."""
    return tuple(
        Remark(
            _("%(account)s: movements by the bank not matched with the books: %(count)s. See whether one of them is"
              " missing there: it cannot be booked on its day once the month is closed")
            % {"account": name, "count": count},
            reverse("villagefinance:bank", args=[at.village, key]),
        )
        for key, name, count in unmatched(at.village, scope=at.by, until=last_day(at.year, at.month))
    )  # fmt: skip


def _ask_reopening(at: At) -> Seen:
    row = _of_month(at)
    blocked = (Remark(Refused(rule="month_is_open").text()),) if row.state is MonthState.OPEN else ()
    return _month(at, blocked=blocked, done=row.state is MonthState.ASKED)


def _reopen_month(at: At) -> Seen:
    row = _of_month(at)
    asked = row.state is MonthState.ASKED
    told = figures((_("Asked by"), row.by), (_("Reason"), row.reason)) if asked else ()
    blocked = (Remark(Refused(rule="reopening_not_asked").text()),) if row.state is MonthState.CLOSED else ()
    if asked and row.reference == at.by.signature:
        blocked = (Remark(Refused(rule="period_reopened_by_two_with_a_reason").text()),)
    return _month(at, will=told, blocked=blocked, state=str(row.at), done=row.state is MonthState.OPEN)


def _close_year(at: At) -> Seen:
    row, left = _year(at), queries.surplus_by_fund(at.village, at.year)
    trail = ((_("Year %(year)s") % {"year": at.year}, reverse("villagefinance:year", args=[at.village, at.year])),)
    if row.closing is not None:
        return Seen(trail, done=True)
    blocked = () if row.may_close else (Remark(_("The year is not over, or nothing is booked in it")),)
    next_year = queries.carried(at.village, at.year + 1)
    will = (
        *((_("What is left of each fund (SiLPA) becomes the surplus of the year:"),) if left else ()),
        *figures(*((fund, f"Rp{rupiah_text(amount)}") for fund, amount in left.items())),
        *((_("The next year is opened with:"),) if next_year else ()),
        *figures(
            *(
                (f"{carried.holder} ({carried.fund})", _rupiah(carried.amount, owed=carried.owed))
                for carried in next_year
            )
        ),
    )
    state = " ".join(f"{unspent.key}={unspent.amount}" for unspent in queries.unspent(at.village, at.year))
    return Seen(trail, str(at.year), will=will, blocked=blocked, unready=_unready(at), state=state)


def _unready(at: At) -> tuple[Remark, ...]:
    """List the unfinished business of a year that is about to be closed, with links."""
    rows, unfinished = (
        queries.months(at.village, at.year, scope=at.by, now=at.now),
        queries.unready(at.village, at.year),
    )
    open_months = [str(MONTHS[row.month]) for row in rows if row.state is not MonthState.CLOSED]
    taxes = owed(at.village, scope=at.by, today=date(at.year, 12, 31))
    asked, of_tax = (reverse(f"villagefinance:{name}", args=[at.village]) for name in ("payments", "taxes"))
    here = reverse("villagefinance:year", args=[at.village, at.year])
    of_taxes = "; ".join(f"{tax.title} Rp{rupiah_text(tax.amount)}" for tax in taxes)
    advances = _("Advances that are not accounted for, of which only money can come back then: %(what)s")
    told = (
        (len(open_months), _("Months that are not closed: %(what)s"), ", ".join(open_months), here),
        (unfinished.advances, advances, unfinished.advances, asked),
        (unfinished.requests, _("Payment requests that can no longer be paid: %(what)s"), unfinished.requests, asked),
        (len(taxes), _("Tax that is not remitted: %(what)s"), of_taxes, of_tax),
    )
    return tuple(Remark(said % {"what": what}, to) for count, said, what, to in told if count)


def _reverse(at: At) -> Seen:
    row, books = queries.entry(at.village, at.year, at.place, scope=at.by), _year(at)
    here = reverse("villagefinance:entry", args=[at.village, at.year, at.place])
    refused = {
        "reversal_of_a_reversal": row.kind is Kind.REVERSAL,
        "remittance_stays": row.kind is Kind.REMITTANCE,
        "opening_is_built_on": row.kind is Kind.OPENING and books.begun,
        "year_is_closed": books.closing is not None,
        "month_is_closed": row.reversed_by is None and not _day_is_open(at),
    }
    if row.made_by == at.by.signature:
        refused = {"entry_of_three_people": True}
    booked = (
        f"{translate(OTHER_SIDE[line.side])}: {line.account} {line.account_name}"
        f"{f' ({line.holder})' if line.holder else ''}, {line.fund}: Rp{rupiah_text(line.amount)}"
        for line in row.lines
    )
    again = _("Payment request %(number)s goes back with it") % {"number": row.request[1]} if row.request else ""
    return Seen(
        ((row.title, here),), row.told, will=(*booked, *filter(None, [again])), state=row.hash,
        blocked=tuple(Remark(Refused(rule=rule).text()) for rule, holds in refused.items() if holds),
        done=row.reversed_by is not None,
    )  # fmt: skip


def _day_is_open(at: At) -> bool:
    """Return whether the month of a reversal made now is open: today's, or the last of a year that is over."""
    day = min(at.today, date(at.year, 12, 31))
    months = queries.months(at.village, day.year, scope=at.by, now=at.now)
    return months[day.month - 1].state is MonthState.OPEN


WAYS = {
    "close-month": Way(
        Step(
            operations.close_month, N_("Check before you close the month"), N_("Close the month"),
            N_("The month is closed"),
            (
                N_("Nothing more is booked on a day of this month."),
                N_("It is opened again by two people alone, with a reason."),
            ),
            CloseMonthForm,
        ),
        Action.CLOSE_MONTH, _close_month,
    ),
    "ask-reopening": Way(
        Step(
            operations.ask_reopening, N_("Check before you ask to open the month again"), N_("Ask to open it"),
            N_("The head is asked to open the month again"),
            (N_("The head sees your reason, and opens the month or leaves it closed."),), ReasonForm, final=False,
        ),
        Action.ASK_REOPENING, _ask_reopening,
    ),
    "reopen-month": Way(
        Step(
            operations.reopen_month, N_("Check before you open the month again"), N_("Open the month again"),
            N_("The month is open again"),
            (
                N_("Entries of its days can be booked until it is closed again."),
                N_("Who asked, who opened it and why stays on record."),
            ),
            final=False,
        ),
        Action.REOPEN_MONTH, _reopen_month,
    ),
    "close-year": Way(
        Step(
            operations.close_year, N_("Check before you close the year"), N_("Close the year"),
            N_("The year is closed"), (N_("Nothing more is booked in it, and nothing is taken back."),), CloseForm,
        ),
        Action.CLOSE_YEAR, _close_year,
        lambda at, sent: CloseForm(sent, unspent=queries.unspent(at.village, at.year)),
    ),
    "reverse": Way(
        Step(
            operations.reverse, N_("Check before you reverse the entry"), N_("Reverse the entry"),
            N_("The entry is reversed"),
            (N_("It stays as it is. Another entry that names it is booked:"),), ReasonForm,
        ),
        Action.CORRECT, _reverse,
    ),
}  # fmt: skip
"""The steps of a year of books, by the names of their addresses."""


act = acts(WAYS)


@village_page("villagefinance/paying/year.html", tab="year")
def year(_request: HttpRequest, village: str, year: int, *, by: Standing, now: datetime) -> Shown:
    """The months of a year with their states, its opening and its closing."""
    may = {action for action in Action if AUTHORITY.may(by, action, case_of(village))}
    row = queries.year_of_books(village, year, scope=by, now=now)
    months = queries.months(village, year, scope=by, now=now)
    return {
        "village": village, "year": year, "years": years_around(year), "region": village[:5], "row": row,
        "months": [(month, MONTHS[month.month], _act_of(month, may)) for month in months],
        "may_open": row.may_open and Action.OPEN_YEAR in may, "may_close": row.may_close and Action.CLOSE_YEAR in may,
        "carried": queries.carried_lines(village, year),
    }  # fmt: skip


def _act_of(row: MonthRow, may: set[Action]) -> tuple[str, str] | None:
    """Return the step that a reader may take with a month: its name and the name of its page."""
    step, holds = {
        MonthState.OPEN: ("close-month", row.over),
        MonthState.CLOSED: ("ask-reopening", True),
        MonthState.ASKED: ("reopen-month", True),
    }[row.state]
    return (translate(WAYS[step].step.act), f"villagefinance:{step}") if holds and WAYS[step].action in may else None


@village_page("villagefinance/paying/opening.html", tab="year", sends=True)
def open_year(request: HttpRequest, village: str, year: int, *, by: Standing, now: datetime) -> Shown:
    """Open a year: with the closing of the last one, or, where the books begin, with counted amounts."""
    require(by, Action.OPEN_YEAR, village)
    row = queries.year_of_books(village, year, scope=by, now=now)
    to = ("villagefinance:year", village, year)
    if row.opening is not None:
        return done(request, _("The year is open"), *to)
    first, carried = row.before is None, queries.carried(village, year)
    taxes = reference.tax_rules(region=village[:5], day=date.max).kinds
    rows = Rows(HeldForm, "held", places=places(village), taxes=taxes, funds=fund_names(village[:5]))
    form = FaultsForm(posted(request))
    if request.method == "POST" and first and request.POST.get("do") not in ("save", "look"):
        rows.read(request.POST)
    elif request.method == "POST" and (not first or rows.judge(request.POST)):
        held = tuple(held_form.item() for held_form in rows.forms) if first else ()
        carried = queries.named(village, held) if first else carried
        if request.POST.get("do") == "save":
            with shown_on(form, rows):
                operations.open_year(by=by, village=village, year=year, held=held, now=now)
                return done(request, _("The year is open"), *to)
    return {
        "village": village, "year": year, "row": row, "form": form, "rows": rows if first else None,
        "carried": carried, "surplus": _by_fund(carried), "may_open": row.may_open,
    }  # fmt: skip


def _by_fund(carried: tuple[queries.Carried, ...]) -> list[tuple[str, Decimal]]:
    """Sum an opening by fund: held less owed."""
    sums = dict[str, Decimal]()
    for line in carried:
        sums[line.fund] = sums.get(line.fund, Decimal(0)) + (-line.amount if line.owed else line.amount)
    return sorted(sums.items())


@village_page("villagefinance/paying/entry.html", tab="books")
def entry(_request: HttpRequest, village: str, year: int, place: int, *, by: Standing) -> Shown:
    """An entry of the books: its lines and papers, its maker, its seal, and the entry that it reverses or is reversed
    by."""
    row = queries.entry(village, year, place, scope=by)
    may = AUTHORITY.may(by, Action.CORRECT, case_of(village)) and row.made_by != by.signature
    books = AUTHORITY.may(by, Action.RECEIVE, case_of(village))
    right = row.kind not in (Kind.REVERSAL, Kind.CLOSING) and row.reversed_by is None
    return {
        "village": village, "year": year, "region": village[:5], "row": row, "month": row.day.month,
        "may_reverse": may and right, "told": books and right,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """A step of the books that is a task of a reader."""

    title: str
    address: str
    late: bool = False
    told: str = ""


def due_of(by: Standing, village: str, year: int, now: datetime) -> tuple[Due, ...]:
    """Return the reader's tasks in the books of a year and the one before."""
    may = {way.action for way in WAYS.values()} | {Action.OPEN_YEAR}
    may = {action for action in may if AUTHORITY.may(by, action, case_of(village))}
    dues = []
    for of in (near for near in years_around(year) if near <= year and may):
        row = queries.year_of_books(village, of, scope=by, now=now)
        if Action.OPEN_YEAR in may and of == year and row.may_open:
            said = _("Open the year %(year)s") % {"year": of}
            dues.append(Due(said, reverse("villagefinance:open-year", args=[village, of])))
        if Action.CLOSE_YEAR in may and row.may_close:
            said = _("Close the year %(year)s") % {"year": of}
            dues.append(Due(said, reverse("villagefinance:close-year", args=[village, of])))
        if row.closing is None and row.there and {Action.CLOSE_MONTH, Action.REOPEN_MONTH} & may:
            dues += _due_months(by, village, of, now, may)
    return tuple(dues)


def _due_months(by: Standing, village: str, year: int, now: datetime, may: set[Action]) -> list[Due]:
    """Return the months that wait to be closed or to be reopened."""
    rows = queries.months(village, year, scope=by, now=now)
    over = [row for row in rows if row.state is MonthState.OPEN and row.over]
    asked = [row for row in rows if row.state is MonthState.ASKED and row.reference != by.signature]
    more = _("and %(count)s more") % {"count": len(over) - 1} if len(over) > 1 else ""
    waiting = [
        *(("close-month", month, more) for month in over[:1]),
        *(("reopen-month", month, month.reason) for month in asked),
    ]
    return [
        Due(
            f"{translate(WAYS[step].step.act)}: {MONTHS[month.month]} {year}",
            reverse(f"villagefinance:{step}", args=[village, year, month.month]),
            step == "close-month" and bool(month.late), told,
        )
        for step, month, told in waiting if WAYS[step].action in may
    ]  # fmt: skip


def _rupiah(amount: Decimal, *, owed: bool) -> str:
    of = _("owed") if owed else ""
    return f"Rp{rupiah_text(amount)}" + (f" ({of})" if of else "")
