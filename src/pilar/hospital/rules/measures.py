"""Measures reported by the hospitals of a region: waits, bookings, absences, forecasts, satisfaction."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.definitions import Definition, Direction, Wording

SOURCE_TITLE = "Layanan rumah sakit Pilar"
"""Name of this room among the source systems of a region."""
OFFICE_WORDS = "dinas kesehatan"
"""Matches the name of the office to which the measures belong."""
DUE_DAYS, DECIMALS = 15, 2
LATER_VISITS = "Catatan kunjungan bulan ini bertambah setelah dilaporkan"
"""The reason for replacing an earlier figure of the same month."""
IN_TIME, MEDIAN, AHEAD = "rs-tunggu-60-menit", "rs-tunggu-median", "rs-daftar-di-muka"
ABSENT, FORECAST, IKM = "rs-tidak-datang", "rs-perkiraan-tepat", "rs-ikm"
PROGRAMME = "SIJEMPOL: layanan rumah sakit daring"
"""The programme of the satisfaction survey for patients."""

_PER_CENT = Wording("%", "%")


def _definition(
    title: tuple[str, str], text: tuple[str, str], unit: Wording = _PER_CENT, direction: Direction = Direction.UP
) -> Definition:
    return Definition(
        title=Wording(*title), text=Wording(*text), unit=unit, direction=direction, aggregation=Aggregation.LAST,
        decimals=DECIMALS, lowest=Decimal(0), highest=Decimal(100) if unit == _PER_CENT else None,
    )  # fmt: skip


DEFINITIONS: Mapping[str, Definition] = {
    IN_TIME: _definition(
        ("Pasien rawat jalan dilayani dalam 60 menit", "Outpatients seen within 60 minutes"),
        (
            "Bagian kunjungan bulan itu yang dilayani dokter paling lama 60 menit setelah pasien hadir, menurut"
            " indikator mutu waktu tunggu; yang dikecualikan tidak dihitung.",
            "Share of the visits of the month in which the doctor began at most 60 minutes after the patient had come,"
            " by the quality indicator of waits; what it leaves out is not counted.",
        ),
    ),
    MEDIAN: _definition(
        ("Median waktu tunggu rawat jalan", "Median wait of outpatients"),
        (
            "Separuh pasien yang dihitung indikator itu menunggu paling lama sekian menit.",
            "Half of the patients that the indicator counts waited at most so many minutes.",
        ),
        Wording("menit", "minutes"), Direction.DOWN,
    ),
    AHEAD: _definition(
        ("Kunjungan yang dipesan di muka", "Visits booked ahead"),
        (
            "Bagian reservasi bulan itu yang dibuat paling lambat sehari sebelum kunjungan.",
            "Share of the bookings of the month that were made on a day before the visit.",
        ),
    ),
    ABSENT: _definition(
        ("Pasien yang tidak datang", "Patients who did not come"),
        (
            "Bagian reservasi bulan itu yang pasiennya tidak datang dan tidak membatalkan.",
            "Share of the bookings of the month whose patient neither came nor cancelled.",
        ),
        direction=Direction.DOWN,
    ),
    FORECAST: _definition(
        ("Perkiraan waktu tunggu yang tepat", "Forecasts of waits that held"),
        (
            "Bagian perkiraan waktu tunggu bulan itu yang rentangnya tepat; yang dijanjikan 80.",
            "Share of the forecasts of waits of the month whose interval held; 80 are promised.",
        ),
    ),
    IKM: _definition(
        ("Indeks kepuasan masyarakat layanan rumah sakit", "Satisfaction index of hospital visits"),
        (
            "Indeks kepuasan masyarakat (PermenPAN-RB 14/2017) dari survei pasien bulan itu.",
            "Public satisfaction index (PermenPAN-RB 14/2017) of the survey among patients in the month.",
        ),
        Wording("nilai", "points"),
    ),
}  # fmt: skip


def rounded(figures: Mapping[str, float | Decimal | None]) -> dict[str, Decimal]:
    """The reported figures of a month: no share without cases, no index without a survey."""
    return {code: round(Decimal(figure), DECIMALS) for code, figure in figures.items() if figure is not None}
