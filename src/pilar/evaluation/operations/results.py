"""Results of a phase: computed, approved, published by a letter, corrected. What was published stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pilar.evaluation.documents.sheet import sheet_document
from pilar.evaluation.models import (
    Approval,
    Assessment,
    Finding,
    FollowUp,
    Phase,
    Publication,
    Snapshot,
    SnapshotResult,
)
from pilar.evaluation.operations.agreement import change_mark
from pilar.evaluation.operations.announcing import address, phase_named, settle_objections
from pilar.evaluation.operations.locking import held_assessment, held_phase, locked_phase
from pilar.evaluation.operations.phases import make_move
from pilar.evaluation.operations.sealing import seal_publication
from pilar.evaluation.queries import PUBLIC, sheets
from pilar.evaluation.queries.cases import case_of_phase
from pilar.evaluation.queries.computing import Inputs, approved_current, inputs, newest_snapshot
from pilar.evaluation.queries.stragglers import HANDS_IN
from pilar.evaluation.rules.authority import Action, require
from pilar.evaluation.rules.campaigns import numbered
from pilar.evaluation.rules.computing import ResultRow, compute
from pilar.evaluation.rules.marking import required_text
from pilar.evaluation.rules.publishing import (
    SHEET,
    AlreadyPublished,
    ApprovesOwn,
    NotApproved,
    NotNewest,
    PublishesOwn,
    SnapshotNotFound,
    SnapshotOutdated,
    checked_letter,
    require_other,
    sheet_key,
    sheet_of,
)
from pilar.evaluation.rules.stages import PHASES, AssessmentState, PhaseState
from pilar.evidence.operations import Signatures
from pilar.evidence.rules.signing import ToSign
from pilar.people import operations as people
from pilar.people.queries import current
from pilar.people.rules import Standing, existing
from pilar.platform import audit
from pilar.platform.language import N_
from pilar.platform.sealing import sign_heads
from pilar.reports.document import Document

TARGET = "evaluation.snapshot"
WHY_AGAIN = N_("Say why the results are computed again")
WHY_CORRECTED = N_("Say why a published result is corrected")


@dataclass(frozen=True, slots=True)
class Computed:
    """The version that holds the results now; not ``new`` if the input had not changed since."""

    version: int
    new: bool


@transaction.atomic
def compute_results(*, by: Standing, campaign: str, phase: int, reason: str = "", now: datetime) -> Computed:
    """Compute the results of a phase from its agreed marks as a new version; from the second on with a reason.

    Nothing is stored if the input is what the newest version was computed from. Raises Faults (no reason, or marks
    that do not fit the instrument), NotFound, NotAllowed, WrongState.
    """
    row = locked_phase(by, campaign, phase, Action.COMPUTE_RESULTS)
    return _computed(by, row, reason, WHY_AGAIN, now)


@transaction.atomic
def approve_results(*, by: Standing, campaign: str, phase: int, version: int, now: datetime) -> None:
    """Approve the newest version, once; under four eyes not by the person who computed it.

    Approving again changes nothing. Raises NotNewest, SnapshotOutdated, SnapshotNotFound, ApprovesOwn, and as
    ``compute_results``.
    """
    row = locked_phase(by, campaign, phase, Action.APPROVE_RESULTS)
    snapshot = _version(row, version)
    if hasattr(snapshot, "approval"):
        return
    _require_newest(row, snapshot)
    if not inputs(row).gave(snapshot.input_sha256, snapshot.input_form):
        raise SnapshotOutdated(version=version)
    if settings.PILAR_FOUR_EYES:
        require_other(ApprovesOwn, snapshot.computed_by_id, by.account, version=version)
    Approval.objects.create(
        snapshot=snapshot,
        four_eyes=settings.PILAR_FOUR_EYES,
        approved_by_id=by.account,
        approved_by_name=by.actor.name,
        approved_at=now,
    )
    after = {"result_sha256": snapshot.result_sha256, "four_eyes": settings.PILAR_FOUR_EYES}
    _record(by, "approve", snapshot, after)


@transaction.atomic
def publish_results(
    *, by: Standing, campaign: str, phase: int, version: int, letter_number: str, letter_date: date, now: datetime
) -> None:
    """Publish the newest version, which is approved, by a letter; the first time this moves the phase to published.
    Under four eyes not by the person who approved it; who computed it may.

    A letter is dated from the day of the computation to today. Every recommendation of the panels becomes a follow-up
    of its region. Publishing again with the same letter changes nothing. Raises Faults at ``letter_number`` or
    ``letter_date``, AlreadyPublished, NotNewest, NotApproved, SnapshotOutdated, SnapshotNotFound, PublishesOwn, and
    as ``compute_results``.
    """
    row = held_phase(by, campaign, phase)
    case = case_of_phase(row)
    first = case.phase is not PhaseState.PUBLISHED
    require(by, Action.PUBLISH_RESULTS if first else Action.CORRECT_RESULTS, case, known=True)
    snapshot = _version(row, version)
    others = Publication.objects.filter(snapshot__phase=row).exclude(snapshot=snapshot)
    number = checked_letter(
        letter_number,
        letter_date,
        earliest=timezone.localdate(snapshot.computed_at),
        latest=timezone.localdate(now),
        used=others.values_list("letter_number", flat=True),
    )
    if hasattr(snapshot, "publication"):
        if (snapshot.publication.letter_number, snapshot.publication.letter_date) != (number, letter_date):
            raise AlreadyPublished(version=version, letter=snapshot.publication.letter_number)
        return
    _require_newest(row, snapshot)
    if not hasattr(snapshot, "approval"):
        raise NotApproved(version=version)
    if not approved_current(row):
        raise SnapshotOutdated(version=version)
    if settings.PILAR_FOUR_EYES:
        require_other(PublishesOwn, snapshot.approval.approved_by_id, by.account, version=version)
    published = Publication.objects.create(
        snapshot=snapshot,
        four_eyes=settings.PILAR_FOUR_EYES,
        letter_number=number,
        letter_date=letter_date,
        published_by_id=by.account,
        published_by_name=by.actor.name,
        published_at=now,
    )
    after = {"letter_number": number, "letter_date": letter_date, "four_eyes": settings.PILAR_FOUR_EYES}
    _record(by, "publish", snapshot, after)
    seal_publication(published)
    sign_heads(at=now)
    sign_sheets(by=by, publication=published, now=now)
    if first:
        make_move(by, row, PHASES.move(PhaseState(row.state), PhaseState.PUBLISHED), now=now)
    _begin_follow_ups(row)
    settle_objections(by=by, assessments=row.assessments.all(), now=now)
    _tell_coordinators(by, row, snapshot, number, first=first, now=now)


@transaction.atomic
def correct_results(
    *, by: Standing, campaign: str, phase: int, region: str, marks: Mapping[str, Decimal], reason: str, now: datetime
) -> Computed:
    """Change agreed marks of a region after publication, with the reason, and compute a new version.

    That one is then approved and published by a letter of its own; until then the old one stands. Raises Faults at
    ``value`` or ``reason``, UnknownIndicator, and as ``compute_results``.
    """
    row = locked_phase(by, campaign, phase, Action.CORRECT_RESULTS)
    why = required_text(reason, WHY_CORRECTED, "reason")
    key = existing(
        Assessment.objects.filter(phase=row, participation__region=region)
        .exclude(state=AssessmentState.SET_ASIDE)
        .values_list("pk", flat=True)
        .first()
    )
    assessment = held_assessment(by, key)
    for node, value in sorted(marks.items()):
        change_mark(by=by, assessment=assessment, node=node, value=value, reason=why, now=now)
    return _computed(by, row, why, WHY_CORRECTED, now)


def _computed(by: Standing, phase: Phase, reason: str, why: str, now: datetime) -> Computed:
    newest = newest_snapshot(phase)
    given = inputs(phase)
    if newest is not None and given.gave(newest.input_sha256, newest.input_form):
        return Computed(newest.version, new=False)
    said = required_text(reason, why, "reason") if newest is not None else reason.strip()
    version = 1 if newest is None else newest.version + 1
    snapshot = _store(phase, given, version=version, reason=said, by=by, now=now)
    _record(by, "compute", snapshot, {"input_sha256": snapshot.input_sha256, "result_sha256": snapshot.result_sha256})
    return Computed(snapshot.version, new=True)


def _store(phase: Phase, given: Inputs, *, version: int, reason: str, by: Standing, now: datetime) -> Snapshot:
    computation = compute(given.instrument, given.entries)
    snapshot = Snapshot.objects.create(
        phase=phase,
        version=version,
        instrument_code=given.instrument.code,
        instrument_version=given.instrument.version,
        instrument_sha256=given.instrument.sha256,
        input_sha256=computation.input_sha256,
        result_sha256=computation.result_sha256,
        reason=reason,
        computed_by_id=by.account,
        computed_by_name=by.actor.name,
        computed_at=now,
    )
    SnapshotResult.objects.bulk_create(_stored(snapshot, row) for row in computation.rows)
    return snapshot


def _stored(snapshot: Snapshot, row: ResultRow) -> SnapshotResult:
    said = {field.name: getattr(row, field.name) for field in fields(row)}
    said |= {"missing": list(row.missing), "scores": dict(row.scores)}
    return SnapshotResult(snapshot=snapshot, region_id=said.pop("region"), **said)


def _version(phase: Phase, version: int) -> Snapshot:
    rows = Snapshot.objects.filter(phase=phase, version=version).select_related("approval", "publication")
    snapshot = rows.first()
    if snapshot is None:
        raise SnapshotNotFound(version=version)
    return snapshot


def _require_newest(phase: Phase, snapshot: Snapshot) -> None:
    newest = newest_snapshot(phase)
    if newest is None or newest.version != snapshot.version:
        raise NotNewest(version=snapshot.version, newest=None if newest is None else newest.version)


def _begin_follow_ups(phase: Phase) -> None:
    """A follow-up for each recommendation that has none, but to regions that were set aside."""
    open_ones = Finding.objects.filter(
        assessment__phase=phase, kind=Finding.Kind.RECOMMENDATION, follow_up__isnull=True
    ).exclude(assessment__state=AssessmentState.SET_ASIDE)
    FollowUp.objects.bulk_create(FollowUp(finding=finding) for finding in open_ones)


def _tell_coordinators(
    by: Standing, phase: Phase, snapshot: Snapshot, letter: str, *, first: bool, now: datetime
) -> None:
    published = N_("Results are published: %(campaign)s, phase %(phase)s, letter %(letter)s")
    corrected = N_(
        "Results are corrected: %(campaign)s, phase %(phase)s. Version %(version)s counts from now on, by letter "
        "%(letter)s"
    )
    fields = {
        **phase_named(phase),
        "letter": letter,
        "version": snapshot.version,
    }
    regions = Assessment.objects.filter(phase=phase).values("participation__region")
    told = current(now).filter(role__in=HANDS_IN, region__in=regions)
    people.notify(
        by=by,
        to=set(told.values_list("user", flat=True)),
        kind="evaluation.results-published",
        subject=f"{TARGET}:{snapshot.pk}",
        sentence=published if first else corrected,
        fields=fields,
        address=address("evaluation:own-results"),
        needs_action=False,
        now=now,
    )


def _record(by: Standing, action: str, snapshot: Snapshot, after: Mapping[str, object]) -> None:
    audit.record(
        by, action, TARGET, snapshot.pk, after={"phase": snapshot.phase_id, "version": snapshot.version, **after}
    )


def sign_sheets(*, by: Standing, publication: Publication, now: datetime) -> None:
    """Have the sheet of every region of a published version signed, in the transaction that publishes it."""
    snapshot = publication.snapshot
    phase = snapshot.phase
    place = (phase.campaign.code, phase.number, snapshot.version)
    rows = snapshot.results.order_by("region").values_list("region", "region__name")
    with translation.override("id"):
        named = {"title": phase.campaign.title_id, "phase": numbered(phase.number, phase.campaign.phase_count)}
        documents = [
            ToSign(
                key=sheet_key(*place, region),
                title=_("Result sheet of %(region)s, %(title)s, phase %(phase)s") % {**named, "region": name},
                number=publication.letter_number,
                day=publication.letter_date,
                scope=region,
                page=("evaluation:computed-region-version", *place, region),
            )
            for region, name in rows
        ]
    SIGNATURES.order(by=by, documents=documents, now=now)


def _document(key: str) -> Document:
    campaign, phase, version, region = sheet_of(key)
    return sheet_document(sheets.public_sheet(campaign, phase, region, scope=PUBLIC, version=version))


def _remark(key: str) -> str:
    campaign, phase, version, _region = sheet_of(key)
    later = sheets.public_edition(campaign, phase, scope=PUBLIC, version=version).snapshot.superseded_by
    return _("Superseded by version %(version)s, which counts in its place.") % {"version": later} if later else ""


SIGNATURES = Signatures(SHEET, _document, _remark)
