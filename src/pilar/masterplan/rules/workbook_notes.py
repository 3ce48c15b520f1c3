"""What is to be looked at in an import though nothing keeps it from being stored."""

from __future__ import annotations

from collections.abc import Iterator

from pilar.masterplan.rules.content import Target
from pilar.platform.errors import Fault
from pilar.platform.language import mark
from pilar.platform.reading import is_percent

FAR = 50
"""A target is far from its base from so many times on (assumption): a slip by a hundred is found where the target was
to be up to twice the base, and neither a doubling nor growth by ten is told."""


def far_from_base(target: Target) -> Iterator[tuple[int, Fault]]:
    """Years whose target is two orders of magnitude from the base, or, where there is none, from the first target."""
    known = [figure for figure in (target.base, *(value for _year, value in target.yearly)) if figure]
    for year, value in target.yearly if known else ():
        least, most = sorted((abs(known[0]), abs(value)))
        if not value or most < least * FAR:
            continue
        fields = {"value": value.normalize(), "base": known[0].normalize(), "unit": target.unit, "far": FAR}
        if most == abs(value):
            sentence = mark(
                "The target of %(value)s %(unit)s is at least %(far)s times the base of %(base)s %(unit)s. Is it right?"
            )
            yield year, Fault("far-above-base", sentence, fields)
        elif is_percent(target.unit):
            sentence = mark(
                "The target is %(value)s %(unit)s, the base %(base)s %(unit)s. Is %(meant)s %(unit)s meant? "
                "A cell that shows 60%% is read as 60, a plain 0.6 as 0.6"
            )
            yield year, Fault("far-below-base", sentence, {**fields, "meant": (value * 100).normalize()})
        else:
            sentence = mark(
                "The base of %(base)s %(unit)s is at least %(far)s times the target of %(value)s %(unit)s. Is it right?"
            )
            yield year, Fault("far-below-base", sentence, fields)
