"""The programmes of a plan for surveys, a lower room (``settings.PILAR_SURVEY_PROGRAMMES``)."""

from __future__ import annotations

from datetime import date

from pilar.masterplan.queries.plans import version_in_force
from pilar.masterplan.queries.programmes import programmes_alone
from pilar.masterplan.reference import framework
from pilar.people.rules import Standing
from pilar.surveys.queries import PlannedProgramme


def programmes(region: str, day: date, scope: Standing) -> tuple[PlannedProgramme, ...]:
    """Read the programmes of the version in force on a day, by code. Two queries."""
    version = version_in_force(region, day, scope=scope)
    if version is None:
        return ()
    pillars = framework().pillars
    return tuple(
        PlannedProgramme(
            row.code, row.content.title, row.content.owner, pillars.above(row.content.part).code, row.content.part
        )
        for row in programmes_alone(version)
    )
