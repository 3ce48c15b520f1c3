"""Every operation on plans, versions, texts and bodies: how it is called, who may, and when; apart from the code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from masterplan.world import DECREED, LATER, NOW, OWN, World
from pilar.masterplan import operations as do
from pilar.masterplan.models import Version
from pilar.masterplan.operations import NewBody, NewPlan
from pilar.masterplan.queries.taking_over import seen_of
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.stages import Decree, LegalForm, VersionState
from pilar.masterplan.rules.statements import BodyKind, StatementPart, fingerprint
from pilar.people.rules import Standing

Call = Callable[[World, Standing], object]
V = VersionState


def start_plan(world: World, by: Standing) -> object:
    return do.start_plan(by=by, region=OWN, given=NewPlan("Rencana berikutnya", 2031, 2035), now=NOW)


def start_revision(world: World, by: Standing) -> object:
    return do.start_revision(by=by, version=world.version, reason="Rekomendasi", now=LATER)


def write_part(world: World, by: Standing) -> object:
    return do.write_part(by=by, version=world.version, part=StatementPart.GAP, given=(), seen=fingerprint(()), now=NOW)


def save_body(world: World, by: Standing) -> object:
    plan = Version.objects.get(pk=world.version).plan_id
    return do.save_body(by=by, plan=plan, given=NewBody(BodyKind.FORUM, "Forum"))


def begin_reporting(world: World, by: Standing) -> object:
    plan = Version.objects.get(pk=world.version).plan_id
    since, seen = Quarter(2026, 2), seen_of(None, "")
    return do.begin_reporting(by=by, plan=plan, since=since, reason="Berjalan sejak Januari", seen=seen, now=LATER)


def moved_to(target: VersionState) -> Call:
    return lambda world, by: do.move_version(by=by, version=world.version, target=target, now=LATER.replace(year=2031))


def enter_decree(world: World, by: Standing) -> object:
    return do.enter_decree(
        by=by, version=world.version, decree=Decree(LegalForm.REGENT, "8", DECREED), file=None, now=LATER
    )


def bring_into_force(world: World, by: Standing) -> object:
    return do.bring_into_force(by=by, version=world.version, since=DECREED, now=LATER)


def return_to_meeting(world: World, by: Standing) -> object:
    return do.return_to_meeting(by=by, version=world.version, reason="Rumusan", now=LATER)


DOORS: dict[str, Call] = {
    "start_plan": start_plan,
    "start_revision": start_revision,
    "write_part": write_part,
    "save_body": save_body,
    "begin_reporting": begin_reporting,
    "move_version meeting": moved_to(V.MEETING),
    "move_version legal_review": moved_to(V.LEGAL_REVIEW),
    "move_version expired": moved_to(V.EXPIRED),
    "move_version dropped": moved_to(V.DROPPED),
    "enter_decree": enter_decree,
    "bring_into_force": bring_into_force,
    "return_to_meeting": return_to_meeting,
}
"""By the name of the operation, and after a space what it is asked for."""

OPEN = """
start_plan                 draft meeting legal_review decreed in_force revised expired dropped
start_revision             in_force
write_part                 draft meeting
save_body                  draft meeting legal_review decreed in_force revised expired dropped
begin_reporting            draft meeting legal_review decreed in_force revised expired dropped
move_version meeting       draft meeting
move_version legal_review  meeting legal_review
move_version expired       in_force expired
move_version dropped       draft meeting dropped
enter_decree               legal_review
bring_into_force           decreed
return_to_meeting          legal_review
"""
"""In which states of the version each door opens for the coordinator; a move that is repeated changes nothing."""


def open_in() -> dict[str, set[VersionState]]:
    found = {}
    for line in OPEN.strip().splitlines():
        name, _gap, states = line.partition("  ")
        found[name] = {VersionState(one) for one in states.split()}
    return found


def put_into(world: World, state: VersionState) -> None:
    """The version in this state, as the tables would have it."""
    changed: dict[str, Any] = {"state": state.value}
    if state in (V.DECREED, V.IN_FORCE, V.REVISED, V.EXPIRED):
        changed |= {"form": "regent", "decree_number": "7 Tahun 2026", "decreed_on": DECREED}
    if state in (V.IN_FORCE, V.REVISED, V.EXPIRED):
        changed |= {"in_force_since": DECREED, "in_force_until": date(2030, 12, 31)}
    Version.objects.filter(pk=world.version).update(**changed)
