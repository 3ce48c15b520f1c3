"""Questions of everybody and photographs for everybody: what is kept of a person, who answers, what is public when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from kit.worlds import once
from pilar.people.models import Notice, User
from pilar.people.operations import grant_membership, load_retention
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import PaymentRequest, Proof, PublicPhoto, Question
from pilar.villagefinance.pages.asking import ASKING
from pilar.villagefinance.queries import public as queries
from pilar.villagefinance.rules.questions import MAX_A_DAY, QuestionElsewhere, QuestionState, TooManyQuestions
from pilar.villagefinance.rules.roles import Role
from villagefinance import payments as paid
from villagefinance.payments import MILLION
from villagefinance.world import NEXT_DOOR, NOW, REGION, VILLAGE, YEAR, World

pytestmark = pytest.mark.django_db
PAGE = reverse("villagefinance:public", args=[VILLAGE, YEAR])
FORM = reverse("villagefinance:ask-village", args=[VILLAGE, YEAR])
TEXT, CONTACT = "Kapan jalan Pak Darmo RT 3 selesai?", "0812-3456-7890"
PUBLISHED, ANSWERED, ASIDE = QuestionState.PUBLISHED, QuestionState.ANSWERED, QuestionState.ASIDE


@once
def asked(world: World) -> World:
    paid.rich(world)
    do.ask_question(
        by=PUBLIC, village=VILLAGE, year=YEAR, activity="2.3.10", text=TEXT, contact=CONTACT, now=NOW
    )  # fmt: skip
    return world


@once
def pictured(asked: World) -> World:
    """A request whose evidence has a picture of the works."""
    paid.write(asked, paid.bill(10 * MILLION))
    return asked


def answer(world: World, who: str = "head", text: str = "Selesai pada bulan Juni") -> None:
    do.answer_question(by=world.who(who), village=VILLAGE, number=1, answer=text, now=NOW)


def decide(world: World, to: QuestionState, who: str = "secretary", **more: Any) -> None:
    do.decide_question(by=world.who(who), village=VILLAGE, number=1, to=to, now=NOW, **more)


def hold(user: int, role: Role) -> None:
    grant_membership(
        by=OPERATOR, user=user, role=role, region=REGION, unit=VILLAGE, valid_from=None, valid_until=None, now=NOW
    )  # fmt: skip


def publish(world: World) -> None:
    answer(world)
    decide(world, PUBLISHED, shown="Kapan jalan di RT 3 selesai?")


def public_page() -> str:
    response = Client().get(PAGE)
    assert response.status_code == 200
    return response.content.decode()


def picture_of(world: World) -> UUID:
    return Proof.objects.get(**world.of_village, request=1, kind="progress").evidence


def show(world: World, who: str = "secretary", *, shown: bool = True, nobody: bool = True, **more: Any) -> None:
    at = {"village": VILLAGE, "year": YEAR, "number": 1, "evidence": picture_of(world)} | more
    do.show_photo(by=world.who(who), **at, shown=shown, nobody=nobody, now=NOW)


def test_what_was_sent_is_kept_encrypted_and_each_reading_is_recorded(asked: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(q)::text FROM villagefinance_question AS q")
        (row,) = cursor.fetchone()
    assert "Darmo" not in row
    assert "0812" not in row
    found = queries.question(VILLAGE, 1, scope=asked.who("head"), now=NOW)
    assert (found.text, found.contact, found.due) == (TEXT, CONTACT, date(2026, 2, 3))
    assert AuditEvent.objects.filter(target="villagefinance.question.text", key=f"{VILLAGE}/1").count() == 1
    (listed,) = queries.questions(VILLAGE, scope=asked.who("council"), now=NOW)
    assert (listed.text, listed.contact, listed.late) == ("", "", False)
    assert queries.question(VILLAGE, 1, scope=asked.who("head"), now=NOW + timedelta(15)).late


def test_it_stands_in_public_only_as_published_and_without_its_asker(asked: World) -> None:
    assert "RT 3" not in public_page()
    answer(asked)
    assert "bulan Juni" not in public_page()
    decide(asked, PUBLISHED, shown="Kapan jalan di RT 3 selesai?")
    said = public_page()
    assert "Kapan jalan di RT 3 selesai?" in said
    assert "Selesai pada bulan Juni" in said
    assert not [one for one in ("Darmo", "0812", "Bendahara", "Kasi", "user:") if one in said]
    decide(asked, ANSWERED)
    assert "RT 3" not in public_page()


def test_what_is_sent_twice_is_answered_published_and_set_aside_once(asked: World) -> None:
    def told() -> int:
        return AuditEvent.objects.filter(target="villagefinance.question").count()

    for act in (
        lambda: answer(asked),
        lambda: decide(asked, PUBLISHED, shown="Kapan jalan di RT 3 selesai?"),
    ):
        act()
        before = told()
        act()
        assert told() == before
    with pytest.raises(QuestionElsewhere):
        decide(asked, PUBLISHED, shown="Kapan?")
    decide(asked, ANSWERED)
    decide(asked, ASIDE)
    decide(asked, ASIDE)
    assert queries.question(VILLAGE, 1, scope=asked.who("head"), now=NOW).state is ASIDE


def test_who_acts_and_what_comes_after_what(asked: World) -> None:
    for who, to in (("head", PUBLISHED), ("executor", ASIDE)):
        with pytest.raises(NotAllowed):
            decide(asked, to, who, shown="Kapan?")
    for who in ("sister", "neighbour", "camat", "office", "public"):
        with pytest.raises(NotFound):
            answer(asked, who)
        with pytest.raises(NotFound):
            queries.question(VILLAGE, 1, scope=asked.who(who), now=NOW)
    for to in (PUBLISHED, ANSWERED):
        with pytest.raises(QuestionElsewhere):
            decide(asked, to, shown="Kapan?")
    with pytest.raises(Faults):
        answer(asked, text=" ")
    decide(asked, ASIDE)
    with pytest.raises(QuestionElsewhere):
        answer(asked)
    decide(asked, QuestionState.ASKED)
    answer(asked, "executor")
    decide(asked, ASIDE)
    decide(asked, QuestionState.ASKED)
    for text in ("Bulan Juni", "Bulan Juli"):
        answer(asked, text=text)
    assert queries.question(VILLAGE, 1, scope=asked.who("head"), now=NOW).answer == "Bulan Juli"
    with pytest.raises(Faults):
        decide(asked, PUBLISHED, shown="")
    for values in ({"state": "published"}, {"shown": "Kapan?"}, {"answer": ""}, {"state": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Question.objects.update(**values)


def test_the_secretary_is_told_until_it_is_done(world: World) -> None:
    paid.rich(world)
    hold(2, Role.SECRETARY)
    do.ask_question(by=PUBLIC, village=VILLAGE, year=YEAR, text="Kapan?", now=NOW)
    notice = Notice.objects.get(kind="villagefinance.question", done_at=None)
    assert (notice.user_id, notice.address) == (2, reverse("villagefinance:question", args=[VILLAGE, 1]))
    publish(world)
    assert not Notice.objects.filter(kind="villagefinance.question", done_at=None).exists()


def test_what_was_sent_is_erased_and_a_new_key_takes_over(asked: World, settings: Any) -> None:
    load_retention(by=OPERATOR)
    with pytest.raises(NotAllowed):
        do.forget_questions(by=asked.who("secretary"), now=NOW)
    settings.PILAR_FIELD_KEYS = "kunci-baru"
    assert (do.renew_questions(by=OPERATOR), do.renew_questions(by=OPERATOR)) == (1, 0)
    assert queries.question(VILLAGE, 1, scope=asked.who("head"), now=NOW).text == TEXT
    publish(asked)
    assert [do.forget_questions(by=SCHEDULE, now=NOW + timedelta(days)) for days in (364, 366, 400)] == [0, 1, 0]
    found = queries.question(VILLAGE, 1, scope=asked.who("head"), now=NOW)
    assert (found.text, found.contact, found.shown) == ("", "", "Kapan jalan di RT 3 selesai?")


def test_everybody_asks_within_limits_and_programs_do_not(asked: World) -> None:
    client = Client()
    assert client.get(FORM + "?kegiatan=9.9.99").status_code == 404
    assert client.get(reverse("villagefinance:ask-village", args=[NEXT_DOOR[:-1] + "9", YEAR])).status_code == 404
    assert client.post(FORM, {"text": ""}).status_code == 422
    assert client.post(FORM, {"text": "Beli", "alamat_situs": "http://contoh.invalid"}).status_code == 302
    assert Question.objects.filter(village=VILLAGE).count() == 1
    answers = [
        client.post(FORM + "?kegiatan=2.3.10", {"text": f"Soal {one}"}).status_code for one in range(ASKING.most)
    ]
    assert answers == [302] * (ASKING.most - 2) + [429] * 2
    assert Question.objects.filter(village=VILLAGE).count() == ASKING.most - 1


def test_a_village_takes_so_many_questions_a_day(asked: World) -> None:
    def ask_again(now: Any) -> None:
        do.ask_question(by=PUBLIC, village=VILLAGE, year=YEAR, text="Lagi", now=now)

    for _again in range(MAX_A_DAY - 1):
        ask_again(NOW)
    with pytest.raises(TooManyQuestions):
        ask_again(NOW)
    ask_again(NOW + timedelta(1))


def test_the_pages_of_the_village(asked: World, client: Client) -> None:
    hold(1, Role.HEAD)
    hold(2, Role.SECRETARY)
    listed, one = (reverse(f"villagefinance:{name}", args=args) for name, args in
                   (("questions", [VILLAGE]), ("question", [VILLAGE, 1])))  # fmt: skip
    client.force_login(User.objects.get(pk=1), "allauth.account.auth_backends.AuthenticationBackend")
    assert one in client.get(listed).content.decode()
    assert "Pak Darmo" in client.get(one).content.decode()
    assert client.post(one, {"answer": "Juni"}).status_code == 302
    client.force_login(User.objects.get(pk=2), "allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(one, {"do": "publish", "shown": "Kapan?"}).status_code == 422
    assert client.post(one, {"do": "publish", "shown": "Kapan?", "nobody": "on"}).status_code == 302
    assert client.post(one + "putusan/", {"to": "answered"}).status_code == 302
    assert Question.objects.get(village=VILLAGE).state == "answered"


def test_a_photograph_is_public_once_the_secretary_says_that_nobody_is_on_it(pictured: World) -> None:
    address = reverse("villagefinance:photo", args=[VILLAGE, picture_of(pictured)])
    assert Client().get(address).status_code == 404
    with pytest.raises(Faults):
        show(pictured, nobody=False)
    with pytest.raises(NotAllowed):
        show(pictured, "executor")
    with pytest.raises(NotFound):
        show(pictured, "sister")
    receipt = Proof.objects.get(village=VILLAGE, request=1, kind="receipt").evidence
    with pytest.raises(NotFound):
        show(pictured, evidence=receipt)
    show(pictured)
    show(pictured)
    assert PublicPhoto.objects.count() == 1
    said = public_page()
    assert address in said
    assert 'loading="lazy"' in said
    found = Client().get(address)
    assert (found.status_code, found["Content-Type"], found.content[:3]) == (200, "image/jpeg", b"\xff\xd8\xff")
    assert "public" in found["Cache-Control"]
    assert Client().get(address, headers={"If-None-Match": found["ETag"]}).status_code == 304
    assert Client().get(reverse("evidence:file", args=[picture_of(pictured), 1])).status_code == 404
    told = PaymentRequest.objects.get(**pictured.of_village, number=1).told
    assert told not in said
    api = Client().get(f"/api/v1/villages/{VILLAGE}/budgets/{YEAR}/photos").json()
    assert [{*one} for one in api] == [{"activity", "day", "address"}]
    show(pictured, shown=False)
    assert Client().get(address).status_code == 404
    assert address not in public_page()


def test_the_photograph_of_a_cancelled_request_is_not_public(pictured: World) -> None:
    show(pictured)
    address = reverse("villagefinance:photo", args=[VILLAGE, picture_of(pictured)])
    assert Client().get(address).status_code == 200
    paid.cancel(pictured, 1)
    assert Client().get(address).status_code == 404


def test_the_page_with_photographs_says_what_to_look_for(pictured: World) -> None:
    found = queries.progress_photos(VILLAGE, YEAR, scope=pictured.who("secretary"))
    assert [(one.request, one.activity, one.is_shown) for one in found] == [(1, "2.3.10", False)]
    with pytest.raises(NotFound):
        queries.progress_photos(VILLAGE, YEAR, scope=pictured.who("sister"))
