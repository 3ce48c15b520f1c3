from django.apps import AppConfig


class MasterplanConfig(AppConfig):
    name = "pilar.masterplan"
    label = "masterplan"
