"""Read the evidence that a case's limit passed without a decision, for readers of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.people.rules import NotFound, Standing
from pilar.permits.models import CaseEvent
from pilar.permits.queries import trail
from pilar.permits.reference.deadlines import lawful_limit
from pilar.permits.reference.reasons import Why, reasons
from pilar.permits.rules.cases import EVENT_NAMES, EventKind
from pilar.permits.rules.services import Status
from pilar.platform.language import N_, reader_language, translate
from pilar.platform.writing import clock, in_words


@dataclass(frozen=True, slots=True)
class Silence:
    """The recorded evidence: ``counted`` are the working days, ``holidays`` the days in between that did not count,
    with their names and decrees, ``stops`` when and why the clock was stopped, ``steps`` the events until then.
    ``granted``: the law by which it counts as granted, if it does."""

    case: int
    number: str
    service: str
    region: str
    region_name: str
    synthetic: bool
    at: datetime
    day_zero: date
    due: str
    limit: str
    counted: tuple[date, ...]
    holidays: tuple[tuple[date, str, str], ...]
    stops: tuple[tuple[datetime, datetime | None, str], ...]
    law: str
    source: str
    granted: bool
    steps: tuple[tuple[datetime, str], ...]

    @property
    def draft(self) -> tuple[str, ...]:
        """A draft of the decision that follows; empty if silence grants nothing."""
        if not self.granted:
            return ()
        sentence = N_(
            "Application %(number)s, %(service)s, was not decided within its limit, which was over on %(due)s. By "
            "%(law)s it counts as granted: its permit is issued without conditions and without the stages that are left"
        )
        said = translate(sentence, number=self.number, service=self.service, due=self.due, law=self.law)
        return said, translate(N_("This is no decision until the head of the office has signed it"))


def silence(key: int, *, scope: Standing, now: datetime) -> Silence:
    """The evidence about a case, for its applicant and for officers who see the case; without personal data. Raises
    :class:`NotFound`."""
    case = trail.seen_by(scope, key, now)
    if case.deemed_at is None:
        raise NotFound
    service, events = trail.service_of(case), list(CaseEvent.objects.filter(case=case).order_by("number"))
    last = next(event for event in events if event.kind == EventKind.DEEMED)
    said, why = last.facts, reasons(Why.STOP)
    names = {stage.key: str(stage.name) for stage in service.stages}
    days, hours = said["limit"]["days"], said["limit"]["hours"]
    limit = N_("%(count)s working days") if days else N_("%(count)s office hours")
    return Silence(
        case.pk, case.number, str(service.name), case.region_id, areas.region(case.region_id).name,
        bool(service.synthetic) or service.status is Status.SYNTHETIC, last.at, date.fromisoformat(said["day_zero"]),
        _moment(said["due"]), translate(limit, count=days or hours),
        tuple(date.fromisoformat(day) for day in said["counted"]),
        tuple((date.fromisoformat(holiday["day"]), holiday["name"], holiday["decree"]) for holiday in said["holidays"]),
        tuple(
            (datetime.fromisoformat(stop["since"]),
             None if stop["until"] == "None" else datetime.fromisoformat(stop["until"]),
             str(why[stop["reason"]].name) if stop["reason"] in why else "")
            for stop in said["stops"]
        ),
        said["law"], said["source"], lawful_limit(today_in(case.region_id, case.accepted_at)).granted,
        tuple(
            (event.at,
             ": ".join(filter(None, (translate(EVENT_NAMES[EventKind(event.kind)]), names.get(event.stage, "")))))
            for event in events if event.number <= last.number and event.kind != EventKind.MESSAGE
        ),
    )  # fmt: skip


def _moment(said: str) -> str:
    """A day, or the hour of one, in the reader's language."""
    day, _space, hour = said.partition(" ")
    shown = in_words(date.fromisoformat(day), reader_language())
    return f"{shown}, {clock(time.fromisoformat(hour[:5]), reader_language())}" if hour else shown
