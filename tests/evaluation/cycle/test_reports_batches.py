"""All sheets of a version in one archive: ordered once, made by the worker, watched, fetched, never half there."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from design.attending import NOBODY, heard_of
from evaluation.cycle.agreed import agree, compute, published, recommend
from evaluation.cycle.world import CODE, FAR, OWN, World
from pilar.evaluation import operations
from pilar.evaluation.models import SheetBatch, Snapshot
from pilar.evaluation.rules.publishing import SnapshotNotFound
from pilar.evaluation.rules.sheets import UnknownLanguage
from pilar.evidence import store
from pilar.evidence.rules.batches import SILENT, BatchState
from pilar.people.rules import SCHEDULE
from pilar.platform import audit, jobs
from reports.reading import words

PAGE = f"/kerja/periode/{CODE}/hasil/1/versi/1/lembar/"
AGAIN = "Sudah lama tidak ada kemajuan"
RECOMMENDED = "Tetapkan peraturan kepala daerah"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where this test's archives lie."""
    kept = {"BACKEND": "pilar.evidence.store.PrivateFolder", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"evidence": kept}
    return tmp_path


def signed_in(world: World, name: str, region: str = OWN) -> Client:
    client = Client()
    client.force_login(world.user(name, region))
    return client


def order(world: World, language: str = "id", **changed: Any) -> int:
    given = {"campaign": CODE, "phase": 1, "version": 1, "language": language, "now": timezone.now()} | changed
    return operations.order_sheets(by=world.who("secretariat"), **given)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def archive_of(key: int) -> dict[str, bytes]:
    with store.open_file(SheetBatch.objects.get(pk=key).storage_key) as file, zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_sheet_of_each_region_in_the_language_asked_for(world: World, folder: Path) -> None:
    recommend(world)
    published(world)
    key = order(world, "en")
    operations.make_sheets(by=SCHEDULE, batch=key)
    made, batch = archive_of(key), SheetBatch.objects.get()
    assert sorted(made) == [
        "lembar-hasil-32.01-kabupaten-bogor-2026-1-v1-en.pdf",
        "lembar-hasil-36.03-kabupaten-tangerang-2026-1-v1-en.pdf",
        "lembar-hasil-36.71-kota-tangerang-2026-1-v1-en.pdf",
    ]
    own = words(made["lembar-hasil-36.03-kabupaten-tangerang-2026-1-v1-en.pdf"])
    assert "Result sheet" in own
    assert RECOMMENDED in own, "the secretariat hands it on to the region"
    assert RECOMMENDED not in words(made["lembar-hasil-32.01-kabupaten-bogor-2026-1-v1-en.pdf"])
    (file,) = files(folder)
    assert (batch.state, batch.done, batch.total) == (BatchState.DONE, 3, 3)
    assert (batch.size, batch.sha256) == (file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest())
    assert [event.action for event in audit.events(target="evaluation.sheet-batch", key=key)] == ["make", "order"]


def test_it_is_ordered_once_while_it_is_under_way(world: World) -> None:
    published(world)
    first = order(world)
    assert order(world) == first
    assert order(world, "en") != first, "another language is another archive"
    assert ProcrastinateJob.objects.filter(task_name="evaluation.make-sheets").count() == 2
    operations.make_sheets(by=SCHEDULE, batch=first)
    assert order(world) != first, "what is done may be made anew"


def test_the_page_shows_the_progress_and_hands_out_the_archive(world: World) -> None:
    published(world)
    secretariat = signed_in(world, "secretariat")
    assert f'href="{PAGE}"' in secretariat.get(PAGE.removesuffix("lembar/")).content.decode()
    assert "Belum ada arsip" in secretariat.get(PAGE).content.decode()
    assert secretariat.post(PAGE, {"language": "xx"}).status_code == 400
    assert secretariat.post(PAGE, {"language": "id"})["Location"] == PAGE
    batch = SheetBatch.objects.get()
    fetch = f"{PAGE}{batch.pk}.zip"
    assert secretariat.get(fetch).status_code == 409
    SheetBatch.objects.update(state=BatchState.RUNNING, done=2)
    page = secretariat.get(PAGE).content.decode()
    assert 'value="2"' in page
    assert 'data-live="/langsung/' in page
    assert f'<a href="{PAGE}">' in page, "without scripts there is a link"
    assert NOBODY in page
    SheetBatch.objects.update(progressed_at=timezone.now() - SILENT - timedelta(seconds=1))
    page = secretariat.get(PAGE).content.decode()
    assert NOBODY in page
    assert AGAIN not in page, "it is kept: nothing to do about it"
    heard_of(seconds_ago=1)
    page = secretariat.get(PAGE).content.decode()
    assert NOBODY not in page
    assert AGAIN in page
    assert "hx-trigger" not in page
    SheetBatch.objects.update(state=BatchState.FAILED)
    assert "tidak dapat dibuat" in secretariat.get(PAGE).content.decode()
    SheetBatch.objects.update(state=BatchState.RUNNING)
    operations.make_sheets(by=SCHEDULE, batch=batch.pk)
    page = secretariat.get(PAGE).content.decode()
    assert f'href="{fetch}"' in page
    assert "hx-trigger" not in page
    answer = secretariat.get(fetch)
    content = b"".join(answer)  # type: ignore[arg-type]
    assert answer["Cache-Control"] == "private, no-store"
    assert int(answer["Content-Length"]) == len(content)
    assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == 3
    store.delete(SheetBatch.objects.get().storage_key)
    assert secretariat.get(fetch).status_code == 404


