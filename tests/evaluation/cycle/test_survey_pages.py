"""Pages and API of the figures of the Impact survey: the box, the assessor's page, what it costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluation.cycle import plan, surveyed
from evaluation.cycle.test_answers_operations import save
from evaluation.cycle.test_answers_pages import Visitor, words
from evaluation.cycle.test_survey_figures import answers_file, take
from evaluation.cycle.world import FAR, OWN, World
from pilar.evaluation.models import Answer
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.stages import AssessmentState, PhaseState


@pytest.fixture
def opened(with_survey: World, monkeypatch: pytest.MonkeyPatch) -> World:
    surveyed.ask_for_survey(monkeypatch)
    return with_survey


def before_the_panel(world: World) -> None:
    world.set_assessment(AssessmentState.SUBMITTED)
    world.set_phase(PhaseState.REVIEW)


def test_the_box_says_what_the_survey_says_and_takes_it(opened: World) -> None:
    visitor = Visitor(opened, "contributor")
    said = visitor.said("indikator/survey/")
    for part in (
        "From the survey", "mean 3.38 of 10 answers (12 wanted)", "our assumption", "impact-2023 1.1",
        "The head of region has not stated", "In 1 programme fewer people answered", "4 answers are doubted",
        "answered faster than the questions can be read: 2; each counts 0 per cent",
        "Perizinan daring: 5 of 7 answers wanted", "read by the coordinator, the panel and the secretariat",
    ):  # fmt: skip
        assert part in said, part
    seen = plan.seen(opened, "survey")
    visitor.post("indikator/survey/rencana/", version="0", figures=seen.fingerprint)
    said = visitor.said("indikator/survey/")
    assert "Take these figures" not in said
    assert "Rekapitulasi survei (PDF)" in said
    assert "Jawaban satu per satu" not in said
    assert "Jawaban satu per satu" in Visitor(opened, "coordinator").said("indikator/survey/")
    assert Answer.objects.get().mark == Decimal("3.38")


def test_the_field_asks_for_the_reason_and_the_check_says_what_is_missing(opened: World) -> None:
    visitor = Visitor(opened, "contributor")
    visitor.post("indikator/survey/", mark="3.9", source="Survei", version="0")
    assert "The answer differs from the survey" in visitor.said("indikator/survey/")
    said = Visitor(opened, "coordinator").said("pengajuan/")
    for part in ("differs from the survey", "has not stated that the survey “Survei dampak 2026” is valid",
                 "Fewer people than wanted answered for: Perizinan daring"):  # fmt: skip
        assert part in said, part


def test_it_is_chosen_among_all_figures(opened: World) -> None:
    visitor = Visitor(opened, "coordinator")
    assert "can answer 1 indicator." in visitor.said()
    said = visitor.said("rencana/")
    assert "mean 3.38 of 10 answers" in said
    seen = plan.seen(opened, "survey")
    visitor.post("rencana/", chosen=[f"survey 0 {seen.fingerprint}"])
    assert "Nothing to take" in visitor.said("rencana/")


def test_single_answers_are_given_out_to_those_who_may_see_them(opened: World) -> None:
    take(opened)
    before_the_panel(opened)
    address = f"/bukti/{answers_file()}/"

    def status(name: str, region: str = OWN) -> int:
        return Visitor(opened, name, region).client.get(address).status_code

    shut = ("contributor", "colleague", "verifier", "assessor3")
    assert [status(name) for name in shut] == [404] * 4
    assert [status(name) for name in ("coordinator", "secretariat", "assessor1", "chair")] == [200] * 4
    assert status("coordinator", FAR) == 404
    listed = Visitor(opened, "contributor").client.get(f"/api/v1/regions/{OWN}/evidence").json()
    assert [one["media_type"] for one in listed["evidence"] if one["reserved"]] == []
    listed = Visitor(opened, "coordinator").client.get(f"/api/v1/regions/{OWN}/evidence").json()
    assert [one["media_type"] for one in listed["evidence"] if one["reserved"]] == ["text/csv"]


def test_the_assessor_sees_where_the_figure_comes_from_and_what_is_doubted(opened: World) -> None:
    take(opened)
    given = Given(mark=Decimal("3.5"), source="Survei", explanation="Dibulatkan")
    save(opened, "survey", given, seen_version=1)
    before_the_panel(opened)
    address = f"/en/kerja/asesor/{opened.assessment().pk}/"
    said = words(Visitor(opened, "assessor1").client.get(address))
    for part in (
        "mean 3.38 of 10 answers (12 wanted); region answered 3.5; reason: Dibulatkan", "no statement",
        "12, of which 8 without a flag; together they weigh as much as 9 ", "4 answers are doubted",
        "the same value for every question: 2; each counts 50 per cent", "quota missed",
        "Jawaban satu per satu tanpa identitas",
    ):  # fmt: skip
        assert part in said, part
    assert "changed since" not in said
    surveyed.stated(opened, surveyed.keys(opened)["Survei dampak 2026"])
    said = words(Visitor(opened, "assessor1").client.get(address))
    assert "changed since" in said
    assert "Statement: without the statement of the head of region → Bupati Tangerang answers" in said


def test_what_was_not_taken_is_said_to_the_assessor(opened: World) -> None:
    save(opened, "survey", Given(mark=Decimal("3.38"), source="Survei"))
    before_the_panel(opened)
    said = words(Visitor(opened, "assessor1").client.get(f"/en/kerja/asesor/{opened.assessment().pk}/"))
    assert "mean 3.38 of 10 answers (12 wanted) (not taken by the region)" in said


def test_the_pages_ask_the_survey_once(opened: World) -> None:
    def asked(name: str, address: str) -> int:
        client = Visitor(opened, name).client
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return sum('FROM "surveys_' in one["sql"] or "FROM surveys_" in one["sql"] for one in seen)

    key = opened.assessment().pk
    pages = [f"/kerja/penilaian/{key}/{rest}" for rest in ("", "indikator/survey/", "rencana/", "pengajuan/")]
    assert {asked("coordinator", one) for one in pages} == {4}
    before_the_panel(opened)
    assert asked("assessor1", f"/kerja/asesor/{key}/") == 4


def test_the_api_tells_the_figure_and_takes_it(opened: World) -> None:
    client, key = Visitor(opened, "coordinator").client, opened.assessment().pk
    address = f"/api/v1/assessments/{key}/plan-figures"

    def figure() -> dict[str, Any]:
        (found,) = client.get(address).json()
        return found

    one = figure()
    assert (one["kind"], one["amount"], one["part"], one["whole"], one["can_be_taken"]) == (
        "survey", "3.38", 10, 12, True,
    )  # fmt: skip
    assert (one["survey"]["missed"], one["survey"]["doubted"], one["survey"]["stated"]) == (1, 4, False)
    single = f"/api/v1/assessments/{key}/answers/survey/plan-figures"
    given = {"version": 0, "fingerprint": one["fingerprint"]}
    assert client.post(single, given, content_type="application/json").json() == {"version": 1}
    assert figure()["is_taken"]
    before_the_panel(opened)
    marking = Visitor(opened, "assessor1").client.get(f"/api/v1/marking/{key}").json()
    (item,) = [one for one in marking["items"] if one["node"] == "survey"]
    assert item["plan"]["taken"]
    assert [(flag["count"], flag["weight"]) for flag in item["plan"]["survey"]["flags"]] == [(2, 0), (2, 50)]
