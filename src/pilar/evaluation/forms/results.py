"""Forms by which results are computed, approved, published, corrected and contested, and recommendations followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pilar.areas.queries import OfficeRow
from pilar.design.fields import DayField, FigureField, sometimes_required
from pilar.design.forms import FaultsForm
from pilar.evaluation.queries.panel_marks import Beside
from pilar.evaluation.rules.follow_up import FOLLOW_UP_NAMES, Plan
from pilar.evaluation.rules.marking import MAX_TEXT
from pilar.evaluation.rules.objections import RESPONSE_NAMES, STANCE_NAMES, WISH_NAMES, Response, Stance, Wish
from pilar.evaluation.rules.publishing import MAX_LETTER
from pilar.evidence.forms import EvidenceForm
from pilar.evidence.queries import RevisionRow
from pilar.platform.language import reader_language, translate
from pilar.platform.writing import plain


def text_field(label: Any, *, required: bool = True, rows: int = 3, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=MAX_TEXT,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _named(names: Mapping[Any, str]) -> Iterable[tuple[Any, Any]]:
    return ((value, _(name)) for value, name in names.items())


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


class ObjectionForm(EvidenceForm):
    """An objection to one indicator, with evidence that the region has and a piece that is added with it."""

    wish = forms.TypedChoiceField(label=_("What you ask for"), coerce=Wish, widget=forms.RadioSelect, initial=Wish.MARK)
    text = text_field(
        _("What you object to, and on what grounds"),
        rows=6,
        help_text=_("Name the evidence that the panel should look at again"),
    )
    evidence = forms.TypedMultipleChoiceField(
        label=_("Evidence of your region that it rests on"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ["wish", "text", "evidence", "title", "file", "link", "office", "note", "held"]

    def __init__(self, *given: Any, wishes: Iterable[Wish], pieces: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["wish"].choices = [(wish.value, translate(WISH_NAMES[wish])) for wish in wishes]
        if len(self.fields["wish"].choices) == 1:
            del self.fields["wish"]
        self.fields["evidence"].choices = pieces
        self.fields["title"].required = False
        self.fields["title"].label = gettext("New evidence: what it shows")
        self.fields["title"].help_text = gettext("Only where a file or an address is added below")
        if not pieces:
            del self.fields["evidence"]

    @property
    def adds(self) -> bool:
        """Return whether a new piece is given."""
        return any(self.data.get(self.add_prefix(name)) for name in ("title", "link", "held")) or bool(
            self.files.get(self.add_prefix("file"))
        )

    def clean(self) -> dict[str, Any]:
        return super().clean() if self.adds else self.cleaned_data


class DecisionForm(FaultsForm):
    """The decision of an objection."""

    accepted = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("yes", _("Accept, with a new mark")),
            ("left-out", _("Accept: the indicator does not apply and is left out")),
            ("no", _("Refuse; the mark stays")),
        ],
        widget=forms.RadioSelect,
    )
    value = sometimes_required(FigureField(label=_("New mark"), help_text=_("Only if the objection is accepted")))
    lower_confirmed = forms.BooleanField(label=_("Yes, the new mark is lower than the agreed one"), required=False)
    reason = text_field(_("Reason"), help_text=_("The region reads it"))

    def __init__(self, *given: Any, may_be_left_out: bool, applies: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        choices = dict(self.fields["accepted"].choices)
        if not may_be_left_out:
            del choices["left-out"]
        if not applies:
            choices["no"] = gettext("Refuse; the indicator stays left out")
            del self.fields["lower_confirmed"]
        self.fields["accepted"].choices = list(choices.items())

    def decision(self) -> dict[str, Any]:
        """Return what was decided, as the operation takes it."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "accepted"}
        said = self.cleaned_data["accepted"]
        return given | {"accepted": said != "no", "not_applicable": said == "left-out"}


class AdviceForm(FaultsForm):
    """The advice of an assessor on an objection."""

    stance = forms.TypedChoiceField(
        label=_("Your advice"),
        coerce=Stance,
        choices=[(stance.value, name) for stance, name in _named(STANCE_NAMES)],
        widget=forms.RadioSelect,
    )
    text = text_field(_("Reason"), rows=4, help_text=_("The panel and the secretariat read it, the region does not"))


class ResponseForm(FaultsForm):
    """The region's response to a decision."""

    response = forms.TypedChoiceField(
        label=_("Answer of the region"),
        coerce=Response,
        choices=[(response.value, name) for response, name in _named(RESPONSE_NAMES)],
        widget=forms.RadioSelect,
    )
    text = text_field(_("What your region says to it"), required=False)


class CorrectionForm(FaultsForm):
    """A correction of one agreed mark after publication."""

    node = forms.ChoiceField(label=_("Indicator"))
    value = FigureField(label=_("New mark"), required=True)
    reason = text_field(_("Reason"), help_text=_("It is published with the new version"))

    def __init__(self, *arguments: Any, rows: Iterable[Beside], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["node"].choices = [
            (row.code, f"{row.title} ({plain(row.agreed.value, reader_language())})")
            for row in rows
            if row.agreed is not None
        ]


class FollowUpForm(FaultsForm):
    """The follow-up of a recommendation. ``version`` is the one that the reader saw."""

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
        """Return what was filled in."""
        return Plan(**{name: self.cleaned_data[name] for name in ("office", "due", "state", "note")})


class PieceForm(FaultsForm):
    """A piece of the region's evidence to attach."""

    evidence = forms.TypedChoiceField(label=_("Evidence of the region"))

    def __init__(self, *arguments: Any, pieces: Iterable[RevisionRow], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["evidence"].choices = [(str(piece.evidence), piece.title) for piece in pieces]
