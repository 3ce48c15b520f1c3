"""What the database itself refuses of results, objections and follow-up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from evaluation.cycle.agreed import recommend
from evaluation.cycle.world import NOW, OWN, World
from pilar.evaluation.models import (
    Approval,
    FollowUp,
    FollowUpEvidence,
    Objection,
    Publication,
    Snapshot,
    SnapshotResult,
)
from pilar.evidence.models import Evidence

HASH = "a" * 64


def snapshot(world: World, **fields: Any) -> Snapshot:
    given = {
        "phase": world.phases[1], "version": 1, "instrument_code": "cycle-test", "instrument_version": "1.0",
        "instrument_sha256": HASH, "input_sha256": HASH, "result_sha256": HASH, "computed_by_name": "Ani",
    }  # fmt: skip
    return Snapshot.objects.create(**given | fields)


def result(of: Snapshot, **fields: Any) -> SnapshotResult:
    given = {
        "snapshot": of, "region_id": OWN, "group": "regular", "final": Decimal("3.25"), "final_exact": "13/4",
        "rank_in_group": 1, "rank_in_province": 1, "rank_in_nation": 1,
    }  # fmt: skip
    return SnapshotResult.objects.create(**given | fields)


def refused(constraint: str) -> Any:
    return pytest.raises(IntegrityError, match=constraint)


NO_SCORE = {
    "final": None, "final_exact": "", "no_score": "blank",
    "rank_in_group": None, "rank_in_province": None, "rank_in_nation": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"version": 2}, "snapshot_correction_has_a_reason"),
        ({"version": 2, "reason": " "}, "snapshot_correction_has_a_reason"),
        ({"input_sha256": "x"}, "snapshot_hashes_are_hashes"),
        ({"result_sha256": "A" * 64}, "snapshot_hashes_are_hashes"),
        ({"instrument_sha256": ""}, "snapshot_hashes_are_hashes"),
    ],
)
def test_a_snapshot_that_is_not_whole_is_refused(world: World, fields: dict[str, Any], constraint: str) -> None:
    with refused(constraint):
        snapshot(world, **fields)


def test_a_version_exists_once_a_phase(world: World) -> None:
    snapshot(world)
    snapshot(world, phase=world.phases[2])
    with refused("snapshot_version_once"):
        snapshot(world)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"no_score": "blank"}, "snapshot_result_scored_or_says_why_not"),
        ({"final_exact": ""}, "snapshot_result_scored_or_says_why_not"),
        ({"rank_in_group": None}, "snapshot_result_scored_or_says_why_not"),
        ({"rank_in_province": None}, "snapshot_result_scored_or_says_why_not"),
        ({"rank_in_nation": None}, "snapshot_result_scored_or_says_why_not"),
        (NO_SCORE | {"no_score": ""}, "snapshot_result_scored_or_says_why_not"),
        (NO_SCORE | {"rank_in_nation": 1}, "snapshot_result_scored_or_says_why_not"),
        ({"previous_final": Decimal(3), "improvement": Decimal("0.25")}, "snapshot_result_previous_has_origin"),
        ({"previous_origin": "computed"}, "snapshot_result_previous_has_origin"),
        (
            {"previous_final": Decimal(3), "previous_origin": "heard", "improvement": Decimal("0.25")},
            "snapshot_result_previous_has_origin",
        ),
        ({"improvement": Decimal(1)}, "snapshot_result_improvement_is_the_difference"),
        (
            {"previous_final": Decimal(3), "previous_origin": "stated", "improvement": Decimal("0.26")},
            "snapshot_result_improvement_is_the_difference",
        ),
        ({"previous_final": Decimal(3), "previous_origin": "stated"}, "snapshot_result_improvement_is_the_difference"),
    ],
)
def test_a_result_that_is_not_whole_is_refused(world: World, fields: dict[str, Any], constraint: str) -> None:
    of = snapshot(world)
    with refused(constraint):
        result(of, **fields)


def test_whole_results_are_taken_once_a_region(world: World) -> None:
    result(snapshot(world), **NO_SCORE)
    of = snapshot(world, version=2, reason="x")
    result(of, previous_final=Decimal("3.50"), previous_origin="computed", improvement=Decimal("-0.25"))
    with refused("snapshot_result_once_a_region"):
        result(of)


def test_what_is_computed_approved_and_published_never_changes(world: World) -> None:
    of = snapshot(world)
    line = result(of)
    approval = Approval.objects.create(snapshot=of, approved_by_name="Ani")
    publication = Publication.objects.create(
        snapshot=of, letter_number="1", letter_date=date(2026, 3, 1), published_by_name="Ani"
    )
    for row in (line, approval, publication, of):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            row.save()
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")


def test_a_snapshot_is_approved_and_published_once(world: World) -> None:
    of = snapshot(world)
    Approval.objects.create(snapshot=of, approved_by_name="Ani")
    with refused("evaluation_approval"), transaction.atomic():
        Approval.objects.create(snapshot=of, approved_by_name="Ani")
    letter = {"snapshot": of, "letter_date": date(2026, 3, 1), "published_by_name": "Ani"}
    with refused("publication_has_a_letter_number"), transaction.atomic():
        Publication.objects.create(letter_number=" ", **letter)
    Publication.objects.create(letter_number="B-1", **letter)
    second = snapshot(world, version=2, reason="Salah salin")
    Approval.objects.create(snapshot=second, approved_by_name="Ani")
    for number in ("B-1", "b-1"):
        with refused("has published another version"), transaction.atomic():
            Publication.objects.create(letter_number=number, **letter | {"snapshot": second})
    with refused("evaluation_publication"):
        Publication.objects.create(letter_number="2", **letter)


def test_a_snapshot_without_approval_is_not_published(world: World) -> None:
    with pytest.raises(IntegrityError, match="is not approved"):
        Publication.objects.create(
            snapshot=snapshot(world), letter_number="1", letter_date=date(2026, 3, 1), published_by_name="Ani"
        )


def objection(world: World, **fields: Any) -> Objection:
    given = {
        "assessment": world.assessment(), "node": "policy", "text": "Peraturan sudah ada",
        "made_by_id": world.key("coordinator"),
    }  # fmt: skip
    return Objection.objects.create(**given | fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"text": " "}, "objection_says_something"),
        ({"decision": "accepted"}, "objection_decision_is_whole"),
        ({"decision": "accepted", "decided_at": NOW}, "objection_decision_is_whole"),
        ({"decision": "perhaps", "decided_at": NOW, "decision_reason": "x"}, "objection_decision_is_whole"),
        ({"decided_at": NOW}, "objection_decision_is_whole"),
    ],
)
def test_an_objection_that_is_not_whole_is_refused(world: World, fields: dict[str, Any], constraint: str) -> None:
    with refused(constraint):
        objection(world, **fields)


def test_one_objection_an_indicator_is_open_at_a_time(world: World) -> None:
    objection(world, decision="refused", decided_at=NOW, decision_reason="x")
    objection(world)
    objection(world, node="budget")
    with refused("objection_one_open_an_indicator"):
        objection(world)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "forgotten"}, "follow_up_state_known"),
        ({"state": "done"}, "follow_up_ended_says_how"),
        ({"state": "dropped", "note": " "}, "follow_up_ended_says_how"),
        ({"version": 0}, "follow_up_version_counts_from_one"),
    ],
)
def test_a_follow_up_that_is_not_whole_is_refused(world: World, fields: dict[str, Any], constraint: str) -> None:
    with refused(constraint):
        FollowUp.objects.create(finding_id=recommend(world), **fields)


def test_a_recommendation_has_one_follow_up_and_a_piece_of_evidence_counts_once(world: World) -> None:
    finding = recommend(world)
    follow_up = FollowUp.objects.create(finding_id=finding)
    piece = Evidence.objects.create(region_id=OWN, title="SK", created_by_id=world.key("coordinator"), created_at=NOW)
    FollowUpEvidence.objects.create(follow_up=follow_up, evidence=piece)
    with refused("follow_up_evidence_once"), transaction.atomic():
        FollowUpEvidence.objects.create(follow_up=follow_up, evidence=piece)
    with refused("evaluation_followup"):
        FollowUp.objects.create(finding_id=finding)


def test_the_triggers_are_in_the_database(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'evaluation_publication'::regclass")
        names = " ".join(name for (name,) in cursor.fetchall())
    assert "publication_never_changes" in names
    assert "publication_of_an_approved_snapshot" in names


def test_finals_of_two_scales_need_no_difference(world: World) -> None:
    """Which only instruments that do not score alike have."""
    found = result(snapshot(world), previous_final=Decimal(87), previous_origin="stated", comparable=False)
    assert found.improvement is None
