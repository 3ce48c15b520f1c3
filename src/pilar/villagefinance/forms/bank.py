"""The form by which a statement of a bank is sent."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.forms import FaultsForm


class StatementForm(FaultsForm):
    """A statement of a bank."""

    file = forms.FileField(label=_("Statement of the bank"), help_text=_("MT940, CSV or XLSX"))
    year = forms.IntegerField(
        label=_("Year"), required=False, min_value=2000, max_value=2100,
        help_text=_("Only where the days in the file are written without one"),
    )  # fmt: skip
