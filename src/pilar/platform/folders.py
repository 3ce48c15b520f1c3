"""Where the reference data lies."""

from __future__ import annotations

import os
from pathlib import Path

import pilar


def data_folder() -> Path:
    """The folder of reference data: ``PILAR_DATA``, or ``data`` of the checkout."""
    chosen = os.environ.get("PILAR_DATA")
    return Path(chosen) if chosen else Path(pilar.__file__).parents[2] / "data"
