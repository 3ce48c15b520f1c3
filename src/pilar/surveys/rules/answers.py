"""Answers checked against the questionnaire, and signs that they are doubtful."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.surveys.rules.questionnaire import Item, ItemKind, Quality, Questionnaire

MAX_WORDS = 2000
MAX_CONTACT = 200
MAX_ANSWERS = 200
UNREADABLE = N_("The text holds a character that cannot be read: write it again")
_NUMBER = re.compile(r"-?[0-9]{1,15}([.,][0-9]{1,6})?")


class Flag(StrEnum):
    """Reasons for doubting an answer."""

    FAST = "fast"
    STRAIGHT = "straight"
    REPEATED = "repeated"
    BOT = "bot"


FLAG_NAMES = {
    Flag.FAST: N_("answered faster than the questions can be read"),
    Flag.STRAIGHT: N_("the same value for every question"),
    Flag.REPEATED: N_("the same device answered about this programme before"),
    Flag.BOT: N_("filled in a field that people do not see"),
}


class Mode(StrEnum):
    """Ways in which an answer comes in."""

    WEB = "web"
    ENUMERATOR = "enumerator"
    PAPER = "paper"
    IMPORT = "import"


TIMED = frozenset({Mode.WEB, Mode.ENUMERATOR})
"""Modes whose times are those of the answering."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The input for an answer: by code of item and of profile field; ``trap`` is the field that people do not see."""

    answers: Mapping[str, str | int]
    profile: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    consent: bool = False
    trap: str = ""


def faults_of(given: Answered, questionnaire: Questionnaire) -> list[Fault]:
    """Return the faults that prevent an answer from being stored; the place is the code of the item or field."""
    return list(_faults(given, questionnaire))


def faults_of_sending(contact: str, began_at: datetime | None, now: datetime) -> list[Fault]:
    """Return the faults of an answer by link other than its content, at ``contact`` and ``began_at``."""
    faults = []
    if len(contact.strip()) > MAX_CONTACT:
        faults.append(Fault("too-long", N_("At most %(most)s characters"), {"most": MAX_CONTACT}, "contact"))
    elif not storable(contact):
        faults.append(Fault("unreadable-text", UNREADABLE, {}, "contact"))
    if began_at is not None and began_at > now:
        sentence = N_("This time lies in the future: set the clock of the device")
        faults.append(Fault("begins-in-future", sentence, {}, "began_at"))
    return faults


def cleaned(given: Answered, questionnaire: Questionnaire) -> dict[str, str | int]:
    """Return the answers in the order of the items, trimmed; answers to questions that were not asked are left out."""
    kept: dict[str, str | int] = {}
    for item in questionnaire.items():
        value = given.answers.get(item.code, "")
        if item.asked(kept) and str(value).strip():
            kept[item.code] = int(value) if item.kind is ItemKind.SCALE else str(value).strip()
    return kept


def marks_of(answers: Mapping[str, str | int], questionnaire: Questionnaire) -> list[int | None]:
    """Return the values of the scale items in order; None for one not asked or not answered."""
    return [
        int(answers[item.code]) if item.code in answers else None for item in questionnaire.scale_items
    ]  # fmt: skip


def flags_of(
    given: Answered,
    questionnaire: Questionnaire,
    *,
    mode: Mode,
    began_at: datetime | None,
    ended_at: datetime,
    device_seen: bool,
) -> tuple[Flag, ...]:
    """Return the flags of a valid answer; a flagged answer is still stored."""
    kept = cleaned(given, questionnaire)
    quality = questionnaire.quality
    flags = []
    if mode in TIMED and began_at is not None:
        seconds = (ended_at - began_at).total_seconds()
        if seconds < quality.fastest_seconds * len(kept):
            flags.append(Flag.FAST)
    marks = [mark for mark in marks_of(kept, questionnaire) if mark is not None]
    if len(marks) >= quality.straight_from and len(set(marks)) == 1:
        flags.append(Flag.STRAIGHT)
    if device_seen and mode is Mode.WEB:
        flags.append(Flag.REPEATED)
    if given.trap.strip():
        flags.append(Flag.BOT)
    return tuple(flags)


def weight_of(flags: tuple[Flag, ...], quality: Quality) -> int:
    """Return the weight of an answer in per cent: the lowest that its flags leave."""
    return min((quality.weights[flag] for flag in flags), default=100)


def reasons_of(flags: Iterable[Flag], quality: Quality) -> tuple[Flag, ...]:
    """Return the flags that make an answer not count at all, in their order.

    A flag that leaves a part is no reason. While answers come in, nobody is told, because it would reveal something
    about an answer that counts.
    """
    held = set(flags)
    return tuple(flag for flag in Flag if flag in held and quality.weights[flag] == 0)


def _faults(given: Answered, questionnaire: Questionnaire) -> Iterator[Fault]:
    if not given.consent:
        yield Fault("no-consent", N_("Tick that you agree, or close the page: nothing is kept"), {}, "consent")
    for question in questionnaire.profile:
        chosen = given.profile.get(question.code, "")
        if (chosen or question.required) and chosen not in {option.code for option in question.options}:
            yield Fault("no-profile", N_("Choose one of the answers"), {}, question.code)
    for code in sorted(set(given.profile) - {question.code for question in questionnaire.profile}):
        yield Fault("unknown-field", N_("There is no such question"), {}, code)
    groups = {group.code for group in questionnaire.groups}
    if (given.group not in groups) if groups else given.group:
        yield Fault("no-group", N_("Choose one of the answers"), {}, "group")
    if len(given.answers) > MAX_ANSWERS:
        yield Fault("too-many-answers", N_("These are more answers than questions"))
        return
    asked: dict[str, str | int] = {}
    known = set()
    for item in questionnaire.items():
        known.add(item.code)
        value = str(given.answers.get(item.code, "")).strip()
        if not item.asked(asked):
            continue
        if value:
            asked[item.code] = value
            yield from _value_faults(item, value, questionnaire)
        elif item.required:
            yield Fault("not-answered", N_("Please answer this question"), {}, item.code)
    for code in sorted(set(given.answers) - known):
        yield Fault("unknown-item", N_("There is no such question"), {}, code)


def _value_faults(item: Item, value: str, questionnaire: Questionnaire) -> Iterator[Fault]:
    match item.kind:
        case ItemKind.SCALE:
            if value not in {str(mark) for mark in questionnaire.scale}:
                yield Fault("no-mark", N_("Choose one of the answers"), {}, item.code)
        case ItemKind.CHOICE:
            if value not in {option.code for option in item.options}:
                yield Fault("no-option", N_("Choose one of the answers"), {}, item.code)
        case ItemKind.NUMBER:
            if not _NUMBER.fullmatch(value):
                yield Fault("no-number", N_("Write a number"), {}, item.code)
        case ItemKind.TEXT:
            if len(value) > MAX_WORDS:
                sentence = N_("At most %(most)s characters")
                yield Fault("too-long", sentence, {"most": MAX_WORDS}, item.code)
            elif not storable(value):
                yield Fault("unreadable-text", UNREADABLE, {}, item.code)


def storable(text: str) -> bool:
    """Return whether PostgreSQL can store it: it has neither NUL nor half a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
