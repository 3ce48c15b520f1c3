from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "pilar.platform"
    label = "platform"
