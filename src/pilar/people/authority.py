"""Permission by role, place and state; used by the permission tables of all rooms.

A room defines its actions, a table of :class:`Allowed`, its own kind of case, and its error for a wrong state. A room
with places of its own (a seat on a panel) overrides :meth:`Authority.covers`. Pure: no database, no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from pilar.people.rules import ROLES, AnyRole, HeldRole, Reach, Standing
from pilar.platform.errors import NotAllowed, NotFound, PilarError
from pilar.platform.language import translate


class Place(StrEnum):
    """The place for which a role must be held: anywhere for the nation, in the region of the case or any part of it, in
    its office, or in the village, district or hospital that it is about. A role held for a whole region applies to all
    its offices and units, a district's role to its villages."""

    NATION = "nation"
    REGION = "region"
    OFFICE = "office"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Allowed:
    """The allowed roles, the place at which they must be held (a :class:`Place` or one of the room's own), and the
    states; ``None`` means any state, or none yet."""

    roles: frozenset[AnyRole]
    place: str
    states: frozenset[Any] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The subject of an action: the region by its code, the office by its key, and the village, district or hospital by
    its code. A room sets the type of ``state`` and adds further facts."""

    region: str = ""
    office: int | None = None
    state: Any = field(default=None, kw_only=True)
    unit: str = field(default="", kw_only=True)


class WrongState(PilarError):
    """Raised if the actor may do this, but not in the present state; a room sets code, sentence and names."""

    status = 409
    names: ClassVar[Mapping[Any, str]]

    def text(self) -> str:
        name = self.names[self.fields["state"]]
        return translate(self.sentence, state=translate(name))


@dataclass(frozen=True, slots=True)
class Extent:
    """The extent to which somebody holds a role: ``everywhere``, in whole ``regions`` (codes), or in ``parts`` of
    regions."""

    everywhere: bool = False
    regions: frozenset[str] = frozenset()
    parts: frozenset[HeldRole] = frozenset()

    @property
    def touched(self) -> frozenset[str]:
        """The regions in which the role is held, for the whole or a part."""
        return self.regions | {part.region for part in self.parts if part.region}

    def with_parts(self) -> Extent:
        """The same, with partly reached regions counted as whole: for data open to everybody who works in any part of a
        region."""
        return Extent(self.everywhere, self.touched)

    def offices(self, region: str | None = None) -> tuple[int, ...]:
        """Keys of the offices for which it is held, of all regions or of one."""
        return tuple(sorted({part.office for part in self.parts if part.office and region in (None, part.region)}))

    def units(self) -> tuple[str, ...]:
        """Codes of the units for which it is held."""
        return tuple(sorted({part.unit for part in self.parts if part.unit}))


def extent(by: Standing, roles: Iterable[AnyRole], place: str) -> Extent:
    """Return how far ``by`` holds one of ``roles``, which must be held at ``place``; provincial roles open no list."""
    held = [membership for membership in by.memberships if membership.role in roles]
    whole = {
        held_role
        for held_role in held
        if held_role.region and (place == Place.REGION or ROLES[held_role.role].reach is Reach.REGION)
    }
    return Extent(
        by.unrestricted or any(ROLES[held_role.role].reach is Reach.NATION for held_role in held),
        frozenset(held_role.region for held_role in whole if held_role.region),
        frozenset(held_role for held_role in held if held_role.region and held_role not in whole),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table for a reader: where each role may do it, and in which states; None for any."""

    action: str
    places: dict[AnyRole, str]
    states: dict[str, tuple[str, ...] | None]


Act = TypeVar("Act", bound=StrEnum)
About = TypeVar("About", bound=Case)


