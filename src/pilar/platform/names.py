"""Names of people in what they have done: stored as a reference, read as the name (why: docs/adr/0011).

Whatever never changes must not hold the name of somebody who may want it gone. So a column of the person who acted
holds ``user:17``; reading it gives the name that the table of names has for it at that moment.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper

BETWEEN = "\x1f"
"""Between reference and name on the way from the database; it can stand in neither (text that is typed has no such)."""


class Signature(str):
    """A name for readers that is stored as its reference."""

    __slots__ = ("reference",)
    reference: str

    def __new__(cls, name: str, reference: str) -> Signature:
        made = super().__new__(cls, name)
        made.reference = reference
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Signature, (str(self), self.reference)


def reference_of(name: str) -> str:
    """Return what stands for a name where it is stored."""
    return name.reference if isinstance(name, Signature) else name


class SignatureField(models.CharField):  # type: ignore[type-arg]
    """A column of the person who acted: takes and gives a :class:`Signature`; other text (the system, a source) stays
    text."""

    def get_prep_value(self, value: Any) -> Any:
        """The reference of a signature."""
        return value.reference if isinstance(value, Signature) else super().get_prep_value(value)

    def to_python(self, value: Any) -> Any:
        """A signature as it is: as plain text it would be stored as the name."""
        return value if isinstance(value, Signature) else super().to_python(value)

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        """Ask for the reference and the name that it has now."""
        name = f"(SELECT n.name FROM platform_personname n WHERE n.reference = {sql})"  # noqa: S608 - a column
        return f"({sql} || coalesce('{BETWEEN}' || {name}, ''))", (*params, *params)

    def from_db_value(self, value: str | None, expression: Any, connection: BaseDatabaseWrapper) -> str | None:
        """The name, with the reference that it came by."""
        reference, between, name = (value or "").partition(BETWEEN)
        return Signature(name, reference) if between else value


def forget(name: str, *, instead: str) -> None:
    """Blank a name that stood as text when several accounts shared it, once none of them bears it any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE platform_personname SET name = %s WHERE name = %s AND reference LIKE 'name:%%'", [instead, name]
        )


def named(reference: str, name: str) -> str:
    """PL/pgSQL of a trigger after insert and update that keeps a name by its reference, both SQL over ``NEW``."""
    return (
        f"INSERT INTO platform_personname (reference, name) VALUES ({reference}, {name}) "  # noqa: S608 - no input
        "ON CONFLICT (reference) DO UPDATE SET name = EXCLUDED.name; RETURN NULL;"
    )
