"""What the villages of a region achieve, as measures: budgets and monthly reports in time, realised share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.definitions import Definition, Direction, Wording
from pilar.villagefinance.rules.clocks import Timeliness
from pilar.villagefinance.rules.oversight import ENACT, MONTH, Step

SOURCE, SOURCE_TITLE = "pilar-villagefinance", "Keuangan desa Pilar"
"""Code and name of this room among the source systems of a region."""
OFFICE_WORDS = "pemberdayaan masyarakat"
"""In the name of the office that guides the villages (DPMD, DPMPD), to which its measures belong."""
DUE_DAYS, REPORT_DAY, DECIMALS = 15, 10, 2
LATER_BOOKS = "Pembukuan bulan ini bertambah setelah dilaporkan"
"""The reason why a figure takes the place of another one of its month."""
ENACTED, CLOSED, SPENT = "apbdes-tepat-waktu", "laporan-desa-tepat-waktu", "realisasi-belanja-desa"
IN_TIME = frozenset({Timeliness.IN_TIME, Timeliness.IN_EFFECT})


@dataclass(frozen=True, slots=True)
class _Said:
    title: Wording
    text: Wording


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
    SPENT: _Said(
        Wording("Realisasi belanja desa", "Expenditure of villages realised"),
        Wording(
            "Belanja semua desa sampai akhir bulan itu dibagi anggaran belanja yang berlaku.",
            "Expenditure of all villages by the end of the month of what the budgets in force give.",
        ),
    ),
}


def definition_of(code: str) -> Definition:
    """What the measure of this code means."""
    said = _TEXTS[code]
    return Definition(
        title=said.title, text=said.text, unit=Wording("%", "%"), direction=Direction.UP, aggregation=Aggregation.LAST,
        decimals=DECIMALS, lowest=Decimal(0), highest=Decimal(100),
    )  # fmt: skip


def month_to_report(today: date) -> tuple[int, int]:
    """Year and month of the last month whose reports were due before today."""
    months = today.year * 12 + today.month - 1 - (1 if today.day > REPORT_DAY else 2)
    return months // 12, months % 12 + 1


def figures(found: Mapping[str, Iterable[Step]], month: int, spent: Decimal | None) -> dict[str, Decimal]:
    """The figures of a month in per cent, from the steps of each village and what was realised of expenditure."""
    every = [list(steps) for steps in found.values()]
    made = {
        ENACTED: _share(every, lambda one: one.clock.origin.rule == ENACT),
        CLOSED: _share(every, lambda one: one.clock.origin.rule == MONTH and one.month == month),
        SPENT: spent,
    }
    return {code: figure for code, figure in made.items() if figure is not None}


def _share(every: list[list[Step]], asked: Callable[[Step], bool]) -> Decimal | None:
    in_time = sum(any(asked(one) and one.stands in IN_TIME for one in steps) for steps in every)
    return round(Decimal(in_time * 100) / len(every), DECIMALS) if every else None
