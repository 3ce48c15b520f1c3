"""Specs in files: what is read, and every fault with its line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from index.composite.specs import SMALL
from index.trees import SMALL as INSTRUMENT
from pilar.index.composite import (
    Aggregation,
    Direction,
    NormalisationMethod,
    SpecFaults,
    TreatmentMethod,
    Years,
    check_spec,
    is_composite,
    parse_spec,
    read_spec,
)
from pilar.index.instrument import MissingRule

EXAMPLE = Path(__file__).parents[3] / "examples" / "composite.yaml"


def test_what_is_read() -> None:
    of = parse_spec(SMALL)
    assert [node.code for node in of.nodes] == ["final", "people", "schools", "poverty", "water"]
    people, schools, poverty = of.by_code["people"], of.by_code["schools"], of.by_code["poverty"]
    assert of.root.combination.aggregation is Aggregation.GEOMETRIC
    assert of.root.combination.missing is MissingRule.REQUIRE
    assert people.combination.aggregation is Aggregation.WEIGHTED
    assert people.combination.minimum_share == Decimal("0.5")
    assert schools.measured.denominator == "population"
    assert poverty.measured.direction is Direction.LOWER
    rule = of.normalisation_of(poverty)
    # The scale of the goalposts is that of the whole index.
    assert (rule.method, rule.lower, rule.upper, rule.minimum) == (NormalisationMethod.GOALPOSTS, 0, 25, 1)
    assert of.imputation_of(of.by_code["water"]).by == "kind"


def test_the_example_is_in_order() -> None:
    of = read_spec(EXAMPLE)
    assert of.years is Years.POOLED
    assert of.treatment.otherwise is TreatmentMethod.LOG_SHIFTED
    assert [rule.method.value for rule in of.alternatives.normalisations] == ["percentile-rank"]
    assert of.alternatives.normalisations[0].minimum == 1


def test_levels_are_inherited_and_overruled() -> None:
    text = SMALL.replace(
        "      weight: 60\n", "      weight: 60\n      aggregation: power-mean\n      power: 2\n      missing: zero\n"
    )
    rule = parse_spec(text).by_code["people"].combination
    assert (rule.aggregation, rule.power) == (Aggregation.POWER, 2)
    assert (rule.missing, rule.minimum_share) == (MissingRule.ZERO, None)


def test_who_says_a_mean_says_its_power() -> None:
    text = SMALL.replace("{aggregation: weighted-mean, missing", "{aggregation: power-mean, power: 2, missing")
    assert parse_spec(text).by_code["people"].combination.power == 2
    text = text.replace("      weight: 60\n", "      weight: 60\n      aggregation: harmonic-mean\n")
    rule = parse_spec(text).by_code["people"].combination
    assert (rule.aggregation, rule.power) == (Aggregation.HARMONIC, None)


def test_the_hash_knows_content_only() -> None:
    first = parse_spec(SMALL).sha256
    assert parse_spec("# a remark\n" + SMALL.replace("weight: 60", "weight: 60.0")).sha256 == first
    assert parse_spec(SMALL.replace("lower: 0", "lower: 1")).sha256 != first


def test_instruments_are_told_apart() -> None:
    assert is_composite(SMALL)
    assert not is_composite(INSTRUMENT)
    assert not is_composite(": [")


def faults(text: str) -> list[tuple[str, str]]:
    return [(fault.code, fault.place) for fault in check_spec(text, "x.yaml")]


def line(text: str, words: str) -> int:
    return next(number for number, one in enumerate(text.splitlines(), 1) if words in one)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("composite-1", "1", "format"),
        ("weight: 60", "weight: 61", "weights-sum"),
        ("weight: 60", "weight: -60", "negative-weight"),
        ("weight: 60", "note: {id: a, en: b}", "weights-partly"),
        ("denominator: population", "denominator: area", "unknown-denominator"),
        ("by: kind", "by: island", "unknown-group"),
        ("by: kind", "by: kind, upper: 3", "unknown-key"),
        ("lower: 0, upper: 25", "lower: 25, upper: 0", "goalposts-order"),
        ("lower: 0, upper: 25", "lower: 0", "goalposts"),
        ("minimum: 1, maximum: 10", "minimum: 10, maximum: 1", "scale"),
        ("method: min-max", "method: z-score", "method-key"),
        ("method: min-max", "method: minmax", "choice"),
        ("missing: require", "missing: require, minimum_share: 0.5", "minimum-share"),
        ("geometric-mean", "power-mean", "power"),
        ("[population]", "[population, schools]", "code-twice"),
        ("[population]", "[Population]", "code"),
        ("groups: [kind]", "groups: [kind]\nyears: fixed", "base-year"),
        ("groups: [kind]", "groups: [kind]\nuncertainty: {weights: 100}", "weights-range"),
        (
            "groups: [kind]",
            "groups: [kind]\ntreatment: {method: winsorise, otherwise: winsorise}",
            "treatment-otherwise",
        ),
        ("groups: [kind]", "groups: [kind]\ntreatment: {method: log, skewness: 2}", "method-key"),
        ("title: {id: Akhir, en: Final}", "title: {id: Akhir, en: Final}\n  weights: equal", "weights-written"),
        ("title: {id: Akhir, en: Final}", "title: {id: Akhir}", "missing-key"),
        ("code: final", "code: root", "root"),
        ("direction: higher, denominator", "direction: up, denominator", "choice"),
        (
            "      indicator: {direction: higher, imp",
            "      aggregation: copeland\n      indicator: {direction: higher, imp",
            "leaf-key",
        ),
        ("    - code: people", "    - indicator: {direction: higher}\n      code: people", "parent-key"),
    ],
)
def test_one_fault(old: str, new: str, code: str) -> None:
    assert old in SMALL
    found = check_spec(SMALL.replace(old, new, 1), "x.yaml")
    assert code in [fault.code for fault in found]
    assert all("line" in fault.place for fault in found)
    assert all(fault.text() for fault in found)


def test_zero_needs_a_lowest_score() -> None:
    zero = SMALL.replace("missing: require", "missing: zero")
    assert faults(zero) == []
    nothing = zero.replace("{method: min-max, minimum: 1, maximum: 10}", "{method: z-score}")
    assert ("no-floor", f"x.yaml, line {line(nothing, 'tree') + 1}, final") in faults(nothing)
    nought = zero.replace("minimum: 1,", "minimum: 0,")
    assert [code for code, _ in faults(nought)] == ["zero-rule"]


def test_many_faults_at_once_each_in_its_line() -> None:
    text = SMALL.replace("weight: 60", "weight: 50").replace("[kind]", "[kind, kind]").replace("upper: 25", "upper: -1")
    assert faults(text) == [
        ("code-twice", f"x.yaml, line {line(text, 'groups')}"),
        ("weights-sum", f"x.yaml, line {line(text, 'children')}, final"),
        ("goalposts-order", f"x.yaml, line {line(text, '- code: poverty') + 2}, final/people/poverty"),
    ]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SpecFaults) as refused:
        read_spec(tmp_path / "none.yaml")
    assert refused.value.faults[0].code == "unreadable"
    with pytest.raises(SpecFaults):
        parse_spec("a: [")
