"""Published results as lists: years, filters, order, pages, and how much of the whole stands here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass

from django.core.paginator import Page
from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, When

from pilar.areas.models import Province
from pilar.evaluation.models import (
    Phase,
    Publication,
    PublishedResult,
    PublishedScore,
    ResultGroup,
    ScoringYear,
    SnapshotResult,
)
from pilar.evaluation.queries.rows import GroupCoverage, ProvinceRow, Statement, YearRow, size_in
from pilar.evaluation.queries.statements import group_row, published, statements
from pilar.platform.actors import Authority
from pilar.platform.errors import PilarError
from pilar.platform.language import N_
from pilar.platform.paging import PAGE, paged

MAX_PAGE = 200
MAX_TEXT = 100
KINDS = ("regency", "city")
DEFAULT_SORT = "-final"

# What a list can be ordered by, in addition to the code of a published score; blanks stand last either way. Ranks of
# different lists cannot be compared, so that order keeps each list together: newest year, largest group, else scope of
# the rank.
_ORDERS = {
    "name": "region__name",
    "province": "region__province__name",
    "year": "year",
    "group": "group__code",
    "final": "final",
    "improvement": "improvement",
    "rank": "rank",
}
_RANKED = (
    "-year",
    F("group__size").desc(nulls_last=True),
    "group__code",
    Case(When(group=None, rank__isnull=False, then="rank_scope")).asc(nulls_last=True),
)


class UnknownYear(PilarError):
    code = "unknown-year"
    status = 404
    sentence = N_("No results of %(year)s are published here. There are results of: %(years)s")


class UnknownOrder(PilarError):
    code = "unknown-order"
    status = 422
    sentence = N_(
        "Results cannot be ordered by “%(given)s”. Possible are: %(known)s, each with a minus to turn it round"
    )


class UnknownChoice(PilarError):
    code = "unknown-choice"
    status = 422
    sentence = N_("“%(given)s” is not one of the choices for “%(field)s”. Leave it out to see everything")


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters of a list; an empty value does not filter. ``text`` is part of a region's name or code."""

    year: int | None = None
    group: str = ""
    province: str = ""
    kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices in the filters of a year."""

    groups: tuple[GroupCoverage, ...]
    provinces: tuple[ProvinceRow, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of statements: their number, their regions, and the number of regions of each group of known size.

    ``sizes`` are the numbers of evaluated regions given by statements without a group, lowest first.
    """

    statements: int
    regions: int
    groups: tuple[GroupCoverage, ...]
    sizes: tuple[int, ...]


def years(*, scope: Authority) -> tuple[YearRow, ...]:
    """The years with published results, stated or computed, newest first. Four queries."""
    instruments = {row.year: (row.instrument.code, row.instrument.version) for row in _scoring_years()}
    stated: dict[int, Counter[str]] = {}
    for year, region in PublishedResult.objects.order_by().values_list("year", "region"):
        stated.setdefault(year, Counter())[region] += 1
    phases = Phase.objects.filter(Exists(Publication.objects.filter(snapshot__phase=OuterRef("pk"))))
    computed: dict[int, list[tuple[bool, tuple[str, str]]]] = {}
    known = phases.order_by("campaign__code", "number").values_list(
        "campaign__year", "campaign__synthetic", "campaign__instrument__code", "campaign__instrument__version"
    )
    for year, synthetic, code, version in known:
        computed.setdefault(year, []).append((synthetic, (code, version)))
    taking_part: dict[tuple[int, bool], set[str]] = {}
    results = SnapshotResult.objects.filter(snapshot__publication__isnull=False).order_by()
    for year, synthetic, region in results.values_list(
        "snapshot__phase__campaign__year", "snapshot__phase__campaign__synthetic", "region"
    ).distinct():
        taking_part.setdefault((year, synthetic), set()).add(region)
    return tuple(
        _year(year, stated.get(year, Counter()), computed.get(year, []), taking_part, instruments.get(year))
        for year in sorted(stated.keys() | computed.keys(), reverse=True)
    )


def _year(
    year: int,
    stated: Counter[str],
    computed: Sequence[tuple[bool, tuple[str, str]]],
    taking_part: Mapping[tuple[int, bool], Set[str]],
    instrument: tuple[str, str] | None,
) -> YearRow:
    real = [name for synthetic, name in computed if not synthetic]
    made_up = not stated and not real
    return YearRow(
        year=year,
        statements=stated.total(),
        regions=len(stated.keys() | taking_part.get((year, made_up), set())),
        instrument=instrument or next(iter(real), None),
        computed=len(computed),
        synthetic=made_up,
    )


