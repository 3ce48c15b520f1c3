"""Where the reference data lies."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pilar


def data_folder() -> Path:
    """The folder of reference data: ``PILAR_DATA``, or ``data`` of the checkout."""
    return _folder(os.environ.get("PILAR_DATA"))


@cache
def _folder(chosen: str | None) -> Path:
    return Path(chosen) if chosen else Path(pilar.__file__).parents[2] / "data"
