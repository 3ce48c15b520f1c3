"""Forms of data protection: an emergency, its review, the report of a breach."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField
from pilar.design.forms import FaultsForm
from pilar.hospital.forms.booking import NumberField


def _words(label: str, said: str = "") -> forms.CharField:
    return forms.CharField(label=label, help_text=said, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class GlassForm(FaultsForm):
    record = NumberField(label=_("Record number"), max_length=12, widget=forms.TextInput({"autocomplete": "off"}))
    reason = forms.CharField(
        label=_("Why this record is needed now"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The patient and the data protection officer read it."),
    )  # fmt: skip


class ReviewForm(FaultsForm):
    glass = forms.IntegerField(widget=forms.HiddenInput)
    finding = forms.CharField(label=_("What you found"), max_length=300)


class LookForm(FaultsForm):
    record = NumberField(label=_("Record number"), max_length=12, widget=forms.TextInput({"autocomplete": "off"}))


class BreachForm(FaultsForm):
    noticed_on = DayField(label=_("Noticed on"))
    noticed_time = forms.TimeField(label=_("At"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    happened = _words(_("When and how it happened"))
    data = _words(_("Which personal data, of whom"))
    affected = forms.IntegerField(label=_("How many persons"), min_value=0, max_value=10_000_000, required=False)
    consequences = _words(_("What may come of it"))
    remedy = _words(_("What is done about it"), _("Handling and recovery, by the hospital and by the persons."))
    contact = forms.CharField(label=_("Whom to ask"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
