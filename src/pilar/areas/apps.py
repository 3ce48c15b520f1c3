from django.apps import AppConfig

from pilar.platform.language import N_
from pilar.platform.units import KINDS, UnitKind


class AreasConfig(AppConfig):
    name = "pilar.areas"
    label = "areas"

    def ready(self) -> None:
        from pilar.areas import queries

        KINDS["province"] = UnitKind(N_("Province"), queries.province_names)
        KINDS["district"] = UnitKind(N_("District"), queries.district_names)
        KINDS["village"] = UnitKind(N_("Village"), queries.village_names)
