"""Findings of a panel: their kinds, and who may change one."""

from __future__ import annotations

from enum import StrEnum

from pilar.evaluation.rules.authority import Case
from pilar.evaluation.rules.stages import AssessmentState
from pilar.platform.errors import PilarError
from pilar.platform.language import N_


class FindingKind(StrEnum):
    """Kinds of findings; a recommendation is followed up by the region."""

    STRENGTH = "strength"
    WEAKNESS = "weakness"
    RECOMMENDATION = "recommendation"


FINDING_NAMES = {
    FindingKind.STRENGTH: N_("Strength"),
    FindingKind.WEAKNESS: N_("Weakness"),
    FindingKind.RECOMMENDATION: N_("Recommendation"),
}


class AgreedFindings(PilarError):
    """The panel has agreed, and somebody else than the chair writes."""

    code = "findings-agreed"
    status = 409
    sentence = N_("The panel has agreed on this region: only its chair changes findings now")


class UnknownNode(PilarError):
    code = "unknown-node"
    status = 404
    sentence = N_("The instrument has no dimension or indicator “%(node)s”")


def may_change(account: int, writer: int, case: Case) -> bool:
    """Return whether ``account`` may write or change a finding of ``writer``: one's own until agreed, the chair all."""
    return account == case.chair or (account == writer and case.assessment is AssessmentState.SUBMITTED)
