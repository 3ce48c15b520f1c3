"""With what documents are made: whatever of it changes, a document that was kept is made again."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pilar
from pilar.platform.folders import data_folder

PROGRAM = frozenset({".py", ".html", ".mo", ".css", ".typ"})
"""Files of the package that pages and documents are made with."""
DATA = frozenset({".yaml", ".csv", ".json"})
LIBRARIES = ("typst", "python-docx", "xlsxwriter", "vl-convert-python")


@cache
def edition() -> str:
    """A mark of program, reference data and libraries: equal on every machine that has the same of them."""
    mixed = hashlib.sha256()
    for folder, kinds in ((Path(pilar.__file__).parent, PROGRAM), (data_folder(), DATA)):
        for path in files_of(folder, kinds):
            mixed.update(path.relative_to(folder).as_posix().encode() + b"\0")
            mixed.update(hashlib.sha256(path.read_bytes()).digest())
    mixed.update(repr([(name, version(name)) for name in LIBRARIES]).encode())
    return mixed.hexdigest()


def files_of(folder: Path, kinds: frozenset[str]) -> list[Path]:
    """The files of a folder and below with these endings, by name."""
    return sorted(path for path in folder.rglob("*") if path.suffix in kinds and path.is_file())
