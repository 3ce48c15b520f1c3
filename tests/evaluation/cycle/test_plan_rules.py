"""What figures a plan gives an instrument: counted, suggested, left out. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from people.team import NOW
from pilar.evaluation import reference
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.plan_counting import figures_of
from pilar.evaluation.rules.plan_figures import (
    Beside,
    Figure,
    FollowedUp,
    Law,
    PlanYear,
    Programme,
    Taken,
    kept,
    read,
    taken,
)
from pilar.evaluation.rules.plan_words import origin, said, source_text
from pilar.masterplan.rules.stages import LegalForm

PIECE, DECREE = UUID(int=1), UUID(int=3)
SERVICE, POLICY = "governance_public_service", "governance_public_policy"
PROGRAMMES = (
    Programme("P001", "Surat desa", SERVICE, counted=True, evidence=(PIECE,)),
    Programme("P002", "Antrean", SERVICE, counted=False),
    Programme("P003", "Izin", POLICY, counted=True, evidence=(PIECE, UUID(int=2))),
)
PLAN = PlanYear(
    title="Rencana induk", version=7, number=2, law=Law(LegalForm.REGENT, "7 Tahun 2020", PIECE),
    reported="2024-Q3", held_to="2024-Q3",
    programmes=PROGRAMMES, bodies=(("council", "100 Tahun 2020", DECREE), ("team", "", None)),
    budgets={"apbd": Decimal(750), "csr": Decimal(20), "other": Decimal(1)},
    quick_wins=((PROGRAMMES[0], frozenset({"benefit"})), (PROGRAMMES[2], frozenset({"benefit", "risk"}))),
    marks={"benefit": Fraction(7, 2), "risk": Fraction(0), "uniqueness": None},
)  # fmt: skip
RULES, INSTRUMENT = reference.plan_figures(), reference.instrument("smart-city-2024")
FOUND = figures_of(RULES, INSTRUMENT, PLAN, FollowedUp(4, 1))


@pytest.mark.parametrize(
    ("node", "values"),
    [
        ("outcome_governance_public_service", (1, 2, "", "")),
        ("outcome_living_health", (0, 0, "", "")),
        ("baseline_realisation", (2, 3, "", "3")),
        ("baseline_legal_basis", (3, 3, "regent 7 Tahun 2020", "4")),
        ("output_policy_regulation", (3, 3, "regent 7 Tahun 2020", "4")),
        ("baseline_follow_up", (1, 4, "", "1")),
        ("output_institutions_council", (1, 2, "", "2")),
        ("output_budget_regional", (None, None, "750", "")),
        ("output_budget_other", (None, None, "21", "")),
        ("quick_win_benefit", (None, 2, "3.50", "4")),
        ("quick_win_risk", (None, 1, "0.00", "0")),
    ],
)
def test_a_figure_says_what_the_plan_says(node: str, values: tuple[object, ...]) -> None:
    assert FOUND[node].counted.values == values


def test_what_the_plan_does_not_say_is_left_out() -> None:
    assert FOUND["output_institutions_council"].evidence == (DECREE,)
    assert not {"output_institutions_forum", "quick_win_uniqueness", "quick_win_attraction"} & FOUND.keys()
    assert not FOUND["outcome_living_health"].can_be_taken
    assert figures_of(RULES, INSTRUMENT, None, None) == {}
    assert figures_of(RULES, INSTRUMENT, None, FollowedUp(0, 0)) == {}
    bare = replace(PLAN, programmes=(), bodies=(), quick_wins=(), marks={}, law=None)
    found = figures_of(RULES, INSTRUMENT, bare, None)
    assert not {"baseline_realisation", "output_institutions_council"} & found.keys()
    assert found["baseline_legal_basis"].counted.values == (1, 3, "", "2")


def test_evidence_is_that_of_the_programmes_each_once() -> None:
    assert FOUND["outcome_governance_public_service"].evidence == (PIECE,)
    assert FOUND["quick_win_benefit"].evidence == (PIECE, UUID(int=2))
    assert FOUND["output_policy_regulation"].evidence == (PIECE,)
    assert FOUND["baseline_realisation"].evidence == ()


def test_a_figure_is_kept_as_it_was() -> None:
    for figure in FOUND.values():
        assert read(kept(figure.counted)) == figure.counted
        assert said(figure.counted)
        assert source_text(figure)
        assert (origin(figure.counted) == "") is (figure.node == "baseline_follow_up")


def test_what_rests_on_reports_says_per_which_day() -> None:
    with translation.override("id"):
        assert origin(FOUND["baseline_realisation"].counted).endswith("per 30 September 2024")
        assert "per 30 September 2024" in source_text(FOUND["outcome_governance_public_service"])
        assert "per " not in origin(FOUND["baseline_legal_basis"].counted)
    before = kept(FOUND["baseline_realisation"].counted)
    del before["held_to"]
    assert read(before).held_to == "", "what was taken before figures had a day is still read"


def test_a_long_source_is_cut_to_what_an_answer_holds() -> None:
    many = tuple(Programme(f"P{number:03}", "Program", SERVICE, counted=True) for number in range(1, 400))
    figure = figures_of(RULES, INSTRUMENT, replace(PLAN, programmes=many), None)["outcome_governance_public_service"]
    assert len(source_text(figure)) == 1000


def _beside(figure: Figure, before: Figure | None = None) -> Beside:
    old = before or figure
    return Beside(figure, Taken(old.counted, old.fingerprint, 7, "Dewi", NOW))


def test_what_is_taken_agrees_and_what_departs_is_to_be_explained() -> None:
    for figure in FOUND.values():
        if not figure.can_be_taken:
            continue
        answer = taken(figure, Given(explanation="Tetap"), "Rencana")
        assert (answer.explanation, answer.source) == ("Tetap", "Rencana")
        beside = _beside(figure)
        assert beside.is_taken(answer)
        assert beside.to_explain(answer) is None
        other = Given(realised=Decimal(9), planned=Decimal(9)) if figure.counted.is_answer else Given(mark=Decimal(3))
        differs = figure.counted.is_answer or figure.counted.level not in ("", "3")
        assert (beside.to_explain(other) is not None) is differs, figure.node
        assert (Beside(figure).to_explain(other) is not None) is figure.counted.is_answer
        assert beside.to_explain(Given()) is None
        assert beside.to_explain(Given(not_applicable=True)) is None


@given(st.integers(0, 40), st.integers(1, 40))
def test_more_done_never_suggests_less(done: int, total: int) -> None:
    def level(part: int) -> Decimal:
        found = figures_of(RULES, INSTRUMENT, None, FollowedUp(total, part))["baseline_follow_up"]
        return Decimal(found.counted.level)

    done = min(done, total)
    assert level(max(done - 1, 0)) <= level(done) <= level(total) == 4
    assert (level(done) == 0) is (done * 100 < total)
