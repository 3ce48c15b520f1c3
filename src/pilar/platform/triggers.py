"""Triggers by which the database itself refuses what may never be stored, whatever program writes."""

from __future__ import annotations

import pgtrigger


def append_only(name: str) -> pgtrigger.Protect:
    """Rows are added, never changed or deleted."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


def refusals(*refused: tuple[str, str]) -> str:
    """PL/pgSQL that refuses, under a name, what an SQL condition holds for."""
    return "".join(
        f"IF {condition} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation'; END IF; "
        for name, condition in refused
    )


def on_row(name: str, operation: pgtrigger.Operation, *refused: tuple[str, str]) -> pgtrigger.Trigger:
    """Refuse a row for a condition on ``NEW`` and ``OLD``; each refusal has its name."""
    return pgtrigger.Trigger(
        name=name, when=pgtrigger.Before, operation=operation, func=refusals(*refused) + "RETURN NEW;"
    )
