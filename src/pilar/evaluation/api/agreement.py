"""API of the agreement among a phase's assessors, for the secretariat."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Schema
from pydantic import BeforeValidator

from pilar.evaluation.api.computed import PhaseNumber
from pilar.evaluation.api.published import REFUSED
from pilar.evaluation.queries import agreement as reads
from pilar.evaluation.queries.agreement import AssessorRow, IndicatorAgreement, PhaseAgreement
from pilar.index.agreement import Agreement, Alpha, Coefficient, Interval, NoCoefficient, Severity
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import Rounded, RowSchema

router = Routes(tags=["results of the cycle"])


class CoefficientOut(Schema):
    """``reason`` is the code of why there is no value, or no interval; empty with both."""

    value: Rounded | None
    lower: Rounded | None
    upper: Rounded | None
    reason: str


def _coefficient(coefficient: Alpha | Coefficient | Severity | NoCoefficient | None) -> dict[str, object] | None:
    """A coefficient of any kind, with the interval or why there is none."""
    if coefficient is None:
        return None
    if isinstance(coefficient, NoCoefficient):
        return {"value": None, "lower": None, "upper": None, "reason": coefficient.reason}
    value = coefficient.difference if isinstance(coefficient, Severity) else coefficient.value
    interval = coefficient.interval
    if isinstance(interval, Interval):
        return {"value": value, "lower": interval.lower, "upper": interval.upper, "reason": ""}
    return {"value": value, "lower": None, "upper": None, "reason": interval.reason}


Told = Annotated[CoefficientOut, BeforeValidator(_coefficient)]


class AgreementOut(RowSchema, of=Agreement, fields="alpha icc_single=icc icc_average=icc verdict=verdict.code"):
    """Krippendorff's ordinal alpha; ICC(A,1) of one mark, ICC(A,k) of a panel's mean; what alpha means."""

    alpha: Told
    icc_single: Annotated[Told, BeforeValidator(lambda icc: getattr(icc, "single", icc))]
    icc_average: Annotated[Told, BeforeValidator(lambda icc: getattr(icc, "average", icc))]
    verdict: Literal["reliable", "tentative", "unreliable", "open"]


class IndicatorAgreementOut(AgreementOut, of=IndicatorAgreement, base="agreement", fields="node=code"):
    pass


class PhaseAgreementOut(
    RowSchema,
    of=PhaseAgreement,
    fields="regions=marked.regions assessors=marked.assessors marks=marked.marks over_all indicators",
):
    """The agreement of assessors in the regions whose panel has agreed; ``over_all`` is null before there is one."""


class AssessorOut(
    RowSchema,
    of=AssessorRow,
    fields="id=key name regions marks=agreement.marks severity=agreement.severity"
    " leaning=agreement.severity.leaning.code alpha_with=agreement.alpha_with"
    " alpha_without=agreement.alpha_without uniform=agreement.uniform",
):
    """``severity``: mean of own marks less those of the others, in points; ``leaning`` is null without others.

    ``uniform``: all of many marks are the same.
    """

    severity: Told | None
    leaning: Literal["severe", "lenient", "none", "open"] | None
    alpha_with: Told
    alpha_without: Told


@router.get(
    "/campaigns/{code}/phases/{number}/agreement",
    response={200: PhaseAgreementOut, **REFUSED},
    summary="How far assessors agree, over all and by indicator",
)
def phase_agreement(by: Standing, code: str, number: PhaseNumber) -> PhaseAgreement:
    return reads.phase_agreement(code, number, by=by)


@router.get(
    "/campaigns/{code}/phases/{number}/agreement/assessors",
    response={200: list[AssessorOut], **REFUSED},
    summary="How each assessor marks beside the others",
)
def assessors_agreement(by: Standing, code: str, number: PhaseNumber) -> tuple[AssessorRow, ...]:
    return reads.assessors_agreement(code, number, by=by).rows


@router.get(
    "/campaigns/{code}/phases/{number}/agreement/indicators/{node}",
    response={200: IndicatorAgreementOut | None, **REFUSED},
    summary="How far assessors agree on one indicator, with all intervals",
)
def indicator_agreement(by: Standing, code: str, number: PhaseNumber, node: str) -> IndicatorAgreement | None:
    return reads.indicator_agreement(code, number, node, by=by).indicator
