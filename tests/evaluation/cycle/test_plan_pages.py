"""Pages and API of the figures of the master plan: the box, all at once, what it costs."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluation.cycle import plan
from evaluation.cycle.test_answers_operations import save
from evaluation.cycle.test_answers_pages import Visitor, words
from evaluation.cycle.test_plan_figures import take
from evaluation.cycle.world import World
from pilar.evaluation.models import Answer
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.stages import AssessmentState, PhaseState


@pytest.fixture
def opened(with_plan: World, monkeypatch: pytest.MonkeyPatch) -> World:
    plan.ask_for_figures(monkeypatch)
    return with_plan


def test_the_box_says_what_the_plan_says_and_takes_it(opened: World) -> None:
    visitor = Visitor(opened, "contributor")
    said = visitor.said("indikator/programmes/")
    for part in (
        "From the master plan", "1 of 1 planned programmes realised", "version 1, reports until quarter II of 2026",
        "at least 90 per cent", "Layanan desa daring", "Laporan triwulan", "Take these figures",
    ):  # fmt: skip
        assert part in said, part
    seen = plan.seen(opened, "programmes", now=timezone.now())
    visitor.post("indikator/programmes/rencana/", version="0", figures=seen.fingerprint)
    said = visitor.said("indikator/programmes/")
    assert "Take these figures" not in said
    assert "Taken by" in said
    assert "From the master plan" not in visitor.said("indikator/survey/")
    assert "Take these figures" not in Visitor(opened, "colleague").said("indikator/policy/")
    assert "The mark is yours to choose." in Visitor(opened, "colleague").said("indikator/budget/")
    assert "yours to choose" not in Visitor(opened, "verifier").said("indikator/budget/")


def test_the_box_tells_who_saw_something_older(opened: World) -> None:
    visitor = Visitor(opened, "contributor")
    said = words(visitor.post("indikator/programmes/rencana/", 409, version="0", figures="0" * 32))
    assert "have changed since you looked" in said
    save(opened, "programmes", Given(realised=Decimal(2), planned=Decimal(4)))
    seen = plan.seen(opened, "programmes", now=timezone.now())
    said = words(visitor.post("indikator/programmes/rencana/", 409, version="0", figures=seen.fingerprint))
    assert "Nothing is lost" in said
    assert Answer.objects.get().realised == 2


def test_the_field_asks_for_the_explanation(opened: World) -> None:
    visitor = Visitor(opened, "contributor")
    answer = visitor.post("indikator/programmes/", planned="10", realised="9", version="0")
    page = visitor.client.get(answer["Location"]).content.decode()
    field = re.search(r'id="error-explanation">(.*?)</div>', page, re.DOTALL)
    assert field is not None
    assert "Explain why" in field[1]
    headers = {"HTTP_X_AUTOSAVE": "1"}
    typed = {"planned": "10", "realised": "9", "version": "1", "explanation": "Di luar rencana"}
    saved = visitor.post("indikator/programmes/", 200, headers, person=str(visitor.account), **typed)
    assert "Explain why" not in saved.content.decode()
    assert 'id="plan-version" value="2"' in saved.content.decode()
    assert "differs from the master plan" not in visitor.said("pengajuan/")


def test_all_figures_are_chosen_from_a_preview(opened: World) -> None:
    save(opened, "policy", Given(mark=Decimal(1)))
    visitor = Visitor(opened, "coordinator")
    assert "Figures of the plan, of last year’s follow-up or of the survey can answer 3 indicators" in visitor.said()
    page = visitor.client.get(visitor.address("rencana/")).content.decode()
    chosen = re.findall(r'name="chosen" value="([^"]+)"( checked)?', page)
    assert [(value.split()[0], bool(ticked)) for value, ticked in chosen] == [
        ("policy", False), ("budget", True), ("programmes", True),
    ]  # fmt: skip
    visitor.post("rencana/", chosen=[value for value, ticked in chosen if ticked])
    assert Answer.objects.get(node="policy").mark == 1
    assert Answer.objects.get(node="programmes").realised == 1
    visitor.post("rencana/", 409, chosen=[chosen[0][0].replace(" 1 ", " 0 ")])
    visitor.post("rencana/", chosen=[chosen[0][0]])
    assert Answer.objects.get(node="policy").mark == 3
    assert "Nothing to take" in visitor.said("rencana/")
    visitor.post("rencana/", chosen=["", "policy", "policy x y"], status=409)
    assert "Your role in this region" in Visitor(opened, "verifier").said("rencana/")


@pytest.mark.thorough
def test_the_pages_take_the_same_queries_whatever_the_plan_holds(opened: World) -> None:
    def queries(rest: str) -> int:
        visitor = Visitor(opened, "coordinator")
        visitor.client.get(visitor.address(rest))
        with CaptureQueriesContext(connection) as seen:
            visitor.client.get(visitor.address(rest))
        return len(seen)

    pages = ("", "indikator/programmes/", "rencana/", "pengajuan/")
    before = [queries(rest) for rest in pages]
    for node in ("programmes", "policy", "budget"):
        take(opened, node, "coordinator")
    after = [queries(rest) for rest in pages]
    assert all(now <= then + 2 for then, now in zip(before, after, strict=True)), (before, after)
    assert max(after) <= 32, after


def test_the_api_tells_the_figures_and_takes_them(opened: World) -> None:
    client, key = Visitor(opened, "coordinator").client, opened.assessment().pk
    address = f"/api/v1/assessments/{key}/plan-figures"

    def figures() -> dict[str, Any]:
        return {one["node"]: one for one in client.get(address).json()}

    def post(where: str, given: Any) -> Any:
        return client.post(where, given, content_type="application/json")

    found = figures()
    assert list(found) == ["policy", "budget", "programmes"]
    one = found["programmes"]
    assert (one["part"], one["whole"], one["programmes"], one["can_be_taken"], one["taken"]) == (
        1, 1, ["P001"], True, None,
    )  # fmt: skip
    single = f"/api/v1/assessments/{key}/answers/programmes/plan-figures"
    assert post(single, {"version": 0, "fingerprint": "x"}).status_code == 409
    assert post(single, {"version": 0, "fingerprint": one["fingerprint"]}).json() == {"version": 1}
    chosen = [{"node": node, "version": 0, "fingerprint": found[node]["fingerprint"]} for node in ("policy", "budget")]
    assert post(address, {"figures": chosen}).json() == {"changed": 2}
    after = figures()
    assert all(one["is_taken"] and not one["can_be_taken"] for one in after.values())
    assert after["programmes"]["taken"]["by"]
    save(opened, "programmes", Given(realised=Decimal(5), planned=Decimal(5)), seen_version=1)
    assert figures()["programmes"]["to_explain"]
    opened.set_assessment(AssessmentState.SUBMITTED)
    opened.set_phase(PhaseState.REVIEW)
    marking = Visitor(opened, "assessor1").client.get(f"/api/v1/marking/{key}").json()
    (item,) = [one for one in marking["items"] if one["node"] == "programmes"]
    assert (item["plan"]["taken"], item["plan"]["answered"], item["plan"]["programmes"]) == (True, "5 dari 5", ["P001"])


def test_saving_asks_the_plan_only_for_what_it_shows(opened: World) -> None:
    """A save by the script reads the plan once, and a mark not at all."""
    visitor = Visitor(opened, "contributor")
    typed = {"planned": "1", "realised": "1", "version": "0", "person": str(visitor.account)}
    with CaptureQueriesContext(connection) as seen:
        visitor.post("indikator/programmes/", 200, {"HTTP_X_AUTOSAVE": "1"}, **typed)
    assert sum('FROM "masterplan_report"' in one["sql"] for one in seen) <= 2
    opened.set_assessment(AssessmentState.SUBMITTED)
    opened.set_phase(PhaseState.REVIEW)
    assessor = Visitor(opened, "assessor1")
    given = {"value": "4", "version": "0", "person": str(assessor.account)}
    with CaptureQueriesContext(connection) as seen:
        answer = assessor.client.post(
            f"/kerja/asesor/{opened.assessment().pk}/nilai/programmes/", given, HTTP_X_AUTOSAVE="1"
        )
    assert answer.status_code == 200
    assert not any("masterplan" in one["sql"] for one in seen)
