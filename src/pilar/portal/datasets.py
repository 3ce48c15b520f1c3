"""The open data of this site, declared once: what each set holds, about which region, in which columns, and from where.

From a declaration come the list, the files and the catalogue (:mod:`pilar.portal.catalogue`). A set tells nothing that
its pages do not tell everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from pilar.areas.reference import today_in
from pilar.evaluation import queries as evaluation
from pilar.evaluation.queries.computed import computed_page, computed_phases
from pilar.masterplan.queries.programmes import programmes
from pilar.masterplan.queries.public import public_plan, public_plans
from pilar.measures.queries.open_data import open_measures, open_values
from pilar.measures.reference import standards_of
from pilar.people.rules import PUBLIC, NotFound
from pilar.permits.queries.services import named_regions
from pilar.permits.queries.statistics import by_services
from pilar.platform.language import N_, Bilingual, in_both, translate
from pilar.reports.packages import Field, Value
from pilar.villagefinance.queries.realisation import public_regions, public_villages

YEARS = 3
"""This year and those before it that sets which grow each day hold; what is older the API tells."""
MADE_UP = N_("Synthetic data, made up for a demonstration.")
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """The region that a set is about, or the whole nation where ``region`` is empty.

    ``since``, ``until``: which days it is about; ``changed``: when it last changed, None for what is counted whenever
    somebody asks. ``subjects``: indicators of standards that it tells of.
    """

    region: str
    name: str
    since: date | None
    until: date | None
    changed: datetime | date | None
    synthetic: bool
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DataSet:
    """A declared set; its texts are marked for translation. ``page``: the name of the page that tells the same;
    ``of_region``: the address of that page has the region."""

    slug: str
    title: str
    text: str
    source: str
    page: str
    of_region: bool
    fields: tuple[Field, ...]
    places: Callable[[datetime], Iterable[Place]]
    rows: Callable[[str, datetime], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A set of one place, as the catalogue lists it; ``name`` is its key among all."""

    slug: str
    name: str
    title: Bilingual
    text: Bilingual
    source: Bilingual
    page: str
    place: Place
    of_region: bool

    @property
    def address(self) -> str:
        """Return where its page is, without the host, in the reader's language."""
        return reverse(self.page, args=[self.place.region] if self.of_region else [])

    @property
    def csv(self) -> str:
        """Return where its rows are as CSV, without the host."""
        return self.file("csv")

    @property
    def json(self) -> str:
        """Return where its rows are as JSON, without the host."""
        return self.file("json")

    def file(self, kind: str) -> str:
        """Return where its rows are, without the host, in the reader's language: titles in them are."""
        if self.place.region:
            return reverse("portal:region-data-file", args=[self.slug, self.place.region, kind])
        return reverse("portal:data-file", args=[self.slug, kind])


def entries(now: datetime) -> tuple[Entry, ...]:
    """All that there is today, sets of the nation first. Some twelve queries, however many regions there are."""
    return tuple(_entry(data_set, place) for data_set in SETS.values() for place in data_set.places(now))


def rows_of(slug: str, region: str, now: datetime) -> tuple[DataSet, list[Row]]:
    """A set with its rows; raises :class:`NotFound` for what the catalogue does not list."""
    data_set = SETS.get(slug)
    if data_set is None or not any(place.region == region for place in data_set.places(now)):
        raise NotFound
    return data_set, list(data_set.rows(region, now))


def _entry(data_set: DataSet, place: Place) -> Entry:
    name = f"{data_set.slug}-{place.region.replace('.', '-')}" if place.region else data_set.slug

    def title() -> str:
        return f"{translate(data_set.title)}: {place.name}" if place.region else translate(data_set.title)

    def text() -> str:
        return f"{translate(data_set.text)} {translate(MADE_UP)}" if place.synthetic else translate(data_set.text)

    said = in_both(lambda: translate(data_set.source))
    return Entry(data_set.slug, name, in_both(title), in_both(text), said, data_set.page, place, data_set.of_region)


def _recent(region: str, now: datetime) -> tuple[date, date]:
    today = today_in(region, now)
    return date(today.year - YEARS + 1, 1, 1), today


def _stated_places(_now: datetime) -> Iterator[Place]:
    years = [row.year for row in evaluation.years(scope=PUBLIC) if row.statements]
    if years:
        loaded = evaluation.freshness(scope=PUBLIC).loaded_at
        yield Place("", "", date(min(years), 1, 1), date(max(years), 12, 31), loaded, synthetic=False)


