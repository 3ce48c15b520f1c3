"""Books and reports as pages, in the printed form and as workbooks: out of the ledger, to the sen."""

from __future__ import annotations

import html
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from kit.selection import turns
from kit.worlds import once
from pilar.people.models import Membership
from pilar.platform.reading import rupiah_text
from pilar.villagefinance import operations as do
from pilar.villagefinance.documents.papers import REGION_PAPERS, VILLAGE_PAPERS
from pilar.villagefinance.models import Activity, CarriedLine, ReportStep
from pilar.villagefinance.rules.taxes import PaymentKind
from reports.reading import archived, words
from villagefinance import accounts, payments
from villagefinance.bank import FEBRUARY, keep, statement
from villagefinance.payments import ADVANCE, account, approved, back, bill, pay, remit, rich, settle
from villagefinance.world import BOX, NOW, REGION, ROAD, SISTER, VILLAGE, YEAR, World, begin

pytestmark = pytest.mark.django_db


@once
def booked(world: World) -> World:
    """Money received, a supplier paid with tax that was remitted, an advance accounted for, cash moved back."""
    rich(world)
    treasurer = world.who("treasurer")
    pay(world, approved(world, bill(111_000_000, kind=PaymentKind.GOODS)))
    remit(world, "pph22", [(YEAR, 1, 1)])
    pay(world, approved(world, bill(10_000_000), kind=ADVANCE))
    account(world, 2, bill(7_000_000))
    back(world, 2, 3_000_000)
    settle(world, 2)
    for bank_account, target, amount in ((2, BOX, 5), (BOX, 2, 4)):
        do.move_cash(
            by=treasurer, village=VILLAGE, source=bank_account, target=target, fund="DDS",
            amount=Decimal(amount * 1_000_000), day=date(YEAR, 5, 20), now=NOW,
        )  # fmt: skip
    CarriedLine.objects.create(**world.of_year, line=ROAD, amount=59_000_000)
    keep(world, statement(0, FEBRUARY))
    for month in (1, 2, 3):
        do.close_month(by=treasurer, village=VILLAGE, year=YEAR, month=month, now=NOW)
    return world


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def client_of(world: World, who: str = "treasurer") -> Client:
    accounts.account(who).memberships.update(since=datetime(YEAR, 1, 1, tzinfo=UTC))
    return accounts.client_of(world, who)


def address(name: str, kind: str = "", year: int = YEAR, village: str = VILLAGE, **asked: Any) -> str:
    given = {"village": village, "name": name, "year": year, **({"kind": kind} if kind else {})}
    more = "&".join(f"{term}={value}" for term, value in asked.items())
    return reverse("villagefinance:paper-file" if kind else "villagefinance:paper", kwargs=given) + f"?{more}"


def page(client: Client, name: str, **asked: Any) -> str:
    answer = client.get(address(name, **asked))
    assert answer.status_code == 200, (name, answer.status_code)
    return html.unescape(answer.content.decode())


def paper(client: Client, name: str, **asked: Any) -> str:
    answer = client.get(address(name, "pdf", **asked))
    assert answer.status_code == 200, (name, answer.status_code)
    assert archived(answer.content).part == "2"
    return words(answer.content)


def sheets(client: Client, name: str, **asked: Any) -> list[list[list[Any]]]:
    """The tables of a workbook, without the sheet that says what it is."""
    answer = client.get(address(name, "xlsx", **asked))
    assert answer.status_code == 200, (name, answer.status_code)
    made = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return [made.get_sheet_by_name(one).to_python() for one in made.sheet_names]


def figure(sql: str) -> Decimal:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"village": VILLAGE, "year": YEAR})
        return cursor.fetchone()[0] or Decimal(0)


