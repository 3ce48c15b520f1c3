from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "pilar.design"
    label = "design"
