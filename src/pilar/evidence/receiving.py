"""The first upload handler (``FILE_UPLOAD_HANDLERS``): a file beyond the limit is not kept on the way in.

Django itself would write it to the disk whole before a form could refuse it.
"""

from __future__ import annotations

from io import BytesIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


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
