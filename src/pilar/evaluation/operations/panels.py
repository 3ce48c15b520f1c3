"""Seat panels by hand, or many at once from a proposal; and record the conflicts that forbid a seat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from pilar.areas.models import Region
from pilar.evaluation.models import Campaign, Conflict, Participation, Seat
from pilar.evaluation.operations.agreement import conflicts_changed, panels_changed
from pilar.evaluation.operations.announcing import announce_seats
from pilar.evaluation.operations.locking import locked_campaign
from pilar.evaluation.queries.seating import assessors, marked_seats, panel_facts, sittings
from pilar.evaluation.rules import authority
from pilar.evaluation.rules.assignment import Sitting, fingerprint
from pilar.evaluation.rules.authority import Action, Case
from pilar.evaluation.rules.panels import (
    AlreadyConflicting,
    NoAssessor,
    PanelFull,
    SeatHasMarks,
    SeatsChanged,
    check_seat,
    panels_faults,
)
from pilar.people.operations import held, there
from pilar.people.rules import NotFound, Standing, existing
from pilar.platform import audit
from pilar.platform.audit import Change
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

TARGET = "evaluation.panel"


@transaction.atomic
def declare_conflict(*, by: Standing, assessor: int, region: str, kind: str, note: str = "", now: datetime) -> int:
    """Keep why somebody may not assess a region: ``home``, ``employer`` or ``mentor``; returns the conflict's key.

    A seat that they have there stays and shows as a conflict: until it is taken away, its panel decides nothing, what
    it had agreed on by its marks is taken back, and the phase does not move on. Raises :class:`NoAssessor`,
    :class:`AlreadyConflicting`, Faults.
    """
    authority.require(by, Action.FORM_PANELS, Case(), known=True)
    if assessor not in assessors(now):
        raise NoAssessor
    _refuse_conflict(region, kind, note)
    conflict, new = Conflict.objects.get_or_create(
        assessor_id=assessor, region_id=region, kind=kind, defaults={"note": note.strip(), "declared_at": now}
    )
    if not new:
        raise AlreadyConflicting
    audit.record(
        by=by.actor,
        action="declare",
        target="evaluation.conflict",
        key=conflict.pk,
        area=region,
        after={"assessor": assessor, "kind": kind, "note": note.strip()},
    )
    conflicts_changed(by=by, assessor=assessor, region=region, now=now)
    return conflict.pk


@transaction.atomic
def remove_conflict(*, by: Standing, conflict: int, reason: str, now: datetime) -> None:
    """Take back a conflict that was declared by mistake or has ended, with the reason. Raises Faults, NotFound."""
    authority.require(by, Action.FORM_PANELS, Case(), known=True)
    row = held(Conflict.objects, pk=conflict)
    if not reason.strip():
        raise Faults([Fault("no-reason", N_("Say why this is no conflict"), {}, "reason")])
    before = {"assessor": row.assessor_id, "kind": row.kind, "note": row.note, "reason": reason.strip()}
    row.delete()
    audit.record(by, "remove", "evaluation.conflict", conflict, area=row.region_id, before=before)
    conflicts_changed(by=by, assessor=row.assessor_id, region=row.region_id, now=now)


@transaction.atomic
def seat(*, by: Standing, campaign: str, region: str, assessor: int, is_chair: bool = False, now: datetime) -> None:
    """Give somebody a seat; as chair, the chair until now keeps an ordinary one. Nothing changes for somebody who
    already has the seat.

    Raises :class:`NoAssessor`, :class:`Barred`, :class:`NoChair`, :class:`PanelFull`, :class:`NotFound`.
    """
    row, participation = _panel(by, campaign, region)
    check_seat(Sitting(region, assessor, is_chair), panel_facts(row, now))
    panel = _panel_of(participation)
    if assessor in panel:
        return
    if len(panel) >= row.largest_panel:
        raise PanelFull(region=participation.region.name, most=row.largest_panel)
    others = dict.fromkeys(panel, False) if is_chair else panel
    write_seats(by, {participation: others | {assessor: is_chair}}, now=now)
    announce_seats(by=by, campaign=row, assessors=[assessor], now=now)


@transaction.atomic
def make_chair(*, by: Standing, campaign: str, region: str, assessor: int, now: datetime) -> None:
    """Let somebody on the panel lead it. Raises :class:`NoChair`, :class:`Barred`, :class:`NotFound`."""
    row, participation = _panel(by, campaign, region)
    panel = _panel_of(participation)
    if assessor not in panel:
        raise NotFound
    check_seat(Sitting(region, assessor, is_chair=True), panel_facts(row, now))
    write_seats(by, {participation: {key: key == assessor for key in panel}}, now=now)


@transaction.atomic
def unseat(*, by: Standing, campaign: str, region: str, assessor: int, reason: str = "", now: datetime) -> None:
    """Take a seat away. Marks that were given from it are kept but do not count; it then takes a reason.

    Raises :class:`SeatHasMarks`, :class:`NotFound`.
    """
    participation = _panel(by, campaign, region)[1]
    gone = existing(participation.seats.select_related("assessor").filter(assessor=assessor).first())
    if not reason.strip() and (region, assessor) in marked_seats([participation]):
        raise SeatHasMarks(assessor=gone.assessor.name, region=participation.region.name)
    panel = _panel_of(participation)
    del panel[assessor]
    write_seats(by, {participation: panel}, now=now, reason=reason.strip())


@transaction.atomic
def apply_proposal(*, by: Standing, campaign: str, seats: Sequence[Sitting], seen: str, now: datetime) -> int:
    """Give whole panels to the regions that ``seats`` name, in place of those they have; returns how many changed.

    ``seen`` is the fingerprint of the seats that the proposal was made from. Conflicts are checked again, and a seat
    whose assessor has marked is not taken away. Applying the same once more changes nothing. Raises Faults,
    :class:`SeatsChanged`.
    """
    row = _campaign(by, campaign)
    standing = sittings(row)
    if seen != fingerprint(standing):
        if set(seats) <= set(standing):
            return 0
        raise SeatsChanged
    faults = list(
        panels_faults(seats, {(sitting.region, sitting.assessor) for sitting in standing}, panel_facts(row, now))
    )
    if faults:
        raise Faults(faults)
    wanted: defaultdict[str, dict[int, bool]] = defaultdict(dict)
    for sitting in seats:
        wanted[sitting.region][sitting.assessor] = sitting.is_chair
    rows = row.participations.filter(region__in=wanted).select_related("region").prefetch_related("seats__assessor")
    participations = list(rows.order_by("region"))
    _require_unmarked(participations, wanted)
    changed = {
        participation: wanted[participation.region_id]
        for participation in participations
        if _panel_of(participation) != wanted[participation.region_id]
    }
    told = {key for participation, panel in changed.items() for key in panel.keys() - _panel_of(participation).keys()}
    write_seats(by, changed, now=now)
    if told:
        announce_seats(by=by, campaign=row, assessors=told, now=now)
    return len(changed)


def _require_unmarked(participations: Sequence[Participation], wanted: Mapping[str, Mapping[int, bool]]) -> None:
    """Raise Faults with every seat that would be taken from somebody who has marked."""
    marked = marked_seats(participations)
    faults = [
        Fault(
            SeatHasMarks.code,
            SeatHasMarks.sentence,
            {"assessor": gone.assessor.name, "region": participation.region.name},
        )
        for participation in participations
        for gone in participation.seats.all()
        if gone.assessor_id not in wanted[participation.region_id]
        and (participation.region_id, gone.assessor_id) in marked
    ]
    if faults:
        raise Faults(faults)


def _campaign(by: Standing, code: str) -> Campaign:
    """The campaign, held against other changes of its seats; panels are formed until its last phase is agreed."""
    return locked_campaign(by, code, Action.FORM_PANELS)


def _panel(by: Standing, code: str, region: str) -> tuple[Campaign, Participation]:
    campaign = _campaign(by, code)
    return campaign, there(campaign.participations.select_related("region"), region=region)


def _panel_of(participation: Participation) -> dict[int, bool]:
    """Return whether they chair, by assessor."""
    return {seat.assessor_id: seat.is_chair for seat in participation.seats.all()}


def write_seats(
    by: Standing, wanted: Mapping[Participation, Mapping[int, bool]], *, now: datetime, reason: str = ""
) -> None:
    """Bring the seats of regions in line with what is wanted; a line in the log for each that changes."""
    before = {participation: _panel_of(participation) for participation in wanted}
    changed = {participation: panel for participation, panel in wanted.items() if before[participation] != panel}
    held = [seat for participation in changed for seat in participation.seats.all()]
    panels = {participation.pk: panel for participation, panel in changed.items()}
    Seat.objects.filter(
        pk__in=[seat.pk for seat in held if seat.assessor_id not in panels[seat.participation_id]]
    ).delete()
    # The old chairs first: a panel never has two.
    for is_chair in (False, True):
        turned = [seat.pk for seat in held if panels[seat.participation_id].get(seat.assessor_id) is is_chair]
        Seat.objects.filter(pk__in=turned).exclude(is_chair=is_chair).update(is_chair=is_chair)
    Seat.objects.bulk_create(
        Seat(participation=participation, assessor_id=key, is_chair=panel[key], seated_at=now)
        for participation, panel in changed.items()
        for key in sorted(panel.keys() - before[participation].keys())
    )
    why = {"reason": reason} if reason else {}
    audit.record_each(
        by=by.actor,
        action="seat",
        target=TARGET,
        changes=[
            Change(participation.pk, participation.region_id, _logged(before[participation]), _logged(panel) | why)
            for participation, panel in changed.items()
        ],
    )
    panels_changed(by=by, participations=changed, now=now)


def _logged(seats: Mapping[int, bool]) -> dict[str, object]:
    return {"panel": sorted(seats), "chair": next((key for key, chair in seats.items() if chair), None)}


def _refuse_conflict(region: str, kind: str, note: str) -> None:
    faults = []
    if "\0" in region or not Region.objects.filter(code=region, ended_at=None).exists():
        faults.append(Fault("unknown-region", N_("Choose a regency or city"), {}, "region"))
    if kind not in Conflict.Kind.values:
        faults.append(Fault("unknown-kind", N_("Choose what kind of conflict it is"), {}, "kind"))
    if len(note) > 300 or "\0" in note:
        faults.append(Fault("long-note", N_("Write at most %(most)s characters"), {"most": 300}, "note"))
    if faults:
        raise Faults(faults)
