"""Triggers by which the database itself refuses what may never be stored, whatever program writes."""

from __future__ import annotations

from collections.abc import Iterator

import pgtrigger
from django.apps import apps


def append_only(name: str) -> pgtrigger.Protect:
    """Rows are added, never changed or deleted."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


def kept_tables() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Tables whose rows stay, with what nobody may do to a whole of them: ``UPDATE``, ``DELETE``, always ``TRUNCATE``.

    Read from the triggers that protect every row without a condition, so that a room declares it once.
    """
    for model in apps.get_models():
        refused: set[str] = set()
        for trigger in getattr(model._meta, "triggers", ()):
            # Kinds that are made from it, such as ReadOnly, guard some columns only.
            if type(trigger) is pgtrigger.Protect and trigger.condition is None:
                # "UPDATE OF" some columns leaves the others free.
                refused |= {"UPDATE", "DELETE"} & set(str(trigger.operation).split(" OR "))
        if refused:
            yield model._meta.db_table, (*sorted(refused), "TRUNCATE")


def refusals(*refused: tuple[str, str]) -> str:
    """PL/pgSQL that refuses, under a name, what an SQL condition holds for."""
    return "".join(
        f"IF {condition} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation'; END IF; "
        for name, condition in refused
    )


def on_row(name: str, operation: pgtrigger.Operation, *refused: tuple[str, str]) -> pgtrigger.Trigger:
    """Refuse a row for a condition on ``NEW`` and ``OLD``; each refusal has its name."""
    kept = "OLD" if operation is pgtrigger.Delete else "NEW"
    return pgtrigger.Trigger(
        name=name, when=pgtrigger.Before, operation=operation, func=refusals(*refused) + f"RETURN {kept};"
    )
