"""The year after: what an evaluation says once a recommendation of the one before has changed the plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from pilar import index
from pilar.config.drawn.campaigns import SYNTHETIC
from pilar.evaluation.operations import Filled
from pilar.evaluation.queries.answers import stored_answers
from pilar.evaluation.queries.became import Became
from pilar.evaluation.queries.cases import assessment_for
from pilar.evaluation.queries.panel_marks import agreed_marks
from pilar.evaluation.queries.plan_figures import figures_of_year
from pilar.evaluation.rules.answers import Given, derived_mark
from pilar.evaluation.rules.plan_words import source_text
from pilar.masterplan.queries import year_figures
from pilar.people.rules import PUBLIC, Standing


def followed(*, rows: Sequence[Became], node: str) -> list[Became]:
    """The recommendations about an indicator that the plan has taken in."""
    return [row for row in rows if row.follow_up.node == node and any(change.is_law for change in row.changes)]


def year_after(
    *,
    by: Standing,
    instrument: index.Instrument,
    region: str,
    before: int,
    node: str,
    year: int,
    panel: Sequence[int],
    now: datetime,
) -> Filled:
    """Answers and marks of a region: those of the assessment ``before``, but for the indicator ``node``, which takes
    what the reports under the plan say of the year. So what the final gains comes from there alone."""
    assessment = assessment_for(by, before)
    figures = year_figures(region, year, scope=PUBLIC, now=now)
    if figures is None:
        raise ValueError(f"no plan of {region} is in force in {year}")
    told = figures_of_year(instrument, figures, year)[node]
    count = told.counted
    given = Given(
        realised=Decimal(count.part or 0), planned=Decimal(count.whole or 0), explanation=SYNTHETIC,
        source=source_text(told),
    )  # fmt: skip
    mark = derived_mark(instrument, instrument.node(node), given)
    if mark is None:
        raise ValueError(f"nothing is planned for {node} in {year}")
    answers = {code: answer.given for code, answer in stored_answers(assessment).items()} | {node: given}
    marks = {code: agreed.value for code, agreed in agreed_marks(assessment).items()} | {node: Decimal(int(mark))}
    return Filled(region, answers, marks={code: (value,) * len(panel) for code, value in marks.items()})
