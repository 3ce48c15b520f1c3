"""Documents a patient brings along, by payer (``data/hospital/documents.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pilar.hospital.rules.booking import Payer
from pilar.platform.folders import data_folder
from pilar.platform.language import Bilingual
from pilar.platform.yaml_files import load_yaml


def documents() -> Mapping[Payer, tuple[Bilingual, ...]]:
    """The documents of each payer, in the order of the file."""
    return _documents(data_folder() / "hospital" / "documents.yaml")


@cache
def _documents(path: Path) -> Mapping[Payer, tuple[Bilingual, ...]]:
    given = load_yaml(path.read_text(encoding="utf-8"))["documents"]
    return {payer: tuple(Bilingual(document["id"], document["en"]) for document in given[payer]) for payer in Payer}
