"""What a form says of its fields beyond Django's own."""

from __future__ import annotations

from typing import TypeVar

from django.forms import Field

F = TypeVar("F", bound=Field)


def sometimes_required(field: F) -> F:
    """A field that may stay empty in some cases only, which its help says: it is not called optional."""
    field.sometimes_required = True  # type: ignore[attr-defined]
    return field
