"""The form by which a recommendation becomes a proposal of the master plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pilar.areas.queries import OfficeRow
from pilar.evaluation.operations import Idea
from pilar.evidence.forms import FaultsForm
from pilar.masterplan.queries import ProgrammeRow
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import LONGEST_TITLE
from pilar.masterplan.rules.stages import KIND_NAMES, ProposalKind
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import translate

KINDS = (ProposalKind.ADD, ProposalKind.CHANGE)


class IdeaForm(FaultsForm):
    """A new programme of an office, or the change of a programme. ``version`` is the one that was shown."""

    kind = forms.ChoiceField(label=_("What it becomes"), widget=forms.RadioSelect)
    office = forms.TypedChoiceField(
        label=_("Office that is to own it"), coerce=int, empty_value=None, required=False,
        help_text=_("For a new programme: this office completes the proposal and hands it in"),
    )  # fmt: skip
    title = forms.CharField(label=_("Title of the new programme"), max_length=LONGEST_TITLE, required=False)
    part = forms.ChoiceField(label=_("Sub-dimension"), required=False)
    programme = forms.ChoiceField(
        label=_("Programme to change"),
        required=False,
        help_text=_("For a change: it stays with the office that owns it"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *arguments: Any, offices: Iterable[OfficeRow], programmes: Iterable[ProgrammeRow], **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        rows = list(programmes)
        none = ("", gettext("none yet"))
        kinds = KINDS if rows else KINDS[:1]
        self.fields["kind"].choices = [(one.value, translate(KIND_NAMES[one])) for one in kinds]
        self.fields["office"].choices = [none, *((one.key, one.name) for one in offices)]
        self.fields["part"].choices = [
            none,
            *(
                (str(pillar.title), [(part.code, str(part.title)) for part in pillar.parts])
                for pillar in framework().pillars.entries
            ),
        ]
        self.fields["programme"].choices = [none, *((one.code, f"{one.code} {one.content.title}") for one in rows)]
        if not rows:
            del self.fields["programme"]

    def idea(self) -> Idea:
        """What was filled in; raises Faults at fields that its kind cannot do without."""
        given = self.cleaned_data
        kind = ProposalKind(given["kind"])
        return Idea(kind, given["office"], given["title"], given["part"], given.get("programme", ""))

    def tell(self, faults: Faults) -> None:
        """What the room of plans says of the owner is said at the office here."""
        moved = [
            Fault(
                one.code, one.sentence, one.fields, {"owner": "office", "line": "programme"}.get(one.place, one.place)
            )
            for one in faults.faults
        ]
        super().tell(Faults(moved))
