"""The sheets of a recap that stand beside its scores: districts, the year before, other years, services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from pilar.surveys.drawings import changes, courses, district_estimates, district_pillars, service_name
from pilar.surveys.queries import Recap
from pilar.surveys.rules.scores import rounded

Cell = str | int | Decimal | None
Sheet = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]
"""Title, heads, rows."""


def beside_sheets(found: Recap) -> Iterator[Sheet]:
    """Those that have a row."""
    for title, heads, rows in _sheets(found):
        if rows:
            yield title, heads, rows


def _sheets(found: Recap) -> Iterator[tuple[str, list[str], list[list[Cell]]]]:
    names, inner = district_pillars(found)
    means = {title: [mean for mean, _count in row] for title, row in inner}
    yield (
        _("Districts"),
        [_("District"), _("Mean"), _("Lower end"), _("Upper end"), _("Answers"), *names],
        [
            [one.label, one.value, one.lower, one.upper, one.count, *means.get(one.label, ())]
            for one in district_estimates(found)
        ],
    )
    year = found.scores.survey.year
    yield (
        _("Compared"),
        [_("What"), str(year - 1), str(year), _("Difference"), _("Lower end"), _("Upper end"), _("More than chance?")],
        [
            [one.title, one.before, one.now, one.change, one.lower, one.upper, one.told]
            for one in changes(found)
        ],
    )  # fmt: skip
    yield (
        _("Years"),
        [_("What"), _("Year"), _("Mean"), _("Lower end"), _("Upper end"), _("Survey")],
        [
            [one.what, one.year, one.value, one.lower, one.upper, one.survey]
            for course in courses(found)
            for one in course.years
        ],
    )
    yield (
        _("Services"),
        [_("Service"), _("Index (IKM)"), _("Lower end"), _("Upper end"), _("Answers"), _("Band")],
        [
            [service_name(one, found), one.index.score, *map(rounded, one.interval or (None, None)),
             one.scores.cell.counting, one.index.band.code if one.index.band else ""]
            for one in found.years.services
        ],
    )  # fmt: skip
