from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "pilar.platform"
    label = "platform"

    def ready(self) -> None:
        from pilar.platform import mail  # noqa: F401 - its jobs are to be known to the worker
