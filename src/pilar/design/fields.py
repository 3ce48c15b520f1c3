"""Form fields for numbers, rupiah and days as the reader writes them, and what a form says of its fields."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django import forms

from pilar.platform.errors import Fault
from pilar.platform.language import translate
from pilar.platform.reading import (
    in_unit,
    read_day,
    read_number,
    read_percentage,
    read_rupiah,
    rupiah_text,
    typed_notation,
    typed_text,
)
from pilar.platform.tables import Percent

ISO = "%Y-%m-%d"
MAX_NUMBER = 60

F = TypeVar("F", bound=forms.Field)


def sometimes_required(field: F) -> F:
    """A field that may stay empty in some cases only, which its help says: it is not called optional."""
    field.sometimes_required = True  # type: ignore[attr-defined]
    return field


class FigureField(forms.CharField):
    """A number, or nothing. ``unit``: what it counts in; a percentage of a form that asks for the unit next to it stays
    one (``unit`` None)."""

    def __init__(self, *, unit: str | None = "", required: bool = False, **named: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "figures"})
        super().__init__(required=required, max_length=MAX_NUMBER, widget=widget, **named)
        self.unit = unit

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        number = self.read(text) if text else None
        if isinstance(number, Percent) and self.unit is not None:
            number = in_unit(number, self.unit)
        if number is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return accepted(number)

    def prepare_value(self, value: Any) -> Any:
        return typed_text(value) if isinstance(value, Decimal) else value

    def read(self, text: str) -> Decimal | Percent | Fault | None:
        """The number in a text that is not blank."""
        return read_number(text, typed_notation())


class RupiahField(FigureField):
    """An amount of rupiah, or nothing."""

    def prepare_value(self, value: Any) -> Any:
        return rupiah_text(value) if isinstance(value, Decimal) else value

    def read(self, text: str) -> Decimal | Fault | None:
        return read_rupiah(text, typed_notation())


class PercentField(forms.IntegerField):
    """Whole per cent, with or without the sign."""

    def to_python(self, value: Any) -> int | None:
        share = accepted(read_percentage(str(value), typed_notation())) if value not in self.empty_values else None
        return super().to_python(None if share is None else f"{share:f}")


class DayField(forms.DateField):
    """A day: a browser's field of days sends ISO dates, one without sends what people write."""

    def __init__(self, **named: Any) -> None:
        super().__init__(widget=forms.DateInput(format=ISO, attrs={"type": "date"}), **named)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        return accepted(read_day(value))


def accepted(value_read: Any) -> Any:
    """Return what was read; a fault is shown at the field."""
    if isinstance(value_read, Fault):
        raise forms.ValidationError(translate(value_read.sentence, **value_read.fields), code=value_read.code)
    return value_read
