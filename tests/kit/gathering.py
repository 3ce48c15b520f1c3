"""Each file is gathered by the worker that runs it, when it comes to it: every worker would gather all of them.

In a worker of xdist an item stands for each file (``Waiting``); what xdist hands out are these. A run that names single
tests, and one without workers, is pytest's own.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

EVERYTHING = "all of it"
FIRST = {"index", "property", "repository"}
"""Folders of tests that ask no database: its tables are made while they run."""


class Waiting(pytest.Item):
    """A file that nobody has gathered yet; while its tests run it goes by the name of each, as xdist wants it."""

    fixturenames = ()
    running: pytest.Item | None = None

    @property
    def nodeid(self) -> str:
        return self.running.nodeid if self.running else super().nodeid

    def runtest(self) -> None:
        raise NotImplementedError

    def gather(self) -> list[pytest.Item]:
        """The chosen tests of the file, in their order; a fault of the file is reported as pytest does it."""
        assert self.parent
        module = pytest.Module.from_parent(self.parent.parent, path=self.path)  # of the same folder
        items = [*self.session.genitems(module)]
        self.session._collection_cache = {}
        self.config.hook.pytest_collection_modifyitems(session=self.session, config=self.config, items=items)
        return items

    def run_all(self, after: pytest.Item | None) -> None:
        items = self.gather()
        if not items:
            self.session._setupstate.teardown_exact(after)  # what the file before has left for this one
            return
        for item, following in zip(items, [*items[1:], after], strict=True):
            self.running = item
            self.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.session.shouldfail or self.session.shouldstop:
                break


class _File(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        yield Waiting.from_parent(self, name=EVERYTHING)


def _wait(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput") and not any("::" in argument for argument in config.args)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> Any:
    return _File.from_parent(parent, path=module_path) if _wait(parent.config) else None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Files are put in order; what is chosen and ordered by marks and names are the tests of each later."""
    files = [item for item in items if isinstance(item, Waiting)]
    items[:] = [item for item in items if not isinstance(item, Waiting)]
    yield
    files.sort(key=lambda file: FIRST.isdisjoint(file.path.parts))
    if selection := config.pluginmanager.get_plugin("kit.selection"):
        selection.shuffle(files)
    if chromium := config.pluginmanager.get_plugin("kit.chromium"):
        chromium.pytest_collection_modifyitems(files)
    items += files


class Progress:
    """In the process that xdist's workers report to: how far they are, by the files of which something has run."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session
        self.of = 0
        self.files: set[str] = set()
        self.tests: set[str] = set()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self.of = len(ids) if all(name.endswith(f"::{EVERYTHING}") for name in ids) else 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if self.of:
            self.files.add(report.nodeid.partition("::")[0])
            self.tests.add(report.nodeid)
            self.session.testscollected = len(self.tests) * self.of // len(self.files)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Of a run in which no test was chosen, say so: it has gathered files all the same."""
        came = yield
        if self.of:
            session.testscollected = len(self.tests)
        return came


def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(Progress(session))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    if not isinstance(item, Waiting):
        return None
    item.run_all(nextitem)
    return True
