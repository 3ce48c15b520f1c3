"""A process that is killed (SIGKILL) in the middle of an act leaves everything or nothing."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection

from kit.selection import QUICK

MOST = 200
QUICK_STEP = 3
Stored = TypeVar("Stored")


def killed_at_every_statement(
    act: Callable[[], object],
    *,
    stored: Callable[[], Stored],
    nothing: Stored,
    step: int = 1,
    whole: Callable[[Stored], bool] = lambda _stored: False,
) -> int:
    """Let processes of their own act, each killed at a later statement, until one ends; return how many statements
    were passed.

    For tests that commit. ``stored`` reads all that the act changes, ``nothing`` is what it reads before. ``step``: of
    long work only one statement in so many; the quick selection tries one of three of these. ``whole`` says of what is
    stored that it is everything: what an act only reads after its transaction may be killed, too.
    """
    assert stored() == nothing
    step *= QUICK_STEP if QUICK else 1
    for statement in range(1, MOST * step, step):
        if not is_killed(lambda at=statement: act_until(act, at)):
            return statement - 1
        found = stored()
        if whole(found):
            return statement
        assert found == nothing, f"killed before statement {statement}"
    raise AssertionError("it never ends")


def is_killed(act: Callable[[], object]) -> bool:
    """Let a process of its own act, with all that this one has loaded; whether it was killed. Otherwise it ends well.

    For tests that commit.
    """
    connection.close()
    child = os.fork()
    if child == 0:
        os._exit(_status(act))
    _child, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def _status(act: Callable[[], object]) -> int:
    try:
        act()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        return 1
    return 0


def act_until(act: Callable[[], object], statement: int) -> None:
    """Act, and be killed before one of the statements."""
    seen = 0

    def count(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        act()
