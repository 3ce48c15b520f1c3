"""The form of a follow-up plan: a row for each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField
from pilar.design.forms import FaultsForm, Rows
from pilar.platform.errors import Faults
from pilar.surveys.queries import SatisfactionResult
from pilar.surveys.rules.satisfaction import LOWEST, MAX_ACT, MAX_STEPS, MAX_WHO, Element, NewStep


class StepForm(FaultsForm):
    """One row: a step about an element."""

    element = forms.ChoiceField(label=_("Element"))
    act = forms.CharField(label=_("What is done"), max_length=MAX_ACT)
    who = forms.CharField(label=_("Who does it"), max_length=MAX_WHO, help_text=_("An office or position, no name"))
    due_on = DayField(label=_("By when"))

    def __init__(self, *given: Any, elements: Sequence[Element], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["element"].choices = [("", "–"), *((element.code, str(element.title)) for element in elements)]

    def new_step(self) -> NewStep:
        """Convert the input to the argument of an operation."""
        return NewStep(**{name: self.cleaned_data[name] for name in self.fields})


class StepRows(Rows[StepForm]):
    """The rows of a plan; without one, a row for each of the lowest elements."""

    def __init__(self, result: SatisfactionResult) -> None:
        first: list[dict[str, Any]] = [
            {"element": step.element, "act": step.act, "who": step.who, "due_on": step.due_on} for step in result.steps
        ]
        first = first or [{"element": element.code} for element in result.lowest[:LOWEST]]
        super().__init__(StepForm, "steps", first=first, most=MAX_STEPS, elements=result.elements)

    def tell(self, error: Faults) -> None:
        """Show the faults; without any row, add a blank one below them."""
        super().tell(error)
        if not self.forms:
            self.show([])
