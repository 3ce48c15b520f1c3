"""Forms of the panel's work: findings, meetings, requests for evidence, and their moments in the region's time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pilar.areas.forms import MomentField, RegionTimes
from pilar.design.forms import FaultsForm
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.findings import FindingKind
from pilar.evaluation.rules.marking import MAX_TEXT
from pilar.evaluation.rules.meetings import MAX_PLACE, MeetingKind, read_attendance

Nodes = tuple[tuple[str, Bilingual], ...]


class RegionTimeForm(RegionTimes, FaultsForm):
    """A form whose moments are those of a region."""


class FindingForm(FaultsForm):
    """A strength, weakness or recommendation, of the whole or of one node."""

    kind = forms.TypedChoiceField(
        label=_("What it is"),
        coerce=FindingKind,
        choices=[
            (FindingKind.STRENGTH, _("Strength")),
            (FindingKind.WEAKNESS, _("Weakness")),
            (FindingKind.RECOMMENDATION, _("Recommendation")),
        ],
    )
    node = forms.ChoiceField(label=_("What it is about"), required=False)
    text = forms.CharField(
        label=_("Finding"), max_length=MAX_TEXT, strip=True, widget=forms.Textarea(attrs={"rows": 4})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen_field = "version"

    def __init__(self, *given: Any, nodes: Nodes, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["node"].choices = [("", gettext("The whole")), *((code, str(title)) for code, title in nodes)]


class MeetingForm(RegionTimeForm):
    """A slot of an interview or a field review."""

    kind = forms.TypedChoiceField(
        label=_("Kind"),
        coerce=MeetingKind,
        choices=[(MeetingKind.INTERVIEW, _("Interview")), (MeetingKind.FIELD_REVIEW, _("Field review"))],
    )
    starts_at = MomentField(label=_("Begins"))
    ends_at = MomentField(label=_("Ends"))
    place = forms.CharField(
        label=_("Place"), max_length=MAX_PLACE, help_text=_("Where you meet, or the address of the video meeting")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen_field = "version"


class MinutesForm(FaultsForm):
    """The minutes of a meeting: attendance and what was said."""

    attendance = forms.CharField(
        label=_("Attendance"),
        required=False,
        help_text=_("One person a line, the capacity behind a comma: Siti Aminah, Diskominfo"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=MAX_TEXT,
        help_text=_("Only the panel reads them"),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen_field = "version"

    def clean_attendance(self) -> Any:
        return read_attendance(self.cleaned_data["attendance"])


class RequestForm(RegionTimeForm):
    """The missing evidence, and the deadline."""

    node = forms.ChoiceField(label=_("Indicator"))
    text = forms.CharField(
        label=_("Which evidence is missing"), max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )
    deadline = MomentField(label=_("Deadline"), required=False)

    def __init__(self, *given: Any, leaves: Nodes, hours: int, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["node"].choices = [("", gettext("Choose an indicator")), *((code, str(t)) for code, t in leaves)]
        said = gettext("Left empty: %(hours)s hours from now") % {"hours": hours}
        self.fields["deadline"].help_text = said


class ReplyForm(FaultsForm):
    """The region's answer to a request: its existing evidence, a reply, or both."""

    evidence = forms.MultipleChoiceField(
        label=_("Evidence of your region"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reply = forms.CharField(
        label=_("Reply"), required=False, max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *given: Any, pieces: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["evidence"].choices = pieces
        if not pieces:
            del self.fields["evidence"]
