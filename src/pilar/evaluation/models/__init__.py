"""Tables of the evaluation: published statements, and the yearly cycle from campaign to result."""

from pilar.evaluation.models.assessments import Allocation, Answer, AnswerEvidence, Assessment
from pilar.evaluation.models.batches import SheetBatch
from pilar.evaluation.models.campaigns import Campaign, CampaignGroup, Participation, Phase, PhaseMove
from pilar.evaluation.models.drafts import InstrumentDraft
from pilar.evaluation.models.filling import FilledIn
from pilar.evaluation.models.follow_up import FollowUp, FollowUpEvidence
from pilar.evaluation.models.hooks import HookDelivery, Subscription
from pilar.evaluation.models.marking import (
    AgreedMark,
    Attendance,
    EvidenceRequest,
    Finding,
    Mark,
    MarkingDone,
    Meeting,
)
from pilar.evaluation.models.origins import AnswerOrigin, SurveyFile
from pilar.evaluation.models.panels import Conflict, Seat
from pilar.evaluation.models.published import (
    Instrument,
    PublishedResult,
    PublishedScore,
    ResultGroup,
    ScoringYear,
)
from pilar.evaluation.models.reminders import Reminder
from pilar.evaluation.models.results import (
    Approval,
    Objection,
    ObjectionAdvice,
    ObjectionEvidence,
    Publication,
    Snapshot,
    SnapshotResult,
)
