"""The address of the mail server, and what production makes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from config.test_requirements import GOOD, refused
from pilar.config.mail import MailServer, MalformedAddress, read_mail_server
from pilar.config.requirements import production_values

SENDER = {"PILAR_MAIL_FROM": "pilar@example.go.id"}


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 587, "", "", True, False)),
        ("smtp://u:p@mail.example:2525/", MailServer("mail.example", 2525, "u", "p", True, False)),
        ("smtp://u%40x:p%3A%2F%23@mail.example", MailServer("mail.example", 587, "u@x", "p:/#", True, False)),
        ("smtps://u:p@mail.example", MailServer("mail.example", 465, "u", "p", False, True)),
        ("smtp://127.0.0.1:25?tls=no", MailServer("127.0.0.1", 25, "", "", False, False)),
    ],
)
def test_an_address_is_read(address: str, server: MailServer) -> None:
    assert read_mail_server(address) == server


@pytest.mark.parametrize(
    "address",
    [
        "mail.example", "http://mail.example", "smtp://", "smtp://mail.example:0x", "smtp://mail.example:99999",
        "smtp://u@mail.example", "smtp://mail.example/inbox", "smtp://mail.example?tls=maybe",
        "smtps://mail.example?tls=no", "smtp://u:p#@mail.example", "smtp://[::1",
    ],
)  # fmt: skip
def test_anything_else_is_refused_by_name(address: str) -> None:
    with pytest.raises(MalformedAddress):
        read_mail_server(address)
    assert refused(GOOD | SENDER | {"PILAR_SMTP_URL": address}) == {"PILAR_SMTP_URL"}


@pytest.mark.parametrize("sender", [{}, {"PILAR_MAIL_FROM": "Pilar"}])
def test_a_server_needs_a_sender(sender: dict[str, str]) -> None:
    assert refused(GOOD | sender | {"PILAR_SMTP_URL": "smtp://mail.example"}) == {"PILAR_MAIL_FROM"}


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({}, "https://pilar.example.go.id"),
        ({"PILAR_HTTPS": "0"}, "http://pilar.example.go.id"),
        ({"PILAR_ADDRESS": "https://pilar.example.go.id:8443/"}, "https://pilar.example.go.id:8443"),
    ],
)
def test_links_begin_with_the_address_of_the_site(changes: dict[str, str], address: str) -> None:
    assert production_values(GOOD | changes).address == address


@pytest.mark.parametrize(
    "changes",
    [
        {"PILAR_ADDRESS": "pilar.example.go.id"},
        {"PILAR_ADDRESS": "https://pilar.example.go.id/sub"},
        {"PILAR_ALLOWED_HOSTS": ".example.go.id"},
    ],
)
def test_an_address_that_is_none_or_cannot_be_guessed_is_refused(changes: dict[str, str]) -> None:
    assert refused(GOOD | changes) == {"PILAR_ADDRESS"}


def test_production_sends_where_it_is_told() -> None:
    names = ["EMAIL_BACKEND", "PILAR_MAIL_TRANSPORT", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_TIMEOUT"]
    names += ["DEFAULT_FROM_EMAIL", "SITE_ADDRESS"]
    source = "import json; from pilar.config.settings import production as p\n"
    source += f"print(json.dumps([getattr(p, n) for n in {names}]))"
    done = subprocess.run(
        [sys.executable, "-c", source],
        check=True, capture_output=True, text=True,
        env=GOOD | SENDER | {"PATH": os.environ["PATH"], "PYTHONPATH": "src", "PILAR_SMTP_URL": "smtp://m.example:26"},
    )  # fmt: skip
    queue, transport = "pilar.platform.mail.QueueBackend", "django.core.mail.backends.smtp.EmailBackend"
    site = "https://pilar.example.go.id"
    assert json.loads(done.stdout) == [queue, transport, "m.example", 26, True, 20, "pilar@example.go.id", site]
