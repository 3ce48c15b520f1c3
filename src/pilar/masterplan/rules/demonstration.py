"""The made-up part of the demonstration's master plans: from a line of ``data/masterplan/demonstration.yaml`` to a
whole programme and its quarterly reports.

What is publicly known of Kabupaten Tangerang's plan stands in ``Facts`` with its source; nothing here says anything
about the region. A seed makes it the same at every start.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum

from pilar.masterplan.rules.content import (
    Activity,
    Better,
    Budget,
    Content,
    Fund,
    Horizon,
    Judged,
    Monitored,
    Risk,
    Target,
)
from pilar.masterplan.rules.decisions import Outcome
from pilar.masterplan.rules.progress import planned_share
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.reports import Given
from pilar.masterplan.rules.stages import ProposalState
from pilar.masterplan.rules.statements import Stated, StatementPart

SEED = 20261127
MADE_UP = "data contoh untuk peragaan"
MILLION = 1_000_000
SUBDISTRICTS = 29


class PlanOf(StrEnum):
    """The plans of the demonstration: the one that is publicly known, a made-up one in force, the next one."""

    FIRST = "first"
    SECOND = "second"
    NEXT = "next"


LEVEL = {PlanOf.FIRST: 0, PlanOf.SECOND: 1, PlanOf.NEXT: 2}
"""Which of a text's marks of readiness holds."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is publicly known, with the addresses that say so."""

    title: str
    first_year: int
    last_year: int
    decree: str
    decreed_on: date
    source: str
    workshops: int
    workshop_opened_on: date
    workshop_source: str
    finalisation_source: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A programme in short. ``indicator``: title, unit, value before, value aimed at; ``money``: million rupiah a year;
    ``plans``: in which plans it stands; ``into``: the title of the proposal that it was merged into."""

    part: str
    office: str
    title: str
    does: str
    need: str
    indicator: tuple[str, str, int, int]
    kind: str
    thing: str
    money: int
    plans: frozenset[PlanOf] = frozenset({PlanOf.FIRST, PlanOf.SECOND})
    quick_win: bool = False
    measure: str = ""
    outcome: Outcome = Outcome.ACCEPTED
    into: str = ""
    state: ProposalState = ProposalState.SUBMITTED
    question: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """What the revision of the second plan does, by titles of programmes; ``move``: title to sub-dimension."""

    drop: tuple[str, ...]
    retarget: tuple[str, ...]
    move: Mapping[str, str]
    add: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A text of all plans, with its mark of readiness in each."""

    text: str
    key: str = ""
    levels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Demonstration:
    """All that is known and made up; ``offices``: names by abbreviation, of types that every regency has."""

    region: str
    facts: Facts
    offices: Mapping[str, str]
    programmes: tuple[Planned, ...]
    revision: Revision
    proposals: tuple[Planned, ...]
    texts: Mapping[StatementPart, tuple[Written, ...]]

    def stated(self, part: StatementPart, plan: PlanOf) -> tuple[Stated, ...]:
        """The texts of a part in a plan, each with where it comes from."""
        place = LEVEL[plan]
        return tuple(
            Stated(one.text, one.key, one.levels[place] if one.levels else None, MADE_UP) for one in self.texts[part]
        )

    def programmes_of(self, plan: PlanOf) -> tuple[Planned, ...]:
        return tuple(one for one in self.programmes if plan in one.plans)


@dataclass(frozen=True, slots=True)
class Years:
    """A plan's years."""

    plan: PlanOf
    first: int
    last: int

    def at(self, place: int, quarter: int) -> Quarter:
        """A quarter of the plan's year number ``place``, from 0; the last quarter of the plan for one beyond."""
        return min(Quarter(self.first + place, quarter), Quarter(self.last, 4))


