"""Forms of the register, of tracking, and of the treasury."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField, RupiahField
from pilar.design.forms import FaultsForm
from pilar.permits.operations.issuing import MAX_REASON


class TrackForm(FaultsForm):
    number = forms.CharField(label=_("Number of the application"), max_length=40)
    digits = forms.CharField(
        label=_("Last four characters of the identity number"), min_length=4, max_length=4,
        help_text=_("Of the NIK of the person or the NIB of the business that applies."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class ReasonForm(FaultsForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody reads it in the register: name no person."),
    )  # fmt: skip


class AmendForm(ReasonForm):
    place = forms.CharField(label=_("Place"), max_length=500, required=False)
    valid_until = DayField(label=_("Valid until"))
    field_order = ("place", "valid_until", "reason")


class VoidForm(FaultsForm):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class RefundForm(FaultsForm):
    amount = RupiahField(label=_("Given back, Rp"))
    given_on = DayField(label=_("Given back on"))
    reference = forms.CharField(label=_("Reference of the bank"), max_length=80)


class MatchForm(FaultsForm):
    payment = forms.IntegerField(widget=forms.HiddenInput)
    levy = forms.CharField(label=_("Number of the levy"), max_length=60)


class MerchantForm(FaultsForm):
    text = forms.CharField(
        label=_("Text of the static QRIS code"), max_length=512, widget=forms.Textarea(attrs={"rows": 3})
    )
