from django.apps import AppConfig

from pilar.platform.language import mark
from pilar.platform.units import KINDS, UnitKind


class AreasConfig(AppConfig):
    name = "pilar.areas"
    label = "areas"

    def ready(self) -> None:
        from pilar.areas import queries

        KINDS["district"] = UnitKind(mark("District"), queries.district_names)
        KINDS["village"] = UnitKind(mark("Village"), queries.village_names)
