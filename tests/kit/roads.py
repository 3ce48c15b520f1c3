"""The files that a piece of work passes, held against docs/roads.md.

``PILAR_ROADS=write ./pilar test -p no:xdist tests/*/test_road.py tests/evaluation/cycle/test_road.py`` writes it again.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import CO_NEWLOCALS
from types import FrameType
from typing import Any

from django.urls import reverse

from pilar.config.state import CHECKOUT

SOURCE = f"{CHECKOUT / 'src/pilar'}/"
ROADS = CHECKOUT / "docs/roads.md"
GROWTH = 1.1
"""What a road may grow until somebody has to look at it again; what a process has read before is not read again."""


@contextmanager
def road(title: str) -> Iterator[Callable[[Callable[[], object]], None]]:
    """Hand out what does a step of the road of this title; then compare what the steps passed with docs/roads.md."""
    files: dict[str, None] = {}

    def step(work: Callable[[], object]) -> None:
        with passed() as more:
            work()
        files.update(dict.fromkeys(more))

    reverse("portal:front")  # Loads the addresses, and with them all pages.
    yield step
    _compare(title, [*files])


def _compare(title: str, files: list[str]) -> None:
    text = ROADS.read_text(encoding="utf-8")
    if os.environ.get("PILAR_ROADS") == "write":
        ROADS.write_text(_with(text, title, files), encoding="utf-8")
        return
    told = re.findall(r"^\| `([^`]+)`", _section(text, title), flags=re.MULTILINE)
    assert told, f"docs/roads.md lacks the road: {title}"
    assert [one for one in told if not os.path.exists(SOURCE + one)] == []
    assert len(files) <= GROWTH * len(told), f"longer than docs/roads.md says: {sorted({*files} - {*told})}"


@contextmanager
def passed() -> Iterator[list[str]]:
    """Note the files whose functions run, in the order of their first; loading a file is no work."""
    files: list[str] = []
    seen: set[str] = set()

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(SOURCE) or code.co_filename in seen:
            return
        if code.co_flags & CO_NEWLOCALS and code.co_name != "<lambda>":  # a module and the body of a class have none
            seen.add(code.co_filename)
            files.append(code.co_filename.removeprefix(SOURCE))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield files
    finally:
        sys.setprofile(before)


def _section(text: str, title: str) -> str:
    return text.partition(f"## {title}\n")[2].partition("\n## ")[0]


def _with(text: str, title: str, files: list[str]) -> str:
    rows = "".join(f"| `{one}` | {_reason(one)} |\n" for one in files)
    section = f"\n{len(files)} files.\n\n| file | what it is there for |\n|---|---|\n{rows}"
    before, heading, after = text.partition(f"## {title}\n")
    following = after.partition("\n## ")
    return f"{before}{heading or f'{chr(10)}## {title}{chr(10)}'}{section}{following[1]}{following[2]}"


def _reason(name: str) -> str:
    """The first sentence of what a file says of itself."""
    with open(SOURCE + name, encoding="utf-8") as file:
        said = " ".join((ast.get_docstring(ast.parse(file.read())) or "").split())
    return re.split(r"\.\s", said.replace("|", "\\|"), maxsplit=1)[0].rstrip(".:;")