def _stated_rows(_region: str, _now: datetime) -> Iterator[Row]:
    for row in evaluation.results(evaluation.Filters(), scope=PUBLIC, size=None):
        group = row.group.code if row.group else ""
        yield (
            row.region.code, row.region.name, row.year, row.phase, group, row.final, row.improvement, row.rank,
            row.rank_scope, row.source_url, row.conflicting,
        )  # fmt: skip


def _computed_places(_now: datetime) -> Iterator[Place]:
    phases = computed_phases(scope=PUBLIC)
    if phases:
        years = [phase.header.year for phase in phases]
        published = [row.published_at for phase in phases for row in phase.versions if row.published_at]
        made_up = any(phase.header.synthetic for phase in phases)
        yield Place("", "", date(min(years), 1, 1), date(max(years), 12, 31), max(published, default=None), made_up)


def _computed_rows(_region: str, _now: datetime) -> Iterator[Row]:
    for phase in computed_phases(scope=PUBLIC):
        header = phase.header
        for line in computed_page(header.campaign, header.number, scope=PUBLIC, size=None).page:
            yield (
                header.campaign, header.year, header.number, phase.newest.version, line.region.code, line.region.name,
                line.group_code, line.final, line.no_score or None, line.rank_in_group, line.rank_in_province,
                line.rank_in_nation, line.improvement, header.synthetic,
                line.previous_year,
            )  # fmt: skip


def _plan_places(now: datetime) -> Iterator[Place]:
    for public in public_plans(today_in("", now)):
        plan, version = public.version.plan, public.version
        years = date(plan.first_year, 1, 1), date(plan.last_year, 12, 31)
        yield Place(plan.region, plan.region_name, *years, version.in_force_since or version.decreed_on, plan.synthetic)


def _plan_rows(region: str, now: datetime) -> Iterator[Row]:
    version = public_plan(region, today_in(region, now))
    for row in programmes(version):
        content = row.content
        money: list[Row] = [(budget.year, budget.fund.value, budget.amount) for budget in content.budgets]
        for told in money or [(None, None, None)]:
            yield (
                row.code, content.title, content.part, row.owner_name, content.quick_win, *told, version.number,
                version.plan.synthetic,
            )  # fmt: skip


def _measure_places(now: datetime) -> Iterator[Place]:
    for measures in open_measures(_recent("", now)[0]):
        since, _until = _recent(measures.region, now)
        subjects = tuple(f"{indicator.standard.en} {indicator.code}" for indicator in standards_of(measures.standards))
        yield Place(
            measures.region,
            measures.name,
            max(measures.since, since),
            None,
            measures.changed,
            measures.synthetic,
            subjects,
        )


def _measure_rows(region: str, now: datetime) -> Iterator[Row]:
    since, _until = _recent(region, now)
    for row, period, value in open_values(region, since, scope=PUBLIC, now=now):
        marked = " ".join(indicator.key for indicator in row.indicators)
        yield row.code, row.title, row.unit, row.kind.value, str(period), value, row.office_name, marked, row.synthetic


def _village_places(now: datetime) -> Iterator[Place]:
    for region in public_regions(scope=PUBLIC):
        since, _until = _recent(region.code, now)
        yield Place(region.code, region.name, since, None, None, settings.DEMO)


def _village_rows(region: str, now: datetime) -> Iterator[Row]:
    since, today = _recent(region, now)
    for year in range(since.year, today.year + 1):
        for row in public_villages(region, year, today.month if year == today.year else 12, scope=PUBLIC):
            if any((*row.revenue, *row.expenditure)):
                yield (
                    row.code, row.name, year, *row.revenue, *row.expenditure, *row.remaining, row.held, settings.DEMO,
                )  # fmt: skip


def _permit_places(now: datetime) -> Iterator[Place]:
    for code, name in named_regions(today_in("", now)).items():
        since, _until = _recent(code, now)
        yield Place(code, name, since, None, None, settings.DEMO)


def _permit_rows(region: str, now: datetime) -> Iterator[Row]:
    since, today = _recent(region, now)
    for year in range(since.year, today.year + 1):
        for row in by_services(region, date(year, 1, 1), date(year, 12, 31), scope=PUBLIC):
            yield (
                year, row.key, row.name, row.issued, row.refused, row.withdrawn, row.running, row.in_time,
                settings.DEMO,
            )  # fmt: skip


