"""The pages of a budget: a walk from the draft to its documents of execution, each role with its own account."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from confirming import confirmed
from kit.selection import turns
from pilar.villagefinance import operations
from pilar.villagefinance.models import BudgetAmount, BudgetLine, BudgetVersion, CashPlan, Ceiling, CostItem
from pilar.villagefinance.rules.budgets import BudgetKind
from villagefinance import drafting
from villagefinance.accounts import client_of
from villagefinance.drafting import COMING
from villagefinance.drafts import rows
from villagefinance.world import PEOPLE, REGION, VILLAGE, World

pytestmark = pytest.mark.django_db


def said(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return html.unescape(answer.content.decode())


def page(name: str, *more: object) -> str:
    return reverse(f"villagefinance:{name}", args=[VILLAGE, COMING, 1, *more])


def state() -> str:
    return str(BudgetVersion.objects.get(village=VILLAGE, year=COMING, number=1).state)


def sent_lines(client: Client, address: str, lines: list[dict[str, object]]) -> Any:
    fields = {f"items-{place}-{name}": value for place, row in enumerate(lines) for name, value in row.items()}
    return client.post(address, {"items-rows": len(lines), **fields, "do": "save"})


def test_a_budget_is_drawn_up_agreed_evaluated_enacted_and_planned_on_its_pages(world: World) -> None:
    secretary, council, head = (client_of(world, who) for who in ("secretary", "council", "head"))
    camat, treasurer = client_of(world, "camat"), client_of(world, "treasurer")
    home = reverse("villagefinance:village", args=[VILLAGE])
    begin = reverse("villagefinance:begin", args=[VILLAGE, COMING])
    assert begin in said(secretary.get(f"{home}?tahun={COMING}"))
    assert secretary.post(begin, {"head": 1, "secretary": 1, "staff": 3})["Location"] == page("budget")
    assert secretary.post(page("add-activity"), {"activity": "2.3.10"})["Location"] == page("lines", "2.3.10")
    by_activity: dict[str, list[dict[str, object]]] = {}
    for one in rows():
        item: dict[str, object] = {"account": one.account, "fund": one.fund, "description": "Uji"}
        price = f"{one.amount:.0f}"
        item |= {"volume": "1", "unit": "paket", "unit_price": price} if one.activity else {"amount": price}
        by_activity.setdefault(one.activity, []).append(item)
    for activity, lines in by_activity.items():
        address = page("lines", activity) if activity else page("others")
        assert sent_lines(secretary, address, lines)["Location"] == page("budget"), activity
    shown = said(secretary.get(page("budget")))
    assert "1.650.000.000" in shown
    assert confirmed(council, page("agree"), {"minutes": "BA 1", "day": "2026-01-20"}).status_code == 302
    assert page("submit") in said(head.get(f"{home}?tahun={COMING}"))
    assert confirmed(head, page("submit"), {"letter": "141/1"}).status_code == 302
    region = reverse("villagefinance:villages", args=[REGION])
    assert page("sheet") in said(camat.get(f"{region}?tahun={COMING}"))
    given = {"fit": "fit", "letter": "900/1", "day": "2026-01-20", "told": "Baik"}
    assert confirmed(camat, page("evaluate"), given).status_code == 302
    given = {"regulation": "1/2026", "elaboration": "2/2026", "day": "2026-01-20"}
    assert confirmed(head, page("enact"), given).status_code == 302
    assert state() == "enacted"
    assert treasurer.post(page("spread-cash")).status_code == 302
    assert confirmed(secretary, page("check-execution")).status_code == 302
    assert confirmed(head, page("approve-execution")).status_code == 302
    assert "141/1" in said(council.get(page("budget")))


PEOPLE_ASKED = (
    "visitor",
    "neighbour",
    "sister",
    "secretary",
    "treasurer",
    "executor",
    "head",
    "council",
    "camat",
    "office",
)
STATUS = """
budget        302 404 404 200 200 200 200 200 200 200
compared      302 404 404 200 200 200 200 200 200 200
sheet         302 404 404 200 200 200 200 200 200 200
cash          302 404 404 200 200 200 200 200 200 200
others        302 404 404 200 200 200 200 200 200 200
lines         302 404 404 200 200 200 200 200 200 200
posts         302 404 404 200 200 200 403 403 403 403
add-activity  302 404 404 200 200 200 403 403 403 403
import        302 404 404 200 200 200 403 403 403 403
import-book   302 404 404 200 200 200 200 200 200 200
import-siskeudes   302 404 404 200 200 200 403 403 403 403
siskeudes     302 404 404 200 403 403 403 403 403 403
siskeudes-book     302 404 404 200 200 403 200 200 200 200
take-over     302 302 302 302 302 302 302 302 302 302
months        302 404 404 403 200 403 403 403 403 403
agree         302 404 404 403 403 403 403 200 403 403
take-back     302 404 404 409 403 403 403 403 403 403
submit        302 404 404 403 403 403 409 403 403 403
evaluate      302 404 404 403 403 403 403 403 409 403
retract       302 404 404 403 403 403 403 403 409 403
correct-step  302 404 404 404 404 404 404 404 404 404
executors     302 404 404 200 200 200 200 200 200 200
enact         302 404 404 403 403 403 409 403 403 403
drop          302 404 404 200 403 403 403 403 403 403
tell-council  302 404 404 409 403 403 403 403 403 403
check-execution    302 404 404 409 403 403 403 403 403 403
return-execution   302 404 404 403 403 403 409 403 403 403
approve-execution  302 404 404 403 403 403 409 403 403 403
village       302 404 404 200 200 200 200 200 200 200
plan          302 404 404 200 200 200 200 200 200 200
import-plan   302 404 404 200 403 403 403 403 403 403
long-plan     302 404 404 200 200 200 200 200 200 200
import-long-plan  302 404 404 200 403 403 403 403 403 403
programmes    302 404 404 200 200 200 200 200 200 200
begin         302 404 404 200 403 403 403 403 403 403
change        302 404 404 200 403 403 403 403 403 403
what-if       302 404 404 404 404 404 404 404 404 404
ceilings      302 404 404 404 404 404 404 404 404 200
prices        302 404 404 404 404 404 404 404 404 200
begin-region  302 404 404 404 404 404 404 404 404 302
villages      302 404 200 200 200 200 200 200 200 200
own           302 302 302 302 302 302 302 302 302 302
"""
"""What each finds at the addresses of a draft."""


@pytest.mark.parametrize("who", PEOPLE_ASKED)
def test_what_each_finds(world: World, who: str) -> None:
    drafting.draft(world)
    client, differing = client_of(world, who), []
    of_year = {
        "plan",
        "import-plan",
        "long-plan",
        "import-long-plan",
        "siskeudes",
        "siskeudes-book",
        "begin",
        "change",
        "what-if",
        "programmes",
        "executors",
    }
    elsewhere = {
        "village": [VILLAGE],
        "villages": [REGION],
        "own": [],
        "ceilings": [REGION, COMING],
        "begin-region": [REGION],
        "prices": [REGION],
    }
    more = {"lines": ["2.3.10"], "months": [1], "correct-step": [1]}
    for line in STATUS.strip().splitlines():
        name, *statuses = line.split()
        answers = dict(zip(PEOPLE_ASKED, statuses, strict=True))
        if who not in turns(answers, at=name):
            continue
        if name in of_year:
            address = reverse(f"villagefinance:{name}", args=[VILLAGE, COMING])
        elif name in elsewhere:
            address = reverse(f"villagefinance:{name}", args=elsewhere[name])
        else:
            address = page(name, *more.get(name, []))
        found = client.get(address).status_code
        if found != int(answers[who]):
            differing.append((name, found))
    assert differing == []


def test_somebody_of_one_village_lands_there_and_a_camat_at_the_villages_of_the_region(world: World) -> None:
    own = reverse("villagefinance:own")
    assert client_of(world, "head").get(own)["Location"] == reverse("villagefinance:village", args=[VILLAGE])
    assert client_of(world, "camat").get(own)["Location"] == reverse("villagefinance:villages", args=[REGION])


def test_the_home_of_a_village_leads_to_its_payments_before_there_is_a_budget(world: World) -> None:
    home = client_of(world, "head").get(reverse("villagefinance:village", args=[VILLAGE]))
    assert f'href="{reverse("villagefinance:payments", args=[VILLAGE])}"' in home.content.decode()


def test_the_home_leads_whoever_draws_up_to_the_comparison_with_siskeudes(world: World) -> None:
    home, to = (
        reverse("villagefinance:village", args=[VILLAGE]),
        reverse("villagefinance:siskeudes", args=[VILLAGE, COMING]),
    )
    shown = {
        who: f'href="{to}"' in said(client_of(world, who).get(f"{home}?tahun={COMING}"))
        for who in ("secretary", "head")
    }
    assert shown == {"secretary": True, "head": False}


def test_lists_show_villages_of_the_scope_alone_and_narrow(world: World) -> None:
    drafting.submit(world)
    region = reverse("villagefinance:villages", args=[REGION])

    def codes(who: str, **asked: object) -> list[str]:
        answer = client_of(world, who).get(region, {"tahun": COMING, "as": "csv", **asked})
        return [row.split(";")[1] for row in answer.content.decode("utf-8-sig").splitlines()[1:]]

    assert codes("camat") == [VILLAGE, "36.03.01.2002"]
    assert codes("sister") == ["36.03.02.2001"]
    assert codes("office") == [VILLAGE, "36.03.01.2002", "36.03.02.2001"]
    assert codes("office", q="cangkudu balaraja") == [VILLAGE]
    assert codes("office", state="submitted") == [VILLAGE]


def test_rows_that_are_refused_stand_with_what_was_typed(world: World) -> None:
    drafting.draft(world)
    secretary = client_of(world, "secretary")
    line = {"account": "5.3.5.03", "fund": "DDS", "description": "Semen", "volume": "-2", "unit": "zak"}
    shown = said(sent_lines(secretary, page("lines", "2.3.10"), [line | {"unit_price": "75.000"}]), 422)
    assert "Volume harus lebih dari 0" in shown
    assert "75.000" in shown
    shown = said(secretary.post(page("lines", "2.3.10"), {"items-rows": 0, "do": "add"}))
    assert 'name="items-0-account"' in shown
    kept = CostItem.objects.filter(village=VILLAGE, year=COMING, version=1, description="Semen")
    assert not kept.exists()
    assert sent_lines(secretary, page("lines", "2.3.10"), [line | {"volume": "2,5", "unit_price": "75.000"}])
    assert kept.get().amount == Decimal(187_500)


def test_lines_come_from_a_file_after_a_look(world: World) -> None:
    drafting.draft(world, ())
    secretary = client_of(world, "secretary")
    header = "Kode kegiatan;Kode rekening;Sumber dana;Uraian;Volume;Satuan;Harga satuan;Paket;Keluaran\n"
    lines = "02.03.10;5.3.5.03.;DDS;Semen;40;zak;Rp75.000,00;Jalan;100 m\n;4.2.1.01;dds;Dana Desa;;;3.000.000;;\n"
    sent = SimpleUploadedFile("rab.csv", (header + lines).encode())
    shown = said(secretary.post(page("import"), {"file": sent}, follow=True))
    assert "Semen" in shown
    assert not CostItem.objects.filter(village=VILLAGE, year=COMING).exists()
    key = re.search(r'name="import" value="([^"]+)"', shown)
    seen = re.search(r'name="(seen|confirm|fingerprint|sign)" value="([^"]+)"', shown)
    assert key is not None, shown[shown.find("<form") :][:3000]
    fields = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', shown)) | {"do": "store"}
    assert secretary.post(page("import"), fields).status_code == 302, (fields, seen)
    items = CostItem.objects.filter(village=VILLAGE, year=COMING).order_by("amount")
    assert [(one.description, one.amount) for one in items] == [("Semen", 3_000_000), ("Dana Desa", 3_000_000)]


def test_an_address_that_needs_a_known_activity_or_line_is_not_there_without(world: World) -> None:
    drafting.draft(world)
    treasurer = client_of(world, "treasurer")
    assert treasurer.get(page("lines", "9.9.99")).status_code == 404
    assert treasurer.get(page("months", 99)).status_code == 404
    assert treasurer.get(reverse("villagefinance:budget", args=[VILLAGE, COMING, 7])).status_code == 404


def test_the_months_of_a_line_are_typed_and_add_up(world: World) -> None:
    drafting.enact(world)
    treasurer = client_of(world, "treasurer")
    line = BudgetLine.objects.get(village=VILLAGE, year=COMING, account="6.1.1.01").key
    months = {f"month{at}": "" for at in range(1, 13)} | {"month3": "4.000.000"}
    shown = said(treasurer.post(page("months", line), months), 422)
    assert "Jumlah semua bulan Rp4.000.000, sedangkan anggarannya Rp10.000.000" in shown
    assert treasurer.post(page("months", line), months | {"month9": "6.000.000"}).status_code == 302
    stored = CashPlan.objects.filter(village=VILLAGE, year=COMING, line=line).values_list("month", "amount")
    assert dict(stored) == {3: Decimal(4_000_000), 9: Decimal(6_000_000)}


def test_what_if_says_what_follows_and_stores_nothing(world: World) -> None:
    drafting.enact(world)
    secretary = client_of(world, "secretary")
    line = BudgetLine.objects.get(village=VILLAGE, year=COMING, account="5.1.1.01").key
    address = reverse("villagefinance:what-if", args=[VILLAGE, COMING])
    given = {"kind": "amended", "lines-rows": 1, "lines-0-line": line, "lines-0-amount": "20.000.000", "do": "look"}
    shown = said(secretary.post(address, given))
    assert "tidak terpenuhi" in shown
    assert BudgetVersion.objects.filter(village=VILLAGE, year=COMING).count() == 1
    assert said(secretary.post(address, given | {"lines-0-amount": "x"}), 422)


def test_what_if_takes_new_lines_too(world: World) -> None:
    drafting.plan_cash(world)
    secretary, address = client_of(world, "secretary"), reverse("villagefinance:what-if", args=[VILLAGE, COMING])
    brought = {"line": "new", "activity": "", "account": "6.1.1.01", "fund": "DDS", "amount": "5.000.000"}
    bridge = {"line": "new", "activity": "2.3.11", "account": "5.3.5.03", "fund": "DDS", "amount": "5.000.000"}

    def sent(*rows: dict[str, str], do: str = "look") -> Any:
        cells = {f"lines-{no}-{name}": value for no, row in enumerate(rows) for name, value in row.items()}
        return secretary.post(address, {"kind": "amended", "lines-rows": len(rows), "do": do, **cells})

    alone, both = (said(sent(*rows)).count("tidak terpenuhi") for rows in ((bridge,), (brought, bridge)))
    assert alone > both
    assert BudgetVersion.objects.filter(village=VILLAGE, year=COMING).count() == 1
    assert "lines-0-" in said(sent({**bridge, "activity": "", "account": ""}, do="begin"), 422)
    assert sent(brought, bridge, do="begin").status_code == 302
    line = BudgetLine.objects.get(village=VILLAGE, year=COMING, activity="2.3.11")
    assert CostItem.objects.get(village=VILLAGE, year=COMING, version=2, line=line.key).amount == 5_000_000


def test_what_if_becomes_a_draft_by_one_click(world: World) -> None:
    drafting.plan_cash(world)
    line = BudgetLine.objects.get(village=VILLAGE, year=COMING, account="5.1.1.01").key
    address = reverse("villagefinance:what-if", args=[VILLAGE, COMING])
    given = {"kind": "amended", "lines-rows": 1, "lines-0-line": line, "lines-0-amount": "20.000.000", "do": "look"}
    for who, offered in (("secretary", True), ("council", False)):
        assert ("Mulai perubahan ini" in said(client_of(world, who).post(address, given))) is offered
    assert client_of(world, "council").post(address, given | {"do": "begin"}).status_code == 403
    answer = client_of(world, "secretary").post(address, given | {"do": "begin"})
    assert answer["Location"] == reverse("villagefinance:budget", args=[VILLAGE, COMING, 2])
    of = {"village": VILLAGE, "year": COMING, "line": line}
    for version, amount in ((1, 30_000_000), (2, 20_000_000)):
        assert BudgetAmount.objects.get(**of, version=version).amount == amount
        assert CostItem.objects.get(**of, version=version).amount == amount
    assert [CashPlan.objects.filter(**of, version=version).count() for version in (1, 2)] == [12, 0]
    assert BudgetVersion.objects.get(village=VILLAGE, year=COMING, number=2).state == "draft"
    assert "Mulai perubahan ini" not in said(client_of(world, "secretary").post(address, given))


def test_the_sheet_below_the_camats_page_names_law_and_assumption(world: World) -> None:
    drafting.submit(world)
    shown = said(client_of(world, "camat").get(page("evaluate")))
    assert "PP 11/2019, pasal 100" in shown
    assert "sebagian asumsi kami" in shown


def test_a_list_asks_as_much_for_many_villages_as_for_few(
    world: World, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    drafting.submit(world)
    client = client_of(world, "office")
    region = reverse("villagefinance:villages", args=[REGION])
    said(client.get(region))
    with django_assert_max_num_queries(25):
        said(client.get(region, {"tahun": COMING}))


def test_ceilings_come_from_a_file_and_another_amount_is_a_correction(world: World) -> None:
    office = client_of(world, "office")
    address = reverse("villagefinance:ceilings", args=[REGION, COMING])

    def send(amount: str, head: str = "", status: str = "") -> str:
        head = f"Kode desa;Sumber dana;Pagu;Peraturan;Tanggal{head}"
        rows = f"{head}\n{VILLAGE};dds;{amount};Perbup 2/2026;2026-01-05{status}\n"
        sent = SimpleUploadedFile("pagu.csv", rows.encode())
        shown = said(office.post(address, {"file": sent}, follow=True))
        fields = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', shown))
        assert office.post(address, fields).status_code == 302
        return shown

    send("900.000.000")
    assert "900.000.000 → 950.000.000" in send("950.000.000")
    assert "mandiri" in send("950.000.000", ";IDM", ";Mandiri")
    assert "mandiri" in send("950.000.001")
    kept = Ceiling.objects.filter(village=VILLAGE, year=COMING).order_by("number")
    assert [(one.number, one.amount, one.status) for one in kept] == [
        (1, 900_000_000, ""), (2, 950_000_000, ""), (3, 950_000_000, "mandiri"), (4, 950_000_001, "mandiri"),
    ]  # fmt: skip
    sent = SimpleUploadedFile(
        "pagu.csv", f"desa;dana;pagu;dasar hukum;tanggal;idm\n{VILLAGE};DDS;1;P;2026-01-05;X\n".encode()
    )
    assert "Indeks Desa Membangun" in html.unescape(office.post(address, {"file": sent}, follow=True).content.decode())


def test_before_an_amendment_is_enacted_its_page_says_whether_share_funds_and_cash_hold(world: World) -> None:
    drafting.enact(world)
    at: dict[str, Any] = {"village": VILLAGE, "year": COMING}
    number = operations.begin_change(
        by=PEOPLE["secretary"], **at, kind=BudgetKind.AMENDED, now=drafting.DRAWN
    )  # fmt: skip
    at["number"] = number
    operations.agree_budget(by=PEOPLE["council"], **at, minutes="BA 9", day=drafting.DAY, now=drafting.DRAWN)
    operations.submit_budget(by=PEOPLE["head"], **at, letter="141/9", now=drafting.DRAWN)
    operations.evaluate_budget(
        by=PEOPLE["camat"], **at, fit=True, letter="900/9", day=drafting.DAY, now=drafting.DRAWN
    )  # fmt: skip
    shown = said(client_of(world, "head").get(reverse("villagefinance:enact", args=[VILLAGE, COMING, number])))
    for rule in (
        "Uang untuk sisa yang harus dibayar", "Setiap sumber dana mencukupi belanjanya",
        "Bagian untuk aparatur desa dan BPD",
    ):  # fmt: skip
        assert rule in shown, rule
