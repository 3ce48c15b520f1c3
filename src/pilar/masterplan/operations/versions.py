"""Move a version: to the meeting, to legal review, to law, into force, and out of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.evidence.models import Evidence
from pilar.evidence.operations import Content, add_evidence
from pilar.masterplan.models import Meeting, Proposal, Version
from pilar.masterplan.operations.announcing import settle_questions, settle_whole_call
from pilar.masterplan.operations.announcing_reports import settle_plans
from pilar.masterplan.operations.locking import locked_version, refuse
from pilar.masterplan.queries.plans import version_facts
from pilar.masterplan.rules.authority import Action
from pilar.masterplan.rules.content import MAX_TEXT
from pilar.masterplan.rules.meetings import MeetingKind
from pilar.masterplan.rules.stages import (
    BEING_WRITTEN,
    FORM_NAMES,
    UNDER_WAY,
    VERSIONS,
    Decree,
    MeetingState,
    NoSuchMove,
    ProposalState,
    VersionFacts,
    VersionState,
    faults_of_decree,
    faults_of_force,
    faults_of_replacing,
)
from pilar.people.rules import Standing, existing
from pilar.platform import locks, moves
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_, translate
from pilar.platform.lifecycle import Move

TARGET = "masterplan.version"


class PlanOverlap(PilarError):
    """Another plan of the region is in force on these days."""

    code = "plan-overlap"
    status = 409
    sentence = N_(
        "Another plan of the region is in force from %(first)s to %(last)s: say that this one replaces it, or choose "
        "another day"
    )


class EndedOverlap(PlanOverlap):
    """A plan that has ended was in force on these days: it can no longer be replaced."""

    sentence = N_("Another plan of the region was in force from %(first)s to %(last)s: choose a later day")


@transaction.atomic
def move_version(*, by: Standing, version: int, target: VersionState, now: datetime) -> None:
    """Make one of the moves that need no data, only their conditions; a repeated move changes nothing.

    Raises Faults for conditions that do not hold, :class:`NoSuchMove`; needs ``move-version``.
    """
    row = locked_version(by, version, Action.MOVE_VERSION)
    if row.state == target:
        return
    wanted = VERSIONS.move(VersionState(row.state), target)
    if wanted.made_by:
        raise NoSuchMove
    wanted.require(version_facts(row.pk, region=row.region_id, last_year=row.plan.last_year, now=now))
    _move(by, row, wanted)
    if target == VersionState.EXPIRED:
        settle_plans(by=by, plans=[row.plan_id], now=now)
    if target not in BEING_WRITTEN:
        # Nobody can answer a question about a version that has moved on, or propose for it.
        asked = Proposal.objects.filter(version=row, state=ProposalState.RETURNED).values_list("pk", flat=True)
        settle_questions(by=by, proposals=asked, now=now)
        settle_whole_call(by=by, version=row, now=now)


@transaction.atomic
def enter_decree(*, by: Standing, version: int, decree: Decree, file: UUID | Content | None, now: datetime) -> None:
    """Enter the regulation that sets a version, which makes it law.

    ``file``: the regulation, as evidence of the region or as content that becomes one in the same step. Raises Faults
    at ``form``, ``number``, ``day``, ``file``; :class:`NoSuchMove`; needs ``move-version``.
    """
    row = locked_version(by, version, Action.MOVE_VERSION)
    wanted = VERSIONS.move(VersionState(row.state), VersionState.DECREED)
    met = Meeting.objects.filter(version=row, kind=MeetingKind.FINALISATION, state=MeetingState.SIGNED)
    last = met.order_by("-held_at").values_list("held_at", flat=True).first()
    faults = faults_of_decree(
        decree,
        met_on=None if last is None else today_in(row.region_id, last),
        today=today_in(row.region_id, now),
        city=areas.region(row.region_id).kind == "city",
    )
    if isinstance(file, UUID) and not Evidence.objects.filter(pk=file, region=row.region_id).exists():
        faults.append(Fault("unknown-file", N_("Choose a file of this region"), {}, "file"))
    refuse(faults)
    given = {"form": decree.form, "decree_number": decree.number.strip(), "decreed_on": decree.day}
    _move(by, row, wanted, given | {"decree_file_id": _evidence(by, row, decree, file, now)})


@transaction.atomic
def bring_into_force(*, by: Standing, version: int, since: date, replaces: int | None = None, now: datetime) -> None:
    """Bring a decreed version into force from a day on; the version that it revises ends the day before.

    ``replaces``: the version in force of another plan of the region, which then ends the day before, although its years
    are not over; if they are over by then, nothing changes. Raises Faults at ``since`` and ``replaces``,
    :class:`PlanOverlap` for another plan in force that is not named in ``replaces``, :class:`NoSuchMove`; needs
    ``move-version``.
    """
    row = locked_version(by, version, Action.MOVE_VERSION)
    wanted = VERSIONS.move(VersionState(row.state), VersionState.IN_FORCE)
    former = locks.hold(Version.objects, plan=row.plan_id, state=VersionState.IN_FORCE)
    last_day = date(row.plan.last_year, 12, 31)
    assert row.decreed_on is not None
    refuse(
        faults_of_force(
            since, decreed_on=row.decreed_on, last_day=last_day, before=former.in_force_since if former else None
        )
    )
    if former is not None:
        replaced = VERSIONS.move(VersionState.IN_FORCE, VersionState.REVISED)
        _move(by, former, replaced, {"in_force_until": since - timedelta(days=1)})
    if replaces is not None:
        _replace(by, row, replaces, since, now)
    other = (
        Version.objects.filter(region=row.region_id, in_force_since__lte=last_day, in_force_until__gte=since)
        .order_by("in_force_since")
        .first()
    )
    if other is not None:
        overlap = PlanOverlap if other.state == VersionState.IN_FORCE else EndedOverlap
        raise overlap(first=other.in_force_since, last=other.in_force_until)
    _move(by, row, wanted, {"in_force_since": since, "in_force_until": last_day})


def _replace(by: Standing, row: Version, key: int, since: date, now: datetime) -> None:
    """End the version in force of another plan of the region on the day before ``since``, if it is in force until
    then."""
    others = Version.objects.filter(region=row.region_id, state=VersionState.IN_FORCE).exclude(plan=row.plan_id)
    former = existing(locks.hold(others, pk=key))
    assert former.in_force_since is not None
    assert former.in_force_until is not None
    if former.in_force_until < since:
        return  # it has already ended by then
    revision = Version.objects.filter(plan=former.plan_id, state__in=list(UNDER_WAY)).select_related("plan").first()
    refuse(
        faults_of_replacing(
            since,
            first_year=row.plan.first_year,
            before=former.in_force_since,
            today=today_in(row.region_id, now),
            under_way=None if revision is None else (revision.number, revision.plan.title),
        )
    )
    ended = VERSIONS.move(VersionState.IN_FORCE, VersionState.EXPIRED)
    _move(by, former, ended, {"in_force_until": since - timedelta(days=1)}, {"replaced_by": str(row.pk)})


@transaction.atomic
def return_to_meeting(*, by: Standing, version: int, reason: str, now: datetime) -> None:
    """Send a version back from legal review to a further meeting.

    Raises Faults at ``reason``, :class:`NoSuchMove`; needs ``move-version``.
    """
    row = locked_version(by, version, Action.MOVE_VERSION)
    wanted = VERSIONS.move(VersionState(row.state), VersionState.MEETING)
    if wanted.source is not VersionState.LEGAL_REVIEW:
        raise NoSuchMove
    if not reason.strip() or len(reason) > MAX_TEXT:
        refuse([Fault("no-reason", N_("Say what legal review found"), {}, "reason")])
    _move(by, row, wanted, said={"said": reason.strip()})


def _evidence(by: Standing, row: Version, decree: Decree, file: UUID | Content | None, now: datetime) -> UUID | None:
    """Return the key of the evidence; a file given with the decree becomes evidence of the region."""
    if file is None or isinstance(file, UUID):
        return file
    title = f"{translate(FORM_NAMES[decree.form])} {decree.number.strip()}"
    return add_evidence(by=by, region=row.region_id, title=title, content=file, now=now)


def _move(
    by: Standing,
    row: Version,
    wanted: Move[VersionState, VersionFacts],
    fields: Mapping[str, Any] | None = None,
    said: Mapping[str, str] | None = None,
) -> None:
    moves.make(wanted, row, by=by.actor, what=TARGET, area=row.region_id, fields=fields, said=said)
