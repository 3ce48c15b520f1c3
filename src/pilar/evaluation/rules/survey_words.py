"""Basis of a survey's figure, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilar.design.numbers import plain
from pilar.evaluation.rules.answers import trimmed
from pilar.evaluation.rules.plan_figures import Beside, Counted
from pilar.evaluation.rules.survey_figures import AskedProgramme, Doubted, Surveyed
from pilar.platform.language import N_, reader_language, translate
from pilar.surveys.rules.answers import FLAG_NAMES

_ORIGIN = N_("%(form)s version %(version)s, closed, %(statement)s")
_STATED = N_("%(who)s answers for its validity (%(day)s)")
_NOT_STATED = N_("without the statement of the head of region")
_INTERVAL = N_("%(lower)s to %(upper)s")
_ANSWERS = N_("%(count)s, of which %(clean)s without a flag; together they weigh as much as %(weight)s")
_AMONG = N_("one of %(among)s closed ones of the year: one with a statement comes first, then the newest")
_NONE = N_("none")


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of what a figure rests on."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class FlagLine:
    """A flag in words, how many answers have it, and what one of them counts, per cent."""

    name: str
    count: int
    weight: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The sentence that was taken, and the present one."""

    name: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class SurveyView:
    """A figure of a survey for its readers: ``said`` of it, its programmes, its flags that any answer has, and what
    lies between the figure that was taken and the figure now."""

    survey: int
    facts: tuple[Fact, ...]
    programmes: tuple[AskedProgramme, ...]
    missed: int
    flags: tuple[FlagLine, ...]
    doubted: int
    stated: bool
    synthetic: bool
    differences: tuple[Difference, ...]


def survey_view(beside: Beside, shown: Counted) -> SurveyView | None:
    """Return what is told of ``shown``, the figure now or as it was taken; None for what is of no survey."""
    surveyed = shown.surveyed
    if surveyed is None:
        return None
    return SurveyView(
        survey=surveyed.survey,
        facts=tuple(_facts(shown, surveyed)),
        programmes=surveyed.programmes,
        missed=len(surveyed.missed),
        flags=tuple(_flag(flag) for flag in surveyed.flags if flag.count),
        doubted=surveyed.doubted,
        stated=bool(surveyed.stated_on),
        synthetic=surveyed.synthetic,
        differences=tuple(_differences(beside)),
    )


def survey_origin(surveyed: Surveyed) -> str:
    """Return which questionnaire, and who answers for the survey."""
    return translate(_ORIGIN, form=surveyed.form, version=surveyed.version, statement=_statement(surveyed))


def _facts(counted: Counted, surveyed: Surveyed) -> Iterator[Fact]:
    yield Fact(translate(N_("Survey")), surveyed.title)
    if surveyed.among > 1:
        yield Fact(translate(N_("Which one")), translate(_AMONG, among=surveyed.among))
    yield Fact(translate(N_("Questionnaire")), f"{surveyed.form} {surveyed.version}")
    yield Fact(translate(N_("Statement")), _statement(surveyed))
    yield Fact(translate(N_("Interval of 95 %")), _interval(surveyed))
    yield Fact(translate(N_("Answers")), _answers(surveyed))


def _differences(beside: Beside) -> Iterator[Difference]:
    """Nothing where nothing was taken, or nothing is said now."""
    if beside.taken is None or beside.now is None or not beside.changed:
        return
    before, now = beside.taken.counted, beside.now.counted
    if before.surveyed is None or now.surveyed is None:
        return
    pairs = [
        (N_("Survey"), before.surveyed.title, now.surveyed.title),
        (N_("Mean"), _number(before.amount), _number(now.amount)),
        (N_("Interval of 95 %"), _interval(before.surveyed), _interval(now.surveyed)),
        (N_("Answers"), _answers(before.surveyed), _answers(now.surveyed)),
        (N_("Statement"), _statement(before.surveyed), _statement(now.surveyed)),
    ]
    for name, old, new in pairs:
        if old != new:
            yield Difference(translate(name), old, new)


def _flag(doubted: Doubted) -> FlagLine:
    return FlagLine(translate(FLAG_NAMES[doubted.flag]), doubted.count, doubted.weight)


def _statement(surveyed: Surveyed) -> str:
    if not surveyed.stated_on:
        return translate(_NOT_STATED)
    return translate(_STATED, who=surveyed.stated_by, day=date.fromisoformat(surveyed.stated_on))


def _interval(surveyed: Surveyed) -> str:
    if not surveyed.lower:
        return translate(_NONE)
    return translate(_INTERVAL, lower=_number(surveyed.lower), upper=_number(surveyed.upper))


def _answers(surveyed: Surveyed) -> str:
    return translate(
        _ANSWERS,
        count=surveyed.count,
        clean=surveyed.clean,
        weight=plain(trimmed(Decimal(surveyed.weight)), reader_language()),
    )


def _number(text: str) -> str:
    return plain(Decimal(text), reader_language()) if text else translate(_NONE)
