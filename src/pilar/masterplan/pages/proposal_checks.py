"""The check pages before a proposal is handed in or withdrawn, and before some are merged."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pilar.areas import reference
from pilar.design.final_acts import Check, Done, Remark
from pilar.masterplan import queries
from pilar.masterplan.queries import ProposalDetail, ProposalRow
from pilar.masterplan.rules.authority import Action, Case, require
from pilar.masterplan.rules.checking import missing_of
from pilar.masterplan.rules.proposals import NotEditable, NotHandedIn
from pilar.masterplan.rules.stages import EDITABLE_PROPOSALS, OPEN_PROPOSALS, ProposalState
from pilar.people.rules import Standing
from pilar.platform.language import translate


def submit(key: int, by: Standing) -> Check | Done:
    """Check the handing in of a proposal."""
    proposal = _own(key, by)
    row = proposal.row
    here = reverse("masterplan:proposal", args=[key])
    if row.state is ProposalState.SUBMITTED:
        return Done(_("The proposal is handed in"), here)
    if row.state not in EDITABLE_PROPOSALS:
        raise NotEditable
    mended = reverse("masterplan:proposal-edit", args=[key])
    missing = missing_of(proposal.content) if proposal.content else []
    return Check(
        title=_("Check before you hand the proposal in"),
        act=_("Hand in"),
        about=row.title,
        will=(
            _("Your office changes it no more, unless the secretariat of the region asks something about it."),
            _("The coordination meeting decides about it, and your office is told."),
            _("It can be taken back until the meeting has decided."),
        ),
        blocked=tuple(Remark(translate(fault.sentence, **fault.fields), mended) for fault in missing),
        trail=((row.title, here),),
        state=str(row.saves),
    )


def withdraw(key: int, by: Standing) -> Check | Done:
    """Check the withdrawal of a proposal."""
    proposal = _own(key, by)
    row = proposal.row
    here = reverse("masterplan:proposal", args=[key])
    if row.state is ProposalState.WITHDRAWN:
        return Done(_("The proposal is taken back; it stays readable"), here)
    if row.state not in OPEN_PROPOSALS:
        raise NotEditable
    call = queries.call(proposal.version)
    will = [
        _("The coordination meeting does not decide about it."),
        _("It stays readable, but nobody hands it in again: a new one has to be written."),
    ]
    if call is None or not call.open_at(timezone.now()):
        will.append(_("The call is closed: no new proposal is taken now."))
    else:
        until = reference.local_end(call.closes_at, proposal.version.plan.region)
        will.append(_("New proposals are taken until %(until)s.") % {"until": until})
    return Check(
        title=_("Check before you take the proposal back"),
        act=_("Take back"),
        about=row.title,
        will=tuple(will),
        trail=((row.title, here),),
        state=str(row.saves),
    )


def merge(version: int, rows: tuple[ProposalRow, ...], by: Standing) -> Check | Done:
    """Check the merging of proposals into one of them; it needs at least two."""
    row = queries.proposing_version(version, scope=by)
    require(by, Action.EDIT_PROPOSALS, Case(row.plan.region, None, row.state), known=True)
    into = {proposal.merged_into for proposal in rows if proposal.merged_into}
    left = {proposal.key for proposal in rows if not proposal.merged_into}
    address = reverse("masterplan:proposals", args=[version])
    if into and left == into:
        said = _("The proposals are merged; their offices read why")
        return Done(said, reverse("masterplan:proposal", args=[left.pop()]))
    if not all(proposal.mergeable for proposal in rows):
        raise NotHandedIn
    choose = Remark(_("Choose at least two proposals"), address)
    return Check(
        title=_("Check before you merge the proposals"),
        act=_("Merge"),
        about=row.plan.title,
        will=(
            _("The one that you choose goes to the meeting as it is; the offices of the others become its partners."),
            _("The others stay readable, but are decided no more, and nobody separates them again."),
            _("Their offices read the reason at their proposals."),
        ),
        counts=((_("Proposals"), str(len(rows))),),
        blocked=() if len(rows) > 1 else (choose,),
        trail=((_("Proposals"), address),),
        state=str([(proposal.key, proposal.saves) for proposal in rows]),
    )


def _own(key: int, by: Standing) -> ProposalDetail:
    """Return a proposal for a person who proposes for its office."""
    proposal = queries.proposal(key, scope=by)
    case = Case(proposal.version.plan.region, proposal.row.office, proposal.version.state)
    require(by, Action.PROPOSE, case, known=True)
    return proposal
