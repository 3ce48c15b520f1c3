"""Plans for the public: versions that are law, by region."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, Func, Q, TextField, Value
from django.db.models.functions import Cast, Collate, Concat

from pilar.masterplan.models import Entry, Version
from pilar.masterplan.queries.plans import version_in_force, versions
from pilar.masterplan.queries.rows import VersionRow, version_row
from pilar.masterplan.rules.stages import LAW, ONCE_IN_FORCE
from pilar.people.rules import PUBLIC, NotFound


@dataclass(frozen=True, slots=True)
class PublicPlan:
    """A region's plan that is law, with the number of its programmes and quick wins; ``state``: in words, as of the
    requested day."""

    version: VersionRow
    programmes: int
    quick_wins: int
    state: str
    current: bool
    """It is in force on that day."""


@dataclass(frozen=True, slots=True)
class LawRow:
    """A version that came into force: its regulation, and the hash of the whole content of its programmes."""

    region: str
    first_year: int
    version: int
    title: str
    form: str
    decree_number: str
    decreed_on: date | None
    in_force_since: date | None
    programmes: int
    quick_wins: int
    sha256: str
    synthetic: bool


def plans_in_law() -> Iterator[LawRow]:
    """Yield every version that ever came into force, by region, plan and number. One query, which hashes in the
    database: programmes are sorted by their codes' bytes, so that the hash does not depend on the collation."""
    rows = (
        Version.objects.filter(state__in=list(ONCE_IN_FORCE))
        .select_related("plan")
        .annotate(size=Count("entries"), quick=Count("entries", filter=Q(entries__content__quick_win=True)))
        .annotate(
            sha256=Func(
                StringAgg(_PROGRAMME, delimiter="\n", order_by=Collate("entries__line__code", "C")),
                template=_HASHED,
                output_field=TextField(),
            )
        )
        .order_by("region", "plan__first_year", "number")
    )
    for row in rows:
        yield LawRow(
            row.region_id, row.plan.first_year, row.number, row.plan.title, row.form, row.decree_number,
            row.decreed_on, row.in_force_since, row.size, row.quick, row.sha256, row.plan.synthetic,
        )  # fmt: skip


_HASHED = "encode(sha256(convert_to(coalesce(%(expressions)s, ''), 'UTF8')), 'hex')"
_PROGRAMME = Concat(
    "entries__line__code", Value(" "), Cast("entries__content__body", TextField()), output_field=TextField()
)


def public_plans(today: date, *, search: str = "") -> tuple[PublicPlan, ...]:
    """Read the regions with a plan that is law, by name: the one in force ``today``, otherwise the newest. One
    query."""
    rows = (
        Version.objects.filter(state__in=list(LAW), region__name__icontains=search)
        .select_related("plan__region", "base")
        .annotate(size=Count("entries"), quick=Count("entries", filter=Q(entries__content__quick_win=True)))
        .order_by("region__name", "region", "-decreed_on", "-number")
    )
    plans: dict[str, PublicPlan] = {}
    for row in rows:
        version = version_row(row)
        current = version.in_force_on(today)
        if row.region_id not in plans or current:
            plans[row.region_id] = PublicPlan(version, row.size, row.quick, version.state_on(today), current)
    return tuple(plans.values())


def programmes_named(text: str, today: date, *, most: int) -> tuple[tuple[str, bool, str, str], ...]:
    """Read programmes of plans in force ``today`` with these words in their title: title, whether it is a quick win,
    code and name of the region. One query."""
    rows = Entry.objects.filter(version__in_force_since__lte=today, version__in_force_until__gte=today)
    for word in text.split():
        rows = rows.filter(content__title__icontains=word)
    told = ("content__title", "content__quick_win", "version__region", "version__region__name")
    return tuple(rows.order_by("content__title", "version__region").values_list(*told)[:most])


def public_plan(region: str, today: date) -> VersionRow:
    """Return the version of a region's plan in force on a day, otherwise the newest that is law; raises
    :class:`NotFound`."""
    current = version_in_force(region, today, scope=PUBLIC)
    if current is not None:
        return current
    law = versions(region, scope=PUBLIC)
    if not law:
        raise NotFound
    return law[0]
