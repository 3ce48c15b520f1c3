"""Accounts and suppliers of a village; bank statements: upload, matching with the books, and the reconciliation sheet
of a month."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.areas.reference import today_in
from pilar.design.forms import posted, stored, stored_once
from pilar.design.imports import uploaded
from pilar.design.views import done
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, button
from pilar.platform.errors import Fault, Faults
from pilar.platform.imports import Heading
from pilar.platform.imports.columns import LEFT_OUT
from pilar.platform.language import N_, translate
from pilar.villagefinance import operations
from pilar.villagefinance.foreign import read_statements
from pilar.villagefinance.forms.bank import StatementForm
from pilar.villagefinance.forms.till import CashBoxForm
from pilar.villagefinance.operations.accounts import ChangeElsewhere
from pilar.villagefinance.pages.frame import require, sent_again, village_page
from pilar.villagefinance.queries import statements as queries
from pilar.villagefinance.queries.cash import places
from pilar.villagefinance.queries.statements import KeptAccount
from pilar.villagefinance.queries.suppliers import acted_on, changes, suppliers
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.statements.columns import COLUMNS, Unplaced
from pilar.villagefinance.rules.statements.matching import REASON_NAMES, Match
from pilar.villagefinance.rules.statements.shape import Statement

MAX_SHOWN = 100
"""Rows shown of a list; later ones appear when earlier ones are matched."""


@village_page("villagefinance/paying/accounts.html", tab="accounts", sends=True)
def accounts(request: HttpRequest, village: str, *, by: Standing, now: datetime) -> Shown:
    """Accounts and suppliers, and the numbers that wait for a second person."""
    case, reads = case_of(village), AUTHORITY.may(by, Action.READ_ACCOUNTS, case_of(village))
    require(by, Action.READ_ACCOUNTS if reads else Action.KEEP_SUPPLIERS, village)
    may_ask = AUTHORITY.may(by, Action.ASK_ACCOUNT, case)
    form = CashBoxForm(posted(request)) if may_ask else None
    if request.method == "POST" and form is None:
        require(by, Action.ASK_ACCOUNT, village)
    if form and stored_once(
        form, lambda: operations.open_cash_box(by=by, village=village, now=now, **form.cleaned_data),
        kind="villagefinance.booked", owner=by.account,
    ):  # fmt: skip
        return done(request, _("The cash box is open"), "villagefinance:accounts", village)
    return {
        "village": village, "region": village[:5], "year": today_in(village[:5], now).year, "places": places(village),
        "now": now,
        "suppliers": suppliers(village, scope=by), "changes": changes(village, scope=by) if reads else (),
        "form": form, "reads": reads,
        "may_ask": may_ask, "may_confirm": AUTHORITY.may(by, Action.CONFIRM_ACCOUNT, case),
        "may_keep": AUTHORITY.may(by, Action.KEEP_SUPPLIERS, case),
    }  # fmt: skip


@button
def confirm_number(request: HttpRequest, village: str, no: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Confirm a new account number."""
    with sent_again(lambda: acted_on(village, no, "confirmed_by", by=by), ChangeElsewhere):
        operations.confirm_account(by=by, village=village, no=no, now=now)
    return done(request, _("The number counts from now on"), "villagefinance:accounts", village)


