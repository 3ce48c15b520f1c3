"""Propose which movements of bank and books are the same, with reasons, for a person to accept.

Amounts always agree to the sen; days, numbers and names only decide how sure a match is. First movements are paired for
the best total score; then a movement of one side is matched with several of the other that sum to it, because banks
merge payments made at one counter.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import chain, combinations, islice

from rapidfuzz import fuzz

from pilar.platform.language import N_


@dataclass(frozen=True, slots=True)
class Movement:
    """Money received (positive) or paid on one account, by the bank or by the books.

    ``number``: the document or reference; ``name``: the payer or payee, where known.
    """

    key: int
    date: dt.date
    amount: Decimal
    text: str = ""
    number: str = ""
    name: str = ""


class Reason(StrEnum):
    """Why two movements seem to be one."""

    SAME_DAY = "same-day"
    NEAR_DAY = "near-day"
    NUMBER = "number"
    NAME = "name"
    SUM = "sum"


REASON_NAMES = {
    Reason.SAME_DAY: N_("the same amount on the same day"),
    Reason.NEAR_DAY: N_("the same amount within a few days"),
    Reason.NUMBER: N_("the number of the document stands in the text"),
    Reason.NAME: N_("the names are alike"),
    Reason.SUM: N_("several that make the amount together"),
}


@dataclass(frozen=True, slots=True)
class Window:
    """The days by which the bank may book ``after`` or ``before`` the books, and the most movements in one sum
    (``together``). Assumption: transfers over a long holiday."""

    before: int = 3
    after: int = 10
    together: int = 6
    tried: int = 24
    """The number of candidates tried for a sum: the nearest by day."""


WINDOW = Window()
BY_DAY, BY_NUMBER, BY_NAME, BY_PART = 40, 45, 15, 5
"""Of 100 points: a number is worth more than a day, since amounts such as allowances repeat. Each part of a sum beyond
the first lowers the score (assumption)."""
ALIKE = 85
"""Likeness of names, of 100, from which it counts (assumption)."""
MIN_NUMBER = 3
MAX_SUMS = 20_000
"""Combinations tried for one movement."""


@dataclass(frozen=True, slots=True)
class Match:
    """A proposal: keys of movements of both sides whose amounts are equal in sum; one side has one key.

    ``rivals``: other matches are as good, so a person has to look.
    """

    bank: tuple[int, ...]
    books: tuple[int, ...]
    score: int
    reasons: tuple[Reason, ...]
    rivals: bool = False


def proposals(bank: Sequence[Movement], books: Sequence[Movement], window: Window = WINDOW) -> tuple[Match, ...]:
    """Return the proposed matches, the surest first; each movement is in one proposal at most."""
    matches = _pairs(bank, books, window)
    used = {("bank", key) for match in matches for key in match.bank} | {
        ("books", key) for match in matches for key in match.books
    }
    bank = [movement for movement in bank if ("bank", movement.key) not in used]
    books = [book for book in books if ("books", book.key) not in used]
    matches += _sums(bank, books, window)
    return tuple(sorted(matches, key=lambda match: (-match.score, match.bank, match.books)))


def judge(bank: Movement, books: Movement, window: Window = WINDOW) -> tuple[int, tuple[Reason, ...]] | None:
    """Return the score of a pair, of 100, and its reasons; None where the days lie too far apart."""
    days = (bank.date - books.date).days
    if not -window.before <= days <= window.after:
        return None
    reasons = [Reason.NEAR_DAY if days else Reason.SAME_DAY]
    reach = window.after if days > 0 else window.before
    score = BY_DAY - (BY_DAY * abs(days)) // (reach + 1)
    if _named(bank, books):
        score += BY_NUMBER
        reasons.append(Reason.NUMBER)
    if _alike(bank, books):
        score += BY_NAME
        reasons.append(Reason.NAME)
    return score, tuple(reasons)


_PIECES = re.compile(r"[^\W_]+")


def _words(text: str) -> list[str]:
    """Split a text into words without leading zeros of numbers."""
    return [word.lstrip("0") or "0" for word in _PIECES.findall(text.casefold())]


def _named(bank: Movement, books: Movement) -> bool:
    """Return whether the number of one is in the text of the other: ``0012/SPP/2026`` in ``bayar spp 12 2026``."""
    return any(
        sum(map(len, number)) >= MIN_NUMBER
        and any(letter.isdigit() for word in number for letter in word)
        and set(number) <= set(_words(f"{other.number} {other.text}"))
        for movement, other in ((bank, books), (books, bank))
        if (number := _words(movement.number))
    )


def _alike(bank: Movement, books: Movement) -> bool:
    """Return whether the name of the payer or payee is in the bank's text: cut off, or in another order."""
    name, text = " ".join(_words(books.name)), " ".join(_words(f"{bank.name} {bank.text}"))
    if len(name) < MIN_NUMBER or len(text) < MIN_NUMBER:
        return False
    return max(fuzz.partial_ratio(name, text), fuzz.token_set_ratio(name, text)) >= ALIKE


