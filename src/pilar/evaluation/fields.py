"""A database field for scores of any instrument. Migrations name it, so it stands apart from the models."""

from __future__ import annotations

from typing import Any

from django.db import models


class ScoreField(models.DecimalField):
    """A number that keeps the digits it is given: how many a score has is a matter of the instrument."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **{**named, "max_digits": None, "decimal_places": None})

    def deconstruct(self) -> Any:
        """Without digits, which the field sets itself."""
        name, path, given, named = super().deconstruct()
        named.pop("max_digits", None)
        named.pop("decimal_places", None)
        return name, path, given, named

    def db_type(self, connection: Any) -> str:
        return "numeric"

    def cast_db_type(self, connection: Any) -> str:
        return "numeric"

    def check(self, **named: Any) -> list[Any]:
        """All but the digits."""
        return [message for message in super().check(**named) if message.id not in {"fields.E130", "fields.E132"}]
