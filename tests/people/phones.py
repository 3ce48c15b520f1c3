"""What a phone of somebody gets, for tests of the rooms whose notices go there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pytest_django.fixtures import Settings

from pilar.people import operations
from pilar.people.channels import Channel
from pilar.people.rules import SCHEDULE, Standing
from pilar.portal import letters


def told_by_phone(by: Standing, settings: Settings, folder: Path, now: datetime) -> list[str]:
    """Have the notices of ``by`` sent by WhatsApp through the simulator; the texts of the messages."""
    settings.PILAR_CHANNELS = {"whatsapp": "pilar.portal.letters.PhoneSimulator"}
    settings.PILAR_LETTERS = folder / "letters"
    operations.choose_channels(by=by, chosen={Channel.WHATSAPP: "0812 3456 7890"}, now=now)
    operations.send_digests(by=SCHEDULE, now=now)
    operations.send_messages(by=SCHEDULE, now=now)
    return [one.text.strip() for one in letters.letters()]
