"""The form of a programme's content: in a proposal, and in a decision that accepts it with changes.

It works without a script: buttons add and remove rows and draw the form again. Faults of an operation are shown at
their fields, and nothing that was typed is lost.

```python
form = ContentForm(request.POST, plan=row.plan, choices=content_choices(row.plan), initial=content)
if not form.rearranged and form.is_valid():
    content = form.content()
```
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import FigureField, sometimes_required
from pilar.design.forms import FaultsForm
from pilar.masterplan.forms import content_rows as rows
from pilar.masterplan.queries.choices import Choices
from pilar.masterplan.queries.rows import PlanRow
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.checking import MAX_ROWS
from pilar.masterplan.rules.content import (
    BUDGETED,
    HORIZON_NAMES,
    MAX_OBJECTIVE,
    MAX_SIPD,
    MAX_TEXT,
    MAX_TITLE,
    Activity,
    Content,
    Horizon,
)
from pilar.masterplan.rules.workbook_columns import OBJECTIVE_HINT, SIPD_HINT, WEIGHT_HINT
from pilar.platform.errors import Faults
from pilar.platform.language import N_, translate

LISTS = {
    "targets": (rows.TargetForm, rows.first_of_target, N_("Target indicators")),
    "activities": (rows.ActivityForm, rows.first_of_activity, N_("Road map")),
    "risks": (rows.RiskForm, rows.first_of_risk, N_("Risks")),
    "monitored": (rows.MonitoredForm, rows.first_of_monitored, N_("What is to be there")),
}
"""The lists of a programme: form of a row, initial values of a row, title of the section."""
BEGINS_WITH = {"targets": 1, "activities": 1, "risks": 0, "monitored": 0}
"""The number of blank rows of a new programme."""
NEEDED = _("May wait while it is a draft; it is needed to hand the proposal in")


class HeadForm(FaultsForm):
    """The fields of a programme outside its lists."""

    use_required_attribute = False

    title = forms.CharField(label=_("Title of the programme"), max_length=MAX_TITLE)
    part = forms.ChoiceField(label=_("Pillar and sub-dimension"))
    owner = forms.TypedChoiceField(label=_("Owner office"), coerce=int)
    description = sometimes_required(forms.CharField(
        label=_("What the programme does"), required=False, max_length=MAX_TEXT, help_text=NEEDED,
        widget=forms.Textarea(attrs={"rows": 4}),
    ))  # fmt: skip
    need = sometimes_required(forms.CharField(
        label=_("Which need it answers"), required=False, max_length=MAX_TEXT, help_text=NEEDED,
        widget=forms.Textarea(attrs={"rows": 3}),
    ))  # fmt: skip
    horizon = forms.TypedChoiceField(label=_("Bears fruit in the"), coerce=Horizon)
    partners = forms.TypedMultipleChoiceField(
        label=_("Partners in the region's government"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    outside_partners = forms.CharField(
        label=_("Partners outside"), required=False, max_length=MAX_TEXT,
        help_text=_("Such as universities, enterprises, communities"),
    )  # fmt: skip
    link = forms.CharField(
        label=_("Address on the web"), required=False, max_length=MAX_TEXT,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )  # fmt: skip
    sipd_code = forms.CharField(label=_("SIPD code"), required=False, max_length=MAX_SIPD, help_text=_(SIPD_HINT))
    objective = forms.CharField(
        label=_("RPJMD objective"), required=False, max_length=MAX_OBJECTIVE, help_text=_(OBJECTIVE_HINT)
    )
    weight = FigureField(unit="%", label=_("Weight"), help_text=_(WEIGHT_HINT))
    quick_win = forms.BooleanField(
        label=_("It is a quick win"), required=False,
        help_text=_("Normally one of each pillar; it is judged by the ten criteria below"),
    )  # fmt: skip

    def __init__(self, *given: Any, choices: Choices, owner: int | None, **named: Any) -> None:
        super().__init__(*given, **named)
        pillars = framework().pillars.entries
        self.fields["part"].choices = [
            ("", "–"),
            *((str(pillar.title), [(part.code, str(part.title)) for part in pillar.parts]) for pillar in pillars),
        ]
        offices = [(office.key, office.name) for office in choices.offices]
        self.fields["owner"].choices = [("", "–"), *offices]
        if owner is not None:
            del self.fields["owner"]
        self.fields["partners"].choices = [(key, name) for key, name in offices if key != owner]
        self.fields["horizon"].choices = [(horizon.value, translate(name)) for horizon, name in HORIZON_NAMES.items()]


class ContentForm:
    """The whole content of a programme.

    ``owner``: the office that owns the programme, if it cannot be chosen. ``initial``: the present content. ``above``:
    the highest numbers that rows of a list ever had, so that none is given twice (``queries.highest_numbers``).
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        plan: PlanRow,
        choices: Choices,
        initial: Content | None = None,
        owner: int | None = None,
        prefix: str = "content",
        above: Mapping[str, int] | None = None,
    ) -> None:
        self.prefix, self.plan, self.owner = prefix, plan, owner
        self.years = range(plan.first_year, plan.last_year + 1)
        self.sections: dict[str, list[str]] = defaultdict(list)
        self._choices = choices
        self._initial = initial
        self._above = dict(above or {})
        self._data = data
        self.rearranged = data is not None and any(f"{prefix}-{act}" in data for act in ("add", "remove"))
        """A button asked for another row, or for one less: draw the form again."""
        typed = data is not None and not self.rearranged
        self.head = HeadForm(
            data if typed else None, prefix=prefix, choices=choices, owner=owner, initial=self._head_first()
        )
        self.budgets = rows.BudgetForm(
            data if typed else None, prefix=f"{prefix}-budgets", years=self.years, initial=self._first_budgets()
        )
        self.judged = rows.JudgedForm(
            data if typed else None, prefix=f"{prefix}-judged", framework=framework(), initial=self._first_judged()
        )
        self.lists: dict[str, list[Any]] = {
            name: [self._row(name, place, given, typed) for place, given in enumerate(self._given(name))]
            for name in LISTS
        }

    # Initial values

    def _head_first(self) -> dict[str, Any]:
        if self._data is not None:
            typed: dict[str, Any] = {
                name: self._data.get(f"{self.prefix}-{name}", "") for name in HeadForm.base_fields if name != "partners"
            }
            return typed | {"partners": self._data.getlist(f"{self.prefix}-partners")}
        if self._initial is None:
            return {}
        content = self._initial
        named = (
            "title",
            "part",
            "owner",
            "description",
            "need",
            "outside_partners",
            "link",
            "quick_win",
            "partners",
            *BUDGETED,
        )
        return {name: getattr(content, name) for name in named} | {"horizon": content.horizon.value}

    def _first_budgets(self) -> dict[str, Any]:
        if self._data is not None:
            return _below(self._data, f"{self.prefix}-budgets-")
        return rows.BudgetForm.first(self._initial.budgets) if self._initial else {}

    def _first_judged(self) -> dict[str, Any]:
        if self._data is not None:
            return _below(self._data, f"{self.prefix}-judged-")
        return rows.JudgedForm.first(self._initial.judged) if self._initial else {}

    def _given(self, name: str) -> list[Mapping[str, Any]]:
        """Return the rows of a list as typed, or from ``initial``, after applying a pressed button."""
        _form, first, _title = LISTS[name]
        if self._data is None:
            if self._initial is None:
                return [{} for _ in range(BEGINS_WITH[name])]
            activities = in_order(self._initial.activities) if name == "activities" else getattr(self._initial, name)
            return [first(activity) for activity in activities]
        given: list[Mapping[str, Any]] = [
            _below(self._data, f"{self.prefix}-{name}-{place}-") for place in range(self._count(name))
        ]
        if self._data.get(f"{self.prefix}-add") == name and len(given) < MAX_ROWS:
            given.append({})
        asked, _dash, place = self._data.get(f"{self.prefix}-remove", "").partition("-")
        if asked == name and place.isdecimal() and int(place) < len(given):
            del given[int(place)]
        return given

    def _count(self, name: str) -> int:
        assert self._data is not None
        text = self._data.get(f"{self.prefix}-{name}-count", "0")
        return min(int(text), MAX_ROWS + 1) if text.isdecimal() and len(text) < 5 else 0

    def _row(self, name: str, place: int, given: Mapping[str, Any], typed: bool) -> Any:
        named: dict[str, Any] = {"prefix": f"{self.prefix}-{name}-{place}", "auto_id": "id_%s"}
        if name != "risks":
            named["years"] = self.years
        if name == "targets":
            named["measures"] = self._measures(given)
        if name == "monitored":
            named["framework"] = framework()
        form = LISTS[name][0]
        if typed:
            made = form({f"{named['prefix']}-{key}": value for key, value in given.items()}, **named)
            if made.filled:
                return made
        # An empty row is not checked.
        return form(initial=dict(given), **named)

    def _measures(self, given: Mapping[str, Any]) -> list[tuple[str, str]]:
        return [(measure.code, f"{measure.title} ({measure.code})") for measure in self._choices.measures]

    # Typed values

    def is_valid(self) -> bool:
        """Return whether everything typed can be read; its content is checked by the rules."""
        return not [form for form in self._forms() if not form.is_valid()]

    def content(self) -> Content:
        """Return the typed content of a valid form."""
        given = {name: value for name, value in self.head.cleaned_data.items() if name != "partners"}
        given.setdefault("owner", self.owner)
        return Content(
            **given,
            partners=tuple(self.head.cleaned_data["partners"]),
            targets=tuple(form.target(number) for form, number in self._numbered("targets")),
            budgets=self.budgets.budgets(),
            activities=tuple(self._activities()),
            risks=tuple(form.risk() for form in self._filled("risks")),
            monitored=tuple(form.monitored(number) for form, number in self._numbered("monitored")),
            judged=self.judged.judged(),
        )

    def as_typed(self) -> QueryDict:
        """Return the form as a browser would send it untouched, so that faults of a saved content can be shown on
        it."""
        sent = QueryDict(mutable=True)
        for name, some in self.lists.items():
            sent[f"{self.prefix}-{name}-count"] = str(len(some))
        for form in (self.head, self.budgets, self.judged, *(row for some in self.lists.values() for row in some)):
            for field in form:
                value = field.value()
                if isinstance(value, (list, tuple)):
                    sent.setlist(field.html_name, [str(value_of_list) for value_of_list in value])
                elif value is not None and value is not False:
                    sent[field.html_name] = str(value)
        return sent

    def tell(self, error: Faults) -> None:
        """Show each fault of an operation at its field, or at its section."""
        for fault in error.faults:
            self._tell(fault.place, translate(fault.sentence, **fault.fields))

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return the errors, with the id of the field or section where each one stands."""
        misfits = [
            (f"{self.prefix}-{name}" if name else "", said) for name, told in self.sections.items() for said in told
        ]
        for form in self._forms() if self._data is not None and not self.rearranged else ():
            for name, told in form.errors.items():
                anchor, label = ("", "") if name == "__all__" else (form[name].id_for_label, str(form[name].label))
                misfits += [(anchor, f"{label}: {said}" if label else said) for said in told]
        return misfits

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows the form: 422 if what was sent is refused."""
        return 422 if self.errors else 200

    @property
    def shown_lists(self) -> list[tuple[str, str, list[Any], list[str], bool]]:
        """Return the lists for the template: name, title, rows, faults of the section, whether a row may be added."""
        return [
            (name, translate(title), self.lists[name], self.sections.get(name, []), len(self.lists[name]) < MAX_ROWS)
            for name, (_form, _first, title) in LISTS.items()
        ]

    @property
    def shows_marks(self) -> bool:
        """Return whether the criteria start unfolded: for a quick win, and where a mark was given."""
        return bool(self.head["quick_win"].value() or any(value for value in self.judged.initial.values()))

    @property
    def general(self) -> list[str]:
        """Faults that belong to no field."""
        return self.sections.get("", [])

    def _forms(self) -> Iterator[Any]:
        yield self.head
        for name in ("targets", "activities", "risks", "monitored"):
            yield from self._filled(name)
        yield self.budgets
        yield self.judged

    def _filled(self, name: str) -> list[Any]:
        return [form for form in self.lists[name] if form.filled]

    def _numbered(self, name: str) -> Iterator[tuple[Any, int]]:
        """Yield rows with their numbers: existing numbers stay, a new row gets one that was never used."""
        forms = self._filled(name)
        known = [kept.number for kept in getattr(self._initial, name)] if self._initial else []
        given = [number for form in forms if (number := form.given_number) is not None]
        following = max([0, self._above.get(name, 0), *known, *given]) + 1
        used: set[int] = set()
        for form in forms:
            number = form.given_number
            if number is None or number in used:
                number, following = following, following + 1
            used.add(number)
            yield form, number

    def _activities(self) -> Iterator[Activity]:
        above = None
        for form, number in self._numbered("activities"):
            made = form.activity(number, above)
            if made.parent is None:
                above = number
            yield made

    def _tell(self, place: str, said: str) -> None:
        name, _dot, rest = place.partition(".")
        row, _dot, field = rest.partition(".")
        if name in self.head.fields and not rest:
            self.head.add_error(name, said)
        elif name in LISTS and row.isdecimal() and int(row) < len(self._filled(name)):
            self._filled(name)[int(row)].take(field, said)
        elif name == "budgets" and row.isdecimal():
            self.budgets.take(self.budgets.budgets()[int(row)], said)
        elif name == "judged" and row:
            criterion = self.judged.judged()[int(row)].criterion if row.isdecimal() else row
            self.judged.take(criterion, field, said)
        else:
            self.sections[name if name in {*LISTS, "budgets", "judged"} else ""].append(said)


def in_order(activities: tuple[Activity, ...]) -> list[Activity]:
    """Return activities, each followed by its sub-activities."""
    mains = [activity for activity in activities if activity.parent is None]
    return [
        row for activity in mains for row in (activity, *(sub for sub in activities if sub.parent == activity.number))
    ]


def _below(data: QueryDict, prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): data.get(name) for name in data if name.startswith(prefix)}
