"""Published results in the tables, as a newcomer gets them, with the regions that they are about."""

from __future__ import annotations

import pytest

from areas.places import load as load_areas
from pilar.areas import reference as areas
from pilar.areas.rules import AreaEntry
from pilar.evaluation import loaders
from pilar.people.rules import OPERATOR


@pytest.fixture
def published(db: None) -> None:
    wanted = [entry for entry in areas.areas() if entry.level in ("province", "region")]
    wanted += [AreaEntry("36.03.01", "Balaraja", "district", "district", "36.03")]
    wanted += [AreaEntry("36.03.01.1001", "Balaraja", "village", "urban_ward", "36.03.01")]
    load_areas(wanted)
    loaders.load(by=OPERATOR, say=lambda _line: None)
