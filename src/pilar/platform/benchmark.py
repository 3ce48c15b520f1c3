"""Processor time of a measurement that works in the database: that of Python and that of PostgreSQL."""

from __future__ import annotations

import os
import resource
import time
from functools import lru_cache
from pathlib import Path

from django.db import connection

_PROCESSES = Path("/proc")
_TICK = 1 / os.sysconf("SC_CLK_TCK")
_PARENT, _ENDED = 1, slice(13, 15)  # fields of /proc/<pid>/stat after the name: parent; time of children that ended
_NANOSECOND = 1e-9


def spent() -> float:
    """Seconds of processor that this process, its children that ended, and the database server have used so far.

    The server's processes are looked up from that of this connection; those of a server on another machine, or of a
    system without /proc, cannot be seen and do not count.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime + _server()


def spent_by(process: int) -> float:
    """Measure the seconds that what a process has begun, such as a web server, and the database have used so far."""
    began = [_stat(_PROCESSES / child)[11:13] for child in _children(str(process))]
    return sum(sum(map(int, times)) for times in began) * _TICK + _server()


def _server() -> float:
    main = _main_process()
    if not main:
        return 0.0
    ended = sum(map(int, _stat(_PROCESSES / main)[_ENDED])) * _TICK
    return ended + sum(_scheduled(_PROCESSES / process) for process in (main, *_children(main)))


@lru_cache(maxsize=1)
def _main_process() -> str:
    """Number of the server's first process, of which all others are children; empty if it cannot be seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = _PROCESSES / str(cursor.fetchone()[0])
    return _stat(backend)[_PARENT] if "postgres" in _name(backend) else ""


def _children(process: str) -> list[str]:
    try:
        return (_PROCESSES / process / "task" / process / "children").read_text(encoding="ascii").split()
    except OSError:
        return [path.name for path in _PROCESSES.glob("[0-9]*") if _stat(path)[_PARENT:2] == [process]]


def _stat(process: Path) -> list[str]:
    try:
        return (process / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def _scheduled(process: Path) -> float:
    """Seconds of a process with one thread, exact to the nanosecond where the kernel counts them."""
    try:
        return int((process / "schedstat").read_text(encoding="ascii").split()[0]) * _NANOSECOND
    except (OSError, IndexError):
        return sum(map(int, _stat(process)[11:13])) * _TICK
