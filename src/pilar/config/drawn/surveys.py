"""Made-up answers of surveys: who answers, what, and from which district says nothing about a region."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pilar.surveys.operations import Entered
from pilar.surveys.queries import CellRow, SurveyRow
from pilar.surveys.rules.answers import Answered, Mode
from pilar.surveys.rules.questionnaire import Field, Item, ItemKind, Option, Questionnaire
from pilar.surveys.rules.surveys import NewCell, quotas_of

SEED = 20261127
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
class Drawn(Entered):
    """A made-up answer; ``device`` is a mark in the browser of anyone who answers by link."""

    mode: Mode
    device: str


def with_quotas(*, survey: SurveyRow, cells: Sequence[Mapping[str, Any]]) -> list[NewCell]:
    """Cells that want as many answers as the questionnaire asks for."""
    made = [NewCell(quota=1, **cell) for cell in cells]
    quotas = quotas_of(made, survey.questionnaire.quota, split=False)
    return [replace(cell, quota=quota) for cell, quota in zip(made, quotas, strict=True)]


def answers(
    *, survey: SurveyRow, cell: CellRow, level: float, until: datetime, whole: bool
) -> Mapping[Mode, list[Drawn]]:
    """Answers about a programme up to a moment, by the way in which they came; ``level`` moves all marks.

    A ``whole`` survey has its quota and some more, but for one programme; another has a part of it.
    """
    form = survey.questionnaire
    draw = random.Random(f"{SEED} {form.code} {survey.year} {cell.programme}")  # noqa: S311 - made-up answers, no secret
    if not whole:
        count = round(cell.quota * draw.uniform(0.2, 0.8))
    else:
        count = cell.quota - 4 if cell.place == 7 else cell.quota + draw.randint(2, 4)
    course = random.Random(f"{SEED} {cell.programme}").uniform(2.85, 3.45) + level  # noqa: S311
    device = f"{form.code} {survey.year} {cell.place}"
    made = [_answer(form, draw, course, (survey.opens_at, until), (device, number)) for number in range(count)]
    return {mode: [drawn for drawn in made if drawn.mode is mode] for mode in _MODES} | {
        Mode.WEB: sorted((drawn for drawn in made if drawn.mode is Mode.WEB), key=lambda drawn: drawn.ended_at)
    }


def _answer(
    form: Questionnaire,
    draw: random.Random,
    course: float,
    between: tuple[datetime, datetime],
    placed: tuple[str, int],
) -> Drawn:
    device, number = placed
    since, until = between
    seconds = (until - since).total_seconds()
    ended_at = (since + timedelta(seconds=seconds * draw.uniform(0.03, 0.97))).replace(microsecond=0)
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
    return Drawn(key, given, ended_at - took, ended_at, mode, device if doubt == "repeated" else f"{device} {number}")


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
    """An option of a field; empty for anyone who does not say what need not be said."""
    return "" if not field.required and draw.random() < 0.07 else _option(field.options, draw)


def _option(options: Sequence[Option], draw: random.Random) -> str:
    return draw.choices([option.code for option in options], [_WEIGHTS.get(option.code, 10) for option in options])[0]
