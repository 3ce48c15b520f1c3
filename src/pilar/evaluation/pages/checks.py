"""Remarks shown before the secretariat computes, approves and publishes results, and moves a phase."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pilar.areas import reference
from pilar.design.final_acts import Check, Done, Remark
from pilar.evaluation.queries import campaigns as campaign_queries
from pilar.evaluation.queries import snapshots as reads
from pilar.evaluation.queries.campaigns import CampaignHead, CampaignView, PhaseView
from pilar.evaluation.queries.final_acts import PhaseReach, phase_reach, version_reach
from pilar.evaluation.queries.snapshots import PhaseResults, SnapshotRow
from pilar.evaluation.rules.authority import Action, Case, WrongState, require, require_running
from pilar.evaluation.rules.campaigns import numbered
from pilar.evaluation.rules.publishing import SnapshotNotFound
from pilar.evaluation.rules.stages import PHASE_NAMES, PhaseFacts, PhaseState, goes_back
from pilar.people.rules import NotFound, Standing
from pilar.platform.errors import Fault
from pilar.platform.language import N_, translate

Trail = tuple[tuple[str, str], ...]

CONSEQUENCES = {
    PhaseState.OPEN: (
        N_("Regions answer, attach evidence and submit until %(closes)s."),
        N_("%(told)s coordinators and signatories are told, and the offices that have indicators to answer."),
    ),
    PhaseState.CLOSED: (
        N_("No region changes or submits anything any more, but for those that have an extension."),
        N_("What regions and offices were told to do is taken off their lists."),
        N_("It can be opened again, with a reason."),
    ),
    PhaseState.DESK_CHECK: (
        N_("%(assessors)s assessors are told, and mark the regions that have submitted."),
        N_("Regions that have not submitted stay out, but for those that have an extension."),
    ),
    PhaseState.REVIEW: (N_("The panels meet the regions; the chairs settle marks again after an interview."),),
    PhaseState.AGREED: (
        N_("No assessor marks, meets or asks for evidence any more; all agreed marks stand."),
        N_("Meetings and requests that are open are taken off the lists."),
    ),
    PhaseState.OBJECTION: (
        N_("Regions read their marks and the approved results, and may object for %(days)s days."),
        N_("%(told)s coordinators and signatories are told."),
    ),
    PhaseState.FINAL: (
        N_("No region objects any more, and no objection is decided."),
        N_("After that the results are published by a letter."),
    ),
}
"""The effect of each move of a phase, and who is affected."""
SEEN = {PhaseState.OPEN, PhaseState.OBJECTION}
"""What regions read by a move forward to these nothing takes back from them."""
CONSEQUENCES_BACK = {
    PhaseState.OPEN: CONSEQUENCES[PhaseState.OPEN],
    PhaseState.CLOSED: (
        N_("Assessors mark nothing until the desk check begins again; their marks stay."),
        N_("From there the self-assessment can be opened again."),
    ),
    PhaseState.DESK_CHECK: (
        N_("The %(assessors)s assessors of the regions that have submitted are told, with your reason."),
        N_("Their marks stay, and can be changed again."),
    ),
    PhaseState.REVIEW: (
        N_("The %(assessors)s assessors of the regions that have submitted are told, with your reason."),
        N_("Agreed marks stay; chairs can settle them again, and then results have to be computed and approved again."),
    ),
    PhaseState.AGREED: (
        N_("Regions no longer read their marks, until the objection period begins again."),
        N_("What they were told about objecting is taken off their lists."),
    ),
    PhaseState.OBJECTION: (
        N_("Regions may object again for %(days)s days; acceptances and decided objections stay."),
        N_("%(told)s coordinators and signatories are told."),
    ),
}
"""What each move back does."""


def compute(code: str, number: int, by: Standing) -> Check | Done:
    """Before a new version is computed. It is nobody else's until it is approved, so nothing needs to be ticked."""
    results = reads.phase_results(code, number, by=by)
    require_running(by)
    reach = phase_reach(code, number, scope=by, now=timezone.now())
    if any(fault.code == "unchanged" for fault in results.why_not_compute):
        newest = results.snapshots[0].version
        said = _("Nothing has changed since version %(version)s") % {"version": newest}
        result = reverse("evaluation:snapshot", args=[code, number, newest])
        return Done(said, reverse("evaluation:phase-results", args=[code, number]), _("See its results"), result)
    facts = _facts(code, number, by)
    version = results.snapshots[0].version + 1 if results.snapshots else 1
    unready = []
    if facts.unsettled:
        address = reverse("evaluation:progress", args=[code, number])
        said = _("%(count)s regions have no agreed marks yet: they get no score")
        unready.append(Remark(said % {"count": facts.unsettled}, address))
    if results.open_objections:
        unready.append(_open_objections(code, number, results.open_objections))
    return Check(
        title=_("Check before you compute the results"),
        act=_("Compute the results"),
        about=f"{results.header.title}",
        will=(
            _("The agreed marks of this moment become version %(version)s of the results.") % {"version": version},
            _("Nobody is told, and nothing becomes public, before it is approved."),
            _("A version is never deleted; when marks change, the next one is computed."),
        ),
        counts=((_("Regions"), str(reach.regions)), (_("Submitted"), str(reach.submitted))),
        blocked=_blocked(results.why_not_compute, code, number),
        unready=tuple(unready),
        trail=_trail(results),
        final=False,
        state=str(version),
    )


