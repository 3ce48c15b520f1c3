"""Who works in a hospital, and who oversees it. Patients hold no role."""

from __future__ import annotations

from pilar.people.rules import AnyRole, P, Reach, RoleFacts, declare
from pilar.platform.language import mark


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
    Role.DESK: _of_hospital(mark("Registration desk"), mark("Books, checks in and registers patients")),
    Role.NURSE: _of_hospital(mark("Nurse of a clinic"), mark("Calls patients and keeps the queue")),
    Role.DOCTOR: _of_hospital(mark("Doctor of a clinic"), mark("Sees patients and books control visits")),
    Role.PHARMACY: _of_hospital(mark("Pharmacy"), mark("Hands out medicine in its order")),
    Role.MANAGER: _of_hospital(
        mark("Management of a hospital"), mark("Keeps schedules, capacity and rules of clinics"), decides=True
    ),
    Role.PRIVACY: _of_hospital(
        mark("Data protection officer"), mark("Reads who read what, and reports breaches"), decides=True
    ),
    Role.HEALTH_OFFICE: RoleFacts(
        mark("Health office"), mark("Reads the figures of the hospitals of a region"), Reach.REGION, P.MANAGE_TEAM
    ),
})  # fmt: skip
