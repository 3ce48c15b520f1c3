"""A process that signs off minutes and is killed (SIGKILL) before its n-th statement. Run with the name of the database
and the key of the meeting.

Reads one number a line: 0 lets the signing finish. Answers each with ``killed`` or ``done``.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings


def main(database: str, meeting: int) -> None:
    django.setup()
    settings.DATABASES["default"]["NAME"] = database
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            sign(meeting, int(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            answer = "killed" if os.WTERMSIG(status) == signal.SIGKILL else "crashed"
        else:
            answer = "done" if os.WEXITSTATUS(status) == 0 else "failed"
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


def sign(meeting: int, last: int) -> None:
    from django.contrib.auth import get_user_model
    from django.db import connection

    from masterplan.world import LATER, NOW
    from pilar.masterplan import operations
    from pilar.masterplan.models import Meeting
    from pilar.people.queries import standing

    by = standing(get_user_model().objects.get(email="siti@contoh.invalid"), NOW)
    saves = Meeting.objects.get(pk=meeting).saves
    seen = 0

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        operations.sign_off(by=by, meeting=meeting, seen=saves, now=LATER)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
