from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "pilar.measures"
    label = "measures"
