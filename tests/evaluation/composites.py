"""A composite index of two indicators as files, and what the command says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pilar.platform.errors import Faults

TWO = """\
format: composite-1
code: two
version: 1.0
title: {id: Dua, en: Two}
source: assumption
denominators: [heads]
normalisation: {method: min-max, minimum: 0, maximum: 10}
tree:
  code: final
  title: {id: Akhir, en: Final}
  children:
    - {code: schools, title: {id: Sekolah, en: Schools}, indicator: {direction: higher, denominator: heads}}
    - {code: waiting, title: {id: Lama tunggu, en: Waiting}, indicator: {direction: lower}}
"""
HEADER = "unit,schools,waiting,heads"


def files(folder: Path, *lines: str, spec: str = TWO) -> tuple[Path, Path]:
    (folder / "two.yaml").write_text(spec, encoding="utf-8")
    (folder / "two.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "two.yaml", folder / "two.csv"


def told(run: Any, *arguments: object) -> list[str]:
    with pytest.raises(Faults) as refused:
        run(*arguments)
    return refused.value.text().splitlines()
