"""Values from a file of a data portal: the mapping that a person confirms, and what is stored by it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from confirming import confirmed as confirmed_page
from kit.neighbours import own
from measures.portal import CKAN, SDMX
from measures.test_addresses import client_of
from measures.world import NOW, OWN, World, measure, stored
from pilar.measures import operations as do
from pilar.measures import queries
from pilar.measures.imports import MappedValues
from pilar.measures.models import MappedFile, MappedValue, SourceMapping
from pilar.measures.operations import Origin, OutdatedMapping
from pilar.measures.queries.mappings import ReportedMeasure, titles_folded
from pilar.measures.rules.definitions import Wording
from pilar.measures.rules.mapping import Meant, Part, SeriesMapping
from pilar.measures.rules.periods import Period, PeriodKind
from pilar.measures.rules.reports import Report
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Fault, Faults
from pilar.platform.imports import keeping
from pilar.platform.models import Import

pytestmark = pytest.mark.django_db

AT = f"/ukuran/{OWN}/impor/portal/"
SHAPE = "a" * 64
PLAIN = SeriesMapping({"bulan": Part.PERIOD, "nilai": Part.VALUE}, series={("nilai",): Meant("desa-daring")})
JANUARY = [("2026-01-01", 1, Decimal("81.5"))]


def send(client: Client, content: str, name: str = "izin-2026-03.csv") -> Any:
    return client.post(AT, {"file": SimpleUploadedFile(name, content.encode())})


def said(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def fields(answer: Any) -> dict[str, str]:
    """What the form of the mapping says as it stands."""
    text = said(answer)
    form = text[text.index('name="frame"') - 400 : text.index('name="say"')]
    found = dict(re.findall(r'<input[^>]*name="([\w-]+)"[^>]*?value="([^"]*)"', form))
    found.pop("comma", None)
    found.pop("csrfmiddlewaretoken", None)
    for name, options in re.findall(r'<select[^>]*name="([\w-]+)">(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def store(client: Client, shown: Any) -> Any:
    (token,) = re.findall(r'name="rows" value="([^"]+)"', shown.content.decode())
    return client.post(AT, {"rows": token})


def series_called(answer: Any, label: str) -> str:
    text = said(answer)
    return next(name for name, one in re.findall(r'<label for="(series-\w+)">([^<]*)', text) if one.strip() == label)


def test_a_file_is_mapped_once_looked_at_and_stored_with_where_it_came_from(world: World) -> None:
    client = client_of(world, "contributor")
    first = send(client, SDMX)
    assert first.status_code == 422
    assert "Belum ada yang mengonfirmasi" in said(first)
    assert "Desa daring (desa-daring), izin" in said(first), "with the unit that a factor leads to"
    key = Import.objects.latest("pk").pk
    assert "Desa daring (desa-daring), permits" in said(client.get(f"/en{AT}?import={key}"))
    assert stored("desa-daring") == []
    form = fields(first)
    assert sorted(value for name, value in form.items() if name.startswith("part-")) == ["-"] * 2 + ["period"] + [
        "series"
    ] * 4 + ["value"]

    # A condition leaves the other region out; its series are asked about again before anything is kept.
    form["only-2"] = "3603"
    again = client.post(AT, {**form, "say": "1"})
    assert again.status_code == 200
    assert "3671" not in "".join(re.findall(r'<label for="series-.*?</label>', said(again)))
    assert own(SourceMapping).count() == 0
    form = fields(again) | {"title": "Portal Contoh"}
    form[series_called(again, "obs value; freq: M; ref area: 3603; service: ONLINE; unit mult: 0")] = "desa-daring"
    answer = client.post(AT, {**form, "say": "1"})
    assert answer.status_code == 302

    shown = client.get(answer["Location"])
    assert "versi 1 pemetaan “Portal Contoh”" in said(shown)
    assert "1 angka berstatus P" in said(shown)
    # desa-daring is kept with one decimal: the whole file waits for the wrong cell to be mended.
    assert "disimpan dengan paling banyak 1 angka desimal; 83,25 punya lebih" in said(shown)
    assert 'name="rows"' not in shown.content.decode()

    good = send(client, SDMX.replace("83.25", "83.2"))
    assert good.status_code == 200
    assert "Belum ada" not in said(good)
    assert store(client, good).status_code == 302
    assert stored("desa-daring") == [*JANUARY, ("2026-02-01", 1, Decimal("83.2"))]

    page = said(client.get(f"/ukuran/{OWN}/nilai/desa-daring/periode/2026-01/"))
    assert (
        "berkas izin-2026-03.csv, baris 2, seri “obs value; freq: M; ref area: 3603; service: ONLINE; unit mult: 0”"
        in page
    )
    assert "versi 1 pemetaan “Portal Contoh”" in page

    second = send(client, SDMX.replace("83.25", "83.2"), "unduhan lagi.csv")
    assert "Berkas ini tidak mengubah apa pun" in said(second)
    assert 'name="rows"' not in second.content.decode()
    assert (len(stored("desa-daring")), own(MappedFile).count()) == (2, 1)


def test_json_of_a_ckan_is_taken_over_by_its_factor(world: World) -> None:
    client = client_of(world, "contributor")
    form = fields(first := send(client, CKAN, "jawaban.json"))
    series = series_called(first, "nilai; jenis: Desa daring")
    assert form[series] == "desa-daring"  # proposed, since it is called as the measure
    form |= {series.replace("series", "factor"): "1000", "title": "CKAN contoh"}
    shown = client.get(client.post(AT, {**form, "say": "1"})["Location"])
    assert "Jawaban portal memuat 3 dari 7 rekaman" in said(shown)
    assert "paling banyak 1 angka desimal; 83,25 punya lebih" in said(shown)
    good = send(client, CKAN.replace("0.08325", "0.0832"), "jawaban.json")
    assert store(client, good).status_code == 302
    assert stored("desa-daring") == [*JANUARY, ("2026-02-01", 1, Decimal("83.2"))]


def confirmed(world: World, mapping: SeriesMapping = PLAIN, *, who: str = "contributor", seen: int = 0) -> int:
    return do.confirm_mapping(
        by=world.who(who), region=OWN, shape=SHAPE, title="desa", mapping=mapping, seen=seen, now=NOW
    )


def mapped_here(client: Client, content: str, **more: str) -> Any:
    """Send a plain table whose column ``nilai`` is ``desa-daring``, and confirm that."""
    first = send(client, content, "desa.csv")
    form = fields(first)
    (series,) = [name for name in form if name.startswith("series-")]
    answer = client.post(AT, {**form, series: "desa-daring", "title": "desa", **more, "say": "1"})
    return client.get(answer["Location"])


def test_two_rows_of_one_period_are_both_named_and_nothing_is_stored(world: World) -> None:
    shown = mapped_here(client_of(world, "contributor"), "bulan,nilai\n2026-01,81\nJanuari 2026,82\n2026-02,x\n")
    assert "Baris 2 dan 3 sama-sama menyebut desa-daring untuk Januari 2026" in said(shown)
    assert "“x” bukan angka dengan titik desimal" in said(shown)
    assert "nilai (B)" in said(shown)
    assert 'name="rows"' not in shown.content.decode()
    assert stored("desa-daring") == []


def test_values_that_differ_are_corrected_for_a_reason_alone(world: World) -> None:
    world.report(("desa-daring", "2026-01", "80"), by="contributor")
    client = client_of(world, "contributor")
    shown = mapped_here(client, "bulan,nilai\n2026-01,81\n")
    assert "Untuk Januari 2026 angka 80 sudah dilaporkan. Untuk mengoreksinya, sebutkan alasannya" in said(shown)
    assert 'name="rows"' not in shown.content.decode()
    form = fields(shown) | {"reason": "Diperbarui di portal"}
    shown = client.get(client.post(AT, {**form, "say": "1"})["Location"])
    assert store(client, shown).status_code == 302
    assert stored("desa-daring")[-1] == ("2026-01-01", 2, Decimal(81))
    assert own(SourceMapping).get(number=2).content["reason"] == "Diperbarui di portal"
    assert own(SourceMapping).count() == 2


def test_the_worker_reads_and_stores_a_large_file_by_the_same_mapping(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(world, "contributor")
    mapped_here(client, "bulan,nilai\n2026-01,81\n")
    monkeypatch.setattr(MappedValues, "at_once", 0)
    assert send(client, "bulan,nilai\n2026-01,81\n2026-02,82\n", "desa-2.csv").status_code == 302
    key = Import.objects.latest("pk").pk
    keeping.work(key=key)
    assert store(client, client.get(f"{AT}?import={key}")).status_code == 302
    assert stored("desa-daring") == []
    keeping.work(key=key)
    assert stored("desa-daring") == [("2026-01-01", 1, Decimal(81)), ("2026-02-01", 1, Decimal(82))]
    assert (own(MappedFile).get().name, own(MappedValue).count()) == ("desa-2.csv", 2)


def test_what_was_confirmed_by_somebody_else_meanwhile_is_told_and_nothing_typed_is_lost(world: World) -> None:
    client = client_of(world, "contributor")
    shown = mapped_here(client, "bulan,nilai\n2026-01,81\n")
    form = fields(shown) | {"reason": "Diperbarui di portal"}
    assert client.post(AT, {**fields(shown), "comma": "yes", "say": "1"}).status_code == 302
    answer = client.post(AT, {**form, "say": "1"})
    assert answer.status_code == 409
    assert "Orang lain sudah mengonfirmasi versi lain" in said(answer)
    assert fields(answer)["reason"] == "Diperbarui di portal"
    assert own(SourceMapping).count() == 2


def test_values_of_another_office_are_left_to_it(world: World) -> None:
    colleague = client_of(world, "colleague")
    form = fields(first := send(colleague, "tahun,jenis,nilai\n2024,a,1\n2024,a,2\n2025,b,3\n2025,b,4\n", "x.csv"))
    form |= {series_called(first, "nilai; jenis: a"): "rahasia", "title": "x"}
    assert colleague.post(AT, {**form, "say": "1"}).status_code == 302
    assert own(SourceMapping).get().content["parts"]["jenis"] == "series"
    shown = send(client_of(world, "contributor"), "tahun,jenis,nilai\n2024,a,1\n2024,b,2\n", "x.csv")
    assert "milik perangkat daerah lain" in said(shown)
    assert "Perangkat daerah lain membacanya sebagai rahasia" in said(shown)
    assert stored("rahasia") == []


def test_who_may_say_what_a_source_means(world: World) -> None:
    for who, error in (("coordinator", NotAllowed), ("verifier", NotAllowed), ("source", NotAllowed)):
        with pytest.raises(error):
            confirmed(world, who=who)
    with pytest.raises(NotFound):
        confirmed(world, who="neighbour")
    assert confirmed(world) == 1
    assert confirmed(world) == 1
    other = replace(PLAIN, comma=True)
    with pytest.raises(OutdatedMapping):
        confirmed(world, other)
    assert confirmed(world, other, seen=1) == 2
    with pytest.raises(Faults) as refused:
        confirmed(world, replace(other, series={("nilai",): Meant("rahasia")}), seen=2)
    assert [fault.code for fault in refused.value.faults] == ["unknown-measure"]


def test_the_year_and_the_month_may_stand_in_two_columns(world: World) -> None:
    client = client_of(world, "contributor")
    shown = mapped_here(client, "tahun,bulan,nilai\n2026,Januari,81.5\n2026,2,82\n")
    assert store(client, shown).status_code == 302
    assert stored("desa-daring") == [*JANUARY, ("2026-02-01", 1, Decimal(82))]


def test_what_was_typed_stays_when_a_part_of_it_is_wrong(world: World) -> None:
    client = client_of(world, "contributor")
    first = send(client, "bulan,nilai\n2026-01,81\n", "desa.csv")
    form = fields(first) | {"title": "Portal Contoh", "reason": "Diperbarui"}
    series = series_called(first, "nilai")
    factor = series.replace("series", "factor")
    answer = client.post(AT, {**form, series: "desa-daring", factor: "seribu", "say": "1"})
    assert answer.status_code == 422
    assert "Seri: “seribu” bukan faktor" in said(answer)
    now = fields(answer)
    assert (now[series], now[factor], now["title"], now["reason"]) == (
        "desa-daring", "seribu", "Portal Contoh", "Diperbarui",
    )  # fmt: skip
    answer = client.post(AT, {**form, series: "desa-daring", "title": " ", "say": "1"})
    assert "Nama sumber: Wajib diisi" in said(answer)
    # The columns are looked at again, and the name stays.
    answer = client.post(AT, {**form, "part-0": "-", "look": "1"})
    assert (answer.status_code, fields(answer)["title"]) == (200, "Portal Contoh")


def test_a_measure_is_known_by_its_title_in_either_language() -> None:
    permits = ReportedMeasure("izin-terbit", Wording("Izin terbit", "Permits issued"), Wording("izin"))
    villages = ReportedMeasure("desa-daring", Wording("Desa daring"), Wording("desa"))
    known = [("desa-daring", "desa daring"), ("izin-terbit", "izin terbit"), ("izin-terbit", "permits issued")]
    assert sorted(titles_folded((permits, villages))) == known


def test_a_measure_that_has_ended_holds_no_mapping_up(world: World) -> None:
    client = client_of(world, "contributor")
    mapped_here(client, "bulan,nilai\n2026-01,81\n")
    do.close_measure(by=world.who("coordinator"), region=OWN, measure="desa-daring", ends_on=date(2026, 2, 28))
    shown = send(client, "bulan,nilai\n2026-03,81\n", "desa.csv")
    assert "Perangkat daerah lain membacanya" not in said(shown)
    assert fields(shown)[series_called(shown, "nilai")] == "desa-daring"
    later = replace(PLAIN, comma=True, series={("nilai",): Meant("")})
    assert [fault.code for fault in fault_of(world, later)] == ["no-series"], "of another office is nothing of it"


def fault_of(world: World, mapping: SeriesMapping) -> list[Fault]:
    shape = own(SourceMapping).get().shape
    with pytest.raises(Faults) as refused:
        do.confirm_mapping(
            by=world.who("contributor"), region=OWN, shape=shape, title="desa", mapping=mapping, seen=1, now=NOW
        )
    return list(refused.value.faults)


def test_another_name_of_a_source_is_kept(world: World) -> None:
    confirmed(world)
    again = {"by": world.who("contributor"), "region": OWN, "shape": SHAPE, "mapping": PLAIN, "now": NOW}
    assert do.confirm_mapping(**again, title="Portal Contoh", seen=1) == 2
    assert do.confirm_mapping(**again, title="Portal Contoh", seen=1) == 2
    assert own(SourceMapping).count() == 2


def test_what_is_confirmed_between_reading_a_file_and_storing_it_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is stored, and the file is not lost."""
    client = client_of(world, "contributor")
    shown, read = mapped_here(client, "bulan,nilai\n2026-01,81\n"), MappedValues.reading
    kept = own(SourceMapping).get()

    def reading(self: MappedValues, *given: Any) -> Any:
        found = read(self, *given)
        mapping = replace(SeriesMapping.from_content(kept.content), comma=True)
        do.confirm_mapping(
            by=world.who("contributor"), region=OWN, shape=kept.shape, title="desa", mapping=mapping, seen=1, now=NOW
        )
        return found

    with monkeypatch.context() as patched:
        patched.setattr(MappedValues, "reading", reading)
        answer = store(client, shown)
    assert answer.status_code == 409
    assert "Orang lain sudah mengonfirmasi versi lain" in said(answer)
    assert (stored("desa-daring"), Import.objects.latest("pk").state) == ([], "checked")


