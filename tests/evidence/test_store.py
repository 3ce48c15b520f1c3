"""The folder, an S3 server, and a crash between any two steps."""

from __future__ import annotations

import io
import os
import signal
import stat
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from evidence import samples
from evidence.cast import OWN, Cast
from kit.bucket import Bucket
from kit.killed import is_killed
from kit.neighbours import own
from people.team import NOW
from pilar.config.storage import StoreNotInstalled, evidence_store
from pilar.evidence import operations, queries, store
from pilar.evidence.models import HeldFile, Revision
from pilar.evidence.operations import Link
from pilar.people.rules import OPERATOR, SCHEDULE, Standing
from pilar.platform import audit

HOUR_LATER = NOW + timedelta(hours=1, seconds=1)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_only_the_owner_reads_the_folder(folder: Path) -> None:
    store.put("ab/cd", io.BytesIO(b"halo"))
    (path,) = files(folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(place.stat().st_mode) for place in (path.parent, folder)} == {0o700}
    with store.open_file("ab/cd") as file:
        assert file.read() == b"halo"
    assert store.size("ab/cd") == 4
    with pytest.raises(NotImplementedError):
        store._store().url("ab/cd")


def test_a_key_is_written_once_and_deleted_as_often_as_asked(folder: Path) -> None:
    store.put("ab/cd", io.BytesIO(b"halo"))
    with pytest.raises(FileExistsError):
        store.put("ab/cd", io.BytesIO(b"lain"))
    with store.open_file("ab/cd") as file:
        assert file.read() == b"halo"
    assert len(files(folder)) == 1
    for _ in range(2):
        store.delete("ab/cd")
    assert store.size("ab/cd") is None
    with pytest.raises(FileNotFoundError):
        store.open_file("ab/cd")


def test_which_store_the_environment_chooses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert evidence_store({}, tmp_path)["OPTIONS"] == {"location": str(tmp_path / "evidence")}
    assert evidence_store({"PILAR_EVIDENCE_FOLDER": "/srv/bukti"}, tmp_path)["OPTIONS"] == {"location": "/srv/bukti"}
    chosen = evidence_store({"PILAR_EVIDENCE_S3_BUCKET": "bukti"}, tmp_path)
    assert chosen["BACKEND"] == "storages.backends.s3.S3Storage"
    assert chosen["OPTIONS"]["bucket_name"] == "bukti"
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(StoreNotInstalled):
        evidence_store({"PILAR_EVIDENCE_S3_BUCKET": "bukti"}, tmp_path)


@pytest.fixture
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """The objects of an S3 server on this machine, which the store is set to."""
    handler = type("Bucket", (Bucket,), {"objects": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "contoh")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    environment = {
        "PILAR_EVIDENCE_S3_BUCKET": "bukti",
        "PILAR_EVIDENCE_S3_ENDPOINT": f"http://127.0.0.1:{server.server_port}",
        "PILAR_EVIDENCE_S3_REGION": "id-1",
    }
    settings.STORAGES = settings.STORAGES | {"evidence": evidence_store(environment, Path())}
    yield handler.objects
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.django_db
def test_the_whole_way_through_an_s3_store(cast: Cast, bucket: dict[str, bytes]) -> None:
    content = samples.pdf("x" * 100_000)
    key = cast.add("contributor", content)
    ((path, stored),) = bucket.items()
    assert path.startswith("/bukti/")
    assert stored == content
    given = queries.stored_file(key, 1, scope=cast.who("verifier"))
    with store.open_file(given.storage_key) as file:
        assert file.read() == content
    assert operations.check_store(by=SCHEDULE) == ()
    bucket.clear()
    (missing,) = operations.check_store(by=SCHEDULE)
    assert (missing.what, missing.found) == (f"{key}/1", None)
    with pytest.raises(FileNotFoundError):
        store.open_file(given.storage_key).read()
    cast.receive("contributor")
    assert len(bucket) == 1
    assert operations.sweep(by=SCHEDULE, now=HOUR_LATER) == 1
    assert not bucket


@pytest.mark.django_db
def test_the_sweep_takes_what_was_held_for_an_hour_and_nothing_else(cast: Cast, folder: Path) -> None:
    cast.add("contributor")
    (kept,) = files(folder)
    cast.receive("contributor")
    cast.receive("coordinator")
    (folder / "stranger").write_bytes(b"of another installation")
    assert operations.sweep(by=SCHEDULE, now=NOW + timedelta(hours=1)) == 0
    assert operations.sweep(by=SCHEDULE, now=HOUR_LATER) == 2
    assert operations.sweep(by=SCHEDULE, now=HOUR_LATER) == 0
    assert set(files(folder)) == {kept, folder / "stranger"}
    assert not HeldFile.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_gone_or_cut_is_reported(cast: Cast, folder: Path) -> None:
    key = cast.add("contributor")
    cast.add("coordinator", link="https://contoh.invalid/")
    assert operations.check_store(by=OPERATOR) == ()
    (path,) = files(folder)
    path.write_bytes(b"%PDF")
    (found,) = operations.check_store(by=OPERATOR)
    assert (found.what, found.found) == (f"{key}/1", 4)
    path.unlink()
    (found,) = operations.check_store(by=OPERATOR)
    assert found.found is None


def add_and_be_killed(by: Standing, step: str) -> None:
    """Add evidence, and die at the named step: with the file half written, whole, or before the commit."""

    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    # Nobody puts these back: the process ends.
    put, record = store.put, audit.record
    if step == "before-file":
        store.put = die
    elif step == "half-a-file":
        store.put = lambda key, file: die(put(key, io.BytesIO(file.read(20))))
    elif step == "before-row":
        store.put = lambda key, file: die(put(key, file))
    elif step == "before-commit":
        audit.record = lambda **given: die(record(**given))
    held = operations.receive(by=by, region=OWN, upload=io.BytesIO(samples.pdf()), name="a.pdf", now=NOW)
    operations.add_evidence(by=by, region=OWN, title="SK", content=held, now=NOW)
    if step == "after-commit":
        die()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["before-file", "half-a-file", "before-row", "before-commit", "after-commit"])
def test_a_kill_at_any_step_leaves_all_whole_after_the_sweep(committed_cast: Cast, folder: Path, step: str) -> None:
    by = committed_cast.who("coordinator")
    assert is_killed(lambda: add_and_be_killed(by, step))

    rows = own(Revision).count()
    assert rows == (1 if step == "after-commit" else 0)
    assert HeldFile.objects.count() == 1 - rows
    assert len(files(folder)) == (0 if step == "before-file" else 1)

    operations.sweep(by=SCHEDULE, now=HOUR_LATER)
    assert len(files(folder)) == rows
    assert not HeldFile.objects.exists()
    assert operations.check_store(by=SCHEDULE) == ()
    # And the next one who adds finds nothing in the way.
    committed_cast.add("coordinator")
    assert operations.add_evidence(
        by=committed_cast.who("coordinator"), region=OWN, title="SK", content=Link("https://contoh.invalid/"), now=NOW
    )
