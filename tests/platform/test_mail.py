"""Messages are kept with the change they tell of, and delivered by the worker, whatever the mail server does."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any, ClassVar

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings
from structlog.testing import capture_logs

from pilar.platform.mail import GIVEN_UP_AFTER, deliver_waiting
from pilar.platform.models import AuditEvent, OutgoingMessage

pytestmark = pytest.mark.django_db
SECRET = "https://pilar.example/rahasia-91x"


class Server(BaseEmailBackend):
    """A mail server as a test wants it: ``answers`` says what it answers for each recipient."""

    got: ClassVar[list[Any]] = []
    asked: ClassVar[list[str]] = []
    answers: ClassVar[dict[str, Exception]] = {}

    def send_messages(self, email_messages: Any) -> int:
        for one in email_messages:
            self.asked.append(one.to[0])
            if error := self.answers.get(one.to[0]):
                raise error
            self.got.append(one)
        return len(email_messages)


@pytest.fixture(autouse=True)
def _queue(settings: Settings) -> Iterator[None]:
    settings.EMAIL_BACKEND = "pilar.platform.mail.QueueBackend"
    settings.PILAR_MAIL_TRANSPORT = f"{__name__}.Server"
    yield
    Server.got.clear()
    Server.asked.clear()
    Server.answers.clear()


def keep(*names: str) -> None:
    for name in names:
        send_mail("Judul", f"Isi {SECRET}", "pilar@example.go.id", [f"{name}@contoh.invalid"])


def to(messages: list[Any]) -> list[str]:
    return [one.to[0].split("@")[0] for one in messages]


def test_a_message_is_kept_with_the_change_and_goes_with_it() -> None:
    with transaction.atomic():
        keep("ani")
        transaction.set_rollback(True)
    assert not OutgoingMessage.objects.exists()
    assert not ProcrastinateJob.objects.exists()
    keep("ani")
    assert ProcrastinateJob.objects.get().queue_name == "mail"
    assert Server.asked == []


def test_it_arrives_as_it_was_written_and_leaves_no_trace() -> None:
    message = EmailMultiAlternatives(
        "Sandi", f"Buka {SECRET}", "pilar@example.go.id", ["ani@contoh.invalid"], ["bcc@contoh.invalid"],
        cc=["cc@contoh.invalid"], reply_to=["balas@contoh.invalid"], headers={"X-Hal": "sandi"},
    )  # fmt: skip
    message.attach_alternative(f"<p>Buka {SECRET}</p>", "text/html")
    with capture_logs() as logs:
        message.send()
        assert deliver_waiting(now=timezone.now()) == 1
    (got,) = Server.got
    wire, again = message.message(), got.message()
    for name in ("Subject", "From", "To", "Cc", "Reply-To", "X-Hal"):
        assert again[name] == wire[name]
    assert got.recipients() == message.recipients()
    assert [part.get_payload() for part in again.walk() if not part.is_multipart()] == [
        part.get_payload() for part in wire.walk() if not part.is_multipart()
    ]
    assert not OutgoingMessage.objects.exists()
    left = [*ProcrastinateJob.objects.values(), *AuditEvent.objects.values(), *logs]
    assert "rahasia" not in json.dumps(left, default=str)


def test_what_one_recipient_is_refused_for_holds_up_nobody() -> None:
    keep("gone", "ani", "later", "budi")
    Server.answers["gone@contoh.invalid"] = SMTPRecipientsRefused({"gone@contoh.invalid": (550, b"no such user")})
    Server.answers["later@contoh.invalid"] = SMTPDataError(451, b"later")
    with capture_logs() as logs:
        assert deliver_waiting(now=timezone.now()) == 2
    assert to(Server.got) == ["ani", "budi"]
    assert [(one["kind"], one["codes"]) for one in logs] == [("SMTPRecipientsRefused", [550]), ("SMTPDataError", [451])]
    assert "contoh.invalid" not in json.dumps(logs)
    (left,) = OutgoingMessage.objects.all()
    assert (left.content["to"], left.attempts) == (["later@contoh.invalid"], 1)
    Server.answers.clear()
    assert deliver_waiting(now=timezone.now()) == 1


@pytest.mark.parametrize("error", [TimeoutError(), ConnectionRefusedError(), SMTPServerDisconnected()])
def test_a_server_that_is_away_is_asked_once_a_round_and_gets_all_when_it_is_back(error: Exception) -> None:
    keep("ani", "budi", "cici")
    Server.answers |= {f"{name}@contoh.invalid": error for name in ("ani", "budi", "cici")}
    for _ in range(3):
        assert deliver_waiting(now=timezone.now()) == 0
    # whichever message the server cannot bear, the others have their turn
    assert [one.split("@")[0] for one in Server.asked] == ["ani", "budi", "cici"]
    Server.answers.clear()
    assert deliver_waiting(now=timezone.now()) == 3


def test_after_a_day_it_is_given_up_and_gone() -> None:
    keep("ani")
    now = timezone.now()
    Server.answers["ani@contoh.invalid"] = TimeoutError()
    assert deliver_waiting(now=now + GIVEN_UP_AFTER - timedelta(minutes=1)) == 0
    assert OutgoingMessage.objects.count() == 1
    with capture_logs() as logs:
        assert deliver_waiting(now=now + GIVEN_UP_AFTER + timedelta(minutes=1)) == 0
    assert [(one["event"], one["attempts"]) for one in logs] == [("message-given-up", 1)]
    assert not OutgoingMessage.objects.exists()
    assert len(Server.asked) == 1


def test_attachments_are_refused_where_they_are_sent() -> None:
    message = EmailMultiAlternatives("a", "b", "a@b.id", ["c@d.id"], attachments=[("x.txt", "x", "text/plain")])
    with pytest.raises(TypeError):
        message.send()


def test_nobody_to_send_to_is_nothing_to_keep() -> None:
    assert get_connection().send_messages([EmailMultiAlternatives("a", "b", "a@b.id", [])]) == 0
    assert not OutgoingMessage.objects.exists()


def test_the_smtp_server_that_accepts_and_never_answers_costs_one_timeout(settings: Settings) -> None:
    settings.PILAR_MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_TIMEOUT = 0.2
        keep("ani", "budi")
        assert deliver_waiting(now=timezone.now()) == 0
    assert sorted(OutgoingMessage.objects.values_list("attempts", flat=True)) == [0, 1]
    assert not connection.needs_rollback
