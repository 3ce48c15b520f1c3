"""Where the state of each thing with a lifecycle stands (docs/lifecycles.md); ``kit.wandering`` watches them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model

from pilar.evaluation.models import Assessment, Phase
from pilar.evidence.models import Revision, ScanVerdict, Verification
from pilar.evidence.rules import ScanState, VerificationState
from pilar.hospital.models import Booking, Prescription
from pilar.masterplan.models import Meeting, Proposal, Version
from pilar.permits.models import Case, Letter, Objection, Permit, ServiceVersion
from pilar.surveys.models import Survey
from pilar.villagefinance.models import BudgetVersion, Flag, PaymentRequest, Question
from pilar.villagefinance.rules.budgets import BY_HEAD, BudgetKind

States = Mapping[Any, str]


def _of(model: type[Model], **only: Any) -> Callable[[], States]:
    return lambda: dict(model._default_manager.filter(**only).values_list("pk", "state"))


def _last(model: type[Model], column: str, first: str) -> Callable[[], States]:
    """Of each revision the last that was said of it."""

    def read() -> States:
        said = dict(model._default_manager.order_by("pk").values_list("revision", column))
        return {key: said.get(key, first) for key in Revision.objects.values_list("pk", flat=True)}

    return read


STATES: Mapping[str, Callable[[], States]] = {
    "A phase of the evaluation": _of(Phase),
    "The assessment of a region": _of(Assessment),
    "A version of a plan": _of(Version),
    "A proposal of an office": _of(Proposal),
    "A meeting about a plan": _of(Meeting),
    "A survey": _of(Survey),
    "An application for a permit": _of(Case),
    "A version of a service": _of(ServiceVersion),
    "A permit": _of(Permit),
    "An objection": _of(Objection),
    "A complaint, or an enquiry of an investor": _of(Letter),
    "A booking of a hospital": _of(Booking),
    "Medicine of a visit": _of(Prescription),
    "The virus scan of evidence": _last(ScanVerdict, "state", ScanState.NOT_SCANNED),
    "The verification of evidence": _last(Verification, "outcome", VerificationState.OPEN),
    "The budget of a village, or its amendment": _of(BudgetVersion, kind__in={*BudgetKind} - {*BY_HEAD}),
    "A shift within the budget of a village": _of(BudgetVersion, kind__in=[*BY_HEAD]),
    "A payment request of a village": _of(PaymentRequest),
    "A flag on the books of a village": _of(Flag),
    "A question about the budget of a village": _of(Question),
}
MORE: Mapping[str, set[tuple[str, str]]] = {
    "A version of a service": {("draft", "published")},  # loaded as it is shipped
    "A shift within the budget of a village": {("dropped", "draft")},  # what may be spent before the budget, again
}
"""From where to where an operation leads that makes two moves at once, or begins something further on."""
