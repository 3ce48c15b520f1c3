"""The pages: what they say, and that what was typed is not lost."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.test import Client

from confirming import confirmed
from kit.neighbours import own
from measures.test_addresses import client_of
from measures.world import OWN, PERMITS, World, measure, stored
from pilar.design.numbers import grouped
from pilar.measures.models import Definition, SourceSystem, SourceToken
from pilar.measures.rules.definitions import Wording
from pilar.measures.rules.periods import PeriodKind
from pilar.people import downloads
from pilar.platform.limits import Limit
from pilar.platform.tables import Percent

pytestmark = pytest.mark.django_db

AT = f"/ukuran/{OWN}"


@pytest.fixture
def as_who(world: World) -> Callable[[str], Client]:
    return lambda who: client_of(world, who)


def said(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return html.unescape(answer.content.decode())


FIELDS = {
    "code": "pasar-digital", "title_id": "Pasar digital", "text_id": "Pasar yang menerima QRIS", "unit_id": "pasar",
    "direction": "up", "aggregation": "last", "decimals": "1", "lowest": "0", "highest": "99,5", "kind": "month",
    "starts_on": "2026-01-01", "due_days": "10", "source": "",
}  # fmt: skip


def test_the_list_as_a_file_has_what_its_reader_reads_and_networks_have_a_limit(
    world: World, client: Client, as_who: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.report(("izin-terbit", "2026-03-01", "5"), ("desa-daring", "2026-02", "1250"))
    monkeypatch.setattr(downloads, "DOWNLOADS", Limit("download", most=1, seconds=10**9))

    def codes(client: Client, search: str = "") -> list[str]:
        answer = client.get(f"{AT}/?as=csv&q={search}")
        return [row.split(";")[1] for row in answer.content.decode("utf-8-sig").splitlines()]

    assert codes(as_who("coordinator")) == ["Kode", "desa-daring", "izin-terbit", "rahasia"]
    assert codes(as_who("coordinator"), "desa") == ["Kode", "desa-daring"]
    assert codes(client) == ["Kode", "izin-terbit"]
    assert client.get(f"{AT}/?as=xlsx").status_code == 429
    assert client.get(f"{AT}/").status_code == 200
    assert "seluruh daftar" in said(client.get(f"{AT}/")).lower()


def test_a_coordinator_defines_a_measure(world: World, as_who: Callable[[str], Client]) -> None:
    client, given = as_who("coordinator"), FIELDS | {"office": str(world.cast.office)}
    wrong = said(
        client.post(f"{AT}/baru/", given | {"code": "Pasar", "lowest": "seribu", "starts_on": "2026-01-01"}), 422
    )
    assert "“seribu” bukan angka" in wrong
    assert "Pasar yang menerima QRIS" in wrong
    wrong = said(client.post(f"{AT}/baru/", given | {"code": "Pasar", "starts_on": "2026-01-02"}), 422)
    assert "Kode terdiri atas" in wrong
    assert "yang terdekat sebelumnya 2026-01-01" in wrong
    assert client.post(f"{AT}/baru/", given).status_code == 302
    row = own(Definition).get(measure=measure("pasar-digital"))
    assert (row.highest, row.decimals, row.aggregation, row.title_en) == (Decimal("99.5"), 1, "last", "")
    assert "Pasar digital" in said(client.get(f"{AT}/nilai/pasar-digital/"))


def test_a_coordinator_revises_hands_over_and_ends(world: World, as_who: Callable[[str], Client]) -> None:
    client, at = as_who("coordinator"), f"{AT}/nilai/izin-terbit"
    world.report(("izin-terbit", "2026-03-01", "5"))
    form = said(client.get(f"{at}/ubah/"))
    assert 'value="5000"' in form
    given = {name: value for name, value in FIELDS.items() if name not in ("code", "kind")}
    wrong = said(client.post(f"{at}/ubah/", given | {"since": "2026-03-01"}), 422)
    assert "yang baru dapat mulai 2026-03-02" in wrong
    assert client.post(f"{at}/ubah/", given | {"since": "2026-03-02"}).status_code == 302
    page = said(client.get(f"{at}/"))
    assert "Versi 1" in page
    assert "Pasar digital" in page
    old = said(client.get(f"{at}/?definition=1"))
    assert "Izin yang terbit pada hari itu" in old
    assert "<svg" in old
    assert client.get(f"{at}/?definition=9").status_code == 404
    handed = {"office": str(world.cast.colleagues_office), "source": "", "due_days": "3"}
    assert client.post(f"{at}/penanggung-jawab/", handed).status_code == 302
    assert (measure().office_id, measure().public) == (world.cast.colleagues_office, False)
    assert "tidak dapat berakhir sebelumnya" in said(confirmed(client, f"{at}/tutup/", {"ends_on": "2026-02-28"}), 422)
    assert confirmed(client, f"{at}/tutup/", {"ends_on": "2026-03-31"}).status_code == 302
    assert measure().ends_on == date(2026, 3, 31)
    assert confirmed(client, f"{at}/tutup/", {"ends_on": "2026-04-30"})["Location"] == f"{at}/", "it has its end"
    assert measure().ends_on == date(2026, 3, 31)


def test_a_contributor_reports_and_corrects(world: World, as_who: Callable[[str], Client]) -> None:
    client, at = as_who("contributor"), f"{AT}/nilai/desa-daring"
    piece = world.cast.add(link="https://contoh.invalid/")
    assert 'value="Januari 2026"' in said(client.get(f"{at}/lapor/"))
    wrong = said(client.post(f"{at}/lapor/", {"period": "2026-02-01", "value": "1.00,5"}), 422)
    assert "dilaporkan per bulan" in wrong
    assert "bukan angka" in wrong
    given = {"period": "2026-02", "value": "40,5", "evidence": str(piece)}
    assert client.post(f"{at}/lapor/", given).status_code == 302
    page = said(client.get(f"{at}/periode/2026-02/"))
    assert "40,5" in page
    assert f"/bukti/{piece}/" in page
    twice = said(client.post(f"{at}/lapor/", given | {"value": "41"}), 422)
    assert f"{at}/periode/2026-02/koreksi/" in twice
    form = said(client.get(f"{at}/periode/2026-02/koreksi/"))
    assert 'value="40,5"' in form
    assert (
        client.post(f"{at}/periode/2026-02/koreksi/", {"value": "41", "reason": "salah", "seen": "1"}).status_code
        == 302
    )
    late = said(client.post(f"{at}/periode/2026-02/koreksi/", {"value": "42", "reason": "lain", "seen": "1"}), 409)
    assert "Isian Anda tidak hilang" in late
    assert 'value="42"' in late
    assert "lain" in late
    assert re.search(r'name="seen"[^>]*value="2"|value="2"[^>]*name="seen"', late)
    page = said(client.get(f"{at}/"))
    assert "dikoreksi" in page
    assert client.get(f"{at}/periode/2026-01/koreksi/").status_code == 404
    assert client.get(f"{at}/periode/2026-01/").status_code == 404
    assert client.get(f"{at}/periode/x/").status_code == 404


def test_pages_of_the_public_name_nobody(world: World, as_who: Callable[[str], Client]) -> None:
    piece = world.cast.add(link="https://contoh.invalid/")
    world.report(("izin-terbit", "2026-03-01", "1250", {"evidence": piece}), by="contributor")
    for path in (f"{AT}/nilai/izin-terbit/", f"{AT}/nilai/izin-terbit/periode/2026-03-01/", f"{AT}/"):
        open_to_all, inside = said(as_who("visitor").get(path)), said(as_who("verifier").get(path))
        assert "1.250" in open_to_all
        assert "Dewi" not in open_to_all
        assert str(piece) not in open_to_all
        if "nilai" in path:
            assert "Dewi" in inside
            assert str(piece) in inside


def test_made_up_figures_say_so_on_every_page(world: World, as_who: Callable[[str], Client]) -> None:
    source = own(SourceSystem).get().pk
    world.define("rekaan", synthetic=True, source=source)
    world.report(("rekaan", "2026-03-01", "5"))
    pages = {
        "coordinator": [
            "", "sumber/sipinter/", "nilai/rekaan/", "nilai/rekaan/periode/2026-03-01/", "nilai/rekaan/ubah/",
            "nilai/rekaan/penanggung-jawab/", "nilai/rekaan/tutup/",
        ],
        "contributor": ["nilai/rekaan/lapor/", "nilai/rekaan/periode/2026-03-01/koreksi/"],
    }  # fmt: skip
    for who, paths in pages.items():
        for path in paths:
            assert "Data contoh" in said(as_who(who).get(f"{AT}/{path}")), path
    assert "data contoh" in said(as_who("coordinator").get(f"{AT}/sumber/"))
    assert "Data contoh" not in said(as_who("coordinator").get(f"{AT}/nilai/izin-terbit/"))


def test_a_source_its_token_and_its_switch(world: World, as_who: Callable[[str], Client]) -> None:
    client = as_who("coordinator")
    taken = client.post(f"{AT}/sumber/", {"code": "sipinter", "title": "SIPINTER"})
    assert "Sudah ada sistem sumber" in said(taken, 422)
    assert client.post(f"{AT}/sumber/", {"code": "sikd", "title": "SIKD"}).status_code == 302
    page = said(client.post(f"{AT}/sumber/sikd/", {"name": "server", "days": "30"}))
    (secret,) = re.findall(r"pilar_source_[A-Za-z0-9_-]{43}", page)
    assert secret not in said(client.get(f"{AT}/sumber/sikd/"))
    assert "/api/v1/regions/36.03/values" in page
    token = own(SourceToken).get(source__code="sikd")
    assert confirmed(client, f"{AT}/sumber/sikd/token/{token.pk}/cabut/").status_code == 302
    assert "dicabut" in said(client.get(f"{AT}/sumber/sikd/"))
    assert client.post(f"{AT}/sumber/sikd/sakelar/", {"active": "no"}).status_code == 302
    assert "Nyalakan lagi" in said(client.get(f"{AT}/sumber/sikd/"))
    assert "Nyalakan dahulu" in said(client.post(f"{AT}/sumber/sikd/", {"name": "x", "days": "30"}), 409)
    assert confirmed(client, f"{AT}/sumber/sikd/token/99999999999999999999/cabut/").status_code == 404


def upload(name: str, content: bytes) -> dict[str, Any]:
    file = io.BytesIO(content)
    file.name = name
    return {"file": file}


def rows_of(page: str) -> str:
    (found,) = re.findall(r'name="rows" value="([^"]*)"', page)
    return html.unescape(found)


def test_a_file_is_shown_then_taken_whole(world: World, as_who: Callable[[str], Client]) -> None:
    client = as_who("contributor")
    world.report(("desa-daring", "2026-01", "39"), by="contributor")
    lines = ["desa-daring;2026-01;40;salah", "desa-daring;2026-02;41,5;", "izin-terbit;2026-03-01;7;"]
    text = "\n".join(["ukuran;periode;nilai;alasan", *lines])
    raw = client.post(f"{AT}/impor/", upload("nilai.csv", text.encode())).content.decode()
    page = html.unescape(raw)
    assert "2 baru, 1 koreksi, 0 sudah ada, 0 ditolak" in page
    assert "39 → 40" in page
    assert len(stored("desa-daring")) == 1
    assert client.post(f"{AT}/impor/", {"rows": rows_of(raw)}).status_code == 302
    assert [value for _day, _number, value in stored("desa-daring")] == [39, 40, Decimal("41.5")]
    again = client.post(f"{AT}/impor/", upload("nilai.csv", text.encode())).content.decode()
    assert "0 baru, 0 koreksi, 3 sudah ada" in again
    assert "tidak mengubah apa pun" in again


def test_a_refused_row_keeps_the_file_out(world: World, as_who: Callable[[str], Client]) -> None:
    client = as_who("contributor")
    text = "measure,period,value\ndesa-daring,2026-01,40\ndesa-daring,2026-01-01,41\nrahasia,2025,1\ntidak-ada,2026,1\n"
    page = said(client.post(f"{AT}/impor/", upload("nilai.csv", text.encode())), 422)
    assert "1 baru, 0 koreksi, 0 sudah ada, 3 ditolak" in page
    for sentence in ("dilaporkan per bulan", "dilaporkan perangkat daerah lain", "Tidak ada ukuran “tidak-ada”"):
        assert sentence in page
    assert 'name="rows"' not in page


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "kosong"),
        ("a.csv", b"ukuran;nilai\nx;1\n", "Kolom “periode” tidak ada"),
        ("a.csv", b"ukuran;periode;nilai;nilai\nx;1;2;3\n", "sama artinya"),
        ("a.csv", b"ukuran;periode;nilai;warna\nx;1;2;3\n", "“warna” bukan kolom"),
        ("a.xlsx", b"PK\x03\x04rusak", "a.xlsx"),
        ("a.csv", "ukuran".encode("utf-16"), "UTF-16"),
    ],
)
def test_files_that_are_not_what_they_say(
    world: World, as_who: Callable[[str], Client], name: str, content: bytes, sentence: str
) -> None:
    assert sentence in said(as_who("contributor").post(f"{AT}/impor/", upload(name, content)), 422)


def test_a_workbook_with_dates_for_months(world: World, as_who: Callable[[str], Client]) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Ukuran", "Periode", "Nilai"])
        sheet.write(1, 0, "desa-daring")
        sheet.write_datetime(1, 1, date(2026, 2, 1))
        sheet.write_number(1, 2, 41.5)
    raw = as_who("contributor").post(f"{AT}/impor/", upload("nilai.xlsx", out.getvalue())).content.decode()
    assert "Februari 2026" in raw
    as_who("contributor").post(f"{AT}/impor/", {"rows": rows_of(raw)})
    assert [(str(day), value) for day, _number, value in stored("desa-daring")] == [("2026-02-01", Decimal("41.5"))]


def shares(world: World) -> None:
    """A monthly measure in per cent."""
    definition = replace(PERMITS, unit=Wording("%", "%"), decimals=3, highest=Decimal(100_000))
    world.define("layanan-daring", kind=PeriodKind.MONTH, definition=definition)


def workbook(*rows: tuple[Any, ...]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        percent = book.add_format({"num_format": "0%"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Ukuran", "Periode", "Nilai"])
        for number, (*named, value) in enumerate(rows, start=1):
            sheet.write_row(number, 0, named)
            if isinstance(value, Percent):
                sheet.write_number(number, 2, float(value.value / 100), percent)
            else:
                sheet.write(number, 2, value)
    return out.getvalue()


def test_percentages_belong_where_the_unit_is_per_cent(world: World, as_who: Callable[[str], Client]) -> None:
    shares(world)
    client, sixty = as_who("contributor"), Percent(Decimal(60))
    rows = [("layanan-daring", "Januari 2026", sixty), ("layanan-daring", "2026-02", "60,5 %")]
    raw = client.post(f"{AT}/impor/", upload("nilai.xlsx", workbook(*rows))).content.decode()
    assert "Januari 2026" in raw
    assert client.post(f"{AT}/impor/", {"rows": rows_of(raw)}).status_code == 302
    assert [value for _day, _number, value in stored("layanan-daring")] == [60, Decimal("60.5")]
    page = said(client.post(f"{AT}/impor/", upload("nilai.xlsx", workbook(("desa-daring", "2026-01", sixty)))), 422)
    assert "60 % adalah persentase, padahal satuannya “izin”" in page
    assert 'name="rows"' not in page


def test_a_column_of_values_is_read_as_a_whole(world: World, as_who: Callable[[str], Client]) -> None:
    shares(world)
    client = as_who("contributor")
    rows = ("Januari 2026;1.200", "Februari 2026;2,5", "2026-03;-")
    text = "\n".join(["ukuran;periode;nilai", *(f"layanan-daring;{row}" for row in rows)])
    raw = client.post(f"{AT}/impor/", upload("nilai.csv", text.encode())).content.decode()
    assert "1.200" in raw
    assert "1 tanpa nilai (tanda -)" in raw
    assert client.post(f"{AT}/impor/", {"rows": rows_of(raw)}).status_code == 302
    assert [value for _day, _number, value in stored("layanan-daring")] == [1200, Decimal("2.5")]
    open_text = "ukuran;periode;nilai\nlayanan-daring;2026-01;950\nlayanan-daring;2026-02;1.200\n"
    page = said(client.post(f"{AT}/impor/", upload("nilai.csv", open_text.encode())), 422)
    assert "nilai.csv, kolom nilai (C): “1.200” dapat berarti ribuan atau pecahan" in page


def test_a_number_of_a_workbook_keeps_its_digits_through_the_preview(
    world: World, as_who: Callable[[str], Client]
) -> None:
    shares(world)
    client = as_who("contributor")
    book = workbook(("layanan-daring", "2026-01", 1.234))
    raw = client.post(f"{AT}/impor/", upload("nilai.xlsx", book)).content.decode()
    assert "1,234" in raw
    client.post(f"{AT}/impor/", {"rows": rows_of(raw)})
    assert [value for _day, _number, value in stored("layanan-daring")] == [Decimal("1.234")]


@pytest.mark.parametrize(
    ("period", "value", "number"),
    [
        ("Januari 2026", "1.200", 1200), ("2026-01", "60%", 60), ("Jan 2026", "2,5", Decimal("2.5")),
        ("01/2026", "60 %", 60), ("2026-01", "1.234,5", Decimal("1234.5")),
    ],
)  # fmt: skip
def test_what_is_typed_is_read_as_people_write_and_said_again(
    world: World, as_who: Callable[[str], Client], period: str, value: str, number: Any
) -> None:
    shares(world)
    at = f"{AT}/nilai/layanan-daring"
    answer = as_who("contributor").post(f"{at}/lapor/", {"period": period, "value": value}, follow=True)
    assert [value for _day, _number, value in stored("layanan-daring")] == [number]
    assert f"Januari 2026: {grouped(Decimal(number), 'id')} %" in said(answer)


def test_a_preview_that_somebody_overtook_is_shown_anew(world: World, as_who: Callable[[str], Client]) -> None:
    client = as_who("contributor")
    text = "ukuran;periode;nilai\ndesa-daring;2026-01;40\n"
    raw = client.post(f"{AT}/impor/", upload("nilai.csv", text.encode())).content.decode()
    world.report(("desa-daring", "2026-01", "39"), by="contributor")
    page = said(client.post(f"{AT}/impor/", {"rows": rows_of(raw)}), 409)
    assert "sudah dilaporkan" in page
    assert [value for _day, _number, value in stored("desa-daring")] == [39]


@pytest.mark.parametrize("rows", ["", "x", "[1]", "{}", '[["a","b"]]', "[" * 5000, '[["\\u0000","x","y","",0,1]]'])
def test_a_broken_preview_changes_nothing(world: World, as_who: Callable[[str], Client], rows: str) -> None:
    answer = as_who("contributor").post(f"{AT}/impor/", {"rows": rows})
    assert answer.status_code in (302, 409, 422)
    assert stored("desa-daring") == []


def test_a_file_to_begin_with(world: World, as_who: Callable[[str], Client]) -> None:
    world.report(("desa-daring", "2026-01", "39"), by="contributor")
    answer = as_who("contributor").get(f"{AT}/impor/contoh.csv")
    assert answer.content.decode("utf-8-sig").split() == [
        "ukuran;periode;nilai;alasan", "desa-daring;2026-02;;", "izin-terbit;2026-01-01;;",
    ]  # fmt: skip


def test_pages_ask_seldom(world: World, as_who: Callable[[str], Client], django_assert_max_num_queries: Any) -> None:
    client = as_who("contributor")
    rows = [("izin-terbit", f"2026-{month:02}-{day:02}", str(day)) for month in (1, 2) for day in range(1, 29)]
    world.report(*rows)
    world.report(*[(*row[:2], "9", {"reason": "salah"}) for row in rows[:30]])
    with django_assert_max_num_queries(14):
        said(client.get(f"{AT}/nilai/izin-terbit/"))
    text = "ukuran;periode;nilai\n" + "".join(f"izin-terbit;2025-{1 + place % 12:02}-01;1\n" for place in range(300))
    with django_assert_max_num_queries(24):
        said(client.post(f"{AT}/impor/", upload("nilai.csv", text.encode())), 422)
