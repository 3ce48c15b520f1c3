"""Who reads the evidence of payments beside the region's coordinator: whoever reads the books of the village."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from pilar.evidence.queries import NOBODY
from pilar.people.queries import within
from pilar.people.rules import Standing
from pilar.villagefinance.models import Proof
from pilar.villagefinance.rules.authority import AUTHORITY, TABLE, Action


def village(scope: Standing) -> Q:
    """The evidence of the requests of villages whose books the reader reads; the condition is on Revision."""
    roles = TABLE[Action.READ_BOOKS].roles
    if scope.account is None or not any(held.role in roles for held in scope.memberships):
        return NOBODY
    reach = within(AUTHORITY.extent(scope, Action.READ_BOOKS), unit="village")
    return Q(Exists(Proof.objects.filter(reach, evidence=OuterRef("evidence"))))
