"""Made-up applications of the one-stop office, and what is around them. Nobody in them exists."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import sin
from typing import Any
from uuid import UUID

from pilar.areas.queries import OfficeRow, working_days
from pilar.areas.reference import local
from pilar.people.rules import HeldRole, Standing
from pilar.permits.operations import Minutes, PastCase, PastEvent, Person
from pilar.permits.operations.demonstration import example_phone
from pilar.permits.operations.levies import Reported
from pilar.permits.queries.levies import levy_of
from pilar.permits.queries.services import VersionRow
from pilar.permits.reference.services import demonstrated
from pilar.permits.rules import workflow
from pilar.permits.rules.cases import EventKind as K
from pilar.permits.rules.cases import Finding, Outcome
from pilar.permits.rules.investment import Capital, OssEntry, RealisedEntry
from pilar.permits.rules.roles import Role
from pilar.permits.rules.services import CONTEXT, Service, Stage, StageKind, required
from pilar.permits.rules.signatures import Capacity, Drawing, points_text
from pilar.platform.calendar import WorkingDays

MILLION = Decimal(1_000_000)
MORNING, AFTERNOON = 9 * 60, 15 * 60
NEWEST, OLDEST = 15, 790
"""How many days ago cases that are over began."""
RETURNED, STOPPED, NEAR, BACK, REFUSED, WITHDRAWN = 0.16, 0.1, 0.03, 0.07, 0.05, 0.03
"""How many cases come to it: a return, a stop, a stop just before the limit, a way back, a refusal, a withdrawal."""


def realised(*, project: Mapping[str, Any], now: datetime) -> RealisedEntry:
    """Return what a business reports of a quarter some quarters ``back``."""
    place = now.year * 4 + (now.month - 1) // 3 - int(project["back"])
    return RealisedEntry(
        place // 4, place % 4 + 1, project["business"], project["nib"], project["kbli"], Capital(project["capital"]),
        Decimal(project["planned"]) * MILLION, Decimal(project["realised"]) * MILLION, int(project["workers"]),
    )  # fmt: skip


def oss(*, rows: Sequence[Mapping[str, Any]], now: datetime) -> list[OssEntry]:
    """Return what the national OSS is said to say, as of a week ago."""
    return [OssEntry(**row, as_of=(now - timedelta(days=7)).date()) for row in rows]


def past(
    *, services: Sequence[VersionRow], rows: Sequence[Mapping[str, Any]], since: date, now: datetime
) -> list[PastCase]:
    """Two years of cases that are over, or those since a day that lies further back, of some services: ``a_year``,
    ``answers`` to choose from, ``slow``: mean working days of stages. From ``quicker`` days ago on all stages take a
    third of the time, which an analysis finds."""
    oldest = max(OLDEST, (now.date() - since).days)
    draw, versions = random.Random(503), {service.key: service for service in services}  # noqa: S311 - made-up data
    made = []
    for row in rows:
        version = versions[row["key"]]
        calendar = working_days(version.region, leave=version.service.leave)
        for _ in range(2 * int(row["a_year"]) * (oldest - NEWEST) // (OLDEST - NEWEST)):
            back = timedelta(days=draw.randrange(NEWEST, oldest), minutes=draw.randrange(24 * 60))
            begun = local(now - back, version.region)
            quick = 1 / 3 if back < timedelta(days=int(row["quicker"])) else 1.0
            course = Course(version.service, draw.choice(row["answers"]), row["slow"], quick)
            events = Walk(draw, calendar, begun, course).go()
            if events[-1].at < now:
                made.append(PastCase(version.pk, course.answers, tuple(events)))
    return sorted(made, key=lambda case: case.events[0].at)


@dataclass(frozen=True, slots=True)
class Course:
    """The subject of a case, and the duration of its stages."""

    service: Service
    given: Mapping[str, Any]
    slow: Mapping[str, Any]
    quick: float

    @property
    def answers(self) -> dict[str, Any]:
        first = {"kind": self.service.kinds[0], "applicant": self.service.applicants[0], "proxy": False}
        return first | dict(self.given)


@dataclass(frozen=True, slots=True)
class Act:
    """An act that an officer does with a case at a moment: its name, and the stage with its office."""

    name: str
    stage: str
    office: str
    at: datetime

    hands = property(lambda self: self.name == "hand")
    returns = property(lambda self: self.name == "return")
    passes = property(lambda self: self.name == "pass")
    stops = property(lambda self: self.name == "stop")
    recommends = property(lambda self: self.name == "recommend")
    visits = property(lambda self: self.name == "visit")
    levies = property(lambda self: self.name == "levy")
    pays = property(lambda self: self.name == "paid")
    decides = property(lambda self: self.name == "decide")
    signs = property(lambda self: self.name == "sign")
    refuses = property(lambda self: self.name == "refuse")
    objects = property(lambda self: self.name == "object")
    meets = property(lambda self: self.name == "meet")
    hour = property(lambda _self: time(9, 30))

    @property
    def findings(self) -> list[Finding]:
        return [Finding("answer", text="Isian belum jelas (contoh)")]

    @property
    def until(self) -> date:
        return (self.at + timedelta(days=14)).date()

    @property
    def meeting(self) -> date:
        return working_days().after(self.at.date(), 3)

    @property
    def minutes(self) -> Minutes:
        return Minutes(self.at.date(), "Sesuai permohonan (contoh)", "Pemohon contoh", agreed=True)

    @property
    def drawing(self) -> Drawing:
        """A made-up signature: loops that name nobody."""
        loops = [(60 + 12 * step, 150 + round(90 * sin(step / 2.5))) for step in range(60)]
        return Drawing(points_text(loops), Capacity.APPLICANT, attested=True)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of a case, and who adds it."""

    key: str
    requirement: str
    by: Standing


