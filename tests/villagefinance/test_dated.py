"""Dated facts: which version holds where and when, and what a badly formed file is refused with."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.areas.reference import working_days
from pilar.platform.errors import Faults
from pilar.platform.folders import data_folder
from pilar.villagefinance import reference
from pilar.villagefinance.rules.dated import ASSUMPTION, NoRule, Origin, in_force, the_one

DAY = date(2026, 6, 1)


@dataclass(frozen=True)
class Fact:
    origin: Origin


def fact(version: int, since: str, until: str | None = None, area: str = "", rule: str = "rate") -> Fact:
    last = date.fromisoformat(until) if until else None
    return Fact(Origin(rule, version, "law", "page", date.fromisoformat(since), last, area))


FACTS = [
    fact(1, "2020-01-01", "2025-12-31"),
    fact(2, "2026-01-01"),
    fact(1, "2021-01-01", area="36"),
    fact(1, "2022-01-01", "2022-12-31", area="36.03"),
    fact(1, "2024-01-01", rule="other"),
]


@pytest.mark.parametrize(("region", "day", "found"), [
    ("32.01", "2019-12-31", []),
    ("32.01", "2020-01-01", [("rate", 1, "")]),
    ("32.01", "2025-12-31", [("rate", 1, ""), ("other", 1, "")]),
    ("32.01", "2026-01-01", [("rate", 2, ""), ("other", 1, "")]),
    ("36.03", "2020-12-31", [("rate", 1, "")]),
    ("36.03", "2022-12-31", [("rate", 1, "36.03")]),
    ("36.03", "2026-01-01", [("rate", 1, "36"), ("other", 1, "")]),
    ("36.04", "2022-06-01", [("rate", 1, "36")]),
])  # fmt: skip
def test_what_holds(region: str, day: str, found: list[tuple[str, int, str]]) -> None:
    held = in_force(FACTS, day=date.fromisoformat(day), region=region)
    assert [(one.origin.rule, one.origin.version, one.origin.area) for one in held] == found


def test_a_rule_that_nobody_knows() -> None:
    with pytest.raises(NoRule) as refused:
        the_one(FACTS, rule="rate", day=date(2019, 1, 1), region="36.03")
    assert refused.value.text().startswith("Ketentuan “rate” yang berlaku pada 1 Januari 2019 tidak diketahui")
    assert the_one(FACTS, rule="other", day=DAY, region="36.03") is FACTS[4]


def test_what_is_assumed() -> None:
    origin = FACTS[0].origin
    assert not origin.is_assumption
    assert Origin("a", 1, "law", ASSUMPTION, DAY).is_assumption
    assert Origin("a", 1, "law", "page", DAY, assumed=("since",)).is_assumption


@given(st.dates(date(2018, 5, 8), date(2030, 12, 31)))
def test_of_each_rule_one_version_holds(day: date) -> None:
    held = in_force(FACTS, day=day, region="36.03")
    assert len({one.origin.rule for one in held}) == len(held)
    assert all(one.origin.holds(day, "36.03") for one in held)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data, to break."""
    shutil.copytree(data_folder() / "villagefinance", tmp_path / "villagefinance")
    monkeypatch.setenv("PILAR_DATA", str(tmp_path))
    return tmp_path / "villagefinance"


def read_budget() -> object:
    return reference.budget_rules(region="36.03", day=DAY)


def read_taxes() -> object:
    return reference.tax_rules(region="36.03", day=DAY)


def read_clocks() -> object:
    return reference.clock_rules(region="36.03", day=DAY)


def read_stages() -> object:
    return reference.stage_plans(region="36.03", day=DAY)


