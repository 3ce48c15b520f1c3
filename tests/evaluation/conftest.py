"""Regions, an instrument and a statement in the tables."""

from __future__ import annotations

import pytest

from areas.places import load as load_areas
from evaluation.samples import document, row
from pilar import index
from pilar.areas import reference as areas
from pilar.areas.rules import AreaEntry
from pilar.evaluation import operations
from pilar.evaluation.rules.published import PublishedRow
from pilar.people.rules import OPERATOR


@pytest.fixture
def regions(db: None) -> None:
    """All provinces, regencies and cities; no districts but one, since a level may not be empty."""
    wanted = [entry for entry in areas.areas() if entry.level in ("province", "region")]
    wanted += [AreaEntry("36.03.01", "Balaraja", "district", "district", "36.03")]
    wanted += [AreaEntry("36.03.01.1001", "Balaraja", "village", "urban_ward", "36.03.01")]
    load_areas(wanted)


@pytest.fixture
def instrument(regions: None) -> index.Instrument:
    """The instrument that scores 2023."""
    text = document()
    parsed = index.parse_instrument(text)
    operations.add_instrument(by=OPERATOR, instrument=parsed, document=text)
    operations.choose_instrument(by=OPERATOR, year=2023, instrument=parsed)
    return parsed


@pytest.fixture
def tangerang(instrument: index.Instrument) -> PublishedRow:
    """Kabupaten Tangerang 2023 in the tables, with its instrument."""
    printed = row()
    operations.record_statement(by=OPERATOR, row=printed)
    return printed
