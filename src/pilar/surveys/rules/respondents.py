"""Respondents by the answers about themselves, with suppression of counts below five.

Each field is told by itself, never two together. Of a field the counts of all options are known together, for they are
all answers that count. So what is hidden must leave more than one possibility for each count of fewer than five: with
one of them every option of fewer than five is hidden, nobody's too, and further ones until together they can be what
they are in several ways. The single answers that are handed on tell the profile of some: a count without those who are
told there must not be of fewer than five either.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pilar.surveys.rules.scores import MIN_SHOWN


@dataclass(frozen=True, slots=True)
class OptionCount:
    """How many respondents chose an option; None where the count is hidden."""

    code: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """The options of a field, and how many chose any of those that are hidden: none, or five and more."""

    options: tuple[OptionCount, ...]
    hidden: int


def told_counts(counts: Mapping[str, int], singles: Mapping[str, int]) -> Told | None:
    """Return what is told of a field; None where nothing may be.

    ``counts``: by every option of the field, in its order, with 0; ``singles``: how many of them the single answers
    tell. Further options are hidden in the order of the field, which tells nothing of their counts.
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
    """Tell whether what is hidden leaves each of its counts of fewer than five more than one possibility.

    Either all of them can be of fewer than five without being as many as they can, or one of them is not and lies so
    far above five that the others can be more. Of nobody there is nothing to tell.
    """
    together, most = sum(counts[code] for code in hidden), (MIN_SHOWN - 1) * len(hidden)
    if not together:
        return True
    larger = any(counts[code] >= MIN_SHOWN for code in hidden)
    far = together < most or (larger and together >= 2 * MIN_SHOWN - 1)
    return len(hidden) > 1 and together >= MIN_SHOWN and far


def _safe(count: int, single: int) -> bool:
    """Tell whether a count may be told: also without those who are known from single answers it is nobody or five."""
    return all(number == 0 or number >= MIN_SHOWN for number in (count, count - single))
