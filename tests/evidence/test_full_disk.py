"""A disk that is full, read-only or away: said in a sentence, nothing half is kept, what was typed stands."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from evidence import samples
from evidence.cast import OWN, Cast
from kit.neighbours import own
from pilar.evidence import store
from pilar.evidence.models import Evidence, HeldFile, Revision
from pilar.evidence.rules import NotKept, StoreClosed, StoreFull

pytestmark = pytest.mark.django_db

FAILURES = {"full": errno.ENOSPC, "quota": errno.EDQUOT, "read-only": errno.EROFS, "broken": errno.EIO}
API = f"/api/v1/regions/{OWN}/evidence"
LARGE = samples.pdf("x" * 200_000)


class Failing(store.PrivateFolder):
    """A folder whose disk fails when half of a file is written."""

    failure = errno.ENOSPC

    def _save(self, name: str, content: File) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read(1000))
        raise OSError(self.failure, os.strerror(self.failure))


@pytest.fixture(params=FAILURES)
def failing(request: pytest.FixtureRequest, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What happens to the disk of this test."""
    monkeypatch.setattr(Failing, "failure", FAILURES[request.param])
    kept = {"BACKEND": f"{__name__}.Failing", "OPTIONS": {"location": str(folder)}}
    settings.STORAGES = settings.STORAGES | {"evidence": kept}
    return str(request.param)


def nothing_is_left(folder: Path) -> bool:
    files = [path for path in folder.rglob("*") if path.is_file()]
    rows = (HeldFile.objects.all(), own(Evidence), own(Revision))
    return not files and not any(found.exists() for found in rows)


def sent(content: bytes = LARGE) -> dict[str, Any]:
    upload = SimpleUploadedFile("sk.pdf", content, "application/pdf")
    return {"title": "Surat keputusan", "note": "Halaman tiga", "file": upload}


def visitor(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.user("coordinator"), "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_nothing_half_is_kept(cast: Cast, folder: Path, failing: str) -> None:
    with pytest.raises(StoreFull if failing in ("full", "quota") else StoreClosed):
        cast.receive(content=LARGE)
    assert nothing_is_left(folder)


def test_the_page_says_so_and_keeps_what_was_typed(cast: Cast, folder: Path, failing: str) -> None:
    answer = visitor(cast).post(f"/bukti/daerah/{OWN}/", sent())
    said = answer.content.decode()
    assert answer.status_code == (507 if failing in ("full", "quota") else 503)
    assert ("penuh" in said) is (failing in ("full", "quota"))
    assert 'value="Surat keputusan"' in said
    assert "Halaman tiga" in said
    assert nothing_is_left(folder)


def test_the_api_says_so(cast: Cast, folder: Path, failing: str) -> None:
    client = visitor(cast)
    answer = client.post(API, sent())
    assert (answer.status_code, answer.json()["code"]) == (
        (507, "store-full") if failing in ("full", "quota") else (503, "store-closed")
    )
    assert answer["Retry-After"] == "600"
    assert nothing_is_left(folder)


def test_what_cannot_be_taken_back_is_left_to_the_sweep(
    cast: Cast, folder: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_self: object, _name: str) -> None:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(Failing, "delete", refused)
    with pytest.raises(NotKept):
        cast.receive(content=LARGE)
    (held,) = HeldFile.objects.all()
    assert (folder / held.storage_key).exists(), "no file without a row"


@pytest.fixture
def small_disk(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A real disk of 64 KB, where the system lets the test mount one."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("the system lets nobody mount a disk here")
    kept = {"BACKEND": "pilar.evidence.store.PrivateFolder", "OPTIONS": {"location": str(place)}}
    settings.STORAGES = settings.STORAGES | {"evidence": kept}
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_real_disk_that_runs_full(cast: Cast, small_disk: Path) -> None:
    answer = visitor(cast).post(f"/bukti/daerah/{OWN}/", sent())
    assert answer.status_code == 507
    assert nothing_is_left(small_disk)
    small = visitor(cast).post(f"/bukti/daerah/{OWN}/", sent(samples.pdf()))
    assert small.status_code == 302, "a small file still fits"


def test_a_real_disk_that_is_read_only(cast: Cast, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    answer = visitor(cast).post(f"/bukti/daerah/{OWN}/", sent(samples.pdf()))
    assert answer.status_code == 503
    assert nothing_is_left(small_disk)


@pytest.fixture
def short_files() -> Iterator[None]:
    """The system refuses files beyond 64 KB, in the middle of writing them."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    kept = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, kept)


def test_a_file_that_the_system_breaks_off(cast: Cast, folder: Path, short_files: None) -> None:
    with pytest.raises(StoreFull):
        cast.receive(content=LARGE)
    assert nothing_is_left(folder)


@pytest.mark.parametrize("address", [f"/bukti/daerah/{OWN}/", API])
def test_the_temporary_folder_is_full(
    cast: Cast, folder: Path, tmp_path: Path, settings: Settings, short_files: None, address: str
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "incoming")
    (tmp_path / "incoming").mkdir()
    answer = visitor(cast).post(address, sent())
    assert answer.status_code == 507
    assert not list((tmp_path / "incoming").iterdir())
    assert nothing_is_left(folder)


def test_a_store_that_does_not_answer_is_taken_to_hold_the_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_given: object) -> bool:
        raise OSError(errno.EHOSTUNREACH, "away")

    monkeypatch.setattr(store.PrivateFolder, "exists", away)
    assert store.holds("aa/1")
