"""Operations of instruments, published results and the evaluation cycle; callers import them from here."""

from __future__ import annotations

from pilar.evaluation.operations.advising import advise_on_objection, answer_decision
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
from pilar.evaluation.operations.exceptions import allow_smaller_panel, extend, set_aside, take_up_again
from pilar.evaluation.operations.filling import confirm_filled, fill_in, hold_filling
from pilar.evaluation.operations.findings import edit_finding, remove_finding, write_finding
from pilar.evaluation.operations.follow_up import (
    attach_to_follow_up,
    detach_from_follow_up,
    remind_of_follow_ups,
    save_follow_up,
)
from pilar.evaluation.operations.hooks import (
    deliver,
    deliver_again,
    end_subscription,
    forget_deliveries,
    renew_systems,
    subscribe,
)
from pilar.evaluation.operations.instruments import drop_instrument_draft, release_instrument, send_instrument
from pilar.evaluation.operations.marking import (
    NewMark,
    finish_marking,
    import_marks,
    reopen_marking,
    save_mark,
    save_marks,
)
from pilar.evaluation.operations.meetings import (
    cancel_meeting,
    forget_attendance,
    move_meeting,
    plan_meeting,
    record_meeting,
)
from pilar.evaluation.operations.objections import NewPiece, accept_result, decide_objection, make_objection
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
from pilar.evaluation.operations.proposing import Aim, AlreadyProposed, Idea, propose_from_follow_up, propose_target
from pilar.evaluation.operations.published import (
    InstrumentChanged,
    OffScale,
    UnknownGroup,
    add_instrument,
    choose_instrument,
    record_group,
    record_statement,
    withdraw_others,
)
from pilar.evaluation.operations.reminding import NobodyToRemind, remind
from pilar.evaluation.operations.responsibility import attach_statement
from pilar.evaluation.operations.results import (
    Computed,
    approve_results,
    compute_results,
    correct_results,
    publish_results,
)
from pilar.evaluation.operations.rolling_over import RolledOver, roll_over
from pilar.evaluation.operations.scenarios import SavedDraft, save_draft_instrument
from pilar.evaluation.operations.sealing import compare_published, seal_published
from pilar.evaluation.operations.submission import submit
from pilar.evaluation.operations.synthetic import (
    Filled,
    NewFinding,
    add_assessors,
    build_large_campaign,
    fill_campaign,
    synthetic_address,
)