def test_only_the_secretariat_comes_in(world: World) -> None:
    published(world)
    batch = order(world)
    operations.make_sheets(by=SCHEDULE, batch=batch)
    for name, region, status in (
        ("coordinator", OWN, 403),
        ("chair", OWN, 403),
        ("assessor4", OWN, 404),
    ):
        client = signed_in(world, name, region)
        assert client.get(PAGE).status_code == status
        assert client.post(PAGE, {"language": "id"}).status_code == status
        assert client.get(f"{PAGE}{batch}.zip").status_code == status
    assert Client().get(f"{PAGE}{batch}.zip").status_code == 302
    assert signed_in(world, "secretariat").get(f"{PAGE}{batch + 1}.zip").status_code == 404
    other = f"/kerja/periode/{CODE}/hasil/2/versi/1/lembar/{batch}.zip"
    assert signed_in(world, "secretariat").get(other).status_code == 404


def test_what_does_not_exist_is_not_ordered(world: World) -> None:
    published(world)
    with pytest.raises(SnapshotNotFound):
        order(world, version=9)
    with pytest.raises(UnknownLanguage):
        order(world, "fr")


def test_a_version_that_is_not_published_says_so_on_every_sheet(world: World) -> None:
    world.campaign.synthetic = False
    world.campaign.save()
    recommend(world)
    agree(world)
    compute(world)
    key = order(world)
    operations.make_sheets(by=SCHEDULE, batch=key)
    for content in archive_of(key).values():
        said = words(content)
        assert "BELUM DIUMUMKAN" in said
        assert RECOMMENDED not in said


@pytest.mark.parametrize(
    "changed",
    [{"state": "lost"}, {"language": "fr"}, {"done": 4}, {"state": "done"}, {"state": "done", "done": 3, "size": 5}],
)
def test_the_tables_refuse_what_cannot_be(world: World, changed: dict[str, Any]) -> None:
    published(world)
    order(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        SheetBatch.objects.update(**changed)


def test_two_unfinished_batches_of_one_language_are_refused(world: World) -> None:
    published(world)
    order(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        SheetBatch.objects.create(snapshot=Snapshot.objects.get(), language="id", total=3, ordered_by_name="Ani")


def test_the_batch_reads_the_database_once_for_all(world: World) -> None:
    """However many regions: the queries of a sheet do not grow with them."""
    from django.test.utils import CaptureQueriesContext

    published(world)
    key = order(world)
    with CaptureQueriesContext(connection) as asked:
        operations.make_sheets(by=SCHEDULE, batch=key)
    assert len(asked) <= 24 + 2 * SheetBatch.objects.get().total, "each file is written down and told"


@pytest.fixture
def working(committed_world: World) -> Iterator[World]:
    """Tables that a worker sees; its connections do not outlive the test."""
    kept, connection.settings_dict["CONN_MAX_AGE"] = connection.settings_dict["CONN_MAX_AGE"], 0
    yield committed_world
    connection.settings_dict["CONN_MAX_AGE"] = kept
    connection.cursor().execute("DELETE FROM procrastinate_jobs; DELETE FROM procrastinate_workers")


def test_the_worker_makes_what_the_page_orders(working: World) -> None:
    published(working)
    secretariat = signed_in(working, "secretariat")
    secretariat.post(PAGE, {"language": "id"})
    jobs.run_worker(once=True)
    batch = SheetBatch.objects.get()
    assert batch.state == BatchState.DONE
    assert FAR in " ".join(archive_of(batch.pk))
