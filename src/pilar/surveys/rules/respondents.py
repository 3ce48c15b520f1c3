"""Who answered, by what was asked about them: no count is told from which fewer than five people can be derived.

Each field is told by itself, never two together. Of a field the counts of all options are known together, for they are
all answers that count. So what is hidden must be of five or more together, or a difference would tell it. The single
answers that are handed on tell the profile of some: a count without those who are told there must not be of fewer than
five either.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    """What is told of a field; None where nothing may be.

    ``counts``: by every option of the field, in its order, with 0; ``singles``: how many of them the single answers
    tell. Where what is hidden is of fewer than five, the rarest of the others are hidden with it.
    """
    if not _safe(sum(counts.values()), sum(singles.values())) or not sum(counts.values()):
        return None
    hidden = {code for code, count in counts.items() if not _safe(count, singles.get(code, 0))}
    for code in sorted(counts, key=lambda code: (counts[code], code)):
        together = sum(counts[one] for one in hidden), sum(singles.get(one, 0) for one in hidden)
        if _safe(*together):
            break
        if counts[code]:
            hidden.add(code)
    if all(code in hidden or not count for code, count in counts.items()):
        return None
    return Told(
        tuple(OptionCount(code, None if code in hidden else count) for code, count in counts.items()),
        sum(counts[code] for code in hidden),
    )


def _safe(count: int, single: int) -> bool:
    """Tell whether a count may be told: also without those who are known from single answers it is nobody or five."""
    return all(one == 0 or one >= MIN_SHOWN for one in (count, count - single))
