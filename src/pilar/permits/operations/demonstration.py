"""Store finished cases with all their events; only for the demonstration, whose records are synthetic."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from pilar.areas import queries as areas
from pilar.people.operations import held
from pilar.people.rules import NotAllowed, Standing
from pilar.permits.models import Case
from pilar.permits.models.cases import IDENTITY
from pilar.permits.operations.issuing import issue
from pilar.permits.queries import completeness, trail
from pilar.permits.queries.services import service_in
from pilar.permits.rules.cases import CaseState, EventKind, Outcome
from pilar.permits.rules.roles import OFFICERS
from pilar.permits.rules.services import NotSet, Service, role_text, valid_until
from pilar.platform import audit, secrets
from pilar.platform.calendar import Leave, WorkingDays
from pilar.platform.errors import Faults

ENDS = {
    EventKind.ISSUED: CaseState.ISSUED, EventKind.REFUSED: CaseState.REFUSED, EventKind.WITHDRAWN: CaseState.WITHDRAWN,
}  # fmt: skip
MADE_UP = "CONTOH/"
BEFORE_PLAYED = timedelta(days=90)
_EVENT = ("case_id", "number", "kind", "at", "stage", "by", "reason", "facts")
_TASK = ("case_id", "region_id", "stage", "round", "kind", "role", "office_id", "opened_at", "done_at", "done_by",
         "outcome")  # fmt: skip


@dataclass(frozen=True, slots=True)
class PastEvent:
    """An event of a made-up case; ``by``: the role of a stage, ``counter``, or nobody."""

    kind: EventKind
    at: datetime
    stage: str = ""
    by: str = ""
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PastCase:
    """A finished case of a version of a service, filed at the counter."""

    version: int
    answers: Mapping[str, Any]
    events: tuple[PastEvent, ...]


@transaction.atomic
def fill_past(*, by: Standing, region: str, given: Sequence[PastCase], permits: int = 0, now: datetime) -> int:
    """Store finished cases with all their events, and ``permits`` for that many of the last ones; returns how many
    cases. For the schedule and the operator."""
    if not by.unrestricted:
        raise NotAllowed
    services = {version: service_in(version) for version in {case.version for case in given}}
    days = {service.leave: areas.working_days(region, leave=service.leave) for service in services.values()}
    there = Case.objects.filter(region=region, number__startswith=MADE_UP).count()
    rows = [_case(region, place, case) for place, case in enumerate(given, there + 1)]
    for row, case in zip(rows, given, strict=True):
        _count(row, case, services[case.version], days)
        row.filed_by = by.signature
    Case.objects.bulk_create(rows, batch_size=1_000)
    pairs = [(row.pk, past_case, services[past_case.version]) for row, past_case in zip(rows, given, strict=True)]
    _copy("permits_caseevent", _EVENT, _events(pairs))
    named = {stage.office for service in services.values() for stage in service.stages if stage.office}
    _copy("permits_task", _TASK, _tasks(region, pairs, {office: trail.office(region, office) for office in named}))
    audit.record(by=by.actor, action="fill", target="permits.case", key=region, area=region, after={"cases": len(rows)})
    _issue(by, region, permits, now)
    return len(rows)


def _issue(by: Standing, region: str, most: int, now: datetime) -> None:
    """Issue the permits of the last cases in order, if the answers give their last day. They come before the permits of
    simulated cases, since the register cannot be backdated."""
    until = now - BEFORE_PLAYED
    cases = Case.objects.filter(
        region=region, number__startswith=MADE_UP, state=CaseState.ISSUED, closed_at__lt=until
    )  # fmt: skip
    for key in reversed(cases.order_by("-closed_at").values_list("pk", flat=True)[: 2 * most]):
        row = held(Case.objects, pk=key)
        assert row.closed_at is not None
        service = trail.service_of(row)
        try:
            valid_until(service, row.answers, row.closed_at.date())
        except (Faults, NotSet):
            continue
        issue(by=by, case=row, definition=service, now=row.closed_at)


def _case(region: str, place: int, case: PastCase) -> Case:
    at = {event.kind: event.at for event in reversed(case.events)}
    last, accepted = case.events[-1], at.get(EventKind.ACCEPTED)
    identity, number = f"3603990000{place:06}", f"{MADE_UP}{place:05}/{case.events[0].at:%Y}"
    name = f"Pemohon Contoh {place}"
    person = {"name": name, "identity": identity, "phone": example_phone(place), "address": "Alamat contoh"}
    return Case(
        region_id=region, version_id=case.version, kind=case.answers["kind"], number=number, state=ENDS[last.kind],
        at_counter=True, person=json.dumps(person), answers=dict(case.answers), events_count=len(case.events),
        identity_hash=secrets.lookup(identity, context=IDENTITY),
        tracking_hash=completeness.tracked_by(number, identity), created_at=case.events[0].at,
        returns=sum(event.kind is EventKind.RETURNED for event in case.events),
        submitted_at=at[EventKind.SUBMITTED], accepted_at=accepted, closed_at=last.at,
    )  # fmt: skip


def example_phone(place: int) -> str:
    """The number of a made-up applicant, which nobody has: 0800 numbers belong to services, and none ends in 0000,
    which the demonstration uses for undelivered messages."""
    return f"0800{place:05}1"


def _count(row: Case, case: PastCase, service: Service, days: Mapping[Leave, WorkingDays]) -> None:
    """The due date, by the clock."""
    if row.accepted_at is not None and row.state != CaseState.WITHDRAWN:
        told: Any = case.events  # the same values as the rows they become
        reading = trail.reading(row, service, now=case.events[-1].at, days=days[service.leave], events=told)
        row.due_at = trail.end_of(reading.due, row.region_id)


def _events(pairs: Iterable[tuple[int, PastCase, Service]]) -> Iterator[tuple[Any, ...]]:
    for key, case, _service in pairs:
        for number, event in enumerate(case.events, 1):
            facts = json.dumps(dict(event.facts), ensure_ascii=False)
            yield key, number, event.kind.value, event.at, event.stage, _who(event.by), event.reason, facts


def _tasks(
    region: str, pairs: Iterable[tuple[int, PastCase, Service]], offices: Mapping[str, int | None]
) -> Iterator[tuple[Any, ...]]:
    for key, case, service in pairs:
        rounds: Counter[str] = Counter()
        opened: dict[str, datetime] = {}
        for event in case.events:
            if event.kind is EventKind.OPENED:
                opened[event.stage] = event.at
                rounds[event.stage] += 1
            elif event.kind in (EventKind.DONE, EventKind.SENT_BACK):
                stage = service.stage(event.stage)
                outcome = event.facts.get("outcome", Outcome.SENT_BACK)
                yield (
                    key, region, event.stage, rounds[event.stage], stage.kind.value, OFFICERS[stage.role].value,
                    offices.get(stage.office), opened[event.stage], event.at, _who(event.by), str(outcome),
                )  # fmt: skip


def _who(by: str) -> str:
    return f"{role_text('front_office' if by == 'counter' else by)} (contoh)" if by else "system"


def _copy(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
