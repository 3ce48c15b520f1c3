"""The framework of master plans as the data folder holds it, read without a database. Sources: data/SOURCES.md."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pilar.masterplan.rules.decisions import Outcome
from pilar.masterplan.rules.demonstration import Demonstration, Facts, Planned, PlanOf, Revision, Written
from pilar.masterplan.rules.framework import Framework, Group, Named, ProgressRules
from pilar.masterplan.rules.regulation import Article, Chapter, Clause, Regulation
from pilar.masterplan.rules.stages import ProposalState
from pilar.masterplan.rules.statements import StatementPart
from pilar.platform.folders import data_folder
from pilar.platform.language import Bilingual


def framework() -> Framework:
    """The framework that holds now."""
    return _read(data_folder() / "masterplan" / "framework.yaml")


@cache
def _read(path: Path) -> Framework:
    given: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
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
    return Group(given["source"], tuple(_named(one) for one in given["list"]))


def _named(given: Mapping[str, Any]) -> Named:
    parts = tuple(_named(one) for one in given.get("parts", ()))
    return Named(given["code"], Bilingual(**given["title"]), parts)


def _levels(given: Mapping[str, Any]) -> range:
    return range(given["levels"]["lowest"], given["levels"]["highest"] + 1)


def demonstration() -> Demonstration:
    """The master plans of the demonstration: what is known of them, and what is made up."""
    path = data_folder() / "masterplan" / "demonstration.yaml"
    given: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    revision = given["revision"]
    return Demonstration(
        region=given["region"],
        facts=_facts(given["facts"]),
        offices=given["offices"],
        programmes=tuple(_planned(one) for one in given["programmes"]),
        revision=Revision(
            drop=tuple(revision["drop"]),
            retarget=tuple(revision["retarget"]),
            move=revision["move"],
            add=tuple(_planned(one) for one in revision["add"]),
        ),
        proposals=tuple(_planned(one) for one in given["proposals"]),
        texts={
            part: tuple(
                Written(one["text"], one.get("key", ""), tuple(one.get("levels", ())))
                for one in given["texts"][part.value]
            )
            for part in StatementPart
        },
    )


def _facts(given: Mapping[str, Any]) -> Facts:
    plan, workshops = given["plan"], given["workshops"]
    return Facts(
        title=plan["title"],
        first_year=plan["first_year"],
        last_year=plan["last_year"],
        decree=plan["decree"],
        decreed_on=plan["decreed_on"],
        source=plan["source"],
        workshops=workshops["count"],
        workshop_opened_on=workshops["opened_on"],
        workshop_source=workshops["source"],
        finalisation_source=given["finalisation"]["source"],
    )


def _planned(given: Mapping[str, Any]) -> Planned:
    title, unit, before, aim = given["indicator"]
    changed: dict[str, Any] = {"indicator": (title, unit, before, aim)}
    if "plans" in given:
        changed["plans"] = frozenset({PlanOf(given["plans"])})
    if "outcome" in given:
        changed["outcome"] = Outcome(given["outcome"])
    if "state" in given:
        changed["state"] = ProposalState(given["state"])
    return Planned(**{**given, **changed})


def regulation() -> Regulation:
    """The wording of a draft regulation."""
    path = data_folder() / "masterplan" / "regulation.yaml"
    given: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    chapters = tuple(
        Chapter(one["title"], tuple(_article(each) for each in one["articles"])) for one in given["chapters"]
    )
    return Regulation(given["source"], tuple(given["considering"]), tuple(given["in_view_of"]), chapters)


def _article(given: Mapping[str, Any]) -> Article:
    if "paragraphs" in given:
        return Article(tuple(_clause(one) for one in given["paragraphs"]), paragraphs=True)
    return Article((_clause(given),), paragraphs=False)


def _clause(given: str | Mapping[str, Any]) -> Clause:
    if isinstance(given, str):
        return Clause(given)
    letters = given.get("letters", ())
    if isinstance(letters, str):
        return Clause(given["text"], brought=letters)
    return Clause(given["text"], tuple(letters), tuple(given.get("numbers", ())))