@dataclass(frozen=True, slots=True)
class Live:
    """An application that is in process, filed at the counter or by a citizen, with what happens to it."""

    place: int
    by: Standing
    at_counter: bool
    service: str
    kind: str
    applicant: str
    answers: Mapping[str, Any]
    person: Person
    key: UUID
    papers: tuple[Paper, ...]
    begun: datetime
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """Applications in process, and the documents of them all."""

    all: tuple[Live, ...]

    @property
    def papers(self) -> list[Paper]:
        return [paper for live in self.all for paper in live.papers]


def live(
    *, by: Standing, citizen: Standing, rows: Sequence[Mapping[str, Any]], past: Sequence[Mapping[str, Any]],
    now: datetime,
) -> Cases:  # fmt: skip
    """Applications with the answers of those before them; each act comes some hours after the one before. Of a row:
    ``kind``, where it is not the first of its service; ``since`` so many days longer; ``own``: the citizen's."""
    known = {service.key: service for service in demonstrated()}
    answers = {told_case["key"]: told_case["answers"] for told_case in past}
    made = []
    for place, row in enumerate(rows):
        service = known[row["service"]]
        later = {field.key: f"{now.date() + timedelta(days=365)}" for field in service.fields if field.kind == "day"}
        given = later | Course(service, answers[service.key][0], {}, 1.0).answers
        given |= {"kind": row.get("kind", given["kind"])}
        own, before = "own" in row, timedelta(days=row.get("since", 0))
        begun, step = now - before - timedelta(hours=8 * len(row["acts"]) + place % 7 + 1), timedelta(hours=8)
        acts = [[*act.split(), "", ""][:3] for act in row["acts"]]
        who = citizen if own else by
        papers = (Paper(f"{place}/{requirement.key}", requirement.key, who) for requirement in required(service, given))
        business = given["applicant"] == "business"
        identity = f"91200000000{place:02}" if business else f"36039900000010{place:02}"
        name = f"PT Contoh Usaha {place}" if business else f"Warga Contoh {place}"
        made.append(Live(
            place, who, not own, service.key, given["kind"], given["applicant"],
            {key: value for key, value in given.items() if key not in CONTEXT},
            Person(name, identity, example_phone(place), "Alamat contoh, Balaraja"), UUID(int=503_000 + place),
            tuple(papers), begun, tuple(Act(*act, begun + step * (at + 1)) for at, act in enumerate(acts)),
        ))  # fmt: skip
    return Cases(tuple(made))


def payment(*, case: int, place: int, at: datetime) -> list[Reported]:
    """Return what the bank reports of the levy of a case."""
    owed = levy_of(case, now=at)
    return [Reported(f"CONTOH-{place}", at.date(), owed.amount, f"SKRD {owed.number}")] if owed else []


def officer(*, by: Standing, act: Act, region: str, offices: Mapping[str, OfficeRow]) -> Standing:
    """One account as the technical officer of any office: there is not an example account in each."""
    if not act.office:
        return by
    role = Role.SURVEYOR if act.visits else Role.TECHNICAL
    return Standing(by.actor, (HeldRole(role, region, offices[act.office].key),))


