from django.apps import AppConfig

from pilar.platform.language import N_


class HospitalConfig(AppConfig):
    name = "pilar.hospital"
    label = "hospital"

    def ready(self) -> None:
        from pilar.hospital.queries.schedule import hospital_names
        from pilar.people.public import PURPOSES, WAYS
        from pilar.platform.units import KINDS, UnitKind

        PURPOSES["hospital"], WAYS["hospital"] = N_("Hospital visits"), "hospital:own-bookings"
        KINDS["hospital"] = UnitKind(N_("Hospital"), hospital_names)
