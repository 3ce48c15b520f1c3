"""Two people at the same moment: the database decides, and each of them is told."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from evaluation.cycle.test_answers_operations import fill, save
from evaluation.cycle.world import NOW, World
from kit.races import together
from pilar.evaluation import operations
from pilar.evaluation.models import Answer
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.authority import WrongState
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.platform.models import AuditEvent
from pilar.platform.versions import Outdated


def test_of_two_first_answers_one_is_kept_and_the_other_is_told(committed_world: World) -> None:
    committed_world.set_phase(PhaseState.OPEN)
    people = {name: committed_world.who(name) for name in ("coordinator", "contributor")}
    key = committed_world.assessment().pk

    def saves(name: str, mark: int) -> Callable[[], object]:
        return lambda: operations.save_answer(
            by=people[name], assessment=key, node="policy", given=Given(mark=Decimal(mark)), seen_version=0, now=NOW
        )

    found = together(saves("coordinator", 1), saves("contributor", 4))
    assert sorted(type(one) for one in found if isinstance(one, Outdated)) == [Outdated]
    assert [one for one in found if one == 1] == [1]
    row = Answer.objects.get()
    assert row.version == 1
    refused = next(one for one in found if isinstance(one, Outdated))
    assert refused.stored.values["mark"] == f"{row.mark.normalize():f}"
    assert AuditEvent.objects.filter(action="answer").count() == 1


def test_a_double_click_on_submit_submits_once(committed_world: World) -> None:
    committed_world.set_phase(PhaseState.OPEN)
    fill(committed_world)
    by, key = committed_world.who("coordinator"), committed_world.assessment().pk
    found = together(*[lambda: operations.submit(by=by, assessment=key, now=NOW)] * 3)
    assert [type(one) for one in found if one is not None] == [WrongState, WrongState]
    assert AuditEvent.objects.filter(action="submit").count() == 1


def test_an_answer_and_the_submission_do_not_pass_each_other(committed_world: World) -> None:
    committed_world.set_phase(PhaseState.OPEN)
    fill(committed_world)
    by, key = committed_world.who("coordinator"), committed_world.assessment().pk
    saved, submitted = together(
        lambda: save(committed_world, "policy", Given(), seen_version=1, by=by),
        lambda: operations.submit(by=by, assessment=key, now=NOW),
    )
    emptied = not form_is_answered()
    handed_in = committed_world.assessment().state == AssessmentState.SUBMITTED
    # Either the answer was taken back first, and what is open is not submitted; or it came too late.
    assert emptied != handed_in, (saved, submitted)


def form_is_answered() -> bool:
    return Answer.objects.get(node="policy").mark is not None
