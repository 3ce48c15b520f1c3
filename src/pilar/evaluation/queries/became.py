"""Read the outcome of a region's recommendations: owners, changes of the plan, and moves of figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min

from pilar.areas import queries as areas
from pilar.areas.queries import RegionRow
from pilar.areas.reference import local
from pilar.evaluation.models import Assessment, FollowUp, Publication
from pilar.evaluation.queries.follow_up import FollowUpRow, rows_of
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.published_marks import published_marks
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.authority import Action, Case, holds
from pilar.evaluation.rules.changes import MOVEMENT_NAMES, Known, Movement, movement, wanted_years
from pilar.evaluation.rules.stages import PhaseState
from pilar.masterplan import queries as plans
from pilar.masterplan.queries import OriginatedRow, VersionRow
from pilar.masterplan.queries.programmes import programmes_alone
from pilar.masterplan.rules.content import Better, Content
from pilar.masterplan.rules.proposals import Origin
from pilar.masterplan.rules.stages import LAW, ONCE_IN_FORCE
from pilar.measures.queries import MeasureRow, measures_by_code
from pilar.measures.queries.by_day import ValueByDay, values_by
from pilar.people.rules import NotFound, Standing
from pilar.platform.language import translate


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure before and after; ``measure`` is that which tells it, None for the mark of an indicator."""

    title: str | Bilingual
    unit: str
    measure: MeasureRow | None
    before: Known | None
    after: Known | None
    how: Movement

    @property
    def how_name(self) -> str:
        """In the reader's language."""
        return translate(MOVEMENT_NAMES[self.how][0])

    @property
    def tone(self) -> str:
        return MOVEMENT_NAMES[self.how][1]


@dataclass(frozen=True, slots=True)
class Changed:
    """A proposal that came of a recommendation.

    ``version`` is the one to look into: what has been in force since it was taken in, or that which took it in; None
    where none did, or the reader may not read it. ``content`` is that of its programme there, None where it has ended.
    """

    proposal: OriginatedRow
    version: VersionRow | None
    content: Content | None
    figures: tuple[Moved, ...]

    @property
    def is_law(self) -> bool:
        """Return whether its programme stands in a version that is law."""
        return self.content is not None and self.version is not None and self.version.state in LAW


@dataclass(frozen=True, slots=True)
class Became:
    """A recommendation of an evaluation, published on ``since``. ``mark``: the published mark of its indicator, None
    where it is about none that has a mark."""

    follow_up: FollowUpRow
    campaign: Bilingual
    year: int
    synthetic: bool
    since: date
    mark: Moved | None
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class RegionBecame:
    """The recommendations of the last years, the newest evaluation first."""

    region: RegionRow
    rows: tuple[Became, ...]


@dataclass(frozen=True, slots=True)
class _Phase:
    """A published phase of the region."""

    key: int
    number: int
    campaign: Bilingual
    year: int
    synthetic: bool
    since: date
    scale: tuple[object, object]
    nodes: frozenset[str]


def became(region: str, *, by: Standing, now: datetime) -> RegionBecame:
    """Return what became of the recommendations of the evaluations of three years, for the region's team and the
    secretariat.

    The number of queries grows with the versions of plans that are looked into, and with nothing else. Raises NotFound
    for everybody else.
    """
    if not holds(by, Action.READ_ASSESSMENT, Case(region=region)):
        raise NotFound
    row = areas.region(region)
    followed = rows_of(FollowUp.objects.filter(finding__assessment__participation__region=region))
    phases = _phases(region)
    followed = tuple(row for row in followed if row.assessment in phases)
    years = wanted_years({phases[row.assessment].year for row in followed}) if followed else set()
    shown = [row for row in followed if phases[row.assessment].year in years]
    shown.sort(key=lambda row: (-phases[row.assessment].year, -phases[row.assessment].number, row.key))
    marks = _marks(region, phases.values())
    changes = _changes(region, {row.finding: phases[row.assessment].since for row in shown}, by=by, now=now)
    rows = (
        Became(
            follow_up=row,
            campaign=phases[row.assessment].campaign,
            year=phases[row.assessment].year,
            synthetic=phases[row.assessment].synthetic,
            since=phases[row.assessment].since,
            mark=_mark(row, phases[row.assessment], tuple(phases.values()), marks),
            changes=changes.get(str(row.finding), ()),
        )
        for row in shown
    )
    return RegionBecame(row, tuple(rows))


