"""Triggers that keep scores and marks on the scale of their instrument, whichever it is."""

from __future__ import annotations

import pgtrigger

OFF_SCALE = "RAISE EXCEPTION 'a value lies off the scale of its instrument' USING ERRCODE = 'check_violation'"


def statements_on_scale(name: str, condition: str) -> pgtrigger.Trigger:
    """Require that a source's statement about a year lies on the scale of that year's instrument, if it is known.

    ``condition`` is the SQL condition under which the scoring year (y) of the row and its instrument (i) refuse it.
    """
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func=(
            "IF EXISTS (SELECT 1 FROM evaluation_scoringyear y"  # noqa: S608 - no words of anybody enter it
            f" JOIN evaluation_instrument i ON i.id = y.instrument_id WHERE {condition})"
            f" THEN {OFF_SCALE}; END IF; RETURN NEW;"
        ),
    )


def marks_on_scale(name: str) -> list[pgtrigger.Trigger]:
    """Marks lie on the scale of their campaign's instrument; asked once a statement, however many rows it brings."""
    func = (
        "IF EXISTS (SELECT 1 FROM given m"  # noqa: S608 - no words of anybody enter it
        " JOIN evaluation_assessment a ON a.id = m.assessment_id"
        " JOIN evaluation_participation p ON p.id = a.participation_id"
        " JOIN evaluation_campaign c ON c.id = p.campaign_id"
        " JOIN evaluation_instrument i ON i.id = c.instrument_id"
        " WHERE m.value < i.scale_minimum OR m.value > i.scale_maximum)"
        f" THEN {OFF_SCALE}; END IF; RETURN NULL;"
    )
    return [
        pgtrigger.Trigger(
            name=f"{name}_{said}",
            level=pgtrigger.Statement,
            operation=operation,
            when=pgtrigger.After,
            referencing=pgtrigger.Referencing(new="given"),
            func=func,
        )
        for said, operation in (("given", pgtrigger.Insert), ("changed", pgtrigger.Update))
    ]
