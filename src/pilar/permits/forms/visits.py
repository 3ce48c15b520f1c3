"""The minutes of a visit as a phone sends them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _
from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from pilar.evidence.forms import FilesField
from pilar.permits.forms.cases import VisitForm
from pilar.permits.rules.signatures import CAPACITIES, MAX_CHARACTERS


class Device(BaseModel):
    """When and where a device says that a photograph was added: coordinates to so many ``metres``."""

    at: AwareDatetime
    point: Annotated[str, Field(max_length=80)] = ""
    metres: Annotated[int, Field(ge=0, le=10_000_000)] | None = None


DEVICES = TypeAdapter(dict[UUID, Device])


class DrawnInput(forms.TextInput):
    """A field to sign in by finger, pen or mouse: its strokes are stored as text in a hidden input."""

    template_name = "permits/parts/drawn.html"
    use_fieldset = True


class TabletVisitForm(VisitForm):
    """``device``: what the device reports about the photographs, by the keys that it gave the files; empty if it cannot
    be read. ``capacity``, ``signature``, ``attested``: as what somebody signs on the device, what they draw, and that
    the surveyor saw it."""

    photos = FilesField(
        label=_("Photographs of the place"),
        help_text=_("The phone says when and where each was added, if you let it."),
    )
    capacity = forms.ChoiceField(
        label=_("Signs on this device"), required=False,
        choices=[("", _("Nobody signs here")), *((key.value, gettext_lazy(name)) for key, name in CAPACITIES.items())],
    )  # fmt: skip
    signature = forms.CharField(
        label=_("Signature of who was there"), required=False, max_length=MAX_CHARACTERS, widget=DrawnInput,
        help_text=_("Let them read what stands above, then sign with a finger. Who cannot or does not want to signs "
                    "later with their account, by a code, or on paper."),
    )  # fmt: skip
    attested = forms.BooleanField(label=_("I saw them sign, and know who they are"), required=False)
    device = forms.CharField(required=False, max_length=8_000, widget=forms.HiddenInput)

    def clean_device(self) -> dict[UUID, Device]:
        try:
            return DEVICES.validate_json(self.cleaned_data["device"] or "{}")
        except ValidationError:
            return {}
