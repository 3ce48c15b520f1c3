"""Forms of the secretariat: campaigns, their dates and groups, invitations, panels, conflicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pilar.areas import reference
from pilar.areas.forms import MomentField, RegionTimes
from pilar.areas.rules import CAPITAL_PROVINCE
from pilar.design.fields import DayField
from pilar.design.forms import FaultsForm
from pilar.evaluation.forms.marking import RegionTimeForm
from pilar.evaluation.queries.campaigns import CampaignRow, GroupRow
from pilar.evaluation.queries.panels import LoadRow
from pilar.evaluation.queries.rows import InstrumentRow
from pilar.evaluation.rules.assignment import BAR_NAMES, Assessor, Bar
from pilar.evaluation.rules.campaigns import (
    MAX_DAYS,
    MAX_HOURS,
    MAX_PANEL,
    MAX_TITLE,
    NOT_EARLIER,
    YEARS,
    CampaignCodeTaken,
    CampaignRules,
    GroupPlan,
    Period,
    campaign_faults,
    rules_faults,
)
from pilar.evaluation.rules.stages import NO_REASON_BACK
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_, translate

NATION = CAPITAL_PROVINCE
"""Whose time the dates of a campaign are written in."""
MAX_LINES = 600

_CODE_HINT = _("Small letters, figures and dashes, such as evaluation-2026")


class RulesForm(FaultsForm):
    """The rules that can be changed while a campaign is set up."""

    title_id = forms.CharField(label=_("Title in Indonesian"), max_length=MAX_TITLE)
    title_en = forms.CharField(label=_("Title in English"), max_length=MAX_TITLE)
    evidence_hours = forms.IntegerField(
        label=_("Hours to answer a request for evidence"), min_value=1, max_value=MAX_HOURS, initial=24
    )
    objection_days = forms.IntegerField(
        label=_("Days of the objection period"), min_value=1, max_value=MAX_DAYS, initial=7
    )
    smallest_panel = forms.IntegerField(label=_("Assessors of a panel, at least"), min_value=1, initial=3)
    largest_panel = forms.IntegerField(label=_("Assessors of a panel, at most"), min_value=1, initial=6)
    no_repeat_panel = forms.BooleanField(
        label=_("Nobody assesses a region that they assessed last year"), required=False
    )
    statement_since = DayField(
        label=_("Statement of responsibility required from"),
        required=False,
        help_text=_("What is submitted from that day on needs the signed statement (SPTJM); empty: never"),
    )

    def rules(self) -> CampaignRules:
        """Return what was given, for an operation."""
        return CampaignRules(**{name: self.cleaned_data[name] for name in RulesForm.base_fields})


class GroupForm(FaultsForm):
    """A group inside which regions are ranked."""

    group = forms.CharField(label=_("Code of the group"), max_length=40, help_text=_CODE_HINT)
    group_title_id = forms.CharField(label=_("Title of the group in Indonesian"), max_length=MAX_TITLE)
    group_title_en = forms.CharField(label=_("Title of the group in English"), max_length=MAX_TITLE)

    def plan(self) -> GroupPlan:
        """Return what was given, for an operation."""
        given = self.cleaned_data
        return GroupPlan(given["group"], given["group_title_id"], given["group_title_en"])


class DatesForm(RegionTimeForm):
    """When the self-assessment of a phase opens and closes."""

    opens_at = MomentField(label=_("Opens"))
    closes_at = MomentField(label=_("Closes"))

    def period(self) -> Period:
        """Return what was given, for an operation."""
        return Period(self.cleaned_data["opens_at"], self.cleaned_data["closes_at"])


class PhasesForm(FaultsForm):
    """When the self-assessment of each of some phases opens and closes."""

    def __init__(self, *given: Any, phases: int, **named: Any) -> None:
        super().__init__(*given, **named)
        self.numbers = range(1, phases + 1)
        for number in self.numbers:
            self.fields[f"opens_{number}"] = MomentField(label=gettext("Phase %(phase)s opens") % {"phase": number})
            self.fields[f"closes_{number}"] = MomentField(label=gettext("Phase %(phase)s closes") % {"phase": number})

    @property
    def dates(self) -> list[str]:
        """The names of the fields, in order."""
        return [f"{name}_{number}" for number in self.numbers for name in ("opens", "closes")]

    def periods(self, given: Mapping[str, Any]) -> list[Period]:
        """The phases; one whose dates could not be read lies where the next opens, where it overlaps none."""
        periods: list[Period] = []
        after = _ANY_DAY
        for number in reversed(self.numbers):
            opens, closes = given.get(f"opens_{number}"), given.get(f"closes_{number}")
            periods.insert(0, Period(after, after) if opens is None or closes is None else Period(opens, closes))
            after = periods[0].opens_at
        return periods


class CampaignForm(RegionTimes, PhasesForm, RulesForm, GroupForm):
    """A new campaign with its phases and its first group."""

    code = forms.CharField(label=_("Code of the campaign"), max_length=40, help_text=_CODE_HINT)
    year = forms.IntegerField(label=_("Year"))
    instrument = forms.ChoiceField(label=_("Instrument"))
    previous = forms.ChoiceField(
        label=_("The campaign before"), required=False, help_text=_("Gives the results, marks and panels of then")
    )

    def __init__(
        self, *given: Any, instruments: Iterable[InstrumentRow], campaigns: Iterable[CampaignRow], **named: Any
    ) -> None:
        super().__init__(*given, **named)
        self.fields["instrument"].choices = [
            ("", "–"),
            *((f"{row.code} {row.version}", _named(row)) for row in instruments),
        ]
        self.years = {row.code: row.year for row in campaigns}
        self.fields["previous"].choices = [("", "–"), *((row.code, f"{row.title} ({row.code})") for row in campaigns)]
        head = "code", "year", "title_id", "title_en", "instrument", "previous"
        self.order_fields([*head, *self.dates, *GroupForm.base_fields])

    def ask_on(self) -> None:
        """Show what is typed without judging it: its sender has asked for the dates of other phases."""
        self._errors = ErrorDict()

    def clean(self) -> dict[str, Any]:
        """Return what an operation would refuse, told together with what the fields refuse."""
        given = super().clean() or {}
        halves = [{f"opens_{number}", f"closes_{number}"} for number in self.numbers]
        unread = {name for half in halves if not half <= given.keys() for name in half}
        for fault in self._faults(given):
            if fault.place in self.fields and fault.place not in {*self.errors, *unread}:
                self.add_error(fault.place, translate(fault.sentence, **fault.fields))
        return given

    def _faults(self, given: Mapping[str, Any]) -> Iterator[Fault]:
        """Faults of the fields that could be read; the others are taken to be in order."""
        fallback = {
            "smallest_panel": 1, "largest_panel": MAX_PANEL, "evidence_hours": 1, "objection_days": 1,
            "statement_since": None,
        }  # fmt: skip
        read = {name: given.get(name, fallback.get(name, "x")) for name in RulesForm.base_fields}
        group = GroupPlan(*(given.get(name, "x") for name in GroupForm.base_fields))
        year = given.get("year", YEARS[0])
        yield from campaign_faults(year, given.get("code", "x"), self.periods(given), [group])
        yield from rules_faults(CampaignRules(**read))
        if given.get("code") in self.years:
            yield Fault(CampaignCodeTaken.code, CampaignCodeTaken.sentence, {"campaign": given["code"]}, "code")
        before = self.years.get(given.get("previous", ""))
        if before is not None and "year" in given and before >= year:
            yield Fault("previous-not-earlier", NOT_EARLIER, {"year": before}, "previous")

    def planned(self) -> dict[str, Any]:
        """Return what was given, for ``create_campaign``."""
        given = self.cleaned_data
        code, version = given["instrument"].split(" ", 1)
        return {
            "code": given["code"],
            "year": given["year"],
            "instrument": (code, version),
            "previous": given["previous"],
            "rules": self.rules(),
            "periods": self.periods(given),
            "groups": [self.plan()],
        }


def _named(row: InstrumentRow) -> str:
    """An instrument in the chooser, with what is known of it."""
    return f"{row.title} ({row.code} {row.version}) – {row.origin_name}; {row.status_name}"


_ANY_DAY = datetime(YEARS[0], 2, 1, tzinfo=UTC)


class InviteForm(FaultsForm):
    """Regions to invite: named one a line, all of a province, or those of last year."""

    to_group = forms.ChoiceField(label=_("Into the group"))
    regions = forms.CharField(
        label=_("Regions"),
        required=False,
        help_text=_("One a line: the code, such as 36.03, or the name, such as Kabupaten Tangerang"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    province = forms.ChoiceField(label=_("All regencies and cities of a province"), required=False)
    of_previous = forms.BooleanField(label=_("All that took part in the campaign before"), required=False)

    def __init__(
        self,
        *given: Any,
        groups: Sequence[GroupRow],
        provinces: Iterable[tuple[str, str]],
        has_previous: bool,
        **named: Any,
    ) -> None:
        super().__init__(*given, **named)
        self.fields["to_group"].choices = [(row.code, str(row.title)) for row in groups]
        self.fields["province"].choices = [("", "–"), *provinces]
        if not has_previous:
            del self.fields["of_previous"]

    def clean_regions(self) -> tuple[str, ...]:
        """Codes of the regions that the lines name; every line that names none is told."""
        lines = [line.strip() for line in self.cleaned_data["regions"].replace("\0", "").splitlines() if line.strip()]
        if len(lines) > MAX_LINES:
            raise forms.ValidationError(
                Fault("too-many", N_("Name at most %(most)s regions"), {"most": MAX_LINES}).text()
            )
        codes, faults = [], []
        directory = reference.directory()
        for line in lines:
            try:
                codes.append(directory.find(line).code)
            except PilarError as refused:
                faults.append(refused.text())
        if faults:
            raise forms.ValidationError(faults)
        return tuple(codes)


class RegroupForm(FaultsForm):
    """Another group for regions of the campaign."""

    into = forms.ChoiceField(label=_("Into the group"))
    region = forms.CharField(label=_("Region"), max_length=100, help_text=_("Code or name"))

    def __init__(self, *given: Any, groups: Sequence[GroupRow], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["into"].choices = [(row.code, str(row.title)) for row in groups]

    def clean_region(self) -> str:
        """The code of the region that is named."""
        try:
            return reference.directory().find(self.cleaned_data["region"].replace("\0", "")).code
        except PilarError as refused:
            raise forms.ValidationError(refused.text()) from None


class ProposalForm(forms.Form):
    """Settings for proposing panels."""

    size = forms.IntegerField(label=_("Assessors of a panel"), min_value=1)
    keep = forms.BooleanField(
        label=_("Keep the seats of today"), required=False, initial=True, help_text=_("Seats with marks stay anyway")
    )
    draw = forms.IntegerField(
        label=_("Draw"),
        min_value=0,
        max_value=9_999,
        initial=0,
        required=False,
        help_text=_("Another number gives other panels that are as good"),
    )


class SeatForm(FaultsForm):
    """A seat to give."""

    assessor = forms.TypedChoiceField(label=_("Assessor"), coerce=int)
    is_chair = forms.BooleanField(label=_("Leads the panel"), required=False)

    def __init__(self, *given: Any, free: Iterable[LoadRow], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["assessor"].choices = [("", "–"), *((row.assessor.key, _choice(row)) for row in free)]


class ConflictForm(FaultsForm):
    """Why somebody may not assess a region."""

    assessor = forms.TypedChoiceField(label=_("Assessor"), coerce=int)
    region = forms.CharField(label=_("Region"), max_length=100, help_text=_("Code or name"))
    kind = forms.ChoiceField(
        label=_("Conflict"),
        choices=[(bar.value, lazy(translate, str)(BAR_NAMES[bar])) for bar in (Bar.HOME, Bar.EMPLOYER, Bar.MENTOR)],
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *given: Any, assessors: Iterable[Assessor], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["assessor"].choices = [("", "–"), *((assessor.key, assessor.name) for assessor in assessors)]

    clean_region = RegroupForm.clean_region


class ReasonForm(FaultsForm):
    """A reason that is kept in the log."""

    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))


class ExtensionForm(RegionTimeForm, ReasonForm):
    """More time for one region."""

    until = MomentField(label=_("Until"))
    field_order = ("until", "reason")

    def given(self) -> dict[str, Any]:
        """Return what was given, for an operation."""
        return {"until": self.cleaned_data["until"], "reason": self.cleaned_data["reason"]}


class MoveForm(FaultsForm):
    """A move of a phase; one ``back`` needs its reason."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2_000,
        help_text=_("Stands beside the move, where it needs one"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *given: Any, back: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        if back:
            reason = self.fields["reason"]
            reason.required, reason.help_text = True, ""
            reason.error_messages["required"] = translate(NO_REASON_BACK)


def _choice(row: LoadRow) -> str:
    sentence = (
        N_("%(name)s: %(regions)s regions, may chair")
        if row.assessor.may_chair
        else N_("%(name)s: %(regions)s regions")
    )
    return translate(sentence, name=row.assessor.name, regions=row.regions)
