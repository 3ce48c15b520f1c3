"""Remarks shown before a region accepts its result or objects, and before the secretariat decides or corrects."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pilar.areas import reference
from pilar.design.final_acts import Check, Done, Remark
from pilar.design.templatetags.design import score
from pilar.evaluation.queries import region_result as reads
from pilar.evaluation.queries.final_acts import require_acting
from pilar.evaluation.queries.objections import contested_mark
from pilar.evaluation.queries.panel_marks import marks_to_correct
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.objections import ObjectionUndecidedYet
from pilar.people.rules import NotAllowed, Standing


def accept(key: int, by: Standing) -> Check | Done:
    """Before a region accepts; an objection takes it back, so nothing needs to be ticked."""
    require_acting(key, Action.ACCEPT_RESULT, scope=by)
    result = reads.region_result(key, by=by, now=timezone.now())
    open_ones = [objection for objection in result.objections if not objection.decision]
    until = "" if result.objection_until is None else _until(result.objection_until, result.header.region_code)
    final = "–" if result.line is None else score(result.line.final)
    if result.accepted_at:
        return accepted(key)
    return Check(
        title=_("Check before you accept the result"),
        act=_("Accept the result"),
        about=result.header.region,
        will=(
            _("Your region will not object. An objection until %(until)s takes that back.") % {"until": until},
            _("When every region has accepted, the objection period can end before its time."),
        ),
        counts=(
            (_("Final"), final),
            (_("Marks of the panel"), str(sum(row.agreed is not None for row in result.rows))),
        ),
        blocked=tuple(
            Remark(_("Not decided yet: %(title)s") % {"title": objection.title}, _result(key))
            for objection in open_ones
        ),
        trail=((result.header.region, _result(key)),),
        final=False,
        state=str([(row.code, row.agreed and row.agreed.value) for row in result.rows]),
    )


def accepted(key: int) -> Done:
    """Return what has come of it."""
    return Done(_("Your region has accepted its result"), _result(key))


def make_objection(key: int, node: str, by: Standing, typed: str | None) -> Check | Done:
    """Before an objection is made, which nobody takes back; one that was ``typed`` again is refused by the
    operation."""
    require_acting(key, Action.OBJECT, scope=by)
    header, row, _wishes = reads.indicator_to_object(key, node, by=by)
    result = reads.region_result(key, by=by, now=timezone.now())
    will = [
        _(
            "The panel is told and advises; the secretariat decides with a reason. Your coordinators and "
            "signatories get a notice then."
        ),
        _("The evidence counts in the versions of now."),
        _("The objection cannot be changed or taken back; the mark may become higher or lower."),
    ]
    if result.accepted_at is not None:
        will.append(_("Your region has accepted the result: the objection takes that back."))
    waiting = next(
        (objection for objection in result.objections if objection.node == node and not objection.decision), None
    )
    if waiting is not None and typed in (None, waiting.text):
        return objected(key)
    return Check(
        title=_("Check before you object"),
        act=_("Make the objection"),
        about=f"{row.title}",
        will=tuple(will),
        trail=((header.region, _result(key)),),
        state=str(row.agreed and row.agreed.value),
    )


def objected(key: int) -> Done:
    """Return what has come of it."""
    return Done(_("The objection is made; you get a notice when it is decided"), _result(key))


def decide(key: int, by: Standing) -> Check | Done:
    """Before an objection is decided."""
    header, row, _why_not = reads.objection(key, by=by)
    if not row.decision:
        require_acting(header.key, Action.DECIDE_OBJECTION, scope=by)
    if row.decision:
        return decided(key, by)
    mark = contested_mark(key, by=by)
    return Check(
        title=_("Check before you decide the objection"),
        act=_("Decide"),
        about=row.region,
        will=(
            _("The coordinators and signatories of %(region)s get a notice with the decision, and read the reason.")
            % {"region": row.region},
            _("If it is accepted, the new mark counts at once; the results have to be computed and approved again."),
            _("A decision is not changed any more."),
        ),
        trail=((_("Objections"), reverse("evaluation:objections", args=[header.campaign, header.phase])),),
        # Advice that comes after the look is shown before it is decided over.
        state=str((row.agreed, [(advice.assessor, advice.stance, advice.text) for advice in mark.advice])),
    )


def decided(key: int, by: Standing) -> Done:
    """Return what has come of it."""
    header, row, _why_not = reads.objection(key, by=by)
    address = reverse("evaluation:objections", args=[header.campaign, header.phase])
    said = _("The objection is decided: %(decision)s") % {"decision": row.decision_name}
    return Done(said, address, _("See the decision"), reverse("evaluation:objection", args=[key]))


def answer_decision(key: int, by: Standing) -> Check | Done:
    """Before a region answers a decision."""
    mark = contested_mark(key, by=by)
    if not mark.answers:
        raise NotAllowed
    if mark.row.response:
        return answered(key)
    if not mark.row.decision:
        raise ObjectionUndecidedYet
    require_acting(mark.header.key, Action.ANSWER_DECISION, scope=by)
    return Check(
        title=_("Check before you answer the decision"),
        act=_("Send the answer"),
        about=f"{mark.row.title}",
        will=(
            _("The secretariat gets a notice and reads your answer; it stands beside the decision for good."),
            _("It changes nothing of the decision."),
        ),
        counts=((_("Mark now"), score(mark.row.agreed)), (_("Decision"), mark.row.decision_name)),
        trail=((mark.header.region, reverse("evaluation:objection", args=[key])),),
        state=mark.row.decision,
    )


def answered(key: int) -> Done:
    """Return what has come of it."""
    return Done(_("Your region has answered the decision"), reverse("evaluation:objection", args=[key]))


def correct(key: int, by: Standing) -> Check | Done:
    """Before a published result is corrected."""
    comparison = marks_to_correct(key, scope=by)
    header = comparison.header
    return Check(
        title=_("Check before you correct a published result"),
        act=_("Correct and compute"),
        about=header.region,
        will=(
            _("The correction computes a new version of all regions; ranks of others may change."),
            _("The published version stays readable."),
            _("The new one counts when it is approved and published by a letter of its own."),
            _("The reason is published with the new version."),
        ),
        trail=((header.region, _result(key)),),
        state=str([(row.code, row.agreed and row.agreed.value) for row in comparison.rows]),
    )


def _until(moment: datetime, region: str) -> str:
    return reference.local_end(moment, region)


def _result(key: int) -> str:
    return reverse("evaluation:result", args=[key])
