"""Rows of cases as their readers see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from pilar.evidence.rules import SCANS, ScanState
from pilar.people.rules import ROLES, AnyRole
from pilar.permits.queries.completeness import Gap
from pilar.permits.queries.desk import LetterRow
from pilar.permits.queries.forecasts import Finish
from pilar.permits.queries.letters import LetterOut
from pilar.permits.queries.minutes import MinutesRow
from pilar.permits.queries.objections import ObjectionRow
from pilar.permits.reference.reasons import Why, reasons
from pilar.permits.rules.authority import RIGHTS, Right
from pilar.permits.rules.cases import (
    APPLICANTS_TURN,
    CLOSED,
    EVENT_NAMES,
    FILE_STATES,
    OUTCOMES,
    STATE_NAMES,
    TONES,
    CaseState,
    EventKind,
    FileState,
    Outcome,
)
from pilar.permits.rules.clock import Reading
from pilar.permits.rules.objections import Ground
from pilar.permits.rules.places import metres, read_point
from pilar.permits.rules.services import Service, Stage
from pilar.platform.language import translate

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list. ``due``: the end of the day by which it has to be decided; None while its clock is stopped."""

    key: int
    number: str
    region: str
    service: str
    kind: str
    state: CaseState
    due: datetime | None
    sent_at: datetime | None
    deemed: bool
    stage: str = ""
    stage_name: str = ""
    desk_due: datetime | None = None
    desk_used: Any = None
    used: Any = None
    taken_by: str = ""
    taker: int | None = None
    stage_kind: str = ""
    refuses: bool = False

    @property
    def tick(self) -> str:
        """The key of its stage among those of a desk."""
        return f"{self.key}:{self.stage}"

    @property
    def state_name(self) -> str:
        return translate(STATE_NAMES[self.state])

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "")


@dataclass(frozen=True, slots=True)
class FileRow:
    """A document of a case, or a requirement (``key`` 0) that has none yet. ``own``: another, earlier document can be
    used. ``device``: data of the device about a photograph; ``asked``: the service requires it."""

    key: int
    requirement: str
    name: str
    file_name: str = ""
    media_type: str = ""
    state: FileState = FileState.WAITING
    reason: str = ""
    told: str = ""
    valid_until: date | None = None
    scan: ScanState = ScanState.NOT_SCANNED
    reused: bool = False
    own: bool = False
    keeps: bool = False
    device: Mapping[str, Any] = field(default_factory=dict)
    asked: bool = True

    @property
    def added_at(self) -> datetime | None:
        """Return when a photograph was added, according to the device."""
        return datetime.fromisoformat(self.device["at"]) if "at" in self.device else None

    @property
    def taken_at(self) -> datetime | None:
        """Return when a photograph was taken, according to the photograph itself."""
        at = self.device.get("own", {}).get("at")
        return datetime.fromisoformat(at) if at else None

    @property
    def hours_apart(self) -> int:
        """Whole hours between the two."""
        return abs(self.added_at - self.taken_at) // HOUR if self.added_at and self.taken_at else 0

    @property
    def metres_apart(self) -> int:
        """Metres between the places given by the device and by the photograph, beyond the stated accuracy of the
        device."""
        here, own = (read_point(said.get("point", "")) for said in (self.device, self.device.get("own", {})))
        return max(0, metres(here, own) - self.device.get("metres", 0)) if here and own else 0

    @property
    def state_name(self) -> str:
        return translate(FILE_STATES[self.state][0])

    @property
    def tone(self) -> str:
        return FILE_STATES[self.state][1]

    @property
    def reason_name(self) -> str:
        return str(reasons(Why.FINDING)[self.reason].name) if self.reason else ""

    @property
    def lacks(self) -> bool:
        """Return whether a document is still to be added, or to be replaced."""
        return self.asked and (not self.key or self.state is FileState.REFUSED)

    @property
    def scan_name(self) -> str:
        return translate(SCANS[self.scan][0])

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True)
class EventRow:
    """``told``: the reason and the text of the event."""

    at: datetime
    kind: EventKind
    stage: str
    who: str
    reason: str
    facts: Mapping[str, Any]
    told: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return translate(EVENT_NAMES[self.kind])

    @property
    def outcome(self) -> str:
        return translate(OUTCOMES[Outcome(self.facts["outcome"])]) if "outcome" in self.facts else ""

    @property
    def matched_at(self) -> datetime | None:
        """Return when a payment was matched; ``at`` is the day of the payment itself."""
        return datetime.fromisoformat(self.facts["matched_at"]) if "matched_at" in self.facts else None


