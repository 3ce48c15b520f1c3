"""Figures of a survey: pure rules and their words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils.translation import override

from people.team import NOW
from pilar.evaluation import reference
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.plan_counting import figures_of
from pilar.evaluation.rules.plan_figures import Beside, Counted, Figure, FigureKind, Taken, kept, read, taken
from pilar.evaluation.rules.plan_words import answered, origin, said, source_text, survey_view
from pilar.evaluation.rules.survey_figures import AskedProgramme, Doubted, ImpactYear, Surveyed, SurveyedPillar
from pilar.surveys.reference import pillars, questionnaire
from pilar.surveys.rules.answers import Flag

STATEMENT = UUID(int=5)
SURVEYED = Surveyed(
    survey=3, title="Survei dampak 2024", among=2, form="impact-2023", version="1.0", lower="3.21", upper="3.63",
    count=52, clean=47, weight="48.50",
    programmes=(AskedProgramme("Surat desa", 17, 17), AskedProgramme("Antrean", 12, 17)),
    flags=(Doubted(Flag.FAST, 3, 0), Doubted(Flag.STRAIGHT, 2, 50), Doubted(Flag.BOT, 0, 0)),
    stated_by="Wali Kota", stated_on="2024-11-20",
)  # fmt: skip
IMPACT = ImpactYear(
    1, 4,
    {"governance": SurveyedPillar("3.42", 29, 34, SURVEYED), "living": SurveyedPillar("", 0, 50, SURVEYED)},
    STATEMENT,
)  # fmt: skip
RULES = reference.plan_figures()
CODES = ("smart-city-2021", "smart-city-2022", "smart-city-2023", "smart-city-2024", "smart-city-sleman")
FOUND = figures_of(RULES, reference.instrument("smart-city-2024"), None, None, IMPACT)
FIGURE = FOUND["impact_governance"]


@pytest.fixture(autouse=True)
def _english() -> object:
    with override("en"):
        yield


@pytest.mark.parametrize("code", CODES)
def test_every_pillar_of_every_instrument_takes_its_mean(code: str) -> None:
    instrument = reference.instrument(code)
    whole = replace(IMPACT, pillars={one.code: IMPACT.pillars["governance"] for one in pillars()})
    found = figures_of(RULES, instrument, None, None, whole)
    impact = {leaf.code for leaf in instrument.leaves if "impact" in instrument.ancestors(leaf.code)}
    assert found.keys() == impact
    assert len(impact) == 6
    for code, figure in found.items():
        assert RULES.nodes[code].of == (code.removeprefix("impact_"),)
        assert (figure.counted.amount, figure.counted.level, figure.evidence) == ("3.42", "", (STATEMENT,))


def test_the_questionnaire_that_ships_has_the_scale_of_the_instruments() -> None:
    scale = questionnaire("impact-2023").scale
    assert (min(scale), max(scale)) == (IMPACT.lowest, IMPACT.highest)


def test_another_scale_gives_no_figure() -> None:
    instrument = reference.instrument("smart-city-2024")
    assert figures_of(RULES, instrument, None, None, replace(IMPACT, highest=5)) == {}
    assert figures_of(RULES, instrument, None, None, None) == {}


def test_without_a_mean_there_is_nothing_to_take() -> None:
    figure = FOUND["impact_living"]
    assert not figure.can_be_taken
    assert said(figure.counted) == "no mean: fewer than 5 answers count in each programme"
    assert Beside(figure).to_explain(Given(mark=Decimal(2))) is None
    assert "impact_economy" not in FOUND


def test_a_figure_is_kept_as_it_was() -> None:
    for figure in FOUND.values():
        assert read(kept(figure.counted)) == figure.counted


def test_what_was_kept_of_a_plan_before_there_were_surveys_is_the_same() -> None:
    counted = Counted(FigureKind.FOLLOW_UP, part=1, whole=4, level="1")
    old = {
        "kind": "follow_up", "part": 1, "whole": 4, "amount": "", "level": "1", "plan": "", "version": 0,
        "reported": "", "names": [],
    }  # fmt: skip
    assert kept(counted) == old
    assert read(old) == counted


def test_taking_gives_the_mean_and_another_answer_is_to_be_explained() -> None:
    answer = taken(FIGURE, Given(explanation="Tetap"), "Survei")
    assert answer == Given(mark=Decimal("3.42"), explanation="Tetap", source="Survei")
    beside = Beside(FIGURE, Taken(FIGURE.counted, FIGURE.fingerprint, None, "Dewi", NOW))
    assert beside.is_taken(answer)
    assert not beside.can_be_taken(answer)
    assert beside.to_explain(answer) is None
    for one in (beside, Beside(FIGURE)):
        assert one.to_explain(Given(mark=Decimal("3.43"))) == FIGURE.counted
        assert one.to_explain(Given(not_applicable=True)) is None
    assert answered(FIGURE.counted, Given(mark=Decimal("3.5"))) == "3.5"


def test_it_is_said_with_whom_it_rests_on() -> None:
    assert said(FIGURE.counted) == "mean 3.42 of 29 answers (34 wanted)"
    assert origin(FIGURE.counted) == (
        "impact-2023 version 1.0, closed, Wali Kota answers for its validity (20 November 2024)"
    )
    assert source_text(FIGURE).startswith("Survey “Survei dampak 2024”, impact-2023 version 1.0")
    view = survey_view(Beside(FIGURE), FIGURE.counted)
    assert view is not None
    told = {one.name: one.text for one in view.facts}
    assert told["Interval of 95 %"] == "3.21 to 3.63"
    assert told["Answers"] == "52, of which 47 without a flag; together they weigh as much as 48.5"
    assert told["Which one"].startswith("one of 2 closed ones")
    assert [(one.name, one.count, one.weight) for one in view.flags] == [
        ("answered faster than the questions can be read", 3, 0), ("the same value for every question", 2, 50),
    ]  # fmt: skip
    assert (view.missed, view.doubted, view.stated, view.differences) == (1, 5, True, ())
    assert survey_view(Beside(FIGURE), Counted(FigureKind.FOLLOW_UP, part=1, whole=2)) is None


def _later(**changed: object) -> Figure:
    amount = changed.pop("amount", FIGURE.counted.amount)
    surveyed = replace(SURVEYED, **changed)  # type: ignore[arg-type]
    return replace(FIGURE, counted=replace(FIGURE.counted, amount=str(amount), surveyed=surveyed))


@pytest.mark.parametrize(
    ("now", "names"),
    [
        (_later(), []),
        (_later(stated_by="Bupati", stated_on="2024-12-01"), ["Statement"]),
        (_later(survey=4, title="Survei ulang", amount="3.10", lower="", upper=""),
         ["Survey", "Mean", "Interval of 95 %"]),
    ],
)  # fmt: skip
def test_what_lies_between_then_and_now_is_told(now: Figure, names: list[str]) -> None:
    beside = Beside(now, Taken(FIGURE.counted, FIGURE.fingerprint, None, "Dewi", NOW))
    assert beside.changed is bool(names)
    view = survey_view(beside, beside.held)
    assert view is not None
    assert [one.name for one in view.differences] == names


def test_a_long_title_fits_the_source_of_an_answer() -> None:
    long = replace(
        FIGURE, counted=replace(FIGURE.counted, surveyed=replace(SURVEYED, title="S" * 200, stated_by="B" * 900))
    )
    assert len(source_text(long)) == 1000
