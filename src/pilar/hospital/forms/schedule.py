"""Forms for maintaining the schedules of a hospital."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField
from pilar.design.forms import FaultsForm
from pilar.hospital.queries.keeping import Kept
from pilar.hospital.rules.booking import Channel, Policy


def _clock(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


def _count(label: Any, least: int, most: int, said: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=said)


class WeeklyForm(FaultsForm):
    doctor = forms.TypedChoiceField(label=_("Doctor"), coerce=int)
    room = forms.TypedChoiceField(label=_("Room"), coerce=int)
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"), coerce=int, choices=[(number + 1, name) for number, name in WEEKDAYS.items()]
    )
    starts = _clock(_("Begins at"))
    ends = _clock(_("Ends at"))
    capacity = _count(_("Places"), 1, 200)
    app = _count(_("Kept for this site"), 0, 200)
    jkn = _count(_("Kept for Mobile JKN"), 0, 200)
    desk = _count(_("Kept for the registration desk"), 0, 200)
    kiosk = _count(_("Kept for the kiosk"), 0, 200)
    valid_from = DayField(label=_("Holds from"))

    def __init__(self, *given: Any, kept: Kept, **named_: Any) -> None:
        super().__init__(*given, **named_)
        self.fields["doctor"].choices = list(kept.doctors.items())
        self.fields["room"].choices = list(kept.rooms.items())

    def given(self) -> dict[str, Any]:
        kept = dict(self.cleaned_data)
        return kept | {"shares": [kept.pop(channel.value) for channel in Channel]}


class LastForm(FaultsForm):
    last = DayField(label=_("Last day"))


class LeaveForm(FaultsForm):
    doctor = forms.TypedChoiceField(label=_("Doctor on leave"), coerce=int, empty_value=None, required=False)
    since = DayField(label=_("First day"))
    until = DayField(label=_("Last day"))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *given: Any, kept: Kept, **named_: Any) -> None:
        super().__init__(*given, **named_)
        self.fields["doctor"].choices = [("", _("The whole hospital")), *kept.doctors.items()]


class PolicyForm(FaultsForm):
    """The rules of a clinic (``rules.booking.Policy``), except those whose effect is simulated (``forms.planning``)."""

    opens_before = _count(_("Booking opens so many days before"), 0, 90)
    from_hour = _clock(_("At this hour of the first day"))
    closes_before = _count(_("Booking closes so many days before"), 0, 30)
    same_day = forms.BooleanField(label=_("May be booked on the day itself"), required=False)
    holidays = forms.BooleanField(label=_("Sees patients on public holidays too"), required=False)
    early = _count(_("Check-in opens so many minutes before the time"), 0, 240)
    late = _count(_("Who comes so many minutes late waits behind the others"), 0, 240)
    arrive = _count(_("Patients are asked to come so many minutes before"), 0, 240)
    every = _count(_("At least one of so many calls goes to who has no priority"), 1, 10)
    release = _count(_("Places kept for a channel are open to all so many hours before"), 0, 720)
    offer = _count(_("A freed place is kept for who waits for so many minutes"), 5, 1440)
    reason = forms.CharField(label=_("Reason"), max_length=300)
    valid_from = DayField(label=_("Holds from"))

    def __init__(self, *given: Any, policy: Policy, **named_: Any) -> None:
        super().__init__(*given, initial=asdict(policy), **named_)

    def given(self) -> dict[str, Any]:
        """Return the arguments of ``decide_policy``."""
        kept = dict(self.cleaned_data)
        rest = {name: kept.pop(name) for name in ("reason", "valid_from")}
        return {"changes": kept, "effect": {}, **rest}


class SessionForm(FaultsForm):
    doctor = forms.TypedChoiceField(label=_("Doctor"), coerce=int)
    starts = _clock(_("Begins at"))
    ends = _clock(_("Ends at"))
    room = forms.TypedChoiceField(label=_("Room"), coerce=int)
    capacity = _count(_("Places"), 1, 200)
    closed = forms.BooleanField(label=_("Takes no further bookings"), required=False)
    release = forms.BooleanField(label=_("Open what is kept for channels to all, now"), required=False)

    def __init__(self, *given: Any, kept: Kept, **named_: Any) -> None:
        super().__init__(*given, **named_)
        self.fields["doctor"].choices = list(kept.doctors.items())
        self.fields["room"].choices = list(kept.rooms.items())


class ReasonForm(FaultsForm):
    reason = forms.CharField(label=_("Reason"), max_length=200)
