"""Forms for taking over a plan that ran before it was kept here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import sometimes_required
from pilar.design.forms import FaultsForm
from pilar.masterplan.forms.plans import text_area
from pilar.masterplan.rules.content import MAX_TEXT
from pilar.masterplan.rules.quarters import Quarter, read_quarter
from pilar.platform.language import N_, translate


class BeginningForm(FaultsForm):
    """The first quarter for which reports are owed, and the reason."""

    seen_field = "seen"

    since = sometimes_required(forms.TypedChoiceField(
        label=_("First quarter that reports are owed of"), coerce=read_quarter, empty_value=None, required=False,
        help_text=_("What was reported for earlier quarters can be brought in all the same"),
    ))  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=MAX_TEXT, widget=text_area(3),
        help_text=_("Everybody reads it: such as the decree that set the plan, and to whom reports went before"),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, *given: Any, possible: Iterable[Quarter], **named: Any) -> None:
        super().__init__(*given, **named)
        whole = translate(N_("From the beginning of the plan"))
        self.fields["since"].choices = [("", whole), *((str(quarter), quarter.name) for quarter in possible)]
