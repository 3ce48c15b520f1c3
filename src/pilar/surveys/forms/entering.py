"""The form for entering a paper sheet: a number for each question, as the boxes on paper are numbered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField
from pilar.design.forms import FaultsForm
from pilar.platform.errors import Faults
from pilar.platform.language import translate
from pilar.surveys.forms.answering import NumberField
from pilar.surveys.rules.answers import MAX_WORDS, Answered, faults_of
from pilar.surveys.rules.paper import (
    DAY,
    GROUP,
    MAX_NUMBER,
    MAX_OPTIONS,
    NUMBER,
    Sheet,
    condition_of,
    numbers_of,
    option_read,
    options_of,
)
from pilar.surveys.rules.questionnaire import Item, ItemKind, Option, Questionnaire

CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Part:
    """Fields below one heading; ``legend`` explains the numbers of the scale once."""

    title: str
    legend: str
    fields: tuple[forms.BoundField, ...]


class SheetForm(FaultsForm):
    """A whole sheet on one page. Ticked boxes are typed as their numbers; their words and codes are accepted too."""

    sheet_day = DayField(label=_("Date on the sheet"))
    sheet_number = forms.IntegerField(
        label=_("Number of the sheet"), min_value=1, max_value=MAX_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *given: Any, questionnaire: Questionnaire, cell: int, **named: Any) -> None:
        super().__init__(*given, **named)
        self.questionnaire, self.cell = questionnaire, cell
        # The day defaults to that of the sheet before, so that it need not be typed each time.
        self.fields[NUMBER if self.initial.get(DAY) else DAY].widget.attrs["autofocus"] = True
        self.options: dict[str, tuple[Option, ...]] = {}
        numbers = numbers_of(questionnaire)
        self.fields[CONSENT] = forms.BooleanField(
            label=str(questionnaire.consent),
            error_messages={"required": _("Enter only sheets on which this is ticked, and leave out the others")},
        )
        if questionnaire.groups:
            role = gettext("You are")
            self._ask(GROUP, f"{numbers[GROUP]}. {role}", questionnaire.groups)
        for field in questionnaire.profile:
            self._ask(field.code, f"{numbers[field.code]}. {field.title}", field.options)
            self.fields[field.code].required = field.required
        for item in questionnaire.items():
            self._item(item, f"{numbers[item.code]}. {item.title}")

    def full_clean(self) -> None:
        """Validate as if nothing were required; :meth:`clean` reports missing answers of the whole answer."""
        asked = [field for name, field in self.fields.items() if name not in (NUMBER, DAY, CONSENT) and field.required]
        for field in asked:
            field.required = False
        super().full_clean()
        for field in asked:
            field.required = True

    def parts(self) -> Iterator[Part]:
        """Yield the fields as on the sheet, section by section."""
        form = self.questionnaire
        about = [*([GROUP] if form.groups else ()), *(field.code for field in form.profile)]
        yield Part(gettext("About the respondent"), "", tuple(self[name] for name in (CONSENT, *about)))
        scale = " · ".join(f"{value} = {title}" for value, title in form.scale.items())
        for section in form.sections:
            scaled = any(item.kind is ItemKind.SCALE for item in section.items)
            fields = tuple(self[item.code] for item in section.items)
            yield Part(str(section.title), scale if scaled else "", fields)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        for fault in faults_of(self._answered(given), self.questionnaire):
            if fault.place in self.fields and fault.place not in self.errors:
                self.add_error(fault.place, translate(fault.sentence, **fault.fields))
        return given

    def sheet(self) -> Sheet:
        """Convert the input to the argument of an operation."""
        given = self.cleaned_data
        return Sheet(self.cell, given[NUMBER], given[DAY], self._answered(given))

    def tell(self, error: Faults) -> None:
        """Show faults as in any form; the operation counts the sheets, and here there is one."""
        super().tell(Faults(replace(fault, place=fault.place.partition(".")[2]) for fault in error.faults))

    def _ask(self, code: str, label: str, options: tuple[Option, ...], note: str = "") -> None:
        """Make a field for typing a number, or for choosing from a long list."""
        self.options[code] = options
        if len(options) > MAX_OPTIONS:
            choices = [("", "–"), *((option.code, str(option.title)) for option in options)]
            self.fields[code] = forms.CharField(label=label, help_text=note, widget=forms.Select(choices=choices))
        else:
            told = " · ".join(f"{place} = {option.title}" for place, option in enumerate(options, start=1))
            self.fields[code] = _figure(label, " ".join(filter(None, (note, told))))

    def _item(self, item: Item, label: str) -> None:
        note = condition_of(item, self.questionnaire)
        note = f"{note}." if note else ""
        match item.kind:
            case ItemKind.SCALE:
                self.options[item.code] = options_of(item, self.questionnaire)
                scale = f"{min(self.questionnaire.scale)}–{max(self.questionnaire.scale)}"
                self.fields[item.code] = _figure(label, " ".join(filter(None, (note, scale))))
            case ItemKind.CHOICE:
                self._ask(item.code, label, item.options, note)
            case ItemKind.NUMBER:
                self.fields[item.code] = NumberField(label=label, help_text=note)
            case ItemKind.TEXT:
                self.fields[item.code] = forms.CharField(
                    label=label, help_text=note, max_length=MAX_WORDS, widget=forms.Textarea(attrs={"rows": 2})
                )
        self.fields[item.code].required = item.required

    def _answered(self, given: dict[str, Any]) -> Answered:
        read = {
            name: option_read(value, self.options[name]) if name in self.options else value
            for name, value in given.items()
            if isinstance(value, str) and value.strip()
        }
        form = self.questionnaire
        answers = {item.code: read[item.code] for item in form.items() if item.code in read}
        profile = {field.code: read[field.code] for field in form.profile if field.code in read}
        return Answered(answers, profile, read.get(GROUP, ""), consent=bool(given.get(CONSENT)))


def _figure(label: str, note: str, longest: int = 40) -> forms.CharField:
    attributes = {"inputmode": "numeric", "autocomplete": "off", "class": "figure-box"}
    return forms.CharField(label=label, help_text=note, max_length=longest, widget=forms.TextInput(attrs=attributes))
