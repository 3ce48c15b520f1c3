from __future__ import annotations

from areas.places import PLACES, load
from kit.worlds import once


@once
def places() -> None:
    load(PLACES)
