"""Every cell of a room's permission table, against a table written by hand: who, what, where, and in which states.

EXPECTED has a heading and a line for each action. A role's column says where the role must be held: ``everywhere``, in
the ``region``, ``office`` or ``unit`` of the case, at a place of the room, or ``.`` for never; a role without a column
may nothing. A column named as a field of the case says in which states, by letters; "any" includes that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import Any

from pilar.people.authority import Authority
from pilar.people.rules import OPERATOR, PUBLIC, ROLES, SCHEDULE, AnyRole, HeldRole, Reach, Standing, role_of
from pilar.platform.actors import Actor
from pilar.platform.errors import PilarError

HERE, ELSEWHERE = "36.03", "36.71"
OFFICE, OTHER_OFFICE, OFFICE_ELSEWHERE = 11, 12, 21
PROVINCE, OTHER_PROVINCE = HERE[:2], "32"
UNIT, OTHER_UNIT = "36.03.01.2001", "36.03.02.2001"


@dataclass(frozen=True)
class Person:
    """Somebody, and the column of EXPECTED that speaks of them."""

    name: str
    by: Standing
    column: str = ""


def person(name: str, role: AnyRole, *place: Any, key: int = 9, unit: str = "") -> Person:
    return Person(name, Standing(Actor("user", str(key), name), (HeldRole(role, *place, unit=unit),)), role)


def people() -> Iterator[Person]:
    """A visitor, an account without a role, a citizen, and of each role somebody here, elsewhere, and in another part
    of here."""
    yield Person("a visitor", PUBLIC)
    yield Person("an account without a role", Standing(Actor("user", "9", "")))
    yield Person("a citizen", Standing(Actor("public", "9", "")))
    for role, facts in ROLES.items():
        match facts.reach:
            case Reach.NATION:
                yield person(f"{role}", role)
            case Reach.PROVINCE:
                yield person(f"{role}", role, unit=PROVINCE)
                yield person(f"{role} of another province", role, unit=OTHER_PROVINCE)
            case Reach.REGION:
                yield person(f"{role}", role, HERE)
                yield person(f"{role} elsewhere", role, ELSEWHERE)
            case Reach.OFFICE:
                yield person(f"{role} of the office", role, HERE, OFFICE)
                yield person(f"{role} of another office", role, HERE, OTHER_OFFICE)
                yield person(f"{role} elsewhere", role, ELSEWHERE, OFFICE_ELSEWHERE)
            case Reach.UNIT:
                yield person(f"{role} of the unit", role, HERE, None, unit=UNIT)
                yield person(f"{role} of another unit", role, HERE, None, unit=OTHER_UNIT)


def everywhere(by: Standing, case: Any) -> bool:
    return True


def in_region(by: Standing, case: Any) -> bool:
    return bool(case.region) and any(held.region == case.region for held in by.memberships)


def in_province(by: Standing, case: Any) -> bool:
    return any(held.region is None and held.unit and case.region.startswith(f"{held.unit}.") for held in by.memberships)


def in_office(by: Standing, case: Any) -> bool:
    return in_region(by, case) and any(held.office == case.office is not None for held in by.memberships)


def in_unit(by: Standing, case: Any) -> bool:
    return in_region(by, case) and any(held.unit == case.unit != "" for held in by.memberships)


Where = Callable[[Standing, Any], bool]
PLACES: dict[str, Where] = {
    "everywhere": everywhere, "province": in_province, "region": in_region, "office": in_office, "unit": in_unit,
}  # fmt: skip


def nothing_bars(who: Person, action: Any, case: Any) -> bool:
    return False


@dataclass(frozen=True)
class Table:
    """EXPECTED, and what it is asked about.

    ``about``: cases by name, without states. ``states``: of each field of a case that holds one, its letters.
    ``more``: people besides :func:`people`; ``places``: what the room's own places mean; ``bars``: what the table
    cannot say.
    """

    authority: Authority[Any, Any]
    expected: str
    about: Mapping[str, Any]
    states: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    more: tuple[Person, ...] = ()
    places: Mapping[str, Where] = field(default_factory=dict)
    bars: Callable[[Person, Any, Any], bool] = nothing_bars

    @cached_property
    def lines(self) -> dict[str, dict[str, str]]:
        heading, *lines = (line.split() for line in self.expected.strip().splitlines())
        return {action: dict(zip(heading[1:], places, strict=True)) for action, *places in lines}

    @cached_property
    def people(self) -> tuple[Person, ...]:
        return (*people(), *self.more)

    def held(self, who: Person, action: Any, case: Any) -> bool:
        """What EXPECTED says of somebody at a case, in whatever state."""
        place = self.lines[action].get(who.column, ".")
        if place == "." or self.bars(who, action, case):
            return False
        return {**PLACES, **self.places}[place](who.by, case)

    def in_time(self, action: Any, case: Any) -> bool:
        """What EXPECTED says of the states of a case."""
        line = self.lines[action]
        return all(
            line[name] == "any"
            or getattr(case, name) in [letters.get(letter) for letter in line[name] if letter != "."]
            for name, letters in self.states.items()
        )

    def cases(self) -> Iterator[tuple[str, Any]]:
        """Each case in each state."""
        for name, case in self.about.items():
            found = [case]
            for column, letters in self.states.items():
                found = [replace(one, **{column: state}) for one in found for state in letters.values()]
            for one in found:
                yield name, one


def table_test(table: Table) -> int:
    """Fail where table, code and printed rows differ in a cell; returns how many were asked."""
    names_everything(table)
    bound_by_states_alone(table)
    roles_add_up_and_no_more(table)
    printed_alike(table)
    return every_cell(table)


def names_everything(table: Table) -> None:
    lines, actions = table.lines, table.authority.table
    assert [*lines] == [*actions] == [*type(next(iter(actions)))]
    for line in lines.values():
        assert {*line} - {*table.states} <= {*ROLES, *(who.column for who in table.more)}
    for letters in table.states.values():
        assert {*letters.values()} == {*type(next(iter(letters.values())))}


def every_cell(table: Table) -> int:
    """What each may do at each case in each state, known to them or not."""
    differing, asked = [], 0
    for action in table.authority.table:
        for about, case in table.cases():
            now = table.in_time(action, case)
            for who in table.people:
                held = table.held(who, action, case)
                said = "allowed" if now else type(table.authority.wrong_state(case)).__name__
                wanted = (held, held and now, *((said, said) if held else ("NotAllowed", "NotFound")))
                found = (
                    table.authority.holds(who.by, action, case),
                    table.authority.may(who.by, action, case),
                    *(outcome(table.authority, who.by, action, case, known=known) for known in (True, False)),
                )
                asked += 1
                if found != wanted:
                    differing.append((action, who.name, about, case, found, wanted))
    assert differing == []
    return asked


def outcome(authority: Authority[Any, Any], by: Standing, action: Any, case: Any, *, known: bool) -> str:
    try:
        authority.require(by, action, case, known=known)
    except PilarError as error:
        return type(error).__name__
    return "allowed"


def bound_by_states_alone(table: Table) -> None:
    """The console and the schedule hold every role."""
    for by in (OPERATOR, SCHEDULE):
        who = Person(by.actor.name, by)
        for action in table.authority.table:
            for about, case in table.cases():
                wanted = table.in_time(action, case) and not table.bars(who, action, case)
                assert table.authority.may(by, action, case) is wanted, (action, about, case)


def roles_add_up_and_no_more(table: Table) -> None:
    """A token holds what its owner holds; two roles of one account never lend each other their places."""
    plain = [who for who in table.people if type(who.by) is Standing]
    holds = table.authority.holds
    for action in table.authority.table:
        for case in table.about.values():
            for who in plain:
                token = Standing(Actor("token", "77", who.name), who.by.memberships, owner=who.by.account)
                assert holds(token, action, case) is holds(who.by, action, case), (action, who.name, case)
            for one, other in combinations(plain, 2):
                if one.by.account == other.by.account:
                    both = replace(one.by, memberships=one.by.memberships + other.by.memberships)
                    wanted = holds(one.by, action, case) or holds(other.by, action, case)
                    assert holds(both, action, case) is wanted, (action, one.name, other.name, case)


def printed_alike(table: Table) -> None:
    """The rows that an auditor reads say what EXPECTED says."""
    for row in table.authority.rows():
        line = table.lines[row.action]
        assert row.places == {role_of(name): place for name, place in line.items() if name in {*ROLES} and place != "."}
        for (name, letters), states in zip(table.states.items(), row.states.values(), strict=True):
            said = letters.values() if line[name] == "any" else [letters[one] for one in line[name] if one != "."]
            assert {*(letters.values() if states is None else states)} == {*said}, row.action
