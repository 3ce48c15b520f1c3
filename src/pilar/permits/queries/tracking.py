"""Track a case by its number and the last digits of the identity; no personal data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pilar.areas.reference import today_in
from pilar.evidence import queries as evidence
from pilar.people.rules import Standing
from pilar.permits.models import Case, CaseEvent, Task
from pilar.permits.models.cases import TRACKING
from pilar.permits.queries import trail
from pilar.permits.queries.forecasts import Finish, forecasts_of
from pilar.permits.queries.minutes import to_sign
from pilar.permits.queries.register import permit_of
from pilar.permits.queries.services import service_in
from pilar.permits.rules.cases import APPLICANTS_TURN, CLOSED, EVENT_NAMES, STATE_NAMES, TONES, CaseState, EventKind
from pilar.permits.rules.register import KIND, document_key
from pilar.platform import secrets
from pilar.platform.language import translate

TOLD = (
    EventKind.SUBMITTED, EventKind.RETURNED, EventKind.ACCEPTED, EventKind.DONE, EventKind.STOPPED, EventKind.RESUMED,
    EventKind.LEVIED, EventKind.PAID, EventKind.DECIDED, EventKind.SIGNED, EventKind.ISSUED, EventKind.REFUSED,
    EventKind.WITHDRAWN, EventKind.RECALCULATED, EventKind.DEEMED, EventKind.REOPENED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """An event of a day; ``stage``: in which stage of the service."""

    day: date
    said: str
    stage: str


@dataclass(frozen=True, slots=True)
class Tracked:
    """A case without a person: ``open_stages`` are those under way, ``permit`` the number of what was issued,
    ``waits_for`` why its signature is not there yet, ``looked_at_by`` the day by which completeness will be checked,
    ``finish`` the forecast. ``to_sign``: minutes of a visit wait for the signature of the person who filed it at the
    counter."""

    number: str
    service: str
    region: str
    state: CaseState
    sent_on: date
    due_on: date | None
    open_stages: tuple[str, ...]
    steps: tuple[Step, ...]
    permit: str
    waits_for: str
    looked_at_by: date | None
    finish: Finish | None
    key: int
    to_sign: bool

    @property
    def state_name(self) -> str:
        return translate(STATE_NAMES[self.state])

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "")

    @property
    def applicants_turn(self) -> bool:
        return self.state in APPLICANTS_TURN


def track(number: str, digits: str, *, scope: Standing, now: datetime) -> Tracked | None:
    """A case by its number and the last four characters of the identity number; None if either is wrong, after the same
    single query. Everybody may ask: PUBLIC."""
    del scope
    hashes = secrets.lookups(f"{number.strip().upper()} {digits.strip().upper()}", context=TRACKING)
    row = Case.objects.filter(tracking_hash__in=hashes).first()
    if row is None or row.submitted_at is None:
        return None
    service = service_in(row.version_id)
    names = {stage.key: str(stage.name) for stage in service.stages}
    permit = permit_of(row.pk)
    signature = evidence.signature(KIND, document_key(permit.key, 1)) if permit else None
    running = list(Task.objects.filter(case=row, done_at=None).order_by("pk"))
    return Tracked(
        row.number, str(service.name), row.region_id, CaseState(row.state), today_in(row.region_id, row.submitted_at),
        _day(row.due_at, row) if row.state not in CLOSED else None,
        tuple(names[task.stage] for task in running), tuple(_steps(row, names)),
        permit.number if permit and row.state == CaseState.ISSUED else "",
        signature.why if signature and row.state == CaseState.SIGNING else "",
        next((_day(task.due_at, row) for task in running if row.state == CaseState.SUBMITTED), None),
        forecasts_of([row.pk], now=now).get(row.pk),
        row.pk, to_sign(row) is not None,
    )  # fmt: skip


def _day(end: datetime | None, row: Case) -> date | None:
    """The last day that ended before a moment."""
    return None if end is None else today_in(row.region_id, end - timedelta(seconds=1))


def _steps(row: Case, names: dict[str, str]) -> Iterable[Step]:
    for event in CaseEvent.objects.filter(case=row, kind__in=TOLD).order_by("number"):
        said = translate(EVENT_NAMES[EventKind(event.kind)])
        moved = trail.moved_by(event, row.region_id)
        yield Step(today_in(row.region_id, event.at), f"{said}: {moved}" if moved else said, names.get(event.stage, ""))
