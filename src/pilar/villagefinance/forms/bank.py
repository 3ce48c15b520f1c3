"""The form for sending a bank statement."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.forms import FaultsForm
from pilar.platform.errors import Faults


class StatementForm(FaultsForm):
    """A statement of a bank."""

    file = forms.FileField(label=_("Statement of the bank"), help_text=_("MT940, CSV or XLSX"))
    year = forms.IntegerField(
        label=_("Year"), required=False, min_value=2000, max_value=2100,
        help_text=_("Only where the days in the file are written without one"),
    )  # fmt: skip

    def tell(self, error: Faults) -> None:
        """Show each fault with its row and column in the file."""
        for fault in error.faults:
            self.add_error("file", forms.ValidationError(fault.text(), code=fault.code))
