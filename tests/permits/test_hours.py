"""Hours stand in sentences as their reader writes them: 13.00, in English 13:00."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.utils import translation

from permits.world import DAY, HOUR, NOW, World
from pilar.permits import operations as do
from pilar.permits.queries import cases
from pilar.permits.rules.explaining import moved
from pilar.platform.errors import Faults


@pytest.mark.parametrize(
    ("language", "hours"), [("id", "07.30–12.00, 13.00–16.00"), ("en", "07:30–12:00, 13:00–16:00")]
)
def test_office_hours_that_changed(language: str, hours: str) -> None:
    cause = {"added": ["2026-04-01 jam kerja 07.30-12.00 13.00-16.00"]}
    with translation.override(language):
        said = [str(one) for one in moved(date(2026, 4, 1), date(2026, 4, 2), cause)]
    assert hours in said[1]


@pytest.mark.parametrize(
    "decree", ["jam kerja Ramadan", "jam kerja 07.30", "jam kerja 07.30-12.00-16.00", "jam kerja 24.30-25.00"]
)
def test_a_decree_whose_number_begins_like_office_hours_is_named_as_it_is(decree: str) -> None:
    _due, said = moved(date(2026, 4, 1), date(2026, 4, 2), {"added": [f"2026-04-01 {decree}"]})
    with translation.override("id"):
        assert f"({decree})" in str(said)


@pytest.mark.parametrize(("language", "hour"), [("id", "10.00"), ("en", "10:00")])
def test_hours_of_an_appointment(world: World, language: str, hour: str) -> None:
    world.submit()
    nurse, given = world.who("nurse"), {"case": world.case, "day": (NOW + DAY).date(), "place": "Loket 3", "now": NOW}
    with translation.override("id"):
        do.arrange_appointment(by=nurse, hour=time(10), **given)
    with translation.override(language):
        events = cases.officers_case(world.case, scope=world.who("front"), now=NOW + HOUR).events
        (told,) = next(one.told for one in events if one.kind == "appointment")
        with pytest.raises(Faults) as refused:
            do.arrange_appointment(by=nurse, hour=time(3), **given)
        said = refused.value.faults[0].said()
    assert hour in told
    assert told.endswith(", Loket 3")
    assert ("." in said, ":00" in said) == ((True, False) if language == "id" else (False, True))
