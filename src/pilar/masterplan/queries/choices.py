"""Offices and measures of the region that a programme can refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pilar.areas.models import Office
from pilar.masterplan.models import Content as StoredContent
from pilar.masterplan.models import Entry
from pilar.masterplan.queries.rows import PlanRow
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.checking import Frame
from pilar.masterplan.rules.content import Content, read
from pilar.measures.models import Definition, Measure
from pilar.measures.queries import readable
from pilar.people.rules import Standing
from pilar.platform.language import Bilingual


@dataclass(frozen=True, slots=True)
class OfficeChoice:
    """An office: ``short`` is its abbreviation, or its name."""

    key: int
    name: str
    short: str


@dataclass(frozen=True, slots=True)
class MeasureChoice:
    """A measure of the region with the title of its latest definition."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Open offices of a region by name, its measures by code, and the names of all its offices, closed ones too."""

    offices: tuple[OfficeChoice, ...]
    measures: tuple[MeasureChoice, ...]
    names: Mapping[int, str]


def content_choices(plan: PlanRow, *, scope: Standing, keep: Content | None = None) -> Choices:
    """Return the choices for programmes of a plan; measures are those that ``scope`` reads. Anything that ``keep``
    names stays a choice, also a closed office or another's measure. Two queries."""
    kept = set() if keep is None else {keep.owner, *keep.partners}
    rows = list(Office.objects.filter(region=plan.region).order_by("name", "pk"))
    offices = tuple(
        OfficeChoice(office.pk, office.name, office.abbreviation or office.name)
        for office in rows
        if office.closed_at is None or office.pk in kept
    )
    named = set() if keep is None else {target.measure for target in keep.targets} - {""}
    return Choices(offices, _measures(plan.region, scope, named), {office.pk: office.name for office in rows})


def frame_of(region: str, years: range, *, keep: Content | None = None) -> Frame:
    """Return the frame that contents of a region's plan are checked against. Offices that ``keep`` names stay allowed
    after closing. Two queries."""
    offices = set(Office.objects.filter(region=region, closed_at=None).values_list("pk", flat=True))
    if keep is not None:
        offices |= {keep.owner, *keep.partners}
    measures = frozenset(Measure.objects.filter(region=region).order_by().values_list("code", flat=True))
    return Frame(framework(), years[0], years[-1], frozenset(offices), measures)


def office_names(region: str) -> dict[int, str]:
    """Read the names of a region's offices, closed ones too, by key. One query."""
    return dict(Office.objects.filter(region=region).order_by().values_list("pk", "name"))


def highest_numbers(line: int | None) -> dict[str, int]:
    """Read the highest number that a row of a programme ever had in a version, by list; reports may still refer to
    it."""
    numbered = ("targets", "activities", "monitored")
    bodies = []
    if line is not None:
        kept = StoredContent.objects.filter(pk__in=Entry.objects.filter(line=line).values("content"))
        bodies = [read(body) for body in kept.values_list("body", flat=True)]
    return {
        name: max((row.number for content in bodies for row in getattr(content, name)), default=0) for name in numbered
    }


def _measures(region: str, scope: Standing, named: set[str]) -> tuple[MeasureChoice, ...]:
    mine = Measure.objects.filter(readable(scope), region=region)
    rows = (
        Definition.objects.filter(measure__in=mine, until=None)
        .order_by("measure__code")
        .values_list("measure__code", "title_id", "title_en")
    )
    titles = {code: str(Bilingual(titled, other or titled)) for code, titled, other in rows}
    return tuple(MeasureChoice(code, titles.get(code, code)) for code in sorted({*titles, *named}))
