"""The suite's database server: ``DATABASE_URL`` if it is set, otherwise an embedded one that lives for this run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from pilar.config.database import database_settings
from pilar.config.embedded import EmbeddedServer, Place

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilar.config.settings.test")

# A busy machine is no fault of an example: speed is for ./pilar bench.
hypothesis_settings.register_profile("pilar", deadline=None)
hypothesis_settings.load_profile("pilar")


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("DATABASE_URL") or hasattr(config, "workerinput"):
        return
    home = Path(tempfile.mkdtemp(prefix="pilar-test-"))
    home.chmod(0o711)
    server = EmbeddedServer(Place(home), durable=False)
    server.start()
    os.environ["DATABASE_URL"] = server.place.url()
    # pytest-django has read the settings before this hook runs; the options of the test settings stay.
    settings.DATABASES["default"].update(database_settings() | {"OPTIONS": settings.DATABASES["default"]["OPTIONS"]})
    config.add_cleanup(lambda: _end(server, home))


def _end(server: EmbeddedServer, home: Path) -> None:
    server.stop()
    shutil.rmtree(server.place.sockets, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
    os.environ.pop("DATABASE_URL", None)


@pytest.fixture(autouse=True)
def _default_language() -> Iterator[None]:
    """A page in English leaves its language to the thread; the next test begins with the default one."""
    yield
    translation.deactivate()
