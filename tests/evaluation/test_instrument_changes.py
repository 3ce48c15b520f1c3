"""What a version of an instrument changes is told whole: who releases it reads every rule that is another."""

from __future__ import annotations

from django.utils import translation

from evaluation.cycle.foreign import INSTRUMENT
from pilar import index
from pilar.evaluation.rules.instrument_changes import changes, whole
from pilar.platform.imports.changes import Kind

BEFORE = index.parse_instrument(INSTRUMENT)
NEXT = INSTRUMENT.replace('version: "2.0"', 'version: "2.1"', 1)


def told(text: str) -> dict[str, list[tuple[str, str]]]:
    """The changes told for each node that differs, and for the whole (at ``""``): names and values."""
    after = index.parse_instrument(text)
    with translation.override("en"):
        found = {
            one.code: [(value.name, value.said) for value in one.values]
            for one in changes(BEFORE, after)
            if one.kind is not Kind.SAME
        }
        return found | {"": [(value.name, value.said) for value in whole(BEFORE, after) if value.before is not None]}


def test_the_same_under_another_version() -> None:
    assert told(NEXT) == {"": [("Version", "2.0 → 2.1")]}


def test_rules_of_the_whole_are_told_beside_the_version() -> None:
    said = told(NEXT.replace("rounding: half-up", "rounding: half-even").replace("ties: shared", "ties: dense"))
    assert said == {
        "": [("Version", "2.0 → 2.1"), ("Rounding", "half-up → half-even"), ("Equal results", "shared → dense")]
    }


def test_rules_of_a_node_are_told_beside_its_name() -> None:
    text = NEXT.replace("title: {id: Arah, en: Direction}", "title: {id: Arah, en: Course}").replace(
        "      aggregation: weighted-mean\n      missing: require",
        "      aggregation: weighted-mean\n      missing: zero",
    )
    assert told(text)["vision"] == [("Name", "Direction → Course"), ("Where a mark is missing", "require → zero")]


def test_another_source_is_told_by_its_name_in_the_file() -> None:
    text = NEXT.replace("code: reach, title: {id: Jangkauan, en: Reach}, weight: 20, source: https://example.org/daya",
                        "code: reach, title: {id: Jangkauan, en: Reach}, weight: 20, source: assumption")  # fmt: skip
    assert told(text)["reach"] == [("source", "https://example.org/daya → assumption")]


def test_two_bands_of_one_mark_are_both_told() -> None:
    text = NEXT.replace("{from: 44, to: 63, value: 3}", "{from: 44, to: 63, value: 2}")
    said = dict(told(text)["services"])
    assert said["Mark 2"] == "17 – 44 → 17 – 44; 44 – 63"
    assert said["Mark 3"].endswith("→ –")
