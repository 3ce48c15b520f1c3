"""A process that is killed at a statement of any act on people leaves everything or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from people.acts import ACTS
from people.inhabited import inhabit
from people.team import Team


@pytest.fixture(autouse=True)
def _channels(settings: Any, tmp_path: Path) -> None:
    settings.PILAR_CHANNELS = {"whatsapp": "pilar.portal.letters.PhoneSimulator"}
    settings.PILAR_LETTERS = tmp_path
    settings.EMAIL_BACKEND = "pilar.platform.mail.QueueBackend"


@pytest.mark.parametrize("name", ACTS.killed("grant_membership"))
def test_everything_or_nothing(committed_team: Team, name: str) -> None:
    ACTS.survive(name, inhabit(committed_team))
