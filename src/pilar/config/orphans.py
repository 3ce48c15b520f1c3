"""Processes of a PostgreSQL server whose starter is gone: found by the folder they work in, and ended.

The number in a stale ``postmaster.pid`` is no sign: after a crash it may long belong to another program. Every process
of a server works in its data folder, and nothing else does.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

PROCESSES = Path("/proc")


def servers_in(data: Path) -> set[int] | None:
    """The processes that work in a data folder; None where the system does not tell (it has no ``/proc``)."""
    if not (PROCESSES / "self" / "cwd").exists():
        return None
    folder = str(data.resolve())
    servers = set()
    for entry in PROCESSES.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if os.readlink(entry / "cwd") == folder:
                servers.add(int(entry.name))
        except OSError:  # ended meanwhile, already dead, or somebody else's
            continue
    return servers


def end(data: Path, *, seconds: float) -> None:
    """End what works in a data folder: its server in order, which ends the rest; by force after ``seconds``.

    The rest of a server that was killed ends by itself, and must not be told to: each part takes a signal its own way.
    """
    head = _number_in(data / "postmaster.pid")
    if head in (servers_in(data) or set()):
        _send({head}, signal.SIGINT)
    if not _gone(data, seconds):
        _send(servers_in(data) or set(), signal.SIGKILL)
        _gone(data, seconds)


def _number_in(status: Path) -> int:
    try:
        return int(status.read_text().split(maxsplit=1)[0])
    except (OSError, ValueError, IndexError):
        return 0


def _gone(data: Path, seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while servers_in(data):
        if time.monotonic() > ends:
            return False
        time.sleep(0.05)
    return True


def _send(processes: set[int], strength: signal.Signals) -> None:
    for process in processes:
        try:
            os.kill(process, strength)
        except ProcessLookupError:
            continue