def year_row(year: int, among: Collection[YearRow]) -> YearRow:
    """One year of those that there are; raises UnknownYear, which names them."""
    for row in among:
        if row.year == year:
            return row
    raise UnknownYear(year=year, years=", ".join(str(row.year) for row in among) or "–")


def results(
    filters: Filters, *, scope: Authority, sort: str = DEFAULT_SORT, page: int = 1, size: int | None = PAGE
) -> Page[Statement]:
    """One page of statements, or without a size all of them. Four queries whatever the size.

    Raises UnknownOrder or UnknownChoice.
    """
    return paged(_ordered(_narrowed(filters), sort, score_codes(scope=scope)), statements, page=page, size=size)


def score_codes(*, scope: Authority) -> tuple[str, ...]:
    """The codes of all nodes with a published score, in the order in which sources print them."""
    codes = PublishedScore.objects.values("node").annotate(first=Min("pk")).order_by("first")
    return tuple(codes.values_list("node", flat=True))


def coverage(year: int, *, scope: Authority) -> Coverage:
    """Return how much of a year stands here. Three queries."""
    scopes = PublishedResult.objects.filter(year=year, group=None).order_by().values_list("rank_scope", flat=True)
    sizes = {size for scope_words in scopes.distinct() if (size := size_in(scope_words)) is not None}
    counted = PublishedResult.objects.filter(year=year).aggregate(
        statements=Count("pk"), regions=Count("region", distinct=True)
    )
    return Coverage(counted["statements"], counted["regions"], _groups(year), tuple(sorted(sizes)))


def provinces(*, scope: Authority) -> tuple[ProvinceRow, ...]:
    """All provinces by name."""
    return tuple(
        ProvinceRow(province.code, province.name)
        for province in Province.objects.filter(ended_at=None).order_by("name")
    )


def choices(year: int, *, scope: Authority) -> Choices:
    """Groups and provinces that occur in a year. Two queries."""
    provinces = (
        PublishedResult.objects.filter(year=year)
        .values_list("region__province__code", "region__province__name")
        .distinct()
        .order_by("region__province__name")
    )
    return Choices(_groups(year), tuple(ProvinceRow(code, name) for code, name in provinces))


def _groups(year: int) -> tuple[GroupCoverage, ...]:
    groups = ResultGroup.objects.filter(year=year).annotate(regions=Count("results__region", distinct=True))
    return tuple(GroupCoverage(group_row(group), group.regions) for group in groups.order_by("-size", "code"))


def _scoring_years() -> QuerySet[ScoringYear]:
    return ScoringYear.objects.select_related("instrument")


def _narrowed(filters: Filters) -> QuerySet[PublishedResult]:
    published_results = published()
    if filters.year is not None:
        published_results = published_results.filter(year=filters.year)
    if filters.group:
        _require("\0" not in filters.group and _group_exists(filters.group), "group", filters.group)
        published_results = published_results.filter(group__code=filters.group)
    if filters.kind:
        _require(filters.kind in KINDS, "kind", filters.kind)
        published_results = published_results.filter(region__kind=filters.kind)
    if filters.province:
        _require("\0" not in filters.province, "province", filters.province)
        published_results = published_results.filter(region__province=filters.province)
    return published_results.filter(named(filters.text, "region__"))


def _group_exists(code: str) -> bool:
    return ResultGroup.objects.filter(code=code).exists()


def named(text: str, path: str = "") -> Q:
    """Regions whose name holds every word of ``text``, or whose code begins with it. ``path`` leads to the region."""
    wanted = text.replace("\0", "")[:MAX_TEXT]
    words = [word.strip(".,") for word in wanted.split()]
    holds = Q()
    for word in filter(None, words):
        holds &= Q(**{f"{path}name__icontains": word})
    return holds | Q(**{f"{path}code__startswith": wanted.strip()}) if holds else holds


def _require(known: bool, field: str, given: str) -> None:
    if not known:
        raise UnknownChoice(field=field, given=given[:MAX_TEXT])


def _ordered(rows: QuerySet[PublishedResult], sort: str, codes: Collection[str]) -> QuerySet[PublishedResult]:
    name = sort.removeprefix("-")
    if name in _ORDERS:
        column = F(_ORDERS[name])
    elif name in codes:
        score = PublishedScore.objects.filter(result=OuterRef("pk"), node=name).values("value")
        rows, column = rows.annotate(ordered_by=Subquery(score)), F("ordered_by")
    else:
        raise UnknownOrder(given=sort[:MAX_TEXT], known=", ".join([*_ORDERS, *codes]))
    direction = column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)
    return rows.order_by(*(_RANKED if name == "rank" else ()), direction, "-year", "region__name", "pk")
