"""Forms for booking (person, booking, wait list), and for the desk to find a patient."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField, sometimes_required
from pilar.design.forms import FaultsForm
from pilar.hospital.rules.booking import (
    PAYER_NAMES,
    PRIORITY_NAMES,
    REFERENCE_LENGTH,
    VISIT_NAMES,
    Asked,
    Channel,
    Payer,
    Priority,
    Visit,
)
from pilar.hospital.rules.patients import Person
from pilar.platform.language import translate


def named(names: Mapping[Any, str]) -> Any:
    """The choices of a field, in the reader's language once it is shown."""
    return lambda: [(value.value, translate(name)) for value, name in names.items()]


class NumberField(forms.CharField):
    """A number or code as copied from a card: spaces, dots and hyphens are dropped, letters become capitals, and the
    browser does not limit the length."""

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\s.\-–]", "", super().to_python(value)).upper()

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: said for name, said in super().widget_attrs(widget).items() if name != "maxlength"}


def _digits(label: Any, count: int) -> NumberField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return NumberField(label=label, max_length=count, required=False, widget=widget)


class PersonForm(FaultsForm):
    """The personal data of a patient."""

    name = forms.CharField(label=_("Full name, as on the identity card"), max_length=100)
    nik = _digits(_("NIK (16 digits)"), 16)
    birth_date = DayField(label=_("Date of birth"))
    sex = forms.ChoiceField(
        label=_("Sex"), choices=[("", _("Choose")), ("P", _("Female")), ("L", _("Male"))], required=False
    )
    card = _digits(_("Number of the BPJS card (13 digits)"), 13)
    family_card = _digits(_("Number of the family card (16 digits)"), 16)
    phone = forms.CharField(
        label=_("Phone"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)

    def person(self) -> Person:
        return Person(**self.cleaned_data)


class OwnPersonForm(PersonForm):
    """The same for a citizen, who may know their record number."""

    record = NumberField(
        label=_("Record number, if you were a patient here before"), max_length=12, required=False,
        help_text=_("With NIK, date of birth and phone as the hospital knows them, you need no new registration"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    def given(self) -> dict[str, Any]:
        kept = dict(self.cleaned_data)
        return {"record": re.sub(r"\D", "", kept.pop("record")), "person": Person(**kept)}


class LetterForm(FaultsForm):
    """A referral or control letter."""

    reference = sometimes_required(
        NumberField(
            label=_("Number of the referral or control letter"), max_length=REFERENCE_LENGTH, required=False,
            help_text=_("For patients of BPJS: 19 letters and digits"),
            widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        )
    )  # fmt: skip
    referred_until = DayField(label=_("The referral holds until"), required=False)

    def letter(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("reference", "referred_until")}


class VisitForm(LetterForm):
    """Payer and reason for the visit."""

    payer = forms.ChoiceField(label=_("Payer"), choices=named(PAYER_NAMES), widget=forms.RadioSelect)
    visit = forms.ChoiceField(label=_("Kind of visit"), choices=named(VISIT_NAMES), widget=forms.RadioSelect)
    field_order = ("payer", "visit")

    def chosen(self) -> dict[str, Any]:
        """Payer, visit and letter as arguments of operations."""
        given = self.cleaned_data
        return {"payer": Payer(given["payer"]), "visit": Visit(given["visit"]), **self.letter()}


class BookForm(VisitForm):
    """A booking; ``key`` identifies the request, so that sending it twice books once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    priority = forms.ChoiceField(label=_("Priority"), choices=named(PRIORITY_NAMES), required=False)
    disabled = forms.BooleanField(label=_("Disabled: please give priority"), required=False)
    remind = forms.BooleanField(label=_("Remind me the day before, by e-mail or phone"), required=False)

    here = forms.BooleanField(label=_("The patient is here: check in at once"), required=False)

    def asked(self, channel: Channel, *, new: bool) -> Asked:
        return Asked(channel, **self.chosen(), new=new)

    def given_priority(self) -> Priority:
        if self.cleaned_data.get("disabled"):
            return Priority.DISABLED
        return Priority(self.cleaned_data.get("priority", ""))


class WaitForm(VisitForm):
    patient = forms.TypedChoiceField(label=_("For whom"), coerce=int)
    doctor = forms.TypedChoiceField(label=_("Doctor"), coerce=int, empty_value=None, required=False)
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))

    def given(self) -> dict[str, Any]:
        kept = {name: self.cleaned_data[name] for name in ("patient", "doctor", "first_day", "last_day")}
        return kept | self.chosen()


class DrawForm(VisitForm):
    """A number for today, at a kiosk."""

    session = forms.TypedChoiceField(label=_("Clinic"), coerce=int, widget=forms.RadioSelect)
    sought = NumberField(
        label=_("Record number, NIK or number of the BPJS card"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )  # fmt: skip
    born = DayField(label=_("Date of birth"))
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    field_order = ("session", "sought", "born", "payer", "visit")

    def given(self) -> dict[str, Any]:
        kept = {name: self.cleaned_data[name] for name in ("session", "born", "key")}
        return kept | self.chosen() | {"sought": re.sub(r"\D", "", self.cleaned_data["sought"])}


class KeyForm(FaultsForm):
    """Only the key of the request."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class CancelForm(KeyForm):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class FindForm(FaultsForm):
    """Search for a patient. The input is never part of an address, since it may be a NIK."""

    sought = NumberField(
        label=_("Record number, NIK, number of the BPJS card, or booking code"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )  # fmt: skip


class AccountForm(FaultsForm):
    account = forms.IntegerField(
        label=_("Account number"), min_value=1, max_value=10**9,
        help_text=_("The patient finds it on the page where they choose for whom they book"),
    )  # fmt: skip
