from django.apps import AppConfig


class VillageFinanceConfig(AppConfig):
    name = "pilar.villagefinance"
    label = "villagefinance"