WORK: Mapping[str, tuple[str, str, str, str]] = {
    "application": (
        "Menyusun kebutuhan bersama pengguna",
        "Membangun dan menguji: {thing}",
        "Melatih pengguna dan pendamping",
        "Menjalankan, mengukur, dan memperbaiki",
    ),
    "infrastructure": (
        "Menentukan lokasi dan rancangan",
        "Membangun dan memasang: {thing}",
        "Melatih petugas pemeliharaan",
        "Mengoperasikan dan memelihara",
    ),
    "policy": (
        "Mengkaji aturan dan membahas dengan pemangku kepentingan",
        "Menyusun dan menetapkan: {thing}",
        "Menyosialisasikan kepada perangkat daerah",
        "Menerapkan dan menilai pelaksanaannya",
    ),
    "institution": (
        "Memetakan tugas dan kebutuhan orang",
        "Membentuk dan melengkapi: {thing}",
        "Menguatkan keahlian anggota",
        "Menjalankan tugas dan melapor setiap triwulan",
    ),
    "literacy": (
        "Menyusun bahan dan memilih kecamatan percontohan",
        "Menyelenggarakan: {thing}",
        "Menyiapkan pelatih setempat",
        "Memperluas ke seluruh kecamatan",
    ),
}
"""The four activities of a programme, by what it builds."""
RISKS: Mapping[str, tuple[str, str]] = {
    "application": ("Aplikasi tidak dipakai karena sulit", "Uji coba dengan pengguna sebelum diperluas"),
    "infrastructure": ("Lahan atau perizinan terlambat", "Memilih lokasi milik daerah lebih dahulu"),
    "policy": ("Pembahasan berlarut", "Tenggat pembahasan ditetapkan Sekretaris Daerah"),
    "institution": ("Anggota berpindah tugas", "Setiap tugas dipegang dua orang"),
    "literacy": ("Peserta tidak melanjutkan", "Kelas lanjutan dan pendamping di desa"),
}
SHARED_RISK = Risk("Anggaran dialihkan di tengah tahun", "Kegiatan inti didahulukan; sumber dana kedua disiapkan")
OBSTACLES = (
    "Pengadaan mundur satu bulan.",
    "Petugas terlatih berpindah tugas.",
    "Data dari perangkat daerah mitra belum lengkap.",
    "Cuaca menunda pekerjaan lapangan.",
)


def content_of(one: Planned, years: Years, offices: Mapping[str, int], *, criteria: Sequence[str]) -> Content:
    """The whole programme. ``offices``: keys by abbreviation; ``criteria``: codes by which quick wins are judged."""
    draw = random.Random(f"{SEED} {years.plan} {one.title}")  # noqa: S311 - made-up figures, no secret
    horizon = Horizon.SHORT if one.quick_win else draw.choice(list(Horizon))
    begins = {Horizon.SHORT: 0, Horizon.MIDDLE: 0, Horizon.LONG: 1}[horizon]
    activities = tuple(_activities(one, years, begins))
    partners = [name for name in sorted(offices) if name != one.office]
    return Content(
        title=one.title,
        part=one.part,
        owner=offices[one.office],
        description=f"{one.does} ({MADE_UP})",
        need=one.need,
        horizon=horizon,
        quick_win=one.quick_win,
        partners=tuple(offices[name] for name in draw.sample(partners, draw.randint(0, 2))),
        outside_partners=draw.choice(("", "", "Perguruan tinggi setempat (contoh)", "Pengelola kawasan (contoh)")),
        targets=tuple(_targets(one, years, begins, draw)),
        budgets=tuple(_budgets(one, years, activities, draw)),
        activities=activities,
        risks=(Risk(*RISKS[one.kind]), SHARED_RISK),
        monitored=tuple(_monitored(one, years, begins)),
        judged=tuple(Judged(code, draw.randint(2, 4), "Penilaian contoh.") for code in criteria)
        if one.quick_win
        else (),
    )


def _activities(one: Planned, years: Years, begins: int) -> Iterator[Activity]:
    titles = [title.format(thing=one.thing) for title in WORK[one.kind]]
    soon = 0 if one.quick_win else 1
    yield Activity(1, titles[0], years.at(begins, 1), years.at(begins, 2 + soon))
    yield Activity(2, titles[1], years.at(begins, 3), years.at(begins + soon, 4))
    yield Activity(3, "Tahap percontohan", years.at(begins, 3), years.at(begins, 4), parent=2)
    if soon:
        yield Activity(4, "Tahap perluasan", years.at(begins + 1, 1), years.at(begins + 1, 4), parent=2)
    yield Activity(5, titles[2], years.at(begins + soon, 2), years.at(begins + 1 + soon, 1))
    yield Activity(6, titles[3], years.at(begins + 1 + soon, 1), years.at(years.last - years.first, 4))


def _targets(one: Planned, years: Years, begins: int, draw: random.Random) -> Iterator[Target]:
    title, unit, before, aim = one.indicator
    first = years.first + begins
    # The second plan goes on where the first one is meant to have led.
    base = before if years.plan is PlanOf.FIRST else before + (aim - before) // 3
    steps = years.last - first + 1
    yield Target(
        1, title, unit,
        better=Better.UP if aim > before else Better.DOWN,
        base=Decimal(base),
        base_year=years.first - 1,
        source=MADE_UP,
        measure=one.measure if years.plan is PlanOf.SECOND else "",
        yearly=tuple(
            (first + place, Decimal(round(base + (aim - base) * (place + 1) / steps))) for place in range(steps)
        ),
    )  # fmt: skip
    if draw.random() < 0.5:
        reach = draw.randint(12, SUBDISTRICTS)
        yield Target(
            2, "Kecamatan yang terjangkau", "kecamatan", base=Decimal(0), base_year=years.first - 1, source=MADE_UP,
            yearly=tuple((first + place, Decimal(round(reach * (place + 1) / steps))) for place in range(steps)),
        )  # fmt: skip


