from __future__ import annotations

import pytest

from areas.places import PLACES, load


@pytest.fixture
def places(db: None) -> None:
    load(PLACES)
