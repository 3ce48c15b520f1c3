"""The rows of a programme's form: targets, activities, risks, what is monitored, money, marks of a quick win."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import FigureField, RupiahField
from pilar.masterplan.rules.content import (
    BETTER_NAMES,
    BUDGETED,
    FUND_NAMES,
    MAX_OBJECTIVE,
    MAX_SIPD,
    MAX_TEXT,
    MAX_TITLE,
    MAX_UNIT,
    Activity,
    Better,
    Budget,
    Fund,
    Judged,
    Monitored,
    Risk,
    Target,
)
from pilar.masterplan.rules.framework import Framework
from pilar.masterplan.rules.quarters import Quarter, quarters, read_quarter
from pilar.platform.errors import Fault
from pilar.platform.language import translate
from pilar.platform.reading import in_unit, rupiah_text, typed_text
from pilar.platform.tables import Percent

SUB = "sub"
"""The value of an activity's place that makes it a sub-activity of the activity above it."""


class QuarterField(forms.CharField):
    """A quarter of the plan; the rules report a typed one outside the plan."""

    widget = forms.Select

    def offer(self, first_year: int, last_year: int, typed: str) -> None:
        """Offer the quarters of a plan, and the one that was typed, so that it is not lost."""
        span = [*quarters(Quarter(first_year, 1), Quarter(last_year, 4))]
        other = read_quarter(typed)
        if other is not None and other not in span:
            span.append(other)
        self.widget.choices = [("", "–"), *((str(quarter), quarter.name) for quarter in span)]

    def clean(self, value: Any) -> Quarter:
        quarter = read_quarter(super().clean(value))
        if quarter is None:
            raise forms.ValidationError(translate("Choose a quarter of the list"))
        return quarter


class YearField(forms.TypedChoiceField):
    """A year of the plan."""

    def __init__(self, **named: Any) -> None:
        super().__init__(coerce=int, **named)

    def offer(self, first_year: int, last_year: int) -> None:
        """Offer the years of a plan."""
        self.choices = [("", "–"), *((year, str(year)) for year in range(first_year, last_year + 1))]


class RowForm(forms.Form):
    """A row of a list. ``says``: the row counts if one of these fields is filled."""

    says: tuple[str, ...] = ()
    wide: tuple[str, ...] = ("title", "text", "response")
    years: range = range(0)
    use_required_attribute = False

    @property
    def filled(self) -> bool:
        """Return whether anything was written into the row."""
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in self.says)

    @property
    def laid_out(self) -> list[tuple[forms.BoundField, bool]]:
        """The fields other than those of the years, each with whether it takes a line of its own."""
        yearly = {f"y{year}" for year in self.years}
        return [(field, field.name in self.wide) for field in self if field.name not in yearly]

    @property
    def yearly(self) -> list[forms.BoundField]:
        """The fields of the years, if the row has any."""
        return [self[name] for year in self.years if (name := f"y{year}") in self.fields]

    def take(self, name: str, said: str) -> None:
        """Show a fault at a field, or at the row if it has no field of that name."""
        self.add_error(name if name in self.fields else None, said)


class NumberedForm(RowForm):
    """A row with a number that never changes while the programme exists."""

    number = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def given_number(self) -> int | None:
        """The row's present number, if it has one."""
        number: int | None = self.cleaned_data.get("number")
        return number if number is not None and 1 <= number < 10_000 else None