def _budgets(one: Planned, years: Years, activities: Sequence[Activity], draw: random.Random) -> Iterator[Budget]:
    second = draw.choice((Fund.CSR, Fund.APBN, Fund.OTHER, None, None))
    for year in range(activities[0].starts.year, years.last + 1):
        amount = round(one.money * draw.uniform(0.7, 1.3) * (1.04 ** (year - 2019)))
        if second is not None and year > activities[0].starts.year:
            yield Budget(year, second, Decimal(amount // 5 * MILLION))
            amount -= amount // 5
        yield Budget(year, Fund.APBD, Decimal(amount * MILLION))


def _monitored(one: Planned, years: Years, begins: int) -> Iterator[Monitored]:
    yield Monitored(1, one.kind, one.thing, years.at(begins + (0 if one.quick_win else 1), 4).year)
    if one.kind != "literacy":
        yield Monitored(2, "literacy", "Pelatihan pengguna dan petugas", years.at(begins + 2, 4).year)


def retargeted(content: Content, year: int) -> Content:
    """With targets from ``year`` on lowered or raised by a tenth of what is to be gained."""
    (first, *others) = content.targets
    base = first.base or Decimal(0)
    yearly = tuple(
        (one, value if one < year else Decimal(round(base + (value - base) * Decimal("0.9"))))
        for one, value in first.yearly
    )
    return replace(content, targets=(replace(first, yearly=yearly), *others))


@dataclass
class Course:
    """How a programme fares: its quarters one after the other, the same at every start.

    ``pace`` is the share of what was planned that it gets done; nothing that is done is undone.
    """

    code: str
    plan: PlanOf
    pace: float = 1.0
    _done: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._draw = random.Random(f"{SEED} {self.plan} {self.code}")  # noqa: S311 - made-up figures, no secret
        self.pace = self._draw.choice((1.05, 1.02, 1.0, 1.0, 0.98, 0.96, 0.9, 0.8, 0.72, 0.55))

    def report(self, content: Content, quarter: Quarter) -> Given:
        """What the office reports of a quarter; ask for the quarters in their order."""
        draw = self._draw
        for one in content.leaves:
            length = one.ends.place - one.starts.place + 1
            elapsed = min(max(quarter.place - one.starts.place + 1, 0), length) / length
            share = min(100, round(100 * elapsed * self.pace * draw.uniform(0.96, 1.04)))
            self._done[one.number] = max(self._done.get(one.number, 0), share)
        done = {one.number: self._done[one.number] for one in content.leaves}
        spent = content.budget_of(quarter.year) / 4 * Decimal(repr(round(draw.uniform(0.6, 1.05), 3)))
        behind = planned_share(content, quarter) > 0 and self.pace < 0.85
        return Given(
            done=done,
            readings={one.number: self._reading(one, quarter) for one in content.targets if not one.measure},
            there=frozenset(
                one.number for one in content.monitored if (one.year, 4) <= (quarter.year, quarter.number)
                and self.pace > 0.6
            ),
            spent=Decimal(round(spent / MILLION) * MILLION),
            obstacles=draw.choice(OBSTACLES) if behind else "",
        )  # fmt: skip

    def _reading(self, one: Target, quarter: Quarter) -> Decimal:
        base = one.base or Decimal(0)
        before = dict(one.yearly).get(quarter.year - 1, base)
        wanted = one.planned_for(quarter.year) or before
        course = before + (wanted - before) * quarter.number / 4
        return Decimal(round(base + (course - base) * Decimal(repr(self.pace * self._draw.uniform(0.94, 1.04)))))


def morning(day: date) -> datetime:
    """Ten o'clock in Tangerang."""
    return datetime.combine(day, time(3), UTC)


def next_years(now: datetime) -> Years:
    """The five years after this one, which are being planned."""
    return Years(PlanOf.NEXT, now.year + 1, now.year + 5)


def revised_in(today: date) -> int | None:
    """The year in whose January the second plan is revised: this one, in January the one before; none before 2025, at
    most 2026."""
    year = today.year if today.month > 1 else today.year - 1
    return min(year, 2026) if year > 2024 else None
