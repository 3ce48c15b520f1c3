"""Measures reported by the one-stop office: time, returns, permits, forecasts, satisfaction, investment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.definitions import Definition, Direction, Wording
from pilar.permits.rules.forecast import Coverage
from pilar.permits.rules.mining import spread

SOURCE_TITLE = "Perizinan Pilar"
"""The name of this room among the source systems of a region."""
OFFICE_WORDS = "pelayanan terpadu satu pintu"
"""Matches the name of the office (DPMPTSP) to which the measures belong."""
DUE_DAYS, DECIMALS, BILLION = 15, 2, 10**9
LATER_CASES = "Catatan permohonan bulan ini bertambah setelah dilaporkan"
"""The reason for replacing an earlier figure of the same month."""
MEDIAN, NINTH, IN_TIME, RETURNED = "izin-hari-median", "izin-hari-p90", "izin-tepat-waktu", "izin-dikembalikan"
ISSUED, FORECAST, IKM, INVESTED = "izin-terbit-bulanan", "izin-perkiraan-tepat", "izin-ikm", "investasi-terlapor"

_DAYS, _PER_CENT, _PERMITS = Wording("hari kerja", "working days"), Wording("%", "%"), Wording("izin", "permits")
_FROM_ZERO = (
    "dihitung sejak berkas dinyatakan lengkap, tanpa hari penghentian waktu",
    "counted from the day on which the papers were found complete, without days on which the clock stood",
)


def _definition(
    title: tuple[str, str], text: tuple[str, str], unit: Wording = _PER_CENT, direction: Direction = Direction.UP
) -> Definition:
    return Definition(
        title=Wording(*title), text=Wording(*text), unit=unit, direction=direction, aggregation=Aggregation.LAST,
        decimals=0 if unit in (_DAYS, _PERMITS) else DECIMALS, lowest=Decimal(0),
        highest=Decimal(100) if unit == _PER_CENT else None,
    )  # fmt: skip


DEFINITIONS: Mapping[str, Definition] = {
    MEDIAN: _definition(
        ("Median waktu penyelesaian izin", "Median time of a decision"),
        (
            f"Separuh permohonan yang selesai bulan itu memerlukan paling banyak sekian hari kerja, {_FROM_ZERO[0]}.",
            f"Half of the cases finished in the month took at most so many working days, {_FROM_ZERO[1]}.",
        ),
        _DAYS, Direction.DOWN,
    ),
    NINTH: _definition(
        ("Waktu penyelesaian sembilan dari sepuluh izin", "Time of nine in ten decisions"),
        (
            "Sembilan dari sepuluh permohonan yang selesai bulan itu memerlukan paling banyak sekian hari kerja,"
            f" {_FROM_ZERO[0]}.",
            f"Nine in ten of the cases finished in the month took at most so many working days, {_FROM_ZERO[1]}.",
        ),
        _DAYS, Direction.DOWN,
    ),
    IN_TIME: _definition(
        ("Permohonan selesai dalam batas waktu", "Cases decided within their limit"),
        (
            "Bagian permohonan yang selesai bulan itu sampai jatuh temponya, dari semua yang selesai.",
            "Share of the cases finished in the month that were finished by their due date.",
        ),
    ),
    RETURNED: _definition(
        ("Permohonan dikembalikan karena berkas kurang", "Cases returned for missing papers"),
        (
            "Bagian permohonan yang selesai bulan itu dan pernah dikembalikan kepada pemohon.",
            "Share of the cases finished in the month that had been returned to the applicant.",
        ),
        direction=Direction.DOWN,
    ),
    ISSUED: _definition(
        ("Izin terbit", "Permits issued"),
        ("Banyaknya izin yang terbit bulan itu.", "Number of permits issued in the month."),
        _PERMITS,
    ),
    FORECAST: _definition(
        ("Perkiraan tanggal selesai yang tepat", "Forecasts that held"),
        (
            "Bagian perkiraan tanggal selesai yang tepat, untuk permohonan yang selesai bulan itu; yang dijanjikan 90.",
            "Share of the forecasts of the finish date that held, for cases finished in the month; 90 are promised.",
        ),
    ),
    IKM: _definition(
        ("Indeks kepuasan masyarakat perizinan", "Satisfaction index of permits"),
        (
            "Indeks kepuasan masyarakat (PermenPAN-RB 14/2017) dari survei penerima izin bulan itu.",
            "Public satisfaction index (PermenPAN-RB 14/2017) of the survey among those who received a permit.",
        ),
        Wording("nilai", "points"),
    ),
    INVESTED: _definition(
        ("Realisasi investasi", "Realised investment"),
        (
            "Realisasi investasi triwulan yang berakhir pada bulan itu menurut laporan pelaku usaha yang sudah"
            " dikonfirmasi, dalam miliar rupiah.",
            "Investment realised in the quarter that ends with the month, as reported by businesses and confirmed, in"
            " billions of rupiah.",
        ),
        Wording("miliar rupiah", "billion rupiah"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finished:
    """A case that was finished in the month: working days used, whether it was in time, had been returned, and was
    issued."""

    days: int
    in_time: bool
    returned: bool
    issued: bool


def figures(
    cases: Sequence[Finished], forecasts: Coverage, *, ikm: Decimal | None = None, invested: Decimal | None = None
) -> dict[str, Decimal]:
    """The figures of a month; no share without cases, no index without a survey. ``invested``: rupiah."""
    days = spread(Counter(case.days for case in cases))
    made = {
        MEDIAN: days and Decimal(days.median),
        NINTH: days and Decimal(days.ninth),
        IN_TIME: _per_cent(sum(case.in_time for case in cases), len(cases)),
        RETURNED: _per_cent(sum(case.returned for case in cases), len(cases)),
        ISSUED: Decimal(sum(case.issued for case in cases)),
        FORECAST: _per_cent(forecasts.held, forecasts.judged),
        IKM: ikm,
        INVESTED: invested and round(invested / BILLION, DECIMALS),
    }
    return {code: figure for code, figure in made.items() if figure is not None}


def _per_cent(part: int, whole: int) -> Decimal | None:
    return round(Decimal(part * 100) / whole, DECIMALS) if whole else None
