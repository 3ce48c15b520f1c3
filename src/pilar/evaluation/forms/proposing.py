"""The forms by which a recommendation, or a target that would lift, becomes a proposal of the master plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pilar.areas.queries import OfficeRow
from pilar.design.fields import FigureField
from pilar.design.forms import FaultsForm
from pilar.evaluation.operations import Aim, Idea
from pilar.masterplan.queries import ProgrammeRow
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import MAX_TITLE
from pilar.masterplan.rules.stages import ProposalKind
from pilar.platform.errors import Fault, Faults

PLACES: Mapping[str, str] = {"owner": "office", "line": "programme"}
"""What the room of plans calls a field that is called otherwise here."""


class IdeaForm(FaultsForm):
    """A proposal made from a recommendation. ``kind`` distinguishes the forms of a page, ``version`` was shown."""

    makes: ProposalKind
    kind = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, version: int, **named: Any) -> None:
        initial = {"kind": self.makes.value, "version": version, **named.pop("initial", {})}
        super().__init__(*given, initial=initial, auto_id=f"{self.makes.value}-%s", **named)

    def idea(self) -> Idea:
        """Return what was filled in."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("kind", "version")}
        return Idea(self.makes, **given)

    def tell(self, error: Faults) -> None:
        super().tell(
            Faults(
                Fault(fault.code, fault.sentence, fault.fields, PLACES.get(fault.place, fault.place))
                for fault in error.faults
            )
        )


class NewProgrammeForm(IdeaForm):
    """A new programme of an office."""

    makes = ProposalKind.ADD
    office = forms.TypedChoiceField(
        label=_("Office that is to own it"), coerce=int, help_text=_("It completes the proposal and hands it in")
    )
    title = forms.CharField(label=_("Title of the new programme"), max_length=MAX_TITLE)
    part = forms.ChoiceField(label=_("Sub-dimension"))

    def __init__(self, *given: Any, offices: Iterable[OfficeRow], **named: Any) -> None:
        super().__init__(*given, **named)
        none = ("", gettext("none yet"))
        self.fields["office"].choices = [none, *((office.key, office.name) for office in offices)]
        self.fields["part"].choices = [
            none,
            *(
                (str(pillar.title), [(part.code, str(part.title)) for part in pillar.parts])
                for pillar in framework().pillars.entries
            ),
        ]


class ChangeForm(IdeaForm):
    """The change of a programme."""

    makes = ProposalKind.CHANGE
    programme = forms.ChoiceField(
        label=_("Programme to change"), help_text=_("The office that owns it writes the change and hands it in")
    )

    def __init__(self, *given: Any, programmes: Iterable[ProgrammeRow], **named: Any) -> None:
        super().__init__(*given, **named)
        rows = ((programme.code, f"{programme.code} {programme.content.title}") for programme in programmes)
        self.fields["programme"].choices = [("", gettext("none yet")), *rows]


class AimForm(FaultsForm):
    """A new value for a target by the end of a year."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    year = forms.TypedChoiceField(label=_("Year to reach it by"), coerce=int)

    def __init__(self, *given: Any, unit: str, years: Iterable[int], version: int, **named: Any) -> None:
        super().__init__(*given, initial={"version": version, **named.pop("initial", {})}, **named)
        self.fields["year"].choices = [(year, str(year)) for year in years]
        self.fields["value"] = FigureField(label=_("Target"), required=True, unit=unit, help_text=unit)

    def aim(self, programme: str, target: int) -> Aim:
        """Return what was filled in."""
        return Aim(programme, target, self.cleaned_data["year"], self.cleaned_data["value"])

    def tell(self, error: Faults) -> None:
        """A fault of the value that stands in the programme is one of the value that was typed."""
        super().tell(
            Faults(
                Fault(fault.code, fault.sentence, fault.fields, "value" if ".yearly." in fault.place else fault.place)
                for fault in error.faults
            )
        )
