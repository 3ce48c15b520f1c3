"""Whose an objection is, and whose the mark that it is about."""

from __future__ import annotations

from pilar.evaluation.models import AgreedMark, Mark, Objection


def is_own(objection: Objection, account: int | None) -> bool:
    """Tell whether the account made the objection, marked its indicator or settled the agreed mark."""
    if account is None:
        return False
    where = {"assessment": objection.assessment_id, "node": objection.node}
    if objection.made_by_id == account or Mark.objects.filter(**where, assessor=account).exists():
        return True
    # Who accepted an earlier objection set the mark by that decision, and settled nothing for the panel.
    decided = Objection.objects.filter(**where, decided_by=account, decision="accepted").exists()
    return not decided and AgreedMark.objects.filter(**where, settled_by=account).exists()
