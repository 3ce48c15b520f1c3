"""Forms of the day: a reason, a code, when the doctor comes, the next visit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import FigureField
from pilar.design.forms import FaultsForm
from pilar.hospital.forms.booking import NumberField
from pilar.hospital.rules.booking import CODE_LENGTH, PRIORITY_NAMES, Priority
from pilar.hospital.rules.triage import COMPLAINT, LONGEST, SIGN_NAMES
from pilar.platform.language import translate

CLOCK = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class CodeForm(FaultsForm):
    """The code of a booking, typed or read from a QR code by a scanner that types."""

    code = forms.CharField(
        label=_("Booking code"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "autofocus": True}),
    )  # fmt: skip

    def clean_code(self) -> str:
        """The code: a scanner types the whole address that the QR code leads to."""
        text: str = self.cleaned_data["code"].strip().rstrip("/").rpartition("/")[2].replace("-", "").replace(" ", "")
        return text.upper()[: CODE_LENGTH + 1]


class ChosenForm(FaultsForm):
    """A choice from a list, such as the reason for a call."""

    chosen = forms.ChoiceField()

    def __init__(self, names: Mapping[Any, str], label: str, data: Any = None) -> None:
        super().__init__(data, prefix=None)
        self.fields["chosen"].label = translate(label)
        self.fields["chosen"].choices = [(str(value), translate(name)) for value, name in names.items()]


class TriageForm(FaultsForm):
    """Questions and measurements of the nurse before the doctor; at least one has to be filled in."""

    priority = forms.ChoiceField(label=_("Priority"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["priority"].choices = [
            (priority.value, translate(name)) for priority, name in PRIORITY_NAMES.items()
        ]
        self.fields |= {name: FigureField(label=translate(label)) for name, label in SIGN_NAMES.items()}
        self.fields[COMPLAINT] = forms.CharField(
            label=_("What the patient complains of"), max_length=LONGEST, required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        )  # fmt: skip

    def given(self) -> dict[str, Any]:
        kept = {name: str(value) for name, value in self.cleaned_data.items() if name != "priority" and value}
        return {"priority": Priority(self.cleaned_data["priority"]), "signs": kept}


class LateForm(FaultsForm):
    """The hours in which the doctor sees patients; empty if they do not come."""

    resume = forms.TimeField(label=_("The doctor sees patients from"), widget=CLOCK)
    until = forms.TimeField(label=_("until"), widget=CLOCK)

    def __init__(self, *given: Any, starts: time, **named: Any) -> None:
        super().__init__(*given, **named)
        self.starts = starts

    def clean(self) -> None:
        """Check that it ends after it begins, and does not begin earlier than planned."""
        resume, until = self.cleaned_data.get("resume"), self.cleaned_data.get("until")
        if resume and resume < self.starts:
            self.add_error("resume", _("This is before the session begins"))
        if resume and until and until <= resume:
            self.add_error("until", _("A session ends after it begins"))


class EarlierForm(FaultsForm):
    agreed = forms.BooleanField(label=_("I may be asked to come earlier"), required=False)


class ControlForm(FaultsForm):
    """The session of the next visit; ``key`` makes sure that sending it again books once."""

    session = forms.TypedChoiceField(label=_("Day and time"), coerce=int, widget=forms.RadioSelect)
    reference = NumberField(label=_("Number of the control letter, if it is written already"), max_length=19,
                            required=False)  # fmt: skip
    key = forms.UUIDField(widget=forms.HiddenInput)
