"""The closed Impact survey next to an answer: what it says, taking it, its evidence, and departing from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from evaluation.cycle import plan, surveyed
from evaluation.cycle.test_answers_operations import save
from evaluation.cycle.world import FAR, NEIGHBOUR, NOW, OWN, World
from kit.races import together
from pilar.evaluation import operations
from pilar.evaluation.models import Answer, AnswerEvidence, AnswerOrigin, Campaign, SurveyFile
from pilar.evaluation.operations import SeenFigure
from pilar.evaluation.queries.answers import form
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.authority import WrongState
from pilar.evaluation.rules.plan_figures import Beside, NoPlanFigure, PlanFigureChanged
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.evidence import operations as evidence
from pilar.evidence import queries as pieces
from pilar.evidence.models import Evidence, HeldFile, Revision
from pilar.evidence.operations import ReservedEvidence
from pilar.people.rules import OPERATOR, NotAllowed, NotFound, Standing
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent
from pilar.platform.versions import Outdated
from pilar.surveys import operations as surveys


@pytest.fixture
def opened(with_survey: World, monkeypatch: pytest.MonkeyPatch) -> World:
    surveyed.ask_for_survey(monkeypatch)
    return with_survey


def beside(world: World, by: str = "coordinator") -> Beside:
    return form(world.assessment().pk, scope=world.who(by), now=NOW).beside["survey"]


def says_nothing(world: World) -> bool:
    return "survey" not in form(world.assessment().pk, scope=world.who("coordinator"), now=NOW).beside


def take(world: World, by: str = "contributor", version: int = 0, **changed: Any) -> int:
    named: dict[str, Any] = {
        "by": world.who(by), "assessment": world.assessment().pk, "seen": plan.seen(world, "survey", version),
        "now": NOW,
    }  # fmt: skip
    return operations.take_plan_figures(**named | changed)


def remarks(world: World) -> dict[str, str]:
    """What there is to say about the answer before it is handed in: severity by code."""
    found = form(world.assessment().pk, scope=world.who("coordinator"), now=NOW).readiness.remarks
    return {one.fault.code: one.severity.value for one in found if one.node == "survey"}


def answers_file() -> UUID:
    return SurveyFile.objects.get(kind="answers").evidence_id


# What it says


def test_it_says_the_mean_and_what_it_rests_on(opened: World) -> None:
    found = beside(opened).now
    assert found is not None
    counted, one = found.counted, found.counted.surveyed
    assert one is not None
    # Both programmes alike: four answers whose seven marks sum to 24, and one of seven threes that counts half:
    # (4 · 24 + 0.5 · 21) / (4.5 · 7) = 3.381; what was too fast counts nothing.
    assert (counted.amount, counted.part, counted.whole) == ("3.38", 10, 12)
    assert (one.title, one.form, one.version, one.among) == ("Survei dampak 2026", "impact-2023", "1.1", 1)
    assert (one.count, one.clean, one.doubted, one.weight) == (12, 8, 4, "9.00")
    assert [(flag.flag.value, flag.count, flag.weight) for flag in one.flags if flag.count] == [
        ("fast", 2, 0), ("straight", 2, 50),
    ]  # fmt: skip
    assert [(programme.title, programme.counting, programme.quota) for programme in one.missed] == [
        ("Perizinan daring", 5, 7)
    ]
    assert Decimal(one.lower) < Decimal(counted.amount) < Decimal(one.upper)
    assert (one.stated_on, found.evidence) == ("", ())


def test_an_office_sees_the_figure_of_all_programmes_of_the_pillar(opened: World) -> None:
    assert beside(opened, "contributor") == beside(opened, "coordinator")


def test_only_a_closed_survey_of_the_year_and_the_region_says_anything(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    surveyed.ask_for_survey(monkeypatch)
    world.set_phase(PhaseState.OPEN)
    key = surveyed.drawn_up(world, "Survei berjalan")
    surveyed.closed(world, "Survei 2025", year=2025)
    surveyed.closed(world, "Survei tetangga", region=NEIGHBOUR)
    assert says_nothing(world)
    surveys.open_survey(by=OPERATOR, survey=key)
    assert says_nothing(world)
    surveys.close_survey(by=OPERATOR, survey=key, now=surveyed.AFTER)
    # Closed, but nobody has answered.
    found = beside(world).now
    assert found is not None
    assert (found.counted.amount, found.can_be_taken) == ("", False)
    with pytest.raises(NoPlanFigure):
        take(world)


def test_a_satisfaction_survey_says_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    surveyed.ask_for_survey(monkeypatch)
    world.set_phase(PhaseState.OPEN)
    key = surveyed.drawn_up(world, "IKM", questionnaire="ikm-2017")
    surveys.open_survey(by=OPERATOR, survey=key)
    surveys.close_survey(by=OPERATOR, survey=key, now=surveyed.AFTER)
    assert says_nothing(world)


def test_made_up_answers_count_in_a_made_up_evaluation_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    surveyed.ask_for_survey(monkeypatch)
    world.set_phase(PhaseState.OPEN)
    surveyed.closed(world, synthetic=True)
    assert beside(world).shown.amount == "3.38"
    Campaign.objects.filter(pk=world.campaign.pk).update(synthetic=False)
    assert says_nothing(world)


def test_of_several_one_with_a_statement_counts_else_the_newest(opened: World) -> None:
    surveyed.closed(opened, "Survei ulang", easier=1)
    one = beside(opened).shown.surveyed
    assert one is not None
    assert (one.title, one.among) == ("Survei ulang", 2)
    first = surveyed.keys(opened)["Survei dampak 2026"]
    surveyed.stated(opened, first)
    one = beside(opened).shown.surveyed
    assert one is not None
    assert (one.title, one.among, one.stated_by) == ("Survei dampak 2026", 2, "Bupati Tangerang")


# Taking


def test_taking_answers_and_attaches_what_proves_it(opened: World) -> None:
    file = surveyed.stated(opened, surveyed.keys(opened)["Survei dampak 2026"])
    assert take(opened) == 1
    answer = Answer.objects.get()
    assert (answer.mark, answer.explanation) == (Decimal("3.38"), "")
    assert answer.source == (
        "Survei “Survei dampak 2026”, impact-2023 versi 1.1, sudah ditutup, Bupati Tangerang bertanggung jawab atas"
        " keabsahannya (20 Februari 2026): rata-rata 3,38 dari 10 jawaban (diperlukan 12)"
    )
    attached = [one.evidence for one in AnswerEvidence.objects.order_by("pk")]
    assert [(one.title, one.reserved) for one in attached] == [
        ("Pernyataan bupati", False),
        ("Rekapitulasi survei (PDF): Survei dampak 2026", False),
        ("Rekapitulasi survei (XLSX): Survei dampak 2026", False),
        ("Jawaban satu per satu tanpa identitas (CSV): Survei dampak 2026", True),
    ]
    assert attached[0].pk == file
    types = [one.revisions.get().media_type.rpartition("/")[2] for one in attached[1:]]
    assert (types[0], types[2]) == ("pdf", "csv")
    assert not HeldFile.objects.exists()
    origin = AnswerOrigin.objects.get()
    assert (origin.plan_version_id, origin.figures["surveyed"]["stated_by"]) == (None, "Bupati Tangerang")
    found = beside(opened)
    assert found.is_taken(Given(mark=Decimal("3.38")))
    assert not found.changed


def test_taking_twice_changes_nothing(opened: World) -> None:
    seen = plan.seen(opened, "survey")

    def stored() -> tuple[Any, ...]:
        return (
            Answer.objects.values().get(), AnswerOrigin.objects.values().get(), AuditEvent.objects.count(),
            Revision.objects.count(), HeldFile.objects.count(),
        )  # fmt: skip

    take(opened)
    before = stored()
    take(opened, "coordinator", seen=seen)
    assert stored() == before
    assert Revision.objects.count() == 3


def test_all_at_once_takes_it_too(opened: World) -> None:
    key, by = opened.assessment().pk, opened.who("coordinator")
    chosen = [plan.seen(opened, "survey")]
    assert operations.take_all_plan_figures(by=by, assessment=key, chosen=chosen, now=NOW) == 1
    assert operations.take_all_plan_figures(by=by, assessment=key, chosen=chosen, now=NOW) == 0
    assert AnswerEvidence.objects.count() == 3


def test_who_may_not_take_it_makes_no_files(opened: World) -> None:
    seen = plan.seen(opened, "survey")
    for name, region, refused in (
        ("colleague", OWN, NotAllowed), ("verifier", OWN, NotAllowed), ("secretariat", OWN, NotAllowed),
        ("assessor1", OWN, NotAllowed), ("assessor3", OWN, NotFound), ("coordinator", FAR, NotFound),
    ):  # fmt: skip
        with pytest.raises(refused):
            operations.take_plan_figures(
                by=opened.who(name, region), assessment=opened.assessment().pk, seen=seen, now=NOW
            )
    with pytest.raises(PlanFigureChanged):
        take(opened, seen=SeenFigure("survey", 0, "0" * 32))
    opened.set_assessment(AssessmentState.SUBMITTED)
    with pytest.raises(WrongState):
        take(opened, seen=seen)
    assert not HeldFile.objects.exists()
    assert not Evidence.objects.exists()


def test_what_is_made_and_not_kept_is_swept_away(opened: World) -> None:
    """What happens between the files and their rows leaves nothing behind."""
    save(opened, "survey", Given(mark=Decimal(3), explanation="Menurut OPD"))
    with pytest.raises(Outdated):
        take(opened)
    assert HeldFile.objects.count() == 3
    assert not Evidence.objects.exists()
    assert evidence.sweep(by=OPERATOR, now=NOW + timedelta(hours=2)) == 3
    assert take(opened, version=1) == 2
    assert (Evidence.objects.count(), Answer.objects.get().explanation) == (3, "Menurut OPD")


def test_two_who_take_it_at_once_keep_each_file_once(committed_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    surveyed.ask_for_survey(monkeypatch)
    surveyed.open_with_survey(committed_world)
    seen, key = plan.seen(committed_world, "survey"), committed_world.assessment().pk
    standings = [committed_world.who(name) for name in ("coordinator", "contributor")]

    def takes(by: Standing) -> Callable[[], object]:
        return lambda: operations.take_plan_figures(by=by, assessment=key, seen=seen, now=NOW)

    assert together(*map(takes, standings)) == [1, 1]
    assert (SurveyFile.objects.count(), Revision.objects.count(), AnswerEvidence.objects.count()) == (3, 3, 3)
    evidence.sweep(by=OPERATOR, now=NOW + timedelta(hours=2))
    assert evidence.check_store(by=OPERATOR) == ()


# Who reads the evidence


def test_single_answers_are_read_by_those_who_may_see_them(opened: World) -> None:
    take(opened)
    key = answers_file()

    def reads(name: str, region: str = OWN) -> bool:
        return bool(pieces.evidence_list([key], scope=opened.who(name, region)))

    assert [name for name in ("contributor", "colleague", "verifier", "assessor1", "assessor3") if reads(name)] == []
    assert not reads("coordinator", FAR)
    assert reads("coordinator")
    assert reads("secretariat")
    opened.set_assessment(AssessmentState.SUBMITTED)
    opened.set_phase(PhaseState.REVIEW)
    assert reads("assessor1")
    assert not reads("assessor3")
    assert not reads("contributor")
    recap = SurveyFile.objects.get(kind="recap").evidence_id
    for name in ("contributor", "verifier", "assessor1"):
        assert pieces.evidence_list([recap], scope=opened.who(name)), name


def test_an_office_can_neither_attach_nor_revise_single_answers(opened: World) -> None:
    take(opened)
    key, by = answers_file(), opened.who("contributor")
    with pytest.raises(NotFound):
        operations.attach(by=by, assessment=opened.assessment().pk, node="policy", evidence=key, now=NOW)
    with pytest.raises(NotFound):
        evidence.add_revision(
            by=by, evidence=key, content=evidence.Link("https://contoh.invalid/jawaban"), now=NOW
        )  # fmt: skip


def test_single_answers_are_not_opened_to_the_public(opened: World) -> None:
    take(opened)
    with pytest.raises(ReservedEvidence):
        evidence.release(by=opened.who("secretariat"), evidence=answers_file(), number=1, now=NOW)


def test_nobody_has_to_verify_single_answers(opened: World) -> None:
    from pilar.evaluation.queries.assessment_lists import waiting_evidence

    take(opened)
    for name in ("coordinator", "verifier"):
        found = form(opened.assessment().pk, scope=opened.who(name), now=NOW)
        assert [one.row.title.partition(":")[0] for one in waiting_evidence(found)] == [
            "Rekapitulasi survei (PDF)", "Rekapitulasi survei (XLSX)",
        ]  # fmt: skip


def test_what_is_handed_in_has_all_its_evidence(opened: World) -> None:
    surveyed.stated(opened, surveyed.keys(opened)["Survei dampak 2026"])
    take(opened)
    for node in ("policy", "budget", "programmes", "poverty"):
        save(opened, node)
    operations.submit(by=opened.who("coordinator"), assessment=opened.assessment().pk, now=NOW)
    assert {one.number for one in AnswerEvidence.objects.filter(answer__node="survey")} == {1}


def test_what_was_taken_goes_over_to_the_next_phase_with_single_answers(opened: World) -> None:
    take(opened)
    opened.set_phase(PhaseState.PUBLISHED)
    opened.set_phase(PhaseState.OPEN, 2)
    key, by = opened.assessment(number=2).pk, opened.who("contributor")
    assert operations.take_over_answers(by=by, assessment=key, now=NOW) == 1
    attached = AnswerEvidence.objects.filter(answer__assessment=key)
    assert {one.evidence_id for one in attached} == {one.evidence_id for one in SurveyFile.objects.all()}
    found = form(key, scope=by, now=NOW)
    assert found.beside["survey"].is_taken(found.answer("survey").given)


# Departing from it, and what changes later


def test_another_mean_needs_a_reason(opened: World) -> None:
    save(opened, "survey", Given(mark=Decimal("3.9"), source="Survei lain"))
    assert remarks(opened)["differs-from-survey"] == "error"
    with pytest.raises(Faults):
        operations.submit(by=opened.who("coordinator"), assessment=opened.assessment().pk, now=NOW)
    explained = Given(mark=Decimal("3.9"), source="Survei lain", explanation="Sampel diperluas")
    save(opened, "survey", explained, seen_version=1)
    assert "differs-from-survey" not in remarks(opened)
    save(opened, "survey", Given(not_applicable=True, explanation="Belum ada program"), seen_version=2)
    assert "differs-from-survey" not in remarks(opened)


def test_a_missing_statement_and_a_missed_quota_are_said_before_it_is_handed_in(opened: World) -> None:
    take(opened)
    found = remarks(opened)
    assert (found["survey-not-stated"], found["quota-missed"]) == ("warning", "warning")
    surveyed.stated(opened, surveyed.keys(opened)["Survei dampak 2026"])
    assert "survey-not-stated" not in remarks(opened)


def test_a_statement_added_later_can_be_taken_too(opened: World) -> None:
    take(opened)
    surveyed.stated(opened, surveyed.keys(opened)["Survei dampak 2026"])
    assert beside(opened).changed
    assert remarks(opened)["survey-changed"] == "warning"
    take(opened, version=1)
    assert not beside(opened).changed
    assert "survey-changed" not in remarks(opened)
    numbers = {one.kind: one.evidence.revisions.count() for one in SurveyFile.objects.all()}
    # The recap names who answers for the survey; the single answers are what they were.
    assert numbers == {"recap": 2, "workbook": 2, "answers": 1}
    assert AnswerEvidence.objects.count() == 4


def test_a_newer_survey_says_otherwise(opened: World) -> None:
    take(opened)
    surveyed.closed(opened, "Survei ulang", easier=1)
    found = beside(opened)
    assert found.changed
    assert found.held.amount == "3.38"
    assert Decimal(found.shown.amount) < Decimal("3.38")
    assert remarks(opened)["differs-from-survey"] == "error"
    take(opened, version=1)
    assert SurveyFile.objects.count() == 6


def test_the_database_keeps_each_kind_of_file_once(opened: World) -> None:
    take(opened)
    row = SurveyFile.objects.get(kind="recap")
    for changed in ({"pk": None}, {"kind": "diary"}):
        again = SurveyFile.objects.get(pk=row.pk)
        for name, value in changed.items():
            setattr(again, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            again.save()
