"""Read the public state of queues: the board of a waiting room, and one number by its code.

Nothing here names a person, a doctor of a discreet clinic, or a disease: only numbers, rooms and times, and the group
of a clinic whose name reveals a disease.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q

from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, Prescription, Session
from pilar.hospital.queries import forecasts, nights, schedule
from pilar.hospital.queries.forecasts import Wait
from pilar.hospital.queries.schedule import HospitalRow
from pilar.hospital.rules.booking import (
    CODE_LENGTH,
    STATE_NAMES,
    TONES,
    BookingState,
    Policy,
    SessionState,
    arrive_by,
    label,
    policy_of,
)
from pilar.hospital.rules.pharmacy import PHARMACY_NAMES, PharmacyState
from pilar.people.rules import PUBLIC, existing
from pilar.platform.kept import Kept
from pilar.platform.language import translate
from pilar.platform.live import Fresh
from pilar.platform.statements import planned

S = BookingState
FRESH = 3.0
"""Seconds for which a process answers from cached data of a session or board, unless a change is reported."""
FORECAST_HOLDS = 120
"""Seconds for which a forecast is kept while nothing happens; they end at another moment for each session, so that
phones are not all updated at the same time."""
_BOARD_SIGN = """
    SELECT md5(concat(
        (SELECT h.name || h.source FROM hospital_hospital h WHERE h.code = %(hospital)s),
        (SELECT string_agg(concat(b.id, b.state, b.called_at, b.calls, r.name, c::text), '' ORDER BY b.id)
            FROM hospital_booking b JOIN hospital_session s ON s.id = b.session_id
            JOIN hospital_room r ON r.id = s.room_id JOIN hospital_clinic c ON c.id = s.clinic_id
            WHERE b.hospital_id = %(hospital)s AND b.day IN (%(day)s, %(day)s + 1)
            AND b.state IN ('called', 'serving')),
        (SELECT string_agg(concat(s.id, s.state, s.delay, s.starts_at, r.name, c::text), '' ORDER BY s.id)
            FROM hospital_session s JOIN hospital_room r ON r.id = s.room_id
            JOIN hospital_clinic c ON c.id = s.clinic_id WHERE s.hospital_id = %(hospital)s
            AND s.day IN (%(day)s, %(day)s + 1) AND (s.delay > 0 OR s.state <> 'open')),
        (SELECT count(*) FROM hospital_booking b WHERE b.hospital_id = %(hospital)s
            AND b.day IN (%(day)s, %(day)s + 1) AND b.state = 'arrived'),
        (SELECT string_agg(x.number::text, ' ' ORDER BY x.id) FROM hospital_prescription x
            WHERE x.hospital_id = %(hospital)s AND x.day IN (%(day)s, %(day)s + 1) AND x.state = 'ready')))
"""
_FOLLOWED = """
    WITH shared AS MATERIALIZED (
        SELECT s.id, s.hospital_id, md5(concat(
            s.state, s.delay, s.began_at, s.policy_id, s.starts_at + make_interval(mins => s.delay) > %(now)s,
            (%(seconds)s + 61 * s.id) / %(holds)s, r.name, c::text, h.name,
            (SELECT string_agg(b::text, '' ORDER BY b.id) FROM hospital_booking b WHERE b.session_id = s.id))) AS sign
        FROM hospital_session s JOIN hospital_room r ON r.id = s.room_id
            JOIN hospital_clinic c ON c.id = s.clinic_id JOIN hospital_hospital h ON h.code = s.hospital_id
        WHERE s.id = (SELECT o.session_id FROM hospital_booking o WHERE o.code = %(code)s))
    SELECT m.code, shared.hospital_id, m.id, m.session_id, m.number, m.state, m.at, m.booked_for, x.number, x.state,
        shared.sign
    FROM shared JOIN hospital_booking m ON m.session_id = shared.id
        LEFT JOIN hospital_prescription x ON x.booking_id = m.id
"""
_OVER = (SessionState.CANCELLED, SessionState.DONE)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A called number, or one with the doctor. ``call``: differs for each call, so that each is spoken once;
    ``before``: its day, if that is the day before."""

    label: str
    room: str
    group: str
    called: bool
    call: str
    before: date | None


@dataclass(frozen=True, slots=True)
class LateRow:
    """A room whose doctor comes later, at ``resume``, or not at all (None)."""

    room: str
    group: str
    resume: datetime | None


@dataclass(frozen=True, slots=True)
class Medicine:
    """A number of the pharmacy, and its progress."""

    number: int
    state: PharmacyState

    @property
    def state_name(self) -> str:
        return translate(PHARMACY_NAMES[self.state])


