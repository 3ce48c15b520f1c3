"""A link for one answer about one case of a service, which a service room hands to the person served."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from kit.neighbours import own
from kit.worlds import once
from pilar.people.rules import OPERATOR, SCHEDULE, NotAllowed
from pilar.platform.errors import Faults
from pilar.surveys import operations
from pilar.surveys.models import Cell, Invitation, Response, Survey
from pilar.surveys.operations import Source
from pilar.surveys.rules.answers import Answered
from pilar.surveys.rules.surveys import AnsweredAlready
from surveys.world import AFTER, CLOSES, NOW, OWN, World, impact, make_survey, satisfied

pytestmark = pytest.mark.django_db
KEY = UUID(int=9)


@once
def asked(world: World) -> World:
    """An impact survey and one of satisfaction take answers."""
    world.open()
    world.survey = make_survey(world.cast, "ikm-2017")
    world.open()
    return world


def invited(world: World, subject: str = "permits.case:7", **more: object) -> str | None:
    given = {"office": world.cast.office, "programme": "layanan desa DARING", "now": NOW, **more}
    return operations.invite(by=SCHEDULE, region=OWN, subject=subject, **given)  # type: ignore[arg-type]


def answer(token: str | None, key: UUID | None = None, given: Answered | None = None) -> bool:
    return operations.answer(
        token=token or "", key=key or uuid4(), given=given or satisfied(*[3, 4] * 4, 4),
        began_at=NOW - timedelta(minutes=5), source=Source("d" * 32), now=NOW,
    )  # fmt: skip


def test_a_case_has_one_link_to_the_cell_of_its_service(asked: World) -> None:
    token = invited(asked)
    assert token is not None
    assert invited(asked) == token
    assert invited(asked, "permits.case:8") != token
    assert own(Invitation).get(token=token).cell == Cell.objects.get(survey=asked.survey, place=0)


def test_a_service_without_a_cell_of_its_own_takes_the_only_one_of_its_office(asked: World) -> None:
    token = invited(asked, programme="Surat izin praktik")
    assert token is not None
    assert own(Invitation).get(token=token).cell.place == 0


@pytest.mark.parametrize(
    "given", [{"office": 0}, {"now": NOW - timedelta(days=1)}, {"now": CLOSES}], ids=["office", "early", "late"]
)
def test_nobody_is_invited_where_nobody_asks(asked: World, given: dict[str, object]) -> None:
    assert invited(asked, **given) is None


def test_one_answer_arrives_and_nothing_leads_to_it(asked: World) -> None:
    token = invited(asked)
    assert answer(token, KEY)
    assert not answer(token, KEY), "sent twice, it is stored once"
    with pytest.raises(AnsweredAlready):
        answer(token)
    (kept,) = Response.objects.filter(survey=asked.survey)
    assert (kept.cell_id, kept.flags) == (asked.cell(), [])
    fields = {one.name for one in Invitation._meta.get_fields()}
    assert fields == {"id", "cell", "subject", "token", "used", "erase_on"}


def test_whoever_was_served_twice_answers_twice_from_one_device(asked: World) -> None:
    for case in (7, 8):
        assert answer(invited(asked, f"permits.case:{case}"))
    assert [one.flags for one in Response.objects.filter(survey=asked.survey)] == [[], []]
    answer(asked.token())
    assert "repeated" in Response.objects.filter(survey=asked.survey).latest("pk").flags


def test_a_refused_answer_leaves_the_invitation(asked: World) -> None:
    token = invited(asked)
    with pytest.raises(Faults):
        answer(token, given=impact())
    assert answer(token)


def test_only_a_room_invites(asked: World) -> None:
    for who in ("coordinator", "contributor"):
        with pytest.raises(NotAllowed):
            operations.invite(
                by=asked.who(who), region=OWN, office=asked.cast.office, programme="", subject="x", now=NOW
            )


def test_the_link_is_answered_page_by_page(client: Client, asked: World) -> None:
    now = timezone.now()
    own(Survey).update(opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=30))
    token = invited(asked, now=now)
    link = f"/s/{token}/"
    assert "Layanan desa daring" in client.get(link).content.decode()
    given = satisfied(*[3, 4] * 4, 4)
    assert client.post(link, {**given.profile, "consent": "on"}).headers["Location"] == f"{link}1/"
    assert client.post(f"{link}1/", given.answers).headers["Location"] == f"{link}2/"
    assert client.post(f"{link}2/", {"suggestion": ""}).headers["Location"] == f"{link}kirim/"
    assert client.post(f"{link}kirim/", {"contact": ""}).headers["Location"] == f"{link}terima-kasih/"
    assert own(Invitation).get().used
    assert "sudah kami terima" in client.get(link).content.decode()
    assert client.get(f"/api/v1/survey-links/{token}").json()["takes_answers"] is False


def test_invitations_are_erased_with_the_traces(asked: World) -> None:
    invited(asked)
    operations.erase_expired(by=OPERATOR, now=AFTER)
    assert own(Invitation).exists()
    operations.erase_expired(by=OPERATOR, now=CLOSES + timedelta(days=40))
    assert not own(Invitation).exists()
