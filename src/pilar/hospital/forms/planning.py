"""Forms in which the management tries appointment rules and decides on one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField
from pilar.design.forms import FaultsForm
from pilar.hospital.rules.schedule import RULE_NAMES, GridRule
from pilar.platform.language import translate

MAX_WEIGHT, MAX_MINUTES, MAX_PLACES, MAX_LATE = 100, 120, 60, 180


class TriedForm(FaultsForm):
    """A rule to try, compared with the one in force."""

    rule = forms.ChoiceField(label=_("Rule of appointments"))
    minutes = forms.IntegerField(label=_("Minutes between two places"), min_value=1, max_value=MAX_MINUTES)
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=MAX_PLACES)
    late = forms.IntegerField(
        label=_("The doctor is late by so many minutes"), min_value=0, max_value=MAX_LATE, required=False
    )
    weight = forms.IntegerField(
        label=_("Weight of the doctor's time"), min_value=0, max_value=MAX_WEIGHT,
        help_text=_("What a minute of the doctor's idle time or overtime costs against a minute of a patient's wait"),
    )  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["rule"].choices = [(rule.value, translate(RULE_NAMES[rule])) for rule in GridRule]

    def clean_late(self) -> int:
        return self.cleaned_data["late"] or 0


class DecideForm(FaultsForm):
    """The first day of the new rule, and the reason."""

    valid_from = DayField(label=_("Holds for sessions from this day on"))
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
