"""What everybody may know of the budget of a village: pages, open data, API; and that no person is named there."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kit.worlds import once
from pilar.people.rules import PUBLIC
from pilar.portal import datasets
from pilar.villagefinance import operations
from pilar.villagefinance.pages import public
from pilar.villagefinance.queries import lines
from pilar.villagefinance.queries.realisation import public_villages, villages_named
from pilar.villagefinance.rules import chain
from villagefinance.accounts import client_of
from villagefinance.world import NOW, PEOPLE, REGION, SISTER, VILLAGE, YEAR, World, begin

pytestmark = pytest.mark.django_db
PAGE = reverse("villagefinance:public", args=[VILLAGE, YEAR])
PACKAGE = reverse("villagefinance:public-data", args=[VILLAGE, YEAR])


@once
def sealed(world: World) -> World:
    """Two villages with books, sealed on a day."""
    world.receive()
    world.pay()
    begin(SISTER).receive(600)
    operations.seal_books(by=world.who("schedule"), now=NOW)
    return world


def got(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.usefixtures("sealed")
def test_everybody_reads_the_budget_and_names_nobody() -> None:
    listed = reverse("villagefinance:public-villages", args=[REGION, YEAR])
    said = got(PAGE)
    for word in ("20 Januari 2026", "Cangkudu", "Belanja", "2.3.10", "1.200", "Jayanti", "periksa_buku.py"):
        assert word in said
    assert PAGE in got(listed)
    assert listed.removesuffix(f"{YEAR}/") in got(reverse("villagefinance:public-regions"))
    assert "Jayanti" not in got(listed + "?q=cangkudu")
    for text in (said, got(listed), got(reverse("villagefinance:public-seal", args=[VILLAGE]))):
        assert not [word for word in (str(PEOPLE["treasurer"].actor.name), "user:3", "RKD") if word in text]
    assert "Expenditure" in got("/en" + PAGE)
    found = villages_named("CANGKU", most=9, scope=PUBLIC)
    assert [(code, name) for code, name, _place in found] == [(VILLAGE, "Cangkudu")]
    assert f"/keuangan-desa/{VILLAGE}/apbdes/" in got("/cari/?q=cangkudu")
    assert villages_named("Talagasari", most=9, scope=PUBLIC) == (), "no books are kept there"


@pytest.mark.usefixtures("sealed")
def test_years_and_villages_without_a_budget() -> None:
    for year in (2020, YEAR + 1, 2099):
        assert "Belum ada" in got(reverse("villagefinance:public", args=[VILLAGE, year]))
        got(reverse("villagefinance:public-villages", args=[REGION, year]))
    for address in ("public", "public-data"):
        gone = reverse(f"villagefinance:{address}", args=["36.03.09.2009", YEAR])
        assert Client().get(gone).status_code == 404
    assert Client().get(PAGE + "?bulan=13").status_code == 404


def test_each_sealed_day_is_public_and_proves_the_books_that_are_handed_out(sealed: World) -> None:
    sealed.receive(7)
    operations.seal_books(by=sealed.who("schedule"), now=NOW + timedelta(1))
    first, second = ({"hari": f"2026-01-{day}"} for day in (20, 21))
    seal, file = (reverse(f"villagefinance:{name}", args=[VILLAGE]) for name in ("public-seal", "books-file"))
    known = [Client().get(seal, day).json()["day"] for day in (first, second)]
    assert [one["entries"] for one in known] == [2, 3]
    days = reverse("villagefinance:public-seals", args=[VILLAGE])
    assert days in got(PAGE)
    for one in known:
        assert one["proof"]["entry"]["content"]["root"] in got(days)
    assert [html for html in ("?hari=2026-01-20", "?hari=2026-01-21") if html not in got(days)] == []
    for who in ("treasurer", "inspectorate"):
        books = client_of(sealed, who).get(file, first).json()
        assert chain.check(books, [])[:2] == [f"chain of 3 entries of {VILLAGE}", "2 of them in the root of 2026-01-20"]
        assert chain.check(client_of(sealed, who).get(file).json(), [])[1].startswith("3 of them")
    assert (
        file in client_of(sealed, "head").get(reverse("villagefinance:papers", args=[VILLAGE, YEAR])).content.decode()
    )
    assert client_of(sealed, "neighbour").get(file).status_code == 404
    for day in ("2026-01-19", "kemarin"):
        assert Client().get(seal, {"hari": day}).status_code == 404
        assert client_of(sealed, "head").get(file, {"hari": day}).status_code == 404


def test_no_day_is_linked_before_a_village_was_sealed(sealed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines.sealed_since(VILLAGE, scope=sealed.who("public")) == date(2026, 1, 20)
    days = reverse("villagefinance:public-seals", args=[VILLAGE])
    monkeypatch.setattr(public, "sealed_since", lambda _village, *, scope: date(2026, 1, 21))
    assert "20 Januari 2026" in got(days)
    assert "?hari=" not in got(days)


def test_the_proof_of_a_page_is_found_without_the_books_of_other_villages(sealed: World) -> None:
    asked = []
    for _twice in range(2):
        with CaptureQueriesContext(connection) as found:
            assert lines.sealed(VILLAGE, scope=sealed.who("public"))
        asked.append([one["sql"] for one in found if "DISTINCT ON" in one["sql"]])
    assert asked[1] == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("sealed")
def test_open_data_are_a_fiscal_data_package(tmp_path: Path) -> None:
    """By the standard's own validator; all the rest of the archive checks the books."""
    import frictionless

    content = Client().get(PACKAGE).content
    assert Client().get(PACKAGE).content == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "message"])
    told = json.loads((tmp_path / "datapackage.json").read_text())
    fields = {one["name"]: one["columnType"] for one in told["resources"][0]["schema"]["fields"]}
    assert (fields["amount"], fields["phase"], fields["account"]) == (
        "value", "phase:id", "economic-classification:generic:code",
    )  # fmt: skip
    rows = (tmp_path / "budget.csv").read_text().splitlines()
    assert [one for one in rows if ",5.3.5.03," in one and one.endswith("executed,100.00")]
    assert {one.name for one in tmp_path.iterdir()} >= {"segel.json", "periksa_buku.py", "periksa_segel.py"}


