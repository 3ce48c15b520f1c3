"""Forms in which the desk enters planned operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField
from pilar.design.forms import FaultsForm
from pilar.hospital.forms.booking import NumberField
from pilar.hospital.queries.schedule import ClinicRow


class PlanForm(FaultsForm):
    """An operation for a patient of the hospital."""

    record = NumberField(label=_("Record number of the patient"), max_length=12)
    clinic = forms.ChoiceField(label=_("Clinic"))
    day = DayField(label=_("Day"))
    procedure = forms.CharField(label=_("Operation"), max_length=200)

    def __init__(self, *given: Any, clinics: Sequence[ClinicRow], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["clinic"].choices = [(clinic.code, clinic.name) for clinic in clinics]


class ChangeForm(FaultsForm):
    """Set another day, or mark it as done."""

    day = DayField(label=_("Day"))
    done = forms.BooleanField(label=_("The operation was done"), required=False)
