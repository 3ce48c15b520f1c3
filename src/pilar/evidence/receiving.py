"""The first upload handler (``FILE_UPLOAD_HANDLERS``): a file beyond the limit is not kept on the way in.

Django itself would write it to the disk whole before a form could refuse it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

from pilar.evidence.store import not_kept


class OversizedFile(UploadedFile):
    """Stands for a file that was not kept: its size is true, its content is gone."""


class SizeLimit(FileUploadHandler):
    """Passes chunks on until ``PILAR_LARGEST_FILE`` bytes have come; what comes then is read and dropped."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start + len(raw_data) <= settings.PILAR_LARGEST_FILE else None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if file_size <= settings.PILAR_LARGEST_FILE:
            return None
        return OversizedFile(BytesIO(), self.file_name, self.content_type, file_size, self.charset)


class TemporaryFile(TemporaryFileUploadHandler):
    """Keeps a larger file in the system's temporary folder while it comes in; raises :class:`NotKept` if it is full."""

    def new_file(self, *given: Any, **named: Any) -> None:
        with self._written():
            super().new_file(*given, **named)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        with self._written():
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile:
        with self._written():
            return super().file_complete(file_size)

    @contextmanager
    def _written(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            with suppress(OSError):  # closing writes what is left, and deletes
                if self.file is not None:
                    self.file.close()
            raise not_kept(error) from error
