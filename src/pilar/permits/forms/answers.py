"""The form of a service, made from its JSON Schema: the questions asked depend on earlier answers, which is decided
here.

```python
form = answers_form(service, posted(request), initial={**case.answers, "kind": "new", "applicant": "person"})
if stored(form, lambda: operations.save_answers(by=by, case=key, answers=form.answers, now=now)):
```

Pages render it with ``permits/parts/answers.html``: groups of fields and, without JavaScript, a button that asks for
the fields that depend on the answers (``do=look``); with one, the page asks by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField, FigureField
from pilar.design.forms import FaultsForm
from pilar.permits.forms.places import PointField
from pilar.permits.rules.expressions import parse
from pilar.permits.rules.places import Point
from pilar.permits.rules.services import CONTEXT, Field, Service, exact, judge, shown
from pilar.platform.errors import Faults

LONG = 150
"""Texts longer than this many characters get a field of several lines."""


def answers_form(
    service: Service, data: QueryDict | None = None, initial: Mapping[str, Any] | None = None
) -> AnswersForm:
    """The form of a service; ``initial``: the stored answers, and the facts of the case that conditions may use (kind,
    applicant, proxy). Sent by the button ``look``, it is rendered again without validation."""
    return AnswersForm(data, initial=dict(initial or {}), service=service)


class AnswersForm(FaultsForm):
    """The questions of a service; ``answers`` are the answers to store, if the form is valid."""

    def __init__(self, data: Any = None, *, service: Service, **named: Any) -> None:
        super().__init__(data, **named)
        self.service = service
        self.context = {name: self.initial[name] for name in CONTEXT if self.initial.get(name) is not None}
        self.fields |= {field.key: _field(field) for field in service.fields}
        typed = self._typed() if self.is_bound else dict(self.initial)
        asked = {field.key for field in shown(service, {**typed, **self.context})}
        self.fields = {key: field for key, field in self.fields.items() if key in asked}
        if self.is_bound and data.get("do") == "look":
            self.is_bound, self.data, self.initial = False, {}, {**self.initial, **typed}
        for field in service.fields:
            if field.key in self.initial:
                kept = exact(field, self.initial[field.key])
                self.initial[field.key] = Decimal(kept) if isinstance(kept, int) and field.kind != "flag" else kept

    @property
    def answers(self) -> dict[str, Any]:
        """The answers as they are stored: texts, whole numbers, yes and no; other numbers and days as text."""
        return {name: _plain(value) for name, value in self.cleaned_data.items() if value not in (None, "")}

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """The fields under the headings of their groups, in the order of the form."""
        groups: dict[str, list[BoundField]] = {}
        for field in self.service.fields:
            if field.key in self.fields:
                groups.setdefault(str(field.group), []).append(self[field.key])
        return list(groups.items())

    @property
    def depends(self) -> bool:
        """Return whether something is asked in some cases only."""
        return any(field.show for field in self.service.fields)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors:
            self.tell(Faults(judge(self.service, {**self.context, **self.answers})))
        return given

    def _typed(self) -> dict[str, Any]:
        """Return the readable part of the sent answers, whatever is wrong with the rest."""
        typed = {}
        for name, field in self.fields.items():
            sent = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            try:
                typed[name] = _plain(field.clean(sent))
            except forms.ValidationError:
                typed[name] = None
        return typed


def of_conditions(service: Service) -> Service:
    """The service reduced to the fields on which papers, stages, cost and validity depend, none of them required: what
    the guided finder asks."""
    texts = [part.when for part in (*service.requirements, *service.stages)]
    texts += [service.fee.formula] if service.fee else []
    wanted = {name for text in texts if text for name in parse(text).names}
    if service.validity is not None and service.validity.cluster:
        wanted.add("cluster")
    for field in reversed(service.fields):
        if field.key in wanted and field.show:
            wanted |= parse(field.show).names
    properties = {field.key: field.schema for field in service.fields if field.key in wanted}
    return replace(service, form={"type": "object", "properties": properties})


def _field(field: Field) -> forms.Field:
    named: dict[str, Any] = {"label": str(field.name), "help_text": field.help, "required": field.required}
    match field.kind:
        case "flag":
            return forms.BooleanField(**{**named, "required": False})
        case "choice":
            choices = [("", _("Choose")), *((key, str(name)) for key, name in field.options.items())]
            return forms.ChoiceField(choices=choices, **named)
        case "number" | "whole":
            return FigureField(**named)
        case "day":
            return DayField(**named)
        case "point":
            return PointField(**named)
        case _:
            most = field.schema.get("maxLength", 500)
            widget = forms.Textarea(attrs={"rows": 3}) if most > LONG else forms.TextInput()
            return forms.CharField(max_length=most, widget=widget, **named)


def _plain(value: Any) -> Any:
    """An answer as JSON keeps it exactly."""
    if isinstance(value, Point):
        return str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"
    return value.isoformat() if hasattr(value, "isoformat") else value