@dataclass(frozen=True, slots=True)
class Board:
    """``ready``: numbers of the pharmacy that can be fetched."""

    hospital: HospitalRow
    rows: tuple[BoardRow, ...]
    late: tuple[LateRow, ...]
    waiting: int
    ready: tuple[int, ...]

    @property
    def topics(self) -> tuple[str, ...]:
        return _board_topics(self.hospital.code)


@dataclass(frozen=True, slots=True)
class Place:
    """One number as its holder follows it. ``wait``: how many are before it and when it will be called, None if
    unknown; ``held``: the percentage of such intervals that held last week, if that differs from the promise;
    ``now_called``: the last number called in its session; ``resume``: when a late doctor comes; ``counted``: its day
    has come, so that who is ahead of it can be told."""

    label: str
    hospital: HospitalRow
    session: int
    group: str
    room: str
    state: BookingState
    at: datetime
    arrive_at: datetime
    moved_time: bool
    wait: Wait | None
    now_called: str
    resume: datetime | None
    over: bool
    medicine: Medicine | None
    held: int | None = None
    counted: bool = True

    @property
    def seen(self) -> tuple[object, ...]:
        """Return a value that changes whenever anything visible to the holder changes; moments count by the minute, as
        shown."""
        made, wait = self.medicine, self.wait
        times = (self.at, self.arrive_at, self.resume, wait and wait.earliest, wait and wait.latest)
        return (
            self.label, self.hospital.name, self.group, self.room, self.state, self.moved_time, wait and wait.ahead,
            self.now_called, self.over, made and (made.number, made.state), self.held,
            self.counted,
            *(time and f"{time.astimezone(UTC):%Y%m%d%H%M}" for time in times),
        )  # fmt: skip

    @property
    def state_name(self) -> str:
        return translate(STATE_NAMES[self.state])

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "")

    @property
    def topics(self) -> tuple[str, ...]:
        return _session_topics(self.session, self.hospital.code)


@dataclass(frozen=True, slots=True)
class Followed:
    """A booking that somebody follows by its code, and its number at the pharmacy with how far it is ``made``. ``sign``
    changes whenever anything shown to all of its session changes, and every :data:`FORECAST_HOLDS`."""

    key: int
    session: int
    number: int
    state: str
    at: datetime
    booked_for: datetime
    medicine: int | None
    made: str | None
    sign: str


@dataclass(frozen=True, slots=True)
class Shared:
    """The part shown to everybody who follows a number of one session; ``last``: the number called last."""

    hospital: HospitalRow
    prefix: str
    group: str
    room: str
    policy: Policy
    waits: Mapping[int, Wait]
    last: int | None
    resume: datetime | None
    over: bool
    held: int | None


@dataclass(frozen=True, slots=True)
class _Numbers:
    """All numbers of one session, by their codes."""

    hospital: str
    session: int
    of: Mapping[str, Followed]

    @property
    def topics(self) -> tuple[str, ...]:
        return _session_topics(self.session, self.hospital)


@dataclass(frozen=True, slots=True)
class _Sign:
    hospital: str
    sign: str

    @property
    def topics(self) -> tuple[str, ...]:
        return _board_topics(self.hospital)


_SHARED: Kept[Shared] = Kept(500)
_SESSIONS: Kept[int] = Kept(50_000)
"""The session of a code, which never changes."""
_NUMBERS: Fresh[_Numbers | None] = Fresh(500, FRESH, lambda made: made.topics if made else ())
_SIGNS: Fresh[_Sign] = Fresh(100, FRESH, lambda made: made.topics)


def board(code: str, *, now: datetime) -> Board:
    """Read what the board of a hospital shows: the last called first, also of the last evening. Raises
    :class:`NotFound`."""
    row = schedule.hospital(code)
    today = today_in(row.region, now)
    of_now = Booking.objects.filter(nights.bookings(today, now), hospital=code)
    called = of_now.filter(state__in=(S.CALLED, S.SERVING)).order_by("-called_at")
    late = Session.objects.filter(hospital=code, day=today).exclude(delay=0, state=SessionState.OPEN)
    sessions = late.exclude(state=SessionState.DONE).select_related("clinic", "room")
    made = Prescription.objects.filter(nights.medicine(today), hospital=code, state=PharmacyState.READY)
    ready = made.filter(Q(day=today) | Q(ordered_at__gt=now - nights.NIGHT))
    return Board(
        row,
        tuple(
            BoardRow(
                label(booking.session.clinic.prefix, booking.number),
                booking.session.room.name,
                schedule.clinic_row(booking.session.clinic).shown,
                booking.state == S.CALLED,
                f"{booking.pk}.{booking.calls}",
                booking.day if booking.day != today else None,
            )
            for booking in called.select_related("session__clinic", "session__room")
        ),
        tuple(
            LateRow(session.room.name, schedule.clinic_row(session.clinic).shown, _resumes(session, now))
            for session in sessions
            if session.state == SessionState.CANCELLED or _resumes(session, now)
        ),
        of_now.filter(state=S.ARRIVED).count(),
        tuple(ready.values_list("number", flat=True)),
    )