def decided_against(events: Sequence[Any]) -> bool:
    """Return whether the last decision among the events of a case is a refusal."""
    decided = next((event for event in reversed(events) if event.kind == EventKind.DECIDED), None)
    return decided is not None and decided.facts["outcome"] == Outcome.REFUSED


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage of the case's way. ``open``: it is to be done now; ``mine``: by the reader, who may ``take`` it, or
    ``give_back`` one that they (or, for the head, somebody else) have taken."""

    stage: Stage
    open: bool
    done: bool
    mine: bool
    due: datetime | None
    used: Any
    left: Any
    taken_by: str
    desk: str
    take: bool = False
    give_back: bool = False


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """An appointment to come. ``agreed``: both sides have agreed; ``waits``: it waits for the reader's answer."""

    case: int
    number: str
    region: str
    at: datetime
    place: str
    agreed: bool
    waits: bool
    officer: str


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """A complete case. ``person`` is empty if the reader may not see it. ``asked``: what the last return or stop lists,
    as sentences; ``until``: when the stop ends; ``asks_answers``: it concerns not only documents. ``grounds``:
    decisions that its applicant may still object to; ``last_day``: until when they may pay or send it again. ``ends``:
    the last day of the permit, if it is before the due date or in the past; ``granted``: the law by which it counts as
    granted."""

    row: CaseRow
    service: Service
    edition: int
    reading: Reading
    why: tuple[str, ...]
    person: Mapping[str, str]
    answers: tuple[tuple[str, str], ...]
    given: Mapping[str, Any]
    files: tuple[FileRow, ...]
    stages: tuple[StageRow, ...]
    events: tuple[EventRow, ...]
    messages: tuple[tuple[datetime, str, bool, str], ...]
    asked: tuple[str, ...]
    until: date | None
    asks_answers: bool
    gaps: tuple[Gap, ...]
    finish: Finish | None = None
    alike: tuple[CaseRow, ...] = ()
    own: bool = False
    acts: frozenset[str] = frozenset()
    at_counter: bool = False
    appointment: AppointmentRow | None = None
    letters: tuple[LetterOut, ...] = ()
    objections: tuple[ObjectionRow, ...] = ()
    grounds: tuple[Ground, ...] = ()
    minutes: tuple[MinutesRow, ...] = ()
    last_day: date | None = None
    complaints: tuple[LetterRow, ...] = ()
    ends: date | None = None
    granted: str = ""

    @property
    def refused(self) -> bool:
        """Return whether the last decision, which may still have to be signed, is a refusal."""
        return decided_against(self.events)

    @property
    def wrong(self) -> tuple[Gap, ...]:
        """Return what was given, but not as it has to be."""
        return tuple(gap for gap in self.gaps if gap.wrong)

    @property
    def refusable(self) -> bool:
        """Return whether it can still be refused: not if it counts as granted or was reopened by an upheld
        objection."""
        return not self.granted and not any(event.kind is EventKind.REOPENED for event in self.events)

    @property
    def signs_by_code(self) -> bool:
        """Return whether somebody who applied at the counter can sign the minutes now."""
        return self.at_counter and self.row.state in RIGHTS[Right.SIGN_MINUTES]

    @property
    def turn(self) -> str:
        """Return whose turn it is: ``applicant``, ``office`` or nobody."""
        return "" if self.row.state in CLOSED else "applicant" if self.row.state in APPLICANTS_TURN else "office"


@dataclass(frozen=True, slots=True)
class BatchRow:
    """The progress of an order to do the same with many stages; ``refused``: number of a case and the reason."""

    key: int
    region: str
    total: int
    done: int
    refused: tuple[tuple[str, str], ...]
    ended: bool

    @property
    def topics(self) -> tuple[str, ...]:
        return (f"permits.desk-batch {self.key}",)


@dataclass(frozen=True, slots=True)
class OwnDocumentRow:
    key: int
    name: str
    file_name: str
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person who works on permits, in one of their roles."""

    user: int
    name: str
    role: AnyRole

    @property
    def role_name(self) -> str:
        return translate(ROLES[self.role].name)


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    key: int
    name: str
    role: AnyRole
    deputy: str
    since: date
    until: date
    mine: bool

    @property
    def role_name(self) -> str:
        return translate(ROLES[self.role].name)
