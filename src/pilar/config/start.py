"""Django set up for a command: settings chosen, console's language spoken."""

from __future__ import annotations

import os


def start_django(settings: str) -> None:
    """``settings``: ``demo``, ``test`` or ``production``; settings that the environment already names stay."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"pilar.config.settings.{settings}")
    import django
    from django.utils import translation

    from pilar.platform.language import console_language

    django.setup()
    translation.activate(console_language())
