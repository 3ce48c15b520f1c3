"""Forms for beginning, revising, decreeing and bringing plans into force, and for their texts and bodies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.areas.queries import OfficeRow
from pilar.design.fields import DayField
from pilar.design.forms import FaultsForm
from pilar.evidence.forms import RevisionForm
from pilar.evidence.queries import RevisionRow
from pilar.masterplan.operations import Member, NewPlan
from pilar.masterplan.queries import VersionRow
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.bodies import MAX_DUTY
from pilar.masterplan.rules.content import MAX_TEXT, MAX_TITLE
from pilar.masterplan.rules.stages import FIRST_YEAR, FORM_NAMES, LAST_YEAR, MAX_DECREE, Decree, LegalForm
from pilar.masterplan.rules.statements import BODY_NAMES, BodyKind, Stated, StatementPart
from pilar.platform.language import N_, translate


def text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PlanForm(FaultsForm):
    """A new plan."""

    title = forms.CharField(label=_("Title"), max_length=MAX_TITLE)
    first_year = forms.IntegerField(label=_("First year of the plan"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    last_year = forms.IntegerField(
        label=_("Last year of the plan"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text=_("A master plan runs five to ten years"),
    )

    def given(self) -> NewPlan:
        return NewPlan(**self.cleaned_data)


class ReasonForm(FaultsForm):
    """A reason; everybody who reads the version can read it."""

    reason = forms.CharField(label=_("Reason"), max_length=MAX_TEXT, widget=text_area(3))


class DecreeForm(RevisionForm):
    """The regulation that sets a version, with its text: existing evidence of the region, or a new file."""

    form = forms.TypedChoiceField(label=_("Form of the regulation"), coerce=LegalForm)
    number = forms.CharField(
        label=_("Number of the regulation"), max_length=MAX_DECREE, help_text=_("Such as 7 Tahun 2020")
    )
    day = DayField(label=_("Day on which it was set"))
    evidence = forms.TypedChoiceField(
        label=_("The regulation, from the evidence of the region"), coerce=UUID, empty_value=None, required=False,
        help_text=_("Everybody may read it from then on"),
    )  # fmt: skip
    field_order = ["form", "number", "day", "evidence", "file", "held"]

    def __init__(self, *given: Any, city: bool, evidence: Iterable[RevisionRow], **named: Any) -> None:
        super().__init__(*given, **named)
        del self.fields["link"], self.fields["note"]
        self.fields["file"].sometimes_required = False
        other = LegalForm.REGENT if city else LegalForm.MAYOR
        self.fields["form"].choices = [
            (form.value, translate(name)) for form, name in FORM_NAMES.items() if form != other
        ]
        self.fields["file"].label = translate("Or a new file")
        pieces = [(str(revision.evidence), revision.title) for revision in evidence]
        self.fields["evidence"].choices = [("", "–"), *pieces]
        if not pieces:
            del self.fields["evidence"]
            self.fields["file"].label = translate("File of the regulation")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if (given.get("file") or given.get("held")) and given.get("evidence"):
            self.add_error("evidence", _("Either choose evidence or add a new file, not both"))
        return given

    def decree(self) -> Decree:
        return Decree(self.cleaned_data["form"], self.cleaned_data["number"], self.cleaned_data["day"])


class ForceForm(FaultsForm):
    """The first day in force, and whether it replaces another plan."""

    since = DayField(label=_("In force since"))
    replaces = forms.BooleanField(
        label=_("It replaces the plan in force"), required=False,
        help_text=_("The other plan then ends the day before, though its years are not over"),
    )  # fmt: skip

    def __init__(self, *given: Any, replaced: VersionRow | None, **named: Any) -> None:
        super().__init__(*given, **named)
        if replaced is None:
            del self.fields["replaces"]
        else:
            label = translate(N_("It replaces “%(title)s”"), title=replaced.plan.title)
            self.fields["replaces"].label = label


class DayForm(FaultsForm):
    """A day for looking up the plan that was in force."""

    day = DayField(label=_("Plan in force on"))


class StatementForm(FaultsForm):
    """A sentence or paragraph of one part of a plan."""

    text = forms.CharField(label=_("Text"), max_length=MAX_TEXT, widget=text_area(3))
    key = forms.ChoiceField(label=_("Pillar"), required=False)
    level = forms.TypedChoiceField(label=_("Mark"), coerce=int, empty_value=None, required=False)
    source = forms.CharField(label=_("Source"), max_length=MAX_TEXT, required=False)

    def __init__(self, *given: Any, part: StatementPart, **named: Any) -> None:
        super().__init__(*given, **named)
        rules = framework()
        if part is StatementPart.READINESS:
            self.fields["key"].choices = [(part.code, str(part.title)) for part in rules.readiness.parts()]
            self.fields["key"].widget = forms.HiddenInput()
            self.fields["level"].choices = [("", "–"), *((str(level), str(level)) for level in rules.readiness_levels)]
            return
        del self.fields["level"]
        if part is StatementPart.STRATEGY:
            pillars = [(entry.code, str(entry.title)) for entry in rules.pillars.entries]
            self.fields["key"].choices = [("", translate("All pillars")), *pillars]
        else:
            del self.fields["key"]

    def stated(self) -> Stated:
        given = self.cleaned_data
        return Stated(given["text"], given.get("key", ""), given.get("level"), given["source"])


class BodyForm(FaultsForm):
    """A council, team or forum; its members are rows."""

    kind = forms.TypedChoiceField(label=_("Kind"), coerce=BodyKind)
    title = forms.CharField(label=_("Name of the body"), max_length=MAX_TITLE)
    decree = forms.CharField(
        label=_("Regulation or decision that set it up"), max_length=MAX_TITLE, required=False,
        help_text=_("Such as Keputusan Bupati Nomor 12 Tahun 2019"),
    )  # fmt: skip
    decreed_on = DayField(label=_("Day on which it was set up"), required=False)
    file = forms.TypedChoiceField(
        label=_("Its text, from the evidence of the region"), coerce=UUID, empty_value=None, required=False,
        help_text=_("Is attached where the evaluation asks for the body"),
    )  # fmt: skip
    source = forms.CharField(label=_("Source"), max_length=MAX_TEXT, required=False)

    def __init__(self, *given: Any, evidence: Iterable[RevisionRow], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["kind"].choices = [(kind.value, translate(name)) for kind, name in BODY_NAMES.items()]
        self.fields["file"].choices = [("", "–"), *((str(piece.evidence), piece.title) for piece in evidence)]


class MemberForm(FaultsForm):
    """A seat of a body."""

    duty = forms.CharField(
        label=_("Duty"), max_length=MAX_DUTY, help_text=_("Such as ketua, sekretaris, penanggung jawab pilar")
    )
    position = forms.CharField(label=_("Position that holds it"), max_length=MAX_TITLE)
    person = forms.CharField(label=_("Person"), max_length=MAX_TITLE, required=False)
    office = forms.TypedChoiceField(label=_("Office"), coerce=int, empty_value=None, required=False)
    pillar = forms.ChoiceField(label=_("Pillar"), required=False)

    def __init__(self, *given: Any, offices: Iterable[OfficeRow], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["office"].choices = [("", "–"), *((row.key, row.name) for row in offices)]
        pillars = [(entry.code, str(entry.title)) for entry in framework().pillars.entries]
        self.fields["pillar"].choices = [("", "–"), *pillars]

    def member(self) -> Member:
        return Member(**self.cleaned_data)
