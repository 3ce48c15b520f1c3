"""A figure leads back from the evaluation to the plan, its programmes, their measures, and what was counted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from evaluation.cycle import plan
from evaluation.cycle.agreed import published
from evaluation.cycle.test_answers_pages import Visitor, words
from evaluation.cycle.test_plan_figures import take
from evaluation.cycle.world import CODE, FAR, NEIGHBOUR, OWN, World
from kit.worlds import once
from masterplan.reporting import MEASURE, add_measure, bound, clock, tell
from masterplan.reporting import in_force as programmes_in_force
from masterplan.world import LATER
from pilar.evaluation.queries.chains import answer_chain, published_chains
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.masterplan import operations as masterplan
from pilar.masterplan.models import Version
from pilar.masterplan.rules.reports import Given
from pilar.people.rules import PUBLIC, NotFound

AFTER = datetime(2026, 7, 6, 3, tzinfo=UTC)
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")


def measured_plan(world: World, *, public: bool = True) -> None:
    """A plan in force whose programme has a target of 600 permits, of which 100 a month are measured."""
    made = plan.start(world)
    add_measure(made, public=public)
    (line,) = programmes_in_force(made, 1, targets=(bound(),))
    tell(made, *((month, "100") for month in MONTHS))
    made.report(line, given=Given(done={1: 100, 2: 100}, spent=Decimal(200_000_000)))


@once
def measured(world: World) -> World:
    world.set_phase(PhaseState.OPEN)
    measured_plan(world)
    return world


@once
def reserved(world: World) -> World:
    world.set_phase(PhaseState.OPEN)
    measured_plan(world, public=False)
    return world


@pytest.fixture(autouse=True)
def figures(monkeypatch: pytest.MonkeyPatch) -> None:
    plan.ask_for_figures(monkeypatch)
    clock(monkeypatch, AFTER)


def test_an_indicator_leads_back_to_the_month_that_was_counted(measured: World) -> None:
    found = answer_chain(measured.assessment().pk, "programmes", by=measured.who("contributor"), now=AFTER)
    assert (found.chain.version.number, found.chain.version.decree) == (1, "Peraturan Bupati 7 Tahun 2026")
    (one,) = found.chain.programmes
    assert (one.counted, str(one.reported), str(one.quarter), one.told) == (True, "2026-Q2", "2026-Q2", 0)
    (target,) = one.targets
    assert (target.figure.value, target.figure.wanted, target.figure.reached) == (Decimal(600), Decimal(600), True)
    assert target.measured is not None
    figure = target.measured.figure
    assert (str(figure.newest), figure.last, figure.reported_at) == ("2026-06", Decimal(100), AFTER)


def test_the_page_says_each_step_with_its_day_its_rule_and_its_link(measured: World) -> None:
    take(measured)
    visitor = Visitor(measured, "contributor")
    assert (
        f"/kerja/penilaian/{visitor.key}/indikator/programmes/asal/"
        in visitor.client.get(visitor.address("indikator/programmes/")).content.decode()
    )
    said = visitor.said("indikator/programmes/asal/")
    for part in (
        "1 of 1 planned programmes realised", "Taken into the answer by", "at least 90 per cent", "version 1",
        "In force since 30 April 2026", "realised", "last report: quarter II of 2026", "600 izin", "of the target 600",
        "reached", "June 2026", "reported on 6 July 2026", "Izin yang terbit",
    ):  # fmt: skip
        assert part in said, part
    shown = visitor.client.get(visitor.address("indikator/programmes/asal/")).content.decode()
    assert f"/en/ukuran/{OWN}/nilai/{MEASURE}/periode/2026-06/" in shown


@pytest.mark.parametrize(
    ("name", "region", "status"),
    [
        ("coordinator", OWN, 200), ("verifier", OWN, 200), ("secretariat", OWN, 200), ("coordinator", FAR, 404),
        ("assessor3", OWN, 404),
    ],
)  # fmt: skip
def test_who_sees_it(measured: World, name: str, region: str, status: int) -> None:
    Visitor(measured, name, region).said("indikator/programmes/asal/", status)


def test_the_panel_sees_it_once_the_answers_are_handed_in(measured: World) -> None:
    assert Visitor(measured, "assessor1").client.get(
        Visitor(measured, "assessor1").address("indikator/programmes/asal/")
    ).status_code in (403, 404)


def test_the_panel_is_not_told_who_took_the_figure(measured: World) -> None:
    take(measured)
    measured.set_phase(PhaseState.CLOSED)
    measured.set_assessment(AssessmentState.SUBMITTED)
    key = measured.assessment().pk
    own = answer_chain(key, "programmes", by=measured.who("coordinator"), now=AFTER).chain.taken
    assert own is not None
    seen = answer_chain(key, "programmes", by=measured.who("assessor1"), now=AFTER).chain.taken
    assert seen is not None
    assert (bool(own.by), seen.by, seen.at) == (True, "", own.at)
    said = Visitor(measured, "assessor1").said("indikator/programmes/asal/")
    assert "Taken into the answer, " in said
    assert own.by not in said


def test_a_figure_that_is_said_no_more_leads_to_the_version_that_said_it(
    measured: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(measured)
    made, by = plan.plans.World(plan.Cast(measured), Version.objects.get().pk), measured.who("coordinator")  # type: ignore[arg-type]
    made.version = masterplan.start_revision(by=by, version=made.version, reason="Evaluasi", now=LATER)
    made.decreed()
    masterplan.bring_into_force(by=by, version=made.version, since=date(2026, 6, 1), now=LATER)
    plan.ask_for_figures(monkeypatch, "policy")
    key = measured.assessment().pk
    taken = answer_chain(key, "programmes", by=by, now=AFTER).chain
    assert (taken.version.number, taken.version.in_force_since) == (1, date(2026, 4, 30))
    assert answer_chain(key, "policy", by=by, now=AFTER).chain.version.number == 2


def test_nothing_is_led_back_where_the_plan_says_nothing(measured: World) -> None:
    with pytest.raises(NotFound):
        answer_chain(measured.assessment().pk, "survey", by=measured.who("coordinator"), now=AFTER)


def test_everybody_reads_what_is_law_and_public(measured: World) -> None:
    published(measured, 2)
    found = published_chains(CODE, 2, OWN, scope=PUBLIC, now=AFTER)
    assert {one.node for one in found.chains} == {"programmes", "policy", "budget"}
    chain = next(one for one in found.chains if one.node == "programmes")
    assert chain.taken is None
    assert [target.figure.value for one in chain.programmes for target in one.targets] == [Decimal(600)]
    shown = words(Client().get(f"/en/hasil/pilar/{CODE}/2/{OWN}/asal/"))
    assert "1 of 1 planned programmes realised" in shown
    assert "conditions hold" in shown
    assert "suggested mark" not in shown
    assert "Money that the programmes of the plan have for 2026." in shown
    assert "yours to choose" not in shown
    assert "The plan says nothing" in words(Client().get(f"/en/hasil/pilar/{CODE}/2/{NEIGHBOUR}/asal/"))


def test_the_api_tells_the_same(measured: World) -> None:
    published(measured, 2)
    rows = Client().get(f"/api/v1/computed-results/{CODE}/2/{OWN}/chains").json()
    assert {one["node"] for one in rows} == {"programmes", "policy", "budget"}
    chain = next(one for one in rows if one["node"] == "programmes")
    assert (chain["kind"], chain["decree"], chain["in_force_since"]) == (
        "programmes", "Peraturan Bupati 7 Tahun 2026", "2026-04-30",
    )  # fmt: skip
    (programme,) = chain["programmes"]
    assert (programme["counted"], programme["reported"], programme["quarter"]) == (True, "2026-Q2", "2026-Q2")
    (target,) = programme["targets"]
    assert (target["measure"], Decimal(target["value"]), target["newest"], Decimal(target["last"])) == (
        MEASURE, Decimal(600), "2026-06", Decimal(100),
    )  # fmt: skip
    assert Client().get(f"/api/v1/computed-results/{CODE}/1/{OWN}/chains").status_code == 404


def test_what_is_not_public_is_not_told(reserved: World) -> None:
    published(reserved, 2)
    chain = next(
        one for one in published_chains(CODE, 2, OWN, scope=PUBLIC, now=AFTER).chains if one.node == "programmes"
    )
    (target,) = chain.programmes[0].targets
    assert (target.measured, target.figure.value) == (None, None)
    shown = words(Client().get(f"/en/hasil/pilar/{CODE}/2/{OWN}/asal/"))
    assert "a measure that cannot be shown" in shown
    assert "600 izin" not in shown
