"""What an operation holds before it writes: tables whose rows it locked ("+": others may share them), or names.

Many operations of a thing are ordered by the lock of the one row that it all belongs to: an assessment (in a phase that
nobody moves), a campaign, a version of a plan, a survey, a measure, an account. kit/held.py watches that they take it,
tests/repository/test_held.py that each of them stands here.
"""

from __future__ import annotations

ASSESSMENT = "evaluation_phase+ evaluation_assessment"
CAMPAIGN = "evaluation_campaign"
PHASE = "evaluation_phase"
VERSION = "masterplan_version"


def each(names: str, lock: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), lock)


HELD: dict[str, dict[str, str]] = {
    "areas": {
        **each("rename_office close_office", "areas_office"),
        **each("load_areas load_holidays add_holiday take_back_holiday", "areas.load"),
        "record_figures": "areas.figures",
    },
    "people": {
        **each(
            "anonymise choose_channels correct_name create_token grant_membership remove_second_factor set_active "
            "set_language set_password",
            "people_user",
        ),
        **each("end_tokens revoke_token", "people_apitoken"),
        **each(
            "ask_for_region declare_proxy end_public_sessions erase_public_account give_consent grant_proxy "
            "renew_public_accounts withdraw_consent",
            "people_publicaccount",
        ),
        **each("confirm_proxy end_proxy", "people_publicaccount people_proxy"),
        "take_back_request": "people_publicaccount people_accountrequest",
        **each("enter_code open_public_account", "people_publiccode"),
        "ask_code": "people.public-code",
        **each("confirm_membership end_membership", "people_membership"),
        "end_proxies": "people_proxy",
        **each("grant_request refuse_request", "people_accountrequest"),
        "renew_second_factors": "mfa_authenticator",
        "_send_digest": "people_notice",
        "_send_next": "people.message",
    },
    "evidence": {
        **each("add_revision record_scan return_to_owner verify", "evidence.piece"),
        **each("taken_out _sweep_some", "evidence_heldfile"),
        "_begin": "evidence_signeddocument",
        "forget_unmade": "evidence_keptdocument",
        "scan_private": "",  # of the row of a room
        "keep_made": "",  # of a new piece; what is the next version of one: tests/evidence/test_races.py
    },
    "measures": {
        **each("assign_measure close_measure report_values revise_measure", "measures_measure"),
        **each("issue_token revoke_source_token switch_source", "measures_sourcesystem"),
        **each("confirm_mapping remove_mapping report_mapped", "measures.mapping"),
    },
    "surveys": {
        **each(
            "close_survey end_survey enter_answers move_dates open_survey plan_follow_up set_cells state_validity",
            "surveys_survey",
        ),
        **each("answer invite keep_unfinished", "surveys_survey+"),
        "become_measures": "surveys.measures",
        "send_questionnaire": "surveys.form",
        "release_questionnaire": "surveys_formdraft surveys.form",
        "drop_questionnaire_draft": "surveys_formdraft",
    },
    "permits": {
        **each("answer_letter escalate_late_letters escalate_letter _follow_letters", "permits_letter"),
        "write_letter": "permits.letter",
        **each("deliver_again end_subscription", "permits_subscription"),
        "_deliver_one": "permits_hookdelivery",
        "judge_realised": "permits_realised",
        "mirror_oss": "permits.oss-record",
        "save_potentials": "permits.potential",
        "withdraw_potential": "permits_potential",
        "renew_kept": "permits_subscription",
        "note_quarter": "permits.quarter",
        "fill_past": "",  # of new ones
        **each(
            "change_version drop_version propose_version publish_version return_version withdraw_version",
            "permits_serviceversion",
        ),
        **each("define_measures report_measures", "permits.measures"),
        "begin_version": "permits.service",
        "load_services": "permits.services",
        **each(
            "desk_case own_case mark_issued record_visit remind_applicant _resume _warn _tell_head _deem _recalculated "
            "remind_of _forget_draft",
            "permits_case",
        ),
        **each("answer_objection note_silence _follow_objection", "permits_case permits_objection"),
        **each("look_at_calendar order_many", ""),
        "take_back_case": "permits_case",
        "sign_minutes_by_code": "permits_case people_publiccode",
        "_next": "permits_deskbatch",
        "keep_file": "permits_case",  # the lock of an own document is taken after the row of the case
        "issue": "permits_case",
        **each("amend_permit decide_permit", "permits_permit"),
        "_signed": "permits_permitedition",
        "seal_lists": "",
        "set_levy": "permits_case",
        **each("drop_levy refund_levy void_levy", "permits_case permits_levy"),
        "store_payments": "permits.payments",
        **each("match_payment unmatch_payment", "permits_case permits_levy permits_payment"),
        "set_merchant_code": "",
        "remove_own_document": "permits_owndocument",
        "end_absence": "permits_absence",
    },
    "villagefinance": {
        **each(
            "accept_matches account_for agree_budget approve_execution ask_account ask_ntpn ask_reopening "
            "begin_budget begin_change booked cancel_request check_execution choose_columns close_month close_year "
            "confirm_account confirm_ntpn deem_budgets drop_account drop_budget enact_budget evaluate_budget "
            "keep_proofs keep_statement move_cash move_request name_executors open_cash_box open_year pay_request "
            "correct_report correct_step drop_ntpn post promise "
            "receive record_report release_match remit_tax reopen_month "
            "retract_evaluation return_execution reverse "
            "save_supplier set_cash_plan set_ceilings set_lines set_plan set_posts set_programmes settle_advance "
            "show_photo store_bills submit_budget take_back take_back_budget take_over tell_council write_request",
            "villagefinance_book",
        ),
        **each("answer_flag judge_flag", "villagefinance_flag"),
        "correct_verdict": "villagefinance_flag villagefinance_book",
        **each("define_measures report_measures", "villagefinance.measures"),
        **each("answer_question decide_question renew_questions", "villagefinance_question"),
        "ask_question": "villagefinance.question",
        **each("draw_sample raise_flags set_prices watch_books", "villagefinance.flags"),
    },
    "hospital": {
        **each("cancel move move_medicine prescribe remind tell_by_phone add_letter", "hospital_booking"),
        "decide_policy": "hospital_clinic",
        "set_weekly": "hospital_clinic hospital_doctor hospital_room",
        "end_weekly": "hospital_clinic hospital_weeklysession",
        "end_leave": "hospital_leave",
        "keep_entry": "hospital_hospital",
        "change_session": "hospital.queue hospital_session hospital_doctor hospital_room",
        **each("cancel_session cancel_days_off", "hospital.queue hospital_session"),
        **each("join_account merge_patients", "hospital_patient"),
        **each("leave_waiting take_offer _offer_next", "hospital_waiting"),
        "load_hospitals": "hospital.load",
        "register_patient": "hospital.register",
        "change_patient": "hospital.register hospital_patient",
        "lay_sessions": "hospital.open-sessions",
        "measure_forecasts": "hospital.measure-forecasts",
        "be_doctor": "hospital_doctor",
        "triage": "hospital.queue hospital_booking",
        "draw_at_kiosk": "",
        "walk_in": "",  # the place is taken by one conditional statement, and who came is then held
        "change_operation": "hospital_plannedoperation",
        **each(
            "call call_again skip leave recall start take_back_start finish set_priority register_step book_control",
            "hospital.queue hospital_booking",
        ),
        "call_next": "hospital.queue hospital_booking",
        "agree_earlier": "hospital_booking",
        **each("check_in check_in_at_kiosk", "hospital_booking hospital_session+"),
        **each("end_session _end_late", "hospital.queue"),
        "replan_session": "hospital.queue hospital_session",
        "send_again": "",  # two conditional statements
        "_send": "hospital_bpjsmessage",
        "compare_booking": "hospital_bpjsmessage",
        **each("agree erase_bookings withdraw", "hospital_patient"),
        "review_glass": "hospital_brokenglass",
        "tell_breach": "hospital_breach",
        "write_breach": "",  # of a new one; what is written again says its version
        "forget_bookings": "hospital_patient",
        "_store": "hospital_encountermessage",
        "cancel_appointment": "hospital_booking",
    },
    "masterplan": {
        **each(
            "accept_rest ask_back begin_meeting decide enter_decree hold_proposals merge_proposals move_version "
            "open_call plan_meeting propose return_to_meeting save_attendance save_meeting save_proposal sign_off "
            "start_revision store_programmes submit_proposal withdraw_proposal write_part",
            VERSION,
        ),
        **each("report report_past", "masterplan_line"),
        "bring_into_force": f"{VERSION} {VERSION}",
        "order_papers": "masterplan.paper-batch",
        **each("begin_reporting save_body", "masterplan_plan"),
        "say_list_words": f"{VERSION} masterplan.list-words",
    },
    "evaluation": {
        **each(
            "accept_result advise_on_objection allocate answer_decision answer_request attach attach_new "
            "attach_statement attach_to_follow_up cancel_meeting confirm_filled conflicts_changed "
            " decide_objection detach detach_from_follow_up edit_finding finish_marking import_marks "
            "make_objection panels_changed propose_from_follow_up propose_target record_meeting remove_finding "
            "reopen_marking "
            "request_evidence return_assessment return_attached save_answer save_answers save_follow_up save_mark "
            "settle_mark submit take_over_answers _take verify_attached "
            "withdraw_request write_finding extend set_aside take_up_again",
            ASSESSMENT,
        ),
        **each("move_meeting plan_meeting", f"{ASSESSMENT} evaluation.meetings-of"),
        **each("approve_results compute_results hold_filling move_phase publish_results remind set_dates", PHASE),
        **each(
            "add_group apply_proposal edit_campaign invite_regions make_chair move_to_group remove_group rename_group "
            "seat unseat fill_campaign allow_smaller_panel roll_over",
            CAMPAIGN,
        ),
        "build_large_campaign": "",  # of a new one
        "attach_files": "evaluation.survey-files",
        "correct_results": f"{PHASE} {ASSESSMENT}",
        "fill_in": f"{PHASE} {ASSESSMENT}",
        "order_sheets": "evaluation.sheet-batch",
        "remove_conflict": "evaluation_conflict",
        "save_draft_instrument": "evaluation.instrument",
        **each("deliver_again end_subscription renew_systems", "evaluation_subscription"),
        "_deliver_one": "evaluation_hookdelivery",
        "send_instrument": "evaluation.instrument",
        "release_instrument": "evaluation_instrumentdraft evaluation.instrument",
        "drop_instrument_draft": "evaluation_instrumentdraft",
        "withdraw_region": f"{CAMPAIGN} evaluation_assessment",
    },
}

SEVERAL: dict[str, frozenset[str]] = {
    room: frozenset(names.split())
    for room, names in {
        "people": "send_digests send_messages",
        "evidence": "hold hold_made hold_private keep_document receive sign_documents sweep",
        "surveys": "close_due",
        "villagefinance": "deem_budgets recount_books report_measures watch_books",
        "permits": "act_on_many deliver forget_unsent recalculate watch_clocks",
        "hospital": "_read _read_times _send_all _tell _visit compare_with_bpjs end_sessions "
        "fingerprint live_day look_at_bpjs move_bookings offer_places open_sessions read_bookings "
        "send_changed_hours send_hours send_to_hfis tell_bpjs tell_satusehat",
        "masterplan": "make_papers",
        "evaluation": "deliver make_sheets take_all_plan_figures take_plan_figures",
    }.items()
}
"""Operations that commit in between, each part of them whole."""
