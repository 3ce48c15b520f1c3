"""ZIP archives whose bytes depend on their content alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import IO

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""No ZIP archive knows an earlier moment."""


def archive(files: Mapping[str, bytes], *, moment: datetime) -> bytes:
    """The files in the order given, all dated ``moment``."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for name, content in files.items():
            add(made, name, content, moment=moment)
    return written.getvalue()


def open_archive(into: IO[bytes]) -> zipfile.ZipFile:
    """An archive to fill bit by bit with :func:`add`; closing it writes its directory."""
    return zipfile.ZipFile(into, "w")


def add(into: zipfile.ZipFile, name: str, content: bytes, *, moment: datetime) -> None:
    entry = zipfile.ZipInfo(name, max(moment.timetuple()[:6], EARLIEST))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    into.writestr(entry, content)
