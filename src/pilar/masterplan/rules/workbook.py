"""The workbook of programmes: its sheets and columns, always in Indonesian.

``Program`` has a row for each programme; the rows of the other sheets refer to it by its code. The code is that of a
programme of the plan (``P012``), of a proposal (``U7``), or for a new one any word.
"""

from __future__ import annotations

import re
from enum import StrEnum

from pilar.masterplan.rules.content import BETTER_NAMES, FUND_NAMES, HORIZON_NAMES, Better, Fund, Horizon
from pilar.platform.reading import Words

MAX_ROWS = 20_000
"""The most rows of a sheet."""
MAX_CODE = 60
PLAN_CODE = re.compile(r"[PU]\d+", re.ASCII)
"""The form of codes of the plan and of proposals; a user's own word for a new programme must differ."""


class Sheet(StrEnum):
    """The sheets by their names."""

    PROGRAMMES = "Program"
    TARGETS = "Indikator"
    BUDGETS = "Anggaran"
    ACTIVITIES = "Kegiatan"
    RISKS = "Risiko"
    MONITORED = "Dipantau"
    JUDGED = "Quick win"


CODE = "Kode"
NUMBER = "Nomor"
SIPD_CODE, OBJECTIVE, WEIGHT = "Kode SIPD", "Tujuan/sasaran RPJMD", "Bobot"
HEADERS: dict[Sheet, dict[str, str]] = {
    Sheet.PROGRAMMES: {
        "code": CODE, "title": "Judul", "part": "Subdimensi", "owner": "Perangkat daerah", "description": "Uraian",
        "need": "Kebutuhan", "horizon": "Jangka", "quick_win": "Quick win", "partners": "Mitra perangkat daerah",
        "outside_partners": "Mitra luar", "link": "Tautan", "sipd_code": SIPD_CODE, "objective": OBJECTIVE,
        "weight": WEIGHT,
    },
    Sheet.TARGETS: {
        "code": CODE, "number": NUMBER, "title": "Indikator", "unit": "Satuan", "better": "Arah", "base": "Nilai awal",
        "base_year": "Tahun awal", "source": "Sumber data", "measure": "Kode ukuran",
    },
    Sheet.BUDGETS: {"code": CODE, "year": "Tahun", "fund": "Sumber dana", "amount": "Rupiah"},
    Sheet.ACTIVITIES: {
        "code": CODE, "number": NUMBER, "title": "Kegiatan", "starts": "Mulai", "ends": "Selesai",
        "parent": "Bagian dari nomor", "sipd_code": SIPD_CODE, "objective": OBJECTIVE, "weight": WEIGHT,
    },
    Sheet.RISKS: {"code": CODE, "text": "Risiko", "response": "Penanganan"},
    Sheet.MONITORED: {"code": CODE, "number": NUMBER, "group": "Kelompok", "title": "Nama", "year": "Tahun"},
    Sheet.JUDGED: {"code": CODE, "criterion": "Kriteria", "mark": "Nilai", "reason": "Alasan"},
}  # fmt: skip
"""Names of columns by field; the targets' years follow as columns of their own."""
LIST_SHEETS = {
    "targets": Sheet.TARGETS, "budgets": Sheet.BUDGETS, "activities": Sheet.ACTIVITIES, "risks": Sheet.RISKS,
    "monitored": Sheet.MONITORED, "judged": Sheet.JUDGED,
}  # fmt: skip
"""The sheet of each list of a content."""

YES = "ya"
HORIZON_WORDS = {Horizon.SHORT: "pendek", Horizon.MIDDLE: "menengah", Horizon.LONG: "panjang"}
BETTER_WORDS = {Better.UP: "naik", Better.DOWN: "turun"}
FUND_WORDS = {Fund.APBD: "APBD", Fund.APBN: "APBN", Fund.CSR: "CSR", Fund.OTHER: "lainnya"}
# Values that pages print in both languages can be read back, too.
HORIZONS = Words(
    {
        Horizon.SHORT: (HORIZON_WORDS[Horizon.SHORT], HORIZON_NAMES[Horizon.SHORT]),
        Horizon.MIDDLE: (HORIZON_WORDS[Horizon.MIDDLE], "medium", HORIZON_NAMES[Horizon.MIDDLE]),
        Horizon.LONG: (HORIZON_WORDS[Horizon.LONG], HORIZON_NAMES[Horizon.LONG]),
    },
    dropped=("jangka",),
)
WAYS = Words(
    {
        Better.UP: (BETTER_WORDS[Better.UP], "meningkat", "makin tinggi makin baik", BETTER_NAMES[Better.UP]),
        Better.DOWN: (BETTER_WORDS[Better.DOWN], "menurun", "makin rendah makin baik", BETTER_NAMES[Better.DOWN]),
    }
)
FURTHER_FUNDS = {
    Fund.APBD: (FUND_NAMES[Fund.APBD],),
    Fund.APBN: (FUND_NAMES[Fund.APBN],),
    Fund.CSR: (FUND_NAMES[Fund.CSR], "tanggung jawab sosial perusahaan (CSR)"),
    Fund.OTHER: (FUND_NAMES[Fund.OTHER], "sumber lain"),
}
