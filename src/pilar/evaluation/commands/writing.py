"""Where an answer goes: the screen, or a file that is written whole or not at all."""

from __future__ import annotations

import os
import re
import stat
import sys
import tempfile
from pathlib import Path

from pilar.platform.errors import PilarError
from pilar.platform.language import mark

# All control characters but the tab and the line's end.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class OutputRefused(PilarError):
    """The answer cannot be written."""

    code = "output-refused"
    sentence = mark("%(path)s cannot be written: %(reason)s.")


class NoFolder(OutputRefused):
    """The folder of the output file does not exist."""

    sentence = mark("%(path)s cannot be written: the folder %(folder)s does not exist.")


class NotAnOutputFile(OutputRefused):
    """The output is a folder, a device, or the file that is being read."""

    sentence = mark("%(path)s cannot be written: it is a folder, a device, or the file that was read.")


def emit(text: str, output: str | None = None, *, read: tuple[str, ...] = ()) -> None:
    """Write to the screen, or to the file ``output``, which must not be one of the files ``read``.

    What a terminal would obey instead of showing it, such as a colour in a name, does not reach the screen.
    """
    if output is None:
        sys.stdout.write(CONTROL.sub("\N{REPLACEMENT CHARACTER}", text))
        return
    path = Path(output)
    try:
        path = path.resolve()
        same = any(os.path.exists(name) and path.exists() and os.path.samefile(name, path) for name in read)
        if same or (path.exists() and not path.is_file()):
            raise NotAnOutputFile(path=output)
        if not path.parent.is_dir():
            raise NoFolder(path=output, folder=path.parent)
        _replace(path, text)
    except (OSError, ValueError) as error:
        raise OutputRefused(path=output, reason=getattr(error, "strerror", None) or error) from None


def _replace(path: Path, text: str) -> None:
    """Write beside ``path``, then rename: whoever looks sees the old file or the whole new one, with the old mode."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(name).chmod(_mode(path))
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """The permissions of the file, or those that a new one gets."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
