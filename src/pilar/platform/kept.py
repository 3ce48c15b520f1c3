"""Cache of values made from rows, shared in memory while a stamp says that the rows are the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from threading import Lock
from typing import Generic, TypeVar

PATIENCE = 2.0
"""Seconds for which who asks waits for anyone who makes the same already."""

Made = TypeVar("Made")


class Once(Generic[Made]):
    """Anyone who asks first for a thing makes it; who asks meanwhile waits for it instead of making the same in
    parallel.

    Where that lasts longer than :data:`PATIENCE`, or fails, each makes it alone.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way: dict[Hashable, Future[Made]] = {}

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        with self._lock:
            other = self._under_way.get(key)
            mine = self._under_way.setdefault(key, Future())
        if other is not None:
            try:
                return other.result(PATIENCE)
            except (TimeoutError, CancelledError):
                return make()
        try:
            made = make()
            mine.set_result(made)
        finally:
            with self._lock:
                del self._under_way[key]
            mine.cancel()  # which leaves a result as it is
        return made


class Kept(Generic[Made]):
    """The last ``most`` things by their stamps: each names all that its thing is made of, so that none is ever old."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._made: OrderedDict[Hashable, Made] = OrderedDict()
        self._once: Once[Made] = Once()

    def known(self, stamp: Hashable) -> Made | None:
        """Return the thing of a stamp, if it was made before."""
        return self._made.get(stamp)

    def get(self, stamp: Hashable, make: Callable[[], Made]) -> Made:
        """The thing of a stamp, made where it is not there: once for all who ask meanwhile."""
        with self._lock:
            if stamp in self._made:
                self._made.move_to_end(stamp)
                return self._made[stamp]
        return self._once.get(stamp, lambda: self._keep(stamp, make))

    def forget(self) -> None:
        """Keep nothing of what was made so far."""
        with self._lock:
            self._made.clear()

    def _keep(self, stamp: Hashable, make: Callable[[], Made]) -> Made:
        """Make it, unless somebody was done with it since it was looked for."""
        with self._lock:
            if stamp in self._made:
                return self._made[stamp]
        made = make()
        with self._lock:
            self._made[stamp] = made
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return made
