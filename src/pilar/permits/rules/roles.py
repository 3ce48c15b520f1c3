"""Roles of permits: the one-stop office (DPMPTSP), the technical offices, and overseers.

Applicants hold no role.
"""

from __future__ import annotations

from collections.abc import Mapping

from pilar.people.rules import AnyRole, P, Reach, RoleFacts, declare
from pilar.platform.language import N_


class Role(AnyRole):
    FRONT = "permit_front"
    """Front office: checks whether an application is complete, files applications for people at the counter."""
    BACK = "permit_back"
    """Back office: second check and decision."""
    TREASURY = "permit_treasury"
    HEAD = "permit_head"
    """Head of the one-stop office, who signs."""
    EDITOR = "permit_editor"
    """Writes and publishes the definitions of services."""
    TECHNICAL = "permit_technical"
    """A technical office that gives recommendations (dinas teknis)."""
    SURVEYOR = "permit_surveyor"
    INSPECTORATE = "permit_inspectorate"


OFFICERS: Mapping[str, Role] = {
    "front_office": Role.FRONT, "back_office": Role.BACK, "treasury": Role.TREASURY, "head": Role.HEAD,
    "technical": Role.TECHNICAL, "surveyor": Role.SURVEYOR,
}  # fmt: skip
"""The names of roles in the stages of a service."""


def _of(reach: Reach, name: str, description: str, *, decides: bool = False) -> RoleFacts:
    return RoleFacts(name, description, reach, P.MANAGE_TEAM, second_factor=decides)


declare({
    Role.FRONT: _of(Reach.REGION, N_("Front office of permits"), N_("Checks applications for completeness")),
    Role.BACK: _of(
        Reach.REGION, N_("Back office of permits"), N_("Checks again and decides on applications"), decides=True
    ),
    Role.TREASURY: _of(
        Reach.REGION, N_("Treasury of permits"), N_("Sets levies and matches payments"), decides=True
    ),
    Role.HEAD: _of(Reach.REGION, N_("Head of permits"), N_("Signs permits of the region"), decides=True),
    Role.EDITOR: _of(
        Reach.REGION, N_("Editor of services"), N_("Writes and publishes what services ask"), decides=True
    ),
    Role.TECHNICAL: _of(Reach.OFFICE, N_("Technical office"), N_("Recommends on applications")),
    Role.SURVEYOR: _of(Reach.OFFICE, N_("Surveyor"), N_("Visits places that applications are about")),
    Role.INSPECTORATE: _of(Reach.REGION, N_("Inspectorate of permits"), N_("Reads the trail of every case")),
})  # fmt: skip