def test_a_mapping_is_seen_and_removed_and_the_next_file_is_asked_about(world: World) -> None:
    client = client_of(world, "contributor")
    shown = mapped_here(client, "bulan,nilai\n2026-01,81\n", title="Portal Contoh")
    assert store(client, shown).status_code == 302
    kept = own(SourceMapping).get()
    listed, one = f"{AT}pemetaan/", f"{AT}pemetaan/{kept.shape}/"
    for who in ("contributor", "coordinator", "colleague"):
        page = said(client_of(world, who).get(listed))
        assert (one in page, "Portal Contoh" in page, "desa-daring" in page) == (True, True, True), who
        assert "desa-daring" in said(client_of(world, who).get(one))
    assert client_of(world, "neighbour").get(one).status_code == 404
    assert "Perangkat daerah lain membaca desa-daring" in said(client_of(world, "colleague").get(f"{one}hapus/"))
    answer = confirmed_page(client, f"{one}hapus/")
    assert (answer.status_code, answer["Location"]) == (302, listed)
    assert one not in said(client.get(listed))
    assert client.get(one).status_code == 404
    assert len(stored("desa-daring")) == 1
    again = send(client, "bulan,nilai\n2026-01,81\n2026-02,82\n", "desa.csv")
    assert "Belum ada yang mengonfirmasi" in said(again)
    form = fields(again) | {series_called(again, "nilai"): "desa-daring", "title": "desa"}
    assert client.post(AT, {**form, "say": "1"}).status_code == 302
    assert own(SourceMapping).latest("pk").number == 3


