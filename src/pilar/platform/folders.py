"""Folder of the reference data."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pilar


def data_folder() -> Path:
    """The folder of reference data: ``PILAR_DATA``, or what was installed with Pilar, or ``data`` of the checkout."""
    return _folder(os.environ.get("PILAR_DATA"))


@cache
def _folder(chosen: str | None) -> Path:
    if chosen:
        return Path(chosen)
    package = Path(pilar.__file__).parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parents[1] / "data"
