"""Figures of the master plan, the follow-up and the survey in sentences, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilar.design.numbers import grouped, plain
from pilar.evaluation.rules.answers import LONGEST, Given, trimmed
from pilar.evaluation.rules.plan_figures import DECREED, REPORTED, Beside, Counted, Figure, FigureKind
from pilar.evaluation.rules.survey_figures import AskedProgramme, Doubted, Surveyed
from pilar.masterplan.rules.content import FUND_NAMES, Fund
from pilar.masterplan.rules.quarters import read_quarter
from pilar.masterplan.rules.stages import FORM_NAMES, LegalForm
from pilar.masterplan.rules.statements import BODY_NAMES, BodyKind
from pilar.platform.language import N_, reader_language, translate
from pilar.surveys.rules.answers import FLAG_NAMES
from pilar.surveys.rules.scores import MIN_SHOWN

_SURVEY_ORIGIN = N_("%(form)s version %(version)s, closed, %(statement)s")
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
    """Return the note about ``shown``, the figure now or as it was taken; None for a figure without a survey."""
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
    return translate(_SURVEY_ORIGIN, form=surveyed.form, version=surveyed.version, statement=_statement(surveyed))


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


HOW = {
    FigureKind.PROGRAMMES: N_(
        "Programmes of this sub-dimension with anything planned for %(year)s up to then. One counts as realised when "
        "its last report of the year shows at least %(share)s per cent of what its road map had planned up to then"
    ),
    FigureKind.REALISATION: N_(
        "All programmes with anything planned for %(year)s up to then. One counts as realised when its last report of "
        "the year shows at least %(share)s per cent of what its road map had planned up to then"
    ),
    FigureKind.LEGAL_BASIS: N_("Decreed, in force in %(year)s, and the regulation attached as a file: what holds"),
    FigureKind.FOLLOW_UP: N_("Recommendations of last year’s panel whose follow-up is done"),
    FigureKind.BODIES: N_("Bodies of the plan that are set up by a decree"),
    FigureKind.BUDGET: N_("Money that the programmes of the plan have for %(year)s"),
    FigureKind.QUICK_WINS: N_("Mean of the marks of the plan’s quick wins on this criterion, rounded to a level"),
    FigureKind.SURVEY: N_(
        "Mean of the programmes of the pillar that at least %(least)s people answered for; a programme is the mean of "
        "its questions, weighted by what answers count. The mean is the mark as it stands, which is our assumption"
    ),
}
"""How each is counted."""

_PROGRAMMES = N_("%(part)s of %(whole)s planned programmes realised")
_SAID = {
    FigureKind.PROGRAMMES: _PROGRAMMES,
    FigureKind.REALISATION: _PROGRAMMES,
    FigureKind.LEGAL_BASIS: N_("%(part)s of %(whole)s conditions hold: %(names)s"),
    FigureKind.FOLLOW_UP: N_("%(part)s of %(whole)s recommendations done"),
    FigureKind.BODIES: N_("%(part)s of %(whole)s set up by decree: %(names)s"),
    FigureKind.BUDGET: N_("Rp %(amount)s"),
    FigureKind.QUICK_WINS: N_("mean %(amount)s of %(whole)s quick wins"),
    FigureKind.SURVEY: N_("mean %(amount)s of %(part)s answers (%(whole)s wanted)"),
}
_TOO_FEW = N_("no mean: fewer than %(least)s answers count in each programme")
_ANSWERED = N_("%(part)s of %(whole)s")
_SUGGESTED = N_("%(said)s; suggested mark %(level)s")
_VERSION = N_("version %(version)s")
_ORIGIN = N_("version %(version)s, reports until %(quarter)s")
_HELD = N_("%(origin)s, per %(day)s")
_ORIGIN_WITHOUT_REPORTS = N_("version %(version)s, no reports of the year")
_SOURCE = N_("%(plan)s, %(origin)s: %(said)s")
_SOURCE_SURVEY = N_("Survey “%(title)s”, %(origin)s: %(said)s")
_SOURCE_FOLLOW_UP = N_("Follow-up of last year’s recommendations: %(said)s")


def said(counted: Counted) -> str:
    """The figure in the reader's language."""
    if counted.kind is FigureKind.SURVEY and not counted.amount:
        return translate(_TOO_FEW, least=MIN_SHOWN)
    fields = {"part": counted.part, "whole": counted.whole, "amount": _amount(counted), "names": _names(counted)}
    text = translate(_SAID[counted.kind], **fields)
    if counted.level:
        return translate(_SUGGESTED, said=text, level=counted.level)
    return text


def answered(counted: Counted, given: Given) -> str:
    """Return what the region answered, as the figure says it: ``5 of 5``, or a mark."""
    if counted.kind is FigureKind.PROGRAMMES and given.realised is not None and given.planned is not None:
        numbers = {"part": plain(given.realised, reader_language()), "whole": plain(given.planned, reader_language())}
        return translate(_ANSWERED, **numbers)
    return "" if given.mark is None else plain(given.mark, reader_language())


def how(figure: Figure, year: int, realised_from: int) -> str:
    """Return how it was counted, in the reader's language."""
    return translate(HOW[figure.kind], year=str(year), share=realised_from, least=MIN_SHOWN)


def origin(counted: Counted) -> str:
    """Return which version of the plan says so and until when it was reported on, or which survey; empty for the
    follow-up."""
    if counted.surveyed is not None:
        return survey_origin(counted.surveyed)
    if not counted.version:
        return ""
    if counted.kind not in REPORTED:
        return translate(_VERSION, version=counted.version)
    quarter, held = read_quarter(counted.reported), read_quarter(counted.held_to)
    if quarter is None:
        return translate(_ORIGIN_WITHOUT_REPORTS, version=counted.version)
    text = translate(_ORIGIN, version=counted.version, quarter=quarter.name)
    return text if held is None else translate(_HELD, origin=text, day=held.end)


def source_text(figure: Figure) -> str:
    """Return what becomes the source of an answer, in the reader's language."""
    counted = figure.counted
    if counted.surveyed is not None:
        named = {"title": counted.surveyed.title, "origin": origin(counted), "said": said(counted)}
        return _cut(translate(_SOURCE_SURVEY, **named))
    if not counted.version:
        return translate(_SOURCE_FOLLOW_UP, said=said(counted))
    text = translate(_SOURCE, plan=counted.plan, origin=origin(counted), said=said(counted))
    codes = ", ".join(programme.code for programme in figure.programmes)
    return _cut(f"{text} ({codes})" if codes else text)


def _cut(text: str) -> str:
    longest = LONGEST["source"]
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _names(counted: Counted) -> str:
    return ", ".join(_translated(counted)) or "–"


def _translated(counted: Counted) -> Iterator[str]:
    for name in counted.names:
        match counted.kind:
            case FigureKind.BODIES:
                yield translate(BODY_NAMES[BodyKind(name)])
            case FigureKind.BUDGET:
                yield translate(FUND_NAMES[Fund(name)])
            case FigureKind.LEGAL_BASIS if name == DECREED and counted.amount:
                form, _space, number = counted.amount.partition(" ")
                yield f"{translate(FORM_NAMES[LegalForm(form)])} {number}"
            case _:
                yield translate(name)


def _amount(counted: Counted) -> str:
    if not counted.amount or counted.kind is FigureKind.LEGAL_BASIS:
        return ""
    shown = grouped if counted.kind is FigureKind.BUDGET else plain
    return shown(Decimal(counted.amount), reader_language())
