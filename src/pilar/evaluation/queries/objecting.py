"""Whose an objection is, and whose the mark that it is about."""

from __future__ import annotations

from pilar.evaluation.models import AgreedMark, Mark, Objection


def is_own(objection: Objection, account: int | None) -> bool:
    """Whether the account made the objection, marked its indicator or settled the agreed mark. Two queries at most."""
    if account is None:
        return False
    where = {"assessment": objection.assessment_id, "node": objection.node}
    return (
        objection.made_by_id == account
        or Mark.objects.filter(**where, assessor=account).exists()
        or AgreedMark.objects.filter(**where, settled_by=account).exists()
    )
