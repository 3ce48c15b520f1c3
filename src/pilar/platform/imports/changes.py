"""Changes of a version against the one before, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pilar.platform.imports.verdicts import CHANGED, NEW, Outcome, Value
from pilar.platform.language import N_, Bilingual

GONE = Outcome("gone", N_("no longer there"), "caution", stored=True)
SAME = Outcome("unchanged", N_("as before"))


class Kind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    SAME = "same"


OUTCOMES = {Kind.NEW: NEW, Kind.CHANGED: CHANGED, Kind.GONE: GONE, Kind.SAME: SAME}
"""What becomes of a row that tells of a part."""


@dataclass(frozen=True, slots=True)
class Change:
    """A part of either version. ``values``: of a new one what it says, of a changed one what differs."""

    code: str
    title: Bilingual
    kind: Kind
    values: tuple[Value, ...] = ()

    @property
    def name(self) -> str:
        """Return what becomes of it, in the reader's language."""
        return str(OUTCOMES[self.kind])

    @property
    def tone(self) -> str:
        """The tone of its tag."""
        return OUTCOMES[self.kind].tone


def change_of(
    code: str, title: Bilingual, was: Iterable[Value] | None, now: Iterable[Value], others: Sequence[Value] = ()
) -> Change:
    """Return what becomes of a part that says ``now`` and said ``was``, without what is blank; None: it is new.

    ``others``: what else differs.
    """
    after = {_key(value): value for value in now}
    if was is None:
        return Change(code, title, Kind.NEW, tuple(after.values()))
    before = {_key(value): value for value in was}
    values = []
    for key in dict.fromkeys([*after, *before]):
        now_value, other = after.get(key), before.get(key)
        after_it, before_it = now_value.after if now_value else "", other.after if other else ""
        if after_it != before_it:
            values.append(replace(now_value or before[key], after=after_it, before=before_it))
    values += others
    return Change(code, title, Kind.CHANGED if values else Kind.SAME, tuple(values))


def beside(was: Sequence[Value], now: Sequence[Value]) -> tuple[Value, ...]:
    """Return what a version says as a whole, with what the one before says where that differs; both say the same
    things in the same order, the one before nothing if there is none."""
    if not was:
        return tuple(value for value in now if value.after not in ("", None))
    values = [
        replace(value, before=old.after) if value.after != old.after else value
        for value, old in zip(now, was, strict=True)
    ]
    return tuple(value for value in values if value.after not in ("", None) or value.before is not None)


def _key(value: Value) -> str:
    return value.label if isinstance(value.label, str) else value.label.en
