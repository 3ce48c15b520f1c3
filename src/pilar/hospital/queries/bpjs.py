"""Read the messages about bookings sent to BPJS, their progress, and times by both clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Page
from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Max, Min, Q

from pilar.areas.reference import local
from pilar.hospital.models import BpjsExchange, BpjsMessage, BpjsReading, Doctor, Hospital, Session
from pilar.hospital.queries.schedule import HospitalRow, Seats, SessionRow, worked_at
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import CHANNELS, Channel
from pilar.hospital.rules.bpjs.comparing import OTHERWISE_NAMES, Otherwise, Reading
from pilar.hospital.rules.bpjs.sending import DIFFERENCE_NAMES, SENDING_NAMES, STEP_NAMES, Difference, Sending, Step
from pilar.people.authority import Case
from pilar.people.rules import Standing, existing
from pilar.platform.language import hour, translate
from pilar.platform.paging import PAGE, paged

JKN = CHANNELS.index(Channel.JKN)


def counters_of(place: SessionRow | Seats, now: datetime) -> dict[str, int]:
    """The four counters of a session. Places reserved for Mobile JKN until their release are not available to others,
    and vice versa; so a quota is the number of taken and available places of one side."""
    theirs = place.left(Channel.JKN, now)
    kept = max(0, place.reserved[JKN] - place.taken_by[JKN]) if now < place.release_at[JKN] else 0
    others = max(0, place.capacity - place.taken - kept)
    return {
        "sisakuotajkn": theirs, "kuotajkn": theirs + place.taken_by[JKN],
        "sisakuotanonjkn": others, "kuotanonjkn": others + place.taken - place.taken_by[JKN],
    }  # fmt: skip


def hours_of(place: SessionRow | Seats, region: str) -> tuple[time, time]:
    """The hours, in the hospital's time zone."""
    since, until = (local(moment, region).time() for moment in (place.starts_at, place.ends_at))
    return since, until


@dataclass(frozen=True, slots=True)
class LineRow:
    """The state of the connection between a hospital and BPJS; ``delay`` of the oldest waiting message, ``late`` how
    long after the event BPJS received the message, by the steps of a visit."""

    hospital: str
    waiting: int
    dead: int
    different: int
    oldest: datetime | None
    last_sent: datetime | None
    late: tuple[tuple[str, timedelta, int], ...]


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message to BPJS about a booking."""

    key: int
    code: str
    step: Step
    at: datetime
    state: Sending
    attempts: int
    next_at: datetime | None
    told: str
    difference: str

    @property
    def step_name(self) -> str:
        return translate(STEP_NAMES[self.step])

    @property
    def state_name(self) -> str:
        return translate(SENDING_NAMES[self.state])

    @property
    def difference_name(self) -> str:
        return translate(DIFFERENCE_NAMES[Difference(self.difference)]) if self.difference else ""


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """A request to BPJS with its answer, without personal data."""

    at: datetime
    incoming: bool
    service: str
    code: str
    answer: int
    message: str
    milliseconds: int
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ClockRow:
    """Mean seconds of a clinic's six times on a day, by the hospital's clock and by that of BPJS."""

    day: date
    clinic: str
    bookings: int
    ours: tuple[float, ...]
    theirs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ListRow:
    """A difference between our clinics, doctors and hours and those of BPJS; ``keys`` of clinic and doctor whose hours
    can be sent."""

    what: Otherwise
    clinic: str
    doctor: str
    day: date | None
    ours: str
    theirs: str
    keys: tuple[int, ...]

    @property
    def what_name(self) -> str:
        return translate(OTHERWISE_NAMES[self.what])


@dataclass(frozen=True, slots=True)
class AloneRow:
    """A booking that only BPJS has; it names nobody."""

    day: date
    code: str
    clinic: str
    doctor: str
    number: str
    source: str


def line(hospital: str, *, scope: Standing, now: datetime) -> LineRow:
    """Read the state of the connection; raises :class:`NotFound`."""
    _require(hospital, scope)
    rows = BpjsMessage.objects.filter(hospital=hospital)
    counts = rows.aggregate(
        waiting=Count("pk", filter=Q(state=Sending.WAITING)), dead=Count("pk", filter=Q(state=Sending.DEAD)),
        different=Count("pk", filter=~Q(difference="")), oldest=Min("made_at", filter=Q(state=Sending.WAITING)),
        last=Max("sent_at"),
    )  # fmt: skip
    gap = ExpressionWrapper(F("received_at") - F("at"), output_field=DurationField())
    late = rows.filter(received_at__gte=now - timedelta(days=7)).values_list("step").order_by("step")
    return LineRow(
        hospital, counts["waiting"], counts["dead"], counts["different"], counts["oldest"], counts["last"],
        tuple((translate(STEP_NAMES[Step(step)]), mean, count)
              for step, mean, count in late.annotate(mean=Avg(gap), count=Count("pk"))),
    )  # fmt: skip


def not_taken_by_bpjs(*, scope: Standing) -> tuple[tuple[HospitalRow, int], ...]:
    """The hospitals of the reader's management, with the number of messages that BPJS did not accept. Two queries."""
    managed = worked_at(scope, Action.MANAGE) if AUTHORITY.extent(scope, Action.MANAGE).touched else ()
    if not managed:
        return ()
    rows = BpjsMessage.objects.filter(hospital__in=[hospital.code for hospital in managed], state=Sending.DEAD)
    dead = dict(rows.order_by().values_list("hospital").annotate(Count("pk")))
    return tuple((hospital, dead[hospital.code]) for hospital in managed if hospital.code in dead)


