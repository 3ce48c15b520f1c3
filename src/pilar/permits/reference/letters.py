"""Templates of letters to applicants (``data/permits/letters.yaml``)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from pilar.permits.reference.reasons import Why
from pilar.permits.rules.letters import StandardLetter, Template
from pilar.platform.folders import data_folder
from pilar.platform.yaml_files import load_yaml


def template(kind: StandardLetter) -> Template:
    """A letter of the office, in Indonesian."""
    letter = _letters()["letters"][kind.value]
    return Template(letter["title"], tuple(letter["paragraphs"]))


def sentence(why: Why, code: str) -> str:
    """Return the sentence of a letter for a coded reason."""
    return str(_letters()["reasons"][why.value][code])


def _letters() -> dict[str, Any]:
    return _read(data_folder() / "permits" / "letters.yaml")


@cache
def _read(path: Path) -> dict[str, Any]:
    return dict(load_yaml(path.read_text(encoding="utf-8")))
