"""What an indicator takes, what answers come to, what the readiness panel says. No database."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from evaluation.cycle.world import INSTRUMENT, LEAVES
from pilar import index
from pilar.evaluation.rules.answer_sheets import Known, Outcome, SheetAnswer, fingerprint, judge
from pilar.evaluation.rules.answers import (
    NOTHING,
    NUMBERS,
    Given,
    changes,
    derived_mark,
    estimate,
    faults_of,
    leaves_below,
    progress,
    read_given,
    trimmed,
)
from pilar.evaluation.rules.readiness import Attached, Severity, readiness
from pilar.platform.reading import Notation

TREE = index.parse_instrument(INSTRUMENT)
FULL = {
    "policy": Given(mark=Decimal(3), explanation="Perbup"),
    "budget": Given(mark=Decimal(2), explanation="DPA"),
    "programmes": Given(realised=Decimal(9), planned=Decimal(10), source="Laporan", explanation="Ada"),
    "poverty": Given(quantity=Decimal("6.93"), source="BPS", explanation="Ada"),
    "survey": Given(mark=Decimal("3.4"), source="Survei", explanation="Ada"),
}


@pytest.mark.parametrize(
    ("node", "cells", "given"),
    [
        ("policy", {"mark": "3"}, Given(mark=Decimal(3))),
        ("policy", {"mark": Decimal("3.0")}, Given(mark=Decimal(3))),
        ("policy", {"mark": " – "}, NOTHING),
        ("policy", {"mark": "", "quantity": "-"}, NOTHING),
        ("poverty", {"quantity": "6,93", "source": 2025}, Given(quantity=Decimal("6.93"), source="2025")),
        ("programmes", {"realised": "0", "planned": "10,0"}, Given(realised=Decimal(0), planned=Decimal(10))),
        ("survey", {"not_applicable": "Ya"}, Given(not_applicable=True)),
        ("survey", {"not_applicable": True}, Given(not_applicable=True)),
        ("survey", {"not_applicable": "tidak"}, NOTHING),
        ("policy", {"explanation": "  a \r\n\r\n b\t\r"}, Given(explanation="a\n\n b")),
    ],
)
def test_what_is_typed_is_read(node: str, cells: dict[str, Any], given: Given) -> None:
    reading = read_given(TREE.node(node), cells, dict.fromkeys(NUMBERS, Notation.COMMA))
    assert (reading.given, reading.faults) == (given, ())


@pytest.mark.parametrize(
    ("node", "cells", "code"),
    [
        ("policy", {"mark": "tiga"}, "not-a-number"),
        ("policy", {"mark": True}, "not-a-number"),
        ("policy", {"mark": "9/10"}, "not-a-number"),
        ("policy", {"quantity": "1"}, "not-of-this-kind"),
        ("programmes", {"mark": "4"}, "not-of-this-kind"),
        ("poverty", {"quantity": "1.234.567,5"}, "grouped-number"),
        ("poverty", {"quantity": "0,1234567"}, "too-many-decimals"),
        ("poverty", {"quantity": Decimal(10**12)}, "number-too-large"),
        ("survey", {"not_applicable": "mungkin"}, "not-yes"),
        ("policy", {"explanation": "x" * 10_001}, "long-text"),
        ("policy", {"explanation": "a\x00b"}, "unfit-text"),
    ],
)
def test_what_is_typed_wrongly_is_told_at_its_field(node: str, cells: dict[str, Any], code: str) -> None:
    reading = read_given(TREE.node(node), cells)
    assert [fault.code for fault in reading.faults] == [code]
    assert reading.faults[0].place in cells
    assert "%(" not in reading.faults[0].text()


def test_an_answer_that_fits_has_no_faults() -> None:
    assert all(not faults_of(TREE, TREE.node(node), given) for node, given in FULL.items())
    assert all(not faults_of(TREE, leaf, NOTHING) for leaf in TREE.leaves)


def test_marks_are_derived() -> None:
    marks = {node: derived_mark(TREE, TREE.node(node), given) for node, given in FULL.items()}
    assert marks == {"policy": 3, "budget": 2, "programmes": 4, "poverty": 2, "survey": Decimal("3.4")}
    assert derived_mark(TREE, TREE.node("survey"), Given(not_applicable=True)) is None
    assert derived_mark(TREE, TREE.node("poverty"), Given(quantity=Decimal(-1))) is None


def test_the_estimate_of_a_full_form_is_its_score() -> None:
    # 0.4·(3+2)/2 + 0.6·(4+2+3.4)/3 = 1 + 1.88
    found = estimate(TREE, FULL)
    assert (found.final, found.lowest, found.highest) == (Decimal("2.88"),) * 3
    assert found.published("output") == Decimal("2.50")


def test_not_applicable_leaves_the_rest_to_count() -> None:
    # 0.4·2.5 + 0.6·(4+2)/2
    found = estimate(TREE, {**FULL, "survey": Given(not_applicable=True)})
    assert (found.final, found.lowest, found.highest) == (Decimal("2.80"),) * 3


def test_bounds_take_what_each_open_indicator_can_get() -> None:
    found = estimate(TREE, {})
    # A ratio gets 1 at least, a band 1, a survey 1; a level 0.
    assert (found.final, found.lowest, found.highest) == (None, Decimal("0.60"), Decimal("4.00"))


marks = st.fixed_dictionaries(
    {},
    optional={
        "policy": st.builds(Given, mark=st.integers(0, 4).map(Decimal)),
        "budget": st.builds(Given, mark=st.integers(0, 4).map(Decimal)),
        "programmes": st.builds(Given, realised=st.integers(0, 30).map(Decimal), planned=st.just(Decimal(20))),
        "poverty": st.builds(Given, quantity=st.decimals(0, 100, places=2)),
        "survey": st.builds(Given, mark=st.decimals(1, 4, places=2)) | st.just(Given(not_applicable=True)),
    },
)


@for_all(answers=marks)
def test_the_final_lies_within_its_bounds_and_bounds_shrink(answers: dict[str, Given]) -> None:
    wide, narrow = estimate(TREE, {}), estimate(TREE, answers)
    assert narrow.lowest is not None
    assert narrow.highest is not None
    assert narrow.lowest <= narrow.highest
    assert wide.highest is not None
    assert narrow.highest <= wide.highest
    if narrow.final is not None and len(answers) == len(LEAVES):
        assert narrow.lowest == narrow.final == narrow.highest


def test_progress_counts_up_the_tree() -> None:
    found = progress(TREE, ["policy", "survey", "unknown"])
    counted = {code: (one.answered, one.total) for code, one in found.items()}
    assert counted["final"] == (2, 5)
    assert counted["output"] == (1, 2)
    assert (found["final"].percent, found["survey"].percent, found["budget"].percent) == (40, 100, 0)
    assert [leaf.code for leaf in leaves_below(TREE, "outcome")] == ["programmes", "poverty", "survey"]


def test_changes_name_what_differs() -> None:
    before, after = FULL["programmes"], replace(FULL["programmes"], realised=Decimal("8.50"), source="")
    assert [(one.field, one.before, one.after) for one in changes(before, after)] == [
        ("realised", "9", "8.5"),
        ("source", "Laporan", ""),
    ]


@for_all(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_trimming_keeps_the_value(value: Decimal) -> None:
    found = trimmed(value)
    assert found == value
    assert not str(found).endswith(("0",)) or "." not in f"{found:f}"


# A row of a form


def test_the_same_content_is_unchanged_whatever_its_version() -> None:
    known = Known(FULL["policy"], 7)
    assert judge(TREE, SheetAnswer("policy", FULL["policy"], 1), known).outcome is Outcome.UNCHANGED
    assert judge(TREE, SheetAnswer("policy", NOTHING, 7), known).outcome is Outcome.CHANGED
    untouched = SheetAnswer("policy", NOTHING, 1, exported=fingerprint(NOTHING))
    assert judge(TREE, untouched, known).outcome is Outcome.UNCHANGED


def test_what_attaching_evidence_made_stands_in_nobodys_way() -> None:
    answer = SheetAnswer("policy", FULL["policy"], 0)
    assert judge(TREE, answer, Known(NOTHING, 1)).outcome is Outcome.CHANGED
    assert judge(TREE, answer, Known(NOTHING, 2)).outcome is Outcome.REFUSED


# Ready to submit?


def codes(
    answers: dict[str, Given], attached: dict[str, Attached] | None = None, previous: dict[str, Decimal] | None = None
) -> set[tuple[str, str, str]]:
    evidence = {node: Attached(pieces=1) for node in LEAVES} | (attached or {})
    found = readiness(TREE, answers, evidence, previous or {})
    return {(one.severity.value, one.node, one.fault.code) for one in found.remarks}


def test_a_whole_form_has_nothing_to_remark() -> None:
    assert codes(FULL) == set()
    assert readiness(TREE, FULL, {}, {}).is_ready


@pytest.mark.parametrize(
    ("node", "given", "attached", "remark"),
    [
        ("policy", NOTHING, Attached(), ("error", "unanswered")),
        ("policy", Given(explanation="Menyusul"), Attached(1), ("error", "unanswered")),
        ("survey", Given(not_applicable=True), Attached(), ("error", "no-reason")),
        ("policy", Given(mark=Decimal(9), explanation="x"), Attached(1), ("error", "out-of-scale")),
        ("policy", FULL["policy"], Attached(), ("warning", "no-evidence")),
        ("policy", FULL["policy"], Attached(2, unverified=1), ("warning", "unverified")),
        ("policy", FULL["policy"], Attached(1, returned=1), ("warning", "returned")),
        ("policy", FULL["policy"], Attached(1, infected=1), ("warning", "infected")),
        ("poverty", replace(FULL["poverty"], source=""), Attached(1), ("warning", "no-source")),
        ("policy", replace(FULL["policy"], explanation=""), Attached(1), ("hint", "no-explanation")),
    ],
)
def test_each_remark(node: str, given: Given, attached: Attached, remark: tuple[str, str]) -> None:
    assert codes({**FULL, node: given}, {node: attached}) == {(remark[0], node, remark[1])}


def test_no_evidence_is_no_matter_where_there_is_no_mark() -> None:
    assert codes({**FULL, "policy": Given(mark=Decimal(0), explanation="Belum ada")}, {"policy": Attached()}) == set()
    absent = Given(not_applicable=True, explanation="Tidak ada survei")
    assert codes({**FULL, "survey": absent}, {"survey": Attached()}) == set()


@pytest.mark.parametrize(("before", "jumped"), [(1, True), (2, False), (4, False), (5, True)])
def test_a_big_jump_is_pointed_out(before: int, jumped: bool) -> None:
    expected = {("hint", "policy", "big-jump")} if jumped else set()
    assert codes(FULL, previous={"policy": Decimal(before)}) == expected


def test_errors_block_and_warnings_do_not() -> None:
    found = readiness(TREE, FULL, {}, {})
    assert found.is_ready
    assert len(found.of(Severity.WARNING)) == 5
    assert not readiness(TREE, {}, {}, {}).is_ready
    assert all(one.text for one in found.remarks)
