"""The laws that every operation on people keeps (kit/acts.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kit.worlds import once
from people.acts import ACTS
from people.inhabited import Inhabited, inhabit
from people.team import Team


@once
def inhabited(team: Team) -> Inhabited:
    return inhabit(team)


@pytest.fixture(autouse=True)
def _channels(settings: Any, tmp_path: Path) -> None:
    settings.PILAR_CHANNELS = {"whatsapp": "pilar.portal.letters.PhoneSimulator"}
    settings.PILAR_LETTERS = tmp_path
    settings.EMAIL_BACKEND = "pilar.platform.mail.QueueBackend"


def test_the_neighbour_has_rows_of_every_kind(inhabited: Inhabited) -> None:
    assert inhabited.neighbour is not None
    assert inhabited.neighbour.lacks() == {"EmailConfirmation"}  # opening an account confirms the address


@pytest.mark.parametrize("name", ACTS.calls)
def test_keeps_the_laws(inhabited: Inhabited, name: str) -> None:
    ACTS.hold(name, inhabited)
