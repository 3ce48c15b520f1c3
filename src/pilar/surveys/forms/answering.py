"""Forms for answering, one for each page, made from the questionnaire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import FigureField
from pilar.design.forms import FaultsForm
from pilar.platform.language import translate
from pilar.surveys.rules.answers import MAX_CONTACT, MAX_WORDS, Answered, faults_of
from pilar.surveys.rules.questionnaire import Item, ItemKind, Option, Questionnaire, Section
from pilar.surveys.rules.surveys import CONTACT_DAYS

MAX_BUTTONS = 8
"""The most options shown side by side; longer lists become a selection."""


class AnsweringForm(FaultsForm):
    """A page of a questionnaire. Missing or wrong answers are reported at the question; the others are kept anyway."""

    def __init__(self, *given: Any, questionnaire: Questionnaire, **named: Any) -> None:
        super().__init__(*given, **named)
        self.questionnaire = questionnaire

    def full_clean(self) -> None:
        """Validate as if nothing were required; :meth:`judge` reports missing answers of the whole answer."""
        required = [field for field in self.fields.values() if field.required]
        for field in required:
            field.required = False
        super().full_clean()
        for field in required:
            field.required = True

    def values(self) -> dict[str, str]:
        """Return the input, valid or not."""
        return {name: str(self.data.get(name, ""))[: MAX_WORDS + 1] for name in self.fields}

    def judge(self, given: Answered) -> bool:
        """Show the faults of the whole answer that belong to fields of this page; return True if there are none."""
        self.full_clean()
        for fault in faults_of(given, self.questionnaire):
            if fault.place in self.fields:
                self.add_error(fault.place, translate(fault.sentence, **fault.fields))
        return not self.errors


class StartForm(AnsweringForm):
    """Consent, the kind of respondent, and the method's questions about them, with options only."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if self.questionnaire.groups:
            self.fields["group"] = _choice(_("You are"), self.questionnaire.groups)
        for field in self.questionnaire.profile:
            self.fields[field.code] = _choice(str(field.title), field.options)
            self.fields[field.code].required = field.required
        self.fields["consent"] = forms.BooleanField(label=str(self.questionnaire.consent))


class SectionForm(AnsweringForm):
    """The questions of a section that apply after these answers; all of them if ``answers`` is None."""

    def __init__(self, *given: Any, section: Section, answers: Mapping[str, Any] | None, **named: Any) -> None:
        super().__init__(*given, **named)
        for item in section.items:
            if answers is None or item.asked(answers):
                self.fields[item.code] = _question(item, self.questionnaire)


class LastForm(FaultsForm):
    """The questions before an answer is handed in."""

    contact = forms.CharField(
        label=_("Where we may tell you the result"),
        required=False,
        max_length=MAX_CONTACT,
        help_text=format_lazy(
            _("A phone number or e-mail address, if you like. It is kept apart from your answers and erased after "
              "{days} days."),
            days=CONTACT_DAYS,
        ),
    )  # fmt: skip
    # Hidden from people (answering.css); only a program fills it in.
    alamat_situs = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )


class NumberField(FigureField):
    """A number in its stored form: text with a decimal point."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        return "" if typed is None else f"{typed:f}"


def _question(item: Item, questionnaire: Questionnaire) -> forms.Field:
    match item.kind:
        case ItemKind.SCALE:
            options = tuple(Option(str(value), title) for value, title in questionnaire.scale.items())
            field: forms.Field = _choice(str(item.title), options)
        case ItemKind.CHOICE:
            field = _choice(str(item.title), item.options)
        case ItemKind.NUMBER:
            field = NumberField(label=str(item.title))
        case ItemKind.TEXT:
            field = forms.CharField(
                label=str(item.title), max_length=MAX_WORDS, widget=forms.Textarea(attrs={"rows": 3})
            )
    field.required = item.required
    field.label_suffix = ""
    return field


def _choice(label: Any, options: tuple[Option, ...]) -> forms.ChoiceField:
    many = len(options) > MAX_BUTTONS
    choices = [(option.code, str(option.title)) for option in options]
    return forms.ChoiceField(
        label=label,
        choices=[("", "–"), *choices] if many else choices,
        widget=forms.Select if many else forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the answers")},
    )
