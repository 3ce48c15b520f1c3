"""Forms for drawing up surveys and stating that they are valid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.areas.forms import MomentField, RegionTimes
from pilar.areas.queries import OfficeRow
from pilar.design.fields import DayField
from pilar.design.forms import FaultsForm, Rows
from pilar.evidence.queries import RevisionRow
from pilar.platform.errors import Faults
from pilar.platform.language import translate
from pilar.surveys.operations import NewSurvey
from pilar.surveys.queries import CellRow, PlannedProgramme
from pilar.surveys.rules.questionnaire import Pillar, Questionnaire
from pilar.surveys.rules.surveys import MAX_CELLS, MAX_POPULATION, MAX_REASON, MAX_TITLE, NewCell

EARLIEST, LATEST = 2017, 2100


class SurveyForm(RegionTimes, FaultsForm):
    """A new survey of a region; its moments are in the region's time zone."""

    form = forms.ChoiceField(label=_("Questionnaire"))
    title = forms.CharField(label=_("Title"), max_length=MAX_TITLE)
    year = forms.IntegerField(label=_("Year"), min_value=EARLIEST, max_value=LATEST)
    opens_at = MomentField(label=_("Takes answers from"))
    closes_at = MomentField(label=_("Takes answers until"))
    split = forms.BooleanField(
        label=_("Split forms: respondents are counted for each sub-dimension"), required=False,
        help_text=_("Otherwise for each pillar"),
    )  # fmt: skip

    def __init__(self, *given: Any, known: Iterable[Questionnaire], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["form"].choices = [(questionnaire.code, str(questionnaire.title)) for questionnaire in known]

    def new_survey(self) -> NewSurvey:
        """Convert the input to the argument of an operation."""
        return NewSurvey(**{name: self.cleaned_data[name] for name in self.fields})


class DatesForm(RegionTimes, FaultsForm):
    """New dates of a survey, in the region's time zone."""

    opens_at = MomentField(label=_("Takes answers from"))
    closes_at = MomentField(label=_("Takes answers until"))
    reason = forms.CharField(
        label=_("Reason"), max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who follows the survey reads it"),
    )  # fmt: skip


class EndForm(FaultsForm):
    """The reason for ending a survey before its closing time."""

    reason = DatesForm.base_fields["reason"]


class CellForm(FaultsForm):
    """One row: a programme or place in which a survey asks."""

    programme = forms.CharField(label=_("Programme or service"), max_length=MAX_TITLE)
    office = forms.TypedChoiceField(label=_("Office"), coerce=int)
    part = forms.ChoiceField(label=_("Pillar and sub-dimension"))
    population = forms.IntegerField(
        label=_("People served"), min_value=1, max_value=MAX_POPULATION, required=False,
        help_text=_("If known: the sample is then filled in by Krejcie and Morgan"),
    )  # fmt: skip
    quota = forms.IntegerField(label=_("Respondents wanted"), min_value=1)

    def __init__(
        self, *given: Any, offices: Sequence[OfficeRow], pillars: Sequence[Pillar], needs_part: bool, **named: Any
    ) -> None:
        super().__init__(*given, **named)
        self.pillars = pillars
        self.fields["office"].choices = [("", "–"), *((row.key, row.name) for row in offices)]
        self.fields["part"].required = needs_part
        self.fields["part"].choices = [("", "–"), *map(_group, pillars)]

    def new_cell(self) -> NewCell:
        """Convert the input to the argument of an operation."""
        given = self.cleaned_data
        pillar, part = _places(given["part"], self.pillars)
        return NewCell(given["programme"], given["office"], given["quota"], pillar, part, given["population"])


class CellRows(Rows[CellForm]):
    """The rows of a survey; ``named`` is passed to each :class:`CellForm`."""

    def __init__(self, first: Iterable[CellRow], **named: Any) -> None:
        shown = [
            {
                "programme": cell.programme, "office": cell.office, "part": cell.part or cell.pillar,
                "population": cell.population, "quota": cell.quota,
            }
            for cell in first
        ]  # fmt: skip
        super().__init__(CellForm, "cells", first=shown, most=MAX_CELLS, **named)

    def fill(self, sent: Mapping[str, str], quotas: Sequence[int]) -> None:
        """Read the input with these quotas, in the order of :meth:`given`."""
        self.show([{**row, "quota": quota} for row, quota in zip(self.typed(sent), quotas, strict=True)])

    def pick(
        self, sent: Mapping[str, str], picked: Sequence[PlannedProgramme], quotas: Callable[[list[NewCell]], list[int]]
    ) -> None:
        """Read the input and add programmes of the plan, with the number of respondents that the method asks for."""
        rows = self.typed(sent)
        new = [
            {"programme": programme.programme, "office": programme.office, "part": programme.part or programme.pillar}
            for programme in picked
        ]
        if len(rows) + len(new) > self.most:
            self.faults.append(translate("At most %(most)s rows", most=self.most))
            new = new[: self.most - len(rows)]
        cells = [
            *self.given(sent),
            *(NewCell(programme.programme, 0, 1, programme.pillar, programme.part) for programme in picked[: len(new)]),
        ]
        shares = quotas(cells)[len(rows) :]
        self.show([*rows, *({**row, "quota": quota} for row, quota in zip(new, shares, strict=True))])

    def given(self, sent: Mapping[str, str]) -> list[NewCell]:
        """Return the rows that were sent, valid or not, for sharing out quotas."""
        pillars = self.named["pillars"]
        return [
            NewCell(row["programme"], 0, 1, *_places(row["part"], pillars), population=_whole(row["population"]))
            for row in self.typed(sent)
        ]

    def tell(self, error: Faults) -> None:
        """Show the faults; without any row, add a blank one below them."""
        super().tell(error)
        if not self.forms:
            self.show([])


class StatementForm(FaultsForm):
    """The statement of the head of region that a survey is valid."""

    stated_by = forms.CharField(
        label=_("Who answers for the survey"), max_length=MAX_TITLE,
        help_text=_("Name and position of the head of region, as the statement has them"),
    )  # fmt: skip
    stated_on = DayField(label=_("Day of the statement"))
    file = forms.TypedChoiceField(
        label=_("The signed statement"), coerce=UUID, empty_value=None, required=False,
        help_text=_("One of the files of the evidence room; put it there first"),
    )  # fmt: skip

    def __init__(self, *given: Any, evidence: Iterable[RevisionRow], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["file"].choices = [("", "–"), *((str(piece.evidence), piece.title) for piece in evidence)]


def _whole(text: str) -> int | None:
    """Return a typed population; None if it is not a number."""
    try:
        number = forms.IntegerField(min_value=1, max_value=MAX_POPULATION, required=False).clean(text)
    except forms.ValidationError:
        return None
    return None if number is None else int(number)


def _group(pillar: Pillar) -> tuple[str, list[tuple[str, str]]]:
    whole = translate("%(pillar)s, as a whole", pillar=str(pillar.title))
    return str(pillar.title), [(pillar.code, whole), *((part.code, str(part.title)) for part in pillar.parts)]


def _places(code: str, pillars: Sequence[Pillar]) -> tuple[str, str]:
    """Return the codes of pillar and sub-dimension; two empty ones for an unknown choice."""
    for pillar in pillars:
        if code == pillar.code:
            return pillar.code, ""
        if any(part.code == code for part in pillar.parts):
            return pillar.code, code
    return "", ""
