"""Roles with the money of a village, by Permendagri 20/2018, and those that oversee it."""

from __future__ import annotations

from pilar.people.rules import AnyRole, P, Reach, RoleFacts, declare
from pilar.platform.language import N_


class Role(AnyRole):
    HEAD = "village_head"
    """Kepala desa, PKPKD."""
    SECRETARY = "village_secretary"
    """Sekretaris desa, coordinator of the PPKD."""
    TREASURER = "village_treasurer"
    """Kaur keuangan."""
    EXECUTOR = "village_executor"
    """Kaur or kasi who carries out activities, PKA."""
    COUNCIL = "village_council"
    """Badan Permusyawaratan Desa."""
    CAMAT = "camat"
    VILLAGE_OFFICE = "village_office"
    """The region's office for villages, DPMPD."""
    INSPECTORATE = "inspectorate"


def _of_village(name: str, description: str, *, moves_money: bool = False, proves: bool = False) -> RoleFacts:
    """Return the facts of a role that moves money: a second factor to sign in, and a second person to confirm the
    role."""
    permissions = frozenset({P.ADD_EVIDENCE} if proves else ())
    return RoleFacts(
        name, description, Reach.UNIT, P.MANAGE_OFFICIALS, permissions, second_factor=moves_money, unit="village",
        two_keys=moves_money,
    )  # fmt: skip


declare({
    Role.HEAD: _of_village(N_("Head of village"), N_("Approves budget and payments"), moves_money=True),
    Role.SECRETARY: _of_village(
        N_("Secretary of village"), N_("Draws up the budget, checks payments and books"), moves_money=True
    ),
    Role.TREASURER: _of_village(
        N_("Treasurer of village"), N_("Receives, pays, keeps the books"), moves_money=True, proves=True
    ),
    Role.EXECUTOR: _of_village(
        N_("Executor of activities"), N_("Carries out activities and accounts for them"), proves=True
    ),
    Role.COUNCIL: _of_village(N_("Village council"), N_("Agrees the budget, reads the accounts")),
    Role.CAMAT: RoleFacts(
        N_("Head of district"), N_("Evaluates the budgets of the villages"), Reach.UNIT, P.MANAGE_OFFICIALS,
        second_factor=True, unit="district",
    ),
    Role.VILLAGE_OFFICE: RoleFacts(
        N_("Office for villages"), N_("Sets ceilings, guides the villages, consolidates, gives their roles"),
        Reach.REGION, P.MANAGE_TEAM, frozenset({P.MANAGE_OFFICIALS}), second_factor=True,
    ),
    Role.INSPECTORATE: RoleFacts(
        N_("Inspectorate"), N_("Audits the villages"), Reach.REGION, P.MANAGE_TEAM
    ),
})  # fmt: skip
"""Officials of villages and districts get their roles from the office for villages (DPMPD); that office and the
inspectorate from the coordinator of the region."""