@button
def drop_number(request: HttpRequest, village: str, no: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Take back or refuse a number that waits."""
    with sent_again(lambda: acted_on(village, no, "dropped_by", by=by), ChangeElsewhere):
        operations.drop_account(by=by, village=village, no=no, now=now)
    return done(request, _("The number does not count. It can be asked for again"), "villagefinance:accounts", village)


@village_page("villagefinance/bank/account.html", tab="accounts", sends=True)
def account(request: HttpRequest, village: str, key: int, *, by: Standing, now: datetime) -> Shown:
    """Show the open movements of bank and books, and take a statement from the reader."""
    today = today_in(village[:5], now)
    movements = queries.open_movements(village, key, today, scope=by)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form, unplaced = StatementForm(*sent), ()

    def keep() -> int:
        nonlocal unplaced
        name, content = uploaded(request)
        read_by = partial(read_statements, name, content, year=form.cleaned_data["year"])
        try:
            read = read_by(chosen=movements.account.columns)
        except Unplaced as open_headings:
            unplaced = open_headings.headings
            of_bank = queries.columns_of_bank(village, movements.account.bank)
            try:
                read = read_by(chosen=of_bank | {**movements.account.columns})
            except Faults:
                raise open_headings from None
        return operations.keep_statement(
            by=by, village=village, bank_account=key, statement=_of(read, movements.account), name=name,
            content=content, now=now,
        )  # fmt: skip

    if stored(form, keep):
        count = form.outcome
        said = ngettext("%(count)s movement is kept", "%(count)s movements are kept", count) % {"count": count}
        return done(request, said, "villagefinance:bank", village, key)
    return {
        "village": village,
        "year": today.year,
        "found": movements,
        "account": movements.account,
        "form": form,
        "headings": _choices(unplaced),
        "may_reconcile": AUTHORITY.may(by, Action.RECONCILE, case_of(village)),
        "proposals": [
            (movements.pair(proposal), _reasons(proposal), proposal.rivals)
            for proposal in movements.proposals[:MAX_SHOWN]
        ],
        "bank": movements.bank[:MAX_SHOWN],
        "books": movements.books[:MAX_SHOWN],
        "matched": movements.matched[:MAX_SHOWN],
        "shown": MAX_SHOWN,
        "more": max(len(movements.bank), len(movements.books)) > MAX_SHOWN,
        "ages": list(zip(movements.bank_ages, movements.book_ages, strict=True)),
        "months": _months(movements.account),
    }


@button
def name_columns(request: HttpRequest, village: str, key: int, *, by: Standing) -> HttpResponse:
    """Set the meaning of the headings of an account's statements."""
    headings, names = request.POST.getlist("heading"), request.POST.getlist("column")
    chosen = {heading: name for heading, name in zip(headings, names, strict=False) if name}
    operations.choose_columns(by=by, village=village, bank_account=key, columns=chosen)
    return done(request, _("The columns are known now. Send the file again"), "villagefinance:bank", village, key)


@button
def match(request: HttpRequest, village: str, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Accept proposals, or movements that the reader ticked."""
    matches = [_match(*pair.partition(":")[::2]) for pair in request.POST.getlist("proposal")]
    bank, books = (",".join(request.POST.getlist(side)) for side in ("bank", "books"))
    if bank or books:
        matches.append(_match(bank, books))
    count = operations.accept_matches(by=by, village=village, bank_account=key, matches=matches, now=now)
    said = ngettext("%(count)s match is accepted", "%(count)s matches are accepted", count) % {"count": count}
    return done(request, said, "villagefinance:bank", village, key)


@button
def release(request: HttpRequest, village: str, key: int, number: int, *, by: Standing) -> HttpResponse:
    """Release a match; movements that are open already stay so, as does another match that was given the same number
    since."""
    of = _match(*request.POST["of"].partition(":")[::2]) if "of" in request.POST else None

    def is_open() -> bool:
        require(by, Action.RECONCILE, village)
        return bool(queries.kept_account(village, key, scope=by))

    with sent_again(is_open, NotFound):
        operations.release_match(by=by, village=village, bank_account=key, match=number, of=of)
    return done(request, _("The movements are open again"), "villagefinance:bank", village, key)


def _of(read: Sequence[Statement], account: KeptAccount) -> Statement:
    """Return the statement of an account from a file; raises Faults for a file with several others."""
    own = [statement for statement in read if statement.account.lstrip("0") == account.number.lstrip("0")]
    if len(own or read) == 1:
        return (own or read)[0]
    numbers = ", ".join(statement.account for statement in read)
    sentence = N_("The file has the accounts %(numbers)s; here is account %(number)s")
    raise Faults([Fault("other-accounts", sentence, {"numbers": numbers, "number": account.number})])


def _choices(headings: Sequence[Heading]) -> list[tuple[Heading, list[tuple[str, str, bool]]]]:
    """Return the headings of a file, each with its possible meanings and whether that is chosen."""
    names = [(column.name, column.heading) for column in COLUMNS] + [(LEFT_OUT, translate(N_("(leave out)")))]
    return [(heading, [(name, said, name == heading.column) for name, said in names]) for heading in headings]


def _reasons(match: Match) -> str:
    return ", ".join(translate(REASON_NAMES[reason]) for reason in match.reasons)


def _months(account: KeptAccount) -> list[date]:
    """Return the months that the statements cover completely, the latest first."""
    if account.first is None or account.last is None:
        return []
    month_ends, day = [], account.first
    while (last := day.replace(day=monthrange(day.year, day.month)[1])) <= account.last:
        month_ends.append(last)
        day = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    return month_ends[::-1]


def _match(bank: str, books: str) -> Match:
    """Read movements from the keys in a form; raises Faults for keys that are none."""
    sides = [[part for part in side.split(",") if part] for side in (bank, books)]
    if not all(
        side and all(letter.isascii() and letter.isdigit() and len(letter) < 12 for letter in side) for side in sides
    ):
        raise Faults([Fault("no-match", N_("Choose movements of both the bank and the books"))])
    rows, lines = (tuple(map(int, side)) for side in sides)
    return Match(rows, lines, 0, ())
