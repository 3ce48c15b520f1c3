"""Which database: ``DATABASE_URL`` if it is set, otherwise the embedded server of the state folder."""

from __future__ import annotations

import os
from typing import Any

import dj_database_url

from pilar.config.embedded import place_for
from pilar.config.state import state_folder


def database_settings() -> dict[str, Any]:
    """Django's settings of the one database. An embedded server that was never started gives an unusable address."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        place = place_for(state_folder())
        url = place.url() if place.password_file.exists() else "postgres://pilar@embedded-not-started/pilar"
    return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))


def is_embedded() -> bool:
    """Whether the embedded server is in use."""
    return not os.environ.get("DATABASE_URL")
