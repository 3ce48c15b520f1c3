"""Counts of respondents by the questions about them: no count is shown from which fewer than five people can be
derived.

Each field is shown separately, never two together. The total over the options of a field is known: it is all answers
that count. So the hidden counts must leave more than one possibility for each count of fewer than five: if there is
one, every option of fewer than five is hidden, also empty ones, and further options until the hidden counts have
several solutions. The anonymised single answers show the profile of some respondents: a count without those must not be
of fewer than five either.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pilar.surveys.rules.scores import MIN_SHOWN


@dataclass(frozen=True, slots=True)
class OptionCount:
    """The number of respondents with an option; None where it is hidden."""

    code: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """The options of a field, and the number of respondents with hidden ones: none, or five and more."""

    options: tuple[OptionCount, ...]
    hidden: int


def told_counts(counts: Mapping[str, int], singles: Mapping[str, int]) -> Told | None:
    """Return the counts of a field that may be shown; None where none may.

    ``counts``: by every option of the field, in its order, with 0; ``singles``: the numbers of them shown in the single
    answers. Further options are hidden in the order of the field, which reveals nothing about their counts.
    """
    if not _safe(sum(counts.values()), sum(singles.values())) or not sum(counts.values()):
        return None
    hidden = {code for code, count in counts.items() if not _safe(count, singles.get(code, 0))}
    if hidden:
        hidden |= {code for code, count in counts.items() if count < MIN_SHOWN}
        unnamed = {code: count - singles.get(code, 0) for code, count in counts.items()}
        for code in counts:
            if _open(counts, hidden) and _open(unnamed, hidden):
                break
            hidden.add(code)
    if all(code in hidden or not count for code, count in counts.items()):
        return None
    return Told(
        tuple(OptionCount(code, None if code in hidden else count) for code, count in counts.items()),
        sum(counts[code] for code in hidden),
    )


def _open(counts: Mapping[str, int], hidden: Collection[str]) -> bool:
    """Return whether the hidden counts leave each of those of fewer than five more than one possibility.

    Either all of them can be below five without being at their maximum, or one is not and lies so far above five that
    the others can be larger. With no respondents there is nothing to reveal.
    """
    together, most = sum(counts[code] for code in hidden), (MIN_SHOWN - 1) * len(hidden)
    if not together:
        return True
    larger = any(counts[code] >= MIN_SHOWN for code in hidden)
    far = together < most or (larger and together >= 2 * MIN_SHOWN - 1)
    return len(hidden) > 1 and together >= MIN_SHOWN and far


def _safe(count: int, single: int) -> bool:
    """Return whether a count may be shown: also without those known from single answers it is zero or at least five."""
    return all(number == 0 or number >= MIN_SHOWN for number in (count, count - single))
