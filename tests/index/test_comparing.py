from __future__ import annotations

from index.trees import SMALL, five_dimensions
from pilar import index
from pilar.index import Difference


def changes(old: str, new: str) -> tuple[Difference, ...]:
    assert old in SMALL
    return index.compare(index.parse_instrument(SMALL), index.parse_instrument(SMALL.replace(old, new, 1)))


def test_nothing_changed() -> None:
    assert index.compare(five_dimensions(), five_dimensions()) == ()
    assert changes("code: small\n", "code:  small\n") == ()


def test_weights() -> None:
    assert index.compare(five_dimensions(), five_dimensions((10, 20, 30, 30, 10))) == (
        Difference("final/impact", "weight", "20", "30"),
        Difference("final/quick_win", "weight", "20", "10"),
    )


def test_settings_rules_and_marks() -> None:
    assert changes("half-up", "half-even") == (Difference("", "rounding", "half-up", "half-even"),)
    assert changes("from: 2,", "from: 2.5,") == (Difference("", "predicates.2.threshold", "2", "2.5"),)
    assert changes("  minimum_share: 0.25\n", "") == (Difference("final", "minimum_share", "0.25", ""),)
    assert changes("{from: 50, value: 4}", "{from: 50, value: 3}") == (
        Difference("final/people/programmes", "mark.bands.2.value", "4", "3"),
    )
    assert changes("minimum: 1, maximum: 4}", "minimum: 1, maximum: 3}") == (
        Difference("final/people/survey", "mark.maximum", "4", "3"),
    )


def test_nodes_added_renamed_and_moved() -> None:
    assert changes("code: survey", "code: poll") == (
        Difference("final/people/survey", "node", "survey", ""),
        Difference("final/people/poll", "node", "", "poll"),
    )
    start = SMALL.index("    - code: policy")
    end = SMALL.index("    - code: poverty")
    moved = (
        SMALL[start:end]
        .replace("      weight: 40\n", "")
        .replace("\n      ", "\n          ")
        .replace("    - ", "        - ")
    )
    text = (SMALL[:start] + SMALL[end:]).replace("weight: 30", "weight: 50") + moved
    found = index.compare(index.parse_instrument(SMALL), index.parse_instrument(text))
    assert Difference("final/policy", "parent", "final", "people") in found
    assert Difference("final/policy", "weight", "40", "") in found
