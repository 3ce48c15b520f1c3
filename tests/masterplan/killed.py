"""A process that reports on a programme and is killed (SIGKILL) before its n-th statement.

Run with the name of the database, the key of the line and that of a piece of evidence. Reads one number a line: 0 lets
the report finish. Answers each with ``killed`` or ``done``.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

import django
from django.conf import settings


def main(database: str, line: str, piece: str) -> None:
    django.setup()
    settings.DATABASES["default"]["NAME"] = database
    for last in sys.stdin:
        child = os.fork()
        if child == 0:
            tell(int(last), int(line), UUID(piece))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            answer = "killed" if os.WTERMSIG(status) == signal.SIGKILL else "crashed"
        else:
            answer = "done" if os.WEXITSTATUS(status) == 0 else "failed"
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


def tell(last: int, line: int, piece: UUID) -> None:
    from django.contrib.auth import get_user_model
    from django.db import connection

    from masterplan.world import AFTER_SECOND_QUARTER, NOW, SECOND_QUARTER
    from pilar.masterplan import operations
    from pilar.masterplan.rules.reports import Given
    from pilar.people.queries import standing

    by = standing(get_user_model().objects.get(email="dewi@contoh.invalid"), NOW)
    seen = 0

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        operations.report(
            by=by, line=line, quarter=SECOND_QUARTER, given=Given(done={1: 60, 2: 0}), evidence=[piece], seen=0,
            now=AFTER_SECOND_QUARTER,
        )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
