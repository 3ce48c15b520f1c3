from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "pilar.areas"
    label = "areas"
