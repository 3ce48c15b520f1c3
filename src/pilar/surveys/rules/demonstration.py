"""The made-up surveys of the demonstration: names of the demonstration's programmes, invented answers.

Nothing here says anything about Kabupaten Tangerang: who answers, what, and from which district is drawn by a seed, the
same at every start, and marked as synthetic.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from pilar.surveys.rules.answers import Answered, Mode
from pilar.surveys.rules.questionnaire import Field, Item, ItemKind, Option, Questionnaire

REGION = "36.03"
SEED = 20261127
IMPACT, SATISFACTION = "impact-2023", "ikm-2017"
STATED_BY = "Bupati (jabatan, data contoh)"
STATEMENT = "Pernyataan keabsahan survei {year} (data contoh)"

_ASKED = timedelta(days=21)
_BETTER = 0.12
"""By how much the made-up marks of one year are above those of the year before."""
_MODES = {Mode.WEB: 20, Mode.ENUMERATOR: 50, Mode.PAPER: 30}
_WEIGHTS = {
    "under_20": 10, "from_20": 28, "from_30": 30, "from_40": 20, "from_50": 12,
    "primary": 14, "lower": 18, "upper": 42, "diploma": 9, "bachelor": 15, "master": 2,
    "civil_servant": 6, "employee": 34, "self_employed": 26, "farmer": 9, "student": 12, "other": 13,
    "public": 88, "owner": 12,
    "often": 38, "once": 47, "never": 15,
}  # fmt: skip
"""How often an option is drawn, of a code that is not named here 10 times."""
_WORDS = (
    "Contoh saran: jam layanan diperpanjang.",
    "Contoh saran: petunjuknya dibuat lebih singkat.",
    "Contoh saran: perlu kabar lewat pesan ketika sudah selesai.",
    "Contoh saran: sudah baik, teruskan.",
)


@dataclass(frozen=True, slots=True)
class Programme:
    """What a survey asks about: a programme of the demonstration's plan; ``office`` is an abbreviation."""

    title: str
    office: str
    pillar: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """A survey of the demonstration. ``level`` moves all its marks; ``closed`` ones have all their answers."""

    form: str
    title: str
    year: int
    opens_at: datetime
    closes_at: datetime
    level: float
    closed: bool

    @property
    def answered_until(self) -> datetime:
        """The last answers that there are; the ninth day of a survey that runs."""
        return self.closes_at if self.closed else self.opens_at + timedelta(days=9)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A made-up answer; ``device`` is a mark in the browser of who answers by link."""

    key: UUID
    mode: Mode
    given: Answered
    began_at: datetime
    ended_at: datetime
    device: str


def rounds(now: datetime) -> tuple[Round, ...]:
    """The surveys, the earliest first: two years of impact and of satisfaction, and the next of impact, half full."""
    impact, satisfaction = _evening(now - timedelta(days=40)), _evening(now - timedelta(days=30))
    closed = [
        _round(form, title, _years_before(closes_at, before), 1 - before)
        for before in (1, 0)
        for form, title, closes_at in (
            (IMPACT, "Survei dampak Smart City", impact),
            (SATISFACTION, "Survei kepuasan masyarakat", satisfaction),
        )
    ]
    opens_at = _evening(now - timedelta(days=10))
    title = f"Survei dampak Smart City {impact.year + 1} (data contoh)"
    running = Round(IMPACT, title, impact.year + 1, opens_at, opens_at + _ASKED, 2 * _BETTER, closed=False)
    return (*sorted(closed, key=lambda one: one.closes_at), running)


def chosen(programmes: Sequence[Programme], parts: Sequence[str], left_out: Sequence[str]) -> tuple[Programme, ...]:
    """The first programme of each sub-dimension, without those that the plan's revision takes out or moves."""
    kept = [one for one in programmes if one.title not in left_out]
    return tuple(next(one for one in kept if one.part == part) for part in parts)


