"""Page on lifting the index, starting from measures. Nothing is stored."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from pilar.evaluation.queries import lifting as reads
from pilar.evaluation.queries.aiming import aims
from pilar.evaluation.rules.changes import written
from pilar.masterplan.reference import framework
from pilar.people.rules import Standing
from pilar.people.views import Shown, page


@page("evaluation/measure_steps.html")
def measure_steps(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Measures that reach their targets, the programmes that are realised by it, the marks and the final."""
    steps = reads.measure_steps(key, by=by, now=now)
    return {
        "found": steps,
        "aims": aims(by, steps.position.header.region_code),
        "header": steps.position.header,
        "final": steps.position.outlook.final,
        "agreed": steps.position.agreed,
        "share": framework().progress.realised_from,
        "rows": [
            (step, written(step.lift.before), written(step.lift.after), written(step.lift.gain)) for step in steps.steps
        ],
    }
