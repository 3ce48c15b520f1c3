"""Forms by which measures are defined, reported and corrected, and their sources kept."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from pilar.areas.queries import OfficeRow
from pilar.design.fields import DayField
from pilar.design.forms import FaultsForm
from pilar.evidence.queries import RevisionRow
from pilar.measures.operations import NewMeasure
from pilar.measures.queries import MeasureRow, SourceRow
from pilar.measures.reference import standards
from pilar.measures.rules.combining import AGGREGATION_NAMES, Aggregation
from pilar.measures.rules.definitions import (
    DIRECTION_NAMES,
    MAX_CODE,
    MAX_DECIMALS,
    MAX_DELAY,
    MAX_TEXT,
    MAX_TITLE,
    MAX_UNIT,
    Definition,
    Direction,
    Wording,
)
from pilar.measures.rules.periods import KIND_NAMES, Period, PeriodKind, read_period
from pilar.measures.rules.reports import MAX_REASON, OutdatedValue, read_value
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import translate
from pilar.platform.reading import SPAN_EXAMPLES, read_figure, typed_notation, typed_text


def _number_widget() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class DefinitionForm(FaultsForm):
    """The meaning of a measure, and the look of its values."""

    title_id = forms.CharField(label=_("Title in Indonesian"), max_length=MAX_TITLE)
    title_en = forms.CharField(label=_("Title in English"), max_length=MAX_TITLE, required=False)
    text_id = forms.CharField(
        label=_("Definition in Indonesian"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is counted, what is not, and when, so that two people come to the same figure"),
    )
    text_en = forms.CharField(
        label=_("Definition in English"),
        max_length=MAX_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    unit_id = forms.CharField(
        label=_("Unit in Indonesian"), max_length=MAX_UNIT, help_text=_("Such as izin, desa, %, rupiah")
    )
    unit_en = forms.CharField(label=_("Unit in English"), max_length=MAX_UNIT, required=False)
    direction = forms.TypedChoiceField(label=_("Which way is better"), coerce=Direction)
    aggregation = forms.TypedChoiceField(
        label=_("Figure of a longer period"),
        coerce=Aggregation,
        help_text=_("How the figures of days or months become that of a year"),
    )
    decimals = forms.IntegerField(label=_("Decimals"), min_value=0, max_value=MAX_DECIMALS, initial=0)
    lowest = forms.CharField(
        label=_("Lowest plausible value"), required=False, max_length=40, widget=_number_widget(),
        help_text=_("A value outside these bounds is refused"),
    )  # fmt: skip
    highest = forms.CharField(
        label=_("Highest plausible value"), required=False, max_length=40, widget=_number_widget()
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["direction"].choices = [
            (direction.value, translate(name)) for direction, name in DIRECTION_NAMES.items()
        ]
        self.fields["aggregation"].choices = [
            (aggregation.value, translate(name)) for aggregation, name in AGGREGATION_NAMES.items()
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        for name in ("lowest", "highest"):
            number = read_figure(given.get(name) or "", given.get("unit_id") or "", typed_notation())
            if isinstance(number, Fault):
                self.add_error(name, translate(number.sentence, **number.fields))
            else:
                given[name] = number
        return given

    def definition(self) -> Definition:
        """Return what was given, for an operation."""
        given = self.cleaned_data
        return Definition(
            title=Wording(given["title_id"], given["title_en"]),
            text=Wording(given["text_id"], given["text_en"]),
            unit=Wording(given["unit_id"], given["unit_en"]),
            direction=given["direction"],
            aggregation=given["aggregation"],
            decimals=given["decimals"],
            lowest=given["lowest"],
            highest=given["highest"],
        )


class AssignForm(FaultsForm):
    """The assignment of a measure: who answers for it and reads it, where its values come from, when they are due."""

    office = forms.TypedChoiceField(label=_("Office that answers for it"), coerce=int)
    source = forms.TypedChoiceField(
        label=_("Source system"), coerce=int, empty_value=None, required=False,
        help_text=_("The application that reports by itself; without one the office reports by form or file"),
    )  # fmt: skip
    due_days = forms.IntegerField(
        label=_("Days until a value is due"), min_value=0, max_value=MAX_DELAY, initial=10,
        help_text=_("Counted from the end of the period; after that the measure counts as late"),
    )  # fmt: skip
    public = forms.BooleanField(
        label=_("Everybody may read its figures, and the reasons of corrections"), required=False
    )

    def __init__(self, *given: Any, offices: Iterable[OfficeRow], sources: Iterable[SourceRow], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["office"].choices = [(row.key, row.name) for row in offices if not row.closed]
        active = [(row.key, row.title) for row in sources if row.active or row.built_in]
        self.fields["source"].choices = [("", translate("by form or file")), *active]


class AssignmentForm(AssignForm):
    """The assignment of a measure that is there, with the indicators of standards that it is."""

    standards = forms.MultipleChoiceField(
        label=_("Indicators of standards"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Where the measure is computed as the standard says"),
    )  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["standards"].choices = [
            (standard.key, format_html("{} <code>{}</code>: {}", standard.standard, standard.code, standard.name))
            for standard in standards().values()
        ]


class MeasureForm(AssignForm, DefinitionForm):
    """A new measure."""

    code = forms.CharField(
        label=_("Code"), max_length=MAX_CODE, help_text=_("Small letters, digits and hyphens; it never changes")
    )
    kind = forms.TypedChoiceField(label=_("Reported"), coerce=PeriodKind)
    starts_on = DayField(label=_("First day"), help_text=_("The first day of the first period that is reported"))
    field_order = [
        "code", "title_id", "title_en", "text_id", "text_en", "unit_id", "unit_en", "kind", "starts_on", "office",
        "source", "due_days", "direction", "aggregation", "decimals", "lowest", "highest", "public",
    ]  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["kind"].choices = [(kind.value, translate(name)) for kind, name in KIND_NAMES.items()]

    def new_measure(self) -> NewMeasure:
        """Return what was given, for an operation."""
        named = ("code", "kind", "office", "starts_on", "due_days", "source", "public")
        return NewMeasure(definition=self.definition(), **{name: self.cleaned_data[name] for name in named})


class RevisionForm(DefinitionForm):
    """A new version of a definition."""

    since = DayField(
        label=_("Holds from"), help_text=_("The first day of a period; values before keep the old definition")
    )
    field_order = ["since"]

    def revision(self) -> dict[str, Any]:
        """Return what was given, for an operation."""
        return {"definition": self.definition(), "since": self.cleaned_data["since"]}


class CloseForm(FaultsForm):
    """The end of a measure."""

    ends_on = DayField(label=_("Last day"), help_text=_("The last day of the last period that is reported"))


class ValueForm(FaultsForm):
    """A value, with the evidence for it if there is some."""

    value = forms.CharField(label=_("Value"), max_length=60, widget=_number_widget())
    evidence = forms.TypedChoiceField(label=_("Evidence"), coerce=UUID, empty_value=None, required=False)

    def __init__(self, *given: Any, row: MeasureRow, evidence: Iterable[RevisionRow], **named: Any) -> None:
        super().__init__(*given, **named)
        self.row = row
        label = translate("Value")
        self.fields["value"].label = f"{label} ({row.unit})"
        self.fields["evidence"].choices = [("", "–"), *((str(piece.evidence), piece.title) for piece in evidence)]
        if len(self.fields["evidence"].choices) == 1:
            del self.fields["evidence"]

    def clean_value(self) -> Decimal:
        """The number as the reader writes it."""
        value = read_value(self.cleaned_data["value"], self.row.unit, typed_notation())
        if isinstance(value, Fault):
            raise forms.ValidationError(translate(value.sentence, **value.fields))
        return value

    def given(self) -> dict[str, Any]:
        """Return what was given, for an operation."""
        return {"evidence": None, **self.cleaned_data, "value": f"{self.cleaned_data['value']:f}"}


class ReportForm(ValueForm):
    """A value of a period that has none."""

    period = forms.CharField(label=_("Period"), max_length=40)
    field_order = ["period", "value", "evidence"]

    def __init__(self, *given: Any, row: MeasureRow, **named: Any) -> None:
        super().__init__(*given, row=row, **named)
        self.fields["period"].help_text = translate(
            "Written like %(example)s", example=translate(SPAN_EXAMPLES[row.kind.value])
        )
        self.wanted = ""

    def clean_period(self) -> Period:
        """The period as people write it."""
        period = read_period(self.cleaned_data["period"], self.row.kind)
        if isinstance(period, Fault):
            raise forms.ValidationError(translate(period.sentence, **period.fields))
        self.wanted = str(period)
        return period

    @property
    def already(self) -> str:
        """The period, if a value is reported for it."""
        return self.wanted if self.has_error(NON_FIELD_ERRORS, "already-reported") else ""


class CorrectionForm(ValueForm):
    """Another value in the place of the one that was seen."""

    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Is shown with the figure; name no persons"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    seen_field = "seen"

    @property
    def outdated(self) -> bool:
        """Return whether somebody else was faster."""
        return isinstance(self.refused, OutdatedValue)

    def refuse(self, error: PilarError) -> None:
        super().refuse(error)
        if isinstance(error, OutdatedValue):
            self.take_version(error.stored.number)


class SourceForm(FaultsForm):
    """A new source system."""

    code = forms.CharField(
        label=_("Code"), max_length=MAX_CODE, help_text=_("Small letters, digits and hyphens; it never changes")
    )
    title = forms.CharField(label=_("Name"), max_length=MAX_TITLE)


class SourceTokenForm(FaultsForm):
    """A new token of a source system."""

    name = forms.CharField(
        label=_("What it is for"), max_length=80, help_text=_("Such as the server or the program that will use it")
    )
    days = forms.TypedChoiceField(
        label=_("How long it works"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (365, _("1 year"))],
        initial=365,
    )


def definition_fields(given: Definition) -> dict[str, Any]:
    """The values of a definition's form."""
    return {
        "title_id": given.title.id, "title_en": given.title.en,
        "text_id": given.text.id, "text_en": given.text.en,
        "unit_id": given.unit.id, "unit_en": given.unit.en,
        "direction": given.direction.value, "aggregation": given.aggregation.value, "decimals": given.decimals,
        "lowest": "" if given.lowest is None else typed_text(given.lowest),
        "highest": "" if given.highest is None else typed_text(given.highest),
    }  # fmt: skip
