"""Carry the decisions of the meeting into the version of the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pilar.masterplan.models import Decision, Entry, Line, Meeting, Plan, Proposal, Statement
from pilar.masterplan.operations.contents import content_of, keep_all
from pilar.masterplan.rules.decisions import INTO_THE_PLAN, Outcome
from pilar.masterplan.rules.stages import ProposalKind
from pilar.people.rules import Standing
from pilar.platform import audit


def adopt(
    by: Standing, meeting: Meeting, agenda: Sequence[Proposal], decided: Mapping[int | None, Decision], now: datetime
) -> None:
    """Write the decisions into the version: new programmes get the next code, changed ones their content, ended ones
    are removed; every statement refers to the decision about the general part."""
    version = meeting.version
    general = decided.get(None)
    if general is not None and general.outcome == Outcome.ACCEPTED:
        Statement.objects.filter(version=version).update(decision=general)
    accepted = [
        (proposal, decided[proposal.pk])
        for proposal in agenda
        if proposal.pk in decided and decided[proposal.pk].outcome in INTO_THE_PLAN
    ]
    contents = _with_partners(by=by, plan=version.plan, agenda=agenda, decided=decided, accepted=accepted, now=now)
    codes = new_codes(version.plan, sum(proposal.kind == ProposalKind.ADD for proposal, _decision in accepted))
    added = []
    for proposal, decision in accepted:
        match proposal.kind:
            case ProposalKind.ADD:
                line = Line.objects.create(plan=version.plan, code=next(codes), opened_at=now)
                added.append(Entry(version=version, line=line, content_id=contents[proposal.pk], decision=decision))
            case ProposalKind.CHANGE:
                Entry.objects.filter(version=version, line=proposal.line_id).update(
                    content=contents[proposal.pk], decision=decision
                )
            case ProposalKind.DROP:
                Entry.objects.filter(version=version, line=proposal.line_id).delete()
    Entry.objects.bulk_create(added)
    audit.record(
        by=by.actor, action="adopt", target="masterplan.version", key=version.pk, area=version.region_id,
        after={"meeting": meeting.pk, "accepted": [proposal.number for proposal, _decision in accepted]},
    )  # fmt: skip


def _with_partners(
    *,
    by: Standing,
    plan: Plan,
    agenda: Sequence[Proposal],
    decided: Mapping[int | None, Decision],
    accepted: Sequence[tuple[Proposal, Decision]],
    now: datetime,
) -> dict[int, int | None]:
    """Return the key of the content of each accepted proposal, by its key; the offices of proposals merged into it
    become partners."""
    merged = defaultdict(list)
    for asked in agenda:
        if asked.pk in decided and decided[asked.pk].outcome == Outcome.MERGED:
            merged[decided[asked.pk].into_id].append(asked.office_id)
    widened_by = {}
    for proposal, decision in accepted:
        widened_by[proposal.pk] = decision.content_id
        if decision.content is not None and proposal.pk in merged:
            content = content_of(decision.content)
            partners = dict.fromkeys([*content.partners, *merged[proposal.pk]])
            partners.pop(content.owner, None)
            widened = replace(content, partners=tuple(partners))
            widened_by[proposal.pk] = keep_all(by, plan, [widened], now=now)[0].pk
    return widened_by


def new_codes(plan: Plan, count: int) -> Iterator[str]:
    """Yield the next codes of programmes: ``P001`` and so on, never one that was used before."""
    used = Line.objects.filter(plan=plan).count()
    return iter([f"P{number:03d}" for number in range(used + 1, used + count + 1)])
