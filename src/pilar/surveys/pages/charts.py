"""Charts of a closed survey: by district, against other years, by service, and distributions of answers."""

from __future__ import annotations

from django.http import HttpRequest

from pilar.people.rules import Standing
from pilar.people.views import Shown
from pilar.surveys import queries
from pilar.surveys.documents.recap import comparison_note, course_note, district_note, others_note, part_note
from pilar.surveys.drawings import (
    changes,
    courses,
    district_charts,
    district_pillars,
    services_charts,
    spread_charts,
)
from pilar.surveys.pages.frame import survey_page
from pilar.surveys.rules.authority import Action, require_somewhere


@survey_page("surveys/charts.html", tab="charts")
def charts(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """The charts of a closed survey, each with its table; an office sees those of its own programmes."""
    row = queries.survey(key, scope=by)
    require_somewhere(by, Action.SEE_SCORES, row.case)
    recap = queries.recap(row, scope=by)
    if not recap.scores.cells:
        return {"row": row}, "surveys/nothing.html"
    names, inner = district_pillars(recap)
    return {
        "row": row,
        "found": recap,
        "part_note": part_note(recap),
        "asks_districts": row.questionnaire.district is not None,
        "districts": district_charts(recap),
        "district_note": district_note(recap),
        "pillar_names": names,
        "pillar_rows": inner,
        "changes": changes(recap),
        "comparison_note": comparison_note(),
        "courses": courses(recap),
        "course_note": course_note(recap),
        "others_note": others_note(recap),
        "services": services_charts(recap),
        "bands": row.questionnaire.satisfaction.bands if row.questionnaire.satisfaction else (),
        "spread": spread_charts(recap),
    }
