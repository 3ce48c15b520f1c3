"""The minutes of a visit as a phone sends them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from pilar.evidence.forms import FilesField
from pilar.permits.forms.cases import VisitForm


class Device(BaseModel):
    """When and where a device says that a photograph was added: coordinates to so many ``metres``."""

    at: AwareDatetime
    point: Annotated[str, Field(max_length=80)] = ""
    metres: Annotated[int, Field(ge=0, le=10_000_000)] | None = None


DEVICES = TypeAdapter(dict[UUID, Device])


class TabletVisitForm(VisitForm):
    """``device``: what the device says of the photographs, by the keys that it gave the files; none where it says
    nothing that can be read."""

    photos = FilesField(
        label=_("Photographs of the place"),
        help_text=_("The phone says when and where each was added, if you let it."),
    )
    device = forms.CharField(required=False, max_length=8_000, widget=forms.HiddenInput)

    def clean_device(self) -> dict[UUID, Device]:
        try:
            return DEVICES.validate_json(self.cleaned_data["device"] or "{}")
        except ValidationError:
            return {}
