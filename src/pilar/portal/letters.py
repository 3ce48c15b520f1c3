"""The mails and messages of the demo: files in its state folder, read on a page, because a newcomer has no servers."""

from __future__ import annotations

import email.policy
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage as Parsed
from email.parser import BytesParser
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from pilar.people.channels import NAMES, Channel, NotDelivered
from pilar.platform.delivery import Reason
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

KEPT = 200
NAME = re.compile(r"(\d{20})-[0-9a-f]{8}")


class LetterNotFound(PilarError):
    code = "letter-not-found"
    status = 404
    sentence = N_("There is no such mail")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, or message to a phone, that the demo would have sent; ``text`` is its plain part."""

    name: str
    sent_at: datetime
    to: str
    subject: str
    text: str


class FolderTransport(BaseEmailBackend):
    """Delivers to the folder ``PILAR_LETTERS`` (for ``PILAR_MAIL_TRANSPORT``); the oldest make room for the newest."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each message as a file of its own."""
        for message in email_messages:
            _keep(message.message().as_bytes())
        return len(email_messages)


class PhoneSimulator:
    """Stands for a provider of WhatsApp or SMS (for ``PILAR_CHANNELS``): writes to the same folder, sends nothing."""

    def __init__(self, channel: str) -> None:
        self.channel = channel

    def send(self, *, number: str, text: str) -> None:
        """Keep the message; refuses a number that ends in 0000, so that a failure can be shown."""
        if number.endswith("0000"):
            raise NotDelivered(Reason.REFUSED, final=True)
        message = Parsed(policy=email.policy.default)
        message["To"], message["Subject"] = number, NAMES[Channel(self.channel)]
        message.set_content(text)
        _keep(message.as_bytes())


def letters() -> list[Letter]:
    """All that are kept, newest first."""
    return [letter(name) for name in _names()]


def letter(name: str) -> Letter:
    """One of them; raises :class:`LetterNotFound`."""
    form = NAME.fullmatch(name)
    if form is None:
        raise LetterNotFound
    try:
        content = (settings.PILAR_LETTERS / name).read_bytes()
    except OSError:
        raise LetterNotFound from None
    parsed: Parsed = BytesParser(_class=Parsed, policy=email.policy.default).parsebytes(content)  # type: ignore[arg-type]
    body = parsed.get_body(("plain", "html"))
    return Letter(
        name,
        datetime.strptime(form[1], "%Y%m%d%H%M%S%f").replace(tzinfo=UTC),
        str(parsed["To"] or ""),
        str(parsed["Subject"] or ""),
        str(body.get_content()) if body is not None else "",
    )


def _keep(content: bytes) -> None:
    folder: Path = settings.PILAR_LETTERS
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"{datetime.now(UTC):%Y%m%d%H%M%S%f}-{secrets.token_hex(4)}"
    # Renamed only when whole: the page may be looking.
    making = folder / f"{name}.making"
    making.write_bytes(content)
    making.rename(folder / name)
    for old in _names()[KEPT:]:
        (folder / old).unlink(missing_ok=True)


def _names() -> list[str]:
    folder: Path = settings.PILAR_LETTERS
    if not folder.is_dir():
        return []
    return sorted((path.name for path in folder.iterdir() if NAME.fullmatch(path.name)), reverse=True)
