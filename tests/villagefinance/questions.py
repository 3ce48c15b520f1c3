"""Questions and photographs as the tests of all operations make them."""

from __future__ import annotations

from typing import Any

from pilar.people.operations import load_retention
from pilar.people.rules import OPERATOR, PUBLIC
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import Proof
from pilar.villagefinance.rules.questions import QuestionState
from villagefinance.world import NOW, YEAR, World


def ask(world: World, by: Any) -> int:
    return do.ask_question(by=by, village=world.village, year=YEAR, activity="2.3.10", text="Kapan?", now=NOW)


def answer(world: World, by: Any) -> None:
    do.answer_question(by=by, village=world.village, number=1, answer="Juni", now=NOW)


def publish(world: World, by: Any) -> None:
    at = {"village": world.village, "number": 1}
    do.decide_question(by=by, **at, to=QuestionState.PUBLISHED, shown="Kapan?", now=NOW)


def asked(world: World) -> None:
    ask(world, PUBLIC)


def answered(world: World) -> None:
    asked(world)
    answer(world, world.who("head"))


def long_ago(world: World) -> None:
    asked(world)
    load_retention(by=OPERATOR)


def show(world: World, by: Any) -> None:
    (picture,) = Proof.objects.filter(**world.of_village, request=1, kind="progress").values_list("evidence", flat=True)
    do.show_photo(by=by, village=world.village, year=YEAR, number=1, evidence=picture, shown=True, nobody=True, now=NOW)