def test_who_may_remove_a_mapping(world: World) -> None:
    both = replace(PLAIN, parts={**PLAIN.parts, "jumlah": Part.VALUE}, series={**PLAIN.series, ("jumlah",): Meant("")})
    confirmed(world, both)
    shared = replace(both, series={**both.series, ("jumlah",): Meant("rahasia")})
    confirmed(world, shared, who="colleague", seen=1)

    def remove(who: str, seen: int = 2) -> None:
        do.remove_mapping(by=world.who(who), region=OWN, shape=SHAPE, seen=seen, now=NOW)

    for who, error in (("verifier", NotAllowed), ("source", NotAllowed), ("neighbour", NotFound)):
        with pytest.raises(error):
            remove(who)
    for who in ("contributor", "colleague"):
        with pytest.raises(Faults) as refused:
            remove(who)
        assert [fault.code for fault in refused.value.faults] == ["removes-of-others"]
    with pytest.raises(OutdatedMapping):
        remove("coordinator", 1)
    remove("coordinator")
    remove("coordinator")
    assert own(SourceMapping).count() == 3
    with pytest.raises(OutdatedMapping):
        do.report_mapped(
            by=world.who("contributor"), region=OWN, shape=SHAPE, number=2, file="desa.csv", sha256=SHAPE,
            reports=[], origins=[], now=NOW,
        )  # fmt: skip
    assert confirmed(world) == 4


def test_only_the_version_that_was_looked_at_is_stored_by(world: World) -> None:
    confirmed(world)
    by = world.who("contributor")

    def take(number: int, value: str = "91") -> None:
        do.report_mapped(
            by=by, region=OWN, shape=SHAPE, number=number, file="desa.csv", sha256=SHAPE,
            reports=[Report("desa-daring", "2026-02", value)], origins=[Origin("nilai", 2)], now=NOW,
        )  # fmt: skip

    confirmed(world, replace(PLAIN, comma=True), seen=1)
    with pytest.raises(OutdatedMapping):
        take(1)
    take(2)
    with pytest.raises(Faults):
        take(2, "400")
    assert [
        (one.number, one.row, one.series) for one in MappedValue.objects.filter(measure=measure("desa-daring"))
    ] == [(1, 2, "nilai")]
    period = Period(PeriodKind.MONTH, own(MappedValue).get().starts_on)
    row = world.row("desa-daring")
    assert [one.version for one in queries.mapped_from(row, period, scope=world.who("coordinator"))] == [2]
    assert queries.mapped_from(row, period, scope=world.who("neighbour")) == ()