class TargetForm(NumberedForm):
    """A target indicator with the value to reach in each year."""

    title = forms.CharField(label=_("Indicator"), max_length=MAX_TITLE)
    unit = forms.CharField(label=_("Unit of measurement"), max_length=MAX_UNIT, help_text=_("Such as desa, %, menit"))
    better = forms.TypedChoiceField(label=_("Which way is better"), coerce=Better)
    base = FigureField(unit=None, label=_("Value at the start"))
    base_year = forms.IntegerField(label=_("Of the year"), required=False, min_value=1990, max_value=2200)
    source = forms.CharField(label=_("Source of the figures"), required=False, max_length=MAX_TEXT)
    measure = forms.ChoiceField(
        label=_("Measure of the region"),
        required=False,
        help_text=_("If the figure is measured already, progress is taken from there and not typed"),
    )

    def __init__(self, *given: Any, years: range, measures: Iterable[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["better"].choices = [(better.value, translate(name)) for better, name in BETTER_NAMES.items()]
        self.fields["measure"].choices = [("", translate("none: the office reports the figure")), *measures]
        self.years = years
        for year in years:
            self.fields[f"y{year}"] = FigureField(unit=None, label=str(year))
        self.says = ("title", "unit", "base", "base_year", "source", "measure", *(f"y{year}" for year in years))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("base", *(f"y{year}" for year in self.years)):
            if isinstance(percent := given.get(name), Percent):
                given[name] = in_unit(percent, given.get("unit", ""))
                if isinstance(given[name], Fault):
                    self.add_error(name, translate(given[name].sentence, **given[name].fields))
        return given

    def target(self, number: int) -> Target:
        given = self.cleaned_data
        yearly = tuple((year, given[f"y{year}"]) for year in self.years if given[f"y{year}"] is not None)
        named = {name: given[name] for name in ("title", "unit", "better", "base", "base_year", "source", "measure")}
        return Target(number, yearly=yearly, **named)

    def take(self, name: str, said: str) -> None:
        super().take("y" + name.partition(".")[2] if name.startswith("yearly") else name, said)


class ActivityForm(NumberedForm):
    """An activity on the road map, or a sub-activity of the activity above it."""

    title = forms.CharField(label=_("Activity"), max_length=MAX_TITLE)
    place = forms.ChoiceField(label=_("Activity or part of one"), required=False)
    starts = QuarterField(label=_("Begins in"))
    ends = QuarterField(label=_("Ends in"))
    sipd_code = forms.CharField(label=_("SIPD code"), required=False, max_length=MAX_SIPD)
    weight = FigureField(unit="%", label=_("Weight"))
    objective = forms.CharField(label=_("RPJMD objective"), required=False, max_length=MAX_OBJECTIVE)
    says = ("title", "starts", "ends", *BUDGETED)
    wide = (*RowForm.wide, "objective")

    def __init__(self, *given: Any, years: range, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["place"].choices = [("", translate("activity")), (SUB, translate("part of the activity above"))]
        for name in ("starts", "ends"):
            typed = self.data.get(self.add_prefix(name)) or self.initial.get(name) or ""
            self.fields[name].offer(years[0], years[-1], typed)

    def activity(self, number: int, above: int | None) -> Activity:
        """Return the activity; ``above`` is the number of the main activity above it. The first row has none above; as
        a sub-activity it would be its own parent, which the rules refuse."""
        given = self.cleaned_data
        parent = (above or number) if given["place"] == SUB else None
        budgeted = {name: given[name] for name in BUDGETED}
        return Activity(number, given["title"], given["starts"], given["ends"], parent, **budgeted)

    def take(self, name: str, said: str) -> None:
        super().take("place" if name == "parent" else name, said)


class RiskForm(RowForm):
    """A risk, and its treatment."""

    text = forms.CharField(
        label=_("Risk"), required=False, max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )
    response = forms.CharField(
        label=_("What is done about it"), required=False, max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    says = ("text", "response")

    def risk(self) -> Risk:
        return Risk(self.cleaned_data["text"], self.cleaned_data["response"])


class MonitoredForm(NumberedForm):
    """A policy, institution, and so on, to exist by the end of a year."""

    group = forms.ChoiceField(label=_("Group"))
    title = forms.CharField(label=_("What is to be there"), max_length=MAX_TITLE)
    year = YearField(label=_("By the end of"))
    says = ("title", "year")

    def __init__(self, *given: Any, years: range, framework: Framework, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["group"].choices = [(entry.code, str(entry.title)) for entry in framework.monitored.entries]
        self.fields["year"].offer(years[0], years[-1])

    def monitored(self, number: int) -> Monitored:
        given = self.cleaned_data
        return Monitored(number, given["group"], given["title"], given["year"])


class BudgetForm(forms.Form):
    """Money: a field for each year and source of funds."""

    use_required_attribute = False

    def __init__(self, *given: Any, years: range, **named: Any) -> None:
        super().__init__(*given, **named)
        self.years = years
        for year in years:
            for fund, name in FUND_NAMES.items():
                self.fields[_cell(year, fund)] = RupiahField(label=f"{year}, {translate(name)}")

    @property
    def grid(self) -> list[tuple[int, list[tuple[str, forms.BoundField]]]]:
        """Return the years, each with the name of every source of funds and its field."""
        return [
            (year, [(translate(name), self[_cell(year, fund)]) for fund, name in FUND_NAMES.items()])
            for year in self.years
        ]

    def budgets(self) -> tuple[Budget, ...]:
        """Return the amounts; zero counts as empty."""
        budgets = []
        for year in self.years:
            for fund in Fund:
                amount = self.cleaned_data[_cell(year, fund)]
                if amount:
                    budgets.append(Budget(year, fund, amount))
        return tuple(budgets)

    def take(self, budget: Budget, said: str) -> None:
        """Show a fault at the field of an amount."""
        self.add_error(_cell(budget.year, budget.fund), said)

    @staticmethod
    def first(budgets: Iterable[Budget]) -> dict[str, str]:
        """Return the initial values of the fields."""
        return {_cell(budget.year, budget.fund): rupiah_text(budget.amount) for budget in budgets}


class JudgedForm(forms.Form):
    """Marks of a quick win on the criteria, each with its reason."""

    use_required_attribute = False

    def __init__(self, *given: Any, framework: Framework, **named: Any) -> None:
        super().__init__(*given, **named)
        self.criteria, self.levels = framework.criteria.entries, framework.criteria_levels
        levels = [("", "–"), *((level, str(level)) for level in framework.criteria_levels)]
        for criterion in self.criteria:
            label = str(criterion.title)
            self.fields[f"m_{criterion.code}"] = forms.TypedChoiceField(
                label=label, required=False, coerce=int, empty_value=None, choices=levels
            )
            self.fields[f"r_{criterion.code}"] = forms.CharField(
                label=translate("Reason of the mark for “%(criterion)s”", criterion=label),
                required=False,
                max_length=MAX_TEXT,
            )

    @property
    def grid(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Return each criterion with the fields of its mark and reason."""
        return [
            (str(criterion.title), self[f"m_{criterion.code}"], self[f"r_{criterion.code}"])
            for criterion in self.criteria
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for criterion in self.criteria:
            if (
                given.get(f"r_{criterion.code}")
                and given.get(f"m_{criterion.code}") is None
                and f"m_{criterion.code}" in given
            ):
                self.add_error(f"m_{criterion.code}", translate("Choose the mark that the reason is for"))
        return given

    def judged(self) -> tuple[Judged, ...]:
        """Return the marks that were given."""
        given = self.cleaned_data
        return tuple(
            Judged(criterion.code, given[f"m_{criterion.code}"], given[f"r_{criterion.code}"])
            for criterion in self.criteria
            if given[f"m_{criterion.code}"] is not None
        )

    def take(self, criterion: str, name: str, said: str) -> None:
        """Show a fault at the mark or reason of a criterion."""
        self.add_error(f"r_{criterion}" if name == "reason" else f"m_{criterion}", said)

    @staticmethod
    def first(judged: Iterable[Judged]) -> dict[str, Any]:
        """Return the initial values of the fields."""
        typed: dict[str, Any] = {}
        for mark in judged:
            typed |= {f"m_{mark.criterion}": mark.mark, f"r_{mark.criterion}": mark.reason}
        return typed


def first_of_target(target: Target) -> Mapping[str, Any]:
    """Return the initial values of the row of a target."""
    return {
        "number": target.number, "title": target.title, "unit": target.unit, "better": target.better.value,
        "base": "" if target.base is None else typed_text(target.base), "base_year": target.base_year or "",
        "source": target.source, "measure": target.measure,
        **{f"y{year}": typed_text(value) for year, value in target.yearly},
    }  # fmt: skip


def first_of_activity(activity: Activity) -> Mapping[str, Any]:
    """Return the initial values of the row of an activity."""
    place = "" if activity.parent is None else SUB
    return {
        "number": activity.number, "title": activity.title, "place": place, "starts": str(activity.starts),
        "ends": str(activity.ends), "sipd_code": activity.sipd_code, "objective": activity.objective,
        "weight": "" if activity.weight is None else typed_text(activity.weight),
    }  # fmt: skip


def first_of_risk(risk: Risk) -> Mapping[str, Any]:
    """Return the initial values of the row of a risk."""
    return {"text": risk.text, "response": risk.response}


def first_of_monitored(monitored: Monitored) -> Mapping[str, Any]:
    """Return the initial values of the row of a monitored thing."""
    return {"number": monitored.number, "group": monitored.group, "title": monitored.title, "year": monitored.year}


def _cell(year: int, fund: Fund) -> str:
    return f"b{year}_{fund.value}"
