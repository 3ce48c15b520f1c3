"""Which rows of a list are sums, groups, signatures or more of the programme above, without a database."""

from __future__ import annotations

from masterplan.test_list_rules import HEADINGS, notes_of, read
from pilar.masterplan.rules.content import Fund


def test_an_indicator_or_activity_that_begins_like_a_sum_is_none() -> None:
    (one,), faults = read(
        ("No", "Program", "OPD", "Sub Dimensi", "Indikator", "Satuan", "Target 2026", "Kegiatan", "Jadwal"),
        (1, "Posyandu", "Dinkes", "Kesehatan", "Cakupan balita", "anak", 40, "Melatih", "TW I 2026"),
        ("", "", "", "", "Jumlah kader", "orang", 10, "", ""),
        ("", "", "", "", "", "", "", "Rekapitulasi laporan", "TW II 2026"),
        ("", "", "", "", "Total", "", 50, "", ""),
        ("", "JUMLAH KESELURUHAN", "", "", "", "", 50, "", ""),
    )
    assert faults == []
    assert [target.title for target in one.targets] == ["Cakupan balita", "Jumlah kader"]
    assert [act.title for act in one.activities] == ["Melatih", "Rekapitulasi laporan"]


def test_who_signs_below_the_sum_does_nothing_in_the_last_programme() -> None:
    (one,), faults = read(
        (*HEADINGS, "Kegiatan", "Jadwal", "Anggaran 2026"),
        ("Posyandu", "Dinkes", "Kesehatan", "Melatih", "TW I 2026", 5),
        ("JUMLAH", "", "", "", "", 5),
        ("", "", "", "Kepala Bappeda"),
        ("", "", "", "NIP. 1965"),
        fund=Fund.APBD,
    )
    assert faults == []
    assert [act.title for act in one.activities] == ["Melatih"]
    found, faults = read(
        (*HEADINGS, "Kegiatan", "Jadwal"),
        ("Posyandu", "Dinkes", "Kesehatan", "Melatih", "TW I 2026"),
        ("Sub total", "", "", "", ""),
        ("", "", "", "Mengukur", "TW II 2026"),
        ("Surat daring", "Diskominfo", "Kesehatan", "Menguji", "TW I 2026"),
    )
    # In the middle it is not left out: nobody can say which programme it is of.
    assert [one.title for one in found] == ["Posyandu", "Surat daring"]
    assert (4, "title") in faults


def test_a_numbered_programme_without_its_office_is_told_and_divides_nothing() -> None:
    found, faults = read(
        ("No", "OPD", "Program"),
        ("", "", "A. Kesehatan"),
        (1, "Dinkes", "Posyandu"),
        (2, "", "Kader"),
        ("3.", "", "Jumantik"),
    )
    assert ([one.title for one in found], faults) == (["Posyandu"], [(4, "owner"), (5, "owner")])


def test_a_number_in_front_of_a_sub_dimension_is_that_of_a_group() -> None:
    (one,), faults = read(
        ("No", "Program", "OPD"),
        (1, "Kesehatan", ""),
        (1, "Posyandu", "Dinkes"),
    )
    assert (one.part, faults) == ("living_health", [])


def test_a_quarter_that_is_said_not_to_be_ticked_is_not() -> None:
    rows = (
        (*HEADINGS, "Tahun", "TW I", "TW II", "TW III", "TW IV"),
        ("Posyandu", "Dinkes", "Kesehatan", 2027, False, True, False, False),
        ("Kader", "Dinkes", "Kesehatan", 2027, "tidak", 0, "v", 1),
        ("Jumantik", "Dinkes", "Kesehatan", 2027, "v", "", "v", ""),
        ("Balita", "Dinkes", "Kesehatan", 2027, False, False, False, False),
    )
    found, faults = read(*rows)
    assert faults == []
    assert [[(run.starts.number, run.ends.number) for run in one.activities] for one in found] == [
        [(2, 2)], [(3, 4)], [(1, 3)], [(1, 4)],
    ]  # fmt: skip
    assert notes_of(*rows) == [(4, "ticked-apart")]