def answers(one: Round, form: Questionnaire, programme: str, place: int, quota: int) -> Iterator[Drawn]:
    """The made-up answers about a programme. A closed survey has its quota and some more, but for one programme."""
    draw = random.Random(f"{SEED} {one.form} {one.year} {programme}")  # noqa: S311 - made-up answers, no secret
    if not one.closed:
        count = round(quota * draw.uniform(0.2, 0.8))
    else:
        count = quota - 4 if place == 7 else quota + draw.randint(2, 4)
    course = random.Random(f"{SEED} {programme}").uniform(2.85, 3.45) + one.level  # noqa: S311
    for number in range(count):
        yield _answer(one, form, draw, course, (f"{one.form} {one.year} {place}", number))


def _answer(one: Round, form: Questionnaire, draw: random.Random, course: float, placed: tuple[str, int]) -> Drawn:
    cell, number = placed
    seconds = (one.answered_until - one.opens_at).total_seconds()
    ended_at = (one.opens_at + timedelta(seconds=seconds * draw.uniform(0.03, 0.97))).replace(microsecond=0)
    doubt = draw.choices(("", "fast", "straight", "repeated", "bot"), (90, 3, 3, 3, 1))[0]
    mode = draw.choices(list(_MODES), list(_MODES.values()))[0]
    if doubt in ("repeated", "bot"):
        mode = Mode.WEB
    took = timedelta(seconds=9 if doubt == "fast" else draw.randint(75, 420))
    given = Answered(
        answers=_marks(form, draw, course, same=doubt == "straight"),
        profile={field.code: chosen for field in form.profile if (chosen := _profile(field, draw))},
        group=_option(form.groups, draw) if form.groups else "",
        consent=True,
        trap="http://contoh.invalid" if doubt == "bot" else "",
    )
    key = UUID(int=draw.getrandbits(128), version=4)
    return Drawn(key, mode, given, ended_at - took, ended_at, cell if doubt == "repeated" else f"{cell} {number}")


def _marks(form: Questionnaire, draw: random.Random, course: float, *, same: bool) -> dict[str, str | int]:
    """An answer to every question that is asked: what somebody thinks on the whole, and of each question."""
    mood, lowest, highest = draw.gauss(0, 0.35), min(form.scale), max(form.scale)
    kept: dict[str, str | int] = {}
    for item in form.items():
        if item.asked(kept):
            value = _value(item, draw, course + mood, lowest, highest)
            kept |= {} if value is None else {item.code: value}
    if same:
        kept |= {item.code: highest - 1 for item in form.scale_items if item.code in kept}
    return kept


def _value(item: Item, draw: random.Random, course: float, lowest: int, highest: int) -> str | int | None:
    match item.kind:
        case ItemKind.SCALE:
            liked = random.Random(f"{SEED} {item.code}").uniform(-0.25, 0.35)  # noqa: S311
            return min(max(round(course + liked + draw.gauss(0, 0.6)), lowest), highest)
        case ItemKind.CHOICE:
            return _option(item.options, draw)
        case ItemKind.TEXT:
            return draw.choice(_WORDS) if draw.random() < 0.08 else None
        case ItemKind.NUMBER:
            return str(draw.randint(1, 20))


def _profile(field: Field, draw: random.Random) -> str:
    """An option of a field; empty for who does not say what need not be said."""
    return "" if not field.required and draw.random() < 0.07 else _option(field.options, draw)


def _option(options: Sequence[Option], draw: random.Random) -> str:
    return draw.choices([one.code for one in options], [_WEIGHTS.get(one.code, 10) for one in options])[0]


def _round(form: str, title: str, closes_at: datetime, step: int) -> Round:
    year = closes_at.year
    return Round(
        form, f"{title} {year} (data contoh)", year, closes_at - _ASKED, closes_at, step * _BETTER, closed=True
    )


def _years_before(moment: datetime, years: int) -> datetime:
    """The same day of an earlier year; the 28th for a 29 February."""
    return moment.replace(year=moment.year - years, day=min(moment.day, 28) if moment.month == 2 else moment.day)


def _evening(moment: datetime) -> datetime:
    """Five o'clock in Tangerang."""
    return datetime.combine(moment.date(), time(10), UTC)
