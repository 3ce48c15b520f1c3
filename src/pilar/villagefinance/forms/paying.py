"""Forms for requesting money and accounting for it, with photographs as evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField, RupiahField, sometimes_required
from pilar.design.forms import FaultsForm, OnceForm
from pilar.evidence.forms import MAX_FILES, FilesField
from pilar.evidence.operations import HeldUpload, hold_upload
from pilar.people.rules import Standing
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_, translate
from pilar.platform.reading import rupiah_text
from pilar.villagefinance.operations import NewBill, NewProof, NewRequest
from pilar.villagefinance.queries.cash import Left, Place
from pilar.villagefinance.queries.requests import BillRow
from pilar.villagefinance.queries.suppliers import SupplierRow
from pilar.villagefinance.rules.requests import KIND_NAMES, PROOF_NAMES, ProofKind, RequestKind
from pilar.villagefinance.rules.taxes import PAYMENT_NAMES, PaymentKind

MAX_TOLD, MAX_NAME = 200, 200
FIXED = ("line", "payment", "parts")
"""Fields that are filled in beforehand: a row with nothing else counts as empty."""


class ProofsForm(FaultsForm):
    """Files as evidence. Accepted files stay held when something else has to be corrected."""

    receipt = sometimes_required(FilesField(label=PROOF_NAMES[ProofKind.RECEIPT], help_text=_("Photograph each")))
    progress = sometimes_required(
        FilesField(label=PROOF_NAMES[ProofKind.PROGRESS], help_text=_("A photograph of how far it is, or the report"))
    )
    held = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for kind in ProofKind:
            self.fields[kind.value].label = translate(PROOF_NAMES[kind])

    def take(self, *, by: Standing, region: str, now: datetime) -> list[NewProof]:
        """Hold the files and return them; a file that cannot be held is reported at its field and makes the form
        invalid."""
        self.full_clean()
        proofs = [*self._kept()]
        for kind in ProofKind:
            for upload in self.cleaned_data.get(kind.value) or ():
                try:
                    held = hold_upload(by=by, region=region, upload=upload, name=upload.name, now=now)
                except Faults as error:
                    for fault in error.faults:
                        self.add_error(kind.value, fault.said())
                except PilarError as error:
                    self.add_error(kind.value, error.text())
                else:
                    proofs.append(NewProof(kind, held))
        if proofs:
            self.data = self.data.copy()
            self.data[self.add_prefix("held")] = " ".join(f"{proof.kind}:{proof.held.key}" for proof in proofs)
        return proofs

    def _kept(self) -> Iterable[NewProof]:
        for word in self.cleaned_data.get("held", "").split()[:MAX_FILES]:
            kind, _colon, key = word.partition(":")
            try:
                yield NewProof(ProofKind(kind), HeldUpload(UUID(key)))
            except ValueError:
                continue


def at_fields(error: Faults) -> Faults:
    """Move faults of bills to the fields of a form."""
    return Faults(
        [Fault(fault.code, fault.sentence, fault.fields, fault.place.rpartition(".")[2]) for fault in error.faults]
    )


class BillForm(FaultsForm):
    """One row for a receipt: budget line, amount, payee, kind of payment."""

    line = forms.TypedChoiceField(label=_("Line of the budget"), coerce=int)
    amount = RupiahField(label=_("Amount, Rp"), required=True)
    supplier = forms.TypedChoiceField(label=_("Supplier"), coerce=int, empty_value=None, required=False)
    payee = sometimes_required(
        forms.CharField(
            label=_("Or the name of who is paid"), max_length=MAX_NAME, required=False,
            help_text=_("Without a tax number (NPWP) the higher rate is withheld"),
        )
    )  # fmt: skip
    payment = forms.ChoiceField(label=_("What is paid for"), help_text=_("Decides the tax that is withheld"))
    parts = forms.IntegerField(
        label=_("Equal parts"), min_value=1, max_value=366, initial=1, required=False,
        help_text=_("Of wages: the days of work"),
    )  # fmt: skip
    told = forms.CharField(label=_("What was bought"), max_length=MAX_TOLD, required=False)
    number = forms.CharField(label=_("Number on the receipt"), max_length=50, required=False)
    dated = DayField(label=_("Day on the receipt"), required=False)

    def __init__(
        self, *given: Any, lines: Sequence[tuple[int, str]], suppliers: Sequence[SupplierRow], **named: Any
    ) -> None:
        super().__init__(*given, **named)
        self.fields["line"].choices = lines
        if len(lines) == 1:
            self.fields["line"].initial, self.fields["line"].widget = lines[0][0], forms.HiddenInput()
        self.fields["supplier"].choices = [
            ("", translate("none of these")),
            *((supplier.key, supplier.name) for supplier in suppliers),
        ]
        self.fields["payment"].choices = [(kind.value, translate(name)) for kind, name in PAYMENT_NAMES.items()]

    @property
    def aside(self) -> list[forms.BoundField]:
        """The fields copied from the paper, which a request does not need."""
        return [self[name] for name in ("told", "number", "dated")]

    @property
    def is_told(self) -> bool:
        """True if one of these fields is filled in or has an error."""
        return any(field.value() or field.errors for field in self.aside)

    def bill(self) -> NewBill:
        """Convert the input to the argument of the operation."""
        said = self.cleaned_data
        payee = "" if said["supplier"] is not None else said["payee"]
        return NewBill(
            said["line"], said["amount"], PaymentKind(said["payment"]), said["parts"] or 1, said["supplier"], payee,
            said["told"], said["number"], said["dated"],
        )  # fmt: skip


def shown_bill(bill: BillRow) -> dict[str, Any]:
    """Return the initial values of the row of a stored bill."""
    return {
        "line": bill.line, "amount": bill.amount, "told": bill.told, "payment": bill.kind, "parts": bill.parts,
        "supplier": bill.supplier, "payee": "" if bill.supplier else bill.payee, "number": bill.number,
        "dated": bill.day,
    }  # fmt: skip


class AskForm(OnceForm, ProofsForm):
    """A payment request: how it is paid, for what, and its evidence; its rows are bills."""

    kind = forms.ChoiceField(label=_("How it is paid"))
    told = forms.CharField(label=_("What for"), max_length=MAX_TOLD)
    day = DayField(label=_("Day of the request"))
    income_line = sometimes_required(
        forms.TypedChoiceField(
            label=_("Settled outside the account by the transfer"), coerce=int, empty_value=None, required=False
        )
    )
    plan_reason = sometimes_required(
        forms.CharField(
            label=_("Why more than the cash plan"), max_length=300, required=False,
            help_text=_("Only where the cash plan (RAK) of the months so far gives less"),
        )
    )  # fmt: skip
    field_order = ["kind", "told", "day", "receipt", "progress", "plan_reason", "income_line", "held"]

    def __init__(self, *given: Any, spending: bool, transfers: Sequence[Left], **named: Any) -> None:
        super().__init__(*given, **named)
        kinds = (RequestKind.DIRECT, RequestKind.ADVANCE) if spending else (RequestKind.FINANCING,)
        self.fields["kind"].choices = [(kind.value, translate(KIND_NAMES[kind])) for kind in kinds]
        if transfers:
            choices = [(transfer.key, f"{transfer.account} {transfer.account_name}") for transfer in transfers]
            self.fields["income_line"].choices = [("", translate("no: from an account")), *choices]
        else:
            del self.fields["income_line"]

    def again(self, **named: Any) -> AskForm:
        """Return the form as it was filled in, not validated, where a row was only added or removed; refused files are
        reported."""
        refused = {kind.value for kind in ProofKind} & {*self.errors}
        return self if refused else AskForm(initial={name: self.data.get(name, "") for name in self.fields}, **named)

    def new_request(self, bills: Iterable[NewBill]) -> NewRequest:
        """Convert the input to the argument of the operation."""
        said = self.cleaned_data
        kind, income = RequestKind(said["kind"]), said.get("income_line")
        return NewRequest(kind, said["day"], said["told"], tuple(bills), income, said["plan_reason"])


class DraftForm(FaultsForm):
    """A request as it is written on a phone, also offline; its files are sent separately."""

    line = forms.ChoiceField(label=_("Line of the budget"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("How it is paid"))
    amount = RupiahField(label=_("Amount, Rp"), required=True)
    told = forms.CharField(label=_("What for"), max_length=MAX_TOLD)
    payee = forms.CharField(
        label=_("Name of who is paid"), max_length=MAX_NAME, required=False,
        help_text=_("A supplier by its name as you have entered it; of an advance nobody"),
    )  # fmt: skip
    payment = forms.ChoiceField(label=_("What is paid for"), help_text=_("Decides the tax that is withheld"))
    parts = forms.IntegerField(
        label=_("Equal parts"), min_value=1, max_value=366, initial=1, required=False,
        help_text=_("Of wages: the days of work"),
    )  # fmt: skip
    plan_reason = forms.CharField(
        label=_("Why more than the cash plan"), max_length=300, required=False,
        help_text=_("Only where the cash plan (RAK) of the months so far gives less"),
    )  # fmt: skip
    later = forms.BooleanField(
        label=_("Do not send it to the secretary yet"), required=False,
        help_text=_("I add further lines and payees, or choose the supplier, under Payments"),
    )  # fmt: skip
    receipt = FilesField(label=PROOF_NAMES[ProofKind.RECEIPT], help_text=_("Photograph each"))
    progress = FilesField(
        label=PROOF_NAMES[ProofKind.PROGRESS], help_text=_("A photograph of how far it is, or the report")
    )

    def __init__(self, *given: Any, lines: Sequence[Left], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["line"].choices = [
            (
                line.of_year,
                translate(
                    N_("%(activity)s %(name)s: %(account)s (%(fund)s), Rp%(left)s left"),
                    activity=line.activity, name=line.activity_name, account=line.account_name, fund=line.fund,
                    left=rupiah_text(line.left),
                ),
            )
            for line in lines
        ]  # fmt: skip
        kinds = (RequestKind.DIRECT, RequestKind.ADVANCE)
        self.fields["kind"].choices = [
            (request_kind.value, translate(KIND_NAMES[request_kind])) for request_kind in kinds
        ]
        self.fields["payment"].choices = [(kind.value, translate(name)) for kind, name in PAYMENT_NAMES.items()]
        for kind in ProofKind:
            self.fields[kind.value].label = translate(PROOF_NAMES[kind])

    def new_request(self, day: date, suppliers: Sequence[SupplierRow]) -> NewRequest:
        """Convert the input to the argument of the operation; a payee with the name of a supplier is that supplier."""
        said = self.cleaned_data
        payee = " ".join(said["payee"].split())
        supplier = next((row.key for row in suppliers if _words(row.name) == _words(payee)), None)
        bill = NewBill(
            int(said["line"].partition("-")[2]), said["amount"], PaymentKind(said["payment"]), said["parts"] or 1,
            supplier, "" if supplier is not None else payee,
        )  # fmt: skip
        return NewRequest(RequestKind(said["kind"]), day, said["told"], (bill,), plan_reason=said["plan_reason"])


def _words(name: str) -> list[str]:
    """Split a name without dots and capitals, which people write differently: "CV. Batu" is "cv batu"."""
    return re.findall(r"\w+", name.casefold())


class PlaceForm(FaultsForm):
    """An account of the village and a day."""

    bank_account = forms.TypedChoiceField(label=_("Cash box or account"), coerce=int)
    day = DayField(label=_("Day"))

    def __init__(self, *given: Any, places: Sequence[Place], today: date, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["bank_account"].choices = [(place.key, place.label) for place in places]
        self.fields["day"].initial = today


class PayForm(PlaceForm):
    """The account from which a request is paid."""

    cash_reason = sometimes_required(
        forms.CharField(
            label=_("Why in cash"), max_length=300, required=False,
            help_text=_("Only where a supplier is paid more in cash than the limit"),
        )
    )  # fmt: skip
    field_order = ["bank_account", "day", "cash_reason"]


class DayForm(FaultsForm):
    """A day."""

    day = DayField(label=_("Day"))


class ReturnForm(FaultsForm):
    """The reason for returning a request."""

    reason = forms.CharField(label=_("What has to be mended"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class RestForm(OnceForm, PlaceForm):
    """The unspent part of an advance that is returned."""

    amount = RupiahField(label=_("Amount, Rp"), required=True)
    field_order = ["amount", "bank_account", "day"]
