"""A region that asks the public, and everybody who has to do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from django.utils import timezone

from evidence.cast import Cast, make_cast
from kit.neighbours import Neighbour, own
from pilar.people.rules import SCHEDULE, Standing
from pilar.surveys import operations, queries
from pilar.surveys.models import Cell, Survey
from pilar.surveys.operations import NewSurvey, Source
from pilar.surveys.queries import SurveyRow
from pilar.surveys.rules.answers import Answered
from pilar.surveys.rules.satisfaction import NewStep, sign_of_steps
from pilar.surveys.rules.surveys import NewCell

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OWN, OTHER = "36.03", "36.71"
NOW = datetime(2026, 3, 10, 3, tzinfo=UTC)
CLOSES = datetime(2026, 4, 10, 10, tzinfo=UTC)
AFTER = datetime(2026, 4, 11, 11, tzinfo=UTC)
PROFILE = {"age": "from_30", "sex": "female", "education": "upper", "occupation": "farmer"}
IMPACT = {
    "used": "often",
    "easier": 4,
    "quicker": 3,
    "clearer": 4,
    "heard": 3,
    "involved": 2,
    "lasting": 4,
    "wanted": 4,
}
ELEMENTS = (
    "requirements", "procedure", "time", "cost", "product", "competence", "behaviour", "complaints", "facilities",
)  # fmt: skip


def impact(**changed: Any) -> Answered:
    """An answer to the impact survey that lacks nothing."""
    answers = {name: value for name, value in (IMPACT | changed.pop("answers", {})).items() if value is not None}
    given = {"answers": answers, "profile": PROFILE, "group": "public", "consent": True, **changed}
    return Answered(**given)


def satisfied(*marks: int) -> Answered:
    """An answer to the satisfaction survey, one mark an element."""
    return Answered(dict(zip(ELEMENTS, marks, strict=True)), PROFILE, consent=True)


NO_PLAN = sign_of_steps(())
"""What is seen of a survey that has no follow-up plan."""


def steps_for(*elements: str) -> list[NewStep]:
    """A step about each of these elements."""
    return [NewStep(element, f"Perbaiki {element}", "Dinas contoh", AFTER.date()) for element in elements]


@dataclass
class World:
    cast: Cast
    survey: int
    neighbour: Neighbour | None = None
    draft: int = 0

    def who(self, name: str) -> Standing:
        return self.cast.who(name)

    def row(self, by: str = "coordinator") -> SurveyRow:
        return queries.survey(self.survey, scope=self.who(by))

    def token(self, place: int = 0) -> str:
        return Cell.objects.get(survey=self.survey, place=place).token

    def cell(self, place: int = 0) -> int:
        return Cell.objects.get(survey=self.survey, place=place).pk

    def open(self) -> None:
        operations.open_survey(by=self.who("coordinator"), survey=self.survey)

    def close(self) -> None:
        operations.close_survey(by=self.who("coordinator"), survey=self.survey, now=AFTER)

    def client(self, who: str) -> Client:
        """A browser of somebody who has signed in; of a visitor, one of nobody."""
        client = Client()
        if who != "visitor":
            client.force_login(self.cast.user(who), BACKEND)
        return client

    def answer(self, given: Answered | None = None, key: UUID | None = None, place: int = 0, **more: Any) -> bool:
        """An answer by link that took five minutes."""
        now = more.pop("now", NOW)
        named = {"began_at": now - timedelta(minutes=5), "source": Source(), **more}
        return operations.answer(token=self.token(place), key=key or uuid4(), given=given or impact(), now=now, **named)


def make_survey(cast: Cast, form: str = "impact-2023") -> int:
    """A survey of Kabupaten Tangerang about two programmes, not open yet."""
    by = cast.who("coordinator")
    given = NewSurvey(form, f"Survei {form}", 2026, NOW, CLOSES)
    key = operations.create_survey(by=by, region=OWN, given=given, now=NOW)
    cells = [NewCell("Layanan desa daring", cast.office, 2, "governance", "governance_public_service"),
             NewCell("Puskesmas tanpa antre", cast.colleagues_office, 3, "living", "living_health")]  # fmt: skip
    operations.set_cells(by=by, survey=key, cells=cells)
    return key


def running(world: World) -> None:
    """The survey takes answers at the time of the clock."""
    now = timezone.now()
    own(Survey).update(opens_at=now - timedelta(days=2), closes_at=now + timedelta(days=30))
    world.open()


def surveys_of(by: Standing, office: int, region: str = OWN) -> dict[str, object]:
    """What addresses ask for, by the names of arguments: a closed survey with answers, and the cell and link of one
    that takes answers now."""
    now = timezone.now()
    keys = []
    for title, opens_at, closes_at in (
        ("Survei dampak", NOW, CLOSES), ("Survei berjalan", now - timedelta(days=1), now + timedelta(days=30))
    ):  # fmt: skip
        given = NewSurvey("impact-2023", title, 2026, opens_at, closes_at)
        keys.append(operations.create_survey(by=by, region=region, given=given, now=NOW))
        cells = [NewCell("Layanan desa daring", office, 2, "governance", "governance_public_service")]
        operations.set_cells(by=by, survey=keys[-1], cells=cells)
        operations.open_survey(by=by, survey=keys[-1])
    closed, running = (Cell.objects.get(survey=key) for key in keys)
    for _ in range(5):
        operations.answer(
            token=closed.token, key=uuid4(), given=impact(), began_at=NOW - timedelta(minutes=5), source=Source(),
            now=NOW,
        )  # fmt: skip
    operations.close_survey(by=by, survey=closed.survey_id, now=AFTER)
    return {"code": region, "survey": closed.survey_id, "cell": running.pk, "token": running.token}


def ask_next_door(cast: Cast) -> Neighbour:
    """A closed survey of the neighbour, measured, and one that runs: with answers, an unfinished one and a contact."""
    by, office, now = cast.who("neighbour"), cast.team.other_office, timezone.now()
    token = str(surveys_of(by, office, OTHER)["token"])
    operations.keep_unfinished(token=token, key=uuid4(), body={"easier": "2"}, now=now)
    operations.answer(
        token=token, key=uuid4(), given=impact(), began_at=now - timedelta(minutes=5), now=now,
        contact="tetangga@contoh.invalid", source=Source(device="d" * 32, origin="192.0.2.9"),
    )  # fmt: skip
    given = NewSurvey("ikm-2017", "Survei kepuasan", 2026, NOW, CLOSES)
    key = operations.create_survey(by=by, region=OTHER, given=given, now=NOW)
    operations.set_cells(by=by, survey=key, cells=[NewCell("Layanan desa daring", office, 2)])
    operations.open_survey(by=by, survey=key)
    operations.move_dates(
        by=by, survey=key, opens_at=NOW, closes_at=CLOSES - timedelta(days=1), reason="Banjir", now=NOW
    )
    for _ in range(5):
        operations.answer(
            token=Cell.objects.get(survey=key).token, key=uuid4(), given=satisfied(*[3, 4] * 4, 3),
            began_at=NOW - timedelta(minutes=5), source=Source(), now=NOW,
        )  # fmt: skip
    operations.invite(by=SCHEDULE, region=OTHER, office=office, programme="", subject="permits.case:1", now=NOW)
    operations.close_survey(by=by, survey=key, now=AFTER)
    operations.plan_follow_up(by=by, survey=key, steps=steps_for("requirements", "time", "product"), seen=NO_PLAN)
    return Neighbour(OTHER, ("surveys",))


def make_world() -> World:
    cast = make_cast()
    return World(cast, make_survey(cast))
