"""The register in which published results are sealed, open to everybody."""

from __future__ import annotations

from typing import Any

from pilar.evaluation.queries.computed import ComputedNotFound
from pilar.evaluation.rules.sealing import SCOPE, subject_of
from pilar.platform import sealing
from pilar.platform.actors import Authority
from pilar.platform.sealing import Seal


def seal(campaign: str, phase: int, version: int, *, scope: Authority) -> Seal | None:
    """Where a version stands in the register; None if it is not published. Two queries."""
    return sealing.seal_of(SCOPE, subject_of(campaign, phase, version))


def proof(campaign: str, phase: int, version: int, *, scope: Authority) -> dict[str, Any] | None:
    """What proves that a version was published as it is; None if it is not published."""
    return sealing.proof_of(SCOPE, subject_of(campaign, phase, version))


def register(*, scope: Authority) -> dict[str, Any]:
    """All leaves and heads of the register. Raises ComputedNotFound before anything was published."""
    found = sealing.register_of(SCOPE)
    if not found["leaves"]:
        raise ComputedNotFound
    return found
