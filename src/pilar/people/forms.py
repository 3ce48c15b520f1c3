"""Forms of the account page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class LanguageForm(forms.Form):
    """The language that pages and messages have for this account."""

    language = forms.ChoiceField(
        label=_("Pages after signing in, and messages to you, are in"),
        choices=[("id", "Bahasa Indonesia"), ("en", "English")],
    )
