"""What operations hold while they write, watched in every test of the suite; what must be so stands in tests/held.py.

Of each call of an operation, no matter who makes it: before its first write it, or the operation that calls it, holds
what HELD says of it; and all that it writes stands in one transaction of its own, so that a kill leaves everything or
nothing. A test's own transaction is seen through. A lock or a transaction that goes missing fails every test that comes
by.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from types import CodeType, FrameType
from typing import Any

import pytest
from django.db import connection

from held import HELD, SEVERAL

WRITE = re.compile(r"\s*(?:WITH \w+ AS \(\s*)?(?:INSERT INTO|UPDATE|DELETE FROM)")
LOCK = re.compile(r'FOR (?:NO KEY )?(UPDATE|SHARE)(?: OF "(\w+)")?(?: SKIP LOCKED)?$')
TABLES = re.compile(r'FROM "(\w+)"'), re.compile(r"FROM (\w+)")
NAMED = "SELECT pg_advisory_xact_lock", "SELECT pg_try_advisory_xact_lock"
NAME = re.compile(r"[a-z.-]*[a-z]")
OPERATION = re.compile(r"/pilar/(\w+)/operations(?:\.py$|/(?!demonstration|locking))")


@dataclass
class Call:
    """A call of a function of a room's operations that has not returned."""

    frame: FrameType
    room: str
    name: str
    wrote: bool = False
    within: set[str | None] = field(default_factory=set)


class Watch:
    """Sees each statement of a connection; ``faults`` are the calls that broke a law."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.held: list[tuple[str, str | None]] = []
        self.faults: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if isinstance(sql, str):
            if WRITE.match(sql):
                self._look(sys._getframe(1))
                self._judge(_transaction())
            elif lock := _lock(sql, params):
                self._look(sys._getframe(1))
                self.held.append((lock, _transaction()))
        return execute(sql, params, many, context)

    def _look(self, frame: FrameType | None) -> None:
        """Bring the calls in line with what runs now; with another operation what was held is forgotten."""
        calls = _calls(frame, self.calls)
        if [one.frame for one in calls[:1]] != [one.frame for one in self.calls[:1]]:
            self.held.clear()
        self.calls = calls

    def _judge(self, within: str | None) -> None:
        """Before a write, within a transaction."""
        held = Counter(lock for lock, where in self.held if where == within)
        for call in self.calls:
            missing = Counter(HELD.get(call.room, {}).get(call.name, "").split()) - held
            if missing and not call.wrote:
                self.faults.append(f"{call.room}: {call.name} writes and does not hold {' '.join(missing.elements())}")
            call.wrote = True
        whole: list[Call] = []
        for call in self.calls:
            whole = [] if call.name in SEVERAL.get(call.room, ()) else [*whole, call]
        if whole:
            first, again = whole[0], bool(whole[0].within)
            first.within.add(within)
            if again and (within is None or len(first.within) > 1):
                self.faults.append(f"{first.room}: {first.name} writes in more than one transaction")


def _calls(frame: FrameType | None, known: list[Call]) -> list[Call]:
    """The calls that stand now, outermost first; of those that stood before what is known of them."""
    found: list[Call] = []
    while frame is not None:
        if named := _operation(frame.f_code):
            found.append(Call(frame, *named))
        frame = frame.f_back
    found.reverse()
    same = [
        one for one, _new in takewhile(lambda pair: pair[0].frame is pair[1].frame, zip(known, found, strict=False))
    ]
    return same + found[len(same) :]


@cache
def _operation(code: CodeType) -> tuple[str, str] | None:
    """The room and the name of a function of operations; what is inside one, or a method, is a part of one."""
    found = None if "." in code.co_qualname or "<" in code.co_qualname else OPERATION.search(code.co_filename)
    return (found[1], code.co_qualname) if found else None


def _lock(sql: str, params: Any) -> str:
    """What a statement locks: a table, with "+" if others may share it, or a name without what follows its words."""
    if sql.startswith(NAMED):
        named = NAME.match(params[0])
        return named[0] if named else params[0]
    if found := LOCK.search(sql):
        # What PostgreSQL computes for a row stands before its table, in names without quotes.
        table = found[2] or next(one[1] for tables in TABLES if (one := tables.search(sql)))
        return table + ("+" if found[1] == "SHARE" else "")
    return ""


def _transaction() -> str | None:
    """The outermost transaction that is not a test's own; None if every statement stands alone."""
    names = ["begin", *connection.savepoint_ids]
    for block, name in zip(connection.atomic_blocks, names, strict=False):
        if not block._from_testcase:
            return name if block.savepoint else None
    return None


@pytest.fixture(autouse=True)
def _held() -> Iterator[None]:
    watch = Watch()
    with connection.execute_wrapper(watch):
        yield
    assert watch.faults == []
