"""Roles, their permissions and places. The tables below are written for auditors.

A role is stored by its short code, which never changes; its name and permissions may. A room above has roles of its own
(:func:`declare`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from pilar.areas.rules import LOAD_REFERENCE_DATA, MANAGE_OFFICES
from pilar.platform.actors import Actor
from pilar.platform.errors import NotAllowed, NotFound, PilarError, existing  # noqa: F401 (refusals of standing)
from pilar.platform.language import N_, translate


class AnyRole(StrEnum):
    """A role by its code; the rules of a room above have an enumeration of their own."""


class Role(AnyRole):
    SECRETARIAT = "secretariat"
    COORDINATOR = "coordinator"
    VERIFIER = "verifier"
    CONTRIBUTOR = "contributor"
    ASSESSOR = "assessor"
    PANEL_CHAIR = "panel_chair"
    SIGNATORY = "signatory"
    AUDITOR = "auditor"
    PROVINCIAL = "provincial"


class Reach(StrEnum):
    """The area or unit that a role is held for: the nation, a province (as a unit without a region), one region, one
    office of a region, or a district, village or hospital."""

    NATION = "nation"
    PROVINCE = "province"
    REGION = "region"
    OFFICE = "office"
    UNIT = "unit"


class Permission(StrEnum):
    MANAGE_ACCOUNTS = "manage-accounts"
    """Open and block accounts, set a lost password."""
    MANAGE_MEMBERS = "manage-members"
    """Give and end the roles of the ministry, of panels, and of a region's coordinator."""
    MANAGE_TEAM = "manage-team"
    """Give and end the roles of those who work for a region's coordinator."""
    MANAGE_OFFICIALS = "manage-officials"
    """Give and end the roles of officials of villages and districts."""
    MANAGE_OFFICES = MANAGE_OFFICES
    """Add, rename and close offices of a region."""
    LOAD_REFERENCE_DATA = LOAD_REFERENCE_DATA
    """Load areas, instruments and published results."""
    VIEW_PROVISIONAL = "view-provisional"
    """See ranks and results before they are published."""
    READ_EVIDENCE = "read-evidence"
    """Read the evidence of a region; a role of an office reads in its whole region."""
    ADD_EVIDENCE = "add-evidence"
    """Add evidence and newer versions of it."""
    VERIFY_EVIDENCE = "verify-evidence"
    """Confirm evidence or return it to its owner."""
    RELEASE_EVIDENCE = "release-evidence"
    """Open evidence to the public."""


P = Permission


