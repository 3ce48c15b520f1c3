"""What every test stands on: the database server of the run (kit/databases.py), compiled catalogues, the language."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from kit import databases
from pilar.config import messages
from pilar.config.database import database_settings
from pilar.platform.language import stale_catalogues

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilar.config.settings.test")

pytest_plugins = ["kit.selection", "kit.chromium", "kit.worlds", "kit.held", "kit.gathering"]


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    if stale := stale_catalogues():
        messages.compile_all(stale)
    if os.environ.get("DATABASE_URL"):
        config.add_cleanup(databases.drop_templates)
        return
    server = databases.SuiteServer()
    os.environ["DATABASE_URL"] = server.start()
    # pytest-django has read the settings before this hook runs; the options of the test settings stay.
    settings.DATABASES["default"].update(database_settings() | {"OPTIONS": settings.DATABASES["default"]["OPTIONS"]})
    config.add_cleanup(lambda: os.environ.pop("DATABASE_URL", None))
    config.add_cleanup(server.end)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """As a failed test, so that a file that cannot be read is not forgotten where tests are tried again."""
    pytest_runtest_logreport(report)


def pytest_runtest_logreport(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Write the names of failed tests to the file that ``./pilar test`` reads them from; files whose worker died."""
    from kit.gathering import EVERYTHING  # a plugin, which pytest wants to load itself

    told = os.environ.get("PILAR_TEST_FAILED")
    if told and report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        with open(told, "a") as file:
            file.write(report.nodeid.removesuffix(f"::{EVERYTHING}") + "\n")


def pytest_collection_finish() -> None:
    """What is loaded and collected stays until the end: nobody has to look again and again whether it is garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """In place of pytest-django's, which would run the migrations in every worker."""
    name = connection.creation._get_test_db_name()
    with django_db_blocker.unblock():
        databases.clone(name)
    with databases.connected_to(name), pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            empty = databases.Emptier()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: empty())
        yield  # blocked again: a test that does not ask for the database has none
        connections.close_all()
    databases.drop(name)


@pytest.fixture(autouse=True)
def _default_language() -> Iterator[None]:
    """A page in English leaves its language to the thread; the next test begins with the default one."""
    yield
    translation.deactivate()
