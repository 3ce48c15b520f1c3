"""Results computed, approved, published, corrected: what is stored, and every door that is closed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation

from evaluation.cycle.agreed import LATER, LETTER, LETTER_DATE, agree, approve, compute, publish, published, recommend
from evaluation.cycle.world import CODE, FAR, NEIGHBOUR, NOW, OWN, World
from pilar.evaluation.models import (
    AgreedMark,
    Approval,
    Campaign,
    FollowUp,
    Phase,
    PhaseMove,
    Publication,
    PublishedResult,
    Snapshot,
    SnapshotResult,
)
from pilar.evaluation.operations import results
from pilar.evaluation.queries.computing import approved_current
from pilar.evaluation.rules.authority import WrongState
from pilar.evaluation.rules.marking import UnknownIndicator
from pilar.evaluation.rules.publishing import (
    AlreadyPublished,
    NotApproved,
    NotNewest,
    SnapshotNotFound,
    SnapshotOutdated,
)
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.models import Notice
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.audit import events
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent


def phase(world: World, number: int = 1) -> Phase:
    return Phase.objects.select_related("campaign__instrument", "campaign__previous").get(pk=world.phases[number].pk)


def row(world: World, region: str, version: int = 1) -> SnapshotResult:
    return SnapshotResult.objects.get(snapshot__phase=world.phases[1], snapshot__version=version, region=region)


def test_results_are_exact_rounded_once_and_ranked_with_shared_ties(world: World) -> None:
    agree(world)
    assert compute(world) == results.Computed(1, new=True)
    own, twin, far = (row(world, region) for region in (OWN, NEIGHBOUR, FAR))
    assert (own.final, own.final_exact, far.final, far.final_exact) == (
        Decimal("3.25"),
        "13/4",
        Decimal("1.90"),
        "19/10",
    )
    assert [one.rank_in_group for one in (own, twin, far)] == [1, 1, 3]
    assert [one.rank_in_nation for one in (own, twin, far)] == [1, 1, 3]
    assert [one.rank_in_province for one in (own, twin, far)] == [1, 1, 1]
    assert own.scores == {
        "policy": "3", "budget": "4", "programmes": "4", "poverty": "2", "survey": "13/4",
        "output": "7/2", "outcome": "37/12", "final": "13/4",
    }  # fmt: skip
    assert (own.missing, own.no_score, own.improvement, own.previous_final, own.comparable) == (
        [],
        "",
        None,
        None,
        True,
    )


def test_a_region_without_marks_has_no_score_and_says_why(world: World) -> None:
    agree(world)
    AgreedMark.objects.filter(assessment=world.assessment(FAR)).delete()
    AgreedMark.objects.filter(assessment=world.assessment(NEIGHBOUR), node__in=["policy", "budget"]).delete()
    compute(world)
    far, neighbour = row(world, FAR), row(world, NEIGHBOUR)
    assert (far.final, far.no_score, far.rank_in_group, far.missing) == (None, "blank", None, ["final"])
    assert (neighbour.final, neighbour.no_score, neighbour.missing) == (None, "incomplete", ["output"])
    assert row(world, OWN).rank_in_nation == 1


def test_the_same_input_is_not_stored_twice(world: World) -> None:
    agree(world)
    compute(world)
    assert compute(world, reason="sekali lagi") == results.Computed(1, new=False)
    assert Snapshot.objects.count() == 1
    assert len(events(target="evaluation.snapshot", key=Snapshot.objects.get().pk)) == 1


def test_a_new_version_needs_a_reason_and_gives_the_same_bytes_for_the_same_marks(world: World) -> None:
    agree(world)
    compute(world)
    change(world, "policy", "4")
    with pytest.raises(Faults) as refused:
        compute(world, reason="  ")
    assert refused.value.faults[0].place == "reason"
    assert compute(world, reason="Nilai diubah") == results.Computed(2, new=True)
    change(world, "policy", "3")
    compute(world, reason="Kembali")
    first, second, third = Snapshot.objects.order_by("version")
    assert first.input_sha256 == third.input_sha256 != second.input_sha256
    assert first.result_sha256 == third.result_sha256 != second.result_sha256
    assert third.reason == "Kembali"


def change(world: World, node: str, value: str, region: str = OWN) -> None:
    AgreedMark.objects.filter(assessment=world.assessment(region), node=node).update(value=Decimal(value))


@pytest.mark.parametrize("state", [PhaseState.DRAFT, PhaseState.OPEN, PhaseState.CLOSED])
def test_nothing_is_computed_before_the_desk_check(world: World, state: PhaseState) -> None:
    agree(world, state=state)
    with pytest.raises(WrongState):
        compute(world)


@pytest.mark.parametrize("name", ["coordinator", "contributor", "verifier", "chair", "assessor1"])
def test_only_the_secretariat_computes_approves_publishes_and_corrects(world: World, name: str) -> None:
    published(world)
    by = world.who(name)
    with pytest.raises(NotAllowed):
        results.compute_results(by=by, campaign=CODE, phase=1, now=NOW)
    with pytest.raises(NotAllowed):
        results.approve_results(by=by, campaign=CODE, phase=1, version=1, now=NOW)
    with pytest.raises(NotAllowed):
        results.publish_results(
            by=by, campaign=CODE, phase=1, version=1, letter_number=LETTER, letter_date=LETTER_DATE, now=LATER
        )
    with pytest.raises(NotAllowed):
        results.correct_results(by=by, campaign=CODE, phase=1, region=OWN, marks={}, reason="x", now=LATER)


@pytest.mark.parametrize("name", ["assessor3", "public"])
def test_who_has_no_part_in_the_campaign_does_not_learn_of_it(world: World, name: str) -> None:
    with pytest.raises(NotFound):
        results.compute_results(by=world.who(name), campaign=CODE, phase=1, now=NOW)


def test_approval_is_given_once_to_the_newest_version_of_the_marks_of_now(world: World) -> None:
    agree(world)
    with pytest.raises(SnapshotNotFound):
        approve(world)
    compute(world)
    assert not approved_current(phase(world))
    approve(world)
    approve(world)
    assert approved_current(phase(world))
    assert Approval.objects.get().approved_by_name == world.user("approver").name
    assert [event.action for event in events(target="evaluation.snapshot", key=Snapshot.objects.get().pk)] == [
        "approve", "compute",
    ]  # fmt: skip
    change(world, "policy", "4")
    assert not approved_current(phase(world))
    compute(world, reason="Nilai diubah")
    assert not approved_current(phase(world))
    change(world, "policy", "2")
    with pytest.raises(SnapshotOutdated):
        approve(world, version=2)
    compute(world, reason="Nilai diubah lagi")
    with pytest.raises(NotNewest):
        approve(world, version=2)


def test_results_are_not_approved_before_the_panels_have_agreed(world: World) -> None:
    agree(world, state=PhaseState.REVIEW)
    compute(world)
    with pytest.raises(WrongState):
        approve(world)


def test_publication_moves_the_phase_begins_follow_ups_and_tells_coordinators(world: World) -> None:
    finding = recommend(world)
    published(world)
    assert phase(world).state == PhaseState.PUBLISHED
    move = PhaseMove.objects.get()
    assert (move.from_state, move.to_state, move.by_name) == ("final", "published", world.user("secretariat").name)
    publication = Publication.objects.get()
    assert (publication.letter_number, publication.letter_date) == (LETTER, LETTER_DATE)
    assert FollowUp.objects.get().finding_id == finding
    told = set(Notice.objects.filter(kind="evaluation.results-published").values_list("user", flat=True))
    assert told == {world.key("coordinator", region) for region in (OWN, NEIGHBOUR, FAR)}


def test_publishing_twice_does_it_once(world: World) -> None:
    recommend(world)
    published(world)
    before = (AuditEvent.objects.count(), Notice.objects.count())
    publish(world)
    counts = (Publication, PhaseMove, FollowUp)
    assert [model.objects.count() for model in counts] == [1, 1, 1]
    assert (AuditEvent.objects.count(), Notice.objects.count()) == before
    with pytest.raises(AlreadyPublished):
        publish(world, letter="Nomor lain")


@pytest.mark.parametrize("state", [PhaseState.AGREED, PhaseState.OBJECTION])
def test_nothing_is_published_before_the_phase_is_final(world: World, state: PhaseState) -> None:
    agree(world)
    compute(world)
    approve(world)
    world.set_phase(state)
    with pytest.raises(WrongState):
        publish(world)
    assert not Publication.objects.exists()


def test_only_the_approved_newest_version_of_the_marks_of_now_is_published(world: World) -> None:
    agree(world, state=PhaseState.FINAL)
    compute(world)
    with pytest.raises(NotApproved):
        publish(world)
    approve(world)
    change(world, "policy", "4")
    with pytest.raises(SnapshotOutdated):
        publish(world)
    compute(world, reason="Nilai diubah")
    with pytest.raises(NotNewest):
        publish(world)
    assert not Publication.objects.exists()


@pytest.mark.parametrize(
    ("number", "day", "places"),
    [
        ("", LETTER_DATE, ["letter_number"]),
        ("  ", LETTER_DATE, ["letter_number"]),
        ("n" * 101, LETTER_DATE, ["letter_number"]),
        ("n\0", LETTER_DATE, ["letter_number"]),
        (LETTER, date(2026, 3, 2), ["letter_date"]),
        (LETTER, date(2026, 2, 28), ["letter_date"]),
        ("", date(2027, 1, 1), ["letter_number", "letter_date"]),
    ],
)
def test_a_letter_has_a_number_and_a_date_between_computation_and_today(
    world: World, number: str, day: date, places: list[str]
) -> None:
    agree(world, state=PhaseState.FINAL)
    compute(world)
    approve(world)
    with pytest.raises(Faults) as refused:
        results.publish_results(
            by=world.who("secretariat"), campaign=CODE, phase=1, version=1, letter_number=number, letter_date=day,
            now=LATER,
        )  # fmt: skip
    assert [fault.place for fault in refused.value.faults] == places
    assert phase(world).state == PhaseState.FINAL


def test_a_correction_is_a_new_version_and_the_old_one_stays(world: World) -> None:
    recommend(world)
    published(world)
    old = row(world, OWN)
    made = correct(world, {"policy": Decimal(2)})
    assert made == results.Computed(2, new=True)
    mark = AgreedMark.objects.get(assessment=world.assessment(), node="policy")
    assert (mark.value, mark.how, mark.reason, mark.settled_by_id) == (
        2,
        "chair",
        "Salah ketik",
        world.key("secretariat"),
    )
    approve(world, version=2)
    for number in (LETTER, f" {LETTER.lower()} "):
        with pytest.raises(Faults) as refused:
            publish(world, version=2, letter=number)
        assert [(fault.code, fault.place) for fault in refused.value.faults] == [("letter-used", "letter_number")]
    publish(world, version=2, letter="B-13/EVAL/2026")
    assert row(world, OWN).final == old.final
    assert Fraction(row(world, OWN, 2).final_exact) == Fraction(13, 4) - Fraction(1, 5)
    assert list(Publication.objects.order_by("id").values_list("snapshot__version", flat=True)) == [1, 2]
    assert PhaseMove.objects.count() == FollowUp.objects.count() == 1
    assert phase(world).state == PhaseState.PUBLISHED


def correct(
    world: World, marks: dict[str, Decimal], reason: str = "Salah ketik", region: str = OWN
) -> results.Computed:
    return results.correct_results(
        by=world.who("secretariat"), campaign=CODE, phase=1, region=region, marks=marks, reason=reason, now=LATER
    )


def test_a_correction_needs_a_reason_a_mark_that_fits_and_a_region_that_takes_part(world: World) -> None:
    published(world)
    with pytest.raises(Faults):
        correct(world, {"policy": Decimal(2)}, reason=" ")
    with pytest.raises(Faults):
        correct(world, {"policy": Decimal(5)})
    with pytest.raises(UnknownIndicator):
        correct(world, {"output": Decimal(2)})
    with pytest.raises(NotFound):
        correct(world, {"policy": Decimal(2)}, region="99.99")
    assert correct(world, {"policy": Decimal(3)}) == results.Computed(1, new=False)
    assert Snapshot.objects.count() == 1


def test_nothing_is_corrected_before_publication(world: World) -> None:
    agree(world, state=PhaseState.OBJECTION)
    with pytest.raises(WrongState):
        correct(world, {"policy": Decimal(2)})


def test_last_years_final_is_the_newest_publication_of_phase_two(world: World) -> None:
    earlier = Campaign.objects.create(
        code="2025-uji", year=2025, title_id="x", title_en="x", instrument=world.campaign.instrument
    )
    two = Phase.objects.create(
        campaign=earlier, number=2, state=PhaseState.PUBLISHED, opens_at=NOW, closes_at=NOW + timedelta(1),
        objection_until=NOW,
    )  # fmt: skip
    stored(two, 1, {OWN: "2.00", FAR: "3.50"})
    stored(two, 2, {OWN: "3.05"})
    state(NEIGHBOUR, "3.00")
    state(OWN, "1.00")
    Campaign.objects.filter(pk=world.campaign.pk).update(previous=earlier, synthetic=False)
    agree(world)
    compute(world)
    own, neighbour, far = (row(world, region) for region in (OWN, NEIGHBOUR, FAR))
    assert (own.improvement, own.previous_final, own.previous_origin) == (Decimal("0.20"), Decimal("3.05"), "computed")
    assert own.comparable
    assert (neighbour.improvement, neighbour.previous_origin) == (Decimal("0.25"), "stated")
    assert not neighbour.comparable
    assert (far.improvement, far.previous_final, far.previous_origin) == (None, None, "")


def stored(two: Phase, version: int, finals: dict[str, str]) -> None:
    snapshot = Snapshot.objects.create(
        phase=two, version=version, instrument_code="cycle-test", instrument_version="1.0", instrument_sha256="a" * 64,
        input_sha256="a" * 64, result_sha256="a" * 64, reason="x", computed_by_name="x",
    )  # fmt: skip
    for region, final in finals.items():
        SnapshotResult.objects.create(
            snapshot=snapshot, region_id=region, group="regular", final=Decimal(final), final_exact=final,
            rank_in_group=1, rank_in_province=1, rank_in_nation=1,
        )  # fmt: skip
    Approval.objects.create(snapshot=snapshot, approved_by_name="x")
    Publication.objects.create(
        snapshot=snapshot, letter_number=f"x{version}", letter_date=LETTER_DATE, published_by_name="x"
    )


def state(region: str, final: str, phase: str = "II", source: str = "a") -> None:
    PublishedResult.objects.create(
        region_id=region, year=2025, phase=phase, final=Decimal(final), source_url=f"https://example.org/{source}"
    )


def test_statements_count_if_the_sources_agree_and_not_for_phase_one(world: World) -> None:
    state(OWN, "3.00", phase="", source="a")
    state(OWN, "3.00", phase="II", source="b")
    state(NEIGHBOUR, "3.00", source="a")
    state(NEIGHBOUR, "3.10", source="b")
    state(FAR, "2.00", phase="I")
    Campaign.objects.filter(pk=world.campaign.pk).update(synthetic=False)
    agree(world)
    compute(world)
    assert row(world, OWN).improvement == Decimal("0.25")
    assert row(world, NEIGHBOUR).improvement is None
    assert row(world, FAR).previous_final is None


def test_made_up_results_are_not_set_against_real_statements(world: World) -> None:
    state(OWN, "3.00")
    agree(world)
    compute(world)
    assert row(world, OWN).improvement is None


def test_a_mark_that_does_not_fit_the_instrument_is_told_with_its_region(world: World) -> None:
    agree(world)
    change(world, "survey", "0.5")
    with pytest.raises(Faults) as refused:
        compute(world)
    assert OWN in refused.value.text()
    assert not Snapshot.objects.exists()


def test_days_in_a_fault_are_written_as_people_write_them(world: World) -> None:
    agree(world, state=PhaseState.FINAL)
    compute(world)
    approve(world)
    with pytest.raises(Faults) as refused:
        results.publish_results(
            by=world.who("secretariat"), campaign=CODE, phase=1, version=1, letter_number=LETTER,
            letter_date=date(2026, 2, 28), now=LATER,
        )  # fmt: skip
    with translation.override("id"):
        assert "antara hari perhitungan, 1 Maret 2026, dan hari ini, 1 Maret 2026" in refused.value.text()
    with translation.override("en"):
        assert "the computation, 1 March 2026, to today, 1 March 2026" in refused.value.text()
