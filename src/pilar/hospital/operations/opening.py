"""Open the sessions of coming days from the weekly sessions, and update them when those change."""

from __future__ import annotations

from datetime import datetime, timedelta

from pilar.areas.reference import today_in
from pilar.hospital.models import Hospital, PolicyVersion, Session
from pilar.hospital.queries.opening import AHEAD, as_wanted, wanted
from pilar.hospital.rules.booking import CHANNELS, SessionState, policy_of
from pilar.hospital.rules.schedule import GridRule, places
from pilar.people.rules import Permission, Standing
from pilar.platform import locks
from pilar.platform.jobs import every
from pilar.platform.transactions import one_by_one


@every("hospital.open-sessions", cron="20 17 * * *")  # 00.20 WIB
def open_sessions(*, by: Standing, now: datetime) -> int:
    """Open the sessions of the coming days from the weekly sessions, except on days off and leaves; returns how many.

    Can be repeated without harm; each hospital is processed separately. Needs ``load-reference-data``.
    """
    by.require(Permission.LOAD_REFERENCE_DATA)
    codes = list(Hospital.objects.order_by("code").values_list("code", flat=True))
    return one_by_one(codes, lambda clinic: lay_sessions(clinic, now), job="hospital.open-sessions")


def lay_sessions(code: str, now: datetime) -> int:
    """Update the sessions of a hospital to its weekly sessions, days off and rules; returns how many are new.

    Sessions from tomorrow on that were never booked are replaced, unless a person changed them; all others stay
    unchanged (``queries.opening.apart``). A session is not opened if one with the same beginning was cancelled or moved
    by a person to another doctor or hour, or if it overlaps another one of the doctor.
    """
    locks.take(f"hospital.open-sessions {code}")
    hospital = Hospital.objects.get(pk=code)
    asked = wanted(code, now=now)
    today = today_in(hospital.region_id, now)
    unbooked = Session.objects.filter(
        hospital=hospital, day__gt=today, day__lte=today + timedelta(days=AHEAD), state=SessionState.OPEN,
        last_number=0, by_hand=False, replans=None,
    )  # fmt: skip
    as_asked = set(asked)
    over = [row.pk for row in unbooked if as_wanted(row) not in as_asked]
    # If somebody books meanwhile, their session is no longer among these.
    Session.objects.filter(pk__in=list(_unbooked(over))).delete()
    stands: dict[int, list[tuple[datetime, datetime]]] = {}
    for doctor, since, until, state in Session.objects.filter(hospital=hospital, day__gte=today).values_list(
        "doctor", "starts_at", "ends_at", "state"
    ):
        stands.setdefault(doctor, []).append((since, since if state == SessionState.CANCELLED else until))
    changed = Session.objects.filter(hospital=hospital, day__gte=today, laid_at__isnull=False)
    for doctor, since in changed.values_list("laid_for", "laid_at"):
        stands.setdefault(doctor, []).append((since, since))
    policies = {
        version.pk: policy_of(version.facts) for version in PolicyVersion.objects.filter(clinic__hospital=hospital)
    }
    rows = []
    for slot in asked:
        mine = stands.setdefault(slot.doctor, [])
        if any(_overlap(slot.starts_at, slot.ends_at, *other) for other in mine):
            continue
        mine.append((slot.starts_at, slot.ends_at))
        policy = policies[slot.policy]
        release = slot.starts_at - timedelta(hours=policy.release)
        rows.append(Session(
            hospital=hospital, clinic_id=slot.clinic, doctor_id=slot.doctor, room_id=slot.room, policy_id=slot.policy,
            day=slot.day, starts_at=slot.starts_at, ends_at=slot.ends_at, capacity=slot.capacity,
            reserved=list(slot.shares), taken_by=[0] * len(CHANNELS), release_at=[release] * len(CHANNELS),
            places=list(places(GridRule(policy.rule), slot.starts_at, slot.ends_at, slot.capacity, policy.minutes)),
        ))  # fmt: skip
    Session.objects.bulk_create(rows)
    return len(rows)


def _unbooked(keys: list[int]) -> list[int]:
    rows = Session.objects.filter(pk__in=keys, last_number=0).order_by("pk").select_for_update()
    return list(rows.values_list("pk", flat=True))


def _overlap(starts: datetime, ends: datetime, since: datetime, until: datetime) -> bool:
    """Return whether two sessions overlap; for a cancelled or changed one only the beginning counts (``until`` is
    ``since``)."""
    return starts == since or (since < ends and starts < until and since < until)
