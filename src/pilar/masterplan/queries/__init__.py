"""Reads of master plans."""

from pilar.masterplan.queries.origins import OriginatedRow, OriginRow, origin_of, originated, version_being_written
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
from pilar.masterplan.queries.reports import ReportRow, evidence_of_year, figures
from pilar.masterplan.queries.rows import (
    BodyRow,
    DecisionRow,
    MemberRow,
    PlanRow,
    ProgrammeRow,
    StatementRow,
    VersionRow,
)
from pilar.masterplan.queries.years import PartFigures, YearFigures, YearProgramme, year_figures

__all__ = [
    "BodyRow",
    "DecisionRow",
    "MemberRow",
    "OriginRow",
    "OriginatedRow",
    "PartFigures",
    "PlanRow",
    "ProgrammeRow",
    "ReportRow",
    "StatementRow",
    "VersionRow",
    "YearFigures",
    "YearProgramme",
    "bodies",
    "entry_in_force",
    "evidence_of_year",
    "figures",
    "first_quarter",
    "moves",
    "origin_of",
    "originated",
    "programme",
    "programmes",
    "regions_with_plans",
    "statements",
    "version",
    "version_being_written",
    "version_in_force",
    "versions",
    "year_figures",
]
