"""Reads of master plans."""

from pilar.masterplan.queries.changes import Changed, TextChange, VersionChanges, changes
from pilar.masterplan.queries.history import Appearance, HistoryRow, appearances, history
from pilar.masterplan.queries.plans import (
    bodies,
    body,
    moves,
    regions_with_plans,
    statements,
    version,
    version_facts,
    version_in_force,
    versions,
)
from pilar.masterplan.queries.programmes import (
    entry_in_force,
    first_quarter,
    lives,
    office_names,
    programme,
    programmes,
)
from pilar.masterplan.queries.public import OpenCall, PublicPlan, open_calls, public_plan, public_plans
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
    "Appearance",
    "BodyRow",
    "Changed",
    "DecisionRow",
    "HistoryRow",
    "MemberRow",
    "OpenCall",
    "PartFigures",
    "PlanRow",
    "ProgrammeRow",
    "PublicPlan",
    "ReportRow",
    "StatementRow",
    "TextChange",
    "VersionChanges",
    "VersionRow",
    "YearFigures",
    "YearProgramme",
    "appearances",
    "bodies",
    "body",
    "changes",
    "entry_in_force",
    "evidence_of_year",
    "figures",
    "first_quarter",
    "history",
    "lives",
    "moves",
    "office_names",
    "open_calls",
    "programme",
    "programmes",
    "public_plan",
    "public_plans",
    "regions_with_plans",
    "statements",
    "version",
    "version_facts",
    "version_in_force",
    "versions",
    "year_figures",
]
