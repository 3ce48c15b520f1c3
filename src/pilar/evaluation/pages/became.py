"""Page on the outcome of a region's recommendations."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from pilar.evaluation.queries import became as reads
from pilar.evaluation.rules.changes import YEARS
from pilar.people.rules import Standing
from pilar.people.views import Shown, page


@page("evaluation/cycle/results/became.html")
def became(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """Each recommendation of the last years: owner, date, what changed in the plan, and whether figures moved."""
    region_became = reads.became(region, by=by, now=now)
    return {
        "found": region_became,
        "years": YEARS,
        "done": sum(row.follow_up.state == "done" for row in region_became.rows),
        "planned": sum(any(changed.is_law for changed in row.changes) for row in region_became.rows),
        "better": sum(
            any(figure.how == "better" for change in row.changes for figure in change.figures)
            for row in region_became.rows
        ),
    }
