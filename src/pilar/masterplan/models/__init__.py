"""Tables of the master plan: plans and versions, programmes, formulation, and reports."""

from pilar.masterplan.models.execution import Report, ReportEvidence
from pilar.masterplan.models.formulation import Attendance, Call, Decision, Meeting, Proposal
from pilar.masterplan.models.lists import ListWord
from pilar.masterplan.models.papers import PaperBatch
from pilar.masterplan.models.plans import Body, BodyMember, Plan, Statement, Version
from pilar.masterplan.models.programmes import Content, Entry, Line
