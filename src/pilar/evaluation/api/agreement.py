"""How far the assessors of a phase agree, as JSON, for the secretariat."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema

from pilar.evaluation.api.computed import PhaseNumber
from pilar.evaluation.api.results import REFUSED
from pilar.evaluation.queries import agreement as reads
from pilar.evaluation.queries.agreement import AssessorRow, IndicatorAgreement
from pilar.index.agreement import (
    Agreement,
    Alpha,
    Coefficient,
    Interval,
    IntraclassCorrelation,
    NoCoefficient,
    Severity,
)
from pilar.people.signin import standing_of

router = Router(tags=["results of the cycle"])


class CoefficientOut(Schema):
    """``reason`` is the code of why there is no value, or no interval; empty with both."""

    value: float | None
    lower: float | None
    upper: float | None
    reason: str


class AgreementOut(Schema):
    """Krippendorff's ordinal alpha; ICC(A,1) of one mark, ICC(A,k) of a panel's mean; what alpha means."""

    alpha: CoefficientOut
    icc_single: CoefficientOut
    icc_average: CoefficientOut
    verdict: Literal["reliable", "tentative", "unreliable", "open"]


class IndicatorAgreementOut(AgreementOut):
    node: str


class PhaseAgreementOut(Schema):
    """Of the regions whose panel has agreed; ``over_all`` is null before there is one."""

    regions: int
    assessors: int
    marks: int
    over_all: AgreementOut | None
    indicators: list[IndicatorAgreementOut]


class AssessorOut(Schema):
    """``severity``: mean of own marks less those of the others, in points; ``leaning`` is null without others.

    ``uniform``: all of many marks are the same.
    """

    id: int
    name: str
    regions: int
    marks: int
    severity: CoefficientOut | None
    leaning: Literal["severe", "lenient", "none", "open"] | None
    alpha_with: CoefficientOut
    alpha_without: CoefficientOut
    uniform: bool


@router.get(
    "/campaigns/{code}/phases/{number}/agreement",
    response={200: PhaseAgreementOut, **REFUSED},
    summary="How far assessors agree, over all and by indicator",
)
def phase_agreement(request: HttpRequest, code: str, number: PhaseNumber) -> PhaseAgreementOut:
    found = reads.phase_agreement(code, number, by=standing_of(request))
    return PhaseAgreementOut(
        regions=found.marked.regions,
        assessors=found.marked.assessors,
        marks=found.marked.marks,
        over_all=None if found.over_all is None else AgreementOut(**_agreement(found.over_all)),
        indicators=[_indicator(one) for one in found.indicators],
    )


@router.get(
    "/campaigns/{code}/phases/{number}/agreement/assessors",
    response={200: list[AssessorOut], **REFUSED},
    summary="How each assessor marks beside the others",
)
def assessors_agreement(request: HttpRequest, code: str, number: PhaseNumber) -> list[AssessorOut]:
    return [_assessor(row) for row in reads.assessors_agreement(code, number, by=standing_of(request)).rows]


@router.get(
    "/campaigns/{code}/phases/{number}/agreement/indicators/{node}",
    response={200: IndicatorAgreementOut | None, **REFUSED},
    summary="How far assessors agree on one indicator, with all intervals",
)
def indicator_agreement(
    request: HttpRequest, code: str, number: PhaseNumber, node: str
) -> IndicatorAgreementOut | None:
    found = reads.indicator_agreement(code, number, node, by=standing_of(request)).indicator
    return None if found is None else _indicator(found)


def _indicator(one: IndicatorAgreement) -> IndicatorAgreementOut:
    return IndicatorAgreementOut(node=one.code, **_agreement(one.agreement))


def _agreement(one: Agreement) -> dict[str, object]:
    icc = one.icc
    single, average = (icc.single, icc.average) if isinstance(icc, IntraclassCorrelation) else (icc, icc)
    return {
        "alpha": _coefficient(one.alpha),
        "icc_single": _coefficient(single),
        "icc_average": _coefficient(average),
        "verdict": one.verdict.code,
    }


def _assessor(row: AssessorRow) -> AssessorOut:
    one = row.agreement
    return AssessorOut(
        id=row.key,
        name=row.name,
        regions=row.regions,
        marks=one.marks,
        severity=None if one.severity is None else _coefficient(one.severity),
        leaning=None if one.severity is None else one.severity.leaning.code,  # type: ignore[arg-type]
        alpha_with=_coefficient(one.alpha_with),
        alpha_without=_coefficient(one.alpha_without),
        uniform=one.uniform,
    )


def _coefficient(found: Alpha | Coefficient | Severity | NoCoefficient) -> CoefficientOut:
    if isinstance(found, NoCoefficient):
        return CoefficientOut(value=None, lower=None, upper=None, reason=found.reason)
    value = round(found.difference if isinstance(found, Severity) else found.value, 4)
    interval = found.interval
    if isinstance(interval, Interval):
        return CoefficientOut(value=value, lower=round(interval.lower, 4), upper=round(interval.upper, 4), reason="")
    return CoefficientOut(value=value, lower=None, upper=None, reason=interval.reason)
