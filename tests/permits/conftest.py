"""What the tests of permits share."""

from __future__ import annotations

from kit.worlds import once
from permits.around import World, make_world


@once
def world() -> World:
    return make_world()