def _pairs(bank: Sequence[Movement], books: Sequence[Movement], window: Window) -> list[Match]:
    """Match one with one. The task is split by amount: within each, the pairs with the best total are taken."""
    sides: dict[Decimal, tuple[list[Movement], list[Movement]]] = defaultdict(lambda: ([], []))
    for side, movements in enumerate((bank, books)):
        for movement in sorted(movements, key=lambda movement: (movement.date, movement.key)):
            sides[movement.amount][side].append(movement)
    return [match for left, right in sides.values() if left and right for match in _assigned(left, right, window)]


def _assigned(bank: Sequence[Movement], books: Sequence[Movement], window: Window) -> Iterator[Match]:
    judged = {
        (row, column): said
        for row, movement in enumerate(bank)
        for column, other in enumerate(books)
        if (said := judge(movement, other, window)) is not None
    }
    for row, column in _best(len(bank), len(books), {at: score for at, (score, _why) in judged.items()}):
        score, reasons = judged[row, column]
        others = [said[0] for at, said in judged.items() if (at[0] == row) != (at[1] == column)]
        yield Match((bank[row].key,), (books[column].key,), score, reasons, rivals=score in others)


def _best(rows: int, columns: int, scores: dict[tuple[int, int], int]) -> Iterable[tuple[int, int]]:
    """Return the greatest number of pairs and, among those, the best total score."""
    if not scores or (rows, columns) == (1, 1):
        return list(scores)
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    worth = np.zeros((rows, columns))
    for at, score in scores.items():
        worth[at] = 1000 + score
    chosen = zip(*linear_sum_assignment(worth, maximize=True), strict=True)
    return [(int(row), int(column)) for row, column in chosen if (row, column) in scores]


def _sums(bank: Sequence[Movement], books: Sequence[Movement], window: Window) -> list[Match]:
    """Match one with several of the other side, the best first; matched movements are not used again."""
    matches: list[Match] = []
    for movement in bank:
        matches += (
            Match((movement.key,), keys, *said) for keys, *said in _parts(movement, books, window, by_bank=True)
        )
    for book in books:
        matches += (Match(keys, (book.key,), *said) for keys, *said in _parts(book, bank, window, by_bank=False))
    taken: set[tuple[str, int]] = set()
    kept = []
    for match in sorted(matches, key=lambda match: (-match.score, match.bank, match.books)):
        keys = {("bank", key) for key in match.bank} | {("books", key) for key in match.books}
        if not keys & taken:
            taken |= keys
            kept.append(match)
    return kept


def _parts(
    whole: Movement, others: Sequence[Movement], window: Window, *, by_bank: bool
) -> list[tuple[tuple[int, ...], int, tuple[Reason, ...], bool]]:
    """Return the best combinations that make a sum: their keys, score, reasons, and whether there are rivals."""
    near = []
    for movement in others:
        if movement.amount * whole.amount > 0 and abs(movement.amount) < abs(whole.amount):
            said = judge(whole, movement, window) if by_bank else judge(movement, whole, window)
            if said is not None:
                near.append((int(movement.amount * 100), movement.key, *said))
    near.sort(key=lambda part: (-part[2], part[1]))
    wanted = int(whole.amount * 100)
    tried = chain.from_iterable(combinations(near[: window.tried], size) for size in range(2, window.together + 1))
    sums = []
    for some in islice(tried, MAX_SUMS):
        if sum(part[0] for part in some) == wanted:
            # The more parts, the more often a sum matches by chance.
            score = sum(part[2] for part in some) // len(some) - BY_PART * (len(some) - 1)
            reasons = (Reason.SUM, *dict.fromkeys(reason for part in some for reason in part[3]))
            sums.append((tuple(sorted(part[1] for part in some)), max(score, 1), reasons))
    if not sums:
        return []
    best = max(sums, key=lambda candidate: candidate[1])
    return [(*best, sum(candidate[1] == best[1] for candidate in sums) > 1)]
