"""Which operations can be taken back, and which not: the list that every operation of a room has to stand on.

*Final*: who does it cannot bring back what was before. Its page "check before you …" has a box to tick.
*Asked*: it can be brought back, but reaches many or ends something at once. Its page has no box.
*Free*: everything else, with the reason. What is written on a page, version by version, and what a preview with a
fingerprint comes before, needs no further question.

Why so: docs/adr/0013.
"""

from __future__ import annotations

FINAL = {
    "evaluation": {
        "answer_decision",
        "answer_request",
        "approve_results",
        "cancel_meeting",
        "correct_results",
        "decide_objection",
        "end_subscription",
        "finish_marking",
        "make_objection",
        "move_phase",
        "publish_results",
        "release_instrument",
        "remove_finding",
        "return_assessment",
        "submit",
        "withdraw_region",
        "withdraw_request",
    },
    "masterplan": {
        "accept_rest",
        "begin_meeting",
        "bring_into_force",
        "enter_decree",
        "merge_proposals",
        "move_version",
        "sign_off",
        "submit_proposal",
        "withdraw_proposal",
    },
    "hospital": {
        "cancel_days_off",
        "cancel_session",
        "end_session",
        "erase_bookings",
        "merge_patients",
        "replan_session",
        "tell_breach",
    },
    "surveys": {"close_survey", "end_survey", "open_survey", "release_questionnaire"},
    "measures": {"close_measure", "revoke_source_token"},
    "permits": {
        "amend_permit",
        "answer_objection",
        "decide_permit",
        "end_subscription",
        "grant_by_silence",
        "lapse_case",
        "order_many",
        "pass_check",
        "publish_version",
        "refund_levy",
        "sign_case",
        "sign_minutes",
        "sign_minutes_by_code",
        "transfer_case",
        "unmatch_payment",
        "void_levy",
        "withdraw_case",
        "withdraw_version",
    },
    "villagefinance": {
        "approve_execution",
        "cancel_request",
        "close_month",
        "close_year",
        "drop_budget",
        "enact_budget",
        "evaluate_budget",
        "judge_flag",
        "pay_request",
        "record_report",
        "remit_tax",
        "reverse",
        "settle_advance",
        "submit_budget",
    },
    "people": {"anonymise", "erase_public_account", "remove_second_factor", "revoke_token"},
    "areas": {"close_office"},
}

ASKED = {
    "hospital": {"cancel", "end_kiosks", "move"},
    "evaluation": {
        "accept_result",
        "compute_results",
        "drop_instrument_draft",
        "remind",
        "roll_over",
        "set_aside",
        "take_up_again",
    },
    "surveys": {"drop_questionnaire_draft"},
    "masterplan": {"return_to_meeting"},
    "villagefinance": {
        "agree_budget",
        "ask_reopening",
        "begin_region",
        "check_execution",
        "reopen_month",
        "return_execution",
        "correct_verdict",
        "drop_ntpn",
        "retract_evaluation",
        "take_back_budget",
        "tell_council",
    },
    "permits": {
        "check_again",
        "decide",
        "escalate",
        "file_objection",
        "hand_in",
        "propose_version",
        "recommend",
        "resume_clock",
        "return_case",
        "return_version",
        "send_back",
        "stop_clock",
        "submit",
        "take_back_case",
    },
    "areas": {"take_back_holiday"},
    "measures": {"remove_mapping"},
    "people": {"end_membership", "end_proxy", "refuse_request", "set_active", "withdraw_consent"},
}

