"""Forms for letters to the office, investment data and subscribed systems."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.areas.queries import district_names
from pilar.design.fields import FigureField, RupiahField
from pilar.design.forms import FaultsForm, OnceForm
from pilar.design.systems import SystemForm
from pilar.permits.forms.places import PointField
from pilar.permits.rules.desk import MAX_ANSWER, MAX_CONTACT, MAX_TEXT
from pilar.permits.rules.hooks import EVENT_NAMES
from pilar.permits.rules.investment import POTENTIAL_NAMES, Capital, PotentialEntry, PotentialKind, RealisedEntry
from pilar.permits.rules.quarterly import HEADINGS, MAX_NOTE
from pilar.platform.language import translate


class LetterForm(OnceForm):
    """A complaint or enquiry by anybody, without an account; its key makes sure that it arrives only once."""

    case = forms.CharField(label=_("Number of the application"), max_length=60)
    text = forms.CharField(
        label=_("What you write"), max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 6})
    )  # fmt: skip
    contact = forms.CharField(
        label=_("How the office reaches you"), required=False, max_length=MAX_CONTACT,
        help_text=_("A phone number or e-mail address, if you like. It is kept encrypted and never published."),
    )  # fmt: skip
    # Hidden from people: only a program fills it in.
    alamat_situs = forms.CharField(
        label=_("Leave this field empty"), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )  # fmt: skip

    def __init__(self, *given: Any, about_a_case: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        if not about_a_case:
            del self.fields["case"]


class LetterAnswerForm(FaultsForm):
    """The answer of the office to a letter."""

    answer = forms.CharField(label=_("Answer"), max_length=MAX_ANSWER, widget=forms.Textarea(attrs={"rows": 6}))


class _OfRegion(FaultsForm):
    """An entry located in a district of a region."""

    district = forms.ChoiceField(label=_("District"), required=False)

    def __init__(self, *given: Any, region: str, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["district"].choices = [("", "–"), *district_names(region=region).items()]


class PotentialForm(_OfRegion):
    """A zoning note, plot or estate."""

    code = forms.CharField(label=_("Short name"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"))
    name = forms.CharField(label=_("Name"), max_length=200)
    area = FigureField(label=_("Area, ha"))
    kbli = forms.CharField(
        label=_("Meant for these KBLI codes"), required=False, max_length=200,
        help_text=_("Two to five digits each, apart by spaces: each with all below it. Empty: for any."),
    )  # fmt: skip
    point = PointField(label=_("Coordinates"), required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2_000)
    source = forms.CharField(
        label=_("Source"), max_length=500, help_text=_("An address (https://), or “assumption” where there is none")
    )  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["kind"].choices = [(kind.value, translate(POTENTIAL_NAMES[kind])) for kind in PotentialKind]

    def entry(self) -> PotentialEntry:
        """The entry as it was sent."""
        given = self.cleaned_data
        return PotentialEntry(**given | {"kind": PotentialKind(given["kind"]), "kbli": tuple(given["kbli"].split())})


class RealisedForm(_OfRegion):
    """The realised investment of a business in a quarter."""

    year = forms.IntegerField(label=_("Year"), min_value=2010, max_value=2099)
    quarter = forms.TypedChoiceField(
        label=_("Quarter"), choices=[(quarter, str(quarter)) for quarter in range(1, 5)], coerce=int
    )
    business = forms.CharField(label=_("Business"), max_length=200)
    nib = forms.CharField(label=_("Business number (NIB)"), max_length=13)
    kbli = forms.CharField(label=_("KBLI code"), max_length=5)
    capital = forms.ChoiceField(
        label=_("Capital"),
        choices=[(Capital.PMDN.value, _("domestic (PMDN)")), (Capital.PMA.value, _("foreign (PMA)"))],
    )
    planned = RupiahField(label=_("Planned, Rp"), required=True)
    realised = RupiahField(label=_("Realised, Rp"), required=True)
    workers = forms.IntegerField(label=_("Workers"), min_value=0, max_value=1_000_000, initial=0)

    def entry(self) -> RealisedEntry:
        """The entry as it was sent."""
        return RealisedEntry(**self.cleaned_data | {"capital": Capital(self.cleaned_data["capital"])})


class SubscriptionForm(SystemForm):
    """A system that receives messages about cases and permits."""

    names = EVENT_NAMES


class QuarterForm(FaultsForm):
    """The notes of the office for each heading of its report of a quarter."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for heading, said in HEADINGS.items():
            self.fields[heading.value] = forms.CharField(
                label=translate(said), required=False, max_length=MAX_NOTE, widget=forms.Textarea(attrs={"rows": 2})
            )
