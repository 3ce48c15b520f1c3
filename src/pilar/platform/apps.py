from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "pilar.platform"
    label = "platform"

    def ready(self) -> None:
        # Their jobs are to be known to the worker.
        from pilar.platform import arrays, mail  # noqa: F401
        from pilar.platform.imports import keeping  # noqa: F401
