"""The laws that every operation of a room keeps, held against a list of calls and a table of what each leaves behind.

A room has both in its ``acts.py``. CALLS names each operation, after a colon what it is asked for where one call is not
enough, and calls it so that it succeeds. LEFT has a line for each: who acts; the audit events that are written, with
their target (``@36.71`` where the area is not that of the tests, ``@-`` for none, ``3 x`` for three of them); what
becomes of the rows of each table (``+2`` are new, ``~1`` differ, ``-3`` are gone). A line that begins with a space goes
on. What is locked stands in ``tests/held.py``.

The laws: a stranger is refused, and a refusal changes nothing; no row of the neighbour changes; what changes is what
stands in LEFT, neither more nor less, and so are the audit events; a break before the last thing that is written leaves
nothing; a second call is refused or changes nothing, but where it is said that it does the same again.
"""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Protocol

import pytest
from django.apps import apps
from django.db import connection, transaction

from kit.killed import killed_at_every_statement
from kit.neighbours import OWN, Neighbour
from kit.worlds import forget
from pilar.people.rules import Standing
from pilar.platform.errors import PilarError
from pilar.platform.models import AuditEvent

Call = Callable[[Any, Standing], object]
Rows = Mapping[str, Counter[str]]
OFTEN, EVERY = 7, 1_000
"""At so many of its statements an operation is killed that is one of many, and one of those that a room stands on."""
NONE = "."
"""In LEFT: nothing of the kind."""
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b|.*\bprocrastinate_\w*defer", re.IGNORECASE)


def operations_of(door: ModuleType) -> set[str]:
    """Name the functions that a room's ``operations`` hands on."""
    return {name for name, _function in inspect.getmembers(door, inspect.isfunction)}


class Inhabited(Protocol):
    """A world of tests, with somebody next door."""

    neighbour: Neighbour | None

    def who(self, name: str) -> Standing: ...


@dataclass(frozen=True)
class Left:
    """What a call leaves behind, as one line of the table."""

    who: str
    audit: tuple[str, ...]
    rows: frozenset[str]

    def __str__(self) -> str:
        audit = ", ".join(f"{count} x {event}" if count > 1 else event for event, count in Counter(self.audit).items())
        parts = (self.who, audit, " ".join(sorted(self.rows)))
        return " | ".join(part or NONE for part in parts)


class Broken(Exception):
    """What a break is here."""


