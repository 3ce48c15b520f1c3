"""Meanings of the columns of a region's own list, and the names that regions give them.

Such a list has one row for each programme. Its columns are those of the workbook of programmes; money and targets have
one for each year (``budget.2026``), or one for the year given in the row (``budget``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pilar.platform.language import N_, translate
from pilar.platform.tables import folded

LEFT_OUT = "-"
"""The meaning of a column, or of a word, that is to be ignored."""

TITLES: dict[str, str] = {
    "title": N_("Title of the programme"),
    "owner": N_("Owner office"),
    "part": N_("Sub-dimension"),
    "description": N_("Description"),
    "need": N_("Need"),
    "horizon": N_("Horizon"),
    "quick_win": N_("Quick win"),
    "partners": N_("Partner offices"),
    "outside_partners": N_("Partners outside"),
    "link": N_("Link"),
    "sipd_code": N_("SIPD code of the programme"),
    "objective": N_("RPJMD objective of the programme"),
    "weight": N_("Weight of the programme"),
    "target": N_("Indicator"),
    "unit": N_("Unit of the figures"),
    "better": N_("Direction"),
    "base": N_("Base value"),
    "base_year": N_("Base year"),
    "source": N_("Source of data"),
    "value": N_("Target of the year in the row"),
    "budget": N_("Money of the year in the row"),
    "fund": N_("Source of funds"),
    "year": N_("Year or years"),
    "activity": N_("Activity"),
    "activity.sipd_code": N_("SIPD code of the activity"),
    "activity.objective": N_("RPJMD objective of the activity"),
    "activity.weight": N_("Weight of the activity"),
    "when": N_("When (from and to in one cell)"),
    "starts": N_("Begins"),
    "ends": N_("Ends"),
    "quarter.1": N_("Ticked: quarter I"),
    "quarter.2": N_("Ticked: quarter II"),
    "quarter.3": N_("Ticked: quarter III"),
    "quarter.4": N_("Ticked: quarter IV"),
    "risk": N_("Risk"),
    "response": N_("Response to the risk"),
}
"""Names of the fields of a list, in the order in which they are offered."""
VALUE_OF_YEAR, MONEY_OF_YEAR = N_("Target of %(year)s"), N_("Money of %(year)s")

# The headings of such lists (assumption: from lists and annexes of plans that regions have published).
_WORDS: dict[str, tuple[str, ...]] = {
    LEFT_OUT: ("no", "nomor", "no urut", "ket", "keterangan", "catatan"),
    "title": (
        "program", "nama program", "program smart city", "nama program smart city", "program inovasi", "inovasi",
        "nama inovasi", "judul program", "judul", "program prioritas", "nama program inovasi", "title", "programme",
    ),
    "owner": (
        "opd", "perangkat daerah", "skpd", "pd", "opd pelaksana", "opd penanggung jawab", "penanggung jawab",
        "pelaksana", "opd pengampu", "pengampu", "perangkat daerah penanggung jawab", "perangkat daerah pelaksana",
        "perangkat daerah pengampu", "leading sector", "instansi pelaksana", "dinas", "unit kerja", "owner office",
    ),
    "part": ("subdimensi", "sub dimensi", "dimensi", "dimensi subdimensi", "pilar", "sub pilar", "sub dimension"),
    "description": ("uraian", "deskripsi", "deskripsi program", "uraian program", "uraian singkat", "gambaran umum"),
    "need": ("kebutuhan", "permasalahan", "masalah", "isu strategis", "latar belakang", "kebutuhan yang dijawab"),
    "horizon": ("jangka", "horizon"),
    "quick_win": ("quick win", "quickwin", "quick wins", "qw"),
    "partners": ("mitra", "opd pendukung", "opd terkait", "mitra perangkat daerah", "mitra opd",
        "mitra pd", "pendukung", "perangkat daerah pendukung",
    ),
    "outside_partners": ("mitra luar", "mitra swasta", "mitra non pemerintah", "mitra pihak ketiga"),
    "link": ("tautan", "situs", "url", "website"),
    "sipd_code": (
        "kode sipd", "kode program sipd", "kode sipd program", "kode nomenklatur", "kode nomenklatur program",
    ),
    "objective": (
        "tujuan rpjmd", "sasaran rpjmd", "tujuan sasaran rpjmd", "tujuan dan sasaran rpjmd", "sasaran rpjmd program",
        "tujuan sasaran rpjmd program",
    ),
    "weight": ("bobot", "bobot program"),
    "target": (
        "indikator", "indikator kinerja", "indikator program", "indikator keberhasilan", "indikator sasaran",
        "tolok ukur", "indikator kinerja program", "iku",
    ),
    "unit": ("satuan", "unit"),
    "better": ("arah", "arah indikator"),
    "base": ("kondisi awal", "baseline", "data awal", "nilai awal", "capaian awal", "kondisi eksisting"),
    "base_year": ("tahun awal", "tahun dasar", "tahun data awal"),
    "source": ("sumber data",),
    "value": ("target", "target kinerja", "target capaian"),
    "budget": (
        "anggaran", "pagu", "pagu anggaran", "pagu indikatif", "biaya", "kebutuhan anggaran", "kebutuhan dana",
        "perkiraan biaya", "estimasi anggaran", "jumlah anggaran",
    ),
    "fund": ("sumber dana", "sumber anggaran", "sumber pendanaan", "sumber pembiayaan", "pendanaan"),
    "year": ("tahun", "tahun pelaksanaan", "tahun anggaran", "ta"),
    "activity": ("kegiatan", "nama kegiatan", "aktivitas", "rencana aksi", "kegiatan utama"),
    "activity.sipd_code": ("kode sipd kegiatan", "kode kegiatan sipd", "kode nomenklatur kegiatan"),
    "activity.objective": ("sasaran rpjmd kegiatan", "tujuan sasaran rpjmd kegiatan"),
    "activity.weight": ("bobot kegiatan",),
    "when": ("waktu", "waktu pelaksanaan", "jadwal", "jadwal pelaksanaan", "pelaksanaan", "rencana waktu"),
    "starts": ("mulai", "awal", "waktu mulai"),
    "ends": ("selesai", "akhir", "waktu selesai"),
    "quarter.1": ("tw i", "tw 1", "triwulan i", "triwulan 1"),
    "quarter.2": ("tw ii", "tw 2", "triwulan ii", "triwulan 2"),
    "quarter.3": ("tw iii", "tw 3", "triwulan iii", "triwulan 3"),
    "quarter.4": ("tw iv", "tw 4", "triwulan iv", "triwulan 4"),
    "risk": ("risiko", "resiko", "potensi risiko"),
    "response": ("penanganan", "mitigasi", "penanganan risiko", "mitigasi risiko"),
}  # fmt: skip
_KNOWN = {word: name for name, words in _WORDS.items() for word in words}
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_MONEY = frozenset({"anggaran", "pagu", "biaya", "dana", "pendanaan"})
_NO_PLAN = frozenset({"realisasi", "serapan", "penyerapan", "sisa", "sumber", "persentase", "persen"})
"""Words of columns next to those of planned money and targets: money spent, money left, source."""
_TARGET = frozenset({"target", "sasaran", "capaian"})


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a list for a plan of these years."""

    years: range

    def titles(self) -> dict[str, str]:
        """The names of all fields for a reader."""
        named = {name: translate(title) for name, title in TITLES.items()}
        for start, sentence in (("value", VALUE_OF_YEAR), ("budget", MONEY_OF_YEAR)):
            named |= {f"{start}.{year}": translate(sentence, year=str(year)) for year in self.years}
        return named

    def knows(self, name: str) -> bool:
        """Return whether there is a field of this name."""
        start, _dot, year = name.partition(".")
        yearly = start in ("value", "budget") and year.isdecimal() and int(year) in self.years
        return name in TITLES or yearly

    def proposed(self, *headings: str) -> str:
        """Return the field of the first known heading, ``LEFT_OUT`` for one to ignore; empty where none is known."""
        for heading in headings:
            for word in (folded(heading), folded(_IN_BRACKETS.sub(" ", heading))):
                if word in _KNOWN:
                    return _KNOWN[word]
                if year := self._of_a_year(word):
                    return year
        return ""

    def _of_a_year(self, word: str) -> str:
        words = word.split()
        years = [word for word in words if len(word) == 4 and word.isdecimal()]
        if len(years) != 1 or int(years[0]) not in self.years:
            return ""
        others = {*words} - {*years}
        if others & _NO_PLAN:
            return ""
        if others & _MONEY:
            return f"budget.{years[0]}"
        if others & _TARGET or not others - {"tahun", "thn", "th"}:
            return f"value.{years[0]}"
        return ""


def meant_by(said: Mapping[str, str], fields: Fields, key: str, *headings: str) -> str:
    """Return the meaning of a column: as its region has set, otherwise as its headings suggest."""
    told = said.get(key, "")
    return told if told == LEFT_OUT or fields.knows(told) else fields.proposed(*headings)
