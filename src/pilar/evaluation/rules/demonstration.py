"""What the made-up campaigns of the demonstration consist of: regions, dates, offices, and everything that is drawn.

Nothing here says anything about a region: marks come from a seeded generator, and every text says “contoh”.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from pilar import index
from pilar.evaluation.rules.agreement import CENT, agree
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.campaigns import Period
from pilar.evaluation.rules.marking import levels_of
from pilar.evaluation.rules.stages import FollowUpState, Settlement
from pilar.people.rules import Role

PREVIOUS, RUNNING = "demo-2025", "demo-2026"
PRACTICE = "latihan-2026"
"""The campaign of the example region alone, which the example accounts can take from answers to publication."""
INSTRUMENT = "smart-city-2024"
"""No instrument of 2025 or 2026 is known: that these years use the one of 2024 is an assumption, and the titles of the
campaigns say so."""

REGION = "36.03"
"""Kabupaten Tangerang, the region of the example accounts."""
REGIONS, ASSESSORS, CHAIRS, PANEL = 141, 48, 16, 3
"""About the size of a real year (assumption); so many chairs that nobody has more regions than the others."""
SEED = 2026

OFFICES: Mapping[str, tuple[str, ...]] = {
    "Diskominfo": ("output_policy", "output_institutions", "quick_win"),
    "Bappeda": ("baseline", "output_budget", "impact"),
    "DPMPTSP": ("outcome_governance", "outcome_branding", "outcome_economy"),
    "DPMPD": ("outcome_living", "outcome_society", "outcome_environment"),
}
"""The branches that each office of the example region answers (assumption), by the office's abbreviation."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence of the example region: who adds it to which indicator, and what its verifier says of it.

    Without a link it is a small file. ``verified`` is None while it waits.
    """

    role: Role
    node: str
    title: str
    link: str = ""
    verified: bool | None = None


PIECES = (
    Piece(Role.CONTRIBUTOR, "output_policy_regulation", "Bukti contoh 1: peraturan", verified=True),
    Piece(Role.CONTRIBUTOR, "output_policy_commitment", "Bukti contoh 2: surat edaran"),
    Piece(Role.CONTRIBUTOR, "output_policy_data", "Bukti contoh 3: tautan", link="https://example.invalid/bukti-3"),
    Piece(Role.CONTRIBUTOR, "output_institutions_council", "Bukti contoh 4: notulen", verified=False),
    Piece(Role.COORDINATOR, "baseline_realisation", "Bukti contoh 5: daftar program"),
)
RETURNED = "Data contoh: halaman pengesahan belum ada"

TO_ANSWER = ("output_policy_regulation", "output_institutions_council", "quick_win_benefit")
"""What is left to answer, and to mark, in the practice campaign: all of the example contributor's office."""

SYNTHETIC = "Data contoh"
CHAIR_REASON = "Putusan ketua panel (data contoh)"


class Stage(StrEnum):
    """How far a region of the running campaign is."""

    NOT_BEGUN = "not-begun"
    UNDER_WAY = "under-way"
    COMPLETE = "complete"
    SUBMITTED = "submitted"


STAGES = {Stage.NOT_BEGUN: 20, Stage.UNDER_WAY: 45, Stage.COMPLETE: 15, Stage.SUBMITTED: 20}
"""How many of a hundred regions are so far."""


@dataclass(frozen=True, slots=True)
class PastPhase:
    """The dates of a phase that is over; ``moved`` are the moments of its moves from draft to final."""

    period: Period
    moved: tuple[datetime, ...]
    published_at: datetime
    letter: str

    @property
    def objection_until(self) -> datetime:
        return self.moved[-1]

    @property
    def agreed_at(self) -> datetime:
        """When the panels had agreed and the results were computed."""
        return self.moved[-3]


def _past(number: int, opens_at: datetime) -> PastPhase:
    """Four weeks of answering, then a move a week."""
    closes_at = opens_at + timedelta(days=28)
    later = tuple(closes_at + timedelta(days=7 * week) for week in range(6))
    return PastPhase(
        Period(opens_at, closes_at), (opens_at, *later), later[-1] + timedelta(days=1), f"CONTOH/00{number}/2025"
    )


PAST: Mapping[int, PastPhase] = {
    1: _past(1, datetime(2025, 3, 3, 1, tzinfo=UTC)),
    2: _past(2, datetime(2025, 8, 4, 1, tzinfo=UTC)),
}


def periods(now: datetime) -> Mapping[int, Period]:
    """The phases of the running campaign: the first opened a fortnight ago, the second comes in four months."""
    last_minute = now.astimezone(UTC).replace(hour=16, minute=59, second=0, microsecond=0)
    return {
        1: Period(now - timedelta(days=14), last_minute + timedelta(days=10)),
        2: Period(now + timedelta(days=120), last_minute + timedelta(days=150)),
    }


