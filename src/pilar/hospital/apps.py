from django.apps import AppConfig

from pilar.platform.language import mark


class HospitalConfig(AppConfig):
    name = "pilar.hospital"
    label = "hospital"

    def ready(self) -> None:
        from pilar.hospital.queries.schedule import hospital_names
        from pilar.people.public import PURPOSES, WAYS
        from pilar.platform.units import KINDS, UnitKind

        PURPOSES["hospital"], WAYS["hospital"] = mark("Hospital visits"), "hospital:own-bookings"
        KINDS["hospital"] = UnitKind(mark("Hospital"), hospital_names)
