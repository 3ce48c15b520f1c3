"""Meaning of a code where accounts and activities share a column.

``5.1`` is expenditure on staff, the subfield of disasters, and on many village sites the first field, printed under 5
for expenditure. The name next to it decides; where it does not, the rows above do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pilar.platform.tables import folded
from pilar.villagefinance import reference
from pilar.villagefinance.rules import codes

CLEARLY = 0.3
"""A name decides if its likeness is above the next by this much."""

_EMPTY_WORDS = frozenset({"dan", "desa", "sub", "bidang", "belanja", "kegiatan", "di", "dari", "yang", "untuk", "dll"})
_LEVEL_WORDS = (("sub bidang", 2), ("subbidang", 2), ("bidang", 1), ("kegiatan", 3))


@dataclass(frozen=True, slots=True)
class Meaning:
    """An account, an activity or both; an activity alone has no account."""

    activity: str = ""
    account: str = ""

    @property
    def name(self) -> str:
        """The name of the code in the chart."""
        chart = reference.accounts() if self.account else reference.activities()
        entry = chart.get(self.account or self.activity)
        return entry.name if entry else ""

    def likeness(self, name: str) -> float:
        """Return how much of the shorter name is contained in the other, from 0 to 1; a name that states its level is
        trusted."""
        words = folded(name)
        told = next((level for start, level in _LEVEL_WORDS if words.startswith(start)), 0)
        if told:
            return 1.0 if self.activity and len(self.activity.split(".")) == told else 0.0
        given, known = (set(folded(name).split()) - _EMPTY_WORDS for name in (words, self.name))
        like = len(given & known) / min(len(given), len(known)) if given and known else 0.0
        return max(like, 0.5) if self.account and words.startswith("belanja") else like


@dataclass(slots=True)
class Interpreter:
    """Interprets mixed codes in the order of the rows. ``under_five``: fields stand under 5, so 5.1.2 is subfield
    1.2."""

    under_five: bool = False
    activity: str = ""
    begun: bool = False
    """Expenditure was reached; from here on 4 is a field."""
    has_accounts: bool = False
    """Accounts were seen under an activity."""

    def read(self, pieces: Sequence[str], name: str) -> Meaning | None:
        """Return the meaning of a code; None if it is of neither kind."""
        return _joined(pieces) or self._chosen(list(self._possible(pieces)), pieces, name)

    def note(self, meaning: Meaning) -> None:
        """Continue from a row whose codes are known."""
        if meaning.activity:
            self.activity, self.begun = meaning.activity, True
        elif meaning.account == codes.EXPENDITURE:
            self.activity, self.begun = "", True
        elif codes.is_under(meaning.account, codes.EXPENDITURE):
            self.has_accounts |= bool(self.activity)

    def _possible(self, pieces: Sequence[str]) -> Iterator[Meaning]:
        code = ".".join(pieces)
        account, activity = codes.account_code(code), codes.activity_code(code)
        if account and account[0] in (codes.REVENUE, codes.EXPENDITURE, codes.FINANCING):
            yield Meaning(account=account)
        if activity and activity[0] <= "5" and not (self.under_five and activity[0] == codes.EXPENDITURE):
            yield Meaning(activity)
        if self.under_five and pieces[0] == codes.EXPENDITURE and (under := codes.activity_code(".".join(pieces[1:]))):
            yield Meaning(under)

    def _chosen(self, possible: list[Meaning], pieces: Sequence[str], name: str) -> Meaning | None:
        if len(possible) > 1:
            likeness = sorted(((meaning.likeness(name), -at) for at, meaning in enumerate(possible)), reverse=True)
            if likeness[0][0] - likeness[1][0] >= CLEARLY:
                return possible[-likeness[0][1]]
            wanted = self._is_account(pieces)
            possible = [meaning for meaning in possible if bool(meaning.account) == wanted] or possible
        return possible[0] if possible else None

    def _is_account(self, pieces: Sequence[str]) -> bool:
        """Decide by the rows above whether a code whose name does not help is economic."""
        if pieces[0][0] == "0" or (self.under_five and len(pieces) > 1):
            return False
        if pieces[0] == codes.REVENUE:
            return not self.begun
        if not self.activity or len(pieces) == 1:
            return not self.activity
        whole = len(self.activity.split(".")) == len(codes.ACTIVITY_WIDTHS)
        return self.activity[0] != codes.EXPENDITURE or (whole and self.has_accounts)


def stands_under_five(rows: Iterable[tuple[Sequence[str], str]]) -> bool:
    """Return whether fields are printed under 5: most rows 5.1 to 5.5 have the names of fields."""
    counted = 0
    for pieces, name in rows:
        if len(pieces) == 2 and pieces[0] == codes.EXPENDITURE and (field := codes.activity_code(pieces[1])):
            likeness = Meaning(field).likeness(name)
            others = (Meaning(account=".".join(pieces)), Meaning(codes.activity_code(".".join(pieces)) or ""))
            counted += 1 if likeness - max(other.likeness(name) for other in others) >= CLEARLY else -1
    return counted > 0


def _joined(pieces: Sequence[str]) -> Meaning | None:
    """Split both codes written as one: ``01.01.01.5.1.1``."""
    size = len(codes.ACCOUNT_WIDTHS)
    if len(pieces) < size:
        return None
    # An activity has two digits where a kind of expenditure has one; without them a known account is one.
    if len(pieces[2]) == 1 and codes.account_code(".".join(pieces[:size])) in reference.accounts():
        return None
    for at in (3, 2, 1):
        if pieces[at] in (codes.EXPENDITURE, pieces[0][:-1] + codes.EXPENDITURE):
            activity, account = codes.activity_code(".".join(pieces[:at])), codes.account_code(".".join(pieces[at:]))
            if activity and account:
                return Meaning(activity, account)
    return None