def _phases(region: str) -> dict[int, _Phase]:
    """The published phases of a region, by key of its assessment."""
    rows = Assessment.objects.filter(participation__region=region, phase__state=PhaseState.PUBLISHED).select_related(
        "phase", "participation__campaign__instrument"
    )
    published = Publication.objects.filter(snapshot__phase__in=[row.phase_id for row in rows])
    since = dict(published.values_list("snapshot__phase").annotate(Min("published_at")).order_by())
    phases = {}
    for row in rows:
        if row.phase_id not in since:
            continue
        campaign = row.participation.campaign
        instrument = campaign.instrument
        phases[row.pk] = _Phase(
            key=row.phase_id,
            number=row.phase.number,
            campaign=campaign.title,
            year=campaign.year,
            synthetic=campaign.synthetic,
            since=local(since[row.phase_id], region).date(),
            scale=(instrument.scale_minimum, instrument.scale_maximum),
            nodes=frozenset(leaf.code for leaf in tree_of(instrument).leaves),
        )
    return phases


def _marks(region: str, phases: Iterable[_Phase]) -> dict[int, dict[str, Known]]:
    """By phase and indicator the published mark."""
    known = {phase.key: phase for phase in phases}
    return {
        key: {
            node: Known(value, known[key].since, f"{known[key].year}, {known[key].number}")
            for node, value in marks.marks.items()
            if node in known[key].nodes
        }
        for key, marks in published_marks(set(known), region).items()
    }


def _mark(
    row: FollowUpRow, phase: _Phase, phases: Sequence[_Phase], marks: Mapping[int, Mapping[str, Known]]
) -> Moved | None:
    """The mark of the indicator then, and in the newest evaluation of a later year that has one on the same scale; a
    made-up evaluation and a real one are not compared."""
    before = marks.get(phase.key, {}).get(row.node)
    if before is None:
        return None
    later = (
        __phase
        for __phase in phases
        if (__phase.scale, __phase.synthetic) == (phase.scale, phase.synthetic)
        and __phase.year > phase.year
        and row.node in marks.get(__phase.key, {})
    )
    newest = max(later, key=lambda phase: (phase.year, phase.number), default=None)
    after = None if newest is None else marks[newest.key][row.node]
    return Moved(row.title or "", "", None, before, after, movement(before, after, rising=True))


def _changes(region: str, since: Mapping[int, date], *, by: Standing, now: datetime) -> dict[str, tuple[Changed, ...]]:
    """By key of the finding what came of it in the plan, with the measures of what was taken in."""
    rows = plans.originated(Origin.RECOMMENDATION, [str(key) for key in since], scope=by)
    readable = {version.key: version for version in plans.versions(region, scope=by)} if rows else {}
    taken = {row.key: _looked_into(readable, row) for row in rows}
    versions = {version.key: version for version in taken.values() if version is not None}
    contents = {
        (programme.version, programme.code): programme.content
        for version in versions.values()
        for programme in programmes_alone(version)
    }
    held = {
        row.key: contents.get((version.key, row.programme)) for row in rows if (version := taken[row.key]) is not None
    }
    codes = {target.measure for content in held.values() if content for target in content.targets if target.measure}
    measures = measures_by_code(region, codes, scope=by, now=now)
    values = values_by((measure, day) for measure in measures.values() for day in set(since.values()))
    changed: dict[str, list[Changed]] = defaultdict(list)
    for row in rows:
        content = held.get(row.key)
        day = since[int(row.origin_key)]
        figures = () if content is None else tuple(_figures(content, measures, values, day))
        changed[row.origin_key].append(Changed(row, taken[row.key], content, figures))
    return {key: tuple(several) for key, several in changed.items()}


def _looked_into(readable: Mapping[int, VersionRow], row: OriginatedRow) -> VersionRow | None:
    """The version that took a proposal in; once that was in force, the newest of its plan that was."""
    own = readable.get(row.programme_version or 0) if row.adopted and row.programme else None
    if own is None or own.state not in ONCE_IN_FORCE:
        return own
    since = (
        version for version in readable.values() if version.plan.key == own.plan.key and version.state in ONCE_IN_FORCE
    )
    return max(since, key=lambda version: version.number)


def _figures(
    content: Content, measures: Mapping[str, MeasureRow], values: Mapping[tuple[int, date], ValueByDay], day: date
) -> Iterable[Moved]:
    """Each measured target: what was known by the day of the recommendation, and the newest of a period begun since."""
    for target in content.targets:
        row = measures.get(target.measure)
        if row is None:
            continue
        told = values.get((row.key, day))
        before = None if told is None else Known(told.value, told.period.end, told.period.text())
        after, alike = None, True
        if row.latest is not None and row.latest_value is not None and row.latest.start > day:
            after = Known(row.latest_value, row.latest.end, row.latest.text())
            alike = told is None or told.version is None or told.version.holds_for(row.latest)
        rising = target.better is Better.UP
        yield Moved(target.title, row.unit, row, before, after, movement(before, after, rising=rising, alike=alike))
