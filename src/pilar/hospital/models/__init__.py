"""Tables of hospital visits; migrations and triggers find them here."""

from __future__ import annotations

from pilar.hospital.models.bookings import Booking, BookingEvent, Prediction, Task, Waiting
from pilar.hospital.models.bpjs import BpjsExchange, BpjsMessage, BpjsReading
from pilar.hospital.models.day import Replan
from pilar.hospital.models.forecast import ForecastWeek
from pilar.hospital.models.patients import Patient
from pilar.hospital.models.pharmacy import PlannedOperation, Prescription
from pilar.hospital.models.privacy import Breach, BrokenGlass, Consent
from pilar.hospital.models.satusehat import EncounterMessage
from pilar.hospital.models.schedule import Clinic, Doctor, Hospital, Leave, PolicyVersion, Room, Session, WeeklySession
from pilar.hospital.models.triage import Triage
