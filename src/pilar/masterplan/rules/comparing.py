"""Differences between two contents of a programme, and between two versions of a plan, for a reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pilar.masterplan.rules.content import BUDGETED, Content, Target


class ChangeKind(StrEnum):
    """Kinds of changes of a programme between two versions."""

    ADDED = "added"
    DROPPED = "dropped"
    MOVED = "moved"
    RETARGETED = "retargeted"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that differs: ``before`` and ``after`` are its values, None where there was or is nothing.

    ``field`` is a name of :class:`Content`, with the number or key of the row for lists: ``targets.2``, ``budgets.2024
    apbd``.
    """

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class ProgrammeChange:
    """A programme that differs, by its code; ``kinds`` in the order of :class:`ChangeKind`."""

    code: str
    kinds: tuple[ChangeKind, ...]
    before: Content | None
    after: Content | None
    differences: tuple[Difference, ...]

    @property
    def content(self) -> Content:
        """The present content, or the last one of a removed programme."""
        content = self.after or self.before
        assert content is not None
        return content


ROWS = {
    "targets": lambda row: row.number,
    "budgets": lambda row: f"{row.year} {row.fund.value}",
    "activities": lambda row: row.number,
    "monitored": lambda row: row.number,
    "judged": lambda row: row.criterion,
    "risks": lambda row: row.text,
}
"""The name of a row in each list."""
FIELDS = (
    "title", "part", "owner", "description", "need", "horizon", "quick_win", "partners", "outside_partners", "link",
    *BUDGETED,
)  # fmt: skip


def differences(before: Content, after: Content) -> tuple[Difference, ...]:
    """Return all differences between two contents, in the order of the fields."""
    changed = [
        Difference(name, getattr(before, name), getattr(after, name))
        for name in FIELDS
        if getattr(before, name) != getattr(after, name)
    ]
    for name, key in ROWS.items():
        old = {key(row): row for row in getattr(before, name)}
        new = {key(row): row for row in getattr(after, name)}
        changed += [
            Difference(f"{name}.{key}", old.get(key), new.get(key))
            for key in [*old, *(key for key in new if key not in old)]
            if old.get(key) != new.get(key)
        ]
    return tuple(changed)


def programme_changes(before: Mapping[str, Content], after: Mapping[str, Content]) -> tuple[ProgrammeChange, ...]:
    """Return the differences between two versions in the order of the programmes' codes."""
    return tuple(_changes(before, after))


def _changes(before: Mapping[str, Content], after: Mapping[str, Content]) -> Iterator[ProgrammeChange]:
    for code in sorted({*before, *after}):
        old, new = before.get(code), after.get(code)
        if old is None:
            yield ProgrammeChange(code, (ChangeKind.ADDED,), None, new, ())
        elif new is None:
            yield ProgrammeChange(code, (ChangeKind.DROPPED,), old, None, ())
        elif apart := differences(old, new):
            yield ProgrammeChange(code, _kinds(old, new), old, new, apart)


def _kinds(old: Content, new: Content) -> tuple[ChangeKind, ...]:
    kinds = []
    if (old.part, old.owner) != (new.part, new.owner):
        kinds.append(ChangeKind.MOVED)
    if _aims(old) != _aims(new) or {*old.budgets} != {*new.budgets}:
        kinds.append(ChangeKind.RETARGETED)
    return tuple(kinds) or (ChangeKind.REWORDED,)


def _aims(content: Content) -> set[tuple[object, ...]]:
    def aim(target: Target) -> tuple[object, ...]:
        return target.number, target.base, target.better, frozenset(target.yearly)

    return {aim(target) for target in content.targets}
