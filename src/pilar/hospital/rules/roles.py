"""Roles of hospital staff and overseers. Patients hold no role."""

from __future__ import annotations

from pilar.people.rules import AnyRole, P, Reach, RoleFacts, declare
from pilar.platform.language import N_


class Role(AnyRole):
    DESK = "hospital_desk"
    """Registration desk (loket pendaftaran)."""
    NURSE = "hospital_nurse"
    DOCTOR = "hospital_doctor"
    PHARMACY = "hospital_pharmacy"
    MANAGER = "hospital_manager"
    """Keeps schedules, capacity and the rules of clinics."""
    PRIVACY = "hospital_privacy"
    """Data protection officer (pejabat pelindungan data pribadi, UU 27/2022 art. 53)."""
    HEALTH_OFFICE = "hospital_health"
    """Dinas kesehatan: sums, no patients."""


def _of_hospital(name: str, description: str, *, decides: bool = False) -> RoleFacts:
    return RoleFacts(name, description, Reach.UNIT, P.MANAGE_TEAM, second_factor=decides, unit="hospital")


declare({
    Role.DESK: _of_hospital(N_("Registration desk"), N_("Books, checks in and registers patients")),
    Role.NURSE: _of_hospital(N_("Nurse of a clinic"), N_("Calls patients and keeps the queue")),
    Role.DOCTOR: _of_hospital(N_("Doctor of a clinic"), N_("Sees patients and books control visits")),
    Role.PHARMACY: _of_hospital(N_("Pharmacy"), N_("Hands out medicine in its order")),
    Role.MANAGER: _of_hospital(
        N_("Management of a hospital"), N_("Keeps schedules, capacity and rules of clinics"), decides=True
    ),
    Role.PRIVACY: _of_hospital(
        N_("Data protection officer"), N_("Reads who read what, and reports breaches"), decides=True
    ),
    Role.HEALTH_OFFICE: RoleFacts(
        N_("Health office"), N_("Reads the figures of the hospitals of a region"), Reach.REGION, P.MANAGE_TEAM
    ),
})  # fmt: skip