ABOVE_REGIONS = (Reach.NATION, Reach.PROVINCE)
"""Reaches without a single region."""


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role: its name for readers, its reach, the permission needed to give or end it, and its own permissions; what
    it may do in a room is defined by that room's table.

    ``second_factor``: its holders need more than a password to sign in, if the installation requires it. ``unit``: at
    which kind of unit it is held (``platform.units.KINDS``), for the reach of a unit or a province alone. ``two_keys``:
    somebody else has to confirm it, :data:`ROLE_WAIT` after it was given; before that it has no effect.
    """

    name: str
    description: str
    reach: Reach
    given_with: Permission
    permissions: frozenset[Permission] = frozenset()
    second_factor: bool = False
    unit: str = ""
    two_keys: bool = False

    def __post_init__(self) -> None:
        if (self.reach in (Reach.UNIT, Reach.PROVINCE)) != bool(self.unit):
            raise ValueError("a role that is held at a unit says at which kind, no other does")


ROLE_WAIT = timedelta(days=1)
"""The least time between giving a role that takes two keys and confirming it."""

ROLES: dict[AnyRole, RoleFacts] = {
    Role.SECRETARIAT: RoleFacts(
        N_("Secretariat"),
        N_("Runs the evaluation for the ministry: instruments, campaigns, panels, publication"),
        Reach.NATION,
        P.MANAGE_MEMBERS,
        # Evidence is the region's own statement: the secretariat neither adds nor verifies it.
        frozenset(Permission) - {P.ADD_EVIDENCE, P.VERIFY_EVIDENCE},
        second_factor=True,
    ),
    Role.COORDINATOR: RoleFacts(
        N_("Coordinator"),
        N_("Leads the region's self-assessment, usually in the communications and informatics office"),
        Reach.REGION,
        P.MANAGE_MEMBERS,
        frozenset({P.MANAGE_TEAM, P.MANAGE_OFFICES, P.READ_EVIDENCE, P.ADD_EVIDENCE}),
        # Signs for the region: hands in the self-assessment, signs minutes, brings a plan into force.
        second_factor=True,
    ),
    Role.VERIFIER: RoleFacts(
        N_("Verifier"),
        N_("Checks the region's evidence before it is submitted"),
        Reach.REGION,
        P.MANAGE_TEAM,
        frozenset({P.READ_EVIDENCE, P.VERIFY_EVIDENCE}),
    ),
    Role.CONTRIBUTOR: RoleFacts(
        N_("Contributor"),
        N_("Marks the indicators given to the office and attaches evidence"),
        Reach.OFFICE,
        P.MANAGE_TEAM,
        frozenset({P.READ_EVIDENCE, P.ADD_EVIDENCE}),
    ),
    Role.ASSESSOR: RoleFacts(
        N_("Assessor"), N_("Reads and marks the regions of the panel, with reasons"), Reach.NATION, P.MANAGE_MEMBERS
    ),
    Role.PANEL_CHAIR: RoleFacts(
        N_("Panel chair"),
        N_("Leads a panel of assessors and settles disagreement"),
        Reach.NATION,
        P.MANAGE_MEMBERS,
        second_factor=True,
    ),
    Role.SIGNATORY: RoleFacts(
        N_("Signatory"),
        N_("Submits the self-assessment and answers for it: the regional secretary (Sekda) or the head of the region"),
        Reach.REGION,
        P.MANAGE_MEMBERS,
        # The signed statement is evidence of the region.
        frozenset({P.READ_EVIDENCE, P.ADD_EVIDENCE}),
        second_factor=True,
    ),
    Role.AUDITOR: RoleFacts(
        N_("Auditor"),
        N_("Reads what the secretariat reads of evaluation, plans and surveys, and changes nothing"),
        Reach.NATION,
        P.MANAGE_MEMBERS,
        frozenset({P.VIEW_PROVISIONAL, P.READ_EVIDENCE}),
        second_factor=True,
    ),
    Role.PROVINCIAL: RoleFacts(
        N_("Provincial reader"),
        N_("Reads how far the regions of a province are, and their results once they are published"),
        Reach.PROVINCE,
        P.MANAGE_MEMBERS,
        unit="province",
    ),
}

MINISTRY = frozenset({Role.SECRETARIAT, Role.AUDITOR})
"""Roles that read for the ministry."""
OVERSEERS = MINISTRY | {Role.COORDINATOR, Role.VERIFIER, Role.SIGNATORY}
"""Roles that read for the ministry or for a whole region, used in the tables of the rooms."""


def declare(roles: Mapping[AnyRole, RoleFacts]) -> None:
    """Add the roles of a room above; its rules call this once, and ``PILAR_ROLES`` names that module."""
    if taken := ROLES.keys() & roles.keys():
        raise ValueError(f"declared twice: {sorted(taken)}")
    ROLES.update(roles)


class UnknownRole(PilarError):
    """No role has this code."""

    code = "unknown-role"
    status = 422
    sentence = N_("There is no role “%(given)s”. Name one of %(roles)s")


def role_of(code: str) -> AnyRole:
    """The role of this code; raises :class:`UnknownRole`."""
    for role in ROLES:
        if role == code:
            return role
    raise UnknownRole(given=code, roles=", ".join(ROLES))


class UnfitReach(PilarError):
    """A role was given for the wrong kind of place."""

    code = "unfit-reach"
    status = 422
    sentences = {
        Reach.NATION: N_("The role “%(role)s” is held for the whole nation; leave region and office empty"),
        Reach.PROVINCE: N_("The role “%(role)s” is held for one province; name it, and no region or office"),
        Reach.REGION: N_("The role “%(role)s” is held for one region; name the region and no office"),
        Reach.OFFICE: N_("The role “%(role)s” is held for one office; name the office"),
        Reach.UNIT: N_("The role “%(role)s” is held for one district, village or hospital; name it and no office"),
    }

    def text(self) -> str:
        facts = ROLES[self.fields["role"]]
        return translate(self.sentences[facts.reach], role=translate(facts.name))


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role and where it is held: ``region`` is a code, ``office`` a key with the region it belongs to, ``unit`` the
    code of a district, village or hospital of the region, or of a province, which has none.

    Raises :class:`UnfitReach` if the place does not fit the role.
    """

    role: AnyRole
    region: str | None = None
    office: int | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        wanted = {
            Reach.NATION: (False, False, False),
            Reach.PROVINCE: (False, False, True),
            Reach.REGION: (True, False, False),
            Reach.OFFICE: (True, True, False),
            Reach.UNIT: (True, False, True),
        }
        if wanted[ROLES[self.role].reach] != (self.region is not None, self.office is not None, bool(self.unit)):
            raise UnfitReach(role=self.role)

    def covers(self, area: str | None, office: int | None, unit: str = "") -> bool:
        """Return whether the role is valid there; ``None`` and ``None`` mean the whole nation. A district's role is
        valid in its villages, whose codes begin with its own."""
        match ROLES[self.role].reach:
            case Reach.NATION:
                return True
            case Reach.PROVINCE:
                return area is not None and area.startswith(f"{self.unit}.")
            case Reach.REGION:
                return area == self.region
            case Reach.OFFICE:
                return area == self.region and office == self.office
            case Reach.UNIT:
                return area == self.region and f"{unit}.".startswith(f"{self.unit}.")


