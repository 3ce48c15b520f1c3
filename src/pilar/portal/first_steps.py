"""The first steps of a region on Pilar, each with where it stands: for its coordinator, until all are done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.areas import queries as areas
from pilar.evaluation.queries.assessment_lists import OwnAssessment
from pilar.masterplan.queries import versions
from pilar.masterplan.rules.stages import VersionState
from pilar.measures.queries import measures
from pilar.people.queries import count_team
from pilar.people.rules import Role, Standing

LAW = {VersionState.IN_FORCE, VersionState.REVISED, VersionState.EXPIRED}
WRITTEN = {VersionState.DRAFT, VersionState.MEETING, VersionState.LEGAL_REVIEW, VersionState.DECREED}


@dataclass(frozen=True, slots=True)
class Step:
    """An act that is to be done, where it stands by what is stored, and the address where it is done."""

    title: str
    state: str
    done: bool
    address: str


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Those of one region, in their order; ``next`` is the place of the first that is not done."""

    code: str
    name: str
    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def next(self) -> int:
        return next(place for place, step in enumerate(self.steps, start=1) if not step.done)


def first_steps(
    own: Iterable[OwnAssessment], names: dict[str, str], *, scope: Standing, now: datetime
) -> tuple[FirstSteps, ...]:
    """The regions that ``scope`` coordinates in which a step is left; ``own`` are the assessments of them all."""
    coordinated = sorted({held.region for held in scope.memberships if held.role is Role.COORDINATOR and held.region})
    assessments = tuple(own)
    regions = (
        FirstSteps(code, names[code], tuple(_steps(code, assessments, scope=scope, now=now))) for code in coordinated
    )
    return tuple(steps for steps in regions if steps.done < len(steps.steps))


def _steps(code: str, own: tuple[OwnAssessment, ...], *, scope: Standing, now: datetime) -> Iterator[Step]:
    offices = len(areas.offices(code, scope=scope))
    yield Step(
        _("Enter the offices of the region"),
        ngettext("%(count)d office", "%(count)d offices", offices) % {"count": offices} if offices else _("none yet"),
        offices > 0,
        reverse("people:offices", args=[code]),
    )
    team = count_team(code, now=now)
    yield Step(
        _("Give the people of the offices their accounts"),
        ngettext("%(count)d account", "%(count)d accounts", team) % {"count": team},
        team > 1,
        reverse("people:accounts"),
    )
    states = {version.state for version in versions(code, scope=scope)}
    yield Step(
        _("Bring the master plan into force"),
        _("in force") if states & LAW else _("being written") if states & WRITTEN else _("not begun"),
        bool(states & LAW),
        reverse("masterplan:region", args=[code]),
    )
    told = measures(code, scope=scope, now=now, size=1).paginator.count
    yield Step(
        _("Define what is measured"),
        ngettext("%(count)d measure", "%(count)d measures", told) % {"count": told} if told else _("none yet"),
        told > 0,
        reverse("measures:measures", args=[code]),
    )
    mine = [assessment for assessment in own if assessment.header.region_code == code]
    handed_in = any(assessment.header.handed_in for assessment in mine)
    yield Step(
        _("Submit the first self-assessment"),
        _("submitted")
        if handed_in
        else _("can be worked on")
        if any(assessment.is_open for assessment in mine)
        else _("none is open"),
        handed_in,
        reverse("evaluation:assessments"),
    )