FREE = {
    "evaluation": {
        "can be done the other way again by who did it": (
            "add_group attach attach_to_follow_up declare_conflict detach detach_from_follow_up send_instrument "
            "invite_regions make_chair deliver_again subscribe "
            "move_to_group remove_conflict remove_group reopen_marking seat unseat"
        ),
        "is written anew, version by version": (
            "allocate allow_smaller_panel edit_campaign edit_finding extend move_meeting plan_meeting "
            "record_meeting rename_group "
            "request_evidence "
            "advise_on_objection save_answer save_answers save_follow_up save_mark save_marks set_dates settle_mark "
            "write_finding "
            "create_campaign propose_from_follow_up propose_target save_draft_instrument attach_new attach_statement "
            "verify_attached "
            "return_attached"
        ),
        "a preview comes before it, and what it stores can be changed": (
            "apply_proposal fill_in hold_filling import_marks take_all_plan_figures take_over_answers take_plan_figures"
        ),
        "says of answers that they are right, which can be changed as before": "confirm_filled",
        "makes files, which can be made again": "make_sheets order_sheets",
        "no page: loaded from files by an operator, or done by the schedule or another operation": (
            "add_instrument build_large_campaign add_assessors choose_instrument fill_campaign panels_changed "
            "forget_attendance record_group "
            "deliver forget_deliveries renew_systems "
            "compare_published record_statement remind_of_follow_ups seal_published synthetic_address withdraw_others"
        ),
    },
    "masterplan": {
        "is written anew, version by version": (
            "propose report save_attendance save_body save_meeting save_proposal start_plan start_revision "
            "write_part begin_reporting "
            "plan_meeting say_list_words"
        ),
        "the deadline of a call can be moved, a question is answered by handing in again": "ask_back open_call",
        "a further decision stands in its place until the minutes are signed off": "decide",
        "a preview comes before it; its proposals can be taken back": "hold_proposals store_programmes",
        "makes files, which can be made again": "make_papers order_papers",
        "no page: done by the schedule, or by an operator": "end_calls remind_of_reports report_past",
    },
    "surveys": {
        "somebody's answers, on whose last page they are looked through before they are sent": "answer keep_unfinished",
        "answers of others, typed or shown in a preview; a wrong one is one of many": "enter_answers enter_sheets",
        "can be thrown away again": "send_questionnaire",
        "is written anew": "create_survey move_dates plan_follow_up set_cells state_validity",
        "no page: the schedule, or an operator": "close_due erase_expired invite remind_of_quotas",
    },
    "measures": {
        "a further version or value stands in its place": (
            "assign_measure confirm_mapping correct_value define_measure report_mapped report_value report_values "
            "revise_measure"
        ),
        "can be done the other way again by who did it": "add_source issue_token switch_source",
        "no page: done by a program, by another room, or by an operator": (
            "built_in_source is_source_token use_source_token"
        ),
    },
    "people": {
        "can be done the other way again by who did it": (
            "ask_for_account ask_for_region confirm_membership confirm_proxy create_account create_token declare_proxy "
            "give_consent grant_membership grant_proxy grant_request open_public_account set_language take_back_request"
        ),
        "signing in and out": "ask_code end_public_sessions enter_code",
        "a link or a message more": "invite mark_read",
        "is written anew": "choose_channels correct_name",
        "no page: done by the schedule, by another operation, or by an operator": (
            "apply_retention clear_sign_in_traces forget_all_failures forget_failures keep_passwords "
            "load_retention note_failure password_changed report_forgotten notify notify_offices "
            "notify_regions renew_second_factors send_digests send_invitation send_messages set_password settle "
            "end_unconfirmed_proxies open_made_up renew_public_accounts send_code tell_citizen tell_of_proxy use_token"
        ),
        "changes nothing by itself: finds and locks a row for an operation": "held locked there",
    },
    "evidence": {
        "a further version stands in its place": "add_evidence add_revision receive return_to_owner verify",
        "no page: done by a room above, by the schedule, or by an operator": (
            "check_store hold_made hold_private hold_upload keep_made keep_private record_scan release scan "
            "scan_private scan_waiting sign_again sweep to_be_scanned withdraw"
        ),
        "makes files, which can be made again": "keep_document",
        "what the order decided": "sign_documents",
    },
    "villagefinance": {
        "asks by itself whether two agree": "ask_account ask_ntpn confirm_account confirm_ntpn",
        "is taken back by the next, or only adds": (
            "accept_matches account_for answer_flag answer_question ask_question choose_columns correct_report "
            "correct_step decide_question draw_sample drop_account keep_statement move_request name_executors "
            "open_cash_box release_match "
            "save_supplier set_prices show_photo write_request"
        ),
        "is booked, and taken back by an entry that names it": "move_cash open_year receive take_back",
        "no page: done by the schedule or by an operator": (
            "deem_budgets define_measures forget_questions make_years raise_flags renew_questions report_measures "
            "recount_books seal_books watch_books"
        ),
        "is written anew until the council agrees it": (
            "begin_budget begin_change set_cash_plan set_ceilings set_lines set_plan set_posts take_over"
        ),
        "is written anew until the account of the year is agreed": "set_programmes",
    },
    "permits": {
        "asks by itself whether two agree": "match_payment store_payments",
        "can be voided": "set_levy",
        "a further one stands in its place": (
            "answer_letter enter_realised escalate_letter judge_realised mirror_oss note_quarter save_potentials "
            "set_merchant_code write_letter"
        ),
        "can be done the other way again by who did it": ("deliver_again subscribe withdraw_potential"),
        "no page: done by the schedule or by an operator": (
            "act_on_many define_measures deliver escalate_late_letters fill_past forget_letters forget_unsent "
            "invite_applicant look_at_calendar mark_issued recalculate renew_cases renew_kept report_measures "
            "seal_lists watch_clocks"
        ),
        "is written anew": (
            "begin_at_counter begin_case begin_version change_version check_files drop_version keep_file "
            "remove_own_document reuse_document save_answers"
        ),
        "only adds, or is ended by who did it": (
            "answer_appointment arrange_appointment declare_relative end_absence enter_absence record_visit take_stage "
            "write_message"
        ),
        "no page: loaded from files by an operator": "load_services",
    },
    "hospital": {
        "can be done the other way again by who did it": (
            "agree agree_earlier be_doctor change_session join_waiting leave leave_waiting recall set_priority skip "
            "withdraw"
        ),
        "a further one stands in its place": (
            "add_leave add_letter change_operation change_patient decide_policy end_leave end_weekly keep_entry "
            "send_hours set_weekly triage write_breach"
        ),
        "what somebody does in the moment, of one patient who stands there": (
            "call call_again call_next check_in check_in_at_kiosk finish move_medicine register_step start "
            "take_back_start"
        ),
        "only adds": (
            "book book_control break_glass draw_at_kiosk fingerprint join_account plan_operation prescribe "
            "register_patient review_glass send_again set_up_kiosk take_offer tell_by_phone walk_in"
        ),
        "no page: asked by a program, whose person has decided": "book_appointment cancel_appointment",
        "no page: done by the schedule or by an operator": (
            "compare_with_bpjs define_measures end_sessions fill_visits forget_bookings invite_patients live_day "
            "load_hospitals look_at_bpjs measure_forecasts move_bookings offer_places open_family open_sessions "
            "predict remind renew_patients replay_forecasts report_measures send_changed_hours tell_bpjs "
            "tell_satusehat"
        ),
    },
    "areas": {
        "is written anew": "add_holiday add_office record_figures rename_office",
        "no page: loaded from files by an operator": "load_areas load_holidays",
    },
}

ROOMS = (
    "areas", "people", "evidence", "measures", "surveys", "permits", "villagefinance", "hospital", "masterplan",
    "evaluation",
)  # fmt: skip


def free(room: str) -> list[str]:
    """The operations of a room that nobody is asked about."""
    return [name for names in FREE.get(room, {}).values() for name in names.split()]


def asked(room: str) -> set[str]:
    """The operations of a room that have a page of their own before them."""
    return FINAL.get(room, set()) | ASKED.get(room, set())