@dataclass(frozen=True, slots=True)
class Standing:
    """A person or system that acts, with its roles now. ``unrestricted``: the console and schedule of the server.

    ``owner`` is the key of the account for which a token acts. ``session`` is the value that a session of the account
    must carry to stay open, as of the reading of its row.
    """

    actor: Actor
    memberships: tuple[HeldRole, ...] = ()
    unrestricted: bool = False
    owner: int | None = None
    session: str = field(default="", compare=False, repr=False)

    @property
    def account(self) -> int | None:
        """Key of the account that acts, itself or by a token; None for visitors and the system."""
        return int(self.actor.key) if self.actor.kind == "user" else self.owner

    @property
    def citizen(self) -> int | None:
        """Key of the public account that acts; None for everybody else."""
        return int(self.actor.key) if self.actor.kind == "public" else None

    @property
    def signature(self) -> str:
        """Return the stored reference to the acting person: a person who acts by a token is still that person."""
        name = self.actor.name
        return str(getattr(name, "reference", name)) if self.account is None else f"user:{self.account}"

    @property
    def by_token(self) -> bool:
        """Return whether an account acts by a token."""
        return self.actor.kind == "token"

    def may(self, permission: str, *, area: str | None = None, office: int | None = None) -> bool:
        """See :func:`may`."""
        return may(self, permission, area=area, office=office)

    def require(self, permission: str, *, area: str | None = None, office: int | None = None) -> None:
        """Raise :class:`NotAllowed` unless :func:`may`."""
        if not may(self, permission, area=area, office=office):
            raise NotAllowed

    def require_server(self) -> None:
        """Raise :class:`NotAllowed` unless the server itself acts: its console or its schedule."""
        if not self.unrestricted:
            raise NotAllowed


SECOND_FACTOR = "people.second-factor"
"""The context to which encrypted secrets of second factors are bound."""

OPERATOR = Standing(Actor("system", "console", N_("Console")), unrestricted=True)
"""A person at the console of the server, who could change the database anyway."""

SCHEDULE = Standing(Actor("system", "schedule", N_("Schedule")), unrestricted=True)
"""The worker, for scheduled jobs."""

PUBLIC = Standing(Actor("anonymous", "", ""))
"""Anybody: holds no role, has no permissions, sees public data."""


def shown_name(name: str) -> str:
    """The name of an acting person for the history; the system's own name in the reader's language."""
    return translate(name) if name in (OPERATOR.actor.name, SCHEDULE.actor.name) else name


def may(by: Standing, permission: str, *, area: str | None = None, office: int | None = None) -> bool:
    """Return whether ``by`` holds ``permission`` for the nation, for the region of code ``area``, or for an office in
    it.

    A national role covers every region, a region's role its offices; an office's role never covers a whole region. An
    unknown permission, or an office without its region, is a bug: ``ValueError``.
    """
    wanted = Permission(permission)
    if office is not None and area is None:
        raise ValueError("an office is asked about together with its region")
    if by.unrestricted:
        return True
    return any(wanted in ROLES[held.role].permissions and held.covers(area, office) for held in by.memberships)


def roles_with(permission: Permission) -> frozenset[AnyRole]:
    """The roles that have a permission."""
    return frozenset(role for role, facts in ROLES.items() if permission in facts.permissions)


def led_regions(by: Standing) -> list[str]:
    """Codes of the regions in which ``by`` may give roles by a role held there; national roles do not count."""
    codes = {held.region for held in by.memberships if held.region}
    return sorted(code for code in codes if roles_to_give(by, code))


def roles_known(by: Standing, region: str) -> frozenset[AnyRole]:
    """The roles of a region that ``by`` may know the holders of: managers of its team see all, others those they
    give."""
    return frozenset(ROLES if may(by, Permission.MANAGE_TEAM, area=region) else roles_to_give(by, region))


def may_confirm(by: Standing, role: AnyRole, region: str | None) -> bool:
    """Return whether ``by`` may confirm a role in a region: if they may give it, or manage the region's team."""
    return any(may(by, permission, area=region) for permission in (ROLES[role].given_with, Permission.MANAGE_TEAM))


def manages_accounts(by: Standing) -> bool:
    """Return whether there are accounts that ``by`` manages: all of them, or those whose roles ``by`` gives."""
    return may(by, Permission.MANAGE_ACCOUNTS) or bool(led_regions(by))


def manages_offices(by: Standing) -> bool:
    """Return whether there are offices that ``by`` manages: those of all regions, or of one."""
    regions = {held.region for held in by.memberships}
    return any(may(by, Permission.MANAGE_OFFICES, area=code) for code in (None, *regions))


def roles_to_give(by: Standing, region: str | None) -> tuple[AnyRole, ...]:
    """The roles that ``by`` may give and end: national and provincial ones without a region, otherwise those held in
    the region."""
    return tuple(
        role
        for role, facts in ROLES.items()
        if (facts.reach in ABOVE_REGIONS) == (region is None) and may(by, facts.given_with, area=region)
    )


def needs_second_factor(by: Standing) -> bool:
    """Return whether ``by`` holds a role that needs a second factor, if the installation requires it."""
    return any(ROLES[held.role].second_factor for held in by.memberships)
