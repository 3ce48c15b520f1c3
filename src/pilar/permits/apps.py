from django.apps import AppConfig

from pilar.platform.language import N_


class PermitsConfig(AppConfig):
    name = "pilar.permits"
    label = "permits"

    def ready(self) -> None:
        from pilar.people.public import PURPOSES, WAYS

        PURPOSES["permits"], WAYS["permits"] = N_("Permits"), "permits:own-cases"
