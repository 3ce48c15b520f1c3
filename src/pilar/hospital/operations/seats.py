"""The two statements of a booking: one reads everything that decides about it, the other gives number and place.

Plain SQL, since thousands book in the first minutes of a day: one statement on the row of the session counts, finds the
place and stores the booking with its event, or does nothing at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from pilar.hospital.models.bookings import REFERENCE
from pilar.hospital.rules.booking import (
    CHANNELS,
    Asked,
    Channel,
    Policy,
    Priority,
    SessionState,
    left,
    policy_of,
)
from pilar.people.rules import NotFound, Standing
from pilar.platform import audit, secrets
from pilar.platform.names import reference_of
from pilar.platform.statements import planned

TARGET = "hospital.booking"
_WANTED = """
    SELECT s.hospital_id, h.region_id, c.prefix, s.day, s.ends_at, s.state, v.facts, p.account_id,
        s.capacity - s.taken, s.reserved, s.taken_by, s.release_at,
        (SELECT b.id FROM hospital_booking b WHERE b.key = %(key)s)
    FROM hospital_session s JOIN hospital_policyversion v ON v.id = s.policy_id
        JOIN hospital_clinic c ON c.id = s.clinic_id JOIN hospital_hospital h ON h.code = s.hospital_id
        JOIN hospital_patient p ON p.hospital_id = s.hospital_id AND p.id = %(patient)s AND p.merged_into_id IS NULL
    WHERE s.id = %(session)s
"""
_TAKE = """
    WITH seat AS (
        UPDATE hospital_session SET taken = taken + 1, last_number = last_number + 1,
            taken_by[{mine}] = taken_by[{mine}] + 1, given = COALESCE(free[1], next_place),
            next_place = next_place + (cardinality(free) = 0)::int, free = free[2:]
        WHERE id = %(session)s AND state = 'open' AND ends_at > %(now)s AND capacity - taken - ({kept}) > 0
        RETURNING id, hospital_id, day, last_number, given, taken, taken_by,
            GREATEST(places[given], date_trunc('minute', %(now)s)) AS at
    ), booked AS (
        INSERT INTO hospital_booking (session_id, hospital_id, day, number, place, at, booked_for, code, key,
            patient_id, channel, payer, visit, new, reference, reference_hash, referred_until, priority, state,
            moved_from_id, may_come_earlier, booked_at, booked_by, calls)
        SELECT id, hospital_id, day, last_number, given, at, at, %(code)s, %(key)s, %(patient)s, %(channel)s, %(payer)s,
            %(visit)s, %(new)s, %(reference)s, %(hash)s, %(until)s, %(priority)s, 'booked', %(moved)s, false, %(now)s,
            %(by)s, 0
        FROM seat RETURNING id, number, at
    ), said AS (
        INSERT INTO hospital_bookingevent (booking_id, kind, at, by, reason)
        SELECT id, 'booked', %(now)s, %(by)s, '' FROM booked
    ), told AS (
        INSERT INTO hospital_bpjsmessage (hospital_id, booking_id, step, at, state, attempts, made_at, sent_at, told,
            difference)
        SELECT seat.hospital_id, booked.id, 0, %(now)s, 'sent', 0, %(now)s, %(now)s, %(told)s::varchar, ''
        FROM booked, seat WHERE %(told)s::varchar <> ''
    ), audited AS (
        {audited}
    )
    SELECT booked.id, booked.number, booked.at, seat.taken, seat.taken_by FROM booked, seat
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everything that decides about a booking: session, the rules of its clinic, and the account of the patient.
    ``left``: places for the channel; ``known``: the booking made before by the same request."""

    hospital: str
    region: str
    prefix: str
    day: date
    ends_at: datetime
    open: bool
    policy: Policy
    account: int | None
    left: int
    known: int | None


class Seat(NamedTuple):
    """A taken place, and how many the session then had taken, in total and by channel."""

    key: int
    number: int
    at: datetime
    taken: int
    taken_by: Sequence[int]


def wanted(session: int, patient: int, channel: Channel, key: UUID, now: datetime) -> Wanted:
    """Read it with one query and without a lock; raises :class:`NotFound` if session or patient do not exist, or do not
    belong to the same hospital."""
    with planned() as cursor:
        cursor.execute(_WANTED, {"session": session, "patient": patient, "key": key})
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    hospital, region, prefix, day, ends_at, state, facts, account, places, *shares, known = row
    free = left(channel, places, (shares[0], shares[1], shares[2]), now)
    is_open = state == SessionState.OPEN
    return Wanted(hospital, region, prefix, day, ends_at, is_open, policy_of(json.loads(facts)), account, free, known)


def take(
    session: int, patient: int, asked: Asked, key: UUID, code: str, *, priority: Priority, moved_from: int | None,
    by: Standing, area: str, told: str, now: datetime,
) -> Seat | None:  # fmt: skip
    """Take the next number and a place, and store the booking with its event of the audit log; None if nothing is left
    or the session is closed. ``told``: who reports it to BPJS.

    Raises ``IntegrityError`` with the name of the violated constraint; then nothing is taken.
    """
    given: Mapping[str, Any] = {
        "session": session, "patient": patient, "key": key, "code": code, "channel": asked.channel.value,
        "payer": asked.payer.value, "visit": asked.visit.value, "new": asked.new, "priority": priority.value,
        "until": asked.referred_until,
        "reference": secrets.encrypt(asked.reference, context=REFERENCE) if asked.reference else None,
        "hash": secrets.lookup(asked.reference, context=REFERENCE) if asked.reference else "",
        "moved": moved_from, "by": reference_of(by.signature), "told": told, "now": now,
        **audit.beside(by, "book", TARGET, area=area),
    }  # fmt: skip
    with planned() as cursor:
        cursor.execute(_TAKES[asked.channel], given)
        row = cursor.fetchone()
    return Seat(*row) if row else None


def _take_of(channel: Channel) -> str:
    mine = CHANNELS.index(channel) + 1
    kept = " + ".join(
        f"CASE WHEN %(now)s < release_at[{n}] THEN GREATEST(0, reserved[{n}] - taken_by[{n}]) ELSE 0 END"
        for n in range(1, len(CHANNELS) + 1)
        if n != mine
    )
    after = "jsonb_build_object('session', %(session)s::bigint, 'number', number, 'channel', %(channel)s::text)"
    return _TAKE.format(mine=mine, kept=kept, audited=audit.BESIDE.format(key="id::text", after=after, of="booked"))


_TAKES = {channel: _take_of(channel) for channel in CHANNELS}
