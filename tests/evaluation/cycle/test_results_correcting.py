"""A correction shows to the region when it is published, and not before; reasons of a panel carry no names."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from evaluation.cycle.agreed import LATER, agree, approve, compute, publish, published
from evaluation.cycle.panel import hand_in, mark_all
from evaluation.cycle.test_results_pages import period, signed_in, text
from evaluation.cycle.world import CODE, OWN, World
from people.team import account
from pilar.design.final_acts import Check
from pilar.design.templatetags.design import score
from pilar.evaluation import operations
from pilar.evaluation.models import Campaign, Objection, Participation, Phase
from pilar.evaluation.pages import result_checks as checks
from pilar.evaluation.queries.answers import previous_marks
from pilar.evaluation.queries.objections import contested_mark, panel_objections
from pilar.evaluation.queries.panel_marks import agreed_beside_own, board, marks_to_correct
from pilar.evaluation.queries.region_result import objections, region_result
from pilar.evaluation.rules.stages import AssessmentState, PhaseState, Settlement
from pilar.people.rules import Role

CHAIR_SAID = "Perbup 7/2020 berlaku"


def correct(world: World, value: str, reason: str = "Salah ketik rahasia") -> None:
    operations.correct_results(
        by=world.who("secretariat"), campaign=CODE, phase=1, region=OWN, marks={"policy": Decimal(value)},
        reason=reason, now=LATER,
    )  # fmt: skip


def policy(world: World, name: str = "coordinator") -> Any:
    rows = agreed_beside_own(world.assessment().pk, scope=world.who(name)).rows
    return next(row.agreed for row in rows if row.code == "policy")


def test_until_it_is_published_the_region_sees_the_published_marks(world: World) -> None:
    published(world)
    correct(world, "2")
    for version, shown in ((1, "3"), (2, "2")):
        if version == 2:
            approve(world, version=2)
            assert policy(world).value == Decimal(3), "approved is not published"
            publish(world, version=2, letter="B-13/EVAL/2026")
        assert policy(world).value == Decimal(shown)
        assert policy(world, "secretariat").value == Decimal(shown)
        result = region_result(world.assessment().pk, by=world.who("coordinator"), now=LATER)
        assert result.snapshot is not None
        assert result.snapshot.version == version


def test_no_page_and_no_route_tells_the_region_of_it_before(world: World) -> None:
    published(world)
    objection = Objection.objects.create(
        assessment=world.assessment(), node="policy", text="Mohon ditinjau", made_by_id=world.key("coordinator"),
        decision="refused", decision_reason="Tetap", decided_at=LATER,
    ).pk  # fmt: skip
    correct(world, "0.0")
    key, client = world.assessment().pk, signed_in(world, "coordinator")
    for address in (f"/kerja/hasil/{key}/", f"/kerja/penilaian/{key}/nilai-panel/"):
        page = text(client, address)
        assert "rahasia" not in page
        assert "0,00" not in page
    found = client.get(f"/api/v1/assessments/{key}/result").json()
    assert next(row["agreed"] for row in found["indicators"] if row["node"] == "policy") == "3"
    assert [row["agreed"] for row in found["objections"]] == ["3"]
    agreed = client.get(f"/api/v1/assessments/{key}/agreed").json()
    assert next(row["agreed"]["value"] for row in agreed if row["node"] == "policy") == "3"
    assert "rahasia" not in str(found) + str(agreed)
    check = checks.answer_decision(objection, world.who("coordinator"))
    assert isinstance(check, Check)
    assert check.counts[0][1] == score(Decimal(3))
    for name in ("coordinator", "assessor1"):
        reader = signed_in(world, name)
        assert "rahasia" not in text(reader, f"/kerja/sanggahan/{objection}/"), name
        contested = reader.get(f"/api/v1/objections/{objection}").json()
        assert contested["agreed"] == "3", name
        assert "rahasia" not in str(contested), name
    assert contested_mark(objection, by=world.who("secretariat")).row.agreed == 0


def test_neither_the_board_of_the_panel_nor_the_list_of_objections_tells_of_it(world: World) -> None:
    published(world)
    Objection.objects.create(
        assessment=world.assessment(), node="policy", text="Mohon ditinjau", made_by_id=world.key("coordinator"),
        decision="refused", decision_reason="Tetap", decided_at=LATER,
    )  # fmt: skip
    correct(world, "2")
    key = world.assessment().pk
    world.keys[f"auditor {OWN}"] = account("pemeriksa@contoh.invalid", Role.AUDITOR)

    def seen() -> list[Decimal | None]:
        marks = [row.agreed for row in board(key, scope=world.who("assessor1")).rows if row.node.code == "policy"]
        (contested,) = panel_objections(key, scope=world.who("assessor1"))
        lists = [objections(CODE, 1, by=world.who(name)).rows[0].agreed for name in ("auditor", "secretariat")]
        return [*(one and one.value for one in marks), contested.agreed, *lists]

    assert seen() == [3, 3, 3, 2], "who decides alone sees what is not published"
    assert "rahasia" not in text(signed_in(world, "assessor1"), f"/kerja/asesor/{key}/panel/")
    approve(world, version=2)
    publish(world, version=2, letter="B-13/EVAL/2026")
    assert seen() == [2, 2, 2, 2]


def test_how_the_published_mark_came_about_stays(world: World) -> None:
    agree(world, state=PhaseState.OBJECTION)
    world.assessment().agreed_marks.filter(node="policy").update(
        how=Settlement.CHAIR, reason=CHAIR_SAID, settled_by=world.key("chair"), settled_at=LATER
    )
    compute(world)
    approve(world)
    world.assessment().agreed_marks.filter(node="policy").update(settled_at=world.phases[1].opens_at)
    world.set_phase(PhaseState.FINAL)
    publish(world)
    assert policy(world).reason == CHAIR_SAID
    correct(world, "2")
    assert (policy(world).value, policy(world).how, policy(world).reason) == (Decimal(3), Settlement.CHAIR, CHAIR_SAID)


def test_who_corrects_sees_the_marks_of_now(world: World) -> None:
    published(world)
    correct(world, "2")
    rows = marks_to_correct(world.assessment().pk, scope=world.who("secretariat")).rows
    assert [row.agreed.value for row in rows if row.code == "policy" and row.agreed] == [Decimal(2)]
    page = text(signed_in(world, "secretariat"), f"/kerja/hasil/{world.assessment().pk}/koreksi/")
    assert "Kebijakan (2)" in page


def test_before_publication_the_marks_of_now_show(world: World) -> None:
    agree(world, state=PhaseState.OBJECTION)
    compute(world)
    approve(world)
    world.assessment().agreed_marks.filter(node="policy").update(value=4)
    assert policy(world).value == Decimal(4)


def test_next_years_baseline_is_what_was_published(world: World) -> None:
    published(world)
    correct(world, "2")
    later = Campaign.objects.create(
        code="2027-uji", year=2027, title_id="x", title_en="x", instrument=world.campaign.instrument,
        previous=world.campaign,
    )  # fmt: skip
    phase = Phase.objects.create(
        campaign=later, number=1, opens_at=world.phases[1].opens_at, closes_at=world.phases[1].closes_at
    )
    group = later.groups.create(code="regular", title_id="x", title_en="x")
    there = Participation.objects.create(campaign=later, region_id=OWN, group=group)
    found = there.assessments.create(phase=phase)
    assert previous_marks(found)["policy"] == Decimal(3)
    approve(world, version=2)
    publish(world, version=2, letter="B-13/EVAL/2026")
    assert previous_marks(found)["policy"] == Decimal(2)


@pytest.mark.parametrize("address", ["/kerja/hasil/{key}/", "/kerja/penilaian/{key}/nilai-panel/", "objection"])
def test_reasons_of_the_panel_reach_the_region_without_names(world: World, address: str) -> None:
    key = hand_in(world)
    mark_all(world, key, assessor1={"policy": 2}, assessor2={"policy": 2}, chair={"policy": 2})
    assert world.assessment().state == AssessmentState.AGREED
    client = signed_in(world, "coordinator")
    api = f"/api/v1/assessments/{key}"
    world.set_phase(PhaseState.AGREED)
    for closed in (f"/kerja/hasil/{key}/", f"{api}/result", f"{api}/agreed"):
        assert client.get(closed).status_code == 409
    period(world)
    page = text(client, address.format(key=key) if "{" in address else f"/kerja/hasil/{key}/sanggah/policy/")
    assert page.count("Sesuai bukti") == 1
    for name in ("chair", "assessor1", "assessor2"):
        assert world.user(name).name not in page
    found = client.get(f"{api}/result").json()["indicators"]
    assert {row["node"]: row["reasons"] for row in found}["policy"] == ["Sesuai bukti"]
    agreed = client.get(f"{api}/agreed").json()
    assert {row["node"]: row["reasons"] for row in agreed}["budget"] == []
    assert {row["node"]: row["reasons"] for row in agreed}["policy"] == ["Sesuai bukti"]


def test_where_the_chair_decided_the_chairs_reason_stands_alone(world: World) -> None:
    key = hand_in(world)
    mark_all(world, key, assessor1={"policy": 0}, chair={"policy": 4})
    operations.settle_mark(
        by=world.who("chair"),
        assessment=key,
        node="policy",
        value=Decimal(4),
        reason=CHAIR_SAID,
        seen_version=0,
        now=LATER,
    )
    period(world)
    page = text(signed_in(world, "coordinator"), f"/kerja/hasil/{key}/")
    assert CHAIR_SAID in page
    assert "Sesuai bukti" not in page
    page = text(signed_in(world, "coordinator"), f"/kerja/penilaian/{key}/nilai-panel/")
    assert ("Diputuskan ketua" in page, "Diputuskan sekretariat" in page) == (True, False)


def test_what_was_decided_on_an_objection_is_said_to_be_of_the_secretariat(world: World) -> None:
    key = hand_in(world)
    mark_all(world, key)
    period(world)
    objection = operations.make_objection(
        by=world.who("coordinator"), assessment=key, node="policy", text="Mohon ditinjau", now=LATER
    )
    operations.decide_objection(
        by=world.who("secretariat"), objection=objection, accepted=True, value=Decimal(4), reason="Benar", now=LATER
    )
    page = text(signed_in(world, "coordinator"), f"/kerja/penilaian/{key}/nilai-panel/")
    assert ("Diputuskan ketua" in page, "Diputuskan sekretariat" in page) == (False, True)


def test_nobody_else_reads_them(world: World) -> None:
    key = hand_in(world)
    mark_all(world, key, assessor1={"policy": 2}, assessor2={"policy": 2}, chair={"policy": 2})
    period(world)
    assert Client().get(f"/kerja/hasil/{key}/").status_code == 302
    assert signed_in(world, "coordinator", "36.71").get(f"/api/v1/assessments/{key}/agreed").status_code == 404