def messages(hospital: str, *, scope: Standing, page: int = 1, size: int | None = PAGE) -> Page[MessageRow]:
    """List messages that wait, were not accepted or differ at BPJS, the oldest first; raises :class:`NotFound`."""
    _require(hospital, scope)
    rows = BpjsMessage.objects.filter(~Q(state=Sending.SENT) | ~Q(difference=""), hospital=hospital)
    return paged(
        rows.select_related("booking").order_by("state", "id"),
        lambda part: map(_message_row, part),
        page=page,
        size=size,
    )


def exchanges(hospital: str, *, scope: Standing) -> tuple[ExchangeRow, ...]:
    """The last 100 exchanges; raises :class:`NotFound`."""
    _require(hospital, scope)
    return tuple(
        ExchangeRow(
            exchange.at,
            exchange.incoming,
            exchange.service,
            exchange.code,
            exchange.answer,
            exchange.message,
            exchange.milliseconds,
            exchange.body,
        )
        for exchange in BpjsExchange.objects.filter(hospital=hospital)[:100]
    )


def without_code(hospital: str, *, scope: Standing, now: datetime) -> tuple[str, ...]:
    """Clinics and doctors whose sessions are not reported to BPJS, since they have no code there; raises
    :class:`NotFound`."""
    _require(hospital, scope)
    rows = Session.objects.filter(hospital=hospital, ends_at__gte=now)
    clinics = rows.filter(clinic__poli="", clinic__subspecialty="").values_list("clinic__name", flat=True)
    doctors = rows.filter(doctor__hfis=None).values_list("doctor__name", flat=True)
    return tuple(sorted({*clinics, *doctors}))


def clocks(hospital: str, *, scope: Standing, month: bool = False) -> tuple[ClockRow, ...]:
    """The last seven days, or the last three months, by both clocks; raises :class:`NotFound`."""
    _require(hospital, scope)
    rs, server, most = (Reading.MONTH_RS, Reading.MONTH_SERVER, 3) if month else (Reading.DAY_RS, Reading.DAY_SERVER, 7)
    clocks_of: dict[tuple[date, str], dict[str, tuple[int, tuple[float, ...]]]] = {}
    for reading in BpjsReading.objects.filter(hospital=hospital, kind__in=[rs, server])[: 2 * most]:
        for row in reading.rows:
            both = clocks_of.setdefault((reading.day, row["clinic"]), {})
            both[reading.kind] = row["bookings"], tuple(row["seconds"])
    return tuple(
        ClockRow(day, clinic, both[rs][0], both[rs][1], both[server][1])
        for (day, clinic), both in clocks_of.items() if both.keys() == {rs, server}
    )  # fmt: skip


def lists(hospital: str, *, scope: Standing) -> tuple[datetime | None, tuple[ListRow, ...]]:
    """Return when the lists of BPJS were read last, and how they differ; raises :class:`NotFound`."""
    _require(hospital, scope)
    row = BpjsReading.objects.filter(hospital=hospital, kind=Reading.LISTS).first()
    if row is None:
        return None, ()
    return row.read_at, tuple(
        ListRow(
            Otherwise(said["what"]), said.get("clinic", ""), said.get("doctor", ""),
            date.fromisoformat(said["day"]) if "day" in said else None, _said(said.get("ours", "")),
            _said(said.get("theirs", "")), tuple(said.get("keys", ())),
        )
        for said in row.rows
    )  # fmt: skip


def _said(kept: str | Sequence[Any]) -> str:
    """One side of a difference: a code or name unchanged; hours and places formatted in the reader's language."""
    if isinstance(kept, str):
        return kept
    since, until, places = kept
    return f"{hour(time.fromisoformat(since))}–{hour(time.fromisoformat(until))} ({places})"


def alone(hospital: str, today: date, *, scope: Standing) -> tuple[AloneRow, ...]:
    """The bookings from a day on that only BPJS has; raises :class:`NotFound`."""
    _require(hospital, scope)
    return _alone(hospital, Q(day__gte=today))


def alone_today(hospital: str, today: date, *, scope: Standing) -> tuple[AloneRow, ...]:
    """Those of one day, for the desk; raises :class:`NotFound`."""
    _require(hospital, scope, Action.BOOK)
    return _alone(hospital, Q(day=today))


def _alone(hospital: str, days: Q) -> tuple[AloneRow, ...]:
    names = dict(Doctor.objects.filter(hospital=hospital).values_list("hfis", "name"))
    rows = BpjsReading.objects.filter(hospital=hospital, kind=Reading.BOOKINGS).filter(days).order_by("day")
    return tuple(
        AloneRow(reading.day, row["code"], row["clinic"], names.get(row["doctor"], str(row["doctor"])), row["number"],
                 row["source"])
        for reading in rows for row in reading.rows
    )  # fmt: skip


def _message_row(row: BpjsMessage) -> MessageRow:
    return MessageRow(
        row.pk, row.booking.code, Step(row.step), row.at, Sending(row.state), row.attempts, row.next_at, row.told,
        row.difference,
    )  # fmt: skip


def _require(hospital: str, scope: Standing, right: Action = Action.MANAGE) -> None:
    row = existing(Hospital.objects.filter(pk=hospital).first())
    AUTHORITY.require(scope, right, Case(row.region_id, unit=row.pk), known=False)
