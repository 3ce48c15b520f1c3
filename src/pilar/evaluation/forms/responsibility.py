"""The form by which a signed statement of responsibility is brought in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.forms import FaultsForm
from pilar.evidence.forms import RevisionForm

_NO_FILE = _("Choose the signed file: a PDF, or a picture of the paper")


class StatementForm(RevisionForm):
    """The signed file, and the code that stands on the paper."""

    link = None
    note = None
    code = forms.CharField(
        label=_("Code on the paper"),
        max_length=40,
        help_text=_("Such as 3F2A 99C1: it shows that the paper is of the answers that stand there now"),
    )
    field_order = ["file", "code", "held"]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["file"].required = not self.data.get("held")
        self.fields["file"].error_messages["required"] = _NO_FILE

    def clean(self) -> dict[str, Any]:
        given = FaultsForm.clean(self) or self.cleaned_data
        if "file" not in self.errors and not (given.get("file") or given.get("held")):
            self.add_error("file", _NO_FILE)
        return given