def chosen_regions(codes: Sequence[str]) -> tuple[str, ...]:
    """:data:`REGIONS` of the codes, spread over all of them, with :data:`REGION` among them."""
    ordered = sorted(codes)
    count = min(REGIONS, len(ordered))
    spread = {ordered[place * len(ordered) // count] for place in range(count)}
    if REGION not in spread:
        spread.remove(max(code for code in spread if code < REGION))
        spread.add(REGION)
    return tuple(sorted(spread))


def stages(regions: Sequence[str], draw: random.Random) -> Mapping[str, Stage]:
    """How far each region is; the example region is under way."""
    drawn = draw.choices(list(STAGES), weights=list(STAGES.values()), k=len(regions))
    return dict(zip(regions, drawn, strict=True)) | {REGION: Stage.UNDER_WAY}


def draw_answer(leaf: index.Node, strength: float, draw: random.Random) -> Given:
    """An answer to an indicator of the demonstration's instrument; ``strength`` is about the mark that it comes to."""
    about = draw.gauss(strength, 0.8)
    if isinstance(leaf.mark, index.RatioMark):
        planned = draw.randint(4, 20)
        realised = min(max(round(planned * about / 4), 0), planned)
        return Given(realised=Decimal(realised), planned=Decimal(planned), explanation=SYNTHETIC, source=SYNTHETIC)
    return Given(mark=_nearest(leaf, about), explanation=SYNTHETIC, source=SYNTHETIC)


def draw_marks(leaf: index.Node, scale: index.Scale, strength: float, draw: random.Random) -> tuple[Decimal, ...]:
    """The marks of a panel, its chair's first: mostly alike or a level apart, seldom a case for the chair."""
    levels = levels_of(leaf, scale)
    first = draw.gauss(strength, 0.7)
    marks = [first + draw.choices((0, 1, -1, 2), weights=(70, 14, 14, 2))[0] for _seat in range(PANEL)]
    if levels is None:
        return tuple(_nearest(leaf, first + (mark - first) / 4) for mark in marks)
    return tuple(min(levels, key=lambda level: abs(float(level) - mark)) for mark in marks)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a panel's marks become."""

    value: Decimal
    how: Settlement
    reason: str


def settled(leaf: index.Node, scale: index.Scale, marks: Sequence[Decimal]) -> Settled:
    """The agreed mark of ``marks``, the chair's first."""
    found = agree(marks, levels_of(leaf, scale), chair=marks[0])
    if found.value is None:
        return Settled(marks[0], Settlement.CHAIR, CHAIR_REASON)
    return Settled(found.value, found.how, "")


@dataclass(frozen=True, slots=True)
class PlannedFinding:
    """A finding that the panel wrote; of the recommendations ``state`` says how far the region is."""

    kind: str
    node: str
    text: str
    state: FollowUpState | None = None


def findings(instrument: index.Instrument, recommendations: int, draw: random.Random) -> Iterator[PlannedFinding]:
    """A strength, a weakness and recommendations, whose follow-ups are in all states in turn."""
    leaves = draw.sample(instrument.leaves, recommendations + 2)
    strong, weak, *others = ((leaf.code, leaf.title["id"]) for leaf in leaves)
    yield PlannedFinding("strength", strong[0], f"Kekuatan contoh: “{strong[1]}”")
    yield PlannedFinding("weakness", weak[0], f"Kelemahan contoh: “{weak[1]}”")
    for place, (code, title) in enumerate(others):
        state = list(FollowUpState)[place % len(FollowUpState)]
        yield PlannedFinding("recommendation", code, f"Rekomendasi contoh: perbaiki “{title}”", state)


def follow_up_note(state: FollowUpState) -> str:
    """What a region says about a follow-up; nothing while it has not begun."""
    return "" if state is FollowUpState.OPEN else "Catatan tindak lanjut contoh"


def sample_pdf(text: str) -> bytes:
    """A PDF of one page with a line of ASCII text."""
    line = text.replace("\\", "").replace("(", "").replace(")", "")
    content = f"BT /F1 18 Tf 60 760 Td ({line}) Tj ET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    )
    written, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(written))
    )


def _nearest(leaf: index.Node, value: float) -> Decimal:
    """The mark nearest to ``value`` that a level or a survey takes."""
    if isinstance(leaf.mark, index.LevelMark):
        return min((level.value for level in leaf.mark.levels), key=lambda level: abs(float(level) - value))
    if isinstance(leaf.mark, index.SurveyMark):
        return min(max(Decimal(value), leaf.mark.minimum), leaf.mark.maximum).quantize(CENT)
    raise TypeError(f"{leaf.code}: the demonstration has no answer to a mark of the kind {leaf.mark}")
