"""Documents that everybody may have made: made once, kept within a limit of size, told unchanged, limited in number."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Barrier, Event, Lock

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import File
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from pytest_django.fixtures import Settings

from evidence.cast import Cast
from kit.elsewhere import elsewhere
from pilar.config.backup import _kept
from pilar.evidence import documents, operations, store
from pilar.evidence.models import KeptDocument
from pilar.evidence.operations.documents import _make_room, forget_unmade
from pilar.evidence.rules.documents import BeingMade
from pilar.people import downloads
from pilar.people.rules import PUBLIC, SCHEDULE, Standing
from pilar.platform.errors import PilarError
from pilar.platform.limits import Limit, TooManyRequests
from pilar.platform.models import RequestCount

pytestmark = pytest.mark.django_db

CONTENT = b"%PDF-1.7 isi dokumen"


class Press:
    """Makes a document and counts how often."""

    def __init__(self, content: bytes = CONTENT, wait: Event | None = None) -> None:
        self.content, self.wait = content, wait
        self.began, self.lock, self.count = Event(), Lock(), 0

    def __call__(self) -> bytes:
        with self.lock:
            self.count += 1
        self.began.set()
        if self.wait is not None:
            self.wait.wait(60)
        return self.content


def key_of(name: str, turn: int = 0) -> str:
    """A key by its name; of an even or odd ``turn``."""
    found = sha256(name.encode()).hexdigest()
    return f"{turn:08x}{found[8:]}"


def kept(key: str, make: Callable[[], bytes], now: object = None) -> bytes:
    return operations.keep_document(key=key, make=make, now=now or timezone.now())  # type: ignore[arg-type]


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def fetched(press: Press, *made_of: object, by: Standing = PUBLIC, **headers: str) -> HttpResponse:
    return documents.document(
        asking(**headers), *made_of, by=by, make=press, name="buku.pdf", media_type="application/pdf"
    )


def asking(**headers: str) -> HttpRequest:
    request = RequestFactory().get("/", **{"REMOTE_ADDR": "192.0.2.7", **headers})  # type: ignore[arg-type]
    request.user = AnonymousUser()
    return request


@contextmanager
def unwritable(settings: Settings, folder: Path) -> Iterator[None]:
    before = settings.STORAGES
    settings.STORAGES = before | {"evidence": {"BACKEND": f"{__name__}.Full", "OPTIONS": {"location": str(folder)}}}
    yield
    settings.STORAGES = before


class Full(store.PrivateFolder):
    """A disk that takes nothing more."""

    def _save(self, name: str, content: File) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_thirty_readers_get_one_document_that_was_made_once(folder: Path) -> None:
    press = Press()
    answers = [fetched(press, "buku-1", 7) for _reader in range(30)]
    assert {one.content for one in answers} == {CONTENT}
    assert (press.count, len(files(folder))) == (1, 1)
    assert answers[0]["Content-Disposition"] == 'attachment; filename="buku.pdf"'
    assert int(answers[0]["Content-Length"]) == len(CONTENT)


def test_who_has_it_is_told_that_it_is_unchanged_and_asks_for_no_download() -> None:
    press = Press()
    tag = fetched(press, "buku-1", 7)["ETag"]
    counted = RequestCount.objects.get().count
    again = fetched(press, "buku-1", 7, HTTP_IF_NONE_MATCH=tag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert (press.count, RequestCount.objects.get().count) == (1, counted)


def test_what_it_is_made_of_says_which_document_it_is(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    press = Press()
    tags = [fetched(press, "buku-1", version)["ETag"] for version in (7, 8)]
    settings.SITE_ADDRESS = "https://lain.example"
    tags.append(fetched(press, "buku-1", 7)["ETag"])
    monkeypatch.setattr(documents, "edition", lambda: "program berikutnya")
    tags.append(fetched(press, "buku-1", 7)["ETag"])
    assert (len(set(tags)), press.count) == (4, 4)


@pytest.mark.django_db(transaction=True)
def test_who_asks_at_the_same_moment_gets_the_one_that_is_made() -> None:
    press, start, key = Press(), Barrier(8), key_of("bersama")

    def run(_reader: int) -> bytes:
        try:
            start.wait()
            return kept(key, press)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(run, range(8))) == {CONTENT}
    assert press.count == 1


@pytest.mark.django_db(transaction=True)
def test_who_would_wait_long_is_asked_to_come_again_and_others_are_made_beside() -> None:
    finish = Event()
    slow, other = Press(wait=finish), Press(b"lain")

    def run() -> bytes:
        try:
            return kept(key_of("panjang"), slow)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        making = pool.submit(run)
        assert slow.began.wait(60)
        try:
            with pytest.raises(BeingMade) as refused:
                kept(key_of("panjang"), slow)
            with pytest.raises(BeingMade):
                kept(key_of("giliran sama", turn=2), other)
            assert kept(key_of("giliran lain", turn=1), other) == b"lain"
        finally:
            finish.set()
        assert making.result() == CONTENT
    assert (refused.value.status, refused.value.retry_after) == (503, 3)
    assert kept(key_of("panjang"), slow) == CONTENT
    assert (slow.count, other.count) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_what_is_deleted_meanwhile_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilar.evidence.operations.documents.WAIT_MILLISECONDS", 20_000)
    finish, key = Event(), key_of("tamu", turn=2)
    slow = Press(wait=finish)

    def run(key: str, press: Press) -> bytes:
        try:
            return kept(key, press)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        making = pool.submit(run, key_of("panjang"), slow)
        assert slow.began.wait(60)
        waiting = pool.submit(run, key, Press())
        try:
            while not KeptDocument.objects.filter(key=key).delete()[0]:
                assert not waiting.done()
        finally:
            finish.set()
        assert making.result() == CONTENT
        with pytest.raises(BeingMade):
            waiting.result()


@pytest.mark.django_db(transaction=True)
def test_what_is_being_made_is_not_swept_away(folder: Path) -> None:
    swept = []

    def slowly() -> bytes:
        swept.append(elsewhere(lambda: swept.append(forget_unmade(before=tomorrow))))
        return CONTENT

    tomorrow = timezone.now() + timedelta(days=1)
    assert kept(key_of("x"), slowly) == CONTENT
    assert swept == [0, "done"]
    assert (KeptDocument.objects.get().size, len(files(folder))) == (len(CONTENT), 1)


@pytest.mark.django_db(transaction=True)
def test_what_is_made_anew_is_not_deleted_to_make_room(folder: Path, settings: Settings) -> None:
    now, found = timezone.now(), []
    kept(key_of("a"), Press(), now)
    (torn,) = files(folder)
    kept(key_of("b"), Press(), now + timedelta(hours=1))
    torn.unlink()
    settings.PILAR_KEPT_DOCUMENTS = len(CONTENT)

    def slowly() -> bytes:
        found.append(elsewhere(_make_room))
        return CONTENT

    assert kept(key_of("a"), slowly, now) == CONTENT
    assert (found, KeptDocument.objects.get().key, len(files(folder))) == (["done"], key_of("a"), 1)


@pytest.mark.django_db(transaction=True)
def test_room_is_made_after_the_document_is_kept(settings: Settings) -> None:
    settings.PILAR_KEPT_DOCUMENTS = len(CONTENT)
    now = timezone.now()
    kept(key_of("a"), Press(), now)
    kept(key_of("b"), Press(), now + timedelta(hours=1))
    assert KeptDocument.objects.get().key == key_of("b")


def test_what_was_asked_for_longest_ago_makes_room(folder: Path, settings: Settings) -> None:
    settings.PILAR_KEPT_DOCUMENTS = 100
    now = timezone.now()
    presses = {name: Press(name.encode() * 40) for name in "abc"}
    for hours, name in enumerate("ab"):
        kept(key_of(name), presses[name], now + timedelta(hours=hours))
    kept(key_of("a"), presses["a"], now + timedelta(hours=5))
    kept(key_of("c"), presses["c"], now + timedelta(hours=6))
    assert set(KeptDocument.objects.values_list("key", flat=True)) == {key_of("a"), key_of("c")}
    assert sum(path.stat().st_size for path in files(folder)) == 80
    assert kept(key_of("b"), presses["b"], now + timedelta(hours=7)) == b"b" * 40
    assert [presses[name].count for name in "abc"] == [1, 2, 1]
    large = Press(b"x" * 101)
    assert [kept(key_of("x"), large), kept(key_of("x"), large)] == [large.content] * 2
    assert (large.count, len(files(folder))) == (2, 2)


def test_a_full_store_keeps_nothing_and_the_document_is_given_all_the_same(folder: Path, settings: Settings) -> None:
    press = Press()
    with unwritable(settings, folder):
        assert [fetched(press, "x").content for _reader in range(2)] == [CONTENT] * 2
        assert (press.count, files(folder)) == (2, [])
    assert [fetched(press, "x").content for _reader in range(2)] == [CONTENT] * 2
    assert press.count == 3


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"%PDF")])
def test_a_file_that_is_gone_or_torn_is_made_again(folder: Path, damage: Callable[[Path], object]) -> None:
    press = Press()
    kept(key_of("x"), press)
    damage(files(folder)[0])
    assert [kept(key_of("x"), press) for _reader in range(2)] == [CONTENT] * 2
    assert press.count == 2


def test_a_document_that_cannot_be_made_leaves_nothing_that_stays(folder: Path) -> None:
    def broken() -> bytes:
        raise PilarError

    with pytest.raises(PilarError):
        kept(key_of("x"), broken)
    now = timezone.now()
    kept(key_of("y"), Press())
    assert operations.sweep(by=SCHEDULE, now=now + timedelta(minutes=50)) == 0
    assert operations.sweep(by=SCHEDULE, now=now + timedelta(minutes=70)) == 1
    assert KeptDocument.objects.get().key == key_of("y")
    assert kept(key_of("x"), Press()) == CONTENT


def test_a_network_without_an_account_has_a_limit_and_people_have_none(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "DOWNLOADS", Limit("download", most=2, seconds=10**9))
    press = Press()
    for reader in range(2):
        assert fetched(press, reader).status_code == 200
    with pytest.raises(TooManyRequests) as refused:
        fetched(press, 0)
    assert refused.value.status == 429
    assert 1 <= refused.value.retry_after <= 10**9
    assert fetched(press, 0, by=cast.who("coordinator")).content == CONTENT
    assert fetched(press, 0, REMOTE_ADDR="192.0.2.8").content == CONTENT
    assert "192.0.2" not in str(list(RequestCount.objects.values_list()))
    operations.sweep(by=SCHEDULE, now=timezone.now() + timedelta(seconds=10**9))
    assert not RequestCount.objects.exists()


def test_a_backup_holds_evidence_and_no_documents(folder: Path, tmp_path: Path) -> None:
    kept(key_of("x"), Press())
    (folder / "ab").mkdir()
    (folder / "ab" / "bukti").write_bytes(b"bukti")
    assert [name for name, _hash in _kept(folder, tmp_path / "salinan")] == ["ab/bukti"]
