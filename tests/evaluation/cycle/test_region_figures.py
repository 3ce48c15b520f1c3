"""Dated figures of regions from a file, on their pages, and in the choice of peers."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from xlsxwriter import Workbook

from evaluation.cycle.agreed import published
from evaluation.cycle.world import CODE, FAR, NEIGHBOUR, OWN, World
from pilar.areas import queries
from pilar.areas.rules import FigureKind
from pilar.evaluation.rules.peers import Basis, Chosen, choose
from pilar.index.peers import Trait, Traits

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
IMPORT, LIST = "/en/angka-daerah/impor/", "/en/angka-daerah/"
HEAD = "Daerah;Tahun;Jumlah penduduk;Indeks SPBE;Kategori kapasitas fiskal;Sumber;Alamat"
SOURCE = "Uji coba;https://contoh.invalid/angka"


class Desk:
    def __init__(self, world: World) -> None:
        self.client = Client()
        self.client.force_login(world.user("secretariat"), BACKEND)

    def send(self, *rows: str, name: str = "angka.csv", content: bytes = b"") -> Any:
        sent = SimpleUploadedFile(name, content or "\n".join((HEAD, *rows)).encode())
        self.shown = self.client.post(IMPORT, {"file": sent}, follow=True)
        return self.shown.context["import"]["report"]

    def store(self) -> Any:
        return self.client.post(IMPORT, {"rows": self.shown.context["import"]["kept"].token})


def values(region: str) -> dict[str, Decimal | None]:
    return {kind.value: row.value for kind, row in queries.newest_figures().get(region, {}).items()}


def test_looked_at_then_stored_and_a_second_press_changes_nothing(world: World) -> None:
    desk = Desk(world)
    rows = (f"{OWN};2023;3.245.619;3,45;tinggi;{SOURCE}", f"{NEIGHBOUR};2023;1.911.914;–;;{SOURCE}")
    report = desk.send(*rows)
    assert report.counts_by_code == {"new": 2, "changed": 0, "unchanged": 0, "refused": 0}
    assert values(OWN) == {}
    desk.store()
    assert values(OWN) == {"population": 3245619, "spbe": Decimal("3.45"), "fiscal_class": 4}
    assert values(NEIGHBOUR) == {"population": 1911914}
    desk.store()
    assert len(queries.figures_of(OWN)) == 3
    again = desk.send(f"{OWN};2023;3.245.620;3,45;tinggi;{SOURCE}", rows[1])
    assert again.counts_by_code == {"new": 0, "changed": 1, "unchanged": 1, "refused": 0}
    desk.store()
    assert values(OWN)["population"] == 3245620


def test_faults_stand_at_their_row_and_column_and_keep_the_file_out(world: World) -> None:
    desk = Desk(world)
    report = desk.send(
        f"{OWN};2023;;5,2;;{SOURCE}", f"Kab. Tangerangg;2023;1.000;;;{SOURCE}", f"{NEIGHBOUR};2023;;;luas;{SOURCE}",
        f"{FAR};2023;;;;{SOURCE}", f"{OWN};2023;;3,1;;;", f"{OWN};2031;;;rendah;{SOURCE}",
    )  # fmt: skip
    found = {(told.row, told.fault.code) for told in report.faults}
    assert found >= {
        (2, "out-of-bounds"), (3, "unknown-region"), (4, "not-in-list"), (5, "no-figure"), (6, "no-value"),
        (7, "unfit-year"), (6, "row-twice"),
    }  # fmt: skip
    desk.store()
    assert values(OWN) == {}


def test_a_workbook_with_merged_headings_and_cells_of_per_cent(world: World) -> None:
    """What Excel shows as a percentage is no index; two rows of headings, the upper one merged, are one heading."""

    def content(index: float, shown: str) -> bytes:
        held = io.BytesIO()
        with Workbook(held) as book:
            sheet = book.add_worksheet()
            sheet.write(0, 0, "Angka daerah 2023")
            for column, head in enumerate(("Daerah", "Tahun", "", "", "Sumber", "Alamat", "Indeks SPBE")):
                if head:
                    sheet.merge_range(1, column, 2, column, head)
            sheet.merge_range(1, 2, 1, 3, "Kapasitas fiskal")
            sheet.write_row(2, 2, ["Indeks kapasitas fiskal", "Kategori kapasitas fiskal"])
            sheet.write_row(3, 0, [OWN, 2023, 1.25, "sedang", "Uji", "https://contoh.invalid", 3.2])
            sheet.write_row(4, 0, [NEIGHBOUR, 2023, 0.5, "rendah", "Uji", "https://contoh.invalid"])
            sheet.write_number(4, 6, index, book.add_format({"num_format": shown}))
        return held.getvalue()

    desk = Desk(world)
    report = desk.send(name="angka.xlsx", content=content(0.032, "0.0%"))
    chosen = {one.label: one.column for one in desk.shown.context["import"]["kept"].headings[""]}
    assert {"fiscal", "fiscal_class", "spbe"} <= set(chosen.values()), (chosen, report.faults)
    assert {told.row for told in report.faults} == {5}
    desk.send(name="angka.xlsx", content=content(3.2, "0.0"))
    desk.store()
    assert values(OWN) == {"spbe": Decimal("3.2"), "fiscal": Decimal("1.25"), "fiscal_class": 3}


def test_everybody_reads_figures_with_source_and_year_and_what_is_not_known(world: World) -> None:
    desk = Desk(world)
    desk.send(f"{OWN};2023;3.245.619;;;{SOURCE}")
    desk.store()
    said = " ".join(Client().get(f"{LIST}?q={OWN}").content.decode().split())
    assert "3,245,619" in said
    assert "https://contoh.invalid/angka" in said
    assert said.count("no figure yet") == 3
    assert "belum ada angka" in Client().get(f"/angka-daerah/?q={OWN}").content.decode()
    own = Client().get(f"{LIST}{OWN}/").content.decode()
    assert "Uji coba" in own
    assert "Fiscal capacity index" in own
    name = world.user("secretariat").name
    assert name not in own, "who brought it in is shown to who may, too"
    assert name in desk.client.get(f"{LIST}{OWN}/").content.decode()
    (row,) = Client().get(f"/api/v1/region-figures?q={OWN}").json()["regions"]
    assert row["figures"] == [
        {"kind": "population", "year": 2023, "value": "3245619", "source": "Uji coba",
         "address": "https://contoh.invalid/angka"}
    ]  # fmt: skip
    assert "3245619" in Client().get(f"/angka-daerah/?q={OWN}&as=csv").content.decode()


@pytest.mark.parametrize("written", ["532.100", "532,100", "532 100", "532100"])
def test_people_are_whole_however_they_are_grouped(world: World, written: str) -> None:
    desk = Desk(world)
    desk.send(f"{OWN};2023;{written};;;{SOURCE}")
    desk.store()
    assert values(OWN) == {"population": 532100}


def test_a_list_costs_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    desk = Desk(world)
    desk.send(*(f"{code};2023;1.000;;;{SOURCE}" for code in (OWN, NEIGHBOUR, FAR)))
    desk.store()
    with django_assert_max_num_queries(3):
        assert len(list(queries.figured_regions())) >= 3


def chosen(figures: Mapping[str, Mapping[FigureKind, Decimal]], basis: Basis = Basis.USUAL, count: int = 10) -> Chosen:
    traits = {f"r{number:02}": Traits("regency", 1, "36") for number in range(15)}
    return choose("r00", traits | {"c": Traits("city", 1, "36")}, figures, basis=basis, count=count)


PEOPLE = {f"r{number:02}": {FigureKind.POPULATION: Decimal(1000 * number + 1)} for number in range(12)}


def test_peers_are_the_nearest_of_the_kind_whose_figure_is_known() -> None:
    found = chosen(PEOPLE | {"c": {FigureKind.POPULATION: Decimal(1)}}, count=3)
    assert (found.by, found.group.members) == ((FigureKind.POPULATION,), ("r01", "r02", "r03"))
    assert (found.group.shared, found.group.enough) == ((Trait.KIND,), True)
    assert found.left_out == ("r12", "r13", "r14")


def test_a_figure_counts_only_where_enough_others_have_it_too() -> None:
    few = {key: {**one, FigureKind.SPBE: Decimal(3)} for key, one in PEOPLE.items() if key < "r05"}
    assert chosen(PEOPLE | few).by == (FigureKind.POPULATION,)
    asked = chosen(PEOPLE | few, Basis.SPBE)
    assert (asked.by, len(asked.group.members), asked.group.enough) == ((FigureKind.SPBE,), 4, False)
    every = {key: {**one, FigureKind.SPBE: Decimal(3)} for key, one in PEOPLE.items()}
    assert chosen(every).by == (FigureKind.POPULATION, FigureKind.SPBE)


def test_without_a_figure_of_its_own_a_region_is_compared_by_traits() -> None:
    assert chosen({}) == chosen({}, Basis.TRAITS)
    unknown = chosen(PEOPLE, Basis.FISCAL)
    assert (unknown.by, unknown.unknown) == ((), FigureKind.FISCAL)


@pytest.mark.parametrize("alike", ["population", "fiscal", "traits", "nonsense", ""])
def test_the_page_says_the_rule_and_whom_it_leaves_out(world: World, alike: str) -> None:
    published(world)
    page = f"/en/hasil/pilar/{CODE}/1/{OWN}/sebanding/?alike={alike}"
    before = Client().get(page)
    desk = Desk(world)
    desk.send(f"{OWN};2024;3.245.619;;;{SOURCE}")
    desk.store()
    said = " ".join(Client().get(page, headers={"if-none-match": before["ETag"]}).content.decode().split())
    assert "Population: 3,245,619" in said, "a stored answer is not given again once a figure has come"
    if alike == "population":
        assert "nearest to it by: Population" in said
        assert "The rule is an assumption of ours" in said
        assert "1 region of its kind is left out, because a figure is not known of it" in said
    if alike == "fiscal":
        assert "No figure yet: Fiscal capacity index" in said
    found = Client().get(f"/api/v1/computed-results/{CODE}/1/{OWN}/peers", {"alike": "population"}).json()
    assert (found["by"], len(found["left_out"])) == (["population"], 1)
