"""Read the measures and targets that could lift the index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from pilar.evaluation.queries.chains import MeasuredTarget, ProgrammeLink, programme_links
from pilar.evaluation.queries.next_steps import Position, position
from pilar.evaluation.queries.plan_figures import figures_of_year
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.lifting import Lift, lift
from pilar.evaluation.rules.plan_figures import Figure, FigureKind
from pilar.masterplan.queries import VersionRow, year_figures
from pilar.people.rules import PUBLIC, Standing


@dataclass(frozen=True, slots=True)
class OpenProgramme:
    """A programme that is not realised, with its measured targets of the year that are not reached."""

    link: ProgrammeLink
    targets: tuple[MeasuredTarget, ...]


@dataclass(frozen=True, slots=True)
class MeasureStep:
    """The fewest programmes whose measures have to reach their targets so that an indicator gets a better mark, those
    that are nearest first. ``realised`` of ``planned`` programmes are realised now."""

    node: str
    title: Bilingual
    path: tuple[Bilingual, ...]
    realised: int
    planned: int
    programmes: tuple[OpenProgramme, ...]
    lift: Lift

    @property
    def then(self) -> int:
        return self.realised + self.lift.needed


@dataclass(frozen=True, slots=True)
class MeasureSteps:
    """The steps of an assessment, the largest gain first; ``version`` is the plan's, None without one in that year.

    ``unanswered``: the indicators whose programmes are counted, but which have no answer to start from.
    """

    position: Position
    version: VersionRow | None
    steps: tuple[MeasureStep, ...]
    unanswered: tuple[Bilingual, ...] = ()


def measure_steps(key: int, *, by: Standing, now: datetime) -> MeasureSteps:
    """Return what would lift the index, for anyone who may ask for the next steps. At most twenty queries.

    Raises NotFound, NotAllowed, and Faults for answers that cannot be scored.
    """
    stands = position(key, by=by)
    header = stands.header
    figures = year_figures(header.region_code, header.year, scope=PUBLIC, now=now)
    if figures is None or stands.outlook.final is None:
        return MeasureSteps(stands, None if figures is None else figures.version, ())
    told = {
        node: figure
        for node, figure in figures_of_year(stands.instrument, figures, header.year).items()
        if figure.kind is FigureKind.PROGRAMMES and figure.counted.whole
    }
    links = programme_links(header.region_code, figures, told.values(), scope=by, now=now)
    made = (
        _step(stands, figure, [links[each.code] for each in figure.programmes if each.code in links])
        for figure in told.values()
    )
    steps = sorted(
        (step for step in made if step is not None), key=lambda step: (-step.lift.gain, step.lift.needed, step.node)
    )
    unanswered = tuple(stands.title(node) for node in told if node in stands.open)
    return MeasureSteps(stands, figures.version, tuple(steps), unanswered)


def _step(position: Position, figure: Figure, links: Iterable[ProgrammeLink]) -> MeasureStep | None:
    realised, planned = figure.counted.part or 0, figure.counted.whole or 0
    near = sorted(_open(links), key=lambda programme: (-_nearness(programme), programme.link.row.code))
    best = lift(
        position.instrument, position.answers, figure.node, realised=realised, planned=planned, open_ones=len(near)
    )
    if best is None:
        return None
    return MeasureStep(
        node=figure.node,
        title=position.title(figure.node),
        path=position.path(figure.node),
        realised=realised,
        planned=planned,
        programmes=tuple(near[: best.needed]),
        lift=best,
    )


def _open(links: Iterable[ProgrammeLink]) -> Iterable[OpenProgramme]:
    """Programmes that are not realised and have a measured target of the year that is not reached.

    One with a measured target of the year of which nothing is known yet is left out: nobody knows how near it is.
    """
    for link in links:
        of_year = [target for target in link.targets if target.figure.wanted is not None]
        targets = tuple(target for target in of_year if not target.figure.reached)
        if not link.counted and targets and all(target.figure.share is not None for target in of_year):
            yield OpenProgramme(link, targets)


def _nearness(programme: OpenProgramme) -> Fraction:
    """Return how much of its target the measure that is furthest from it has reached."""
    return min(
        (target.figure.share for target in programme.targets if target.figure.share is not None), default=Fraction(0)
    )