LINES = (
    "villagefinance_line AS l JOIN villagefinance_entry AS e USING (region, village, year, place)"
    " WHERE village = %(village)s AND year = %(year)s"
)
GIVEN = (
    "SELECT sum(a.amount) FROM villagefinance_budgetamount AS a JOIN villagefinance_budgetline AS l"
    " ON (l.village, l.year, l.key) = (a.village, a.year, a.line) WHERE a.village = %(village)s AND a.year = %(year)s"
    " AND a.version = 2 AND "
)
SPENT = f"SELECT sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END) FROM {LINES} AND left(l.account, 1) = '5'"
GOT = f"SELECT sum(CASE l.side WHEN 'C' THEN l.amount ELSE -l.amount END) FROM {LINES} AND left(l.account, 1) = '4'"
HELD = (
    f"SELECT sum(CASE l.side WHEN 'D' THEN l.amount ELSE -l.amount END) FROM {LINES}"
    " AND starts_with(l.account, '1.1.1')"
)
REVENUE, EXPENDITURE = f"{GIVEN} left(l.account, 1) = '4'", f"{GIVEN} left(l.account, 1) = '5'"
WITHHELD = "SELECT sum(amount) FROM villagefinance_withholding WHERE village = %(village)s AND year = %(year)s"
FIGURES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "apbdes": ((REVENUE, EXPENDITURE, f"{GIVEN} l.account LIKE '5.3.5%%'"), {}),
    "penjabaran": ((REVENUE, EXPENDITURE, f"{GIVEN} l.account = '5.3.5.03'"), {}),
    "dpa": ((EXPENDITURE, f"{GIVEN} l.activity = '2.3.10'"), {}),
    "rab": ((EXPENDITURE, f"{GIVEN} l.activity = '1.1.03'"), {}),
    "dpal": (("SELECT sum(amount) FROM villagefinance_carriedline WHERE village = %(village)s",), {}),
    "rak": (("SELECT sum(amount) FROM villagefinance_cashplan WHERE village = %(village)s AND line < 3",), {}),
    "spp": (("SELECT amount FROM villagefinance_requestline WHERE village = %(village)s AND request = 1",
             WITHHELD), {"nomor": 1}),
    "kuitansi": ((f"SELECT sum(amount) FROM {LINES} AND e.kind = 'payment' AND starts_with(l.account, '1.')", WITHHELD),
                 {"nomor": 1}),
    "tbp": ((f"SELECT sum(amount) FROM {LINES} AND e.kind = 'receipt' AND e.number = 2 AND l.side = 'D'",),
            {"nomor": 2}),
    "sts": ((f"SELECT sum(amount) FROM {LINES} AND e.kind = 'deposit' AND l.side = 'D'",), {}),
    "umum": ((f"{HELD} AND e.date < '2025-04-01'",
              f"SELECT sum(amount) FROM {LINES} AND starts_with(l.account, '1.1.1') AND l.side = 'C'"
              " AND extract(month FROM e.date) = 3"), {"bulan": 3}),
    "bank": ((f"{HELD} AND l.account = '1.1.1.02' AND e.date < '2025-06-01'",), {"bulan": 5}),
    "tunai": ((f"{HELD} AND l.account = '1.1.1.01' AND e.date < '2025-06-01'",), {"bulan": 5}),
    "pajak": ((WITHHELD,), {"bulan": 3}),
    "panjar": ((f"SELECT sum(amount) FROM {LINES} AND e.kind = 'advance' AND l.side = 'D'",), {"bulan": 3}),
    "penutupan": ((f"{HELD} AND e.date < '2025-06-01'",), {"bulan": 5}),
    "register-spp": (("SELECT max(amount) FROM villagefinance_requestline WHERE village = %(village)s",), {}),
    "register-pajak": ((WITHHELD,), {}),
    "register-panjar": ((f"SELECT sum(amount) FROM {LINES} AND e.kind = 'accounted' AND l.side = 'D'",
                         f"SELECT sum(amount) FROM {LINES} AND e.kind = 'unused' AND l.side = 'D'"), {}),
    "lra": ((GOT, SPENT), {}),
    "lra-dana": ((f"{SPENT} AND l.fund = 'DDS'", f"{GOT} AND l.fund = 'ADD'"), {}),
    "lra-semester": ((f"{SPENT} AND e.date < '2025-07-01'", REVENUE), {}),
    "semester": ((f"{SPENT} AND e.date < '2025-07-01'",), {}),
    "calk": ((f"{HELD} AND l.fund = 'ADD'", f"{HELD} AND l.account = '1.1.1.01'", f"{GOT} AND l.fund = 'DDS'"), {}),
    "lpj": ((GOT, SPENT, f"{HELD} AND l.account = '1.1.1.01'"), {}),
    "rekonsiliasi": ((f"{HELD} AND l.account = '1.1.1.02' AND e.date < '2025-04-01'",), {"bulan": 3}),
}  # fmt: skip
"""What stands on each paper, as the lines of the books or the budget have it, and for which month or number."""


def test_every_paper_is_proved() -> None:
    assert {*FIGURES} == {*VILLAGE_PAPERS}


