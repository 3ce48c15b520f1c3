"""What became of the recommendations of a region."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from pilar.evaluation.queries import became as reads
from pilar.evaluation.rules.became import YEARS
from pilar.people.rules import Standing
from pilar.people.views import Shown, page


@page("evaluation/cycle/results/became.html")
def became(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """Each recommendation of the last years: owner, date, what changed in the plan, and whether figures moved."""
    found = reads.became(region, by=by, now=now)
    return {
        "found": found,
        "years": YEARS,
        "done": sum(row.follow_up.state == "done" for row in found.rows),
        "planned": sum(any(one.is_law for one in row.changes) for row in found.rows),
        "better": sum(
            any(one.how == "better" for change in row.changes for one in change.figures) for row in found.rows
        ),
    }