BROKEN: list[tuple[str, str, str, Callable[[], object], list[tuple[str, str]]]] = [
    ("ceilings.yaml", "most: 0.3", "most: 1.3", read_budget, [("unfit-value", "ceilings.yaml, operational_share 1")]),
    ("ceilings.yaml", "    most: 0.3\n", "", read_budget, [("no-key", "ceilings.yaml, operational_share 1")]),
    ("ceilings.yaml", "most: 0.3", "moist: 0.3", read_budget, [
        ("no-key", "ceilings.yaml, operational_share 1"), ("unknown-key", "ceilings.yaml, operational_share 1"),
    ]),
    ("ceilings.yaml", "[1.1.01, 1.1.02,", "[1.1.01, 1.1.77,", read_budget, [
        ("unfit-value", "ceilings.yaml, operational_share 1"),
    ]),
    ("ceilings.yaml", "head: 2426640", "head: much", read_budget, [("unfit-value", "ceilings.yaml, fixed_income 1")]),
    ("ceilings.yaml", "head: 2426640", "head: -1", read_budget, [("unfit-value", "ceilings.yaml, fixed_income 1")]),
    ("ceilings.yaml", "head: 2426640", "head: 0.001", read_budget, [("unfit-value", "ceilings.yaml, fixed_income 1")]),
    ("ceilings.yaml", "not_from: [DDS]", "not_from: DDS", read_budget, [
        ("unfit-value", "ceilings.yaml, fixed_income 1"),
    ]),
    ("ceilings.yaml", "not_from: [DDS]", "not_from: [XYZ]", read_budget, [
        ("unfit-value", "ceilings.yaml, fixed_income 1"),
    ]),
    ("ceilings.yaml", "until: 2019-12-31", "until: 2020-01-01", read_budget, [
        ("versions-overlap", "ceilings.yaml, operational_share"),
    ]),
    ("ceilings.yaml", "version: 2", "version: 1", read_budget, [
        ("versions-overlap", "ceilings.yaml, operational_share"),
    ]),
    ("ceilings.yaml", "since: 2020-01-01\n    most", "since: 01-01-2020\n    most", read_budget, [
        ("unfit-value", "ceilings.yaml, operational_share 2"),
    ]),
    ("ceilings.yaml", "version: 1\n    law: PP 43", "version: -1\n    law: PP 43", read_budget, [
        ("unfit-value", "ceilings.yaml, operational_share 1"),
    ]),
    ("ceilings.yaml", "\nforms:", "\nforms: :\n -", read_budget, [("no-yaml", "ceilings.yaml")]),
    ("ceilings.yaml", "\nforms:", "\nfroms:", read_budget, [("no-group", "ceilings.yaml")]),
    ("ceilings.yaml", "\nforms:\n", "\nforms:\n  - text\n", read_budget, [("no-entry", "ceilings.yaml, forms 1")]),
    ("earmarks.yaml", "fund: DDS\n    activities: [\"5.3\"]", "fund: \"\"\n    activities: [\"5.3\"]", read_budget, [
        ("unfit-value", "earmarks.yaml, earmarks 1"),
    ]),
    ("earmarks.yaml", "outside: true", "outside: perhaps", read_budget, [("unfit-value", "earmarks.yaml, earmarks 4")]),
    ("earmarks.yaml", "{id: Tunjangan BPD,", "{in: Tunjangan BPD,", read_budget, [
        ("unfit-value", "earmarks.yaml, required 3"),
    ]),
    ("taxes.yaml", "kind: pph22\n", "kind: \" \"\n", read_taxes, [("unfit-value", "taxes.yaml, taxes 2")]),
    ("taxes.yaml", "of: 11/12", "of: 12/11", read_taxes, [("unfit-value", "taxes.yaml, taxes 1")]),
    ("taxes.yaml", "of: 11/12", "of: 1/0", read_taxes, [("unfit-value", "taxes.yaml, taxes 1")]),
    ("taxes.yaml", "payments: [land_rent]", "payments: [sea_rent]", read_taxes, [
        ("unfit-value", "taxes.yaml, taxes 10"),
    ]),
    ("taxes.yaml", "      - {rate: 0.09}\n", "", read_taxes, [("unfit-brackets", "taxes.yaml, taxes 13")]),
    ("taxes.yaml", "{up_to: 5400000,", "{up_to: 5650000,", read_taxes, [("unfit-brackets", "taxes.yaml, taxes 13")]),
    ("taxes.yaml", "{up_to: 5650000, rate", "{up_to: 5650000, fate", read_taxes, [
        ("no-key", "taxes.yaml, taxes 13, brackets 2"), ("unknown-key", "taxes.yaml, taxes 13, brackets 2"),
    ]),
    ("taxes.yaml", "day: 15", "day: 30", read_taxes, [("unfit-value", "taxes.yaml, kinds 1")]),
    ("taxes.yaml", "round_to: 1\n", "round_to: 0\n", read_taxes, [("unfit-value", "taxes.yaml, kinds 1")]),
    ("clocks.yaml", "days: 3", "days: 0", read_clocks, [("unfit-value", "clocks.yaml, clocks 2")]),
    ("clocks.yaml", "    days: 3\n", "", read_clocks, [("unfit-clock", "clocks.yaml, clocks 2")]),
    ("clocks.yaml", "days: 3", "days: 3\n    working_days: 3", read_clocks, [
        ("unfit-clock", "clocks.yaml, clocks 2"), ("unknown-key", "clocks.yaml, clocks 2"),
        ("unknown-key", "clocks.yaml, clocks 2"),
    ]),
    ("clocks.yaml", "on: 10-31", "on: 10-32", read_clocks, [("unfit-value", "clocks.yaml, clocks 1")]),
    ("clocks.yaml", "month_day: 10", "month_day: 32", read_clocks, [("unfit-value", "clocks.yaml, clocks 9")]),
    ("stages.yaml", "share: 0.4, until", "share: 0.5, until", read_stages, [("unfit-shares", "stages.yaml, stages 1")]),
    ("stages.yaml", "needs: [budget]}", "needs: [luck]}", read_stages, [
        ("unfit-value", "stages.yaml, stages 1, list 1"),
    ]),
    ("stages.yaml", "    list:\n", "    rest:\n", read_stages, [
        ("no-key", "stages.yaml, stages 1"), ("unknown-key", "stages.yaml, stages 1"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "good", "bad", "read", "found"), BROKEN)
def test_what_is_refused(
    folder: Path, file: str, good: str, bad: str, read: Callable[[], object], found: list[tuple[str, str]]
) -> None:
    content = (folder / file).read_text(encoding="utf-8")
    assert good in content
    (folder / file).write_text(content.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(Faults) as refused:
        read()
    assert [(one.code, one.place) for one in refused.value.faults] == found
    assert all("%(" not in one.text() for one in refused.value.faults)


def test_a_rule_of_form_that_is_missing(folder: Path) -> None:
    path = folder / "ceilings.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("rule: balanced", "rule: balancing"), encoding="utf-8")
    with pytest.raises(NoRule) as refused:
        read_budget()
    assert refused.value.fields["rule"] == "balanced"


def test_every_fact_says_who_says_so() -> None:
    rules = reference.budget_rules(region="36.03", day=DAY)
    taxes = reference.tax_rules(region="36.03", day=DAY)
    facts = [*rules.forms.values(), rules.share, rules.income, *rules.earmarks, *rules.required, rules.changes,
             rules.before_enactment, rules.execution, *taxes.kinds.values(), *taxes.taxes,
             *reference.clock_rules(region="36.03", day=DAY).values(),
             *reference.stage_plans(region="36.03", day=DAY),
             *reference.flag_rules(region="36.03", day=DAY, calendar=working_days("36.03")).rules]  # fmt: skip
    assert all(one.origin.source == ASSUMPTION or one.origin.source.startswith("http") for one in facts)
    assert all(one.origin.law for one in facts)
    # Names of the law are Indonesian for every reader.
    english = {"and", "of", "annex", "category", "article"}
    assert not [one.origin.law for one in facts if english & {*one.origin.law.lower().replace(",", " ").split()}]


def test_a_region_may_say_otherwise(folder: Path) -> None:
    path = folder / "ceilings.yaml"
    own = """
  - {version: 1, law: Perbup, source: assumption, since: 2026-01-01, area: "36.03",
     most: 0.25, activities: [1.1.01], land: []}
"""
    text = path.read_text(encoding="utf-8").replace("\n# Least fixed income", own + "\n# Least fixed income", 1)
    path.write_text(text, encoding="utf-8")
    assert str(reference.operational_share(region="36.03", day=DAY).most) == "0.25"
    assert str(reference.operational_share(region="36.03", day=DAY - timedelta(days=365)).most) == "0.3"
    assert str(reference.operational_share(region="32.01", day=DAY).most) == "0.3"
