"""Forms of workshops and of the coordination meeting: calendar, attendance, decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pilar.areas.forms import MomentField, RegionTimes
from pilar.design.fields import sometimes_required
from pilar.design.forms import FaultsForm
from pilar.masterplan.operations import Attendee, NewMeeting
from pilar.masterplan.queries.agenda import AgendaRow
from pilar.masterplan.queries.meetings import AttendeeRow
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import MAX_TEXT, MAX_TITLE
from pilar.masterplan.rules.decisions import MAX_REASON
from pilar.masterplan.rules.meetings import FINALISATION_NAME, MeetingKind, read_invited
from pilar.platform.errors import Faults
from pilar.platform.language import translate

MAX_LIST = 100_000
SEEN = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


def kind_name(kind: MeetingKind) -> str:
    """Return the name of a workshop from the framework, or of the coordination meeting."""
    named = framework().workshops.find(kind.value)
    return str(named.title) if named else translate(FINALISATION_NAME)


class _Times(RegionTimes, FaultsForm):
    """Time, place and agenda."""

    title = forms.CharField(label=_("Title"), max_length=MAX_TITLE)
    held_at = MomentField(label=_("Begins"))
    venue = forms.CharField(
        label=_("Venue"), max_length=MAX_TITLE, required=False,
        help_text=_("Where you meet, or the address of the video meeting"),
    )  # fmt: skip
    agenda = forms.CharField(
        label=_("Agenda"), max_length=MAX_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One point a line"),
    )  # fmt: skip


class PlanMeetingForm(_Times):
    """A workshop or the coordination meeting for the calendar."""

    kind = forms.TypedChoiceField(label=_("Kind"), coerce=MeetingKind)
    field_order = ["kind", "title", "held_at", "venue", "agenda"]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["kind"].choices = [(kind.value, kind_name(kind)) for kind in MeetingKind]

    def new_meeting(self) -> NewMeeting:
        """Convert the input to the argument of the operation."""
        given = self.cleaned_data
        return NewMeeting(given["kind"], given["title"], given["held_at"], given["venue"], given["agenda"])


class MeetingForm(_Times):
    """The calendar entry of a meeting, and the notes."""

    seen_field = "seen"
    notes = forms.CharField(
        label=_("Notes"), max_length=MAX_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What was discussed beside the decisions; it stands in the minutes"),
    )  # fmt: skip
    seen = SEEN


class AttendanceForm(FaultsForm):
    """Lines to add to a list of attendance, and its rows; ``kept``: input that was sent after the session had ended."""

    added = forms.CharField(
        label=_("Add people"), max_length=MAX_LIST, required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One person a line: name; position; office. The position or the office may be left out"),
    )  # fmt: skip
    seen_field = "seen"
    came = forms.BooleanField(label=_("Those who are added are present"), required=False)
    seen = SEEN

    def __init__(
        self,
        data: QueryDict | None,
        *,
        listed: Iterable[AttendeeRow],
        offices: Mapping[str, int],
        initial: Mapping[str, Any],
        kept: QueryDict | None = None,
    ) -> None:
        typed = {name: kept.get(name, "") for name in ("added", "came", "seen")} if kept else {}
        super().__init__(data, initial={**initial, **typed})
        self.offices = offices
        self.rows = [ListedAttendee(row, data or kept) for row in listed]

    def attendees(self) -> list[Attendee]:
        """Return the whole list to store; raises Faults at ``added``."""
        read, faults = read_invited(self.cleaned_data["added"], self.offices)
        if faults:
            raise Faults(faults)
        came = self.cleaned_data["came"]
        kept = [row.attendee for row in self.rows if not row.removed]
        return [*kept, *(Attendee(invited.name, invited.position, invited.office, present=came) for invited in read)]

    def tell(self, error: Faults) -> None:
        """Show each fault at its row, or at the added lines."""
        kept = [row for row in self.rows if not row.removed]
        for fault in error.faults:
            said = translate(fault.sentence, **fault.fields)
            place, _dot, _field = fault.place.partition(".")
            if place.isdecimal() and int(place) < len(kept):
                kept[int(place)].faults.append(said)
                self.add_error(None, f"{kept[int(place)].row.name}: {said}")
            else:
                self.add_error("added" if place.isdecimal() or place == "added" else None, said)


class ListedAttendee:
    """A row of the list, as stored or as ticked."""

    def __init__(self, row: AttendeeRow, data: QueryDict | None) -> None:
        self.row = row
        self.faults: list[str] = []
        self.present, self.signs, self.removed = row.present, row.signs, False
        # A row that somebody else added in the meantime has no ticks of this reader.
        if data is not None and str(row.key) in data.getlist("listed"):
            self.present, self.signs, self.removed = (
                str(row.key) in data.getlist(name) for name in ("present", "signs", "removed")
            )

    @property
    def attendee(self) -> Attendee:
        # Those who sign are present: one tick is enough.
        return Attendee(
            self.row.name, self.row.position, self.row.office, present=self.present or self.signs, signs=self.signs
        )


class RestForm(FaultsForm):
    """The person who decided that the rest is accepted as proposed."""

    decided_by = forms.TypedChoiceField(label=_("Who of those present decided"), coerce=int, empty_value=None)

    def __init__(self, *given: Any, attendance: Iterable[AttendeeRow], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["decided_by"].choices = deciders(attendance)


class VerdictForm(FaultsForm):
    """A decision: who takes it, why, and for a merger the target proposal; the button is the outcome."""

    seen_field = "seen"
    reason = sometimes_required(forms.CharField(
        label=_("Reason"), max_length=MAX_REASON, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It may stay empty only if all is accepted as it is; the office reads it"),
    ))  # fmt: skip
    decided_by = forms.TypedChoiceField(label=_("Who of those present decided"), coerce=int, empty_value=None)
    into = sometimes_required(
        forms.TypedChoiceField(label=_("If merged: into which proposal"), coerce=int, empty_value=None, required=False)
    )
    seen = SEEN

    def __init__(
        self, *given: Any, attendance: Iterable[AttendeeRow], others: Iterable[AgendaRow] | None, **named: Any
    ) -> None:
        super().__init__(*given, **named)
        self.fields["decided_by"].choices = deciders(attendance)
        if others is None:
            del self.fields["into"]
        else:
            self.fields["into"].choices = [
                ("", "–"),
                *((other.key, f"{other.number}. {other.title}") for other in others),
            ]


def deciders(attendance: Iterable[AttendeeRow]) -> list[tuple[int | str, str]]:
    """Return the persons present as choices, by name and position."""
    named = [
        (attendee.key, ", ".join(part for part in (attendee.name, attendee.position) if part))
        for attendee in attendance
    ]
    return [("", "–"), *named]
