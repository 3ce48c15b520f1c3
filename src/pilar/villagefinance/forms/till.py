"""Forms for receiving and moving money, remitting tax, and keeping accounts and suppliers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import RupiahField, sometimes_required
from pilar.design.forms import OnceForm
from pilar.platform.language import N_, translate
from pilar.platform.reading import rupiah_text
from pilar.villagefinance.forms.paying import MAX_NAME, MAX_TOLD, PlaceForm
from pilar.villagefinance.operations import NewNumber, NewSupplier, Received
from pilar.villagefinance.queries.cash import Left, Place
from pilar.villagefinance.queries.taxes import Owed
from pilar.villagefinance.rules.taxes import Builder

MAX_PAPER = 100
FAR_ABOVE = 10
"""assumption: above this many times the expectation of its budget line, an amount is probably mistyped."""
BUILDER_NAMES = {
    Builder.NONE: N_("No certificate, or does not build"),
    Builder.SMALL: N_("Small, or a person with a certificate"),
    Builder.CERTIFIED: N_("Any other certificate"),
}


class ReceiveForm(OnceForm, PlaceForm):
    """Money received."""

    line = forms.ChoiceField(
        label=_("What came in"), help_text=_("A line of expenditure takes back what was spent on it")
    )
    amount = RupiahField(label=_("Amount, Rp"), required=True)
    told = forms.CharField(label=_("From whom, what for"), max_length=MAX_TOLD)
    paper = forms.CharField(label=_("Number of its paper"), max_length=MAX_PAPER, required=False)
    sure = forms.BooleanField(label=_("The amount is right, although the budget expects far less"), required=False)
    field_order = ["line", "amount", "sure", "told", "paper", "bank_account", "day"]

    def __init__(self, *given: Any, lines: Sequence[Left], today: date, **named: Any) -> None:
        super().__init__(*given, today=today, **named)
        self.expected = {line.of_year: line.amount for line in lines}
        if not self.is_bound:
            del self.fields["sure"]
        self.fields["line"].choices = [
            (
                line.of_year,
                f"{f'{line.year}: ' if line.year != today.year else ''}{line.account} {line.account_name} ({line.fund})"
                f"{f', {line.activity}' if line.activity else ''}",
            )
            for line in lines
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for confirmation of an amount that has too many zeros."""
        said = super().clean() or self.cleaned_data
        sure, amount = said.pop("sure", False), said.get("amount", 0)
        expected = self.expected.get(said.get("line", ""))
        if not expected or amount <= FAR_ABOVE * expected:
            del self.fields["sure"]
        elif not sure:
            self.add_error(
                "amount", _("This is more than ten times what the budget expects. Look at the noughts again")
            )
        return said

    def given(self) -> dict[str, Any]:
        """Convert the input to the arguments of the operation."""
        year, line = map(int, self.cleaned_data["line"].split("-"))
        return {"year": year, "given": Received(**self.cleaned_data | {"line": line})}


class MoveForm(OnceForm, PlaceForm):
    """Cash taken from the bank, or brought to it."""

    target = forms.TypedChoiceField(label=_("Into which"), coerce=int)
    fund = forms.ChoiceField(label=_("Source of funds"))
    amount = RupiahField(label=_("Amount, Rp"), required=True)
    paper = forms.CharField(label=_("Number of its paper"), max_length=MAX_PAPER, required=False)
    reason = sometimes_required(
        forms.CharField(
            label=_("Why so much in cash"), max_length=200, required=False,
            help_text=_("Only where the cash box then holds more than the limit"),
        )
    )  # fmt: skip
    field_order = ["bank_account", "target", "fund", "amount", "paper", "day", "reason"]

    def __init__(self, *given: Any, places: Sequence[Place], funds: Sequence[str], **named: Any) -> None:
        super().__init__(*given, places=places, **named)
        self.fields["bank_account"].label = _("Out of")
        self.fields["target"].choices = [(place.key, place.label) for place in places]
        self.fields["fund"].choices = [(fund, fund) for fund in funds]

    def given(self) -> dict[str, Any]:
        """Convert the input to the arguments of the operation."""
        return {**{k: v for k, v in self.cleaned_data.items() if k != "bank_account"},
                "source": self.cleaned_data["bank_account"]}  # fmt: skip


class RemitForm(PlaceForm):
    """The withheld taxes to remit."""

    withheld = forms.MultipleChoiceField(label=_("Withheld from"), widget=forms.CheckboxSelectMultiple)
    ntpn = forms.CharField(label=_("NTPN, the number of the receipt"), max_length=40)
    field_order = ["withheld", "ntpn", "bank_account", "day"]

    def __init__(self, *given: Any, tax_owed: Owed | None, **named: Any) -> None:
        super().__init__(*given, **named)
        taxes = tax_owed.taxes if tax_owed else ()
        self.fields["withheld"].choices = [
            (tax.key, f"SPP {tax.request}/{tax.year}, {tax.payee}: Rp{rupiah_text(tax.amount)}") for tax in taxes
        ]
        self.fields["withheld"].initial = [tax.key for tax in taxes]

    def clean_withheld(self) -> list[tuple[int, ...]]:
        """Return year, request and number of each withholding."""
        return [tuple(map(int, choice.split("-"))) for choice in self.cleaned_data["withheld"]]


class NtpnForm(OnceForm):
    """The number (NTPN) on a receipt of the State."""

    ntpn = forms.CharField(label=_("NTPN as it stands on the receipt"), max_length=40)


class SupplierForm(OnceForm):
    """A supplier, with the facts that tax law asks for."""

    name = forms.CharField(label=_("Name"), max_length=MAX_NAME)
    npwp = forms.CharField(label=_("Tax number (NPWP)"), max_length=20, required=False)
    taxable = forms.BooleanField(label=_("Charges value added tax (PKP)"), required=False)
    small = forms.BooleanField(label=_("Has the certificate of a small business (Surat Keterangan)"), required=False)
    builder = forms.ChoiceField(label=_("Certificate as a builder"))
    official = forms.BooleanField(
        label=_("An official or employee of the village, or of the council (BPD)"), required=False,
        help_text=_("The account is then known as theirs: another payment on it is a question of the inspectorate"),
    )  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["builder"].choices = [(builder.value, translate(name)) for builder, name in BUILDER_NAMES.items()]

    def new_supplier(self) -> NewSupplier:
        """Convert the input to the argument of the operation."""
        return NewSupplier(**self.cleaned_data | {"builder": Builder(self.cleaned_data["builder"])})


class NumberForm(OnceForm):
    """Another number of an account."""

    of = forms.ChoiceField(label=_("Whose account"))
    name = forms.CharField(
        label=_("Name of a new account"), max_length=100, required=False,
        help_text=_("For a new account of the village alone"),
    )  # fmt: skip
    bank = forms.CharField(label=_("Bank"), max_length=100)
    number = forms.CharField(label=_("Number of the account"), max_length=40)

    def __init__(self, *given: Any, owners: Sequence[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["of"].choices = owners

    def new_number(self) -> NewNumber:
        """Convert the input to the argument of the operation."""
        said = self.cleaned_data
        whose, _colon, key = said["of"].partition(":")
        owner = {"supplier": int(key)} if whose == "supplier" else {"bank_account": int(key)} if key else {}
        return NewNumber(said["bank"], said["number"], name=said["name"], **owner)


class CashBoxForm(OnceForm):
    """A cash box."""

    name = forms.CharField(label=_("Name of the cash box"), max_length=100)
