"""The channels by which notices reach a person outside the site: e-mail, and the phone channels of an installation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from pilar.areas.reference import midnight_in
from pilar.platform.delivery import Reason
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

MAX_NUMBER = 16
COUNTRY = "+62"
"""The country code of a number that begins with 0."""
_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")


class Channel(StrEnum):
    EMAIL = "email"
    WHATSAPP = "whatsapp"
    SMS = "sms"


class Rhythm(StrEnum):
    """The interval of new notices by somebody's channels; notices due within a day are sent immediately."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


RHYTHM_NAMES = {
    Rhythm.AT_ONCE: N_("As they come, within a quarter of an hour"),
    Rhythm.DAILY: N_("Together, every morning at 07.00 WIB"),
    Rhythm.WEEKLY: N_("Together, every Monday at 07.00 WIB"),
}
MORNING = time(7)
NAMES = {Channel.EMAIL: N_("E-mail"), Channel.WHATSAPP: N_("WhatsApp"), Channel.SMS: N_("SMS")}
PHONES = frozenset(Channel) - {Channel.EMAIL}


class NotDelivered(Exception):
    """Raised by an adapter: ``reason``, and whether retrying is pointless."""

    def __init__(self, reason: Reason, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.final = reason, final


class Adapter(Protocol):
    """Hands short messages to the provider of a channel (setting ``PILAR_CHANNELS``), within 20 seconds."""

    def __init__(self, channel: str) -> None: ...

    def send(self, *, number: str, text: str) -> None:
        """Deliver a text to a number (``+6281234567890``); raises :class:`NotDelivered`."""


def offered() -> tuple[Channel, ...]:
    """Return the channels of this installation; without an adapter for phones, only e-mail."""
    return tuple(channel for channel in Channel if channel is Channel.EMAIL or channel in settings.PILAR_CHANNELS)


def adapter(channel: Channel) -> Adapter:
    """Return the adapter of a phone channel."""
    made: Adapter = import_string(settings.PILAR_CHANNELS[channel])(channel)
    return made


def checked_number(given: str, *, place: str) -> str:
    """A phone number as it is kept, ``+6281234567890``. Raises Faults."""
    plain = re.sub(r"[\s().-]", "", given)
    if plain.startswith("0"):
        plain = COUNTRY + plain[1:]
    if not _NUMBER.fullmatch(plain):
        sentence = N_("Write the number with all its digits, such as 0812 3456 7890 or +62 812 3456 7890")
        raise Faults([Fault("not-a-phone-number", sentence, {}, place)])
    return plain


def begun(now: datetime) -> Mapping[Rhythm, datetime]:
    """Return when the latest day and week began, for people who get daily or weekly messages."""
    here = now.astimezone(midnight_in("", now.date()).tzinfo)
    morning = here.replace(hour=MORNING.hour, minute=0, second=0, microsecond=0)
    morning -= timedelta(days=morning > here)
    return {Rhythm.DAILY: morning, Rhythm.WEEKLY: morning - timedelta(days=morning.weekday())}
