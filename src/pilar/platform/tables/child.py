"""The process that reads one file: sets its own limits, reads, answers, ends."""

from __future__ import annotations

import os
import resource
import sys

MEMORY = 512 * 2**20
PROCESSOR_SECONDS = 15
MAX_ANSWER = 256 * 2**20
NICE = 5


def limit() -> None:
    """Bound what this process may take from now on."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, MAX_ANSWER),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    os.nice(NICE)


def main() -> None:
    """Answer the order that stands in the standard input, before the file."""
    limit()
    # Only now: what follows is to stand under the limits.
    from pilar.platform.errors import Faults
    from pilar.platform.tables.content import tables_in
    from pilar.platform.tables.wire import Order, answer, refusal

    order = Order.of(sys.stdin.buffer.readline())
    try:
        tables = tables_in(order, sys.stdin.buffer.read())
    except Faults as refused:
        sys.stdout.buffer.write(refusal(refused.faults))
    else:
        sys.stdout.buffer.writelines(answer(tables))
    sys.stdout.buffer.flush()