def approve(code: str, number: int, version: int, by: Standing) -> Check | Done:
    """Before a version is approved."""
    results = reads.phase_results(code, number, by=by)
    require_running(by)
    row = _version(results, version)
    reach = version_reach(code, number, version, by=by, now=timezone.now())
    unready = [_open_objections(code, number, results.open_objections)] if results.open_objections else []
    if reach.without:
        unready.append(_without_score(code, number, version, reach.without))
    if row.approved_at:
        return approved(code, number, version)
    return Check(
        title=_("Check before you approve the results"),
        act=_("Approve the results"),
        about=_("%(title)s, version %(version)s") % {"title": results.header.title, "version": version},
        will=(
            _("Your name stands beside the approval, for good."),
            _("From the objection period on every region reads its own final and rank from this version."),
            _("Nothing becomes public before it is published by a letter."),
        ),
        counts=((_("Regions"), str(reach.regions)), (_("With a final"), str(reach.scored))),
        blocked=_blocked(results.why_not_approve, code, number) if row.newest else _not_newest(results, code, number),
        unready=tuple(unready),
        trail=_trail(results),
        state=row.result_sha256,
    )


def approved(code: str, number: int, version: int) -> Done:
    """Return what has come of an approval."""
    said = _("Version %(version)s is approved") % {"version": version}
    result = reverse("evaluation:snapshot", args=[code, number, version])
    return Done(said, reverse("evaluation:phase-results", args=[code, number]), _("See its results"), result)


def publish(code: str, number: int, version: int, by: Standing) -> Check | Done:
    """Before a version becomes public."""
    results = reads.phase_results(code, number, by=by)
    require_running(by)
    row = _version(results, version)
    reach = version_reach(code, number, version, by=by, now=timezone.now())
    before = next(
        (snapshot for snapshot in results.snapshots if snapshot.published_at is not None and snapshot is not row), None
    )
    will = [
        _("Everybody reads finals, ranks and the marks behind them, with this letter."),
        _("%(count)s coordinators and signatories get a notice.") % {"count": reach.told},
        _("What is published stays readable for good; a correction is a new version with a letter of its own."),
    ]
    if reach.recommendations:
        said = _("%(count)s recommendations of the panels become tasks of their regions.")
        will.append(said % {"count": reach.recommendations})
    if before is not None:
        said = _("Version %(version)s, letter %(letter)s, counts no longer, and stays readable.")
        will.append(said % {"version": before.version, "letter": before.letter_number})
    if row.published_at:
        return published(code, number, row)
    return Check(
        title=_("Check before you publish the results"),
        act=_("Publish the results"),
        about=_("%(title)s, version %(version)s") % {"title": results.header.title, "version": version},
        will=tuple(will),
        counts=((_("Regions"), str(reach.regions)), (_("With a final"), str(reach.scored))),
        blocked=_blocked(results.why_not_publish, code, number) if row.newest else _not_newest(results, code, number),
        unready=(_without_score(code, number, version, reach.without),) if reach.without else (),
        trail=_trail(results),
        state=row.result_sha256,
    )


def published(code: str, number: int, row: SnapshotRow) -> Done:
    """Return what has come of a publication."""
    said = _("Version %(version)s is published by letter %(letter)s")
    said %= {"version": row.version, "letter": row.letter_number}
    result = reverse("evaluation:computed", args=[code, number])
    return Done(said, reverse("evaluation:phase-results", args=[code, number]), _("See what everybody reads"), result)


def move(code: str, number: int, target: PhaseState, by: Standing) -> Check | Done:
    """Before a phase moves on, or is opened again."""
    view = campaign_queries.campaign(code, scope=by, now=timezone.now())
    require(by, Action.MOVE_PHASE, Case(), known=True)
    phase = next((phase_view for phase_view in view.phases if phase_view.row.number == number), None)
    if phase is None or target is PhaseState.PUBLISHED:
        raise NotFound
    if phase.row.state is target:
        return moved(view.head, number, target)
    offered = next((offered_move for offered_move in phase.moves if offered_move.target is target), None)
    if offered is None:
        raise WrongState(phase=phase.row.state, assessment=None)
    reach = phase_reach(code, number, scope=by, now=timezone.now())
    return Check(
        title=_("Check before the next step: %(act)s") % {"act": offered.name},
        act=offered.name,
        about=_("%(title)s, phase %(phase)s")
        % {"title": view.head.row.title, "phase": numbered(number, len(view.head.row.phases))},
        will=_consequences(view, phase, target, reach),
        counts=(
            (_("Regions"), str(reach.regions)),
            (_("Submitted"), str(reach.submitted)),
            (_("Not submitted"), str(reach.preparing)),
        ),
        blocked=_blocked(offered.obstacles, code, number),
        unready=_not_submitted(code, number, target, reach),
        trail=(
            (_("Campaigns"), reverse("evaluation:campaigns")),
            (f"{view.head.row.title}", reverse("evaluation:campaign", args=[code])),
        ),
        final=target in SEEN and not goes_back(phase.row.state, target),
        state=phase.row.state,
    )


