"""Forms by which surveys are drawn up and stated to be valid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.areas.forms import MomentField, RegionTimes
from pilar.areas.queries import OfficeRow
from pilar.design.fields import DayField
from pilar.evidence.forms import FaultsForm
from pilar.evidence.queries import RevisionRow
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import translate
from pilar.surveys.operations import NewSurvey
from pilar.surveys.queries import CellRow
from pilar.surveys.rules.questionnaire import Pillar, Questionnaire
from pilar.surveys.rules.surveys import LONGEST_TITLE, MOST_CELLS, NewCell

EARLIEST, LATEST = 2017, 2100
_REMOVE = re.compile(r"remove-(\d{1,3})")


@contextmanager
def shown_on(form: FaultsForm) -> Iterator[None]:
    """Show an expected error of an operation on the form, each fault at its field; what closes the page passes."""
    try:
        yield
    except (NotAllowed, NotFound):
        raise
    except Faults as error:
        form.tell(error)
    except PilarError as error:
        form.add_error(None, error.text())


class SurveyForm(RegionTimes, FaultsForm):
    """A new survey of a region; its moments are in the region's own time."""

    form = forms.ChoiceField(label=_("Questionnaire"))
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    year = forms.IntegerField(label=_("Year"), min_value=EARLIEST, max_value=LATEST)
    opens_at = MomentField(label=_("Takes answers from"))
    closes_at = MomentField(label=_("Takes answers until"))
    split = forms.BooleanField(
        label=_("Split forms: respondents are counted for each sub-dimension"), required=False,
        help_text=_("Otherwise for each pillar"),
    )  # fmt: skip

    def __init__(self, *given: Any, known: Iterable[Questionnaire], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["form"].choices = [(one.code, str(one.title)) for one in known]

    def new_survey(self) -> NewSurvey:
        """What was given, for an operation."""
        return NewSurvey(**{name: self.cleaned_data[name] for name in self.fields})


class CellForm(FaultsForm):
    """Where a survey asks: one row."""

    programme = forms.CharField(label=_("Programme or service"), max_length=LONGEST_TITLE)
    office = forms.TypedChoiceField(label=_("Office"), coerce=int)
    part = forms.ChoiceField(label=_("Pillar and sub-dimension"))
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
        """What was given, for an operation."""
        given = self.cleaned_data
        pillar, part = _places(given["part"], self.pillars)
        return NewCell(given["programme"], given["office"], given["quota"], pillar, part)


class CellRows:
    """The rows of a survey: a button adds or removes one and shows the form again, with and without a script.

    Rows in which nothing was typed do not count. ``named`` goes to each :class:`CellForm`.
    """

    def __init__(self, first: Sequence[CellRow], **named: Any) -> None:
        self.named = named
        self.faults: list[str] = []
        self.forms = self._unbound(
            [
                {"programme": one.programme, "office": one.office, "part": one.part or one.pillar, "quota": one.quota}
                for one in first
            ]
            or [{}]
        )

    def read(self, sent: Mapping[str, str]) -> None:
        """Take what was sent, and add or remove the row that its button asks for; nothing is judged yet."""
        rows, asked = self._sent(sent), sent.get("do", "")
        removed = _REMOVE.fullmatch(asked)
        if asked == "add" and len(rows) < MOST_CELLS:
            rows.append({})
        elif removed and int(removed[1]) < len(rows):
            del rows[int(removed[1])]
        self.forms = self._unbound(rows)

    def fill(self, sent: Mapping[str, str], quotas: Sequence[int]) -> None:
        """Take what was sent with these quotas, in the order of :meth:`given`."""
        rows = [row for row in self._sent(sent) if any(row.values())]
        self.forms = self._unbound([{**row, "quota": quota} for row, quota in zip(rows, quotas, strict=True)] or [{}])

    def given(self, sent: Mapping[str, str]) -> list[NewCell]:
        """The rows that were sent, judged or not: what quotas are shared by."""
        pillars = self.named["pillars"]
        rows = [row for row in self._sent(sent) if any(row.values())]
        return [NewCell(row["programme"], 0, 1, *_places(row["part"], pillars)) for row in rows]

    def judge(self, sent: Mapping[str, str]) -> bool:
        """Take what was sent as what is to be stored; whether all rows are well formed."""
        rows = [row for row in self._sent(sent) if any(row.values())]
        data = {f"cells-{place}-{name}": value for place, row in enumerate(rows) for name, value in row.items()}
        self.forms = [CellForm(data, prefix=f"cells-{place}", **self.named) for place in range(len(rows))]
        return all(form.is_valid() for form in self.forms)

    def tell(self, error: Faults) -> None:
        """Show each fault at its row and field (``2.quota``), or above the rows."""
        for fault in error.faults:
            if not self._told(fault):
                self.faults.append(translate(fault.sentence, **fault.fields))
        self.forms = self.forms or self._unbound([{}])

    @property
    def wrong(self) -> bool:
        return bool(self.faults) or any(form.is_bound and form.errors for form in self.forms)

    def _told(self, fault: Fault) -> bool:
        place, _point, field = fault.place.partition(".")
        if not place.isdigit() or int(place) >= len(self.forms):
            return False
        form = self.forms[int(place)]
        form.add_error(field if field in form.fields else None, translate(fault.sentence, **fault.fields))
        return True

    def _sent(self, sent: Mapping[str, str]) -> list[dict[str, str]]:
        count = sent.get("cells-rows", "")
        size = min(int(count), MOST_CELLS) if count.isascii() and count.isdigit() and len(count) < 5 else 0
        return [
            {name: sent.get(f"cells-{place}-{name}", "").strip() for name in CellForm.base_fields}
            for place in range(size)
        ]

    def _unbound(self, rows: Iterable[Mapping[str, Any]]) -> list[CellForm]:
        return [CellForm(initial=row, prefix=f"cells-{place}", **self.named) for place, row in enumerate(rows)]


class StatementForm(FaultsForm):
    """The statement of the head of region that a survey is valid."""

    stated_by = forms.CharField(
        label=_("Who answers for the survey"), max_length=LONGEST_TITLE,
        help_text=_("Name and position of the head of region, as the statement has them"),
    )  # fmt: skip
    stated_on = DayField(label=_("Day of the statement"))
    file = forms.TypedChoiceField(
        label=_("The signed statement"), coerce=UUID, empty_value=None, required=False,
        help_text=_("One of the files of the evidence room; put it there first"),
    )  # fmt: skip

    def __init__(self, *given: Any, evidence: Iterable[RevisionRow], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["file"].choices = [("", "–"), *((str(one.evidence), one.title) for one in evidence)]


def _group(pillar: Pillar) -> tuple[str, list[tuple[str, str]]]:
    whole = translate("%(pillar)s, as a whole", pillar=str(pillar.title))
    return str(pillar.title), [(pillar.code, whole), *((one.code, str(one.title)) for one in pillar.parts)]


def _places(code: str, pillars: Sequence[Pillar]) -> tuple[str, str]:
    """The codes of pillar and sub-dimension; two times nothing for an unknown one."""
    for one in pillars:
        if code == one.code:
            return one.code, ""
        if any(part.code == code for part in one.parts):
            return one.code, code
    return "", ""
