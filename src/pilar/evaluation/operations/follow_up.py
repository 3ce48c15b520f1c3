"""Follow-up (tindak lanjut) of recommendations by the region: owner office, due date, state, evidence; reminders."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from textwrap import shorten
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from pilar.areas.models import Office
from pilar.areas.reference import time_zones
from pilar.areas.rules import zone_of
from pilar.evaluation.models import FollowUp, FollowUpEvidence
from pilar.evaluation.operations.announcing import address
from pilar.evaluation.operations.locking import held_assessment
from pilar.evaluation.queries.cases import case_of
from pilar.evaluation.rules.authority import Action, Case, require
from pilar.evaluation.rules.follow_up import OPEN_STATES, REMIND_DAYS, Plan, checked_plan, end_of
from pilar.evidence import queries as evidence_room
from pilar.people import operations as people
from pilar.people.rules import HeldRole, NotFound, Role, Standing, existing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.jobs import every
from pilar.platform.language import N_
from pilar.platform.versions import Stored, require_seen

TARGET = "evaluation.follow-up"


@transaction.atomic
def save_follow_up(*, by: Standing, follow_up: int, plan: Plan, seen_version: int, now: datetime) -> int:
    """Keep what the region does about a recommendation; returns the version.

    The office and the due date are the coordinator's; an office's contributor says how far its work is. Saving what
    stands there already changes nothing. Raises Faults at a field of the plan, Outdated, NotFound, NotAllowed,
    WrongState.
    """
    stored, case = held(by, follow_up)
    before = _plan(stored)
    if before == plan:
        return stored.version
    name = "" if stored.changed_by is None else stored.changed_by.name
    require_seen(seen_version, Stored(stored.version, asdict(before), name, stored.changed_at))
    if (plan.office, plan.due) != (before.office, before.due):
        require(
            by, Action.FOLLOW_UP, Case(region=case.region, phase=case.phase, assessment=case.assessment), known=True
        )
    wanted = checked_plan(plan, year=stored.finding.assessment.phase.campaign.year)
    if wanted.office not in (None, before.office) and not _is_open(wanted.office, case.region):
        raise Faults([Fault("unknown-office", N_("Choose an office of the region"), {}, "office")])
    stored.office_id, stored.due, stored.state, stored.note = wanted.office, wanted.due, wanted.state, wanted.note
    stored.version += 1
    stored.changed_by_id, stored.changed_at = by.account, now
    stored.save()
    changed = [name for name, value in asdict(wanted).items() if value != asdict(before)[name]]
    audit.record(
        by=by.actor,
        action="change",
        target=TARGET,
        key=stored.pk,
        area=case.region,
        before={name: asdict(before)[name] for name in changed},
        after={name: asdict(wanted)[name] for name in changed} | {"version": stored.version},
    )
    if wanted.state not in OPEN_STATES or wanted.due != before.due or wanted.office != before.office:
        people.settle(by=by, subject=f"{TARGET}:{stored.pk}", now=now)
    return stored.version


@transaction.atomic
def attach_to_follow_up(*, by: Standing, follow_up: int, evidence: UUID, now: datetime) -> None:
    """Attach a piece of evidence of the region; a second time changes nothing. NotFound for that of another region."""
    stored, case = held(by, follow_up)
    known = evidence_room.evidence_list([evidence], scope=by)
    if not known or known[0].region_code != case.region:
        raise NotFound
    _row, new = FollowUpEvidence.objects.get_or_create(
        follow_up=stored, evidence_id=evidence, defaults={"added_at": now}
    )
    if new:
        audit.record(by, "attach", TARGET, stored.pk, area=case.region, after={"evidence": str(evidence)})


@transaction.atomic
def detach_from_follow_up(*, by: Standing, follow_up: int, evidence: UUID) -> None:
    """Take a piece of evidence from a follow-up; it stays with the region."""
    stored, case = held(by, follow_up)
    gone, _ = FollowUpEvidence.objects.filter(follow_up=stored, evidence=evidence).delete()
    if not gone:
        raise NotFound
    audit.record(by, "detach", TARGET, stored.pk, area=case.region, before={"evidence": str(evidence)})


@every("evaluation.remind-of-follow-ups", cron="0 0 * * *")  # 7.00 WIB
@transaction.atomic
def remind_of_follow_ups(*, by: Standing, now: datetime) -> int:
    """Tell the coordinator and the office of every open follow-up that is due within a week; returns how many it told.

    For the schedule only. Who was told and has not acted is not told again.
    """
    by.require_server()
    told = 0
    due = FollowUp.objects.filter(
        state__in=OPEN_STATES, due__lte=timezone.localdate(now) + timedelta(days=REMIND_DAYS)
    ).annotate(region=F("finding__assessment__participation__region"))
    for row in due.select_related("finding"):
        roles = [HeldRole(Role.COORDINATOR, region=row.region)]
        if row.office_id is not None:
            roles.append(HeldRole(Role.CONTRIBUTOR, region=row.region, office=row.office_id))
        for role in roles:
            told += people.notify(
                by=by,
                to=role,
                kind="evaluation.follow-up-due",
                subject=f"{TARGET}:{row.pk}",
                sentence=N_("A recommendation of the panel is to be followed up: %(text)s"),
                fields={"text": shorten(row.finding.text, 120, placeholder=" …")},
                address=address("evaluation:follow-up", row.pk),
                region=row.region,
                deadline=end_of(row.due, zone_of(row.region, now, time_zones()).hours),
                now=now,
            )
    return told


def held(by: Standing, key: int) -> tuple[FollowUp, Case]:
    """The follow-up, held by its assessment, and its case with its office. Raises as the permission table says."""
    rows = FollowUp.objects.select_related("finding__assessment__phase__campaign", "changed_by")
    follow_up = existing(rows.filter(pk=key).first())
    assessment = held_assessment(by, follow_up.finding.assessment_id)
    stored = rows.get(pk=key)
    whole = case_of(assessment)
    case = Case(region=whole.region, office=stored.office_id, phase=whole.phase, assessment=whole.assessment)
    require(by, Action.FOLLOW_UP, case, known=True)
    return stored, case


def _is_open(office: int | None, region: str) -> bool:
    return Office.objects.filter(pk=office, region=region, closed_at=None).exists()


def _plan(row: FollowUp) -> Plan:
    return Plan(row.office_id, row.due, row.state, row.note)
