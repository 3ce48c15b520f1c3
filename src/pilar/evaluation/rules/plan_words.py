"""Figures of the master plan, the follow-up and the survey in sentences, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pilar.design.numbers import grouped, plain
from pilar.evaluation.rules.answers import LONGEST, Given
from pilar.evaluation.rules.plan_figures import DECREED, REPORTED, Counted, Figure, FigureKind
from pilar.evaluation.rules.survey_words import survey_origin
from pilar.masterplan.rules.content import FUND_NAMES, Fund
from pilar.masterplan.rules.quarters import read_quarter
from pilar.masterplan.rules.stages import FORM_NAMES, LegalForm
from pilar.masterplan.rules.statements import BODY_NAMES, BodyKind
from pilar.platform.language import N_, reader_language, translate
from pilar.surveys.rules.scores import MIN_SHOWN

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
