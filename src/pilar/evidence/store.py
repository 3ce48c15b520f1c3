"""Store of the files: a private folder, or an S3-compatible store (setting ``STORAGES["evidence"]``)."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import IO, Any

import structlog
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.deconstruct import deconstructible

from pilar.evidence.rules import NotKept, StoreClosed, StoreFull

try:
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:  # installed with requirements/s3.lock only
    FAILURES: tuple[type[Exception], ...] = (OSError,)
else:
    FAILURES = (OSError, BotoCoreError, ClientError)
"""What a store raises that is full, read-only or away."""

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
AGAIN = 600
"""Seconds after which it is worth sending a file again (assumption)."""

log = structlog.get_logger(__name__)


@deconstructible(path="pilar.evidence.store.PrivateFolder")
class PrivateFolder(FileSystemStorage):
    """A folder that nobody else reads; a file is on the disk, not only in memory, when :meth:`save` returns."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700, **options})

    def _save(self, name: str, content: File) -> str:
        saved = super()._save(name, content)
        path = self.path(saved)
        for entry in (path, os.path.dirname(path), self.location):
            descriptor = os.open(entry, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return saved

    def url(self, name: str | None) -> str:
        raise NotImplementedError("evidence is given out by its page only, which asks who reads")


def put(key: str, file: IO[bytes]) -> None:
    """Write a file under a key that has never been used; raises :class:`NotKept`, and then leaves nothing of it."""
    try:
        saved = _store().save(key, File(file))
    except FAILURES as error:
        with suppress(*FAILURES):
            delete(key)
        raise not_kept(error) from error
    if saved != key:
        _store().delete(saved)
        raise FileExistsError(key)


def open_file(key: str) -> File:
    """Open for reading; raises FileNotFoundError."""
    return _store().open(key, "rb")


def delete(key: str) -> None:
    """Delete; that there is no such file is no error."""
    _store().delete(key)


def size(key: str) -> int | None:
    """The size in bytes, or None where there is no such file."""
    return _store().size(key) if _store().exists(key) else None


def holds(key: str) -> bool:
    """Return whether there is such a file, or may be one: a store that does not answer is taken to hold it."""
    try:
        return _store().exists(key)
    except FAILURES:
        return True


def not_kept(error: Exception) -> NotKept:
    """Return what somebody is told whose file could not be written; the operator finds the cause in the log."""
    log.error("file-not-kept", cause=str(error))
    full = isinstance(error, OSError) and error.errno in NO_ROOM
    return StoreFull(seconds=AGAIN) if full else StoreClosed(seconds=AGAIN)


def _store() -> Storage:
    return storages["evidence"]
