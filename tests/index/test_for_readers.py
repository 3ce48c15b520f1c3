"""Explanations of an instrument for those who answer and mark, and its legal basis: no score depends on them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from index.trees import SMALL
from pilar import index

TEXTS = """\
      question: {id: Apakah perdanya terbit?, en: Is the regulation out?}
      guidance: {id: Sebut nomornya., en: Name its number.}
      examples: {id: Perda 3/2024, en: Regulation 3/2024}
      descriptors:
        - {value: 0, id: Belum ada, en: None yet}
        - {value: 2, id: Terbit, en: Out}
"""
BASIS = """\
basis:
  kind: decree
  number: KM 12 Tahun 2026
  dated: 2026-03-31
  status: official
  title: {id: Pedoman, en: Guideline}
"""
TOLD = SMALL.replace("      mark: whole\n", f"      mark: whole\n{TEXTS}", 1).replace(
    "scale: {", f"{BASIS}scale: {{", 1
)
ANSWERS = {"policy": 2, "poverty": 3, "programmes": 60, "survey": Decimal("3.2")}


def codes(text: str) -> list[str]:
    return [fault.code for fault in index.check_instrument(text)]


def test_texts_and_the_paper_are_read_and_written() -> None:
    found = index.parse_instrument(TOLD)
    policy = found.node("policy")
    assert policy.question == {"id": "Apakah perdanya terbit?", "en": "Is the regulation out?"}
    assert policy.guidance == {"id": "Sebut nomornya.", "en": "Name its number."}
    assert policy.examples == {"id": "Perda 3/2024", "en": "Regulation 3/2024"}
    assert [(one.value, one.text["en"]) for one in policy.descriptors] == [(0, "None yet"), (2, "Out")]
    assert found.basis == index.Basis(
        index.Paper.DECREE, "KM 12 Tahun 2026", date(2026, 3, 31), index.Certainty.OFFICIAL,
        {"id": "Pedoman", "en": "Guideline"},
    )  # fmt: skip
    again = index.parse_instrument(index.instrument_text(found))
    assert index.compare(found, again) == ()
    assert again.sha256 == found.sha256


def test_no_score_depends_on_them_and_the_hash_does() -> None:
    told, plain = index.parse_instrument(TOLD), index.parse_instrument(SMALL)
    assert index.score(told, ANSWERS).final == index.score(plain, ANSWERS).final
    assert told.sha256 != plain.sha256
    assert {one.what for one in index.compare(plain, told)} >= {"basis.number", "question.id", "descriptors.2.value"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{value: 2, id: Terbit", "{value: 3, id: Terbit", "no-such-mark"),
        ("{value: 2, id: Terbit", "{value: 0, id: Terbit", "repeated-key"),
        (", en: Out}", "}", "missing-key"),
        ("kind: decree", "kind: rumour", "choice"),
        ("status: official", "status: certain", "choice"),
        ("dated: 2026-03-31", "dated: 31 Maret 2026", "day"),
        ("  number: KM 12 Tahun 2026\n", "", "missing-key"),
        ("KM 12 Tahun 2026", "K" * 201, "too-long"),
    ],
)
def test_what_cannot_be_said(old: str, new: str, code: str) -> None:
    assert codes(TOLD.replace(old, new, 1)) == [code]


def test_only_an_indicator_has_descriptors_and_only_of_marks_that_it_can_get() -> None:
    branch = SMALL.replace(
        "      missing: require", "      missing: require\n      descriptors: [{value: 1, id: a, en: b}]"
    )
    assert codes(branch) == ["parent-key"]
    survey = SMALL.replace(
        "          evidence: {", "          descriptors: [{value: 1, id: a, en: b}]\n          evidence: {"
    )
    assert codes(survey) == ["no-such-mark"]
    band = SMALL.replace(
        "      mark:\n        kind: band",
        "      descriptors: [{value: 4, id: a, en: b}]\n      mark:\n        kind: band",
    )
    assert codes(band) == []
