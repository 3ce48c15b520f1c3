"""Output of commands: aligned columns on the screen, or a file that is written whole or not at all."""

from __future__ import annotations

import inspect
import os
import re
import stat
import sys
import tempfile
import textwrap
import unicodedata
from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Literal

from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_

# All control characters but the tab and the line's end.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Side = Literal["left", "right"]
GAP = 2
MAX_FAULTS_TOLD = 50
BAR = 40


class OutputRefused(PilarError):
    """The answer cannot be written."""

    code = "output-refused"
    sentence = N_("%(path)s cannot be written: %(reason)s.")


class NoFolder(OutputRefused):
    """The folder of the output file does not exist."""

    sentence = N_("%(path)s cannot be written: the folder %(folder)s does not exist.")


class NotAnOutputFile(OutputRefused):
    """The output is a folder, a device, or the file that is being read."""

    sentence = N_("%(path)s cannot be written: it is a folder, a device, or the file that was read.")


class Commands:
    """The functions of a module that commands run. It is loaded when one of them is called.

    ``Commands("pilar.config.demo").run`` takes the options of the command line and gives the function those that it
    names, or all of them as ``options``.
    """

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Callable[[Namespace], int]:
        def run(options: Namespace) -> int:
            function = getattr(import_module(self._module), name)
            taken = inspect.signature(function).parameters
            status: int = function(**{name: options if name == "options" else getattr(options, name) for name in taken})
            return status

        return run


def first_faults(faults: Sequence[Fault]) -> Iterable[Fault]:
    """As many faults as a screen takes, and how many more there are."""
    yield from faults[:MAX_FAULTS_TOLD]
    rest = len(faults) - MAX_FAULTS_TOLD
    if rest > 0:
        yield Fault("more-faults", "… and %(rest)s more faults.", {"rest": rest})


def emit(text: str, output: str | None = None, *, read: tuple[str, ...] = ()) -> None:
    """Write to the screen, or to the file ``output``, which must not be one of the files ``read``.

    What a terminal would obey instead of showing it, such as a colour in a name, does not reach the screen.
    """
    if output is None:
        sys.stdout.write(CONTROL.sub("\N{REPLACEMENT CHARACTER}", text))
    else:
        write_file(text.encode(), output, read=read)


def progress(done: int, whole: int) -> None:
    """Draw how far long work is, where somebody looks on."""
    if sys.stderr.isatty():
        full = BAR * done // whole
        end = "\n" if done == whole else ""
        sys.stderr.write(f"\r{'█' * full}{'░' * (BAR - full)} {done}/{whole}{end}")


def write_file(content: bytes, output: str, *, read: tuple[str, ...] = ()) -> None:
    """Write a file whole or not at all; it must not be one of the files ``read``."""
    path = Path(output)
    try:
        path = path.resolve()
        same = any(os.path.exists(name) and path.exists() and os.path.samefile(name, path) for name in read)
        if same or (path.exists() and not path.is_file()):
            raise NotAnOutputFile(path=output)
        if not path.parent.is_dir():
            raise NoFolder(path=output, folder=path.parent)
        _replace(path, content)
    except (OSError, ValueError) as error:
        raise OutputRefused(path=output, reason=getattr(error, "strerror", None) or error) from None


def _replace(path: Path, content: bytes) -> None:
    """Write next to ``path``, then rename: anyone who looks sees the old file or the whole new one, with the old
    mode."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
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


def aligned(rows: Sequence[Sequence[str]], sides: Sequence[Side], widths: Sequence[int | None]) -> list[str]:
    """Rows as lines with columns in line; a cell with a width goes on in the next line, between words."""
    wrapped = [[_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    columns = list(zip(*wrapped, strict=True))
    full = [max(_width(line) for cell in column for line in cell) for column in columns]
    lines = []
    for row in wrapped:
        for position in range(max(len(cell) for cell in row)):
            parts = [cell[position] if position < len(cell) else "" for cell in row]
            padded = (_padded(part, width, side) for part, width, side in zip(parts, full, sides, strict=True))
            lines.append((" " * GAP).join(padded).rstrip())
    return lines


def _wrapped(cell: str, width: int | None) -> list[str]:
    return textwrap.wrap(cell, width, break_long_words=False) or [""] if width else [cell]


def _padded(text: str, width: int, side: Side) -> str:
    blank = " " * (width - _width(text))
    return blank + text if side == "right" else text + blank


def _width(text: str) -> int:
    """Columns that the text takes: marks that combine take none, wide characters two."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