_SYNTHETIC = Field("synthetic", "boolean", "Whether the row was made up for demonstration")
_REGION = Field("region", "string", "Code of the region (Kemendagri)")
_NAME = Field("name", "string", "Name of the regency or city")
_DECLARED = (
    DataSet(
        "hasil-dinyatakan",
        N_("Results of evaluations as sources state them"),
        N_("What public sources say about the smart city evaluation of regions, each with its address."),
        N_("Pages of regions, of the ministry and of the press, named in each row"),
        "evaluation:years", False,
        (
            _REGION, _NAME, Field("year", "integer", "Year of the evaluation"), Field("phase", "string", "Phase"),
            Field("group", "string", "Group inside which it was ranked"), Field("final", "number", "Final"),
            Field("improvement", "number", "Improvement on the year before"), Field("rank", "integer", "Rank"),
            Field("rank_scope", "string", "Among whom it was ranked"),
            Field("source_url", "string", "Address of the source"),
            Field("conflicting", "boolean", "Whether another source says otherwise"),
        ),
        _stated_places, _stated_rows,
    ),
    DataSet(
        "hasil-dihitung",
        N_("Results of evaluations computed by Pilar"),
        N_("The newest published version of each phase: final, ranks and improvement of each region."),
        N_("Marks of the panels, computed by the instrument of the year"),
        "evaluation:years", False,
        (
            Field("campaign", "string", "Code of the campaign"), Field("year", "integer", "Year"),
            Field("phase", "integer", "Phase"), Field("version", "integer", "Version of the results"), _REGION, _NAME,
            Field("group", "string", "Code of the group"), Field("final", "number", "Final, rounded"),
            Field("no_score", "string", "Why there is none"), Field("rank_in_group", "integer", "Rank in its group"),
            Field("rank_in_province", "integer", "Rank in the province"),
            Field("rank_in_nation", "integer", "Rank in the nation"),
            Field("improvement", "number", "Improvement on the last final before"), _SYNTHETIC,
            Field("previous_year", "integer", "Year of the last final before"),
        ),
        _computed_places, _computed_rows,
    ),
    DataSet(
        "program-rencana",
        N_("Programmes of the smart city master plan"),
        N_("The programmes of the plan in force with their money: a row for each year and source of funds."),
        N_("The regulation by which the plan is law"),
        "masterplan:plan", True,
        (
            Field("programme", "string", "Code of the programme"), Field("title", "string", "Its title"),
            Field("part", "string", "Sub-dimension"), Field("office", "string", "Office that owns it"),
            Field("quick_win", "boolean", "Whether it is a quick win"), Field("year", "integer", "Year of the money"),
            Field("fund", "string", "Source of funds"), Field("amount", "number", "Rupiah"),
            Field("version", "integer", "Version of the plan"), _SYNTHETIC,
        ),
        _plan_places, _plan_rows,
    ),
    DataSet(
        "ukuran",
        N_("Measured figures"),
        N_("Values of all public measures of this year and the two before it, those of hospitals among them."),
        N_("Offices of the region and the applications that report for them"),
        "measures:measures", True,
        (
            Field("measure", "string", "Code of the measure"), Field("title", "string", "Its title"),
            Field("unit", "string", "Unit"), Field("step", "string", "day, month, quarter or year"),
            Field("period", "string", "Period"), Field("value", "number", "Value that counts"),
            Field("office", "string", "Office that measures"),
            Field("standards", "string", "Indicators of standards, with blanks between them"), _SYNTHETIC,
        ),
        _measure_places, _measure_rows,
    ),
    DataSet(
        "anggaran-desa",
        N_("Village budgets and their realisation"),
        N_("What the budget of each village comes to in this year and the two before it, and what was realised."),
        N_("Books of the villages"),
        "villagefinance:public-regions", False,
        (
            Field("village", "string", "Code of the village (Kemendagri)"), Field("name", "string", "Its name"),
            Field("year", "integer", "Year"), Field("revenue_budget", "number", "Rupiah"),
            Field("revenue_realised", "number", "Rupiah"), Field("expenditure_budget", "number", "Rupiah"),
            Field("expenditure_realised", "number", "Rupiah"), Field("remaining_budget", "number", "Rupiah"),
            Field("remaining_realised", "number", "Rupiah"), Field("held", "number", "Money held, rupiah"), _SYNTHETIC,
        ),
        _village_places, _village_rows,
    ),
    DataSet(
        "statistik-perizinan",
        N_("Applications for permits in figures"),
        N_("Applications by service and year of sending, this year and the two before it; no person is named."),
        N_("Records of the one-stop office"),
        "permits:statistics-regions", False,
        (
            Field("year", "integer", "Year of sending"), Field("service", "string", "Code of the service"),
            Field("name", "string", "Its name"), Field("issued", "integer", "Permits issued"),
            Field("refused", "integer", "Refused"), Field("withdrawn", "integer", "Withdrawn"),
            Field("running", "integer", "Applications in process"),
            Field("in_time", "integer", "Of those issued or refused: by their limit"), _SYNTHETIC,
        ),
        _permit_places, _permit_rows,
    ),
)  # fmt: skip
SETS = {data_set.slug: data_set for data_set in _DECLARED}
