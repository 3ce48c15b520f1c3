"""The secretariat's page on the agreement among a phase's assessors."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest

from pilar.evaluation.pages.rank_figures import figure, whole
from pilar.evaluation.queries import agreement as reads
from pilar.evaluation.queries.agreement import AssessorRow, IndicatorAgreement, Marked
from pilar.index.agreement import (
    Agreement,
    Alpha,
    Coefficient,
    Interval,
    IntraclassCorrelation,
    NoCoefficient,
    NoInterval,
    Severity,
    Verdict,
)
from pilar.people.rules import Standing
from pilar.people.views import Shown, page
from pilar.platform.language import N_, translate

KINDS = {
    Verdict.RELIABLE: ("positive", N_("good")),
    Verdict.TENTATIVE: ("caution", N_("moderate")),
    Verdict.UNRELIABLE: ("negative", N_("poor")),
    Verdict.OPEN: ("", N_("not clear")),
}
"""Colour and short name of what alpha says."""


@dataclass(frozen=True, slots=True)
class Number:
    """A coefficient as it is written, with its interval; ``why`` says why one of them is not there."""

    value: Decimal | None
    lower: Decimal | None = None
    upper: Decimal | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ShownAgreement:
    """Agreement on something: alpha, ICC of one mark and of a panel's mean, and what it means."""

    alpha: Number
    single: Number
    average: Number
    verdict: str
    kind: str
    short: str
    items: int
    marks_per_item: Decimal | None


@dataclass(frozen=True, slots=True)
class AssessorShown:
    """An assessor's line; ``kind`` colours the tag that says what it means."""

    row: AssessorRow
    severity: Number
    alpha_with: Number
    alpha_without: Number
    says: str
    kind: str


@page("evaluation/agreement/phase.html")
def agreement(request: HttpRequest, code: str, number: int, *, by: Standing) -> Shown:
    """Over all, and by indicator."""
    phase_agreement = reads.phase_agreement(code, number, by=by)
    return {
        "over_all": None if phase_agreement.over_all is None else shown(phase_agreement.over_all),
        "rows": [
            (indicator_agreement, shown(indicator_agreement.agreement))
            for indicator_agreement in phase_agreement.indicators
        ],
        "unreliable": sum(
            indicator_agreement.agreement.verdict is Verdict.UNRELIABLE
            for indicator_agreement in phase_agreement.indicators
        ),
        **_shared(phase_agreement.marked),
    }


@page("evaluation/agreement/assessors.html")
def assessors(request: HttpRequest, code: str, number: int, *, by: Standing) -> Shown:
    """By assessor."""
    assessors_agreement = reads.assessors_agreement(code, number, by=by)
    return {"rows": [_assessor(row) for row in assessors_agreement.rows], **_shared(assessors_agreement.marked)}


@page("evaluation/agreement/indicator.html")
def indicator(request: HttpRequest, code: str, number: int, node: str, *, by: Standing) -> Shown:
    """One indicator with all intervals."""
    one_indicator = reads.indicator_agreement(code, number, node, by=by)
    indicator_agreement: IndicatorAgreement | None = one_indicator.indicator
    return {
        "title": one_indicator.title,
        "one": indicator_agreement,
        "shown": None if indicator_agreement is None else shown(indicator_agreement.agreement),
        **_shared(one_indicator.marked),
    }


def shown(agreement: Agreement) -> ShownAgreement:
    """Agreement as it is written."""
    icc = agreement.icc
    alpha = agreement.alpha
    return ShownAgreement(
        alpha=_number(alpha),
        single=_number(icc.single if isinstance(icc, IntraclassCorrelation) else icc),
        average=_number(icc.average if isinstance(icc, IntraclassCorrelation) else icc),
        verdict=translate(agreement.verdict.sentence),
        kind=KINDS[agreement.verdict][0],
        short=translate(KINDS[agreement.verdict][1]),
        items=alpha.items if isinstance(alpha, Alpha) else 0,
        marks_per_item=figure(icc.marks_per_item, 1) if isinstance(icc, IntraclassCorrelation) else None,
    )


def _assessor(row: AssessorRow) -> AssessorShown:
    assessor_agreement = row.agreement
    says, kind = "", ""
    if assessor_agreement.severity is not None:
        says = translate(assessor_agreement.severity.leaning.sentence)
        kind = "caution" if reads.flagged(assessor_agreement) else ""
    severity = Number(None) if assessor_agreement.severity is None else _severity(assessor_agreement.severity)
    return AssessorShown(
        row, severity, _number(assessor_agreement.alpha_with), _number(assessor_agreement.alpha_without), says, kind
    )


def _severity(severity: Severity) -> Number:
    return _with_interval(figure(severity.difference, 2), severity.interval, 2)


def _number(coefficient: Alpha | Coefficient | NoCoefficient) -> Number:
    if isinstance(coefficient, NoCoefficient):
        return Number(None, why=translate(coefficient.sentence))
    return _with_interval(figure(coefficient.value, 2), coefficient.interval, 2)


def _with_interval(value: Decimal, interval: Interval | NoInterval, decimals: int) -> Number:
    if isinstance(interval, Interval):
        return Number(value, figure(interval.lower, decimals), figure(interval.upper, decimals))
    return Number(value, why="" if interval is NoInterval.NOT_ASKED else translate(interval.sentence))


def _shared(marked: Marked) -> dict[str, object]:
    verdicts = [(translate(short), translate(verdict.sentence)) for verdict, (_kind, short) in KINDS.items()]
    return {"marked": marked, "header": marked.header, "marks": whole(marked.marks), "verdicts": verdicts}
