"""What would lift the index, beginning with what is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db.models import F
from django.test import RequestFactory
from django.utils import translation

from evaluation.cycle import plan
from evaluation.cycle.test_answers_operations import save
from evaluation.cycle.test_answers_pages import Visitor
from evaluation.cycle.test_chains import AFTER
from evaluation.cycle.test_next_steps import MARKED, TREE
from evaluation.cycle.world import FAR, LEAVES, OWN, World
from kit.races import together
from kit.worlds import once
from masterplan.reporting import MEASURE, add_measure, bound, clock, in_force, tell
from pilar import index
from pilar.areas.models import Office
from pilar.evaluation import operations
from pilar.evaluation.operations import Aim, AlreadyProposed
from pilar.evaluation.operations.proposing import ProgrammeProposed
from pilar.evaluation.pages.proposing import _aim_form
from pilar.evaluation.queries.aiming import origin_key, to_aim
from pilar.evaluation.queries.lifting import measure_steps
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.lifting import Lift, lift
from pilar.evaluation.rules.stages import PhaseState
from pilar.masterplan import operations as masterplan
from pilar.masterplan import queries
from pilar.masterplan.models import Proposal, Version
from pilar.masterplan.operations import NewPlan
from pilar.masterplan.rules.content import Target, read
from pilar.masterplan.rules.proposals import Origin
from pilar.people.models import Notice
from pilar.people.rules import PUBLIC, NotAllowed, NotFound
from pilar.platform.errors import Faults, PilarError
from pilar.platform.models import AuditEvent

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")
GAIN = Fraction(3, 10)
"""The share goes from 0 of 2 (mark 1) to 1 of 2 (mark 2); the survey does not apply: 0.6 · (2 − 1) / 2."""


@once
def behind(world: World) -> World:
    """Two programmes that are not realised; of 600 permits 75 are measured by the quarter that counts, the first."""
    planned(world, bound())
    for node in LEAVES:
        save(world, node, given=Given(realised=Decimal(0), planned=Decimal(2)) if node == "programmes" else None)
    return world


@once
def half_known(world: World) -> World:
    """As before, but of a second measured target of each programme nothing is known."""
    planned(world, bound(), replace(bound("izin-tepat"), number=2))
    for node in LEAVES:
        save(world, node, given=Given(realised=Decimal(0), planned=Decimal(2)) if node == "programmes" else None)
    return world


@once
def unanswered(world: World) -> World:
    """As at first, but the indicator of the programmes has no answer."""
    planned(world, bound())
    for node in LEAVES:
        if node != "programmes":
            save(world, node)
    return world


def planned(world: World, *targets: Target) -> None:
    world.set_phase(PhaseState.OPEN)
    made = plan.start(world)
    for target in targets:
        add_measure(made, code=target.measure)
    in_force(made, 2, targets=targets)
    tell(made, *((month, "25") for month in MONTHS))


@pytest.fixture(autouse=True)
def figures(monkeypatch: pytest.MonkeyPatch) -> None:
    plan.ask_for_figures(monkeypatch)
    clock(monkeypatch, AFTER)


@pytest.mark.parametrize(
    ("realised", "planned", "open_ones", "expected"),
    [
        (0, 4, 4, Lift(2, Fraction(1), Fraction(2), Fraction(1, 5))),  # one of four is 25 per cent: still the mark 1
        (0, 4, 1, None),
        (0, 0, 3, None),
        (3, 4, 1, Lift(1, Fraction(1), Fraction(4), Fraction(3, 5))),
    ],
)
def test_the_fewest_programmes_that_are_enough(
    realised: int, planned: int, open_ones: int, expected: Lift | None
) -> None:
    answers = {**MARKED, "programmes": index.Mark(Decimal(1))}
    found = lift(TREE, answers, "programmes", realised=realised, planned=planned, open_ones=open_ones)
    assert found == expected


def test_from_a_measure_to_the_final(behind: World) -> None:
    found = measure_steps(behind.assessment().pk, by=behind.who("coordinator"), now=AFTER)
    (step,) = found.steps
    assert (step.node, step.realised, step.planned, step.then) == ("programmes", 0, 2, 1)
    assert step.lift == Lift(1, Fraction(1), Fraction(2), GAIN)
    (programme,) = step.programmes
    (target,) = programme.targets
    assert (programme.link.row.code, target.figure.value, target.figure.wanted) == ("P001", Decimal(75), Decimal(600))
    assert target.measured is not None
    assert target.measured.measure.code == MEASURE


def test_the_page_shows_the_chain_and_what_is_assumed(behind: World) -> None:
    said = Visitor(behind, "coordinator").said("langkah/ukuran/")
    for part in (
        "What is assumed", "at least 90 per cent", "from 75 to 600 izin", "from 0 of 2 to 1 of 2",
        "from 1 to 2", "+0.3", "Program nomor 0",
    ):  # fmt: skip
        assert part in said, part
    assert (
        "/langkah/ukuran/"
        in Visitor(behind, "coordinator")
        .client.get(Visitor(behind, "coordinator").address("langkah/"))
        .content.decode()
    )


def test_a_programme_with_a_target_of_which_nothing_is_known_is_left_out(half_known: World) -> None:
    found = measure_steps(half_known.assessment().pk, by=half_known.who("coordinator"), now=AFTER)
    assert found.version is not None
    assert found.steps == ()


def test_an_indicator_without_an_answer_is_named(unanswered: World) -> None:
    found = measure_steps(unanswered.assessment().pk, by=unanswered.who("coordinator"), now=AFTER)
    assert (found.steps, [one.en for one in found.unanswered]) == ((), ["Programmes realised"])
    said = Visitor(unanswered, "coordinator").said("langkah/ukuran/")
    assert "No answer yet, so there is no mark to start from: Programmes realised" in said
    assert "too few for a better mark" not in said


def test_without_a_plan_it_says_why_there_is_nothing(opened: World) -> None:
    assert "No measure would lift an indicator now" in Visitor(opened, "coordinator").said("langkah/ukuran/")


@pytest.mark.parametrize(("name", "region", "status"), [("secretariat", OWN, 200), ("coordinator", FAR, 404)])
def test_who_sees_it(behind: World, name: str, region: str, status: int) -> None:
    Visitor(behind, name, region).said("langkah/ukuran/", status)


# A target that is set there


def revised(world: World) -> int:
    """The revision of the plan that is being written."""
    return masterplan.start_revision(
        by=world.who("coordinator"), version=Version.objects.get().pk, reason="Evaluasi", now=AFTER
    )


def aimed(world: World, version: int, by: str = "coordinator", **changed: Any) -> int:
    aim = Aim(**{"programme": "P001", "target": 1, "year": 2027, "value": Decimal(900), **changed})
    return operations.propose_target(
        by=world.who(by), assessment=world.assessment().pk, version=version, aim=aim, now=AFTER
    )


def test_a_target_becomes_the_change_of_its_programme(behind: World) -> None:
    version = revised(behind)
    key = aimed(behind, version)
    row = Proposal.objects.get(pk=key)
    assert row.line is not None
    assert row.content is not None
    assert (row.version_id, row.kind, row.state, row.line.code, row.office_id, row.origin) == (
        version, "change", "draft", "P001", behind.offices[OWN][0], Origin.MEASURE,
    )  # fmt: skip
    (target,) = read(row.content.body).targets
    assert (target.measure, target.yearly) == (MEASURE, ((2026, Decimal(600)), (2027, Decimal(900))))
    assert (row.reason, row.origin_text) == ("“Izin terbit” harus 900 izin pada akhir 2027",) * 2
    # The office is told, and both ways lead back to where the target was set.
    assert Notice.objects.get(user=behind.key("contributor"), address=f"/kerja/rencana/usulan/{key}/").needs_action
    found = queries.origin_of(key, scope=behind.who("contributor"))
    assert found is not None
    assert found.address == f"/kerja/penilaian/{behind.assessment().pk}/langkah/ukuran/"
    logged = AuditEvent.objects.get(action="propose", target="evaluation.assessment")
    assert (logged.key, logged.after) == (str(behind.assessment().pk), {"proposal": key, "version": version})
    assert queries.origin_of(key, scope=behind.who("colleague")) is None


def test_in_the_next_plan_a_programme_goes_on_with_the_target_alone(behind: World) -> None:
    given = NewPlan("Rencana induk kota cerdas 2031-2035", 2031, 2035)
    version = masterplan.start_plan(by=behind.who("coordinator"), region=OWN, given=given, now=AFTER)
    with pytest.raises(Faults) as refused:
        aimed(behind, version)
    assert [one.place for one in refused.value.faults] == ["targets.0.yearly.2027"]
    row = Proposal.objects.get(pk=aimed(behind, version, year=2031))
    assert row.content is not None
    content = read(row.content.body)
    assert (row.kind, row.line, content.title, content.budgets, content.activities) == (
        "add", None, "Program nomor 0", (), (),
    )  # fmt: skip
    assert [(one.number, one.measure, one.yearly) for one in content.targets] == [
        (1, MEASURE, ((2031, Decimal(900)),))
    ]  # fmt: skip
    with pytest.raises(AlreadyProposed):
        aimed(behind, version, year=2032)


def test_the_next_plan_goes_on_with_a_programme_once(half_known: World) -> None:
    """Whether another of its targets asks for it or the same one, set for another phase."""
    given = NewPlan("Rencana induk kota cerdas 2031-2035", 2031, 2035)
    version = masterplan.start_plan(by=half_known.who("coordinator"), region=OWN, given=given, now=AFTER)
    first = aimed(half_known, version, year=2031)
    with pytest.raises(AlreadyProposed) as refused:
        aimed(half_known, version, target=2, year=2031)
    assert "number 1 of the version: its office adds the target" in in_english(refused.value)
    second_phase = half_known.assessment(number=2)
    Proposal.objects.filter(pk=first).update(origin_key=origin_key(second_phase.pk, "P001", 1))
    with pytest.raises(AlreadyProposed):
        aimed(half_known, version, year=2031)
    assert Proposal.objects.filter(version=version).count() == 1
    assert aimed(half_known, version, programme="P002", year=2031), "another programme"
    masterplan.withdraw_proposal(by=half_known.who("contributor"), proposal=first, now=AFTER)
    assert aimed(half_known, version, target=2, year=2031)


def test_of_two_phases_that_ask_at_the_same_moment_one_goes_on_with_the_programme(committed_world: World) -> None:
    planned(committed_world, bound())
    by, given = committed_world.who("coordinator"), NewPlan("Rencana induk kota cerdas 2031-2035", 2031, 2035)
    version = masterplan.start_plan(by=by, region=OWN, given=given, now=AFTER)
    aim = Aim("P001", 1, 2031, Decimal(900))

    def aims(phase: int) -> Callable[[], object]:
        key = committed_world.assessment(number=phase).pk
        return lambda: operations.propose_target(by=by, assessment=key, version=version, aim=aim, now=AFTER)

    found = together(aims(1), aims(2))
    assert [type(one) for one in found if not isinstance(one, int)] == [ProgrammeProposed]
    assert Proposal.objects.filter(version=version).count() == 1


def in_english(error: PilarError) -> str:
    with translation.override("en"):
        return error.text()


def test_a_target_of_an_office_that_was_closed_is_refused_with_a_sentence(behind: World) -> None:
    version, path = revised(behind), "langkah/ukuran/P001/1/usulan/"
    Office.objects.filter(pk=behind.offices[OWN][0]).update(closed_at=F("created_at"))
    with pytest.raises(Faults) as refused:
        aimed(behind, version)
    assert [(one.code, one.place) for one in refused.value.faults] == [("office-closed", "owner")]
    page = Visitor(behind, "coordinator").post(path, 422, version=version, year="2027", value="900")
    assert "The office that owns the programme has been closed" in page.content.decode()


def test_a_plan_that_ends_before_the_evaluation_is_named_as_the_reason(behind: World) -> None:
    given = NewPlan("Rencana induk kota cerdas 2021-2025", 2021, 2025)
    masterplan.start_plan(by=behind.who("coordinator"), region=OWN, given=given, now=AFTER)
    said = Visitor(behind, "coordinator").said("langkah/ukuran/P001/1/usulan/")
    assert "The plan that is being written ends before the year of the evaluation" in said
    assert "No version of the master plan is being written" not in said


def test_a_target_of_nothing_next_year_is_what_the_form_begins_with(behind: World) -> None:
    revised(behind)
    found = to_aim(behind.assessment().pk, "P001", 1, by=behind.who("coordinator"), now=AFTER)
    yearly = ((2026, Decimal(600)), (2027, Decimal(0)))
    form = _aim_form(RequestFactory().get("/"), replace(found, target=replace(found.target, yearly=yearly)))
    assert form is not None
    assert (form.initial["year"], form.initial["value"]) == (2027, Decimal(0))


def test_a_second_click_writes_nothing_until_the_first_is_taken_back(behind: World) -> None:
    version = revised(behind)
    first = aimed(behind, version)
    with pytest.raises(AlreadyProposed):
        aimed(behind, version)
    assert Proposal.objects.filter(version=version).count() == 1
    masterplan.withdraw_proposal(by=behind.who("contributor"), proposal=first, now=AFTER)
    assert aimed(behind, version) != first


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"year": 2026, "value": Decimal(600)}, "value"),
        ({"year": 2031}, "targets.0.yearly.2031"),
        ({"target": 9}, ""),
        ({"programme": "P009"}, ""),
    ],
)
def test_what_cannot_be_aimed_at_is_refused(behind: World, changed: dict[str, Any], place: str) -> None:
    version = revised(behind)
    with pytest.raises(Faults if place else NotFound) as refused:
        aimed(behind, version, **changed)
    if isinstance(refused.value, Faults):
        assert [one.place for one in refused.value.faults] == [place]
    assert not Proposal.objects.filter(version=version).exists()


def test_only_the_coordinator_aims_and_only_into_the_own_plan(behind: World) -> None:
    version = revised(behind)
    for who in ("contributor", "verifier", "secretariat"):
        with pytest.raises(NotAllowed):
            aimed(behind, version, by=who)
    with pytest.raises(NotFound):
        aimed(behind, 0)
    aim, key = Aim("P001", 1, 2027, Decimal(900)), behind.assessment().pk
    for by in (behind.who("coordinator", FAR), PUBLIC):
        with pytest.raises(NotFound):
            operations.propose_target(by=by, assessment=key, version=version, aim=aim, now=AFTER)
    assert not Proposal.objects.filter(version=version).exists()


def test_the_page_sets_the_target_and_keeps_what_was_typed(behind: World) -> None:
    visitor, path = Visitor(behind, "coordinator"), "langkah/ukuran/P001/1/usulan/"
    assert f"/{path}" in visitor.client.get(visitor.address("langkah/ukuran/")).content.decode()
    assert (
        f"/{path}" not in Visitor(behind, "contributor").client.get(visitor.address("langkah/ukuran/")).content.decode()
    )
    assert "No version of the master plan is being written" in visitor.said(path)
    version = revised(behind)
    assert "everything else stays as it is" in visitor.said(path)
    refused = visitor.post(path, 422, version=version, year="2027", value="banyak")
    assert 'value="banyak"' in refused.content.decode()
    refused = visitor.post(path, 422, version=version, year="2026", value="600")
    assert "This is the target already" in refused.content.decode()
    answer = visitor.post(path, version=version, year="2027", value="900")
    assert answer["Location"] == visitor.address("langkah/ukuran/")
    assert "Proposal 1 for version 2" in visitor.said(path)
    again = visitor.post(path, 409, version=version, year="2027", value="901")
    assert "already proposed, as number 1" in again.content.decode()
    Visitor(behind, "contributor").said(path, 403)
    Visitor(behind, "coordinator", FAR).said(path, 404)


def test_the_api_sets_it_too(behind: World) -> None:
    version, client = revised(behind), Visitor(behind, "coordinator").client
    address = f"/api/v1/assessments/{behind.assessment().pk}/measure-steps/proposals"
    given = {"version": version, "programme": "P001", "target": 1, "year": 2027, "value": "900"}
    answer = client.post(address, given, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert Proposal.objects.get(pk=answer.json()["proposal"]).origin == Origin.MEASURE
    assert client.post(address, given, content_type="application/json").status_code == 409
