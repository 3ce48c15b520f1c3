"""Every operation of a room is called by the sweep of its laws, or says where else it is."""

from __future__ import annotations

from importlib import import_module

import pytest

from final_acts import ROOMS
from kit.acts import operations_of


@pytest.mark.parametrize("room", ROOMS)
def test_every_operation_keeps_the_laws(room: str) -> None:
    door, acts = import_module(f"pilar.{room}.operations"), import_module(f"{room}.acts")
    there = operations_of(door)
    listed = acts.ACTS.operations | acts.EXEMPT.keys()
    assert not there - listed, f"call them in CALLS of tests/{room}/acts.py, with a line in LEFT each"
    assert not listed - there, f"tests/{room}/acts.py calls what there is not"
    assert acts.ACTS.calls.keys() == acts.ACTS.left.keys()
