"""The report, the workbook and the open data of a phase: what they say, that they compute, and who may read them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from evaluation.cycle.agreed import LETTER, agree, approve, compute, publish, published
from evaluation.cycle.next_year import NEXT, publish_next_year
from evaluation.cycle.world import CODE, FAR, NEIGHBOUR, OWN, World
from pilar.evaluation.documents.national import national_report
from pilar.evaluation.models import AgreedMark, Snapshot
from pilar.evaluation.queries import PUBLIC as PUBLIC_SCOPE
from pilar.evaluation.queries.sheets import public_book
from pilar.evaluation.rules.reports import RankInterval, RankIntervals
from pilar.evaluation.rules.stages import PhaseState
from reports.reading import archived, codes, pages, words
from reports.spreadsheet import Sheet, read

PUBLIC = f"/hasil/pilar/{CODE}/1/"
VERSION = f"/kerja/periode/{CODE}/hasil/1/versi/1/"
FILES = {
    "laporan.pdf": "application/pdf",
    "hasil.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "data.zip": "application/zip",
}


def signed_in(world: World, name: str, region: str = OWN) -> Client:
    client = Client()
    client.force_login(world.user(name, region))
    return client


def fetched(address: str, client: Client | None = None) -> bytes:
    answer = (client or Client()).get(address)
    assert answer.status_code == 200, answer.content[:500]
    assert answer["Content-Type"] == FILES[address.rpartition("/")[2]]
    assert 'filename="' in answer["Content-Disposition"]
    return answer.content


def without_a_final(world: World) -> None:
    """Kabupaten Bogor has no outcome, and so no final; the others are published."""
    agree(world)
    AgreedMark.objects.filter(assessment=world.assessment(FAR), node__in=["programmes", "poverty", "survey"]).delete()
    compute(world)
    approve(world)
    world.set_phase(PhaseState.FINAL)
    publish(world)


@pytest.mark.parametrize("file", FILES)
def test_files_of_a_published_phase_are_for_everybody_and_of_others_for_the_secretariat(
    world: World, file: str
) -> None:
    agree(world)
    compute(world)
    secretariat = signed_in(world, "secretariat")
    assert Client().get(PUBLIC + file).status_code == 404
    fetched(VERSION + file, secretariat)
    assert secretariat.get(VERSION + file)["Cache-Control"] == "private, no-store"
    assert Client().get(VERSION + file).status_code == 302
    for name, status in (("coordinator", 403), ("chair", 403), ("assessor4", 404)):
        assert signed_in(world, name).get(VERSION + file).status_code == status
    assert secretariat.get(VERSION.replace("versi/1", "versi/9") + file).status_code == 404
    approve(world)
    world.set_phase(PhaseState.FINAL)
    publish(world)
    fetched(PUBLIC + file)
    assert fetched(f"{PUBLIC}versi/1/{file}") == fetched(PUBLIC + file), "equal versions are equal bytes"
    assert Client().get(f"{PUBLIC}versi/9/{file}").status_code == 404
    assert Client().get(PUBLIC + "lain.pdf", follow=True).status_code == 404
    assert f'href="{PUBLIC}versi/1/{file}"' in Client().get(PUBLIC).content.decode()
    assert f'href="{VERSION}{file}"' in secretariat.get(VERSION).content.decode()


def test_the_national_report_tells_all_regions_by_group(world: World) -> None:
    published(world)
    content = fetched(f"{PUBLIC}laporan.pdf")
    said, stored = words(content), Snapshot.objects.get()
    for text in (
        "Evaluasi uji 2026", "DATA CONTOH", LETTER, "Kelompok: Reguler", "Kabupaten Tangerang", "Kota Tangerang",
        "Kabupaten Bogor", "3,25", "1,90", "2,80", stored.result_sha256, "Sebaran nilai akhir",
        "belum ada hasil sebelumnya",
    ):  # fmt: skip
        assert text in said, text
    found = archived(content)
    assert (found.part, found.conformance, found.ua_part) == ("2", "A", "1")
    assert codes(content)[0].endswith(f"{PUBLIC}versi/1/")
    assert any("1,75: 1; 3,25: 2" in one for one in found.alternatives), "the histogram is told in words"
    english = words(fetched(f"/en{PUBLIC}laporan.pdf"))
    assert "National report" in english
    assert "Group: Regular" in english


def test_the_national_report_tells_improvements_and_who_has_no_final(world: World) -> None:
    publish_next_year(world)
    said = words(fetched(f"/hasil/pilar/{NEXT}/1/laporan.pdf"))
    assert "+0,12" in said, "the mean of +0.35, 0 and 0"
    assert "1 dari 3 naik" in said


def test_the_national_report_names_who_has_no_final(world: World) -> None:
    without_a_final(world)
    said = words(fetched(f"{PUBLIC}laporan.pdf"))
    assert "Tanpa nilai akhir" in said
    assert "Kabupaten Bogor Ada bagian wajib yang belum memiliki nilai" in said


def results_sheet(content: bytes) -> tuple[Sheet, dict[str, int], dict[str, str]]:
    """The sheet of results, the row of each region and the column of each title."""
    sheet, _about = read(content).values()
    rows = {
        str(value): int(cell[1:]) for cell, value in sheet.given.items() if cell.startswith("A") and "." in str(value)
    }
    columns = {str(value): cell[:-1] for cell, value in sheet.given.items() if cell.endswith("4") and len(cell) == 2}
    return sheet, rows, columns


def test_the_workbook_computes_what_is_published(world: World) -> None:
    published(world)
    sheet, rows, columns = results_sheet(fetched(f"{PUBLIC}hasil.xlsx"))
    shown = {region: sheet.value(f"{columns['Nilai akhir']}{row}") for region, row in rows.items()}
    assert shown == {OWN: 3.25, NEIGHBOUR: 3.25, FAR: 1.9}
    ranks = {region: sheet.value(f"{columns['Peringkat dalam kelompok']}{row}") for region, row in rows.items()}
    assert ranks == {OWN: 1, NEIGHBOUR: 1, FAR: 3}
    assert {sheet.value(f"{columns['Selisih']}{row}") for row in rows.values()} == {0}


def test_a_changed_weight_or_score_is_computed_anew(world: World) -> None:
    """Equal weights: (3.5 + 37/12) / 2 = 3.29; with a score of 4 for outcome (3.5 + 4) / 2 = 3.75."""
    published(world)
    sheet, rows, columns = results_sheet(fetched(f"{PUBLIC}hasil.xlsx"))
    own = f"{columns['Nilai akhir']}{rows[OWN]}"
    assert sheet.value(f"{columns['Output']}3") == 40
    sheet.change(f"{columns['Output']}3", 60.0)
    assert sheet.value(own) == 3.29
    assert sheet.value(f"{columns['Selisih']}{rows[OWN]}") == pytest.approx(0.04)
    sheet.change(f"{columns['Outcome']}{rows[OWN]}", 4.0)
    assert sheet.value(own) == 3.75
    assert sheet.value(f"{columns['Peringkat nasional']}{rows[NEIGHBOUR]}") == 2


def test_a_region_without_a_final_is_blank_in_the_workbook(world: World) -> None:
    without_a_final(world)
    sheet, rows, columns = results_sheet(fetched(f"{PUBLIC}hasil.xlsx"))
    assert sheet.value(f"{columns['Nilai akhir']}{rows[FAR]}") == ""
    assert sheet.value(f"{columns['Peringkat nasional']}{rows[FAR]}") == ""
    assert sheet.value(f"{columns['Outcome']}{rows[FAR]}") is None


def test_what_is_stored_beside_a_formula_is_what_it_computes(world: World) -> None:
    """A program that does not compute shows the same."""
    without_a_final(world)
    content = fetched(f"{PUBLIC}hasil.xlsx")
    sheet, _rows, _columns = results_sheet(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        stored = archive.read("xl/worksheets/sheet1.xml").decode()
    for cell in sheet.formulas:
        after = stored.partition(f'<c r="{cell}"')[2].partition("</c>")[0]
        kept, computed = after.partition("<v>")[2].partition("</v>")[0], sheet.value(cell)
        assert kept == "" if computed == "" else float(kept) == pytest.approx(computed, abs=1e-9), cell


def tables(content: bytes) -> tuple[dict[str, Any], dict[str, list[dict[str, str]]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        described = json.loads(archive.read("datapackage.json"))
        found = {
            one["name"]: list(csv.DictReader(io.StringIO(archive.read(one["path"]).decode(), newline="")))
            for one in described["resources"]
            if one["format"] == "csv"
        }
    return described, found


def recomputed(described: Mapping[str, Any], found: Mapping[str, list[dict[str, str]]]) -> dict[str, Fraction | None]:
    """All finals from the published tables alone: nothing of Pilar is called here."""
    nodes = {row["node"]: row for row in found["nodes"]}
    given = {(row["region"], row["node"]): Fraction(row["exact"]) for row in found["scores"]}
    lowest_score = Fraction(described["scale"]["minimum"])

    def score(region: str, code: str) -> Fraction | None:
        if nodes[code]["lowest"] == "true":
            return given.get((region, code))
        children = [
            (Fraction(row["share_exact"]), score(region, row["node"]))
            for row in nodes.values()
            if row["parent"] == code
        ]
        weighed = [(share, value) for share, value in children if share]
        present = [(share, value) for share, value in weighed if value is not None]
        rule = nodes[code]["blank"]
        assert nodes[code]["mean"] == "weighted-mean"
        if not present or (rule == "require" and len(present) < len(weighed)):
            return None
        if rule == "zero":
            return sum((share * (lowest_score if value is None else value) for share, value in weighed), Fraction(0))
        whole = sum(share for share, _value in present)
        return sum((share * value for share, value in present), Fraction(0)) / whole

    (root,) = (code for code, row in nodes.items() if not row["parent"])
    return {row["region"]: score(row["region"], root) for row in found["results"]}


def check_against_the_published(content: bytes) -> int:
    """Finals and ranks of the results follow from the scores; returns how many finals there are."""
    described, found = tables(content)
    exact = recomputed(described, found)
    assert described["rounding"]["rule"] == "half-up"
    digit = Decimal(1).scaleb(-described["rounding"]["decimals"])
    for row in found["results"]:
        final = exact[row["region"]]
        assert row["final_exact"] == ("" if final is None else str(final))
        if final is None:
            assert row["final"] == row["rank_in_nation"] == ""
            assert row["no_score"]
            continue
        rounded = (Decimal(final.numerator) / Decimal(final.denominator)).quantize(digit, ROUND_HALF_UP)
        assert Decimal(row["final"]) == rounded
        for rank, within in (
            ("rank_in_nation", ()),
            ("rank_in_group", ("group",)),
            ("rank_in_province", ("province",)),
        ):
            alike = [other for other in found["results"] if all(other[name] == row[name] for name in within)]
            above = [other for other in alike if (exact[other["region"]] or Fraction(-1)) > final]
            assert int(row[rank]) == len(above) + 1
    return sum(final is not None for final in exact.values())


def test_the_published_tables_alone_give_the_published_finals_and_ranks(world: World) -> None:
    published(world)
    assert check_against_the_published(fetched(f"{PUBLIC}data.zip")) == 3


def test_and_where_a_region_has_no_final(world: World) -> None:
    without_a_final(world)
    assert check_against_the_published(fetched(f"{PUBLIC}data.zip")) == 2


def test_open_data_say_where_they_come_from_and_hold_no_single_mark(world: World) -> None:
    publish_next_year(world)
    content = fetched(f"/hasil/pilar/{NEXT}/1/data.zip")
    described, found = tables(content)
    assert described["synthetic"] is True
    assert described["title"].startswith("SYNTHETIC")
    assert described["letter"] == {"number": "B-1/EVAL/2027", "date": "2026-03-01"}
    assert described["homepage"].endswith(f"/hasil/pilar/{NEXT}/1/versi/1/")
    (own,) = (row for row in found["results"] if row["region"] == OWN)
    assert own["final"] == "3.60"
    assert (own["previous_final"], own["improvement"], own["previous_origin"]) == ("3.25", "0.35", "computed")
    assert own["synthetic"] == "true"
    assert {row["node"] for row in found["scores"]} == {"output", "outcome"}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"code: cycle-test" in archive.read("instrument.yaml")
        twin = json.loads(archive.read("results.json"), parse_float=str)
    assert [(row["region"], row["final"]) for row in twin] == [
        (row["region"], row["final"]) for row in found["results"]
    ]


@pytest.mark.filterwarnings("ignore")
def test_open_data_are_a_valid_data_package(world: World, tmp_path: Path) -> None:
    """By the standard's own validator: descriptor, types, constraints, keys, references, hashes."""
    import frictionless

    without_a_final(world)
    folder = tmp_path / "data"
    with zipfile.ZipFile(io.BytesIO(fetched(f"{PUBLIC}data.zip"))) as archive:
        archive.extractall(folder)
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "message"])
    assert {task.name for task in report.tasks} >= {
        "results",
        "results-json",
        "scores",
        "nodes",
        "groups",
        "predicates",
    }
    (folder / "scores.csv").write_text("region,node,score,exact\r\n99.99,output,drei,x\r\n", encoding="utf-8")
    spoilt = frictionless.validate(str(folder / "datapackage.json"))
    assert {"hash-count", "type-error", "foreign-key", "constraint-error"} <= {
        kind for (kind,) in spoilt.flatten(["type"])
    }


