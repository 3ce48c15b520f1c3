"""Measures of the villages of a region: budgets and reports in time, realised share, bank matching, flags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.definitions import Definition, Direction, Wording
from pilar.villagefinance.rules.clocks import Timeliness
from pilar.villagefinance.rules.oversight import ENACT, MONTH, SEMESTER, YEAR, Step

SOURCE_TITLE = "Keuangan desa Pilar"
"""The name of this room among the source systems of a region."""
OFFICE_WORDS = "pemberdayaan masyarakat"
"""Words in the name of the office that guides the villages (DPMD, DPMPD), to which the measures belong."""
DUE_DAYS, REPORT_DAY, DECIMALS, HALF = 15, 10, 2, 6
LATER_BOOKS = "Pembukuan bulan ini bertambah setelah dilaporkan"
"""The reason given when a figure replaces another one of its month."""
ENACTED, CLOSED, SPENT = "apbdes-tepat-waktu", "laporan-desa-tepat-waktu", "realisasi-belanja-desa"
HALF_YEAR, ACCOUNTED = "laporan-semester-desa-tepat-waktu", "lpj-desa-tepat-waktu"
UNMATCHED, OPEN, ANSWERED = "mutasi-bank-belum-cocok", "tanda-periksa-terbuka", "tanda-periksa-dijawab"
IN_TIME = frozenset({Timeliness.IN_TIME, Timeliness.IN_EFFECT})


_PER_CENT = Wording("%", "%")


@dataclass(frozen=True, slots=True)
class _Said:
    title: Wording
    text: Wording
    unit: Wording = _PER_CENT
    direction: Direction = Direction.UP
    highest: Decimal | None = Decimal(100)


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts up to the end of a month: bank movements and those not found in the books; flags and those still open,
    neither answered nor judged."""

    moved: int = 0
    unmatched: int = 0
    flags: int = 0
    open: int = 0


_TEXTS: Mapping[str, _Said] = {
    ENACTED: _Said(
        Wording("Desa dengan APBDes tepat waktu", "Villages with a budget enacted in time"),
        Wording(
            "Bagian desa yang Perdes APBDes tahun itu ditetapkan sampai batas waktunya, dari semua desa yang"
            " membukukan keuangannya di Pilar.",
            "Share of the villages that keep their books in Pilar whose budget of the year was enacted by its due day.",
        ),
    ),
    CLOSED: _Said(
        Wording("Desa dengan laporan bulanan tepat waktu", "Villages with their monthly report in time"),
        Wording(
            "Bagian desa yang menutup buku bulan itu sampai batas waktu laporan kaur keuangan, dari semua desa yang"
            " membukukan keuangannya di Pilar.",
            "Share of the villages that keep their books in Pilar which closed the month by the due day of the"
            " treasurer's report.",
        ),
    ),
    HALF_YEAR: _Said(
        Wording("Desa dengan laporan semester tepat waktu", "Villages with their semester report in time"),
        Wording(
            "Bagian desa yang laporan semester pertamanya tercatat dikirim sampai batas waktunya, dari semua desa yang"
            " membukukan keuangannya di Pilar.",
            "Share of the villages that keep their books in Pilar whose report of the first semester is on record as"
            " sent by its due day.",
        ),
    ),
    ACCOUNTED: _Said(
        Wording("Desa dengan LPJ tepat waktu", "Villages with their account of the year in time"),
        Wording(
            "Bagian desa yang laporan pertanggungjawaban APBDes tahun sebelumnya ditetapkan sampai batas waktunya, dari"
            " semua desa yang memiliki APBDes tahun itu di Pilar.",
            "Share of the villages that had a budget of the year before in Pilar whose account of that year was agreed"
            " by its due day.",
        ),
    ),
    SPENT: _Said(
        Wording("Realisasi belanja desa", "Expenditure of villages realised"),
        Wording(
            "Belanja semua desa sampai akhir bulan itu dibagi anggaran belanja yang berlaku.",
            "Expenditure of all villages by the end of the month of what the budgets in force give.",
        ),
    ),
    UNMATCHED: _Said(
        Wording("Mutasi bank yang belum cocok", "Bank movements without their entry"),
        Wording(
            "Bagian mutasi rekening kas desa sampai akhir bulan itu yang belum dicocokkan dengan pembukuan, dari semua"
            " mutasi dalam rekening koran yang diterima.",
            "Share of the movements in the bank statements kept, by the end of the month, that were not matched with"
            " the books.",
        ),
        direction=Direction.DOWN,
    ),
    OPEN: _Said(
        Wording("Tanda periksa yang terbuka", "Open flags"),
        Wording(
            "Tanda periksa pada pembukuan desa yang muncul sampai akhir bulan itu dan belum dijawab.",
            "Flags on the books of villages raised by the end of the month that were not answered.",
        ),
        Wording("tanda", "flags"), Direction.DOWN, None,
    ),
    ANSWERED: _Said(
        Wording("Tanda periksa yang dijawab", "Flags answered"),
        Wording(
            "Bagian tanda periksa yang muncul sampai akhir bulan itu dan sudah dijawab desa atau diputus Inspektorat.",
            "Share of the flags raised by the end of the month that the village answered or the inspectorate judged.",
        ),
    ),
}  # fmt: skip
DEFINITIONS = {
    code: Definition(
        title=said.title, text=said.text, unit=said.unit, direction=said.direction, aggregation=Aggregation.LAST,
        decimals=DECIMALS if said.highest else 0, lowest=Decimal(0), highest=said.highest,
    )
    for code, said in _TEXTS.items()
}  # fmt: skip
"""The definition of the measure of each code."""


def month_to_report(today: date) -> tuple[int, int]:
    """Return year and month of the last month whose reports were due before today."""
    months = today.year * 12 + today.month - 1 - (1 if today.day > REPORT_DAY else 2)
    return months // 12, months % 12 + 1


def figures(
    steps_of: Mapping[str, Iterable[Step]], before: Mapping[str, Iterable[Step]], month: int, spent: Decimal | None,
    counted: Counted,
) -> dict[str, Decimal]:  # fmt: skip
    """Compute the figures of a month from the steps of each village in this year and the one before, the realised
    expenditure, and the counts. A share of nothing is left out, as are figures of a semester that is not over or while
    somebody still has time."""
    every, last = ([list(steps) for steps in of.values()] for of in (steps_of, before))
    made = {
        ENACTED: _share(every, lambda step: step.clock.origin.rule == ENACT),
        CLOSED: _share(every, lambda step: step.clock.origin.rule == MONTH and step.month == month),
        HALF_YEAR: _share(every, lambda step: step.clock.origin.rule == SEMESTER) if month > HALF else None,
        ACCOUNTED: _share(last, lambda step: step.clock.origin.rule == YEAR),
        SPENT: spent,
        UNMATCHED: _per_cent(counted.unmatched, counted.moved),
        OPEN: Decimal(counted.open),
        ANSWERED: _per_cent(counted.flags - counted.open, counted.flags),
    }
    return {code: figure for code, figure in made.items() if figure is not None}


def _share(every: list[list[Step]], asked: Callable[[Step], bool]) -> Decimal | None:
    stand = [{step.stands for step in steps if asked(step)} for steps in every]
    if any(Timeliness.OPEN in timelinesses for timelinesses in stand):
        return None
    return _per_cent(sum(not IN_TIME.isdisjoint(timelinesses) for timelinesses in stand), len(every))


def _per_cent(part: int, whole: int) -> Decimal | None:
    return round(Decimal(part * 100) / whole, DECIMALS) if whole else None
