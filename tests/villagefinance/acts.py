"""Every operation of village finance, and what it leaves behind (kit/acts.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from kit.acts import Acts, Call
from pilar.villagefinance import operations as do
from pilar.villagefinance.rules.statements.matching import Match
from villagefinance.bank import FEBRUARY, accept, keep, opened, statement
from villagefinance.world import ACCOUNT, NOW, YEAR, World, budget

FAR = "32.01"


def _banked(world: World) -> None:
    world.receive()
    keep(world, statement(0, FEBRUARY[:1]))


def _matched(world: World) -> None:
    _banked(world)
    accept(world, *opened(world).proposals)


def _received(world: World) -> None:
    world.receive()


def _closed(world: World) -> None:
    do.close_month(by=world.who("treasurer"), village=world.village, year=YEAR, month=3, now=NOW)


def _asked(world: World) -> None:
    _closed(world)
    do.ask_reopening(by=world.who("secretary"), village=world.village, year=YEAR, month=3, reason="Uji", now=NOW)


def _over(world: World) -> None:
    world.receive()
    do.close_year(by=world.who("secretary"), village=world.village, year=YEAR, now=NOW)
    budget(world, YEAR + 1, enacted=False)


CALLS: Mapping[str, Call] = {
    "begin_region": lambda _w, by: do.begin_region(by=by, region=FAR),
    "reverse": lambda w, by: do.reverse(by=by, village=w.village, year=YEAR, place=1, reason="Salah", now=NOW),
    "close_month": lambda w, by: do.close_month(by=by, village=w.village, year=YEAR, month=3, now=NOW),
    "ask_reopening": lambda w, by: do.ask_reopening(
        by=by, village=w.village, year=YEAR, month=3, reason="Uji", now=NOW
    ),
    "reopen_month": lambda w, by: do.reopen_month(by=by, village=w.village, year=YEAR, month=3, now=NOW),
    "close_year": lambda w, by: do.close_year(by=by, village=w.village, year=YEAR, now=NOW),
    "open_year": lambda w, by: do.open_year(by=by, village=w.village, year=YEAR + 1, now=NOW),
    "choose_columns": lambda w, by: do.choose_columns(
        by=by, village=w.village, bank_account=ACCOUNT, columns={"Hari": "date"}
    ),
    "keep_statement": lambda w, by: do.keep_statement(
        by=by, village=w.village, bank_account=ACCOUNT, statement=statement(0, FEBRUARY), name="maret.csv",
        content=b"isi", now=NOW,
    ),
    "accept_matches": lambda w, by: do.accept_matches(
        by=by, village=w.village, bank_account=ACCOUNT, matches=[Match((1,), (10_001,), 1, ())], now=NOW
    ),
    "release_match": lambda w, by: do.release_match(by=by, village=w.village, bank_account=ACCOUNT, match=1),
    "seal_books": lambda _w, by: do.seal_books(by=by, now=NOW),
    "make_years": lambda _w, by: do.make_years(by=by, now=datetime(2040, 1, 1, tzinfo=UTC)),
}  # fmt: skip

LEFT = """
operation | who | audit | rows
begin_region | far | begin villagefinance.region @32.01 | account+279 activity+284 book+1 fund+8
reverse | secretary | book villagefinance.entry | book~1 budgetposition+1 cashposition+1 entry+1 line+2
close_month | treasurer | closed villagefinance.month | period+1
ask_reopening | secretary | asked villagefinance.month | period+1
reopen_month | head | reopened villagefinance.month | period+1
close_year | secretary | book villagefinance.entry | book~1 entry+1 line+2
open_year | treasurer | book villagefinance.entry | book~1 budgetposition+1 cashposition+1 entry+1 line+2
choose_columns | treasurer | choose-columns villagefinance.bank-account | bankformat+1
keep_statement | treasurer | keep villagefinance.bank-account | bankrow+3 bankstatement+1
accept_matches | treasurer | match villagefinance.bank-account | bankmatch+1 matchedline+1 matchedrow+1
release_match | secretary | release villagefinance.bank-account | bankmatch-1 matchedline-1 matchedrow-1
seal_books | schedule | . | sealedbook+4 platform_sealentry+1 platform_sealhead+1
make_years | schedule | . | .
"""

ACTS = Acts(
    "villagefinance", CALLS, LEFT,
    before={
        "reverse": _received, "ask_reopening": _closed, "reopen_month": _asked, "close_year": _received,
        "open_year": _over, "accept_matches": _banked, "release_match": _matched,
    },
    strangers=("neighbour", "sister", "public"),
    everywhere="seal_books",
)  # fmt: skip
EXEMPT: dict[str, str] = {}
