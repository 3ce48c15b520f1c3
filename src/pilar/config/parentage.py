"""Child processes that end with the process that started them, even when that one is killed."""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def end_with_parent(with_signal: signal.Signals) -> Callable[[], None]:
    """For ``preexec_fn``: on Linux the kernel sends ``with_signal`` to the child when its parent is gone."""

    def ask() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, with_signal)

    return ask