@pytest.mark.parametrize("name", FIGURES)
def test_its_figures_are_those_of_the_ledger(booked: World, name: str) -> None:
    """On the page, in the printed form and as numbers of the workbook."""
    client, (queries, asked) = client_of(booked), FIGURES[name]
    shown, printed = page(client, name, **asked), paper(client, name, **asked)
    cells = {cell for sheet in sheets(client, name, **asked) for row in sheet for cell in row}
    for sql in queries:
        amount = figure(sql)
        assert amount, sql
        assert rupiah_text(amount) in shown
        assert rupiah_text(amount) in printed
        assert float(amount) in cells


def test_what_comes_back_to_a_line_has_its_receipt(booked: World) -> None:
    posted = payments.receive(booked, ROAD, Decimal(777_000), date(YEAR, 12, 1))
    client = client_of(booked)
    assert "Pengembalian" in page(client, "tbp", nomor=posted.place)
    assert "777.000" in paper(client, "tbp", nomor=posted.place)


def test_balances_follow_from_one_another(booked: World) -> None:
    """SiLPA is what is held: the same on the realisation, in the notes and in the cash book."""
    client = client_of(booked)
    (_about, lra), (_told, *notes) = sheets(client, "lra"), sheets(client, "calk")
    remaining = lra[-1][3]
    assert remaining == float(figure(HELD)) == sum(row[4] for row in notes[0][1:])
    assert remaining == sum(row[5] for row in notes[-2][1:])
    assert next(row[1] for row in sheets(client, "umum", bulan=12)[0] if row[0] == "Saldo akhir bulan") == remaining


def test_a_change_is_printed_beside_what_it_changes(booked: World) -> None:
    rows = sheets(client_of(booked), "apbdes")[1]
    heads = rows[0]
    assert heads[3:6] == ["Semula, Rp", "Anggaran, Rp", "Selisih, Rp"]
    assert [row[3:6] for row in rows if row[2] == "Jumlah belanja"] == [[1200.0, 580e6, 580e6 - 1200]]
    assert sheets(client_of(booked), "apbdes", nomor=1)[1][0][3] == "Anggaran, Rp"


def test_who_holds_the_role_on_its_day_is_named(booked: World) -> None:
    client = client_of(booked)
    operator = accounts.account("head")
    Membership.objects.filter(user=operator).update(since=datetime(YEAR, 4, 5, tzinfo=UTC))
    before, after = (paper(client, "umum", bulan=month) for month in (3, 4))
    assert ("Bendahara" in before, "Kepala" in before.replace("Kepala Desa", "")) == (True, False)
    assert "Kepala" in after.replace("Kepala Desa", "")
    assert "(…………………………)" in before
    assert "31 Maret 2025" in before


def test_amounts_stand_in_words(booked: World) -> None:
    client = client_of(booked)
    for name in ("spp", "kuitansi"):
        assert "seratus sebelas juta rupiah" in paper(client, name, nomor=1)
    assert "dua ratus lima puluh juta rupiah" in paper(client, "umum", bulan=2)
    assert "tanggung jawab" in paper(client, "spp", nomor=2)


def test_a_paper_says_what_it_is(booked: World, settings: Any) -> None:
    """The layout was not compared with the annex; made-up data are called so on every file."""
    client = client_of(booked)
    assert "belum dicocokkan" in paper(client, "lra")
    assert "data contoh" not in paper(client, "lra").casefold()
    settings.DEMO = True
    for name, (_queries, asked) in FIGURES.items():
        assert "Data contoh" in paper(client, name, **asked), name
        assert ["Data", "data contoh"] in [row[:2] for row in sheets(client, name, **asked)[0]], name
    region = reverse("villagefinance:region-paper-file", args=[REGION, YEAR, "pasal-69", "pdf"])
    assert "Data contoh" in words(client_of(booked, "office").get(region).content)


def test_no_data_is_said(booked: World) -> None:
    client = client_of(booked)
    assert "Program sektoral dan program daerah yang masuk ke desa Tidak ada data." in paper(client, "lpj")


@pytest.mark.parametrize("name", FIGURES)
def test_a_year_without_anything(booked: World, name: str) -> None:
    """Every page says so; what has nothing to show has no file."""
    client = client_of(booked)
    shown = page(client, name, year=YEAR + 3)
    assert ("Belum ada isi untuk lembar ini" in shown) != ("Tidak ada data." in shown)
    found = {kind: client.get(address(name, kind, YEAR + 3)).status_code for kind in ("pdf", "xlsx")}
    empty = "Belum ada isi untuk lembar ini" in shown
    assert found == ({"pdf": 404, "xlsx": 404} if empty else {"pdf": 200, "xlsx": 200})