class Acts:
    """Every operation of a room. ``strangers`` may none of them; ``open_to_all`` names those that ask nobody who they
    are, ``own`` those that everybody does for themselves, ``piecewise`` those that are several transactions, ``within``
    those that refuse to run outside another's,
    ``everywhere`` those that are about all regions, ``repeated`` those of which a second call does the same again."""

    def __init__(
        self,
        room: str,
        calls: Mapping[str, Call],
        left: str,
        *,
        before: Mapping[str, Callable[[Any], object]] | None = None,
        strangers: tuple[str, ...] = ("neighbour", "public"),
        open_to_all: str = "",
        own: str = "",
        piecewise: str = "",
        within: str = "",
        everywhere: str = "",
        repeated: str = "",
    ) -> None:
        self.room, self.calls, self.before, self.strangers = room, calls, before or {}, strangers
        self.unasked = {*open_to_all.split(), *own.split()}
        self.piecewise, self.everywhere = set(piecewise.split()), set(everywhere.split())
        self.repeated, self.within = set(repeated.split()), set(within.split())
        self.left = {name: self._read(text) for name, text in _lines(left)}

    @property
    def operations(self) -> set[str]:
        """The names of what is called."""
        return {name.partition(":")[0] for name in self.calls}

    def killed(self, *quick: str) -> list[Any]:
        """The operations of a transaction of their own, for a test by ``survive``: all but ``quick`` are thorough."""
        alone = [name for name in self.calls if name not in self.piecewise | self.within]
        assert {*quick} <= {*alone}
        return [pytest.param(name, id=name, marks=() if name in quick else pytest.mark.thorough) for name in alone]

    def hold(self, name: str, world: Inhabited) -> None:
        """Assert that an operation keeps the laws in a world."""
        faults = [*self._faults(name, world)]
        assert not faults, "\n".join(faults)

    def survive(self, name: str, world: Inhabited, *, kills: int = OFTEN) -> None:
        """Assert that a process that is killed at one of its statements, in so many tries, leaves everything or
        nothing. For tests that commit."""
        self.before.get(name, lambda _world: None)(world)
        by, seen = world.who(self.left[name].who), Statements()
        with undone(), connection.execute_wrapper(seen):
            self.calls[name](world, by)
        step = max(1, seen.all // kills)
        before, last = every_row(), _last_event()

        def whole(after: Rows) -> bool:
            return after != before and self._found(self.left[name], by, before, after, last) == self.left[name]

        forget()
        assert killed_at_every_statement(
            lambda: self.calls[name](world, by), stored=every_row, nothing=before, step=step, whole=whole
        )

    def _faults(self, name: str, world: Inhabited) -> Iterator[str]:
        self.before.get(name, lambda _world: None)(world)
        call, wanted = self.calls[name], self.left.get(name)
        by = world.who(wanted.who if wanted else "coordinator")
        before = every_row()
        assert world.neighbour is not None
        next_door, last = world.neighbour.stored(), _last_event()
        for stranger in () if name in self.unasked else self.strangers:
            with undone():
                refused, wrote = _refused(call, world, world.who(stranger))
                if not refused:
                    yield f"{stranger} is let in"
                elif wrote and every_row() != before:
                    yield f"refusing {stranger} leaves something behind"
        with undone():
            seen = Statements()
            forget()
            with connection.execute_wrapper(seen):
                call(world, by)
            after = every_row()
            if name not in self.everywhere and world.neighbour.stored() != next_door:
                yield "rows of the neighbour have changed"
            found = self._found(wanted, by, before, after, last)
            if wanted is None or found != wanted:
                yield f"It leaves\n{name} | {found}\nand not\n{name} | {wanted}"
            refused, wrote = _refused(call, world, by)
            same = not wrote or every_row() == after
            if refused and not same:
                yield "the refusal of a second call leaves something behind"
            if not refused and same == (name in self.repeated):
                yield f"a second call changes {'nothing' if same else 'something'}"
        if seen.writes > 1 and name not in self.piecewise:
            forget()
            with undone():
                try:
                    with connection.execute_wrapper(Statements(breaks=seen.writes)):
                        call(world, by)
                except Broken:
                    transaction.set_rollback(False)
                    if every_row() != before:
                        yield "a break before the last statement leaves a part"
                else:
                    yield "goes on after a break"

    def _read(self, text: str) -> Left:
        who, audit, rows = ("" if one.strip() == NONE else one.strip() for one in text.split("|"))
        events: list[str] = []
        for one in filter(None, audit.split(", ")):
            count, _times, event = one.rpartition(" x ")
            events += [event] * int(count or 1)
        return Left(who, tuple(sorted(events)), frozenset(rows.split()))

    def _found(self, wanted: Left | None, by: Standing, before: Rows, after: Rows, last: int) -> Left:
        changed = {
            self._short(table) + _become(before[table], rows)
            for table, rows in after.items()
            if rows != before[table] and table != "platform_auditevent"
        }
        audit = []
        for event in AuditEvent.objects.filter(pk__gt=last).order_by("pk"):
            where = "" if event.area == OWN else f" @{event.area or '-'}"
            actor = "" if (event.actor_kind, event.actor_key) == (by.actor.kind, by.actor.key) else " by another"
            audit.append(f"{event.action} {event.target}{where}{actor}")
        who = wanted.who if wanted else "coordinator"
        return Left(who, tuple(sorted(audit)), frozenset(changed))

    def _short(self, table: str) -> str:
        return table.removeprefix(f"{self.room}_")


class Statements:
    """Counts all, and what is written; may break before one of the first that write."""

    def __init__(self, breaks: int = 0) -> None:
        self.breaks, self.writes, self.all = breaks, 0, 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.all += 1
        if WRITES.match(sql):
            self.writes += 1
            if self.writes == self.breaks:
                raise Broken
        return execute(sql, params, many, context)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is changed inside did not happen."""
    whole = transaction.atomic()
    # As around a test: what insists on a transaction of its own may run inside this one.
    whole._from_testcase = True  # type: ignore[attr-defined]
    with whole:
        yield
        transaction.set_rollback(True)


class Writing:
    """Whether a statement that may change a row was sent: where none was, nobody has to look at every table."""

    READS = re.compile(r"(SELECT|SAVEPOINT|RELEASE|ROLLBACK|SET)\b(?!.*procrastinate_)", re.DOTALL)

    def __init__(self) -> None:
        self.seen = False

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.seen = self.seen or not (isinstance(sql, str) and self.READS.match(sql))
        return execute(sql, params, many, context)


def every_row() -> Rows:
    """A digest of every row, by table."""
    with connection.cursor() as cursor:
        cursor.execute(_reading())
        return {table: Counter(rows) for table, rows in cursor.fetchall()}


@cache
def _reading() -> str:
    tables = sorted(model._meta.db_table for model in apps.get_models(include_auto_created=True))
    return " UNION ALL ".join(f"SELECT '{table}', array_agg(md5(t::text)) FROM {table} t" for table in tables)


def _become(before: Counter[str], after: Counter[str]) -> str:
    new, gone = (after - before).total(), (before - after).total()
    differ = min(new, gone)
    parts = (("+", new - differ), ("-", gone - differ), ("~", differ))
    return "".join(f"{sign}{count}" for sign, count in parts if count)


def _refused(call: Call, world: Inhabited, by: Standing) -> tuple[bool, bool]:
    """Whether a call is refused, and whether it may have changed a row."""
    forget()
    writing = Writing()
    try:
        with connection.execute_wrapper(writing):
            call(world, by)
    except PilarError:
        return True, writing.seen
    return False, writing.seen


def _last_event() -> int:
    last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
    return last or 0


def _lines(table: str) -> Iterator[tuple[str, str]]:
    """Names, and what stands behind them."""
    for line in re.sub(r"\n +", " ", table.strip()).splitlines()[1:]:
        name, _bar, rest = line.partition("|")
        yield name.strip(), rest
