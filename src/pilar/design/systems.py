"""The form of another system that is told what happens."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.forms import FaultsForm
from pilar.platform.hooks import MAX_TITLE
from pilar.platform.language import translate
from pilar.platform.outgoing import MAX_ADDRESS


class SystemForm(FaultsForm):
    """A system that is told; its room gives the ``names`` of the events."""

    names: ClassVar[Mapping[Any, str]]

    title = forms.CharField(label=_("Name of the system"), max_length=MAX_TITLE)
    address = forms.CharField(label=_("Address, https://"), max_length=MAX_ADDRESS)
    events = forms.MultipleChoiceField(label=_("What it is told"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["events"].choices = [(event.value, translate(name)) for event, name in self.names.items()]

    def clean_events(self) -> list[StrEnum]:
        """The events themselves."""
        kind = type(next(iter(self.names)))
        return [kind(event) for event in self.cleaned_data["events"]]
