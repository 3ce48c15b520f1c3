"""The register of personal data and the text of consent as the data folder holds them, read without a database
(docs/privacy.md)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pilar.platform.folders import data_folder
from pilar.platform.language import Bilingual
from pilar.platform.yaml_files import load_yaml

ASSUMPTION = "assumption"


@dataclass(frozen=True, slots=True)
class KeptFor:
    """A number of days, valid from a day on, and its source."""

    since: date
    days: int
    source: str


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One kind: ``ends`` says how it ends, ``where`` are tables, ``retention`` are rules by day, oldest first."""

    code: str
    title: Bilingual
    what: Bilingual
    why: Bilingual
    ground: Bilingual
    ground_source: str
    readers: Bilingual
    where: tuple[str, ...]
    ends: Bilingual
    retention: tuple[KeptFor, ...]

    def kept_for(self, day: date) -> KeptFor | None:
        """Return how long it is kept by the rule of this day; None if it ends in another way."""
        return next((kept_for for kept_for in reversed(self.retention) if kept_for.since <= day), None)

    @property
    def ground_is_assumed(self) -> bool:
        return self.ground_source == ASSUMPTION


@dataclass(frozen=True, slots=True)
class Register:
    """All kinds, the law that they follow, and the fingerprint of the file."""

    law: str
    kinds: tuple[PersonalData, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The text that somebody agrees to before a public account opens; a version never changes."""

    version: str
    since: date
    source: str
    text: Bilingual


def consent() -> ConsentText:
    """The present text: the last version."""
    return _consents(data_folder() / "privacy" / "consent.yaml")[-1]


@cache
def _consents(path: Path) -> tuple[ConsentText, ...]:
    given = load_yaml(path.read_bytes())["versions"]
    return tuple(ConsentText(**{**consent, "text": Bilingual(**consent["text"])}) for consent in given)


def register() -> Register:
    """The register in force."""
    return _read(data_folder() / "privacy" / "register.yaml")


@cache
def _read(path: Path) -> Register:
    content = path.read_bytes()
    given = load_yaml(content)
    kinds = tuple(_kind(kind) for kind in given["kinds"])
    return Register(given["law"], kinds, hashlib.sha256(content).hexdigest())


def _kind(given: dict[str, Any]) -> PersonalData:
    ground = dict(given["ground"])
    source = ground.pop("source")
    kept = sorted((KeptFor(**term) for term in given.get("retention", ())), key=lambda kept_for: kept_for.since)
    return PersonalData(
        code=given["code"],
        title=Bilingual(**given["title"]),
        what=Bilingual(**given["what"]),
        why=Bilingual(**given["why"]),
        ground=Bilingual(**ground),
        ground_source=source,
        readers=Bilingual(**given["readers"]),
        where=tuple(given["where"]),
        ends=Bilingual(**given["ends"]),
        retention=tuple(kept),
    )