@pytest.mark.parametrize("file", FILES)
def test_files_of_a_phase_cost_few_queries(world: World, django_assert_max_num_queries: Any, file: str) -> None:
    published(world)
    with django_assert_max_num_queries(33):  # eleven for what is in it, three for its seal, the rest once: made, kept
        first = fetched(PUBLIC + file)
    with django_assert_max_num_queries(9):
        assert fetched(PUBLIC + file) == first


def test_ranks_have_their_intervals_where_they_were_worked_out(world: World) -> None:
    published(world)
    group, province, nation = (
        RankInterval(lowest, highest, Fraction(9, 10), "bobot ±25 %") for lowest, highest in ((2, 3), (1, 1), (1, 9))
    )
    intervals = {FAR: RankIntervals(group, province, nation)}
    book = replace(public_book(CODE, 1, scope=PUBLIC_SCOPE), intervals=intervals)
    assert book.sheet(FAR).intervals == intervals[FAR]
    assert book.sheet(OWN).intervals is None
    said = words(national_report(book))
    assert "3 (2–3) Kabupaten Bogor" in said
    assert "3 (1–9)" in said, "the rank in the nation has its own"
    assert "peringkat dalam 90 % dari semua simulasi; bobot ±25 %" in said


def test_the_report_of_one_region_is_short(world: World) -> None:
    published(world)
    assert pages(fetched(f"{PUBLIC}laporan.pdf")) == 2
