"""Reads of master plans."""

from pilar.masterplan.queries.agenda import DecidedRow, decided_in, decisions_of
from pilar.masterplan.queries.changes import TextChange, changes
from pilar.masterplan.queries.choices import content_choices, highest_numbers, office_names
from pilar.masterplan.queries.history import appearances, history
from pilar.masterplan.queries.lists import list_words, offices_by_word
from pilar.masterplan.queries.origins import OriginatedRow, origin_of, originated, version_being_written
from pilar.masterplan.queries.plans import (
    bodies,
    body,
    moves,
    other_in_force,
    replaced_by,
    statements,
    version,
    version_facts,
    version_in_force,
    versions,
)
from pilar.masterplan.queries.programmes import first_quarter, programme, programme_count, programmes, programmes_alone
from pilar.masterplan.queries.proposals import (
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
from pilar.masterplan.queries.reports import ReportRow
from pilar.masterplan.queries.rows import BodyRow, DecisionRow, ProgrammeRow, StatementRow, VersionRow
from pilar.masterplan.queries.years import YearFigures, year_figures
