"""Figures of the master plan next to answers: what they say, taking them, and departing from them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from evaluation.cycle import plan
from evaluation.cycle.test_answers_operations import fill, save
from evaluation.cycle.test_answers_pages import Visitor, words
from evaluation.cycle.world import NEIGHBOUR, NOW, OWN, World
from kit.races import together
from pilar.evaluation import operations, reference
from pilar.evaluation.models import Answer, AnswerEvidence, AnswerOrigin, Campaign, Phase
from pilar.evaluation.operations import SeenFigure
from pilar.evaluation.queries.answers import form
from pilar.evaluation.queries.marking import marking_form
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.authority import SelfAssessmentOver
from pilar.evaluation.rules.plan_figures import FigureKind, NoPlanFigure, PlanFigureChanged, Wanted
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.masterplan.operations import NewBody, save_body
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import Fund
from pilar.masterplan.rules.statements import BodyKind
from pilar.people.rules import NotAllowed
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent
from pilar.platform.versions import Outdated
from pilar.surveys.reference import pillars


@pytest.fixture
def opened(with_plan: World, monkeypatch: pytest.MonkeyPatch) -> World:
    plan.ask_for_figures(monkeypatch)
    return with_plan


@pytest.fixture
def committed(committed_world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    plan.ask_for_figures(monkeypatch)
    committed_world.set_phase(PhaseState.OPEN)
    plan.in_force(committed_world)
    return committed_world


def take(world: World, node: str = "programmes", by: str = "contributor", **changed: Any) -> int:
    named: dict[str, Any] = {
        "by": world.who(by), "assessment": world.assessment().pk, "seen": plan.seen(world, node), "now": NOW,
    }  # fmt: skip
    return operations.take_plan_figures(**named | changed)


def errors(world: World) -> list[tuple[str, str]]:
    found = form(world.assessment().pk, scope=world.who("coordinator"), now=NOW).readiness.errors
    return [(one.node, one.fault.code) for one in found if one.fault.code != "unanswered"]


# What they say


def test_a_body_counts_with_its_decree_once_that_is_there(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = Wanted("budget", FigureKind.BODIES, ("council", "team"))
    rules = replace(plan.RULES, nodes={"budget": wanted})
    monkeypatch.setattr(reference, "plan_figures", lambda: rules)
    world.set_phase(PhaseState.OPEN)
    made, _line = plan.in_force(world)
    for kind, day in ((BodyKind.COUNCIL, date(2026, 12, 31)), (BodyKind.TEAM, date(2027, 1, 1))):
        body = NewBody(kind, str(kind), decree="Keputusan Bupati", decreed_on=day)
        save_body(by=world.who("coordinator"), plan=made.row().plan.key, given=body)
    (found,) = form(world.assessment().pk, scope=world.who("coordinator"), now=NOW).beside.values()
    assert found.shown.names == ("council",)


# The data


@pytest.mark.parametrize("wanted", reference.plan_figures().nodes.values(), ids=lambda one: one.node)
def test_every_indicator_named_is_in_the_instruments_named(wanted: Any) -> None:
    assert wanted.instruments
    for code in wanted.instruments:
        leaf = {one.code: one for one in reference.instrument(code).leaves}[wanted.node]
        assert leaf.mark is not None
        kinds = {FigureKind.PROGRAMMES: "ratio", FigureKind.SURVEY: "survey"}
        assert leaf.mark.kind == kinds.get(wanted.kind, "level"), code


def test_an_indicator_not_named_for_an_instrument_is_not_in_it() -> None:
    rules = reference.plan_figures()
    for instrument in reference.instruments():
        named = {node for node, one in rules.nodes.items() if instrument.code in one.instruments}
        if named:
            assert {leaf.code for leaf in instrument.leaves} & rules.nodes.keys() == named, instrument.code


def test_what_figures_are_of_is_in_the_framework() -> None:
    known = {
        FigureKind.PROGRAMMES: {one.code for one in framework().pillars.parts()},
        FigureKind.QUICK_WINS: {one.code for one in framework().criteria.entries},
        FigureKind.BODIES: set(BodyKind),
        FigureKind.BUDGET: set(Fund),
        FigureKind.SURVEY: {one.code for one in pillars()},
    }
    for one in reference.plan_figures().nodes.values():
        assert set(one.of) <= known.get(one.kind, set()), one.node
    for kind in (FigureKind.PROGRAMMES, FigureKind.QUICK_WINS, FigureKind.SURVEY):
        named = [one.of[0] for one in reference.plan_figures().nodes.values() if one.kind is kind]
        assert sorted(named) == sorted(known[kind])


# Taking


def test_taking_answers_attaches_the_evidence_and_says_where_it_comes_from(opened: World) -> None:
    assert take(opened) == 1
    answer = Answer.objects.get(node="programmes")
    assert (answer.realised, answer.planned, answer.explanation) == (1, 1, "")
    assert answer.source == (
        "Rencana induk kota cerdas 2026-2030, versi 1, laporan s.d. triwulan II 2026, per 30 Juni 2026:"
        " 1 dari 1 program yang direncanakan terealisasi (P001)"
    )
    assert AnswerEvidence.objects.get(answer=answer).evidence.title == "Laporan triwulan"
    origin = AnswerOrigin.objects.get()
    assert (origin.node, origin.plan_version.number, origin.taken_by_id, origin.taken_at) == (
        "programmes", 1, opened.key("contributor"), NOW,
    )  # fmt: skip
    assert (origin.figures["part"], origin.figures["whole"], origin.figures["reported"]) == (1, 1, "2026-Q2")
    assert AuditEvent.objects.filter(action="take-plan-figures", area=OWN).count() == 1


def test_taking_twice_changes_nothing(opened: World) -> None:
    seen = plan.seen(opened, "programmes")
    take(opened, seen=seen)
    before = (Answer.objects.values().get(), AnswerOrigin.objects.values().get(), AuditEvent.objects.count())
    take(opened, "programmes", "coordinator", seen=seen)
    assert (Answer.objects.values().get(), AnswerOrigin.objects.values().get(), AuditEvent.objects.count()) == before


def test_an_explanation_stays_and_an_answer_not_seen_is_not_overwritten(opened: World) -> None:
    save(opened, "programmes", Given(realised=Decimal(2), planned=Decimal(4), explanation="Dua ditunda"))
    with pytest.raises(Outdated):
        take(opened)
    assert not AnswerOrigin.objects.exists()
    take(opened, seen=plan.seen(opened, "programmes", 1))
    row = Answer.objects.get()
    assert (row.realised, row.planned, row.explanation, row.version) == (1, 1, "Dua ditunda", 2)


def test_a_suggestion_fills_in_the_mark_and_a_budget_the_source_alone(opened: World) -> None:
    take(opened, "policy")
    row = Answer.objects.get(node="policy")
    # Decreed and in force, but without a file: two of three.
    assert row.mark == 3
    assert "2 dari 3" in row.source
    take(opened, "budget", "colleague")
    row = Answer.objects.get(node="budget")
    assert row.mark is None
    assert "Rp 750.000.000" in row.source


def test_another_offices_indicator_is_refused(opened: World) -> None:
    with pytest.raises(NotAllowed):
        take(opened, "programmes", "colleague")
    chosen = [plan.seen(opened, "budget"), plan.seen(opened, "programmes")]
    with pytest.raises(NotAllowed):
        operations.take_all_plan_figures(
            by=opened.who("colleague"), assessment=opened.assessment().pk, chosen=chosen, now=NOW
        )
    assert not Answer.objects.exists()


def test_after_the_closing_time_it_is_refused(opened: World) -> None:
    seen = plan.seen(opened, "programmes")
    Phase.objects.filter(pk=opened.phases[1].pk).update(closes_at=datetime(2026, 3, 2, tzinfo=UTC))
    with pytest.raises(SelfAssessmentOver):
        take(opened, seen=seen, now=datetime(2026, 3, 2, tzinfo=UTC))
    with pytest.raises(SelfAssessmentOver):
        operations.take_all_plan_figures(
            by=opened.who("contributor"), assessment=opened.assessment().pk, chosen=[seen],
            now=datetime(2026, 3, 2, tzinfo=UTC),
        )  # fmt: skip
    assert not Answer.objects.exists()


def test_what_is_not_what_was_seen_or_not_there_is_not_taken(opened: World) -> None:
    with pytest.raises(PlanFigureChanged):
        take(opened, seen=SeenFigure("programmes", 0, "0" * 32))
    with pytest.raises(NoPlanFigure):
        take(opened, seen=SeenFigure("poverty", 0, "0" * 32), by="colleague")
    with pytest.raises(NoPlanFigure):
        operations.take_plan_figures(
            by=opened.who("contributor", NEIGHBOUR), assessment=opened.assessment(NEIGHBOUR).pk,
            seen=plan.seen(opened, "programmes"), now=NOW,
        )  # fmt: skip
    assert not Answer.objects.exists()


def test_all_at_once_overwrites_only_what_was_seen(opened: World) -> None:
    save(opened, "policy", Given(mark=Decimal(1)))
    key, by = opened.assessment().pk, opened.who("coordinator")
    chosen = [plan.seen(opened, node) for node in ("programmes", "policy", "budget")]
    with pytest.raises(Outdated):
        operations.take_all_plan_figures(by=by, assessment=key, chosen=chosen, now=NOW)
    assert [row.node for row in Answer.objects.all()] == ["policy"]
    chosen[1] = plan.seen(opened, "policy", 1)
    assert operations.take_all_plan_figures(by=by, assessment=key, chosen=chosen, now=NOW) == 3
    assert operations.take_all_plan_figures(by=by, assessment=key, chosen=chosen, now=NOW) == 0
    assert AnswerOrigin.objects.count() == 3


def test_two_takers_and_a_typist(committed: World) -> None:
    """One who takes the same figures is told nothing; of two who answer differently, one is told."""
    seen, people = plan.seen(committed, "programmes"), ("coordinator", "contributor")
    standings = {name: committed.who(name) for name in people}
    key = committed.assessment().pk

    def takes(name: str) -> Callable[[], object]:
        return lambda: operations.take_plan_figures(by=standings[name], assessment=key, seen=seen, now=NOW)

    assert together(*map(takes, people)) == [1, 1]
    assert (Answer.objects.count(), AnswerOrigin.objects.count()) == (1, 1)
    assert AuditEvent.objects.filter(action="take-plan-figures").count() == 1
    Answer.objects.all().delete()
    found = together(
        takes("contributor"),
        lambda: operations.save_answer(
            by=standings["coordinator"], assessment=key, node="programmes", seen_version=0, now=NOW,
            given=Given(realised=Decimal(5), planned=Decimal(5)),
        ),
    )  # fmt: skip
    assert [type(one) for one in found if one != 1] == [Outdated]


def test_what_was_taken_is_known_in_the_next_phase(opened: World) -> None:
    take(opened)
    opened.set_phase(PhaseState.PUBLISHED)
    opened.set_phase(PhaseState.OPEN, 2)
    key, by = opened.assessment(number=2).pk, opened.who("contributor")
    assert operations.take_over_answers(by=by, assessment=key, now=NOW) == 1
    found = form(key, scope=by, now=NOW)
    assert found.beside["programmes"].is_taken(found.answer("programmes").given)
    assert AnswerOrigin.objects.count() == 2


# Departing from the plan


def test_a_share_that_differs_needs_an_explanation(opened: World) -> None:
    fill(opened)
    assert errors(opened) == [("programmes", "differs-from-plan")]
    with pytest.raises(Faults) as refused:
        operations.submit(by=opened.who("coordinator"), assessment=opened.assessment().pk, now=NOW)
    assert [(one.code, one.place) for one in refused.value.faults] == [("differs-from-plan", "programmes")]
    explained = Given(
        realised=Decimal(9), planned=Decimal(10), source="Laporan", explanation="Sembilan di luar rencana"
    )
    save(opened, "programmes", explained, seen_version=1)
    assert errors(opened) == []
    operations.submit(by=opened.who("coordinator"), assessment=opened.assessment().pk, now=NOW)


def test_a_suggested_mark_needs_a_reason_only_after_it_was_taken(opened: World) -> None:
    save(opened, "policy", Given(mark=Decimal(4)))
    assert errors(opened) == []
    take(opened, seen=plan.seen(opened, "policy", 1))
    save(opened, "policy", Given(mark=Decimal(4)), seen_version=2)
    assert errors(opened) == [("policy", "differs-from-plan")]
    save(opened, "policy", Given(mark=Decimal(4), explanation="Berkas menyusul"), seen_version=3)
    assert errors(opened) == []


def test_what_the_plan_says_later_is_a_warning_and_can_be_taken_again(world: World, monkeypatch: Any) -> None:
    plan.ask_for_figures(monkeypatch)
    world.set_phase(PhaseState.OPEN)
    made, line = plan.in_force(world, reported=10)
    take(world)
    assert (Answer.objects.get().realised, errors(world)) == (0, [])
    plan.report(made, line, 100, seen=1, reason="Terlambat dicatat")
    assert errors(world) == [("programmes", "differs-from-plan")]
    remarks = form(world.assessment().pk, scope=world.who("coordinator"), now=NOW).readiness.remarks
    assert "plan-changed" in {one.fault.code for one in remarks}
    take(world, seen=plan.seen(world, "programmes", 1))
    assert (Answer.objects.get().realised, errors(world)) == (1, [])
    assert AnswerOrigin.objects.get().figures["part"] == 1


def test_the_panel_reads_plan_answer_and_reason(world: World, monkeypatch: Any) -> None:
    plan.ask_for_figures(monkeypatch)
    world.set_phase(PhaseState.OPEN)
    made, line = plan.in_force(world, reported=0)
    plan.report(made, line, 10, evidence=[plan.a_link(world)])
    take(world)
    given = Given(realised=Decimal(1), planned=Decimal(1), explanation="Selesai setelah laporan")
    save(world, "programmes", given, seen_version=1)
    key = world.assessment().pk
    world.set_assessment(AssessmentState.SUBMITTED)
    world.set_phase(PhaseState.REVIEW)
    visitor = Visitor(world, "assessor1")
    said = words(visitor.client.get(f"/en/kerja/asesor/{key}/"))
    assert (
        "0 of 1 planned programmes realised (version 1, reports until quarter II of 2026, per 30 June 2026); region"
        " answered 1 of 1; reason: Selesai setelah laporan"
    ) in said
    assert "Now the plan says" not in said
    plan.report(made, line, 100, seen=1, reason="Terlambat dicatat")
    page = visitor.client.get(f"/en/kerja/asesor/{key}/").content.decode()
    assert "Now the plan says: 1 of 1 planned programmes realised" in re.sub(r"\s+", " ", page)
    assert "region answered 1 of 1; reason: Selesai setelah laporan" in re.sub(r"\s+", " ", page)
    assert f"/en/kerja/rencana/versi/{made.version}/program/P001/" in page
    piece = AnswerEvidence.objects.get(answer__node="programmes").evidence_id
    assert visitor.client.get(f"/en/bukti/{piece}/").status_code == 200
    item = next(one for one in marking_form(key, scope=world.who("assessor1")).items if one.node.code == "budget")
    assert item.plan is not None
    assert (item.plan.taken, item.plan.answered) == (False, "")


def test_the_database_keeps_one_origin_an_indicator_with_its_fingerprint(opened: World) -> None:
    take(opened)
    row = AnswerOrigin.objects.get()
    for changed in ({"pk": None}, {"fingerprint": "x"}):
        for name, value in changed.items():
            setattr(row, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
        row = AnswerOrigin.objects.get()


def test_last_years_follow_up_answers_without_a_plan(world: World, monkeypatch: Any) -> None:
    from evaluation.cycle.agreed import published, recommend
    from pilar.evaluation.models import FollowUp, FollowUpEvidence, Instrument, Participation
    from pilar.evaluation.rules.plan_figures import Rules, Wanted

    rules = Rules(1, "assumption", plan.RULES.bands, {"policy": Wanted("policy", FigureKind.FOLLOW_UP)})
    monkeypatch.setattr(reference, "plan_figures", lambda: rules)
    for _one in range(4):
        recommend(world)
    published(world)
    done = FollowUp.objects.order_by("pk")[:3]
    FollowUp.objects.filter(pk__in=[one.pk for one in done]).update(state="done", note="Ditetapkan")
    FollowUpEvidence.objects.create(follow_up=done[0], evidence_id=plan.a_link(world, "SK tindak lanjut"))
    later = Campaign.objects.create(
        code="2027-uji", year=2027, title_id="Evaluasi 2027", title_en="Evaluation 2027", synthetic=True,
        instrument=Instrument.objects.get(code="cycle-test"), previous=world.campaign,
    )  # fmt: skip
    phase = Phase.objects.create(
        campaign=later, number=1, state=PhaseState.OPEN, opens_at=NOW, closes_at=world.phases[1].closes_at
    )
    group = later.groups.create(code="regular", title_id="Reguler", title_en="Regular")
    joined = Participation.objects.create(campaign=later, region_id=OWN, group=group)
    key = joined.assessments.create(phase=phase).pk
    by = world.who("coordinator")
    found = form(key, scope=by, now=NOW).beside["policy"].now
    assert found is not None
    assert (found.counted.part, found.counted.whole, found.counted.level) == (3, 4, "3")
    seen = SeenFigure("policy", 0, found.fingerprint)
    operations.take_plan_figures(by=by, assessment=key, seen=seen, now=NOW)
    answer = Answer.objects.get(assessment=key)
    assert answer.source == "Tindak lanjut rekomendasi tahun lalu: 3 dari 4 rekomendasi selesai; usulan nilai 3"
    assert answer.attachments.get().evidence.title == "SK tindak lanjut"
    assert AnswerOrigin.objects.get().plan_version is None
