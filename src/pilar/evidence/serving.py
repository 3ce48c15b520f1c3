"""A stored file as an answer that can do no harm in a reader's browser."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response

from pilar.evidence import store
from pilar.evidence.queries import StoredFile
from pilar.evidence.rules import INLINE
from pilar.evidence.rules.batches import BatchNotFound, BatchRow
from pilar.evidence.rules.signing import SignatureRow
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

# The browser's own picture viewer sets a style; without scripts, addresses and origin that can do nothing.
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


class FileGone(PilarError):
    """The row is there, its file is not; the nightly check reports it to anyone who runs the server."""

    code = "evidence-file-gone"
    status = 503
    sentence = N_("The file “%(name)s” cannot be read at the moment. Tell the secretariat; the record of it is whole")


def answer(request: HttpRequest, file: StoredFile, *, by: Standing) -> HttpResponseBase:
    """The file under its own name (RFC 6266, RFC 8187). PDF and pictures open in the window, the rest is saved.

    Who reads it with an account stands in the audit log. Raises :class:`FileGone`.
    """
    etag = f'"{file.sha256}"'
    response: HttpResponseBase = get_conditional_response(request, etag=etag) or _whole(file)
    if file.what:
        audit.read(by, file.what, file.key, area=file.region, rows=1)
    else:
        audit.read(by, "evidence.file", file.key, area=file.region, rows=1)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = POLICY
    return response


def archive_answer(batch: BatchRow, *, name: str) -> FileResponse:
    """The archive of a batch that is ready, to be saved under ``name``. Raises BatchNotFound if it is gone."""
    try:
        opened = store.open_file(batch.storage_key)
    except FileNotFoundError:
        raise BatchNotFound from None
    response = FileResponse(opened, as_attachment=True, filename=name, content_type="application/zip")
    response["Content-Length"] = str(batch.size)
    response["ETag"] = f'"{batch.sha256}"'
    response["Cache-Control"] = "private, no-store"
    return response


def signed_answer(request: HttpRequest, signature: SignatureRow, *, name: str) -> HttpResponseBase:
    """A signed document as it was signed, shown in the window. Raises :class:`FileGone`.

    The caller has asked whether it may be read, and says how it may be kept.
    """
    etag = f'"{signature.sha256}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            opened = store.open_file(signature.storage_key)
        except FileNotFoundError:
            raise FileGone(name=name) from None
        response = FileResponse(opened, filename=name, content_type="application/pdf")
        response["Content-Length"] = str(signature.size)
    response["ETag"] = etag
    return response


def _whole(file: StoredFile) -> FileResponse:
    try:
        opened = store.open_file(file.storage_key)
    except FileNotFoundError:
        raise FileGone(name=file.file_name) from None
    inline = file.media_type in INLINE
    response = FileResponse(opened, as_attachment=not inline, filename=file.file_name, content_type=file.media_type)
    response["Content-Length"] = str(file.size)
    return response
