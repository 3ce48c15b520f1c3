"""Texts of consent by purpose and version (``data/hospital/consent.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pilar.hospital.rules.privacy import Purpose
from pilar.platform.folders import data_folder
from pilar.platform.language import Bilingual
from pilar.platform.yaml_files import load_yaml


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The text that a patient agrees to; ``version`` is stored with each consent."""

    purpose: Purpose
    version: str
    title: Bilingual
    text: Bilingual
    source: str


def consent_of(purpose: Purpose) -> ConsentText:
    """The current text: the last one."""
    return _texts()[purpose]


@cache
def _texts() -> Mapping[Purpose, ConsentText]:
    given = load_yaml((data_folder() / "hospital" / "consent.yaml").read_text(encoding="utf-8"))
    return {
        purpose: ConsentText(
            purpose, last["version"], Bilingual(**last["title"]), Bilingual(**last["text"]), last["source"]
        )
        for purpose in Purpose
        for last in given[purpose][-1:]
    }
