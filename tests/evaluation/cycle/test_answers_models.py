"""What the tables of answers, allocations and attachments refuse by themselves."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from evaluation.cycle.test_answers_operations import a_link
from evaluation.cycle.world import NOW, OWN, World
from pilar.evaluation.models import Allocation, Answer, AnswerEvidence, Assessment


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"realised": 1}, "answer_ratio_is_whole"),
        ({"realised": 1, "planned": 0}, "answer_ratio_is_whole"),
        ({"realised": -1, "planned": 5}, "answer_ratio_is_whole"),
        ({"mark": 1, "quantity": 1}, "answer_of_one_kind"),
        ({"mark": 1, "not_applicable": True}, "answer_of_one_kind"),
        ({"quantity": 1, "realised": 1, "planned": 2}, "answer_of_one_kind"),
        ({"version": 0}, "answer_version_counts_from_one"),
    ],
)
def test_the_table_refuses_half_answers(world: World, values: dict[str, Any], name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Answer.objects.create(assessment=world.assessment(), node="policy", **values)


def test_the_tables_refuse_what_is_there_already(world: World) -> None:
    answer = Answer.objects.create(assessment=world.assessment(), node="policy")
    piece = a_link(world)
    AnswerEvidence.objects.create(answer=answer, evidence_id=piece)
    for again in (
        lambda: Answer.objects.create(assessment=world.assessment(), node="policy"),
        lambda: AnswerEvidence.objects.create(answer=answer, evidence_id=piece),
        lambda: Allocation.objects.create(
            participation=world.participations[OWN], node="policy", office_id=world.offices[OWN][0]
        ),
        lambda: Assessment.objects.create(participation=world.participations[OWN], phase=world.phases[1]),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            again()


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"state": "lost", "submitted_at": NOW}, "assessment_state_known"),
        ({"state": "submitted"}, "assessment_submitted_has_its_moment"),
        ({"submitted_at": NOW}, "assessment_submitted_has_its_moment"),
        ({"state": "agreed", "submitted_at": NOW}, "assessment_agreed_has_its_moment"),
        ({"agreed_at": NOW}, "assessment_agreed_has_its_moment"),
        ({"accepted_at": NOW}, "assessment_accepted_by_somebody_when_agreed"),
        (
            {"state": "agreed", "submitted_at": NOW, "agreed_at": NOW, "accepted_at": NOW},
            "assessment_accepted_by_somebody_when_agreed",
        ),
    ],
)
def test_the_table_holds_states_and_moments_together(world: World, values: dict[str, Any], name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Assessment.objects.filter(pk=world.assessment().pk).update(**values)
