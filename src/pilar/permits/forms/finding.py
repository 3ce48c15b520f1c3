"""Forms of the guided finder; they ask nothing about the person."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.permits.reference.kbli import CLASS


class FindForm(forms.Form):
    """A few optional questions."""

    q = forms.CharField(label=_("What do you need a permit for?"), max_length=100, required=False)
    applicant = forms.ChoiceField(
        label=_("Who applies?"), required=False,
        choices=[("", _("Either")), ("person", _("A person")), ("business", _("A business"))],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("For the first time?"), required=False,
        choices=[("", _("Either")), ("new", _("A new permit")), ("renewal", _("A renewal"))],
    )  # fmt: skip
    business = forms.CharField(label=_("Field of business, in words"), max_length=100, required=False)
    kbli = forms.RegexField(rf"^\d{{2,{CLASS}}}$", label=_("KBLI 2020 code"), required=False, max_length=CLASS)
