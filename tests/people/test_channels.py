"""Notices by the channels that a person has chosen: what is sent, what became of it, and who is asked no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from smtplib import SMTPServerDisconnected
from typing import Any, ClassVar

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from areas.places import PLACES, load
from people.team import NOW, Team, make_team
from people.test_notices import SENTENCE, notify
from pilar.people import operations
from pilar.people.channels import Channel, NotDelivered
from pilar.people.models import Delivery, Notice, NoticeChannel, User
from pilar.people.operations.channels import MAX_PAUSE
from pilar.people.queries import channels_of
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotAllowed, Standing
from pilar.platform import audit
from pilar.platform.delivery import Reason
from pilar.platform.errors import Faults
from pilar.platform.mail import GIVEN_UP_AFTER, deliver_waiting
from pilar.portal import letters

pytestmark = pytest.mark.django_db
NUMBER = "+6281234567890"
DEADLINE = NOW + timedelta(days=10)


class Provider:
    """What sends to phones, as a test wants it."""

    got: ClassVar[list[tuple[str, str, str]]] = []
    error: ClassVar[NotDelivered | None] = None

    def __init__(self, channel: str) -> None:
        self.channel = channel

    def send(self, *, number: str, text: str) -> None:
        if Provider.error is not None:
            raise Provider.error
        self.got.append((self.channel, number, text))


class MailServer(BaseEmailBackend):
    error: ClassVar[Exception | None] = None

    def send_messages(self, email_messages: Any) -> int:
        if MailServer.error is not None:
            raise MailServer.error
        return len(email_messages)


@pytest.fixture(autouse=True)
def _providers(settings: Settings) -> Iterator[None]:
    settings.PILAR_CHANNELS = {"whatsapp": f"{__name__}.Provider", "sms": f"{__name__}.Provider"}
    settings.EMAIL_BACKEND = "pilar.platform.mail.QueueBackend"
    settings.PILAR_MAIL_TRANSPORT = f"{__name__}.MailServer"
    settings.SITE_ADDRESS = "https://pilar.example.go.id"
    yield
    Provider.got.clear()
    Provider.error = MailServer.error = None


@pytest.fixture
def team(db: None) -> Team:
    load(PLACES)
    return make_team()


def choose(team: Team, **chosen: str) -> None:
    given = {Channel(name): number for name, number in chosen.items()}
    operations.choose_channels(by=team.standing("coordinator"), chosen=given, now=NOW)


def digest(now: Any = NOW) -> int:
    return operations.send_digests(by=SCHEDULE, now=now)


def send(now: Any = NOW) -> int:
    return operations.send_messages(by=SCHEDULE, now=now)


def states() -> list[tuple[str, str, str, int]]:
    return [(one.channel, one.state, one.reason, one.tries) for one in Delivery.objects.order_by("channel", "pk")]


class TestSending:
    def test_a_phone_is_told_how_many_wait_and_until_when_and_nothing_more(self, team: Team) -> None:
        choose(team, whatsapp="0812 3456-7890")
        notify(team, deadline=DEADLINE, region="36.03")
        notify(team, subject="tests.thing:2")
        assert (digest(), digest()) == (1, 0)
        assert states() == [("whatsapp", "waiting", "", 0)] * 2
        assert ProcrastinateJob.objects.filter(task_name="people.send-messages").count() == 1
        assert (send(), send()) == (1, 0)
        assert states() == [("whatsapp", "sent", "", 1)] * 2
        ((channel, number, text),) = Provider.got
        assert (channel, number) == ("whatsapp", NUMBER)
        assert text == (
            "Pilar: 2 pemberitahuan menunggu Anda. Tenggat terdekat: 11 Maret 2026 pukul 15.00 WIB. "
            "https://pilar.example.go.id/pemberitahuan/"
        )

    def test_each_person_by_their_own_channels(self, team: Team) -> None:
        choose(team, sms=NUMBER, email="")
        notify(team)
        notify(team, to=[team.verifier])
        assert digest() == 3
        assert [one[:2] for one in states()] == [("email", "waiting"), ("email", "waiting"), ("sms", "waiting")]

    def test_the_deadline_is_told_again_a_day_before(self, team: Team) -> None:
        choose(team, whatsapp=NUMBER)
        notify(team, deadline=DEADLINE)
        for moment in (NOW, DEADLINE - timedelta(hours=23), DEADLINE - timedelta(hours=22)):
            digest(moment)
            send(moment)
        assert len(Provider.got) == 2
        assert Notice.objects.get().reminded_at == DEADLINE - timedelta(hours=23)

    def test_who_has_acted_or_wants_it_no_more_is_left_in_peace(self, team: Team) -> None:
        choose(team, whatsapp=NUMBER)
        notify(team)
        digest()
        operations.settle(by=OPERATOR, subject="tests.thing:1", now=NOW)
        notify(team, subject="tests.thing:2")
        digest()
        choose(team, email="")
        assert (send(), Provider.got, states()) == (0, [], [])

    def test_a_blocked_account_is_told_nothing(self, team: Team) -> None:
        choose(team, whatsapp=NUMBER)
        notify(team)
        digest()
        User.objects.filter(pk=team.coordinator).update(is_active=False)
        assert (send(), Provider.got) == (0, [])

    def test_nobody_else_sends(self, team: Team) -> None:
        with pytest.raises(NotAllowed):
            operations.send_messages(by=team.standing("coordinator"), now=NOW)


class TestFailures:
    def test_a_provider_that_is_silent_is_asked_again_for_a_day(self, team: Team) -> None:
        choose(team, whatsapp=NUMBER)
        notify(team)
        digest()
        Provider.error = NotDelivered(Reason.SILENT)
        assert send() == 0
        assert states() == [("whatsapp", "waiting", "silent", 1)]
        assert send(NOW + timedelta(seconds=59)) == 0
        assert states()[0][3] == 1, "not yet due"
        for minutes in range(1, 24 * 60):
            send(NOW + timedelta(minutes=minutes))
        asked = states()[0][3]
        assert 24 <= asked <= 24 + 8, "the pause doubles up to an hour"
        assert timedelta(hours=1) == MAX_PAUSE
        send(NOW + GIVEN_UP_AFTER + MAX_PAUSE)
        assert states() == [("whatsapp", "failed", "silent", asked + 1)]

    def test_a_number_that_is_refused_is_not_asked_again(self, team: Team) -> None:
        choose(team, whatsapp=NUMBER)
        notify(team)
        digest()
        Provider.error = NotDelivered(Reason.REFUSED, final=True)
        send()
        assert states() == [("whatsapp", "failed", "refused", 1)]
        Provider.error = None
        assert (send(NOW + timedelta(days=1)), Provider.got) == (0, [])

    def test_one_that_fails_does_not_hold_up_the_others(self, team: Team) -> None:
        choose(team, whatsapp=NUMBER, sms=NUMBER)
        notify(team)
        digest()
        Provider.error = NotDelivered(Reason.SILENT)
        send()
        Provider.error = None
        assert send(NOW + timedelta(minutes=1)) == 2

    def test_what_became_of_an_e_mail_is_known_too(self, team: Team) -> None:
        notify(team)
        digest()
        now = timezone.now()
        MailServer.error = SMTPServerDisconnected()
        deliver_waiting(now=now)
        assert states() == [("email", "waiting", "silent", 1)]
        MailServer.error = None
        deliver_waiting(now=now)
        assert states() == [("email", "sent", "", 2)]
        notify(team, subject="tests.thing:2")
        digest()
        deliver_waiting(now=now + GIVEN_UP_AFTER + timedelta(minutes=1))
        assert states()[1] == ("email", "failed", "silent", 1)


class TestChoosing:
    def test_who_chose_nothing_is_told_by_e_mail(self, team: Team) -> None:
        assert channels_of(team.coordinator) == {Channel.EMAIL: ""}

    @pytest.mark.parametrize("given", ["0812-3456-7890", "+62 (812) 3456.7890", NUMBER])
    def test_a_number_is_kept_in_one_form_and_stands_in_no_log(self, team: Team, given: str) -> None:
        choose(team, whatsapp=given, email="")
        assert channels_of(team.coordinator) == {Channel.EMAIL: "", Channel.WHATSAPP: NUMBER}
        event = audit.events(target="people.account", key=team.coordinator)[0]
        assert (event.action, event.after) == (
            "choose-channels",
            {"channels": ["email", "whatsapp"], "digest": "at_once"},
        )

    @pytest.mark.parametrize("given", ["", "08", "telepon", "+0812345678", "8123456789", "+62812345678901234"])
    def test_what_is_no_number_is_refused(self, team: Team, given: str) -> None:
        with pytest.raises(Faults):
            choose(team, whatsapp=given)
        assert not NoticeChannel.objects.exists()

    def test_something_must_be_chosen_and_it_must_be_offered(self, team: Team, settings: Settings) -> None:
        with pytest.raises(Faults):
            choose(team)
        choose(team, whatsapp=NUMBER)
        settings.PILAR_CHANNELS = {}
        with pytest.raises(Faults):
            choose(team, sms=NUMBER)
        assert channels_of(team.coordinator) == {Channel.EMAIL: ""}, "the provider is gone: by e-mail again"

    def test_only_a_person_for_themselves(self, team: Team) -> None:
        token = Standing(team.standing("secretariat").actor.__class__("token", "1", "Ani"), owner=team.secretariat)
        for by in (PUBLIC, OPERATOR, token):
            with pytest.raises(NotAllowed):
                operations.choose_channels(by=by, chosen={Channel.EMAIL: ""}, now=NOW)

    def test_numbers_go_with_the_person_and_deliveries_with_their_notice(self, team: Team) -> None:
        choose(team, whatsapp=NUMBER)
        notify(team)
        digest()
        operations.anonymise(by=team.standing("secretariat"), user=team.coordinator, now=NOW)
        assert not NoticeChannel.objects.exists()
        assert not Delivery.objects.exists()

    def test_over_days_count_notices_and_not_their_deliveries(self, team: Team) -> None:
        operations.load_retention(by=OPERATOR)
        notify(team)
        digest()
        operations.settle(by=OPERATOR, subject="tests.thing:1", now=NOW)
        gone = operations.apply_retention(by=SCHEDULE, now=NOW + timedelta(days=9_999))
        assert gone["notices"] == Notice.objects.count() + 1 == 1
        assert not Delivery.objects.exists()


class TestPages:
    def test_choosing_and_what_became_of_it(self, team: Team) -> None:
        client = Client()
        client.force_login(User.objects.get(pk=team.coordinator))
        page = client.get("/akun-saya/pemberitahuan/").content.decode()
        assert 'name="email"' in page
        assert "checked" in page
        assert "Pesan ke telepon" in page
        assert "peragaan" not in page
        answer = client.post("/akun-saya/pemberitahuan/", {"whatsapp": "12"})
        assert (answer.status_code, NoticeChannel.objects.count()) == (422, 0)
        answer = client.post("/akun-saya/pemberitahuan/", {"whatsapp": "0812 3456 7890", "sms": ""})
        assert (answer.status_code, channels_of(team.coordinator)) == (302, {Channel.WHATSAPP: NUMBER})
        notify(team)
        digest()
        Provider.error = NotDelivered(Reason.REFUSED, final=True)
        send()
        page = client.get("/pemberitahuan/").content.decode()
        assert "WhatsApp: tidak terkirim (penerima tidak dikenal di sana atau tidak menerima pesan)" in page

    def test_without_a_provider_there_is_e_mail_alone(self, team: Team, settings: Settings) -> None:
        settings.PILAR_CHANNELS = {}
        client = Client()
        client.force_login(User.objects.get(pk=team.coordinator))
        page = client.get("/akun-saya/pemberitahuan/").content.decode()
        assert ('name="email"' in page, 'name="whatsapp"' in page) == (True, False)
        assert "Pesan ke telepon" not in page

    def test_the_demonstration_shows_what_it_would_send(self, team: Team, settings: Settings, tmp_path: Path) -> None:
        settings.DEMO, settings.PILAR_LETTERS = True, tmp_path / "letters"
        settings.PILAR_CHANNELS = {"whatsapp": "pilar.portal.letters.PhoneSimulator"}
        choose(team, whatsapp=NUMBER)
        notify(team)
        digest()
        assert send() == 1
        (kept,) = letters.letters()
        assert (kept.to, kept.subject) == (NUMBER, "WhatsApp")
        page = Client().get(f"/surat/{kept.name}/").content.decode()
        assert "1 pemberitahuan menunggu Anda" in page
        assert SENTENCE not in page
        choose(team, whatsapp="+6281234560000")
        notify(team, subject="tests.thing:2")
        digest()
        assert (send(), states()[-1][:3]) == (0, ("whatsapp", "failed", "refused"))


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "lost"}, {"channel": "fax"}, {"reason": "why"}, {"state": "sent"}, {"settled_at": NOW},
        {"state": "failed", "settled_at": NOW}, {"state": "sent", "settled_at": NOW, "reason": "silent"},
    ],
)  # fmt: skip
def test_the_table_of_deliveries_refuses_what_cannot_be(team: Team, changed: dict[str, Any]) -> None:
    notify(team)
    digest()
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.update(**changed)


@pytest.mark.parametrize("changed", [{"channel": "email"}, {"number": ""}, {"number": "0812"}, {"channel": "fax"}])
def test_the_table_of_channels_refuses_what_cannot_be(team: Team, changed: dict[str, Any]) -> None:
    choose(team, whatsapp=NUMBER)
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeChannel.objects.update(**changed)
