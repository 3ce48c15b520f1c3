"""Forms by which results are computed, approved, published, corrected and contested, and recommendations followed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pilar.areas.queries import OfficeRow
from pilar.design.fields import DayField, FigureField, sometimes_required
from pilar.design.forms import FaultsForm
from pilar.evaluation.queries.panel_marks import Beside
from pilar.evaluation.rules.follow_up import FOLLOW_UP_NAMES, Plan
from pilar.evaluation.rules.marking import MAX_TEXT
from pilar.evaluation.rules.publishing import MAX_LETTER
from pilar.evidence.queries import RevisionRow
from pilar.platform.language import spoken, translate
from pilar.platform.writing import plain


def text_field(label: Any, *, required: bool = True, rows: int = 3, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=MAX_TEXT,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ComputeForm(FaultsForm):
    """Compute again, with the reason; the first time without."""

    reason = text_field(_("Why the results are computed again"), rows=2)

    def __init__(self, *arguments: Any, first: bool, **more: Any) -> None:
        super().__init__(*arguments, **more)
        if first:
            del self.fields["reason"]


class PublishForm(FaultsForm):
    """The letter that carries the results."""

    letter_number = forms.CharField(label=_("Number of the letter"), max_length=MAX_LETTER)
    letter_date = DayField(label=_("Date of the letter"))


class ObjectionForm(FaultsForm):
    """An objection to one indicator."""

    text = text_field(
        _("What you object to, and on what grounds"),
        rows=6,
        help_text=_("Name the evidence that the panel should look at again"),
    )


class DecisionForm(FaultsForm):
    """The decision of an objection."""

    accepted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Accept, with a new mark")), ("no", _("Refuse; the mark stays"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    value = sometimes_required(FigureField(label=_("New mark"), help_text=_("Only if the objection is accepted")))
    lower_confirmed = forms.BooleanField(label=_("Yes, the new mark is lower than the agreed one"), required=False)
    reason = text_field(_("Reason"), help_text=_("The region reads it"))


class CorrectionForm(FaultsForm):
    """A correction of one agreed mark after publication."""

    node = forms.ChoiceField(label=_("Indicator"))
    value = FigureField(label=_("New mark"), required=True)
    reason = text_field(_("Reason"), help_text=_("It is published with the new version"))

    def __init__(self, *arguments: Any, rows: Iterable[Beside], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["node"].choices = [
            (row.code, f"{row.title} ({plain(row.agreed.value, spoken())})") for row in rows if row.agreed is not None
        ]


class FollowUpForm(FaultsForm):
    """What is done about a recommendation. ``version`` is the one that the reader saw."""

    office = forms.TypedChoiceField(label=_("Office that follows it up"), coerce=int, empty_value=None, required=False)
    due = DayField(label=_("Due"), required=False)
    state = forms.ChoiceField(label=_("State"))
    note = text_field(_("What was done, or why it is not followed"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen_field = "version"

    def __init__(self, *arguments: Any, offices: Iterable[OfficeRow], may_assign: bool, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["office"].choices = [("", gettext("none yet")), *((office.key, office.name) for office in offices)]
        self.fields["state"].choices = [(state.value, translate(name)) for state, name in FOLLOW_UP_NAMES.items()]
        for name in ("office", "due"):
            self.fields[name].disabled = not may_assign

    def plan(self) -> Plan:
        """What was filled in."""
        return Plan(**{name: self.cleaned_data[name] for name in ("office", "due", "state", "note")})


class PieceForm(FaultsForm):
    """A piece of the region's evidence to attach."""

    evidence = forms.TypedChoiceField(label=_("Evidence of the region"))

    def __init__(self, *arguments: Any, pieces: Iterable[RevisionRow], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["evidence"].choices = [(str(piece.evidence), piece.title) for piece in pieces]
