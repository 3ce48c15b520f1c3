"""Everything that changes hospital data; each operation checks the permission table, or the citizen's proxies."""

from __future__ import annotations

from pilar.hospital.operations.booking import Booked, book, cancel, check_in, move
from pilar.hospital.operations.bpjs import send_again, tell_bpjs
from pilar.hospital.operations.bpjs_asking import fingerprint
from pilar.hospital.operations.bpjs_bookings import look_at_bpjs
from pilar.hospital.operations.bpjs_comparing import compare_with_bpjs
from pilar.hospital.operations.bpjs_hours import BpjsAway, BpjsRefused, send_changed_hours, send_hours
from pilar.hospital.operations.changing import cancel_days_off, cancel_session, change_session, move_bookings
from pilar.hospital.operations.day import (
    agree_earlier,
    book_control,
    call,
    call_again,
    call_next,
    check_in_at_kiosk,
    end_session,
    end_sessions,
    finish,
    leave,
    recall,
    register_step,
    set_priority,
    skip,
    start,
    take_back_start,
    walk_in,
)
from pilar.hospital.operations.demonstration import fill_visits, open_family
from pilar.hospital.operations.doctors import be_doctor
from pilar.hospital.operations.fhir import book_appointment, cancel_appointment
from pilar.hospital.operations.forecasting import measure_forecasts, predict, replay_forecasts
from pilar.hospital.operations.keeping import keep_entry, load_hospitals
from pilar.hospital.operations.kiosk import draw_at_kiosk, end_kiosks, set_up_kiosk
from pilar.hospital.operations.lateness import replan_session
from pilar.hospital.operations.letters import add_letter
from pilar.hospital.operations.live import live_day
from pilar.hospital.operations.measuring import define_measures, invite_patients, report_measures
from pilar.hospital.operations.opening import open_sessions
from pilar.hospital.operations.patients import change_patient, join_account, merge_patients, register_patient
from pilar.hospital.operations.pharmacy import change_operation, move_medicine, plan_operation, prescribe
from pilar.hospital.operations.privacy import (
    agree,
    break_glass,
    erase_bookings,
    forget_bookings,
    renew_patients,
    review_glass,
    tell_breach,
    withdraw,
    write_breach,
)
from pilar.hospital.operations.satusehat import tell_satusehat
from pilar.hospital.operations.scheduling import (
    add_leave,
    decide_policy,
    end_leave,
    end_weekly,
    set_weekly,
)
from pilar.hospital.operations.telling import remind, tell_by_phone
from pilar.hospital.operations.triage import triage
from pilar.hospital.operations.waiting import (
    AlreadyWaiting,
    OfferOver,
    join_waiting,
    leave_waiting,
    offer_places,
    take_offer,
)
from pilar.hospital.rules.patients import Person
