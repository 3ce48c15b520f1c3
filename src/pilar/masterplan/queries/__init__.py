"""Reads of master plans."""

from pilar.masterplan.queries.agenda import DecidedRow, decided_in, decisions_of
from pilar.masterplan.queries.changes import Changed, TextChange, VersionChanges, changes
from pilar.masterplan.queries.choices import (
    Choices,
    MeasureChoice,
    OfficeChoice,
    content_choices,
    highest_numbers,
    office_names,
)
from pilar.masterplan.queries.history import Appearance, HistoryRow, appearances, history
from pilar.masterplan.queries.origins import OriginatedRow, OriginRow, origin_of, originated, version_being_written
from pilar.masterplan.queries.plans import (
    bodies,
    body,
    moves,
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
    programme,
    programme_count,
    programmes,
)
from pilar.masterplan.queries.proposals import (
    CallRow,
    OpenCall,
    OwnProgramme,
    ProposalDetail,
    ProposalRow,
    call,
    open_calls,
    own_programmes,
    proposal,
    proposals,
    proposed_contents,
    proposing_version,
    silent_offices,
    similar_proposals,
)
from pilar.masterplan.queries.public import PublicPlan, public_plan, public_plans
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
