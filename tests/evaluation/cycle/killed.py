"""A process that publishes and is killed (SIGKILL) before its n-th statement. Run with the name of the database.

Reads one number a line: 0 lets the publication finish. Answers each with ``killed`` or ``done``.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings


def main(database: str) -> None:
    django.setup()
    settings.DATABASES["default"]["NAME"] = database
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            publish(int(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            answer = "killed" if os.WTERMSIG(status) == signal.SIGKILL else "crashed"
        else:
            answer = "done" if os.WEXITSTATUS(status) == 0 else "failed"
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


def publish(last: int) -> None:
    from django.contrib.auth import get_user_model
    from django.db import connection

    from evaluation.cycle.agreed import LATER, LETTER, LETTER_DATE
    from evaluation.cycle.world import CODE, NOW
    from pilar.evaluation import operations
    from pilar.people.queries import standing

    by = standing(get_user_model().objects.get(email="ani@contoh.invalid"), NOW)
    seen = 0

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        operations.publish_results(
            by=by, campaign=CODE, phase=1, version=1, letter_number=LETTER, letter_date=LETTER_DATE, now=LATER
        )


if __name__ == "__main__":
    main(sys.argv[1])
