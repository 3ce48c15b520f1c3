"""Form fields for moments in a region's own time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from django import forms
from django.utils.translation import gettext

from pilar.areas import reference
from pilar.areas.rules import TimeZone, zone_of
from pilar.design.fields import accepted
from pilar.platform.reading import read_moment


class MomentField(forms.DateTimeField):
    """A moment as the people of a region write it; :meth:`at` says whose time it is."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def at(self, zone: TimeZone) -> None:
        """Take what is written for the time of ``zone``, and say so in the label."""
        self.zone = timezone(timedelta(hours=zone.hours), zone.name)
        self.label = f"{self.label} ({zone.name})"

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(self.zone).replace(tzinfo=None) if isinstance(value, datetime) else value

    def clean(self, value: Any) -> datetime | None:
        value_read = forms.Field.clean(self, value)
        return None if value_read is None else value_read.replace(tzinfo=self.zone)

    def to_python(self, value: Any) -> datetime | None:
        """The moment as written; the zone is put to it by :meth:`clean`."""
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value
        moment = accepted(read_moment(str(value)))
        if moment.zone and moment.zone != self.zone.tzname(None):
            sentence = gettext("Write the time as the clocks of the region show it (%(zone)s)")
            raise forms.ValidationError(sentence % {"zone": self.zone.tzname(None)})
        return moment.local


class RegionTimes:
    """Mixed into a form: its moments are those of a region."""

    def __init__(self, *given: Any, region_code: str, now: datetime, **named: Any) -> None:
        super().__init__(*given, **named)
        zone = zone_of(region_code, now, reference.time_zones())
        for field in self.fields.values():
            if isinstance(field, MomentField):
                field.at(zone)
