"""Operations of permits."""

from __future__ import annotations

from pilar.permits.operations.absences import declare_relative, end_absence, enter_absence
from pilar.permits.operations.applying import (
    Person,
    begin_at_counter,
    begin_case,
    hand_in,
    keep_file,
    remove_own_document,
    reuse_document,
    save_answers,
    submit,
    withdraw_case,
)
from pilar.permits.operations.appointments import answer_appointment, arrange_appointment
from pilar.permits.operations.batches import act_on_many, order_many
from pilar.permits.operations.calendar import look_at_calendar, recalculate
from pilar.permits.operations.checking import Checked, check_files, pass_check, return_case
from pilar.permits.operations.clocks import watch_clocks
from pilar.permits.operations.deciding import decide, grant_by_silence, sign_case
from pilar.permits.operations.demonstration import PastCase, PastEvent, fill_past
from pilar.permits.operations.desk import (
    answer_letter,
    escalate_late_letters,
    escalate_letter,
    forget_letters,
    note_quarter,
    write_letter,
)
from pilar.permits.operations.forgetting import forget_unsent
from pilar.permits.operations.handing_over import take_back_case, transfer_case
from pilar.permits.operations.handling import (
    check_again,
    escalate,
    recommend,
    resume_clock,
    send_back,
    stop_clock,
    take_stage,
    write_message,
)
from pilar.permits.operations.hooks import deliver, deliver_again, end_subscription, renew_kept, subscribe
from pilar.permits.operations.investment import (
    enter_realised,
    judge_realised,
    mirror_oss,
    save_potentials,
    withdraw_potential,
)
from pilar.permits.operations.issuing import amend_permit, decide_permit, seal_lists
from pilar.permits.operations.lapsing import lapse_case
from pilar.permits.operations.levies import (
    match_payment,
    refund_levy,
    set_levy,
    set_merchant_code,
    store_payments,
    unmatch_payment,
    void_levy,
)
from pilar.permits.operations.measuring import define_measures, report_measures
from pilar.permits.operations.objections import answer_objection, file_objection
from pilar.permits.operations.renewing import renew_cases
from pilar.permits.operations.services import (
    begin_version,
    change_version,
    drop_version,
    load_services,
    propose_version,
    publish_version,
    return_version,
    withdraw_version,
)
from pilar.permits.operations.steps import mark_issued
from pilar.permits.operations.telling import invite_applicant
from pilar.permits.operations.visiting import Minutes, Photo, record_visit, sign_minutes, sign_minutes_by_code

__all__ = [
    "Checked",
    "Minutes",
    "PastCase",
    "PastEvent",
    "Person",
    "Photo",
    "act_on_many",
    "amend_permit",
    "answer_appointment",
    "answer_letter",
    "answer_objection",
    "arrange_appointment",
    "begin_at_counter",
    "begin_case",
    "begin_version",
    "change_version",
    "check_again",
    "check_files",
    "decide",
    "decide_permit",
    "declare_relative",
    "define_measures",
    "deliver",
    "deliver_again",
    "drop_version",
    "end_absence",
    "end_subscription",
    "enter_absence",
    "enter_realised",
    "escalate",
    "escalate_late_letters",
    "escalate_letter",
    "file_objection",
    "fill_past",
    "forget_letters",
    "forget_unsent",
    "grant_by_silence",
    "hand_in",
    "invite_applicant",
    "judge_realised",
    "keep_file",
    "lapse_case",
    "load_services",
    "look_at_calendar",
    "mark_issued",
    "match_payment",
    "mirror_oss",
    "note_quarter",
    "order_many",
    "pass_check",
    "propose_version",
    "publish_version",
    "recalculate",
    "recommend",
    "record_visit",
    "refund_levy",
    "remove_own_document",
    "renew_cases",
    "renew_kept",
    "report_measures",
    "resume_clock",
    "return_case",
    "return_version",
    "reuse_document",
    "save_answers",
    "save_potentials",
    "seal_lists",
    "send_back",
    "set_levy",
    "set_merchant_code",
    "sign_case",
    "sign_minutes",
    "sign_minutes_by_code",
    "stop_clock",
    "store_payments",
    "submit",
    "subscribe",
    "take_back_case",
    "take_stage",
    "transfer_case",
    "unmatch_payment",
    "void_levy",
    "watch_clocks",
    "withdraw_case",
    "withdraw_potential",
    "withdraw_version",
    "write_letter",
    "write_message",
]
