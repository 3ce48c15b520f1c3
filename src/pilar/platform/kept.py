"""What was made of rows, kept in memory for all who ask while a stamp says that the rows are the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """The last ``most`` things by their stamps: each names all that its thing is made of, so that none is ever old."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._made: OrderedDict[Hashable, Made] = OrderedDict()

    def known(self, stamp: Hashable) -> Made | None:
        """Give the thing of a stamp, if it was made before."""
        return self._made.get(stamp)

    def get(self, stamp: Hashable, make: Callable[[], Made]) -> Made:
        """The thing of a stamp, made where it is not there; two who ask at once may both make it."""
        with self._lock:
            if stamp in self._made:
                self._made.move_to_end(stamp)
                return self._made[stamp]
        made = make()
        with self._lock:
            self._made[stamp] = made
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return made
