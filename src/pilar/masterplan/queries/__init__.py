"""Reads of master plans."""

from pilar.masterplan.queries.plans import (
    bodies,
    moves,
    regions_with_plans,
    statements,
    version,
    version_in_force,
    versions,
)
from pilar.masterplan.queries.programmes import entry_in_force, first_quarter, programme, programmes
from pilar.masterplan.queries.rows import (
    BodyRow,
    DecisionRow,
    MemberRow,
    PlanRow,
    ProgrammeRow,
    StatementRow,
    VersionRow,
)

__all__ = [
    "BodyRow",
    "DecisionRow",
    "MemberRow",
    "PlanRow",
    "ProgrammeRow",
    "StatementRow",
    "VersionRow",
    "bodies",
    "entry_in_force",
    "first_quarter",
    "moves",
    "programme",
    "programmes",
    "regions_with_plans",
    "statements",
    "version",
    "version_in_force",
    "versions",
]