class Walk:
    """One case on its way: offices work between 9 and 15 on working days, applicants at any hour."""

    def __init__(self, draw: random.Random, calendar: WorkingDays, begun: datetime, course: Course) -> None:
        self.draw, self.calendar, self.at, self.service = draw, calendar, begun, course.service
        self.answers, self.slow, self.quick = course.answers, course.slow, course.quick
        self.refused = False
        self.events: list[PastEvent] = []

    def go(self) -> list[PastEvent]:
        """The events of a case from its draft to its end."""
        self.now(K.DRAFTED, by="counter")
        self.now(K.SUBMITTED, by="counter")
        check = self.service.stages[0]
        self.now(K.OPENED, check.key, by="counter")
        chance = RETURNED
        while self.draw.random() < chance:
            self.office(0.6, K.RETURNED, check, {"findings": [self._finding()]})
            self.applicant(5, K.SUBMITTED)
            chance /= 2
        self.office(self._mean(check), K.ACCEPTED, check)
        self.done(check)
        leaves = self.draw.random() < WITHDRAWN
        finished, back = {check.key}, self.draw.random() < BACK
        while following := workflow.opening(self.service.stages, self.answers, done=finished, open_=()):
            if leaves:
                return self._withdrawn(following)
            back = self._level(following, finished, back)
        return self.events

    def _level(self, opening: Sequence[Stage], finished: set[str], back: bool) -> bool:
        for stage in opening:
            self.now(K.OPENED, stage.key)
        for stage in sorted(opening, key=lambda _one: self.draw.random()):
            if stage.kind in (StageKind.RECOMMEND, StageKind.VISIT):
                self._maybe_stopped(stage)
            if stage.kind is StageKind.DECIDE and back and stage.returns and stage.returns[0] in finished:
                to = stage.returns[0]
                self.office(self._mean(stage), K.SENT_BACK, stage, {"to": to, "text": "Contoh"}, "unclear")
                finished -= workflow.undone(self.service.stages, to)
                return False
            self._finish(stage)
            finished.add(stage.key)
        return back

    def _finish(self, stage: Stage) -> None:
        mean = self._mean(stage)
        match stage.kind:
            case StageKind.LEVY:
                self.office(mean, K.LEVIED, stage, {"amount": "250000"})
                self.applicant(4, K.PAID)
                self.done(stage)
            case StageKind.DECIDE:
                self.refused = self.draw.random() < REFUSED
                outcome = Outcome.REFUSED if self.refused else Outcome.AGREED
                said = {"outcome": outcome, "text": "Contoh", "conditions": ""}
                self.office(mean, K.DECIDED, stage, said, "unmet" if self.refused else "")
                self.done(stage, outcome)
            case StageKind.SIGN:
                self.office(mean, K.DONE, stage, {"outcome": Outcome.REFUSED if self.refused else Outcome.AGREED})
                if self.refused:
                    self.now(K.REFUSED, stage.key, by=stage.role, reason="unmet", facts={"text": "Contoh"})
                else:
                    self.now(K.SIGNED, stage.key, by=stage.role)
                    self.at += timedelta(minutes=2)
                    self.now(K.ISSUED)
            case StageKind.RECOMMEND:
                self.office(mean, K.DONE, stage, {"outcome": Outcome.AGREED, "text": "Contoh", "conditions": ""})
            case _:
                self.office(mean, K.DONE, stage, {"outcome": Outcome.DONE})

    def _maybe_stopped(self, stage: Stage) -> None:
        near = self.draw.random() < NEAR and stage.limit and stage.limit.days
        if near:
            self.at = self._moment(self.calendar.after(self.at.date(), max(1, stage.limit.days - 1)))  # type: ignore[union-attr, operator]
        elif self.draw.random() >= STOPPED:
            return
        said = {"findings": [self._finding()], "until": f"{self.at.date() + timedelta(days=14)}"}
        self.office(0.8 if not near else 0, K.STOPPED, stage, said, "documents")
        self.applicant(8, K.RESUMED)

    def _withdrawn(self, opening: Sequence[Stage]) -> list[PastEvent]:
        for stage in opening:
            self.now(K.OPENED, stage.key)
        self.at += timedelta(hours=self.draw.randrange(5, 80))
        for stage in opening:
            self.done(stage, Outcome.DROPPED)
        self.now(K.WITHDRAWN, by="counter", reason="withdrawn")
        return self.events

    def now(self, kind: K, stage: str = "", *, by: str = "", reason: str = "", facts: Any = None) -> None:
        """Something happens at this moment."""
        self.events.append(PastEvent(kind, self.at, stage, by, reason, facts or {}))

    def done(self, stage: Stage, outcome: Outcome = Outcome.DONE) -> None:
        """A stage ends at this moment."""
        self.now(K.DONE, stage.key, by=stage.role, facts={"outcome": outcome})

    def office(self, mean: float, kind: K, stage: Stage, facts: Any = None, reason: str = "") -> None:
        """Something happens at a desk after so many working days, more or less."""
        days = int(self.draw.gammavariate(2, mean / 2)) if mean else 0
        day = self.calendar.after(self.at.date(), days) if days else self.calendar.from_day(self.at.date())
        moment = self._moment(day)
        self.at = moment if moment > self.at else self._moment(self.calendar.after(day, 1))
        self.now(kind, "" if kind is K.ACCEPTED else stage.key, by=stage.role, reason=reason, facts=facts)

    def applicant(self, most: int, kind: K) -> None:
        """The applicant acts within so many days."""
        self.at += timedelta(minutes=self.draw.randrange(60, most * 24 * 60))
        self.now(kind, by="counter")

    def _moment(self, day: Any) -> datetime:
        minutes = self.draw.randrange(MORNING, AFTERNOON)
        return datetime(day.year, day.month, day.day, tzinfo=self.at.tzinfo) + timedelta(minutes=minutes)

    def _mean(self, stage: Stage) -> float:
        limit = stage.limit.days if stage.limit and stage.limit.days else 1
        return float(self.slow.get(stage.key, limit * 0.9)) * self.quick

    def _finding(self) -> dict[str, str]:
        wanted = [requirement.key for requirement in self.service.requirements] or [""]
        return {"code": "missing", "requirement": self.draw.choice(wanted), "field": "", "text": ""}