class Authority(Generic[Act, About]):
    """The permission table of a room, with all checks. ``wrong_state`` is the error for an action in the wrong state; a
    table without states has none."""

    seated: ClassVar[frozenset[AnyRole]] = frozenset()
    """National roles that cover no place by themselves; the room defines in :meth:`covers` what they cover."""
    kinds: ClassVar[tuple[str, ...]] = ("states",)
    """The fields of :class:`Allowed` that hold states."""

    def __init__(self, table: Mapping[Act, Allowed], wrong_state: Callable[..., PilarError] | None = None) -> None:
        self.table = table
        self._wrong_state = wrong_state

    def covers(self, by: Standing, held: HeldRole, place: str, case: About) -> bool:
        """Return whether a role of ``by`` reaches the place of the case."""
        if held.role in self.seated:
            return False
        if ROLES[held.role].reach is Reach.PROVINCE:
            return held.covers(case.region or None, case.office, case.unit)
        match place:
            case Place.NATION:
                return held.region is None
            case Place.REGION:
                return held.region in (None, case.region)
            case _:
                return held.covers(case.region, case.office, case.unit)

    def holds(self, by: Standing, action: Act, case: About) -> bool:
        """Return whether ``by`` holds a role for ``action`` there, whatever the state."""
        rule = self.table[action]
        return by.unrestricted or any(
            held.role in rule.roles and self.covers(by, held, rule.place, case) for held in by.memberships
        )

    def in_state(self, action: Act, case: About) -> bool:
        """Return whether the state lets anybody do ``action``."""
        states = self.table[action].states
        return states is None or case.state in states

    def wrong_state(self, case: About) -> PilarError:
        """The error for an action in the wrong state. A missing state for an action that needs one is a bug:
        ``ValueError``."""
        if self._wrong_state is None or case.state is None:
            raise ValueError(f"whether this can be done depends on a state, which {case} does not have")
        return self._wrong_state(state=case.state)

    def obstacle(self, by: Standing, action: Act, case: About) -> PilarError | None:
        """Return why ``by`` may not do ``action`` now, as an error with its sentence; None if they may."""
        if not self.holds(by, action, case):
            return NotAllowed()
        return None if self.in_state(action, case) else self.wrong_state(case)

    def may(self, by: Standing, action: Act, case: About) -> bool:
        """Return whether ``by`` may do ``action`` there now."""
        return self.holds(by, action, case) and self.in_state(action, case)

    def require(self, by: Standing, action: Act, case: About, *, known: bool) -> None:
        """Raise unless :meth:`may`: NotFound for somebody who may not know of the case, otherwise the error of
        :meth:`obstacle`.

        ``known``: whether the actor may read the case anyway, so that a refusal reveals nothing.
        """
        if not known and not self.holds(by, action, case):
            raise NotFound
        refused = self.obstacle(by, action, case)
        if refused is not None:
            raise refused

    def extent(self, by: Standing, action: Act) -> Extent:
        """Return how far ``by`` holds a role for ``action``, to limit a list."""
        rule = self.table[action]
        return extent(by, rule.roles - self.seated, rule.place)

    def offices(self, by: Standing, action: Act, region: str) -> tuple[int, ...] | None:
        """Keys of the offices of a region whose cases ``by`` may do ``action`` with: None for all of them."""
        reach = self.extent(by, action)
        return None if reach.everywhere or region in reach.regions else reach.offices(region)

    def nearest(self, by: Standing, action: Act, case: About) -> About:
        """The case in an office of its region in which ``by`` holds a role for ``action``; as it is, if in none."""
        offices = self.offices(by, action, case.region)
        return replace(case, office=offices[0]) if offices else case

    def rows(self) -> tuple[Row, ...]:
        """The table in a form for auditors."""
        return tuple(
            Row(
                action.value,
                {role: self._place(role, rule.place) for role in ROLES if role in rule.roles},
                {kind: _in_order(getattr(rule, kind)) for kind in self.kinds},
            )
            for action, rule in self.table.items()
        )

    def _place(self, role: AnyRole, place: str) -> str:
        """Return the extent of a role held at ``place``: a national role everywhere, a region's role in the region."""
        reach = ROLES[role].reach
        if reach is Reach.NATION:
            return place if role in self.seated else "everywhere"
        return reach.value if reach in (Reach.PROVINCE, Reach.REGION) else str(place)


def _in_order(states: frozenset[Any] | None) -> tuple[str, ...] | None:
    return None if states is None else tuple(state.value for state in type(next(iter(states))) if state in states)
