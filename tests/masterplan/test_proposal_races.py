"""Two people at one proposal at the same moment, in transactions of their own: one wins, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from kit.elsewhere import elsewhere
from kit.neighbours import own
from kit.races import together
from masterplan.world import NOW, World, content
from pilar.masterplan import operations
from pilar.masterplan.models import Proposal, Version
from pilar.masterplan.rules.proposals import NotEditable, NotHandedIn
from pilar.masterplan.rules.stages import ProposalKind, ProposalState
from pilar.people.models import Notice
from pilar.platform import audit
from pilar.platform.errors import Faults
from pilar.platform.versions import Outdated

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def called(committed_world: World) -> World:
    committed_world.call()
    return committed_world


def refused(found: list[object]) -> list[Any]:
    return [type(one) for one in found if isinstance(one, Exception)]


def actions(key: int) -> list[str]:
    return [one.action for one in reversed(audit.events(target="masterplan.proposal", key=key))]


def test_two_hand_in_together(called: World) -> None:
    key, by = called.propose(), called.who("contributor")
    found = together(*[lambda: operations.submit_proposal(by=by, proposal=key, now=NOW)] * 2)
    assert refused(found) == []
    assert actions(key) == ["propose", "submitted"]


def test_what_a_file_is_judged_by_stays_until_it_is_stored(called: World) -> None:
    with transaction.atomic():
        operations.hold_proposals(by=called.who("coordinator"), version=called.version)
        assert elsewhere(lambda: Version.objects.select_for_update().get(pk=called.version)) == "waits"


def test_handing_in_and_taking_back_at_once_end_in_one_state(called: World) -> None:
    key, by = called.propose(), called.who("contributor")
    found = together(
        lambda: operations.submit_proposal(by=by, proposal=key, now=NOW),
        lambda: operations.withdraw_proposal(by=by, proposal=key, now=NOW),
    )
    assert refused(found) in ([], [NotEditable])
    assert called.proposal(key).state == ProposalState.WITHDRAWN
    assert actions(key)[-1] == "withdrawn"


def test_two_save_together(called: World) -> None:
    key, by = called.propose(), called.who("contributor")

    def save(title: str) -> Callable[[], object]:
        given = content(called.office, title)
        return lambda: operations.save_proposal(by=by, proposal=key, content=given, reason="", seen=1, now=NOW)

    found = together(save("Satu"), save("Dua"))
    assert refused(found) == [Outdated]
    assert (called.proposal(key).saves, actions(key)) == (2, ["propose", "save"])


def test_two_merge_the_same_together(called: World) -> None:
    first, second, third = (called.submitted(title) for title in ("Satu", "Dua", "Tiga"))
    by = called.who("coordinator")

    def merge(into: int, *merged: int) -> Callable[[], object]:
        return lambda: operations.merge_proposals(by=by, into=into, merged=merged, reason="Sama", now=NOW)

    found = together(merge(first, second, third), merge(second, first))
    assert refused(found) in ([Faults], [NotHandedIn])
    rows = {one.pk: (one.state, one.merged_into_id) for one in own(Proposal)}
    if rows[first][0] == ProposalState.SUBMITTED:
        assert rows[second] == rows[third] == (ProposalState.MERGED, first)
    else:
        assert rows[first] == (ProposalState.MERGED, second)
        assert rows[second][0] == rows[third][0] == ProposalState.SUBMITTED


def test_two_coordinators_ask_back_together(called: World) -> None:
    key = called.submitted()

    def ask(who: str, question: str) -> Callable[[], object]:
        by = called.who(who)
        return lambda: operations.ask_back(by=by, proposal=key, question=question, now=NOW)

    found = together(ask("coordinator", "Berapa desa?"), ask("both", "Siapa mitra?"))
    assert refused(found) == [NotHandedIn]
    assert actions(key) == ["propose", "submitted", "returned"]
    assert called.proposal(key).question == ("Berapa desa?" if found[0] is None else "Siapa mitra?")
    assert Notice.objects.filter(kind="masterplan.question", done_at=None).count() == 1


def test_two_propose_about_one_programme_together(committed_world: World) -> None:
    world = committed_world
    line = world.in_force()
    by = world.who("coordinator")
    world.version = operations.start_revision(by=by, version=world.version, reason="Evaluasi", now=NOW)
    world.call()
    office = world.who("contributor")
    given = operations.Proposed(ProposalKind.CHANGE, content(world.office, "Lain"), line)

    def propose() -> object:
        return operations.propose(by=office, version=world.version, office=world.office, given=given, now=NOW)

    found = together(propose, propose)
    assert refused(found) == [Faults]
    assert own(Proposal).filter(version=world.version).count() == 1


def test_numbers_of_proposals_are_given_once(called: World) -> None:
    found = together(*[lambda: called.propose("Satu"), lambda: called.propose("Dua", by="colleague")] * 2)
    assert refused(found) == []
    assert sorted(own(Proposal).values_list("number", flat=True)) == [1, 2, 3, 4]
