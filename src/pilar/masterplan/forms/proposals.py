"""Forms of the call, of a proposal except its content, of questions and of merging."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.areas.forms import MomentField, RegionTimes
from pilar.design.forms import FaultsForm
from pilar.masterplan.forms.content import ContentForm
from pilar.masterplan.queries.proposals import ProposalRow
from pilar.masterplan.rules.content import MAX_TEXT
from pilar.masterplan.rules.decisions import MAX_REASON
from pilar.masterplan.rules.stages import ProposalKind
from pilar.platform.errors import Faults
from pilar.platform.language import N_, translate

REASONS = {
    ProposalKind.ADD: N_("Answer to the question of the secretariat"),
    ProposalKind.CHANGE: N_("Why the programme should change"),
    ProposalKind.DROP: N_("Why the programme should end"),
}


class CallForm(RegionTimes, FaultsForm):
    """The call for proposals: its text and deadline."""

    closes_at = MomentField(label=_("Proposals are taken until"))
    text = forms.CharField(
        label=_("What the offices should know"), required=False, max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip


class ReasonForm(FaultsForm):
    """The reason of an office besides the content of its proposal, and the version that it saw."""

    reason = forms.CharField(required=False, max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 3}))
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *given: Any, kind: ProposalKind, question: str = "", **named: Any) -> None:
        super().__init__(*given, **named)
        if kind is ProposalKind.ADD and not question:
            del self.fields["reason"]
            return
        self.fields["reason"].label = translate(REASONS[ProposalKind.ADD if question else kind])
        self.fields["reason"].required = kind is ProposalKind.DROP

    @property
    def said(self) -> str:
        """Return the reason, or an empty text."""
        return str(self.cleaned_data.get("reason", ""))


class QuestionForm(FaultsForm):
    """A question of the secretariat to an office."""

    question = forms.CharField(
        label=_("What the office should answer"), max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class MergeForm(FaultsForm):
    """The proposal into which the others are merged, and the reason."""

    into = forms.TypedChoiceField(
        label=_("They go into"), coerce=int, widget=forms.RadioSelect,
        help_text=_("It keeps what it says; the offices of the others become its partners"),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The offices read it"),
    )  # fmt: skip

    def __init__(self, *given: Any, rows: Iterable[ProposalRow], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["into"].choices = [(row.key, f"{row.number}. {row.title} ({row.office_short})") for row in rows]

    def tell(self, error: Faults) -> None:
        """Show faults of the chosen proposals at the choice."""
        for fault in error.faults:
            said = translate(fault.sentence, **fault.fields)
            self.add_error(fault.place if fault.place in self.fields else "into", said)


class ProposalForms:
    """All input on the page of a proposal: its content, unless a programme should end, and its reason."""

    def __init__(self, content: ContentForm | None, reason: ReasonForm) -> None:
        self.content, self.reason = content, reason

    @property
    def rearranged(self) -> bool:
        """Return whether only rows of the form are to be added or removed."""
        return self.content is not None and self.content.rearranged

    def is_valid(self) -> bool:
        """Return whether everything typed can be read."""
        return not [form for form in (self.content, self.reason) if form is not None and not form.is_valid()]

    def tell(self, error: Faults) -> None:
        """Show each fault where it belongs."""
        for fault in error.faults:
            if fault.place in self.reason.fields or self.content is None:
                self.reason.tell(Faults([fault]))
            else:
                self.content.tell(Faults([fault]))
