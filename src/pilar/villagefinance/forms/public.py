"""Forms for questions of the public, their answers, and the photographs that a village shows."""

from __future__ import annotations

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from pilar.design.forms import FaultsForm
from pilar.villagefinance.rules.questions import MAX_ANSWER, MAX_CONTACT, MAX_QUESTION

KEPT_DAYS = 365


class QuestionForm(FaultsForm):
    """A question from anybody, without an account."""

    text = forms.CharField(
        label=_("Your question"), max_length=MAX_QUESTION, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("It is published with its answer, without your name. Leave out whatever is about a person."),
    )  # fmt: skip
    contact = forms.CharField(
        label=_("How the village reaches you"), required=False, max_length=MAX_CONTACT,
        help_text=format_lazy(
            _("A phone number or e-mail address, if you like. It is kept encrypted, never published, and erased after "
              "{days} days."),
            days=KEPT_DAYS,
        ),
    )  # fmt: skip
    # Hidden from people; only a program fills it in.
    alamat_situs = forms.CharField(
        label=_("Leave this field empty"), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )  # fmt: skip


class AnswerForm(FaultsForm):
    """The answer of the village to a question."""

    answer = forms.CharField(label=_("Answer"), max_length=MAX_ANSWER, widget=forms.Textarea(attrs={"rows": 6}))


class PublishForm(FaultsForm):
    """A question in the form in which it is published."""

    shown = forms.CharField(
        label=_("Question as it is published"), max_length=MAX_QUESTION, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Take out names, addresses and whatever else leads to a person."),
    )  # fmt: skip
    nobody = forms.BooleanField(label=_("Neither question nor answer names a person below the officials"))