@pytest.mark.usefixtures("sealed")
def test_the_same_as_json() -> None:
    def asked(path: str) -> Any:
        return json.loads(got(f"/api/v1/{path}"))

    found = asked(f"villages/{VILLAGE}/budgets/{YEAR}?month=3")
    assert (found["village"], found["month"]) == (VILLAGE, 3)
    assert {"code": "5", "name": "BELANJA", "level": 1, "budget": "1200.00", "realised": "100.00"} in [
        one | {"name": one["name"].upper()} for one in found["rows"]
    ]
    assert [one["code"] for one in found["alike"]] == [VILLAGE, SISTER]
    sums = {one["code"]: one for one in asked(f"regions/{REGION}/village-budgets/{YEAR}")}
    assert (sums[SISTER]["revenue"], sums[SISTER]["held"]) == ("600.00", "600.00")
    assert found["package"].endswith(PACKAGE)
    total = {one["code"]: one["realised"] for one in asked(f"regions/{REGION}/village-budgets/{YEAR}/total")}
    assert (total["4"], total["5"]) == ("1100.00", "100.00")
    for kind in ("questions", "photos"):
        assert asked(f"villages/{VILLAGE}/budgets/{YEAR}/{kind}") == []
    lines = asked(f"villages/{VILLAGE}/budgets/{YEAR}/lines")
    assert {
        "activity": "2.3.10",
        "account": "5.3.5.03",
        "fund": "DDS",
        "budget": "800.00",
        "realised": "100.00",
    } in lines
    assert asked(f"villages/{VILLAGE}/seal")["day"]["entries"] == 2
    assert Client().get("/api/v1/villages/36.03.09.2009/budgets/2025").status_code == 404
    assert Client().get("/api/v1/villages/36/budgets/2025").status_code == 422


@pytest.mark.usefixtures("sealed")
def test_pages_cost_few_queries(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(16):
        got(PAGE)


def test_the_demonstration_says_that_its_figures_are_synthetic(world: World, settings: Any) -> None:
    said = "Semua angka keuangan desa di sini adalah data contoh."
    for demo in (True, False):
        settings.DEMO = demo
        assert (said in got(PAGE)) is demo
        with zipfile.ZipFile(io.BytesIO(Client().get(PACKAGE).content)) as archive:
            told = json.loads(archive.read("datapackage.json"))
        assert (told["synthetic"], told["description"].startswith("Synthetic data")) == (demo, demo)


@pytest.mark.usefixtures("sealed")
def test_the_open_data_of_a_region_say_what_its_page_says() -> None:
    _declared, rows = datasets.rows_of("anggaran-desa", REGION, NOW)
    for row in rows:
        one = next(
            one
            for one in public_villages(REGION, YEAR, 12 if NOW.year > YEAR else NOW.month, scope=PUBLIC)
            if one.code == row[0]
        )
        assert row[3:10] == (*one.revenue, *one.expenditure, *one.remaining, one.held)
    assert {(row[0], row[2]) for row in rows} == {(VILLAGE, YEAR), (SISTER, YEAR)}
