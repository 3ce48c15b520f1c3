"""The framework of master plans from the data folder, read without a database. Sources: data/SOURCES.md."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pilar.masterplan.rules.framework import Framework, Group, Named, ProgressRules
from pilar.masterplan.rules.regulation import Article, Chapter, Clause, Regulation
from pilar.platform.folders import data_folder
from pilar.platform.language import Bilingual
from pilar.platform.yaml_files import load_yaml


def framework() -> Framework:
    """Return the present framework."""
    return _read(data_folder() / "masterplan" / "framework.yaml")


@cache
def _read(path: Path) -> Framework:
    given: Mapping[str, Any] = load_yaml(path.read_text(encoding="utf-8"))
    period = given["period"]
    return Framework(
        version=given["version"],
        pillars=_group(given["pillars"]),
        readiness=_group(given["readiness"]),
        readiness_levels=_levels(given["readiness"]),
        criteria=_group(given["criteria"]),
        criteria_levels=_levels(given["criteria"]),
        monitored=_group(given["monitored"]),
        workshops=_group(given["workshops"]),
        fund_words=given["funds"]["words"],
        shortest_period=period["shortest"],
        longest_period=period["longest"],
        progress=ProgressRules(**given["progress"]),
    )


def _group(given: Mapping[str, Any]) -> Group:
    return Group(given["source"], tuple(_named(entry) for entry in given["list"]))


def _named(given: Mapping[str, Any]) -> Named:
    parts = tuple(_named(part) for part in given.get("parts", ()))
    return Named(given["code"], Bilingual(**given["title"]), parts)


def _levels(given: Mapping[str, Any]) -> range:
    return range(given["levels"]["lowest"], given["levels"]["highest"] + 1)


def regulation() -> Regulation:
    """Return the wording of a draft regulation."""
    path = data_folder() / "masterplan" / "regulation.yaml"
    given: Mapping[str, Any] = load_yaml(path.read_text(encoding="utf-8"))
    chapters = tuple(
        Chapter(chapter["title"], tuple(_article(each) for each in chapter["articles"]))
        for chapter in given["chapters"]
    )
    return Regulation(given["source"], tuple(given["considering"]), tuple(given["in_view_of"]), chapters)


def _article(given: Mapping[str, Any]) -> Article:
    if "paragraphs" in given:
        return Article(tuple(_clause(paragraph) for paragraph in given["paragraphs"]), paragraphs=True)
    return Article((_clause(given),), paragraphs=False)


def _clause(given: str | Mapping[str, Any]) -> Clause:
    if isinstance(given, str):
        return Clause(given)
    letters = given.get("letters", ())
    if isinstance(letters, str):
        return Clause(given["text"], brought=letters)
    return Clause(given["text"], tuple(letters), tuple(given.get("numbers", ())))
