"""Codes of standards that measures may be marked with, as the data folder holds them; read without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pilar.platform.folders import data_folder
from pilar.platform.language import Bilingual
from pilar.platform.yaml_files import load_yaml


@dataclass(frozen=True, slots=True)
class Standard:
    """An indicator of a standard: ``key`` is what a measure keeps, ``source`` where its code and name were read."""

    key: str
    standard: Bilingual
    code: str
    name: Bilingual
    source: str

    def __str__(self) -> str:
        return f"{self.standard} {self.code}: {self.name}"


def standards() -> Mapping[str, Standard]:
    """All codes that are known, by key, in the order of the file."""
    return _read(data_folder() / "measures" / "standards.yaml")


def standards_of(keys: Iterable[str]) -> tuple[Standard, ...]:
    """Those with these keys, in the order of the file; a key that the file no longer has is left out."""
    wanted = set(keys)
    return tuple(standard for key, standard in standards().items() if key in wanted)


@cache
def _read(path: Path) -> Mapping[str, Standard]:
    standards_read = {}
    for name, told in load_yaml(path.read_bytes()).items():
        for code, words in told["codes"].items():
            key = f"{name}:{code}"
            standards_read[key] = Standard(key, Bilingual(**told["title"]), code, Bilingual(**words), told["source"])
    return standards_read
