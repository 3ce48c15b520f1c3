"""Store each forecast when it is shown, measure it weekly, and widen or narrow the next ones accordingly."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from pilar.areas.reference import midnight_in, today_in
from pilar.hospital.models import Booking, ForecastWeek, Hospital, Prediction, Session
from pilar.hospital.queries.forecasts import forecaster, judged, played_of, waits
from pilar.hospital.rules.booking import BookingState
from pilar.hospital.rules.forecast import corrected, replayed
from pilar.people.operations import there
from pilar.people.rules import Standing
from pilar.platform import locks
from pilar.platform.jobs import background, every

_WEEK = timedelta(days=7)


@background("hospital.predict")
@transaction.atomic
def predict(*, by: Standing, booking: int, now: datetime) -> None:
    """Store the forecast for a patient who has just arrived; nothing if they were already called. For the schedule
    only."""
    by.require_server()
    row = there(Booking.objects, pk=booking)
    wait = waits(row.session_id, scope=by, now=now).get(row.pk)
    if wait is None or row.state != BookingState.ARRIVED:
        return
    said = wait.forecast
    Prediction.objects.create(
        booking=row, made_at=now, ahead=wait.ahead, low=said.low, likely=said.likely, high=said.high
    )


@every("hospital.measure-forecasts", cron="30 17 * * *")  # 0.30 WIB
@transaction.atomic
def measure_forecasts(*, by: Standing, now: datetime) -> int:
    """Measure how well the forecasts of the last complete week of each hospital held; returns for how many hospitals
    this was new. For the schedule and the operator only."""
    by.require_server()
    locks.take("hospital.measure-forecasts")
    return sum(_measured(hospital, now) for hospital in Hospital.objects.order_by("code"))


def _measured(hospital: Hospital, now: datetime) -> bool:
    today = today_in(hospital.region_id, now)
    monday = today - timedelta(days=today.weekday()) - _WEEK
    if ForecastWeek.objects.filter(hospital=hospital, monday=monday).exists():
        return False
    since, until = (midnight_in(hospital.region_id, day) for day in (monday, monday + _WEEK))
    judgeds = judged(hospital.pk, since, until)
    last = ForecastWeek.objects.filter(hospital=hospital).order_by("-monday").values_list("width", flat=True).first()
    ForecastWeek.objects.create(
        hospital=hospital, monday=monday, judged=len(judgeds), held=sum(forecast.held for forecast in judgeds),
        width=corrected(last or 1.0, judgeds),
    )  # fmt: skip
    return True


@transaction.atomic
def replay_forecasts(*, by: Standing, hospital: str, days: int, now: datetime) -> int:
    """Store the forecasts that patients of the last days would have been given on arrival, if they have none; returns
    how many. Only for the demonstration; for the schedule and the operator."""
    by.require_server()
    row = there(Hospital.objects, pk=hospital)
    today = today_in(row.region_id, now)
    learned = forecaster(hospital, today)
    over = Session.objects.filter(
        hospital=row, day__range=(today - days * timedelta(days=1), today - timedelta(days=1))
    )
    made: list[Prediction] = []
    for session in over.select_related("clinic").prefetch_related("bookings__predictions"):
        seen = [
            booking for booking in session.bookings.all() if booking.state in (BookingState.SERVED, BookingState.ABSENT)
        ]
        rows = sorted(seen, key=lambda reading: (reading.at, reading.number))
        if any(booking.predictions.all() for booking in rows):
            continue
        played = [played_of(booking, session.starts_at) for booking in rows]
        comes = learned.chance(session.clinic_id)
        told = replayed(learned, played, kind=session.clinic.kind, doctor=session.doctor_id, chance=comes)
        made += [
            Prediction(
                booking=rows[place], made_at=rows[place].arrived_at, ahead=ahead, low=said.low, likely=said.likely,
                high=said.high,
            )
            for place, ahead, said in told
        ]  # fmt: skip
    return len(Prediction.objects.bulk_create(made, batch_size=1_000))
