"""Everything that changes what hospitals keep; each asks the permission table or whom a citizen may act for."""

from __future__ import annotations

from pilar.hospital.operations.booking import Booked, book, cancel, check_in, move
from pilar.hospital.operations.forecasting import measure_forecasts, predict
from pilar.hospital.operations.measuring import define_measures, invite_patients, report_measures
from pilar.hospital.operations.patients import Person, register_patient
from pilar.hospital.operations.pharmacy import change_operation, move_medicine, plan_operation, prescribe
from pilar.hospital.operations.scheduling import add_leave, decide_policy, load_hospitals, open_sessions, set_weekly

__all__ = [
    "Booked", "Person", "add_leave", "book", "cancel", "change_operation", "check_in", "decide_policy",
    "define_measures", "invite_patients", "load_hospitals", "measure_forecasts", "move", "move_medicine",
    "open_sessions", "plan_operation", "predict", "prescribe", "register_patient", "report_measures", "set_weekly",
]  # fmt: skip
