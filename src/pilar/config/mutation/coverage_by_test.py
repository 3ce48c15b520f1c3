"""A pytest plugin: which test ran which line. Loaded by ``-p`` in the first run of ``./pilar mutate``."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from coverage import Coverage


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """What a fixture runs counts for the whole file: it may be made once for all its tests."""
    _within(f"{item.nodeid.partition('::')[0]}")
    yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """What a test runs by itself."""
    _within(item.nodeid)
    yield


def _within(context: str) -> None:
    current = Coverage.current()
    if current is not None:
        current.switch_context(context)
