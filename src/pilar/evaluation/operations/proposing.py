"""Recommendations of the panel, and targets that would lift the index, become proposals of the region's master plan."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from pilar.evaluation.operations.announcing import address
from pilar.evaluation.operations.follow_up import TARGET, held
from pilar.evaluation.operations.locking import locked_assessment
from pilar.evaluation.queries.aiming import aimed_at, aims, origin_key, origin_keys
from pilar.evaluation.rules.authority import Action, Case, require
from pilar.masterplan import queries as plans
from pilar.masterplan.operations import Proposed, propose
from pilar.masterplan.operations.announcing import ASKED, question_subject
from pilar.masterplan.queries import ProgrammeRow, VersionRow
from pilar.masterplan.rules.content import MAX_TEXT, Content, Target
from pilar.masterplan.rules.decisions import MAX_REASON
from pilar.masterplan.rules.proposals import Origin
from pilar.masterplan.rules.stages import OPEN_PROPOSALS, ProposalKind
from pilar.people import operations as people
from pilar.people.rules import HeldRole, NotAllowed, NotFound, Role, Standing
from pilar.platform import audit, locks
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_, translate


class AlreadyProposed(PilarError):
    """A proposal that the same gave rise to waits in this version."""

    code = "already-proposed"
    status = 409
    sentence = N_("This is already proposed, as number %(number)s of the version")


class ProgrammeProposed(AlreadyProposed):
    """Another target of the programme waits in this version, in a proposal of a programme that goes on with it."""

    code = "programme-proposed"
    sentence = N_(
        "The programme is already proposed, as number %(number)s of the version: its office adds the target there"
    )


@dataclass(frozen=True, slots=True)
class Idea:
    """A proposal made from a recommendation: a new programme with ``title`` in the sub-dimension ``part``, owned by
    ``office``; or the change of ``programme`` (its code), which stays with its owner."""

    kind: ProposalKind
    office: int | None = None
    title: str = ""
    part: str = ""
    programme: str = ""


@dataclass(frozen=True, slots=True)
class Aim:
    """A new value for a target of a programme (its code and number in the plan that is law) by the end of a year."""

    programme: str
    target: int
    year: int
    value: Decimal


@transaction.atomic
def propose_from_follow_up(*, by: Standing, follow_up: int, version: int, idea: Idea, now: datetime) -> int:
    """Write a proposal for the office that is to own it, which completes it and hands it in; returns its key.

    A new programme answers the need that the recommendation names; a change begins with the content that holds. Raises
    Faults at fields of the idea, :class:`AlreadyProposed`, NotFound, NotAllowed, WrongState.
    """
    stored, case = held(by, follow_up)
    require(by, Action.FOLLOW_UP, Case(region=case.region, phase=case.phase, assessment=case.assessment), known=True)
    row = plans.version(version, scope=by)
    if row.plan.region != case.region:
        raise NotFound
    finding = stored.finding
    _require_new(by, version, Origin.RECOMMENDATION, str(finding.pk))
    office, given = _proposed(row, idea, finding.pk, finding.text)
    sentence = N_("A recommendation of the evaluation became a proposal of your office: complete it and hand it in")
    return _written(by, row, office, given, about=(TARGET, stored.pk), sentence=sentence, now=now)


@transaction.atomic
def propose_target(*, by: Standing, assessment: int, version: int, aim: Aim, now: datetime) -> int:
    """Write a target, set where the evaluation says what measures would lift, as a proposal for the office that owns
    the programme; returns its key.

    Into a version of the plan that is law it is the change of the programme, into that of another plan a programme that
    goes on with it: title, need and partners of the old one, this target, and neither money nor road map. Raises Faults
    at fields of the aim, :class:`AlreadyProposed`, NotFound, NotAllowed, WrongState.
    """
    held_row, case = locked_assessment(by, assessment, Action.PLAN_STEPS)
    if not aims(by, case.region):
        raise NotAllowed
    row = plans.version(version, scope=by)
    if row.plan.region != case.region:
        raise NotFound
    law, programme, target = aimed_at(held_row, aim.programme, aim.target, now=now)
    key = origin_key(assessment, aim.programme, aim.target)
    _require_new(by, version, Origin.MEASURE, key)
    text = translate(
        "“%(title)s” is to be %(value)s %(unit)s by the end of %(year)s",
        title=target.title, value=aim.value, unit=target.unit, year=str(aim.year),
    )  # fmt: skip
    origin = {"origin": Origin.MEASURE, "origin_key": key, "origin_text": text[:MAX_TEXT]}
    if row.plan.key == law.plan.key:
        kept = {programme_row.code: programme_row for programme_row in plans.programmes(row)}.get(aim.programme)
        if kept is None:
            raise Faults([Fault("unknown-programme", N_("Choose a programme of this plan"), {}, "programme")])
        given = Proposed(ProposalKind.CHANGE, _changed(kept, aim), kept.key, text[:MAX_REASON], **origin)
    else:
        locks.take(f"evaluation.continuing:{version}")  # each phase is an assessment with a lock of its own
        _require_alone(by, version, origin_keys(law, programme))
        given = Proposed(ProposalKind.ADD, _continued(programme, target, aim), **origin)
    owner = programme.content.owner if given.content is None else given.content.owner
    sentence = N_(
        "A target that would lift the evaluation became a proposal of your office: complete it and hand it in"
    )
    return _written(by, row, owner, given, about=("evaluation.assessment", assessment), sentence=sentence, now=now)


def _require_new(by: Standing, version: int, origin: Origin, key: str) -> None:
    for originated in plans.originated(origin, [key], scope=by):
        if originated.version == version and originated.state in OPEN_PROPOSALS:
            raise AlreadyProposed(number=originated.number)


def _require_alone(by: Standing, version: int, keys: Collection[str]) -> None:
    """A version has one programme that goes on with another, whichever targets and phases ask for it."""
    for originated in plans.originated(Origin.MEASURE, keys, scope=by):
        if originated.version == version and originated.state in OPEN_PROPOSALS and originated.kind is ProposalKind.ADD:
            raise ProgrammeProposed(number=originated.number)


def _written(
    by: Standing, row: VersionRow, office: int, given: Proposed, *, about: tuple[str, int], sentence: str, now: datetime
) -> int:
    """Write the proposal, tell the office, and say so in the log of what gave rise to it."""
    key = propose(by=by, version=row.key, office=office, given=given, now=now)
    region = row.plan.region
    audit.record(by, "propose", *about, area=region, after={"proposal": key, "version": row.key})
    people.notify(
        by=by,
        to=HeldRole(Role.CONTRIBUTOR, region, office),
        kind=ASKED,
        subject=question_subject(key),
        sentence=sentence,
        address=address("masterplan:proposal", key),
        region=region,
        now=now,
    )
    return key


def _changed(kept: ProgrammeRow, aim: Aim) -> Content:
    """The programme as it stands in the version, with the target of the year."""
    targets = kept.content.targets
    held = next((target for target in targets if target.number == aim.target), None)
    if held is None:
        raise Faults([Fault("unknown-target", N_("The programme has no such target in this version"), {}, "target")])
    if held.planned_for(aim.year) == aim.value:
        raise Faults([Fault("target-stands", N_("This is the target already"), {}, "value")])
    return replace(kept.content, targets=tuple(_aimed(target, aim) if target is held else target for target in targets))


def _continued(programme: ProgrammeRow, target: Target, aim: Aim) -> Content:
    """A programme of the next plan that goes on with one of this, with the target alone."""
    only = _aimed(replace(target, number=1, base=None, base_year=None, yearly=()), aim)
    return replace(
        programme.content, targets=(only,), quick_win=False, budgets=(), activities=(), monitored=(), judged=()
    )


def _aimed(target: Target, aim: Aim) -> Target:
    return replace(target, yearly=tuple(sorted({**target.by_year, aim.year: aim.value}.items())))


def _proposed(row: VersionRow, idea: Idea, finding: int, text: str) -> tuple[int, Proposed]:
    """The office and what it is given; raises Faults at fields of the idea."""
    origin = {
        "origin": Origin.RECOMMENDATION,
        "origin_key": str(finding),
        "origin_text": text[:MAX_TEXT],
    }
    if idea.kind is ProposalKind.ADD:
        if idea.office is None:
            raise Faults([Fault("no-office", N_("Choose the office that is to own the programme"), {}, "office")])
        content = Content(idea.title.strip(), idea.part, idea.office, need=text[:MAX_TEXT])
        return idea.office, Proposed(ProposalKind.ADD, content, **origin)
    if idea.kind is not ProposalKind.CHANGE:
        raise Faults([Fault("unknown-kind", N_("Choose a new programme or the change of one"), {}, "kind")])
    programme = {programme.code: programme for programme in plans.programmes(row)}.get(idea.programme)
    if programme is None:
        raise Faults([Fault("unknown-programme", N_("Choose a programme of this plan"), {}, "programme")])
    given = Proposed(ProposalKind.CHANGE, programme.content, programme.key, text[:MAX_REASON], **origin)
    return programme.content.owner, given
