"""Has a stranger's file read by a process of its own, a few at a time on the whole machine."""

from __future__ import annotations

import fcntl
import logging
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, reader_language
from pilar.platform.tables import child
from pilar.platform.tables.budget import Budget
from pilar.platform.tables.table import Table
from pilar.platform.tables.wire import Order, answered

SECONDS = 30
PATIENCE = 20

_HERE = Path(__file__)
# A lock on a file of the program holds for all processes that run it, and ends with the one that has it.
TURNS = (_HERE, Path(child.__file__))
# Python with nothing but its library: no site, no environment, no folder of the caller.
PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); sys.path += sys.argv[2:]; "
    "from pilar.platform.tables.child import main; main()"
)
COMMAND = (sys.executable, "-I", "-S", "-c", PROGRAM, str(_HERE.parents[3]))
# Only who reads a kind of its own needs a package for it.
PACKAGES = sysconfig.get_path("purelib")

# One thread of a process reads or waits for its turn: a web process has two, and the other one is to answer.
_reading = threading.Lock()
_log = logging.getLogger(__name__)


def read_apart(order: Order, content: bytes, *, patience: float) -> list[Table]:
    """Return what ``order`` asks for of a file.

    Raises Faults: of the file, when it takes too much, when another thread of this process reads for more than
    ``patience`` seconds, and when it is not the turn of this process within ``PATIENCE`` seconds.
    """
    try:
        with _turn(order.name, patience), tempfile.TemporaryFile() as sent, tempfile.TemporaryFile() as came:
            sent.write(order.line())
            sent.write(content)
            sent.seek(0)
            said = _run(sent, came, *([PACKAGES] if order.reader else []))
            came.seek(0)
            try:
                return answered(came)
            except ValueError:
                _log.warning("a file could not be read by its process: %s", said)
                raise Budget(order.name, size=0, cells=0).too_costly() from None
    except OSError:
        _log.exception("no process can be started to read a file")
        raise _not_now(order.name) from None


def _run(sent: IO[bytes], came: IO[bytes], *packages: str) -> str:
    """Run the reader to its end, or end it; returns how it ended and what it complained of."""
    environment = {"PILAR_LANGUAGE": reader_language()}
    with tempfile.TemporaryFile() as complaints:
        command = [*COMMAND, *packages]
        process = subprocess.Popen(command, stdin=sent, stdout=came, stderr=complaints, env=environment)
        try:
            ended = str(process.wait(SECONDS))
        except subprocess.TimeoutExpired:
            ended = "too late"
        finally:
            process.kill()
            process.wait()
        complaints.seek(0)
        return f"{ended} {complaints.read(2_000).decode(errors='replace')}"


@contextmanager
def _turn(name: str, patience: float) -> Iterator[None]:
    """Hold one of the turns of the machine."""
    if not _reading.acquire(timeout=patience):
        raise _not_now(name)
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            for path in TURNS:
                with path.open("rb") as file:
                    try:
                        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        continue
                    yield
                    return
            if time.monotonic() > deadline:
                raise _not_now(name)
            time.sleep(0.05)
    finally:
        _reading.release()


def _not_now(name: str) -> Faults:
    sentence = N_("Other files are being read at this moment. Send the file again in a minute.")
    return Faults([Fault("not-now", sentence, place=name)])