def board_sign(code: str, *, now: datetime) -> str:
    """Changes whenever the board does, and every minute; one statement for all requests to this process within
    :data:`FRESH`. A day in Indonesia is that of UTC or the next, and until seven it is the next: so the evening before
    is in it for all of :data:`nights.NIGHT`."""

    def read() -> _Sign:
        with planned() as cursor:
            cursor.execute(_BOARD_SIGN, {"hospital": code, "day": now.astimezone(UTC).date()})
            return _Sign(code, cursor.fetchone()[0])

    return f"{_SIGNS.get(code, read).sign} {now:%H%M}"


def followed(code: str, *, now: datetime) -> Followed | None:
    """The booking with a code, for its holder; None if there is none. One statement reads all numbers of its session,
    for all requests to this process within :data:`FRESH`."""
    if len(code) != CODE_LENGTH:
        return None
    session = _SESSIONS.known(code)
    __numbers = _NUMBERS.get(session, lambda: _numbers(code, now)) if session else None
    if __numbers is None or code not in __numbers.of:  # booked after they were read
        __numbers = _numbers(code, now)
    return __numbers.of.get(code) if __numbers else None


def _numbers(code: str, now: datetime) -> _Numbers | None:
    given = {"code": code, "now": now, "seconds": int(now.timestamp()), "holds": FORECAST_HOLDS}
    with planned() as cursor:
        cursor.execute(_FOLLOWED, given)
        rows = cursor.fetchall()
    followeds = {of: Followed(*row) for of, _hospital, *row in rows}
    if not followeds:
        return None
    session = followeds[code].session
    for of in followeds:
        if _SESSIONS.known(of) is None:
            _SESSIONS.get(of, lambda: session)
    return _Numbers(rows[0][1], session, followeds)


def place(code: str, *, now: datetime) -> Place:
    """A number by the code of its booking, for the holder of the code; raises :class:`NotFound`."""
    return place_of(existing(followed(code, now=now)), now=now)


def place_of(followed: Followed, *, now: datetime) -> Place:
    """A number as its holder follows it. The part shared by its session is read once as long as its sign stays the
    same."""
    shared = _SHARED.get((followed.session, followed.sign), lambda: _shared(followed.session, now))
    wait, region = shared.waits.get(followed.key), shared.hospital.region
    return Place(
        label(shared.prefix, followed.number), shared.hospital, followed.session, shared.group, shared.room,
        BookingState(followed.state), followed.at,
        arrive_by(followed.at, wait.earliest if wait else None, shared.policy), followed.at != followed.booked_for,
        wait, label(shared.prefix, shared.last) if shared.last else "", shared.resume, shared.over,
        Medicine(followed.medicine, PharmacyState(followed.made)) if followed.medicine else None, shared.held,
        today_in(region, followed.at) <= today_in(region, now),
    )  # fmt: skip


def _session_topics(session: int, hospital: str) -> tuple[str, ...]:
    return (f"hospital session {session}", f"hospital pharmacy {hospital}")


def _board_topics(hospital: str) -> tuple[str, ...]:
    return (f"hospital board {hospital}", f"hospital pharmacy {hospital}")


def _shared(key: int, now: datetime) -> Shared:
    row = Session.objects.select_related("clinic", "room", "policy").get(pk=key)
    called = Booking.objects.filter(session=row, called_at__isnull=False).order_by("-called_at")
    clinic, over = schedule.clinic_row(row.clinic), row.state in _OVER
    return Shared(
        schedule.hospital(row.hospital_id), clinic.prefix, clinic.shown, row.room.name, policy_of(row.policy.facts),
        {} if over else forecasts.waits(key, scope=PUBLIC, now=now), called.values_list("number", flat=True).first(),
        _resumes(row, now), over, _held(row.hospital_id),
    )  # fmt: skip


def _held(hospital: str) -> int | None:
    weeks = forecasts.weeks(hospital, scope=PUBLIC, most=1)
    return next((round(week.share) for week in weeks if week.outside and week.share is not None), None)


def _resumes(session: Session, now: datetime) -> datetime | None:
    at = session.starts_at + timedelta(minutes=session.delay)
    return at if session.delay and session.state not in _OVER and at > now else None
