"""The check pages before a version of a plan moves on, and before a meeting begins or is signed off."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pilar.design.final_acts import Check, Done, Remark
from pilar.masterplan import queries
from pilar.masterplan.queries import VersionRow
from pilar.masterplan.queries import meetings as reads
from pilar.masterplan.queries.proposals import ProposalRow
from pilar.masterplan.rules.authority import Action, Case, require
from pilar.masterplan.rules.decisions import OUTCOME_NAMES
from pilar.masterplan.rules.stages import (
    VERSION_NAMES,
    MeetingState,
    NoSuchMove,
    ProposalState,
    VersionState,
    move,
)
from pilar.people.rules import Standing
from pilar.platform.errors import Fault
from pilar.platform.language import N_, translate

STEPS = {
    VersionState.MEETING: (
        N_("Check before you open the coordination meeting"),
        (
            N_("The version never goes back to being drawn up; the meeting decides about what is handed in."),
            N_("Proposals that are not handed in are not on its agenda."),
            N_("Texts and proposals can still be written until legal review."),
        ),
    ),
    VersionState.LEGAL_REVIEW: (
        N_("Check before you hand the plan over to legal review"),
        (
            N_("Nobody writes texts, programmes or proposals any more."),
            N_("Questions to offices that wait for an answer are taken off their lists."),
            N_("Legal review can send it back to a further meeting."),
        ),
    ),
    VersionState.EXPIRED: (
        N_("Check before you end the plan"),
        (
            N_("The plan is no longer in force, and nobody brings it back into force."),
            N_("It stays readable for everybody, as the law that it was."),
        ),
    ),
    VersionState.DROPPED: (
        N_("Check before you drop the version"),
        (
            N_("Nobody works on it any more, and nobody brings it back: what is to be used is proposed again."),
            N_("It stays readable in the list of versions, for those who work on the plan."),
        ),
    ),
}
"""Moves that need no form: the title of their page, and their effect."""
MENDED = {
    "no-meeting": "meetings",
    "meeting-runs": "meetings",
    "minutes-not-signed": "meetings",
    "no-programmes": "proposals",
    "texts-not-adopted": "texts",
}
"""The page of a version where a condition that does not hold can be met."""


def step(key: int, target: VersionState, by: Standing) -> Check | Done:
    """Check a move that needs no data, only its conditions."""
    row = _moving(key, by)
    if row.state is target:
        return _is_now(row)
    if target not in STEPS or (row.state, target) == (VersionState.LEGAL_REVIEW, VersionState.MEETING):
        raise NoSuchMove
    wanted = move(row.state, target)
    facts = queries.version_facts(row.key, region=row.plan.region, last_year=row.plan.last_year, now=timezone.now())
    rows = queries.proposals(row, scope=by)
    title, will = STEPS[target]
    return Check(
        title=translate(title),
        act=translate(wanted.name),
        about=row.plan.title,
        will=tuple(map(translate, will)),
        counts=(
            (_("Programmes"), str(facts.programmes)),
            (_("Proposals handed in"), str(_of(rows, ProposalState.SUBMITTED))),
        ),
        blocked=tuple(_remark(fault, row) for fault in wanted.faults(facts)),
        unready=_unready(row, rows) if target in (VersionState.MEETING, VersionState.LEGAL_REVIEW) else (),
        trail=_trail(row),
        final=target is not VersionState.LEGAL_REVIEW,
        state=row.state,
    )


def decree(key: int, by: Standing) -> Check | Done:
    """Check the entry of the regulation, which makes the version law."""
    row = _moving(key, by)
    if row.state is VersionState.DECREED:
        return Done(_("The decree is entered. Everybody reads this version now"), _overview(row))
    move(row.state, VersionState.DECREED)
    return Check(
        title=_("Check before you enter the decree"),
        act=_("Enter the decree"),
        about=row.plan.title,
        will=(
            _("The version is law: everybody reads it, with the text of the regulation."),
            _("Nothing of it changes any more: another wording or number needs a revision of the plan."),
            _("It comes into force by a further step; until then the version before stays in force."),
        ),
        counts=_contents(row),
        trail=_trail(row),
        state=row.state,
    )


def force(key: int, by: Standing) -> Check | Done:
    """Check the coming into force of a version."""
    row = _moving(key, by)
    if row.state is VersionState.IN_FORCE:
        return Done(_("The version is in force"), _overview(row))
    move(row.state, VersionState.IN_FORCE)
    former = next(
        (
            version
            for version in queries.versions(row.plan.region, scope=by)
            if version.plan.key == row.plan.key and version.state is VersionState.IN_FORCE
        ),
        None,
    )
    will = [
        _("Offices report on its programmes every quarter from then on."),
        _("It stays in force until the plan ends, or a revision replaces it. Nobody takes that back."),
    ]
    if former is not None:
        said = _("Version %(number)s, in force since %(day)s, ends the day before, and stays readable.")
        will.append(said % {"number": former.number, "day": date_format(former.in_force_since, "j F Y")})
    other = queries.other_in_force(row, scope=by)
    if other is not None:
        said = _(
            "“%(title)s” is in force until %(day)s. If this plan replaces it, it ends the day before and nobody brings "
            "it back; it stays readable, and its offices still owe the reports of the quarters up to then."
        )
        will.append(said % {"title": other.plan.title, "day": date_format(other.in_force_until, "j F Y")})
    return Check(
        title=_("Check before you bring the plan into force"),
        act=_("Bring into force"),
        about=row.plan.title,
        will=tuple(will),
        counts=_contents(row),
        trail=_trail(row),
        state=f"{row.state} {former.number if former else ''} {other.key if other else ''}",
    )


def send_back(key: int, by: Standing) -> Check | Done:
    """Check sending a version back from legal review; it can be handed over again, so nothing needs to be ticked."""
    row = _moving(key, by)
    if row.state is VersionState.MEETING:
        return Done(_("The version is back in the coordination meeting"), _overview(row))
    if row.state is not VersionState.LEGAL_REVIEW:
        raise NoSuchMove
    return Check(
        title=_("Check before you send the plan back to the meeting"),
        act=_("Send back"),
        about=row.plan.title,
        will=(
            _("Texts and proposals can be written again, and a further meeting can decide."),
            _("Everybody who works on the plan reads what legal review found."),
        ),
        trail=_trail(row),
        final=False,
        state=row.state,
    )


def begin(key: int, by: Standing) -> Check | Done:
    """Check the beginning of a meeting."""
    row = reads.meeting(key, scope=by)
    require(by, Action.HOLD_MEETINGS, row.case, known=True)
    if row.state is not MeetingState.PLANNED:
        name = "decisions" if row.decides else "meeting"
        return Done(_("The meeting has begun"), reverse(f"masterplan:{name}", args=[key]))
    rows = queries.proposals(row.version, scope=by) if row.decides else ()
    attendance = reverse("masterplan:attendance", args=[key])
    will = [_("It runs until its minutes are signed off, and stands in the calendar as it was held.")]
    if row.decides:
        will.append(_("It decides about every proposal that is handed in; each decision is kept."))
        if row.version.state is VersionState.DRAFT:
            will.append(translate(STEPS[VersionState.MEETING][1][0]))
    return Check(
        title=_("Check before you begin the meeting"),
        act=_("Begin the meeting"),
        about=row.title,
        will=tuple(will),
        counts=(
            (_("Present"), _("%(count)s of %(total)s") % {"count": row.present, "total": row.invited}),
            *(((_("Proposals to decide"), str(_of(rows, ProposalState.SUBMITTED))),) if row.decides else ()),
        ),
        blocked=() if row.present else (Remark(_("Tick who is present first"), attendance),),
        unready=_unready(row.version, rows) if row.decides else (),
        trail=((row.title, reverse("masterplan:meeting", args=[key])),),
        state=str(row.saves),
    )


def sign_off(minutes: reads.Minutes, by: Standing) -> Check | Done:
    """Check the signing off of minutes."""
    row = minutes.row
    require(by, Action.HOLD_MEETINGS, row.case, known=True)
    if row.is_over:
        said = _("The minutes are signed off; what was accepted stands in the plan")
        return Done(said, reverse("masterplan:minutes", args=[row.key]))
    missing = reads.missing_for_minutes(minutes, timezone.now())
    blocked = [Remark(translate(fault.sentence, **fault.fields)) for fault in missing]
    if row.state is MeetingState.PLANNED:
        said = _("The meeting has not begun: begin it first")
        blocked = [Remark(said, reverse("masterplan:meeting", args=[row.key]))]
    will = [
        _("Nothing of the meeting changes any more; its minutes get a sign by which every copy can be checked."),
    ]
    if row.decides:
        will.append(_("What it accepted goes into the plan, and the offices are told what was decided."))
    return Check(
        title=_("Check before you sign off the minutes"),
        act=_("Sign off the minutes"),
        about=row.title,
        will=tuple(will),
        counts=tuple((name, str(count)) for name, count in _decisions(minutes)),
        blocked=tuple(blocked),
        unready=_left_out(minutes),
        trail=((row.title, reverse("masterplan:meeting", args=[row.key])),),
        state=str(row.saves),
    )


def _moving(key: int, by: Standing) -> VersionRow:
    """Return the version for a person who may move it."""
    row = queries.version(key, scope=by)
    require(by, Action.MOVE_VERSION, Case(row.plan.region, None, row.state), known=True)
    return row


def _is_now(row: VersionRow) -> Done:
    said = _("The state is now “%(state)s”") % {"state": translate(VERSION_NAMES[row.state])}
    if row.state is VersionState.DROPPED:
        return Done(said, reverse("masterplan:region", args=[row.plan.region]), _("See the version"), _overview(row))
    return Done(said, _overview(row))


def _unready(row: VersionRow, rows: Iterable[ProposalRow]) -> tuple[Remark, ...]:
    remarks, address = [], reverse("masterplan:proposals", args=[row.key])
    for state, sentence in (
        (ProposalState.DRAFT, N_("%(count)s proposals are written, but not handed in")),
        (ProposalState.RETURNED, N_("%(count)s proposals are asked back, and not answered yet")),
    ):
        if count := _of(rows, state):
            remarks.append(Remark(translate(sentence, count=count), f"{address}?state={state}"))
    silent = queries.silent_offices(row) if queries.call(row) else ()
    if silent:
        remarks.append(Remark(_("%(count)s offices have proposed nothing") % {"count": len(silent)}, address))
    return tuple(remarks)


def _left_out(minutes: reads.Minutes) -> tuple[Remark, ...]:
    """Return remarks on proposals that the meeting leaves out of the plan, although they might be expected in it."""
    remarks = []
    for row in minutes.agenda.lost if minutes.agenda else ():
        said = _("Proposal %(number)s is merged into %(target)s, which does not go into the plan: so neither does it")
        remarks.append(Remark(said % {"number": row.number, "target": row.into[1] if row.into else ""}))
    waiting = reads.proposals_waiting(minutes.row) if minutes.row.decides else 0
    if waiting:
        said = _("%(count)s proposals are not handed in; the meeting does not decide about them")
        remarks.append(
            Remark(said % {"count": waiting}, reverse("masterplan:proposals", args=[minutes.row.version.key]))
        )
    return tuple(remarks)


def _decisions(minutes: reads.Minutes) -> list[tuple[str, int]]:
    """Return the number of decisions by outcome."""
    if minutes.agenda is None:
        return []
    taken = [row.decision.outcome for row in minutes.agenda.rows if row.here and row.decision]
    return [(translate(name), taken.count(outcome)) for outcome, (name, _tone) in OUTCOME_NAMES.items()]


def _contents(row: VersionRow) -> tuple[tuple[str, str], ...]:
    contents = [programme.content for programme in queries.programmes(row)]
    return (
        (_("Programmes"), str(len(contents))),
        (_("Quick wins"), str(sum(content.quick_win for content in contents))),
        (_("Owner offices"), str(len({content.owner for content in contents}))),
    )


def _remark(fault: Fault, row: VersionRow) -> Remark:
    page = MENDED.get(fault.code)
    address = reverse(f"masterplan:{page}", args=[row.key]) if page else ""
    return Remark(translate(fault.sentence, **fault.fields), address)


def _of(rows: Iterable[ProposalRow], state: ProposalState) -> int:
    return sum(row.state is state for row in rows)


def _overview(row: VersionRow) -> str:
    return reverse("masterplan:version", args=[row.key])


def _trail(row: VersionRow) -> tuple[tuple[str, str], ...]:
    return ((row.plan.title, _overview(row)),)
