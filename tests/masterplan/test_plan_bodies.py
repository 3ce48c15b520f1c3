"""The bodies that carry a plan: what is kept, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from masterplan.world import World
from pilar.masterplan import operations, queries
from pilar.masterplan.operations import Member, NewBody
from pilar.masterplan.rules.bodies import MAX_DUTY, body_fingerprint
from pilar.masterplan.rules.content import MAX_TITLE
from pilar.masterplan.rules.statements import BodyKind
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.versions import Outdated

pytestmark = pytest.mark.django_db


def faults(doing: Callable[[], object]) -> set[tuple[str, str]]:
    """Code and place of each fault."""
    with pytest.raises(Faults) as found:
        doing()
    return {(fault.code, fault.place) for fault in found.value.faults}


def body(world: World, **changed: Any) -> NewBody:
    member = Member("ketua", "Bupati", office=world.office, pillar="governance")
    return replace(NewBody(BodyKind.COUNCIL, "Dewan", members=(member,)), **changed)


def save(world: World, given: NewBody, by: str = "coordinator", **more: Any) -> int:
    return operations.save_body(by=world.who(by), plan=world.row().plan.key, given=given, **more)


def test_a_body_is_put_in_the_place_of_the_one_that_was_seen(world: World) -> None:
    first = body(world)
    key = save(world, first)
    changed = replace(first, title="Dewan Smart City", members=(Member("ketua", "Wakil Bupati"), *first.members))
    with pytest.raises(Outdated) as found:
        save(world, changed, body=key, seen="lama")
    assert found.value.stored.values == {"title": "Dewan", "rows": ["ketua: Bupati"]}
    assert save(world, changed, body=key, seen=body_fingerprint(first)) == key
    assert queries.body(world.row().plan.key, key).given == changed


def test_what_is_wrong_with_a_body_is_told_at_its_row(world: World) -> None:
    save(world, body(world))
    assert faults(lambda: save(world, body(world))) == {("body-twice", "title")}
    members = (
        Member("ketua", " "), Member("x" * 101, "Sekda", person="x" * 201), Member("anggota", "Kepala", office=0),
        Member("anggota", "Kepala", pillar="smart"),
    )  # fmt: skip
    given = body(world, title=" ", decree="x" * 201, members=members)
    assert faults(lambda: save(world, given)) == {
        ("no-title", "title"), ("too-long", "decree"), ("no-member", "members.0.position"),
        ("too-long", "members.1.duty"), ("too-long", "members.1.person"), ("unknown-office", "members.2.office"),
        ("unknown-key", "members.3.pillar"),
    }  # fmt: skip
    many = body(world, title="Forum", members=(Member("anggota", "Warga"),) * 201)
    assert faults(lambda: save(world, many)) == {("too-many-rows", "title")}


def test_a_member_is_told_in_as_many_characters_as_are_kept(world: World) -> None:
    longest = Member("x" * MAX_DUTY, "x" * MAX_TITLE, "x" * MAX_TITLE)
    assert save(world, body(world, members=(longest,)))


def test_the_text_of_a_decree_is_evidence_of_the_region(world: World) -> None:
    own, other = world.cast.add("coordinator"), world.cast.add("neighbour")
    key = save(world, body(world, file=own))
    assert queries.body(world.row().plan.key, key).given.file == own
    assert faults(lambda: save(world, body(world, title="Forum", file=other))) == {("unknown-file", "file")}


def test_bodies_are_managed_by_the_coordinator(world: World) -> None:
    with pytest.raises(NotFound):
        save(world, body(world), body=0)
    plan = world.row().plan.key
    for who, error in {"verifier": NotAllowed, "contributor": NotFound, "neighbour": NotFound}.items():
        with pytest.raises(error):
            operations.save_body(by=world.who(who), plan=plan, given=body(world))
    world.in_force()
    for who in ("verifier", "contributor", "neighbour"):
        with pytest.raises(NotAllowed):
            operations.save_body(by=world.who(who), plan=plan, given=body(world))
    with pytest.raises(NotFound):
        operations.save_body(by=world.who("coordinator"), plan=0, given=body(world))