def test_long_names_fit(booked: World) -> None:
    """A name of 60 characters is printed whole and widens no page."""
    name = "Pembangunan jembatan gantung antardusun Kampung Baru Selatan"
    Activity.objects.filter(region=REGION, code="2.3.10").update(name=name)
    for one in ("apbdes", "penjabaran", "dpa", "rab"):
        assert name in paper(client_of(booked), one), one


READERS = {"treasurer": 200, "head": 200, "council": 200, "office": 200, "neighbour": 404, "sister": 404}


@pytest.mark.parametrize("who", READERS)
def test_who_reads_them(booked: World, who: str) -> None:
    client = client_of(booked, who)
    listed = reverse("villagefinance:papers", args=[VILLAGE, YEAR])
    assert client.get(listed).status_code == READERS[who]
    for name, (_queries, asked) in FIGURES.items():
        for kind in ("", "xlsx"):
            if who in turns(READERS, at=f"{name} {kind}"):
                assert client.get(address(name, kind, **asked)).status_code == READERS[who], name
    assert Client().get(address("lra", "pdf")).status_code == 302


def test_what_there_is_not(booked: World) -> None:
    client = client_of(booked)
    for gone in (
        address("tidak-ada"), address("lra", "doc"), address("lra", bulan=13), address("lra", dana="XXX"),
        address("spp", nomor=99), address("apbdes", "pdf", nomor=9),
    ):  # fmt: skip
        assert client.get(gone).status_code == 404, gone


def test_the_list_leads_to_every_paper(booked: World) -> None:
    shown = client_of(booked).get(reverse("villagefinance:papers", args=[VILLAGE, YEAR])).content.decode()
    for name in VILLAGE_PAPERS:
        for kind in ("", "pdf", "xlsx"):
            assert address(name, kind).rstrip("?") in shown
    shown = client_of(booked, "office").get(reverse("villagefinance:region-papers", args=[REGION, YEAR]))
    for name in REGION_PAPERS:
        assert reverse("villagefinance:region-paper", args=[REGION, YEAR, name]) in shown.content.decode()


def test_a_consolidation_says_whose_account_it_lacks(booked: World) -> None:
    of = {"region": REGION, "village": SISTER, "year": YEAR, "at": NOW}
    ReportStep.objects.create(**of, act="lpj", by="user:2")
    ReportStep.objects.create(**of, act="perdes", by="user:11", paper="Perdes 1", day=date(YEAR, 12, 31))
    at = reverse("villagefinance:region-paper", args=[REGION, YEAR, "pasal-71"])
    shown = html.unescape(client_of(booked, "office").get(at).content.decode()).rpartition("<h2")[2]
    assert "1 / 3" in shown
    assert f"14 April {YEAR + 1}" in shown
    assert shown.index("Cangkudu") < shown.index("Jayanti") < shown.index("Perdes 1")


@pytest.mark.parametrize("name", REGION_PAPERS)
def test_the_regency_adds_its_villages_up(booked: World, name: str) -> None:
    """And asks no more for more of them."""
    client = client_of(booked, "office")
    at = reverse("villagefinance:region-paper", args=[REGION, YEAR, name])
    files = {kind: f"{at.rstrip('/')}.{kind}" for kind in ("pdf", "xlsx")}
    with CaptureQueriesContext(connection) as before:
        client.get(at)
    begin(SISTER).receive(600)
    with CaptureQueriesContext(connection) as after:
        shown = client.get(at).content.decode()
    assert len(after) <= len(before)
    assert "250.000.600" in shown
    assert "250.000.600" in words(client.get(files["pdf"]).content)
    made = CalamineWorkbook.from_filelike(io.BytesIO(client.get(files["xlsx"]).content))
    rows = {row[0]: row for row in made.get_sheet_by_index(2).to_python()}
    assert {one.partition(",")[0] for one in rows} >= {"Cangkudu", "Jayanti"}
    assert sum(row[3] for row in list(rows.values())[1:]) == 250_000_600
    assert client_of(booked, "neighbour").get(at).status_code == 404
    assert client_of(booked, "neighbour").get(files["pdf"]).status_code == 404
