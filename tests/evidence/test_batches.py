"""Files made in one go: ordered once, made by the worker, begun again when it was killed, never half there."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from areas.places import PLACES, load
from kit.races import together
from masterplan.world import World, make_world
from pilar.evidence import store
from pilar.evidence.operations.batches import Batches, Files
from pilar.evidence.rules.batches import (
    SILENT,
    BatchList,
    BatchNotFound,
    BatchNotReady,
    BatchState,
    batch_row,
    is_lost,
)
from pilar.evidence.store import PrivateFolder
from pilar.masterplan.models import PaperBatch
from pilar.people.rules import SCHEDULE, NotAllowed, Standing
from pilar.platform import audit
from pilar.platform.jobs import background

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 5, 1, 8, tzinfo=UTC)
TEXTS = {"satu.txt": b"satu", "dua.txt": b"dua"}
BATCHES = Batches(PaperBatch, target="tests.batch", folder="tests", same=("version",))
"""Any table of batches will do."""


@background("tests.make-files")
def make(*, by: Standing, batch: int, files: Callable[[PaperBatch], Files] | None = None) -> None:
    BATCHES.make(by=by, batch=batch, files=files or texts)


def texts(_batch: PaperBatch) -> Files:
    for name, content in TEXTS.items():
        yield name, content, MOMENT


@pytest.fixture
def world(db: None) -> World:
    load(PLACES)
    return make_world()


def order(world: World, now: datetime | None = None) -> int:
    return BATCHES.order(
        by=world.who("coordinator"), job=make, now=now or timezone.now(), total=len(TEXTS), area="36.03",
        version=world.version,
    )  # fmt: skip


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_the_archive_holds_the_files_and_its_row_tells_of_it(world: World, folder: Path) -> None:
    key = order(world)
    make(by=SCHEDULE, batch=key)
    batch = PaperBatch.objects.get()
    with store.open_file(batch.storage_key) as file:
        content = file.read()
        archive = zipfile.ZipFile(file)
        assert {name: archive.read(name) for name in archive.namelist()} == TEXTS
        assert {entry.date_time for entry in archive.infolist()} == {MOMENT.timetuple()[:6]}
    assert (batch.state, batch.done, batch.total) == (BatchState.DONE, 2, 2)
    assert (batch.size, batch.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    made, ordered = audit.events(target="tests.batch", key=key)
    assert (ordered.action, ordered.area, ordered.after) == (
        "order",
        "36.03",
        {"version": world.version, "files": 2},
    )
    assert (made.action, made.after) == ("make", {"sha256": batch.sha256})
    make(by=SCHEDULE, batch=key)
    assert PaperBatch.objects.get().attempt == 1, "what is done stays as it is"


def test_it_is_ordered_once_while_it_is_under_way(world: World) -> None:
    first = order(world)
    assert order(world) == first
    assert ProcrastinateJob.objects.get(task_name="tests.make-files").args == {"batch": first}
    make(by=SCHEDULE, batch=first)
    assert order(world) != first, "what is done may be made anew"


def test_one_that_is_lost_is_given_up(world: World) -> None:
    lost = order(world)
    assert order(world, timezone.now() + SILENT - timedelta(minutes=1)) == lost
    again = order(world, timezone.now() + SILENT + timedelta(seconds=1))
    assert again != lost
    make(by=SCHEDULE, batch=lost)
    assert PaperBatch.objects.get(pk=lost).state == BatchState.FAILED, "its job finds nothing to do any more"
    assert not is_lost(BatchState.DONE, MOMENT, timezone.now())


def test_an_earlier_archive_is_taken_away_when_a_new_one_is_there(world: World, folder: Path) -> None:
    first = order(world)
    make(by=SCHEDULE, batch=first)
    (before,) = files(folder)
    second = order(world)
    assert files(folder) == [before]
    make(by=SCHEDULE, batch=second)
    assert PaperBatch.objects.get().pk == second
    assert files(folder) != [before]
    assert len(files(folder)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_that_begin_at_once_the_second_has_taken_over(world: World) -> None:
    with transaction.atomic():
        key = order(world)
    first, second = together(lambda: BATCHES._begin(key), lambda: BATCHES._begin(key))
    assert (first.attempt, second.attempt) == (1, 2)
    assert PaperBatch.objects.get().storage_key == second.storage_key


class Killed(BaseException):
    """The process ends."""


class Dying(PrivateFolder):
    """A store in which a file lies whose writer is gone."""

    def _save(self, name: str, content: File) -> str:
        super()._save(name, content)
        raise Killed


def test_a_killed_attempt_is_begun_anew_and_leaves_no_file(world: World, folder: Path, settings: Any) -> None:
    """The worker dies after the archive is in the store and before the row says so."""
    key, sound = order(world), settings.STORAGES
    dying = sound["evidence"] | {"BACKEND": f"{__name__}.{Dying.__name__}"}
    settings.STORAGES = sound | {"evidence": dying}
    with pytest.raises(Killed):
        make(by=SCHEDULE, batch=key)
    settings.STORAGES = sound
    assert len(files(folder)) == 1
    assert PaperBatch.objects.get().state == BatchState.RUNNING
    make(by=SCHEDULE, batch=key)
    batch = PaperBatch.objects.get()
    assert (batch.state, batch.attempt) == (BatchState.DONE, 2)
    assert files(folder) == [Path(batch.storage_key).name]


def test_an_attempt_that_was_overtaken_writes_nothing(world: World, folder: Path) -> None:
    key, asked = order(world), list[str]()

    def overtaken(batch: PaperBatch) -> Files:
        for file in texts(batch):
            asked.append(file[0])
            yield file
            PaperBatch.objects.filter(pk=key).update(attempt=7)

    make(by=SCHEDULE, batch=key, files=overtaken)
    assert PaperBatch.objects.get().state == BatchState.RUNNING
    assert (asked, files(folder)) == (list(TEXTS), [])


def test_one_that_was_overtaken_by_its_last_file_leaves_nothing(world: World, folder: Path) -> None:
    key = order(world)

    def overtaken(batch: PaperBatch) -> Files:
        yield from texts(batch)
        PaperBatch.objects.filter(pk=key).update(attempt=7)

    make(by=SCHEDULE, batch=key, files=overtaken)
    assert (PaperBatch.objects.get().state, files(folder)) == (BatchState.RUNNING, [])


def test_a_failure_is_written_down_and_raised(world: World, folder: Path) -> None:
    key = order(world)

    def failing(batch: PaperBatch) -> Files:
        yield next(texts(batch))
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError):
        make(by=SCHEDULE, batch=key, files=failing)
    assert (PaperBatch.objects.get().state, files(folder)) == (BatchState.FAILED, [])
    assert order(world) != key


def test_progress_is_written_down_as_it_goes(world: World) -> None:
    seen = []

    def watched(batch: PaperBatch) -> Files:
        for file in texts(batch):
            seen.append((PaperBatch.objects.get().state, PaperBatch.objects.get().done))
            yield file

    make(by=SCHEDULE, batch=order(world), files=watched)
    assert seen == [("running", 0), ("running", 1)]


def test_nobody_else_makes_them(world: World) -> None:
    with pytest.raises(NotAllowed):
        make(by=world.who("coordinator"), batch=order(world))
    assert PaperBatch.objects.get().state == BatchState.WAITING


def test_readers_see_how_far_it_is_and_fetch_what_is_ready(world: World) -> None:
    key = order(world)

    def seen(now: datetime) -> BatchList:
        return BatchList(tuple(batch_row(one, now) for one in PaperBatch.objects.all()))

    found = seen(timezone.now())
    assert (found.waiting, found.unfinished, found.rows[0].tone) == (True, True, "caution")
    with pytest.raises(BatchNotReady):
        found.ready(key)
    with pytest.raises(BatchNotFound):
        found.ready(key + 1)
    lost = seen(timezone.now() + SILENT + timedelta(seconds=1))
    assert (lost.waiting, lost.unfinished, lost.rows[0].tone) == (False, True, "negative")
    make(by=SCHEDULE, batch=key)
    found = seen(timezone.now())
    assert (found.waiting, found.ready(key).size) == (False, PaperBatch.objects.get().size)
