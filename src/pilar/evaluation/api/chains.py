"""Public API of the sources behind the plan's figures in a published result."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator

from pilar.evaluation.api.computed import PhaseNumber
from pilar.evaluation.api.published import Problem
from pilar.evaluation.queries import PUBLIC
from pilar.evaluation.queries.chains import Chain, MeasuredTarget, ProgrammeLink, published_chains
from pilar.people.routes import Routes
from pilar.platform.api import RowSchema

router = Routes(tags=["computed results"])

Quarter = Annotated[str | None, BeforeValidator(lambda given: None if given is None else str(given))]
"""``2026-Q2``."""


class ChainTargetOut(
    RowSchema,
    of=MeasuredTarget,
    fields="title=figure.target.title unit=figure.target.unit wanted=figure.wanted value=figure.value"
    " reached=figure.reached measure=measured.measure.code synthetic=measured.measure.synthetic"
    " newest=measured.figure.newest last=measured.figure.last reported_at=measured.figure.reported_at",
):
    """A measured target: ``value`` of what is ``wanted`` for the year, ``last`` that of the ``newest`` period. All that
    is told of the measure is null where it is not public, or does not exist."""


class ChainProgrammeOut(
    RowSchema,
    of=ProgrammeLink,
    fields="code=row.code title=row.content.title owner=row.owner_name quick_win=row.content.quick_win counted reported"
    " quarter targets told",
):
    """A programme: whether it counts as realised (null where that is not asked), the quarter of its last report of the
    year, and the one that it is held against; ``told`` counts the targets that the office reports itself."""

    reported: Quarter
    quarter: Quarter


class ChainOut(
    RowSchema,
    of=Chain,
    fields="node title_id=title.id title_en=title.en kind said origin how rule plan_version=version.key"
    " decree=version.decree in_force_since=version.in_force_since programmes",
):
    """From an indicator to what was counted; ``said``, ``origin`` and ``how`` are sentences in the reader's language,
    ``plan_version`` the key of the version that is law."""


@router.get(
    "/computed-results/{campaign}/{phase}/{region}/chains",
    response={200: list[ChainOut], 404: Problem},
    summary="Where the figures that the plan gives a result come from",
)
def chains(now: datetime, campaign: str, phase: PhaseNumber, region: str) -> tuple[Chain, ...]:
    """As it is now: reports and measures change it while the result stays."""
    return published_chains(campaign, phase, region, scope=PUBLIC, now=now).chains
