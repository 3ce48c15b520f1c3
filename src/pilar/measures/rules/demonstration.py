"""The made-up measures of the demonstration: names of real services of Kabupaten Tangerang, invented figures.

SIKD, SIPINTER and SIJEMPOL are the region's quick wins (docs/glossary.md). What is measured here, by which office, and
every value is invented, marked as synthetic, and says nothing about them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.definitions import Definition, Direction, Wording
from pilar.measures.rules.freshness import Schedule
from pilar.measures.rules.periods import Period, PeriodKind, period_of

REGION = "36.03"
SEED = 20261124
SOURCES = {"sikd": "SIKD", "sipinter": "SIPINTER", "sijempol": "SIJEMPOL"}

_MADE_UP_ID = "Data contoh untuk peragaan."
_MADE_UP_EN = "Made-up figures for the demonstration."
_NOISE = 0.12
"""How far a made-up value strays from its course."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A measure of the demonstration: where its values begin and end up, and what is left out on purpose.

    ``office`` is an abbreviation; ``skipped`` periods are gaps, the last ``late`` ones are not reported yet;
    ``corrected`` is how many periods before the end one value was corrected (0: none).
    """

    code: str
    office: str
    source: str
    kind: PeriodKind
    starts_on: date
    definition: Definition
    begins: float
    ends: float
    skipped: tuple[int, ...] = ()
    late: int = 0
    corrected: int = 0
    public: bool = True


def _said(title: str, english: str, text: str, english_text: str) -> tuple[Wording, Wording]:
    return Wording(title, english), Wording(f"{text} {_MADE_UP_ID}", f"{english_text} {_MADE_UP_EN}")


def _definition(
    words: tuple[Wording, Wording],
    unit: tuple[str, str],
    how: Aggregation,
    *,
    decimals: int = 0,
    highest: int | None = None,
    falling: bool = False,
) -> Definition:
    return Definition(
        title=words[0],
        text=words[1],
        unit=Wording(*unit),
        direction=Direction.DOWN if falling else Direction.UP,
        aggregation=how,
        decimals=decimals,
        lowest=Decimal(0),
        highest=None if highest is None else Decimal(highest),
    )


_D, _M, _Q, _Y = PeriodKind
_SUM, _MEAN, _LAST = Aggregation.SUM, Aggregation.MEAN, Aggregation.LAST
_PER_CENT = ("%", "%")

PLANNED = (
    Planned(
        "izin-terbit", "DPMPTSP", "sipinter", _D, date(2024, 1, 1),
        _definition(
            _said("Izin terbit", "Permits issued", "Izin yang terbit pada hari itu.", "Permits issued on that day."),
            ("izin", "permits"), _SUM, highest=5000,
        ),
        40, 85, skipped=(210, 211, 500), corrected=12,
    ),
    Planned(
        "lama-proses-izin", "DPMPTSP", "sipinter", _M, date(2022, 1, 1),
        _definition(
            _said(
                "Lama proses izin", "Time to issue a permit",
                "Rata-rata hari kerja dari berkas lengkap sampai izin terbit.",
                "Mean of working days from the complete file to the permit.",
            ),
            ("hari kerja", "working days"), _MEAN, decimals=1, highest=365, falling=True,
        ),
        9, 3.5,
    ),
    Planned(
        "izin-daring", "DPMPTSP", "sipinter", _M, date(2022, 1, 1),
        _definition(
            _said(
                "Permohonan izin daring", "Applications online",
                "Bagian permohonan izin yang masuk secara daring.", "Share of applications that came in online.",
            ),
            _PER_CENT, _MEAN, decimals=1, highest=100,
        ),
        42, 88, skipped=(17,),
    ),
    Planned(
        "realisasi-investasi", "DPMPTSP", "sipinter", _Q, date(2021, 1, 1),
        _definition(
            _said(
                "Realisasi investasi", "Investment realised",
                "Nilai investasi yang dilaporkan terlaksana.", "Value of investment reported as realised.",
            ),
            ("juta rupiah", "million rupiah"), _SUM,
        ),
        2_400_000, 4_900_000, corrected=2,
    ),
    Planned(
        "transaksi-desa", "DPMPD", "sikd", _D, date(2024, 1, 1),
        _definition(
            _said(
                "Transaksi keuangan desa", "Transactions of village finance",
                "Transaksi yang dibukukan semua desa hari itu.", "Transactions booked by all villages that day.",
            ),
            ("transaksi", "transactions"), _SUM, highest=100_000,
        ),
        300, 720, skipped=(64,),
    ),
    Planned(
        "desa-lapor-tepat", "DPMPD", "sikd", _M, date(2022, 1, 1),
        _definition(
            _said(
                "Desa lapor tepat waktu", "Villages that report in time",
                "Desa yang menutup buku bulannya paling lambat tanggal 10.",
                "Villages that closed the books of the month by the tenth.",
            ),
            ("desa", "villages"), _LAST, highest=246,
        ),
        118, 229,
    ),
    Planned(
        "dana-desa-tersalur", "DPMPD", "sikd", _Q, date(2021, 1, 1),
        _definition(
            _said(
                "Dana desa tersalur", "Village funds paid out",
                "Dana desa yang masuk rekening kas desa.", "Village funds paid to the villages' accounts.",
            ),
            ("juta rupiah", "million rupiah"), _SUM,
        ),
        60_000, 74_000, public=False,
    ),
    Planned(
        "pasien-daftar-daring", "Diskominfo", "sijempol", _D, date(2024, 1, 1),
        _definition(
            _said(
                "Pasien daftar daring", "Patients registered online",
                "Pasien yang mendaftar lewat aplikasi hari itu.", "Patients registered by the application that day.",
            ),
            ("pasien", "patients"), _SUM, highest=20_000,
        ),
        90, 340, skipped=(400, 401, 402), corrected=30,
    ),
    Planned(
        "menit-tunggu", "Diskominfo", "sijempol", _D, date(2024, 1, 1),
        _definition(
            _said(
                "Waktu tunggu pasien", "Waiting time of patients",
                "Rata-rata menit dari daftar sampai dilayani.", "Mean of minutes from registration to treatment.",
            ),
            ("menit", "minutes"), _MEAN, decimals=1, highest=1440, falling=True,
        ),
        74, 38,
    ),
    Planned(
        "hunian-tempat-tidur", "Diskominfo", "sijempol", _M, date(2022, 1, 1),
        _definition(
            _said(
                "Hunian tempat tidur", "Bed occupancy",
                "Rata-rata tempat tidur terisi dalam sebulan.", "Mean of beds in use during the month.",
            ),
            _PER_CENT, Aggregation.NONE, decimals=1, highest=100,
        ),
        66, 71, public=False,
    ),
    Planned(
        "peserta-literasi", "Diskominfo", "", _M, date(2023, 1, 1),
        _definition(
            _said(
                "Peserta literasi digital", "People taught digital literacy",
                "Peserta kegiatan literasi digital pada bulan itu.", "People who took part in a course in that month.",
            ),
            ("orang", "people"), _SUM, highest=100_000,
        ),
        120, 410, late=2,
    ),
    Planned(
        "titik-wifi-publik", "Diskominfo", "", _Y, date(2019, 1, 1),
        _definition(
            _said(
                "Titik wifi publik", "Public wifi points",
                "Titik wifi publik yang menyala akhir tahun.", "Public wifi points that work at the year's end.",
            ),
            ("titik", "points"), _LAST, highest=10_000,
        ),
        35, 190,
    ),
)  # fmt: skip

CORRECTION = "Contoh koreksi: satu berkas terhitung dua kali."


def values(plan: Planned, today: date) -> Iterator[tuple[Period, Decimal]]:
    """Made-up values of all periods that are over, the same at every start on the same day."""
    draw = random.Random(f"{SEED} {plan.code}")  # noqa: S311 - made-up figures, no secret
    schedule = Schedule(plan.kind, plan.starts_on, None, 0)
    last = period_of(plan.kind, today)
    while not schedule.reportable(last, today):
        last = last.previous()
    last = last.shifted(-plan.late)
    now, place = Period(plan.kind, plan.starts_on), 0
    span = max((last.start - plan.starts_on).days, 1)
    while now.start <= last.start:
        course = plan.begins + (plan.ends - plan.begins) * (now.start - plan.starts_on).days / span
        strayed = course * (1 + draw.uniform(-_NOISE, _NOISE))
        if place not in plan.skipped:
            yield now, _kept(plan.definition, strayed)
        now, place = now.next(), place + 1


def _kept(definition: Definition, value: float) -> Decimal:
    rounded = round(Decimal(repr(value)), definition.decimals)
    return rounded if definition.highest is None else min(rounded, definition.highest)
