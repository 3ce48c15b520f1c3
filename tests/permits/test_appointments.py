"""Applicant and office meet about a case; and who came to the counter gets word without an account."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from permits.cases_acts import MEETING
from permits.test_case_pages import apply, nurse, officer  # noqa: F401 - nurse is a fixture
from permits.world import ANSWERS, DAY, HOUR, NOW, NURSE, OWN, World
from pilar.areas.queries import working_days
from pilar.areas.reference import today_in
from pilar.people.models import Notice
from pilar.people.rules import SCHEDULE, NotAllowed
from pilar.permits import operations as do
from pilar.permits.models import Case
from pilar.permits.operations.notices import tell_walk_in
from pilar.permits.queries import cases
from pilar.permits.rules.cases import CaseElsewhere, EventKind
from pilar.platform.errors import Faults
from pilar.portal import letters

pytestmark = pytest.mark.django_db


def arrange(world: World, who: str = "nurse", **changed: object) -> None:
    do.arrange_appointment(by=world.who(who), case=world.case, now=NOW, **{**MEETING, **changed})


def answer(world: World, who: str, *, agreed: bool = True) -> None:
    do.answer_appointment(by=world.who(who), case=world.case, agreed=agreed, now=NOW)


def told(world: World, who: str, kind: str = "permits.appointment") -> int:
    return Notice.objects.filter(user=world.keys[who], kind=kind, done_at=None).count()


def test_one_side_proposes_and_the_other_agrees(world: World) -> None:
    world.submit()
    arrange(world)
    own = cases.own_case(world.case, scope=world.who("nurse"), now=NOW).appointment
    desk = cases.officers_case(world.case, scope=world.who("front"), now=NOW).appointment
    assert own
    assert desk
    assert (own.waits, desk.waits, desk.agreed, told(world, "front"), told(world, "back")) == (
        False, True, False, 1, 0,
    )  # fmt: skip
    with pytest.raises(CaseElsewhere):
        answer(world, "nurse")
    answer(world, "front")
    assert told(world, "front") == 0
    with pytest.raises(CaseElsewhere):
        answer(world, "front")
    (seen,) = cases.appointments(OWN, scope=world.who("back"), now=NOW)
    assert (seen.agreed, seen.place, seen.number) == (True, MEETING["place"], world.row().number)
    assert cases.appointments(OWN, scope=world.who("elsewhere"), now=NOW) == ()


def test_a_colleague_cancels_and_both_who_meet_are_told(world: World) -> None:
    world.submit()
    arrange(world)
    answer(world, "front")
    before = ProcrastinateJob.objects.filter(task_name="people.tell-citizen").count()
    answer(world, "front 2", agreed=False)
    assert (told(world, "front"), told(world, "front 2")) == (1, 0)
    assert ProcrastinateJob.objects.filter(task_name="people.tell-citizen").count() == before + 1


def test_moved_it_waits_for_the_other_side_and_stays_one(world: World) -> None:
    world.submit()
    arrange(world)
    answer(world, "front")
    arrange(world, "front", hour=time(14))
    (row,) = world.row().appointments.all()
    assert (row.from_office, row.agreed_at, row.officer_id) == (True, None, world.keys["front"])
    answer(world, "nurse")
    assert told(world, "front") == 1
    answer(world, "nurse", agreed=False)
    with pytest.raises(CaseElsewhere):
        answer(world, "nurse", agreed=False)
    assert cases.own_case(world.case, scope=world.who("nurse"), now=NOW).appointment is None
    kinds = [one.kind for one in world.row().events.order_by("number")]
    assert kinds.count(EventKind.APPOINTMENT) == 5


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"day": date(2026, 3, 7)}, "day"),  # a Saturday
        ({"day": date(2026, 3, 1)}, "day"),
        ({"day": date(2026, 9, 1)}, "day"),
        ({"hour": time(6)}, "hour"),
        ({"hour": time(20)}, "hour"),
        ({"day": date(2026, 3, 2), "hour": time(9)}, "hour"),  # it is ten
        ({"place": " "}, "place"),
        ({"place": "a" * 201}, "place"),
    ],
)
def test_it_is_within_opening_hours_at_a_place(world: World, changed: dict[str, object], place: str) -> None:
    world.submit()
    with pytest.raises(Faults) as refused:
        arrange(world, **changed)
    assert [one.place for one in refused.value.faults] == [place]


def test_both_sides_are_reminded_once_on_the_working_day_before(world: World) -> None:
    world.submit()
    arrange(world, day=date(2026, 3, 9))  # a Monday
    answer(world, "front")
    counts = []
    for day in (NOW + 3 * DAY, NOW + 4 * DAY, NOW + 4 * DAY + HOUR):
        do.watch_clocks(by=SCHEDULE, now=day)
        counts.append(told(world, "front", "permits.appointment-reminder"))
    assert (counts, told(world, "front")) == ([0, 1, 1], 0)
    assert world.row().appointments.get().reminded_at == NOW + 4 * DAY


def test_nobody_is_reminded_of_what_is_over(world: World) -> None:
    world.submit()
    arrange(world, day=date(2026, 3, 9))
    answer(world, "front")
    do.withdraw_case(by=world.who("nurse"), case=world.case, now=NOW)
    do.watch_clocks(by=SCHEDULE, now=NOW + 4 * DAY)
    assert world.row().appointments.get().reminded_at is None


def test_by_the_pages(world: World, nurse: Client) -> None:  # noqa: F811
    row = apply(nurse)
    day = working_days(OWN).after(today_in(OWN, timezone.now()), 1)
    page = reverse("permits:appointment", args=[row.pk])
    assert nurse.post(page, {"day": f"{day:%d/%m/%Y}", "hour": "23:00", "place": "Kantor"}).status_code == 422
    sent = nurse.post(page, {"day": f"{day:%d/%m/%Y}", "hour": "09:00", "place": "Kantor"})
    assert sent.headers["Location"] == reverse("permits:own-case", args=[row.pk])
    front = officer(world, "front")
    case = reverse("permits:desk-case", args=[row.pk])
    assert "menunggu jawaban Anda" in front.get(case).content.decode()
    answered = front.post(reverse("permits:answer-appointment", args=[row.pk]), {"do": "agree"})
    assert answered.headers["Location"] == case
    assert "disepakati" in front.get(reverse("permits:desk", args=[OWN])).content.decode()
    assert officer(world, "neighbour").get(page).status_code == 404


def filed(world: World, email: str = "", phone: str = "0800 123 4567") -> Case:
    """For somebody at the counter."""
    front = world.who("front")
    world.case = do.begin_at_counter(by=front, region=OWN, service="sip-perawat", kind="new", now=NOW)
    person = replace(NURSE, email=email, phone=phone)
    do.save_answers(by=front, case=world.case, seen=0, answers=ANSWERS, person=person, now=NOW)
    world.attach("ktp", "str", who="front")
    do.submit(by=front, case=world.case, key=uuid4(), now=NOW)
    return world.row()


def test_who_came_to_the_counter_gets_word_by_what_they_gave(world: World) -> None:
    row = filed(world, "fatimah.loket@contoh.invalid")
    tell_walk_in(by=SCHEDULE, case=row.pk)
    (sent,) = mail.outbox
    assert (sent.to, row.number in sent.subject) == (["fatimah.loket@contoh.invalid"], True)
    assert reverse("permits:tracking") in sent.body
    assert "Fatimah" not in sent.subject + sent.body
    with pytest.raises(NotAllowed):
        tell_walk_in(by=world.who("front"), case=row.pk)


def test_a_phone_gets_word_where_messages_are_sent_to_phones(world: World, settings: Settings, tmp_path: Path) -> None:
    row = filed(world, phone="0812 3456 7890")
    settings.PILAR_CHANNELS = {"whatsapp": "pilar.portal.letters.PhoneSimulator"}
    settings.PILAR_LETTERS = tmp_path
    tell_walk_in(by=SCHEDULE, case=row.pk)
    (sent,) = letters.letters()
    assert (row.number in sent.text, "Fatimah" in sent.text) == (True, False)
    assert mail.outbox == []


def test_without_a_way_to_reach_them_nothing_is_sent(world: World) -> None:
    tell_walk_in(by=SCHEDULE, case=filed(world).pk)
    assert mail.outbox == []


def test_an_address_that_is_none_is_refused_when_it_is_sent(world: World) -> None:
    with pytest.raises(Faults) as refused:
        filed(world, "fatimah@")
    assert [one.place for one in refused.value.faults] == ["email"]


def test_what_is_arranged_at_the_counter_is_agreed(world: World) -> None:
    filed(world)
    arrange(world, "front", day=(NOW + timedelta(days=1)).date())
    assert world.row().appointments.get().agreed_at == NOW
