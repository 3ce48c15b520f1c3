"""Recommendations of the panel become proposals of the region's master plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pilar.evaluation.operations.addresses import address
from pilar.evaluation.operations.follow_up import TARGET, held
from pilar.evaluation.rules.authority import Action, Case, require
from pilar.masterplan import queries as plans
from pilar.masterplan.operations import Proposed, propose
from pilar.masterplan.operations.announcing import ASKED, question_subject
from pilar.masterplan.queries import VersionRow
from pilar.masterplan.rules.content import LONGEST_TEXT, Content
from pilar.masterplan.rules.decisions import LONGEST_REASON
from pilar.masterplan.rules.proposals import Origin
from pilar.masterplan.rules.stages import OPEN_PROPOSALS, ProposalKind
from pilar.people import operations as people
from pilar.people.rules import HeldRole, NotFound, Role, Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import mark


class AlreadyProposed(PilarError):
    """A proposal that the recommendation gave rise to waits in this version."""

    code = "already-proposed"
    status = 409
    sentence = mark("This recommendation is already proposed, as number %(number)s of the version")


@dataclass(frozen=True, slots=True)
class Idea:
    """What a recommendation is to become: a new programme with ``title`` in the sub-dimension ``part``, owned by
    ``office``; or the change of ``programme`` (its code), which stays with its owner."""

    kind: ProposalKind
    office: int | None = None
    title: str = ""
    part: str = ""
    programme: str = ""


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
    for one in plans.originated(Origin.RECOMMENDATION, [str(finding.pk)], scope=by):
        if one.version == version and one.state in OPEN_PROPOSALS:
            raise AlreadyProposed(number=one.number)
    office, given = _proposed(row, idea, finding.pk, finding.text)
    key = propose(by=by, version=version, office=office, given=given, now=now)
    audit.record(by, "propose", TARGET, stored.pk, area=case.region, after={"proposal": key, "version": version})
    people.notify(
        by=by,
        to=HeldRole(Role.CONTRIBUTOR, case.region, office),
        kind=ASKED,
        subject=question_subject(key),
        sentence=mark(
            "A recommendation of the evaluation became a proposal of your office: complete it and hand it in"
        ),
        address=address("masterplan:proposal", key),
        region=case.region,
        now=now,
    )
    return key


def _proposed(row: VersionRow, idea: Idea, finding: int, text: str) -> tuple[int, Proposed]:
    """The office and what it is given; raises Faults at fields of the idea."""
    origin = {
        "origin": Origin.RECOMMENDATION,
        "origin_key": str(finding),
        "origin_text": text[:LONGEST_TEXT],
    }
    if idea.kind is ProposalKind.ADD:
        if idea.office is None:
            raise Faults([Fault("no-office", mark("Choose the office that is to own the programme"), {}, "office")])
        content = Content(idea.title.strip(), idea.part, idea.office, need=text[:LONGEST_TEXT])
        return idea.office, Proposed(ProposalKind.ADD, content, **origin)
    if idea.kind is not ProposalKind.CHANGE:
        raise Faults([Fault("unknown-kind", mark("Choose a new programme or the change of one"), {}, "kind")])
    found = {one.code: one for one in plans.programmes(row)}.get(idea.programme)
    if found is None:
        raise Faults([Fault("unknown-programme", mark("Choose a programme of this plan"), {}, "programme")])
    given = Proposed(ProposalKind.CHANGE, found.content, found.key, text[:LONGEST_REASON], **origin)
    return found.content.owner, given
