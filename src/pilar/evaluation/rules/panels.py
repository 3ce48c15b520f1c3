"""Eligibility for a panel, and faults of a seat."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pilar.evaluation.rules.assignment import Assessor, Bar, Sitting
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_, translate

MIN_PANEL = 2
"""So many assessors at least decide on a region, whatever the campaign asks for."""

BARRED = {
    Bar.HOME: N_("%(assessor)s may not assess %(region)s, their home region"),
    Bar.EMPLOYER: N_("%(assessor)s may not assess %(region)s, their employer"),
    Bar.MENTOR: N_("%(assessor)s may not assess %(region)s, whose plan they advised as its mentor"),
    Bar.LAST_YEAR: N_("%(assessor)s sat on the panel of %(region)s last year, and this campaign wants other assessors"),
}


class Barred(PilarError):
    """The assessor may not sit for the region."""

    code = "conflict-of-interest"
    status = 409

    def __init__(self, bar: Bar, *, assessor: str, region: str) -> None:
        super().__init__(assessor=assessor, region=region)
        self.bar = bar

    def text(self) -> str:
        return translate(BARRED[self.bar], **self.fields)


class NoAssessor(PilarError):
    code = "no-assessor"
    status = 422
    sentence = N_("Choose an account that holds the role of an assessor or a panel chair")


class NoChair(PilarError):
    code = "no-panel-chair"
    status = 422
    sentence = N_("%(assessor)s does not hold the role of a panel chair, and cannot lead a panel")


class PanelIncomplete(PilarError):
    """A panel that is too small or too large, has no chair, or somebody with a conflict decides nothing."""

    code = "panel-incomplete"
    status = 409
    sentence = N_(
        "The panel of this region cannot decide: it is too small or too large, has no chair, or has somebody with a "
        "conflict of interest. Ask the secretariat"
    )


class PanelFull(PilarError):
    code = "panel-full"
    status = 409
    sentence = N_("The panel of %(region)s has %(most)s assessors, the most that this campaign lets it have")


class SeatHasMarks(PilarError):
    """A seat whose assessor has marked is not taken away without a word."""

    code = "seat-has-marks"
    status = 409
    sentence = N_("%(assessor)s has already marked %(region)s. Say why the seat is taken away; the marks are kept")


class SeatsChanged(PilarError):
    """A proposal was made from other seats than there are now."""

    code = "seats-changed"
    status = 409
    sentence = N_("Panels have changed since this was proposed. Look at a new proposal")


class AlreadyConflicting(PilarError):
    code = "conflict-known"
    status = 409
    sentence = N_("This conflict is already on the list")


@dataclass(frozen=True, slots=True)
class PanelFacts:
    """The facts for checking seats: possible assessors, the regions' names by code, and bars by person and region."""

    assessors: Mapping[int, Assessor]
    regions: Mapping[str, str]
    barred: Mapping[tuple[int, str], Bar]
    largest: int


def check_seat(seat: Sitting, facts: PanelFacts) -> None:
    """Raise NoAssessor, Barred or NoChair unless this seat may be given."""
    assessor = facts.assessors.get(seat.assessor)
    if assessor is None:
        raise NoAssessor
    bar = facts.barred.get((seat.assessor, seat.region))
    if bar is not None:
        raise Barred(bar, assessor=assessor.name, region=facts.regions[seat.region])
    if seat.is_chair and not assessor.may_chair:
        raise NoChair(assessor=assessor.name)


def may_sit(seat: Sitting, facts: PanelFacts) -> bool:
    """Return whether :func:`check_seat` lets this seat be given."""
    try:
        check_seat(seat, facts)
    except PilarError:
        return False
    return True


def panels_faults(seats: Sequence[Sitting], kept: Collection[tuple[str, int]], facts: PanelFacts) -> Iterator[Fault]:
    """Yield what is wrong with whole panels; seats in ``kept`` (region, assessor) stand already and are not checked
    again."""
    panels: dict[str, list[Sitting]] = {}
    for seat in seats:
        if seat.region not in facts.regions:
            yield Fault("unknown-region", N_("%(region)s takes no part in this campaign"), {"region": seat.region})
            continue
        panels.setdefault(seat.region, []).append(seat)
        if (seat.region, seat.assessor) in kept:
            continue
        try:
            check_seat(seat, facts)
        except Barred as refused:
            yield Fault(refused.code, BARRED[refused.bar], refused.fields)
        except PilarError as refused:
            yield Fault(refused.code, refused.sentence, refused.fields, facts.regions[seat.region])
    for region, panel in panels.items():
        fields = {"region": facts.regions[region], "most": facts.largest}
        if len({seat.assessor for seat in panel}) < len(panel):
            yield Fault("seat-twice", N_("%(region)s: somebody has two seats on the panel"), fields)
        if sum(seat.is_chair for seat in panel) > 1:
            yield Fault("two-chairs", N_("%(region)s: a panel has one chair"), fields)
        if len(panel) > facts.largest:
            yield Fault("panel-full", PanelFull.sentence, fields)
