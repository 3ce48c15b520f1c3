"""Conditions on a number as a value of a measure; nothing is rounded."""

from __future__ import annotations

from decimal import Decimal

from pilar.measures.rules.definitions import MAX_DIGITS, Definition, bounds_text, decimals_of, written
from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.tables import shown

LONGEST = 40
"""Characters of a number that a message writes out."""


def faults_of_value(value: Decimal, definition: Definition) -> list[Fault]:
    """Return why a number is no value of a measure so defined."""
    low, high = definition.lowest, definition.highest
    large = abs(value) >= 10**MAX_DIGITS
    fine = decimals_of(value) > definition.decimals
    implausible = (low is not None and value < low) or (high is not None and value > high)
    if not (large or fine or implausible):
        return []
    told = written(value)
    given = Decimal(told) if len(told) <= LONGEST else shown(told)
    if large:
        return [Fault("value-too-large", N_("The number %(given)s is too large"), {"given": given}, "value")]
    faults = []
    if fine:
        sentence = (
            N_("This measure is kept with at most %(most)s decimals; %(given)s has more")
            if definition.decimals
            else N_("This measure is kept in whole numbers; %(given)s has decimals (separators of thousands?)")
        )
        fields = {"most": definition.decimals, "given": given}
        faults.append(Fault("too-many-decimals", sentence, fields, "value"))
    if implausible:
        sentence = N_("%(given)s is not plausible: the definition says %(bounds)s")
        fields = {"given": given, "bounds": bounds_text(definition)}
        faults.append(Fault("implausible", sentence, fields, "value"))
    return faults
