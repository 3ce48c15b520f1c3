"""A place by its coordinates, in a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.forms import FaultsForm
from pilar.permits.rules.places import Point, read_point


class PointField(forms.CharField):
    """Coordinates in any common notation; None if empty."""

    def __init__(self, **named: Any) -> None:
        hint = _("Latitude and longitude as a map application says them, such as -6.1701, 106.6403")
        super().__init__(max_length=80, **{**named, "help_text": named.get("help_text") or hint})

    def clean(self, value: Any) -> Point | None:
        typed = super().clean(value)
        if not typed:
            return None
        if (point := read_point(typed)) is None:
            raise forms.ValidationError(_("This is no place in Indonesia: write it such as -6.1701, 106.6403"))
        return point


class StartForm(FaultsForm):
    start = PointField(label=_("Start from"), required=False)
