"""Forms for answering and judging flags, and for drawing samples."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.forms import FaultsForm, OnceForm
from pilar.platform.language import translate
from pilar.villagefinance.operations.correcting import MAX_REASON
from pilar.villagefinance.operations.flags import MAX_ANSWER, MAX_SAMPLE
from pilar.villagefinance.rules.auditing import FLAG_NAMES, JUDGED, FlagState
from pilar.villagefinance.rules.clocks import FIRST_YEAR, LAST_YEAR

USUAL_SAMPLE = 60


class AnswerForm(FaultsForm):
    """The reply of the village to a flag."""

    reply = forms.CharField(label=_("What is behind it"), max_length=MAX_ANSWER, widget=forms.Textarea)


class JudgeForm(FaultsForm):
    """The inspectorate's verdict on a flag."""

    verdict = forms.TypedChoiceField(label=_("Verdict"), coerce=FlagState, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=MAX_ANSWER, widget=forms.Textarea)

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        self.fields["verdict"].choices = [(state.value, translate(FLAG_NAMES[state])) for state in JUDGED]


class CorrectVerdictForm(JudgeForm):
    """Another verdict, and why the first was wrong."""

    why = forms.CharField(
        label=_("Why the first verdict was wrong"), max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )


class SampleForm(OnceForm):
    """The size and year of a sample."""

    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    size = forms.IntegerField(
        label=_("Size"), min_value=1, max_value=MAX_SAMPLE, initial=USUAL_SAMPLE,
        help_text=_("How many of all rupiah spent are drawn; each leads to the entry that it stands in"),
    )  # fmt: skip
