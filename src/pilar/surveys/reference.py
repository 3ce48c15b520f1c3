"""Questionnaires from the data folder, read without a database. Format: docs/survey-format.md."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pilar import index
from pilar.platform.errors import PilarError
from pilar.platform.folders import data_folder
from pilar.platform.language import N_, Bilingual
from pilar.platform.yaml_files import load_texts, load_yaml
from pilar.surveys.rules.questionnaire import (
    OUTSIDE,
    Band,
    Condition,
    Field,
    Item,
    ItemKind,
    Kind,
    Option,
    Pillar,
    Quality,
    Questionnaire,
    Quota,
    Satisfaction,
    Section,
)


class UnknownQuestionnaire(PilarError):
    """No questionnaire with this code can be chosen."""

    code = "unknown-questionnaire"
    status = 404
    sentence = N_("There is no questionnaire “%(given)s”. There are: %(known)s")


def questionnaires() -> tuple[Questionnaire, ...]:
    """Return all questionnaires of the data folder, by code."""
    return tuple(parse(text) for text in shipped_texts())


def shipped_texts() -> tuple[str, ...]:
    """Return the texts of their files, by code."""
    return tuple(_text(path) for path in sorted((data_folder() / "surveys").glob("*.yaml")))


def questionnaire(code: str) -> Questionnaire:
    """Return the questionnaire with this code; raises :class:`UnknownQuestionnaire`."""
    by_code = {questionnaire.code: questionnaire for questionnaire in questionnaires()}
    if code not in by_code:
        raise UnknownQuestionnaire(given=code, known=", ".join(sorted(by_code)))
    return by_code[code]


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=200)
def parse(text: str) -> Questionnaire:
    """Read a questionnaire from the text of its file; ``KeyError`` or ``ValueError`` if it is not in order.

    A file sent by a person must first pass ``rules.questionnaire_check``, which reports all its faults.
    """
    given: Mapping[str, Any] = load_texts(text)
    made = Questionnaire(
        code=given["code"],
        version=given["version"],
        kind=Kind(given["kind"].strip()),
        title=Bilingual(**given["title"]),
        source=given["source"].strip(),
        purpose=Bilingual(**given["purpose"]),
        consent=Bilingual(**given["consent"]),
        scale={_whole(label["value"]): Bilingual(**label["title"]) for label in given["scale"]["labels"]},
        profile=tuple(map(_field, given["profile"]["fields"])),
        groups=_options(given.get("groups", {"list": ()})["list"]),
        sections=tuple(
            Section(section["code"], Bilingual(**section["title"]), tuple(_item(item) for item in section["items"]))
            for section in given["sections"]
        ),
        quota=_quota(given["quota"]),
        quality=_quality(given["quality"]),
        satisfaction=_satisfaction(given.get("satisfaction")),
        fingerprint=hashlib.sha256(text.encode()).hexdigest(),
        basis=_basis(given.get("basis")),
    )
    _require_order(made)
    return made


def drawn_up(text: str, districts: Iterable[Mapping[str, str]]) -> Questionnaire:
    """Return a questionnaire as a survey asks it; ``districts`` as the survey stores them: ``code`` and ``name`` of
    each."""
    options = [Option(district["code"], Bilingual(district["name"], district["name"])) for district in districts]
    return parse(text).within(options)


def pillars() -> tuple[Pillar, ...]:
    """Return the six pillars with their sub-dimensions, in the order of the framework of master plans."""
    return _pillars(data_folder() / "masterplan" / "framework.yaml")


@cache
def _pillars(path: Path) -> tuple[Pillar, ...]:
    given: Mapping[str, Any] = load_yaml(path.read_text(encoding="utf-8"))
    return tuple(
        Pillar(pillar["code"], Bilingual(**pillar["title"]), _options(pillar["parts"]))
        for pillar in given["pillars"]["list"]
    )


def _options(given: Sequence[Mapping[str, Any]]) -> tuple[Option, ...]:
    return tuple(Option(option["code"], Bilingual(**option["title"])) for option in given)


def _field(given: Mapping[str, Any]) -> Field:
    districts = given["options"] == "districts"
    options = (Option(OUTSIDE, Bilingual(**given["outside"])),) if districts else _options(given["options"])
    return Field(given["code"], Bilingual(**given["title"]), options, _required(given), districts)


def _item(given: Mapping[str, Any]) -> Item:
    when = given.get("when")
    return Item(
        code=given["code"],
        kind=ItemKind(given["kind"].strip()),
        title=Bilingual(**given["title"]),
        required=_required(given),
        options=_options(given.get("options", ())),
        when=Condition(when["item"], tuple(when["values"])) if when else None,
        name=Bilingual(**given["name"]) if "name" in given else None,
    )


def _required(given: Mapping[str, Any]) -> bool:
    return given.get("required", "true").strip() != "false"


def _whole(text: str) -> int:
    return int(Decimal(text))


def _quota(given: Mapping[str, str]) -> Quota:
    numbers = {name: _whole(value) for name, value in given.items() if name != "source"}
    return Quota(source=given["source"].strip(), **numbers)


def _quality(given: Mapping[str, Any]) -> Quality:
    weights = {flag: _whole(left) for flag, left in given["weights"].items()}
    return Quality(_whole(given["fastest_seconds"]), _whole(given["straight_from"]), weights, given["source"].strip())


def _basis(given: Mapping[str, Any] | None) -> index.Basis | None:
    if given is None:
        return None
    kind, status = index.Paper(given["kind"].strip()), index.Certainty(given["status"].strip())
    return index.Basis(
        kind, given["number"].strip(), date.fromisoformat(given["dated"].strip()), status, given.get("title")
    )


def _satisfaction(given: Mapping[str, Any] | None) -> Satisfaction | None:
    if given is None:
        return None
    bands = tuple(Band(band["code"], Bilingual(**band["title"]), Decimal(band["from"])) for band in given["bands"])
    return Satisfaction(
        _whole(given["factor"]),
        Decimal(given["printed_weight"]),
        bands,
        given["source"].strip(),
        given.get("law", ""),
        _whole(given["since"]) if "since" in given else None,
    )


def _require_order(made: Questionnaire) -> None:
    """Raise ``ValueError`` for duplicate codes and for conditions on a later question."""
    seen: set[str] = set()
    for item in made.items():
        if item.code in seen:
            raise ValueError(f"the item {item.code} stands twice")
        if item.when is not None and item.when.item not in seen:
            raise ValueError(f"the item {item.code} depends on {item.when.item}, which is not asked before it")
        if item.kind is ItemKind.CHOICE and not item.options:
            raise ValueError(f"the item {item.code} has nothing to choose from")
        seen.add(item.code)
    if made.kind is Kind.SATISFACTION and (made.satisfaction is None or len(made.scale_items) != 9):
        raise ValueError("a satisfaction survey has nine elements and its rule")
