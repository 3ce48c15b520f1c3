"""What changes instruments, published results and the evaluation cycle; callers import it from here."""

from __future__ import annotations

from pilar.evaluation.operations.agreement import panels_changed, settle_mark
from pilar.evaluation.operations.allocation import allocate
from pilar.evaluation.operations.answers import save_answer, save_answers, take_over_answers
from pilar.evaluation.operations.attachments import attach, attach_new, detach, return_attached, verify_attached
from pilar.evaluation.operations.batches import make_sheets, order_sheets
from pilar.evaluation.operations.campaigns import (
    add_group,
    create_campaign,
    edit_campaign,
    remove_group,
    rename_group,
    set_dates,
)
from pilar.evaluation.operations.evidence_requests import answer_request, request_evidence, withdraw_request
from pilar.evaluation.operations.findings import edit_finding, remove_finding, write_finding
from pilar.evaluation.operations.follow_up import (
    attach_to_follow_up,
    detach_from_follow_up,
    remind_of_follow_ups,
    save_follow_up,
)
from pilar.evaluation.operations.mark_import import import_marks
from pilar.evaluation.operations.marking import NewMark, finish_marking, reopen_marking, save_mark, save_marks
from pilar.evaluation.operations.meetings import (
    cancel_meeting,
    forget_attendance,
    move_meeting,
    plan_meeting,
    record_meeting,
)
from pilar.evaluation.operations.objections import accept_result, decide_objection, make_objection
from pilar.evaluation.operations.panels import (
    apply_proposal,
    declare_conflict,
    make_chair,
    remove_conflict,
    seat,
    unseat,
)
from pilar.evaluation.operations.participation import Invited, invite_regions, move_to_group, withdraw_region
from pilar.evaluation.operations.phases import move_phase, return_assessment
from pilar.evaluation.operations.plan_figures import SeenFigure, take_all_plan_figures, take_plan_figures
from pilar.evaluation.operations.proposing import AlreadyProposed, Idea, propose_from_follow_up
from pilar.evaluation.operations.published import (
    InstrumentChanged,
    OffScale,
    Outcome,
    UnknownGroup,
    add_instrument,
    choose_instrument,
    record_group,
    record_statement,
    withdraw_others,
)
from pilar.evaluation.operations.results import (
    Computed,
    approve_results,
    compute_results,
    correct_results,
    publish_results,
)
from pilar.evaluation.operations.scenarios import SavedDraft, save_draft_instrument
from pilar.evaluation.operations.sealing import seal_published
from pilar.evaluation.operations.submission import submit
from pilar.evaluation.operations.synthetic import (
    Filled,
    FilledPhase,
    NewFinding,
    add_assessors,
    build_large_campaign,
    fill_campaign,
    synthetic_address,
)

__all__ = [
    "AlreadyProposed",
    "Computed",
    "Filled",
    "FilledPhase",
    "Idea",
    "InstrumentChanged",
    "Invited",
    "NewFinding",
    "NewMark",
    "OffScale",
    "Outcome",
    "SavedDraft",
    "SeenFigure",
    "UnknownGroup",
    "accept_result",
    "add_assessors",
    "add_group",
    "add_instrument",
    "allocate",
    "answer_request",
    "apply_proposal",
    "approve_results",
    "attach",
    "attach_new",
    "attach_to_follow_up",
    "build_large_campaign",
    "cancel_meeting",
    "choose_instrument",
    "compute_results",
    "correct_results",
    "create_campaign",
    "decide_objection",
    "declare_conflict",
    "detach",
    "detach_from_follow_up",
    "edit_campaign",
    "edit_finding",
    "fill_campaign",
    "finish_marking",
    "forget_attendance",
    "import_marks",
    "invite_regions",
    "make_chair",
    "make_objection",
    "make_sheets",
    "move_meeting",
    "move_phase",
    "move_to_group",
    "order_sheets",
    "panels_changed",
    "plan_meeting",
    "propose_from_follow_up",
    "publish_results",
    "record_group",
    "record_meeting",
    "record_statement",
    "remind_of_follow_ups",
    "remove_conflict",
    "remove_finding",
    "remove_group",
    "rename_group",
    "reopen_marking",
    "request_evidence",
    "return_assessment",
    "return_attached",
    "save_answer",
    "save_answers",
    "save_draft_instrument",
    "save_follow_up",
    "save_mark",
    "save_marks",
    "seal_published",
    "seat",
    "set_dates",
    "settle_mark",
    "submit",
    "synthetic_address",
    "take_all_plan_figures",
    "take_over_answers",
    "take_plan_figures",
    "unseat",
    "verify_attached",
    "withdraw_others",
    "withdraw_region",
    "withdraw_request",
    "write_finding",
]