def moved(head: CampaignHead, number: int, target: PhaseState) -> Done:
    """Return what has come of a move."""
    said = _("%(title)s, phase %(phase)s is now: %(state)s") % {
        "title": head.row.title,
        "phase": numbered(number, len(head.row.phases)),
        "state": translate(PHASE_NAMES[target]),
    }
    return Done(said, reverse("evaluation:campaign", args=[head.row.code]))


def _consequences(view: CampaignView, phase: PhaseView, target: PhaseState, reach: PhaseReach) -> tuple[str, ...]:
    """Return what a move does, and who is affected."""
    fields = {
        "closes": reference.local_end(phase.row.closes_at, None),
        "told": reach.told,
        "assessors": reach.assessors,
        "days": view.head.rules.objection_days,
    }
    told = CONSEQUENCES_BACK if goes_back(phase.row.state, target) else CONSEQUENCES
    return tuple(translate(sentence, **fields) for sentence in told[target])


def _not_submitted(code: str, number: int, target: PhaseState, reach: PhaseReach) -> tuple[Remark, ...]:
    if target not in (PhaseState.CLOSED, PhaseState.DESK_CHECK) or not reach.preparing:
        return ()
    said = _("%(count)s of %(regions)s regions have not submitted")
    address = f"{reverse('evaluation:progress', args=[code, number])}?state=preparing"
    return (Remark(said % {"count": reach.preparing, "regions": reach.regions}, address),)


def _facts(code: str, number: int, by: Standing) -> PhaseFacts:
    view = campaign_queries.campaign(code, scope=by, now=timezone.now())
    facts = next(phase.facts for phase in view.phases if phase.row.number == number)
    assert facts is not None
    return facts


def _version(results: PhaseResults, version: int) -> SnapshotRow:
    row = next((snapshot for snapshot in results.snapshots if snapshot.version == version), None)
    if row is None:
        raise SnapshotNotFound(version=version)
    return row


MENDED = {
    "no-regions": "evaluation:participants",
    "panels-incomplete": "evaluation:panels",
}
"""Where a condition that does not hold is mended: pages of the campaign, and of the phase."""
MENDED_IN_PHASE = {
    "not-time-to-open": "evaluation:phase-dates",
    "not-time-to-close": "evaluation:phase-dates",
    "earlier-phase-unpublished": "evaluation:phase-results",
    "nothing-submitted": "evaluation:progress",
    "extensions-run": "evaluation:progress",
    "marking-unfinished": "evaluation:progress",
    "marks-unsettled": "evaluation:progress",
    "requests-open": "evaluation:progress",
    "result-not-approved": "evaluation:phase-results",
    "objection-period-runs": "evaluation:objections",
    "objections-open": "evaluation:objections",
    "result-answered": "evaluation:objections",
}


def _blocked(faults: Iterable[Fault], code: str, number: int) -> tuple[Remark, ...]:
    return tuple(Remark(fault.text(), _mended(fault.code, code, number)) for fault in faults)


def _mended(fault: str, code: str, number: int) -> str:
    if fault in MENDED:
        return reverse(MENDED[fault], args=[code])
    if fault in MENDED_IN_PHASE:
        return reverse(MENDED_IN_PHASE[fault], args=[code, number])
    return ""


def _not_newest(results: PhaseResults, code: str, number: int) -> tuple[Remark, ...]:
    said = _("This is not the newest version any more: use version %(newest)s")
    address = reverse("evaluation:phase-results", args=[code, number])
    return (Remark(said % {"newest": results.snapshots[0].version}, address),)


def _open_objections(code: str, number: int, count: int) -> Remark:
    said = _("%(count)s objections are not decided; a mark that changes needs a further version")
    return Remark(said % {"count": count}, reverse("evaluation:objections", args=[code, number]))


def _without_score(code: str, number: int, version: int, count: int) -> Remark:
    said = _("%(count)s regions have no final, and no rank")
    return Remark(said % {"count": count}, reverse("evaluation:snapshot", args=[code, number, version]))


def _trail(results: PhaseResults) -> Trail:
    header = results.header
    return (
        (f"{header.title}", reverse("evaluation:campaign", args=[header.campaign])),
        (
            _("Results of phase %(number)s of %(phases)s") % {"number": header.number, "phases": header.phase_count},
            reverse("evaluation:phase-results", args=[header.campaign, header.number]),
        ),
    )
