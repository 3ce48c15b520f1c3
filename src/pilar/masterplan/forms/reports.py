"""The form of a quarterly report: its fields are those of the programme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import PercentField
from pilar.design.forms import FaultsForm
from pilar.evidence.forms import EvidenceForm
from pilar.masterplan.queries.due import ReportSheet
from pilar.masterplan.queries.reports import ReportRow
from pilar.masterplan.rules.content import MAX_TEXT, Activity, Target
from pilar.masterplan.rules.progress import share_of_activity
from pilar.masterplan.rules.reports import Given
from pilar.platform.errors import Fault
from pilar.platform.language import translate
from pilar.platform.reading import read_figure, read_rupiah, rupiah_text, typed_notation, typed_text

MAX_NUMBER = 60


class ReportForm(FaultsForm):
    """Progress of activities, indicators, monitored things, money, obstacles, evidence; a reason for a correction.

    ``done.<number>`` and ``readings.<number>`` have the names of the places of the operation's faults.
    """

    quarter = forms.CharField(label=_("Quarter"), required=False, disabled=True)
    spent = forms.CharField(
        label=_("Money spent in this quarter (rupiah)"),
        max_length=MAX_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("Of this quarter alone, from all sources; 0 if none"),
    )
    obstacles = forms.CharField(
        label=_("Obstacles"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What stands in the way, and what is needed; read by the region and the ministry, not in public"),
    )
    evidence = forms.TypedMultipleChoiceField(
        label=_("Evidence of the region"), required=False, coerce=UUID, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Is shown with the report"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *given: Any, sheet: ReportSheet, evidence: Iterable[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, initial=_initial(sheet), **named)
        self.sheet = sheet
        content = sheet.row.content
        for activity in content.leaves:
            self.fields[f"done.{activity.number}"] = _share_field(activity, sheet)
        for target in content.targets:
            if not target.measure:
                self.fields[f"readings.{target.number}"] = _reading_field(target, sheet)
        if content.monitored:
            self.fields["there"] = forms.TypedMultipleChoiceField(
                label=translate("What is there now"),
                required=False,
                coerce=int,
                choices=[
                    (monitored.number, f"{monitored.title} ({monitored.year})") for monitored in content.monitored
                ],
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["evidence"].choices = list(evidence)
        if not self.fields["evidence"].choices:
            del self.fields["evidence"]
        if not sheet.seen:
            del self.fields["reason"]
        elif self.is_bound and self.data.get("seen") != str(sheet.seen):
            # A reader who has not seen the existing report is shown it first.
            self.fields["reason"].required = False

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        units = {target.number: target.unit for target in self.sheet.row.content.targets}
        for name in [field for field in self.fields if field.startswith("readings.")]:
            if given.get(name):
                self._read(given, name, read_figure(given[name], units[_number(name)], typed_notation()))
        if given.get("spent"):
            self._read(given, "spent", read_rupiah(given["spent"], typed_notation()))
        return given

    @property
    def shares(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("done.")]

    @property
    def readings(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("readings.")]

    @property
    def rest(self) -> list[BoundField]:
        """Money and obstacles."""
        return [self["spent"], self["obstacles"]]

    def given(self) -> Given:
        """Convert the input to the argument of the operation."""
        told = self.cleaned_data
        return Given(
            done={_number(name): told[name] for name in self.fields if name.startswith("done.")},
            readings={
                _number(name): told[name]
                for name in self.fields
                if name.startswith("readings.") and told[name] not in ("", None)
            },
            there=frozenset(told.get("there", ())),
            spent=told["spent"],
            obstacles=told["obstacles"],
        )

    def _read(self, given: dict[str, Any], name: str, number: Decimal | Fault | None) -> None:
        if isinstance(number, Fault):
            self.add_error(name, translate(number.sentence, **number.fields))
        else:
            given[name] = Decimal(0) if number is None and name == "spent" else number


class PieceForm(EvidenceForm):
    """New evidence in the form of a report: all of it may be left empty."""

    use_required_attribute = False

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, prefix="new", **named)
        for field in self.fields.values():
            field.required = False

    @property
    def filled(self) -> bool:
        """Return whether any field is filled."""
        names = ("title", "link", "note", "held")
        return any(self.data.get(self.add_prefix(name), "").strip() for name in names) or bool(self.files)


def stored_texts(row: ReportRow, sheet: ReportSheet) -> dict[str, str]:
    """Return a stored report by field, as it would be typed."""
    return {name: _text(value) for name, value in _values(row, sheet).items()}


def texts_of(form: ReportForm) -> dict[str, str]:
    """Return the input by field."""
    return {name: _text(form[name].value()) for name in form.fields}


def _text(value: Any) -> str:
    return ", ".join(sorted(map(str, value))) if isinstance(value, (list, tuple, set)) else str(value or "").strip()


def _initial(sheet: ReportSheet) -> dict[str, Any]:
    """Return the report of the quarter; before the first one, the values carried over from the quarter before."""
    first: dict[str, Any] = {"quarter": sheet.quarter.name, "seen": sheet.seen}
    if sheet.rows:
        return {**first, **_values(sheet.rows[0], sheet)}
    if sheet.before is not None:
        first |= {f"done.{number}": str(share) for number, share in sheet.before.done.items()}
        first["there"] = sorted(sheet.before.there)
    return first


def _values(row: ReportRow, sheet: ReportSheet) -> Mapping[str, Any]:
    said = row.said
    return {
        **{f"done.{number}": str(share) for number, share in said.done.items()},
        **{f"readings.{number}": typed_text(value) for number, value in said.readings.items()},
        "there": sorted(said.there),
        "spent": rupiah_text(said.spent),
        "obstacles": row.obstacles,
        "evidence": [str(piece) for piece in row.evidence],
    }


def _share_field(activity: Activity, sheet: ReportSheet) -> PercentField:
    planned = round(share_of_activity(activity, sheet.quarter) * 100)
    hint = translate("Planned by the end of the quarter: %(planned)s %%", planned=planned)
    if sheet.before is not None and activity.number in sheet.before.done:
        before = translate(
            "reported for %(quarter)s: %(share)s %%",
            quarter=sheet.before.quarter.name, share=sheet.before.done[activity.number],
        )  # fmt: skip
        hint = f"{hint}; {before}"
    return PercentField(
        label=f"{activity.title} (%)",
        help_text=hint,
        min_value=0,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": translate("Say how far this activity is, 0 if it has not begun")},
    )


def _reading_field(target: Target, sheet: ReportSheet) -> forms.CharField:
    wanted = target.planned_for(sheet.quarter.year)
    year = str(sheet.quarter.year)
    hint = translate("No target for %(year)s", year=year)
    if wanted is not None:
        hint = translate("Target of %(year)s: %(wanted)s", year=year, wanted=typed_text(wanted))
    return forms.CharField(
        label=f"{target.title} ({target.unit})",
        help_text=hint,
        required=False,
        max_length=MAX_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def _number(name: str) -> int:
    return int(name.partition(".")[2])
