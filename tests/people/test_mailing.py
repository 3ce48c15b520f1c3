"""One digest a person, never twice; a reminder a day before; the link of a new account."""

from __future__ import annotations

import re
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from areas.places import PLACES, load
from people.team import NOW, Team, account, make_team
from people.test_notices import FILLED, notify
from pilar.people import operations
from pilar.people.models import User
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotAllowed, NotFound, Role
from pilar.platform.jobs import run_now, run_worker

pytestmark = pytest.mark.django_db

DEADLINE = NOW + timedelta(days=5)


def send(now: datetime = NOW) -> int:
    return operations.send_digests(by=SCHEDULE, now=now)


def plain(message: Any) -> str:
    return str(message.body)


class TestDigest:
    def test_one_message_a_person_with_all_that_is_new(self, team: Team, settings: Settings) -> None:
        settings.SITE_ADDRESS = "https://pilar.example.go.id"
        notify(team, sentence=FILLED, fields={"email": "a&b"}, deadline=DEADLINE, region="36.03")
        notify(team, subject="tests.thing:2")
        notify(team, to=[team.verifier])
        assert send() == 2
        to_siti, to_edi = sorted(mail.outbox, key=lambda message: message.to, reverse=True)
        assert (to_siti.to, to_edi.to) == (["siti@contoh.invalid"], ["edi@contoh.invalid"])
        assert to_siti.subject == "Pilar: 2 pemberitahuan"
        text = plain(to_siti)
        assert "Yth. Siti," in text
        assert "- “a&b” bukan alamat email\n  Batas waktu: 6 Maret 2026 pukul 15.00 WIB\n" in text
        assert text.count("https://pilar.example.go.id/akun-saya/\n") == 2
        assert "https://pilar.example.go.id/pemberitahuan/" in text
        ((html, kind),) = to_siti.alternatives
        assert kind == "text/html"
        assert "“a&amp;b” bukan alamat email" in html
        assert 'href="https://pilar.example.go.id/akun-saya/"' in html

    def test_in_the_language_of_the_person(self, team: Team) -> None:
        operations.set_language(by=team.standing("coordinator"), language="en")
        notify(team, deadline=DEADLINE)
        send()
        (message,) = mail.outbox
        assert message.subject == "Pilar: 1 notice"
        assert "The account already holds this role there" in plain(message)
        assert "/en/akun-saya/" in plain(message)
        assert "6 March 2026 at 15:00 WIB" in plain(message)

    def test_never_twice(self, team: Team) -> None:
        notify(team)
        assert (send(), send(), send(NOW + timedelta(days=30))) == (1, 0, 0)
        notify(team, subject="tests.thing:2")
        assert send() == 1
        assert plain(mail.outbox[1]).count("- ") == 1

    def test_not_what_is_settled_nor_to_who_is_blocked(self, team: Team) -> None:
        notify(team)
        operations.settle(by=OPERATOR, subject="tests.thing:1", now=NOW)
        notify(team, to=[team.verifier], subject="tests.thing:2")
        operations.set_active(by=OPERATOR, user=team.verifier, active=False, now=NOW)
        assert send() == 0

    def test_the_schedule_sends(self, team: Team) -> None:
        notify(team)
        run_now("people.send-digests")
        assert len(mail.outbox) == 1

    def test_nobody_else_may(self, team: Team) -> None:
        for by in (PUBLIC, team.standing("coordinator"), team.standing("assessor")):
            with pytest.raises(NotAllowed):
                operations.send_digests(by=by, now=NOW)


class TestReminder:
    def test_once_a_day_before(self, team: Team) -> None:
        notify(team, deadline=DEADLINE)
        assert send() == 1
        assert send(DEADLINE - timedelta(days=1, minutes=1)) == 0
        assert send(DEADLINE - timedelta(days=1)) == 1
        assert "Batas waktunya dalam satu hari:" in plain(mail.outbox[1])
        assert send(DEADLINE - timedelta(hours=1)) == 0

    def test_not_again_when_it_was_first_told_within_the_day(self, team: Team) -> None:
        notify(team, deadline=NOW + timedelta(hours=24))
        assert (send(), send(NOW + timedelta(hours=1))) == (1, 0)

    def test_not_for_what_is_over_settled_or_needs_nothing(self, team: Team) -> None:
        notify(team, deadline=DEADLINE)
        notify(team, deadline=DEADLINE, subject="tests.thing:2", needs_action=False)
        notify(team, deadline=DEADLINE, subject="tests.thing:3")
        send()
        operations.settle(by=OPERATOR, subject="tests.thing:3", now=NOW)
        assert send(DEADLINE) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_message() -> None:
    load(PLACES)
    team = make_team()
    with transaction.atomic():
        notify(team)
    sent: list[int] = []
    inside, go_on = threading.Event(), threading.Event()
    whole = EmailBackend.send_messages

    def slowly(self: EmailBackend, messages: Any) -> int:
        inside.set()
        go_on.wait(60)
        return int(whole(self, messages))

    def first() -> None:
        sent.append(send())
        connection.close()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", slowly)
        thread = threading.Thread(target=first)
        thread.start()
        assert inside.wait(60)
        sent.append(send())
        go_on.set()
        thread.join()
    assert sent == [0, 1]
    assert len(mail.outbox) == 1


class TestInvitation:
    @pytest.mark.django_db(transaction=True)
    def test_a_new_account_gets_a_link_that_works_once(
        self, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.SITE_ADDRESS = "http://testserver"
        load(PLACES)
        monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # the worker's must not outlive the test
        key = operations.create_account(
            by=OPERATOR, email="baru@contoh.invalid", name="Baru", role=Role.ASSESSOR, now=NOW
        )
        run_worker(once=True)
        (message,) = mail.outbox
        assert message.to == ["baru@contoh.invalid"]
        assert "Yth. Baru," in plain(message)
        (link,) = re.findall(r"http://testserver(/\S+)", plain(message))
        page = client.get(link, follow=True)
        chosen = "kata sandi pilihan sendiri"
        client.post(page.request["PATH_INFO"], {"password1": chosen, "password2": chosen})
        assert User.objects.get(pk=key).check_password(chosen)
        again = Client().get(link, follow=True).content.decode()
        assert 'name="password1"' not in again

    def test_whoever_sees_the_account_sends_it_again(self, team: Team) -> None:
        operations.invite(by=team.standing("coordinator"), user=team.verifier, now=NOW)
        for by in (team.standing("neighbour"), team.standing("verifier"), PUBLIC):
            with pytest.raises(NotFound):
                operations.invite(by=by, user=team.verifier, now=NOW)

    def test_a_blocked_account_gets_none(self, team: Team) -> None:
        operations.set_active(by=OPERATOR, user=team.verifier, active=False, now=NOW)
        with pytest.raises(NotFound):
            operations.invite(by=OPERATOR, user=team.verifier, now=NOW)
        operations.send_invitation(by=SCHEDULE, user=team.verifier)
        assert mail.outbox == []
        with pytest.raises(NotAllowed):
            operations.send_invitation(by=team.standing("coordinator"), user=team.coordinator)


def test_a_name_makes_no_header_and_no_markup(team: Team) -> None:
    made = account("jahat@contoh.invalid", Role.ASSESSOR)
    User.objects.filter(pk=made).update(name="<b>x</b>\nBcc: y@contoh.invalid")
    notify(team, to=[made])
    send()
    (message,) = mail.outbox
    assert message.recipients() == ["jahat@contoh.invalid"]
    assert "<b>x</b>" not in message.alternatives[0][0]
