"""Readers of the evidence of payments besides the region's coordinator: those who read the payment requests."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from pilar.evidence.queries import NOBODY
from pilar.people.queries import within
from pilar.people.rules import Standing
from pilar.villagefinance.models import PaymentRequest, Proof
from pilar.villagefinance.queries.executors import own_requests
from pilar.villagefinance.rules.authority import AUTHORITY, TABLE, Action
from pilar.villagefinance.rules.roles import Role


def village(scope: Standing) -> Q:
    """Return the condition on Revision for evidence of the requests that the reader reads, of whole villages or their
    own."""
    roles = TABLE[Action.READ_REQUESTS].roles
    if scope.account is None or not any(held.role in roles for held in scope.memberships):
        return NOBODY
    reach = within(AUTHORITY.extent(scope, Action.READ_REQUESTS), unit="village")
    proofs = Proof.objects.filter(evidence=OuterRef("evidence"))
    readable = Q(Exists(proofs.filter(reach)))
    if any(held.role == Role.EXECUTOR for held in scope.memberships):
        requests = PaymentRequest.objects.filter(
            own_requests(scope), region=OuterRef("region"), village=OuterRef("village"), year=OuterRef("year"),
            number=OuterRef("request"),
        )  # fmt: skip
        readable |= Q(Exists(proofs.filter(Exists(requests))))
    return readable
