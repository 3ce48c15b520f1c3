from django.apps import AppConfig

from pilar.platform.language import mark


class PermitsConfig(AppConfig):
    name = "pilar.permits"
    label = "permits"

    def ready(self) -> None:
        from pilar.people.public import PURPOSES, WAYS

        PURPOSES["permits"], WAYS["permits"] = mark("Permits"), "permits:own-cases"
