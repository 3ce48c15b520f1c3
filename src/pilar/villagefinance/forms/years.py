"""Forms for opening and closing a year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import RupiahField
from pilar.design.final_acts import TICK, with_tick
from pilar.design.forms import FaultsForm
from pilar.platform.language import translate
from pilar.platform.reading import rupiah_text
from pilar.villagefinance.queries.cash import Place
from pilar.villagefinance.queries.years import Unspent
from pilar.villagefinance.rules.journal import Item
from pilar.villagefinance.rules.taxes import TaxKind

Choices = list[tuple[str, str]]


class CloseForm(FaultsForm):
    """The activities that continue in the next year (DPAL)."""

    carried = forms.MultipleChoiceField(
        label=_("Goes on in the next year (DPAL)"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("What is not finished and has its money: it is paid from the surplus (SiLPA) of its fund"),
    )  # fmt: skip

    def __init__(self, *given: Any, unspent: Iterable[Unspent] = (), **named: Any) -> None:
        super().__init__(*given, **named)
        choices = [
            (line.key, f"{line.activity} {line.name} ({line.fund}): Rp{rupiah_text(line.amount)}") for line in unspent
        ]
        self.fields["carried"].choices = choices
        if not choices:
            del self.fields["carried"]


class CloseMonthForm(FaultsForm):
    """The tick box of closing a month, which two others together can open again."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        label = _("I have checked this, and know that I cannot open the month again by myself")
        with_tick(self).fields[TICK].label = label


class HeldForm(FaultsForm):
    """One row: a balance counted when the books of a village begin."""

    where = forms.ChoiceField(label=_("Cash box, account or tax owed"))
    fund = forms.ChoiceField(label=_("Source of funds"))
    amount = RupiahField(label=_("Amount, Rp"), required=True)

    def __init__(
        self, *given: Any, places: Iterable[Place], taxes: dict[str, TaxKind], funds: dict[str, str], **named: Any
    ) -> None:
        super().__init__(*given, **named)
        self.places, self.taxes = {f"account:{place.key}": place for place in places}, taxes
        owed = [(f"tax:{tax}", translate("owed: %(tax)s", tax=str(kind.title))) for tax, kind in taxes.items()]
        held = [(key, place.label) for key, place in self.places.items()]
        self.fields["where"].choices = [("", translate("choose")), *held, *owed]
        self.fields["fund"].choices = [("", translate("choose")), *((code, f"{code} {n}") for code, n in funds.items())]

    def item(self) -> Item:
        """Convert the input to the argument of the operation."""
        said = self.cleaned_data
        whose, _colon, key = said["where"].partition(":")
        if whose == "tax":
            return Item(said["amount"], self.taxes[key].account, said["fund"], tax=key, side="C")
        place = self.places[said["where"]]
        return Item(said["amount"], place.account, said["fund"], bank_account=place.key)
