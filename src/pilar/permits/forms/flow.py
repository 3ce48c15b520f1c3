"""Form that selects the part of the event log to analyse."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField

YEAR = timedelta(days=365)


class FlowForm(forms.Form):
    """A service or all, accepted from a day to a day (the year up to today), and a day to compare before and after."""

    layanan = forms.ChoiceField(label=_("Service"), required=False)
    dari = DayField(label=_("Found complete from"), required=False)
    sampai = DayField(label=_("Until"), required=False)
    banding = DayField(
        label=_("Compare before and after"), required=False, help_text=_("The day from which a rule changed")
    )

    def __init__(self, *given: Any, services: dict[str, str], today: date, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["layanan"].choices = [("", _("All services")), *services.items()]  # type: ignore[attr-defined]
        self._today = today

    def clean(self) -> dict[str, Any]:
        """The days that are analysed if none are chosen."""
        typed = super().clean() or {}
        until = typed.get("sampai") or self._today
        return {**typed, "sampai": until, "dari": typed.get("dari") or until - YEAR}
