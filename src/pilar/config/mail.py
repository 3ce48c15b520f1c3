"""Address of the mail server, given as one URL like that of the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
PORTS = {"smtp": 587, "smtps": 465}
TIMEOUT_SECONDS = 20
"""How long the worker waits for one answer of the mail server."""


class MalformedAddress(ValueError):
    """The text is not the address of a mail server."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server: ``smtp`` turns to TLS when greeted (STARTTLS) unless ``?tls=no``; ``smtps`` is TLS at once."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    implicit_tls: bool

    def settings(self) -> dict[str, Any]:
        """The same as Django's settings."""
        return {
            "PILAR_MAIL_TRANSPORT": TRANSPORT,
            "EMAIL_HOST": self.host,
            "EMAIL_PORT": self.port,
            "EMAIL_HOST_USER": self.user,
            "EMAIL_HOST_PASSWORD": self.password,
            "EMAIL_USE_TLS": self.starttls,
            "EMAIL_USE_SSL": self.implicit_tls,
            "EMAIL_TIMEOUT": TIMEOUT_SECONDS,
        }


def read_mail_server(address: str) -> MailServer:
    """``smtp://user:password@host:587``; user and password percent-encoded. Raises :class:`MalformedAddress`."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise MalformedAddress from error
    known = parts.scheme in PORTS and parts.hostname and parts.path in ("", "/") and not parts.fragment
    if not known or parts.query not in ("", "tls=no") or (parts.username is None) != (parts.password is None):
        raise MalformedAddress
    implicit = parts.scheme == "smtps"
    if implicit and parts.query:
        raise MalformedAddress
    return MailServer(
        host=str(parts.hostname),
        port=PORTS[parts.scheme] if port is None else port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=not implicit and not parts.query,
        implicit_tls=implicit,
    )
