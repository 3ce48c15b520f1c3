"""Forms of the panel's work: findings, meetings, requests for evidence, and their moments in the region's time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pilar.areas import reference
from pilar.areas.rules import TimeZone, zone_of
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.findings import FindingKind
from pilar.evaluation.rules.marking import LONGEST_TEXT
from pilar.evaluation.rules.meetings import LONGEST_PLACE, MeetingKind, read_attendance
from pilar.evidence.forms import FaultsForm

Nodes = tuple[tuple[str, Bilingual], ...]


class MomentField(forms.DateTimeField):
    """A moment as the people of a region write it; :meth:`at` says whose time it is."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")

    def at(self, zone: TimeZone) -> None:
        """Take what is written for the time of ``zone``, and say so in the label."""
        self.zone = timezone(timedelta(hours=zone.hours), zone.name)
        self.label = f"{self.label} ({zone.name})"

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(self.zone).replace(tzinfo=None) if isinstance(value, datetime) else value

    def clean(self, value: Any) -> datetime | None:
        found = forms.Field.clean(self, value)
        return None if found is None else found.replace(tzinfo=self.zone)

    def to_python(self, value: Any) -> datetime | None:
        """The moment as written; the zone is put to it by :meth:`clean`."""
        if value in self.empty_values:
            return None
        for form in self.input_formats:
            try:
                return datetime.strptime(str(value).strip(), form)  # noqa: DTZ007 - clean() puts the zone to it
            except ValueError:
                continue
        raise forms.ValidationError(gettext("Write day and time such as 24-11-2026 14:00"))


class RegionTimeForm(FaultsForm):
    """A form whose moments are those of a region."""

    def __init__(self, *given: Any, region_code: str, now: datetime, **named: Any) -> None:
        super().__init__(*given, **named)
        zone = zone_of(region_code, now, reference.time_zones())
        for field in self.fields.values():
            if isinstance(field, MomentField):
                field.at(zone)


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
        label=_("Finding"), max_length=LONGEST_TEXT, strip=True, widget=forms.Textarea(attrs={"rows": 4})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

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
        label=_("Place"), max_length=LONGEST_PLACE, help_text=_("Where you meet, or the address of the video meeting")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class MinutesForm(FaultsForm):
    """Who was at a meeting, and what was said."""

    attendance = forms.CharField(
        label=_("Attendance"),
        required=False,
        help_text=_("One person a line, the capacity behind a comma: Siti Aminah, Diskominfo"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=LONGEST_TEXT,
        help_text=_("Only the panel reads them"),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_attendance(self) -> Any:
        return read_attendance(self.cleaned_data["attendance"])


class RequestForm(RegionTimeForm):
    """What evidence is missing, and until when."""

    node = forms.ChoiceField(label=_("Indicator"))
    text = forms.CharField(
        label=_("Which evidence is missing"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )
    deadline = MomentField(label=_("Deadline"), required=False)

    def __init__(self, *given: Any, leaves: Nodes, hours: int, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["node"].choices = [("", gettext("Choose an indicator")), *((code, str(t)) for code, t in leaves)]
        said = gettext("Left empty: %(hours)s hours from now") % {"hours": hours}
        self.fields["deadline"].help_text = said


class ReplyForm(FaultsForm):
    """What the region answers a request with: evidence that it has, a reply, or both."""

    evidence = forms.MultipleChoiceField(
        label=_("Evidence of your region"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reply = forms.CharField(
        label=_("Reply"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *given: Any, pieces: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["evidence"].choices = pieces
        if not pieces:
            del self.fields["evidence"]
