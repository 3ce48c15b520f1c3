"""Forms for drawing up a budget and for its steps."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField, FigureField, RupiahField, sometimes_required
from pilar.design.forms import FaultsForm, OnceForm
from pilar.platform.language import translate
from pilar.villagefinance.operations import Given, Planned
from pilar.villagefinance.queries.budgets import LineRow
from pilar.villagefinance.queries.executors import ExecutorRow
from pilar.villagefinance.rules.budgets import KIND_NAMES, BudgetKind
from pilar.villagefinance.rules.codes import EXPENDITURE, is_under
from pilar.villagefinance.rules.evaluation import Posts

Choices = list[tuple[str, str]]
NEW_LINE = "new"


class PostsForm(FaultsForm):
    """The numbers of posts with a fixed income (siltap)."""

    head = forms.IntegerField(label=_("Heads of village"), min_value=0, max_value=1, initial=1)
    secretary = forms.IntegerField(label=_("Secretaries"), min_value=0, max_value=1, initial=1)
    staff = forms.IntegerField(label=_("Other staff with a fixed income"), min_value=0, max_value=99)

    def posts(self) -> Posts:
        return Posts(**self.cleaned_data)


class BeginForm(OnceForm, PostsForm):
    """The same, for beginning a budget."""


class ActivityForm(FaultsForm):
    """An activity that the budget is to have."""

    activity = forms.ChoiceField(label=_("Activity"))

    def __init__(self, *given: Any, activities: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["activity"].choices = [("", translate("choose")), *activities]


class LineForm(FaultsForm):
    """A line of revenue or financing."""

    account = forms.ChoiceField(label=_("Account of the budget"))
    fund = forms.ChoiceField(label=_("Source of funds"))
    description = forms.CharField(label=_("Description"), max_length=300, required=False)
    amount = RupiahField(label=_("Amount, Rp"), required=True)

    def __init__(self, *given: Any, accounts: Choices, funds: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["account"].choices = [("", translate("choose")), *accounts]
        self.fields["fund"].choices = [("", translate("choose")), *funds]

    def given(self, activity: str) -> Given:
        """Convert the input to the argument of the operation."""
        said = self.cleaned_data
        return Given(activity, said["account"], said["fund"], said["description"], Decimal(1), "", said["amount"])


class ItemForm(LineForm):
    """An item of the RAB."""

    description = forms.CharField(label=_("What is bought or paid"), max_length=300)
    package = forms.CharField(label=_("Package"), max_length=200, required=False)
    output = forms.CharField(label=_("Output"), max_length=200, required=False)
    volume = FigureField(label=_("Volume"), required=True)
    unit = forms.CharField(label=_("Unit of the volume"), max_length=40)
    unit_price = RupiahField(label=_("Unit price, Rp"), required=True)
    amount = None  # type: ignore[assignment]

    def given(self, activity: str) -> Given:
        return Given(activity, **self.cleaned_data)


class KindForm(FaultsForm):
    """A kind of change."""

    kind = forms.TypedChoiceField(label=_("What is changed by"), coerce=BudgetKind, widget=forms.RadioSelect)

    def __init__(
        self, *given: Any, kinds: Sequence[BudgetKind] = (BudgetKind.SHIFT, BudgetKind.AMENDED), **named: Any
    ) -> None:
        super().__init__(*given, **named)
        self.fields["kind"].choices = [(kind.value, translate(KIND_NAMES[kind])) for kind in kinds]


class ChangeForm(OnceForm, KindForm):
    """The beginning of a change."""

    extraordinary = forms.CharField(
        label=_("Regulation that allows a further amendment"), max_length=200, required=False,
        help_text=_("Only for a second amendment in the year, by a regulation of the regent"),
    )  # fmt: skip


class AmountForm(FaultsForm):
    """Another amount of a line, or a new line."""

    line = forms.ChoiceField(label=_("Line"))
    amount = RupiahField(label=_("Amount, Rp"), required=True)
    activity = sometimes_required(
        forms.ChoiceField(
            label=_("Activity of the new line"), required=False, help_text=_("Not for revenue and financing")
        )
    )
    account = sometimes_required(forms.ChoiceField(label=_("Account of the new line"), required=False))
    fund = sometimes_required(forms.ChoiceField(label=_("Source of funds of the new line"), required=False))

    def __init__(
        self, *given: Any, lines: Sequence[LineRow], activities: Choices, accounts: Choices, funds: Choices,
        **named: Any,
    ) -> None:  # fmt: skip
        super().__init__(*given, **named)
        self.lines = {str(line.key): (line.activity, line.account, line.fund) for line in lines}
        there = [(str(line.key), f"{line.activity} {line.account} {line.fund} {line.account_name}") for line in lines]
        self.fields["line"].choices = [("", translate("choose")), (NEW_LINE, translate("a new line")), *there]
        for name, choices in (("activity", activities), ("account", accounts), ("fund", funds)):
            self.fields[name].choices = [("", "–"), *choices]

    def clean(self) -> dict[str, Any]:
        """Require the codes of a new line; expenditure needs an activity, anything else must have none."""
        said = super().clean() or self.cleaned_data
        if said.get("line") == NEW_LINE:
            for name in ("account", "fund"):
                if not said.get(name):
                    self.add_error(name, _("Choose one for a new line"))
            if is_under(said.get("account", ""), EXPENDITURE) != bool(said.get("activity")):
                self.add_error("activity", _("Expenditure is of an activity, revenue and financing of none"))
        return said

    @property
    def of(self) -> tuple[str, str, str]:
        """Return activity, account and fund."""
        said = self.cleaned_data
        return self.lines.get(said["line"], (said["activity"], said["account"], said["fund"]))


class SeenForm(FaultsForm):
    """Adds the sign of what the reader saw, so that a change in between is noticed."""

    seen_field = "sign"
    sign = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def seen(self) -> int | None:
        """The sign, for the operation."""
        return self.cleaned_data["sign"]


class ExecutorsForm(SeenForm):
    """The executor of each activity of a year."""

    def __init__(self, *given: Any, rows: Sequence[ExecutorRow], people: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        for row in rows:
            self.fields[row.activity] = forms.TypedChoiceField(
                label=f"{row.activity} {row.name}", coerce=int, required=False, empty_value=None,
                choices=[("", translate("nobody yet")), *people],
            )  # fmt: skip

    def executors(self) -> dict[str, int | None]:
        """Return the chosen accounts by activity, for the operation."""
        return {name: self.cleaned_data[name] for name in self.fields if name != self.seen_field}


class MonthsForm(SeenForm):
    """The twelve months of a line (RAK)."""

    def __init__(self, *given: Any, months: tuple[str, ...], **named: Any) -> None:
        super().__init__(*given, **named)
        for number, name in enumerate(months, start=1):
            self.fields[f"month{number}"] = RupiahField(label=name, required=False)

    def months(self) -> list[Decimal]:
        return [self.cleaned_data[name] or Decimal(0) for name in self.fields if name != self.seen_field]


class PlannedForm(FaultsForm):
    """A work of the year's plan (RKPDes)."""

    activity = forms.ChoiceField(label=_("Activity"))
    told = forms.CharField(label=_("What is done"), max_length=300, required=False)
    place = forms.CharField(label=_("Location"), max_length=200, required=False)
    volume = FigureField(label=_("Volume"), required=False)
    unit = forms.CharField(label=_("Unit of the volume"), max_length=40, required=False)
    fund = forms.ChoiceField(label=_("Source of funds"), required=False)
    amount = RupiahField(label=_("Cost, Rp"), required=True)

    def __init__(self, *given: Any, activities: Choices, funds: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["activity"].choices = [("", translate("choose")), *activities]
        self.fields["fund"].choices = [("", translate("not known yet")), *funds]

    def planned(self) -> Planned:
        """Convert the input to the argument of the operation."""
        return Planned(**{name: value for name, value in self.cleaned_data.items() if value not in (None, "")})


class LongPlannedForm(PlannedForm):
    """A work of the plan of many years (RPJMDes)."""

    since = forms.IntegerField(label=_("First year of the work"), required=False)
    until = forms.IntegerField(label=_("Last year of the work"), required=False)


class ProgrammeForm(FaultsForm):
    """A programme of others in the village."""

    name = forms.CharField(label=_("Programme or activity"), max_length=300)
    source = forms.CharField(
        label=_("Whose programme, whose money"), max_length=200,
        help_text=_("Such as a ministry, the province, an office of the regency"),
    )  # fmt: skip
    place = forms.CharField(label=_("Location"), max_length=200, required=False)
    amount = RupiahField(label=_("Cost, Rp"), required=True)


class MinutesForm(FaultsForm):
    """The minutes of the council."""

    minutes = forms.CharField(label=_("Number of the minutes"), max_length=100)
    day = DayField(label=_("Day of the meeting"))


class LetterForm(FaultsForm):
    """The letter with which a draft is sent."""

    letter = forms.CharField(label=_("Number of the letter"), max_length=100)


class ToldForm(LetterForm):
    """The letter that informs the council."""

    day = DayField(label=_("Day of the letter"))


class ReportForm(FaultsForm):
    """The letter or regulation that puts a report on record."""

    paper = forms.CharField(label=_("Number of the letter or regulation"), max_length=100)
    day = DayField(label=_("Its day"))


class CorrectPaperForm(OnceForm, ReportForm):
    """The right number and day of a letter or regulation, and why they are corrected."""

    reason = forms.CharField(
        label=_("Why it is corrected on record"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class EvaluationForm(LetterForm):
    """The result of an evaluation."""

    fit = forms.TypedChoiceField(
        label=_("Result"), coerce=lambda text: text == "fit", widget=forms.RadioSelect, empty_value=None,
        choices=[("fit", _("Fit to be enacted")), ("unfit", _("To be corrected"))],
    )  # fmt: skip
    day = DayField(label=_("Day of the letter"))
    told = forms.CharField(
        label=_("What is said of it"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    field_order = ["fit", "letter", "day", "told"]


class ReasonForm(FaultsForm):
    """Why something is taken back or dropped."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class ShiftForm(FaultsForm):
    """The regulation of the head that enacts a shift."""

    elaboration = forms.CharField(label=_("Number of the head's regulation (Perkades)"), max_length=100)
    day = DayField(label=_("Day of the regulation"))


class EnactForm(ShiftForm):
    """The regulations that enact a budget."""

    regulation = forms.CharField(label=_("Number of the village's regulation (Perdes)"), max_length=100)
    field_order = ["regulation", "elaboration", "day"]


def item_fields(line: LineRow) -> list[dict[str, Any]]:
    """The values of the rows of a line's items."""
    return [
        {
            "account": line.account, "fund": line.fund, "description": item.description, "package": item.package,
            "output": item.output, "volume": item.volume, "unit": item.unit, "unit_price": item.unit_price,
            "amount": item.amount,
        }
        for item in line.items
    ]  # fmt: skip
