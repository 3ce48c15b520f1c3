"""The list of the mappings of a region: its queries, and its files."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures.test_addresses import client_of
from measures.test_portal import AT, PLAIN, mapped_here, said
from measures.world import NOW, OWN, World
from pilar.measures import operations as do
from pilar.measures.operations import Origin
from pilar.measures.rules.reports import Report

pytestmark = pytest.mark.django_db


def add(world: World, number: int) -> None:
    shape = f"{number:064x}"
    by = world.who("contributor")
    do.confirm_mapping(by=by, region=OWN, shape=shape, title=f"Sumber {number}", mapping=PLAIN, seen=0, now=NOW)
    do.report_mapped(
        by=by, region=OWN, shape=shape, number=1, file="desa.csv", sha256=shape,
        reports=[Report("desa-daring", "2026-01", str(number), reason="Diperbarui")], origins=[Origin("nilai", 2)],
        now=NOW,
    )  # fmt: skip


def test_a_file_of_another_region_alone_is_told(world: World) -> None:
    client = client_of(world, "contributor")
    for region, warned in (("Kabupaten Bogor", True), ("Kabupaten Tangerang", False)):
        shown = mapped_here(client, f"bulan,kabupaten,nilai\n2026-01,{region},81\n")
        assert ("Semua baris menyebut Kabupaten Bogor" in said(shown)) == warned, region


def test_many_mappings_cost_no_query_each(world: World) -> None:
    client = client_of(world, "coordinator")
    counts = []
    for numbers in ((1,), range(2, 40)):
        for number in numbers:
            add(world, number)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(f"{AT}pemetaan/").content.decode()
        counts.append(len(asked))
        assert page.count("/pemetaan/0000") == numbers[-1]
    assert counts[0] == counts[1]


def test_the_list_as_a_file_equals_the_page(world: World) -> None:
    add(world, 1)
    client = client_of(world, "contributor")
    head, row = client.get(f"{AT}pemetaan/?as=csv").content.decode("utf-8-sig").splitlines()
    assert head.startswith("Sumber;Ukuran;Versi")
    assert row.startswith("Sumber 1;desa-daring;1;")
    assert row.endswith(";2026-03-10 10:00;1;2026-03-10 10:00"), "on the clocks of the region, as on the page"
    assert "10 Maret 2026 pukul 10.00 WIB" in client.get(f"{AT}pemetaan/").content.decode()
    assert client.get(f"{AT}pemetaan/?as=xlsx").content.startswith(b"PK")
    assert client_of(world, "neighbour").get(f"{AT}pemetaan/?as=csv").status_code == 404
