"""Page behind the code on a signed document: its record, and whether a file is that document.

Without a line a phone that was here once checks the same by itself: the service worker keeps the page
(:mod:`pilar.design.outbox`), the page knows the keys that sign, and lists of what has become of documents are kept.
"""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from types import ModuleType

from django import forms
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.areas.rules import UnknownRegion
from pilar.design.forms import FaultsForm
from pilar.design.outbox import FRAME, Outbox
from pilar.design.views import file as sent_file
from pilar.evidence import queries
from pilar.evidence.operations.signing import KINDS
from pilar.evidence.receiving import OversizedFile
from pilar.evidence.rules.signing import CHECKS_A_MINUTE, Copy, compared
from pilar.people.rules import NotFound
from pilar.people.views import Shown, page
from pilar.platform import limits, seal_checker, sealing
from pilar.platform.language import N_
from pilar.reports import signing
from pilar.reports.archives import archive
from pilar.reports.signing import lists, reasons, record_checker
from pilar.reports.signing import record as records
from pilar.reports.signing.record import NotARecord, read

CHECKS = limits.Limit("check-document", most=CHECKS_A_MINUTE)


class _Kept(Outbox):
    """A page that is kept for times without a line, with nothing to send."""

    @property
    def files(self) -> tuple[str, ...]:
        return (*self.scripts, *FRAME, "design/icon.svg")


READER = "design/vendor/jsQR.js"
"""Reads QR codes where the browser cannot."""
HERE = _Kept(
    "check", worker="evidence:check-worker", pages=r"(?:[\w-]{100,300}/)?", one=N_("document"),
    many=N_("documents"), scripts=("evidence/offline.js", READER),
)  # fmt: skip
PROGRAM = "periksa_dokumen.pyz"
PARTS: tuple[ModuleType, ...] = (seal_checker, signing, reasons, records, lists, record_checker)


class CopyForm(FaultsForm):
    """A copy to compare; nothing of it is kept."""

    file = forms.FileField(
        label=_("Your file (PDF)"), allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ".pdf"})
    )


@page("evidence/check.html", public=True, sends=True)
def check(request: HttpRequest, record: str, *, now: datetime) -> Shown:
    """Return whether a record was made here, and what it says; a file that is sent is compared and forgotten."""
    try:
        told = read(record)
    except NotARecord:
        raise NotFound from None
    signature = queries.signature_by_record(record)
    genuine = told.holds(
        signature.seal_key if signature else sealing.signing_key().public_key().public_bytes_raw().hex()
    )
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form, copy = CopyForm(*sent), None
    if sent:
        limits.count(request, CHECKS, now=now)
        if signature and form.is_valid():
            file = form.cleaned_data["file"]
            copy = Copy.OTHER if isinstance(file, OversizedFile) else compared(file.read(), signature)
    return {
        "told": told.record, "region": _region(told.record.scope), "key": told.key.hex(), "found": signature,
        "genuine": genuine, "form": form, "copy": copy,
        "remark": KINDS[signature.kind].remark(signature.key) if signature else "",
    }  # fmt: skip


def _region(code: str) -> str:
    """The name of a region; of one that is not known here, as in a record of another installation, its code."""
    try:
        return areas.region(code).name
    except UnknownRegion:
        return code


@HERE.kept
@page("evidence/offline.html", public=True)
def offline(request: HttpRequest) -> Shown:
    """The page that checks codes and files by itself, with a line or without one."""
    keys = sealing.known_keys()
    kinds = {kind: signatures.lists for kind, signatures in KINDS.items() if signatures.lists}
    return {
        "given": {"worker": reverse(HERE.worker), "keys": keys, "lists": kinds, "reader": static(READER)},
        "keys": keys, "program": PROGRAM,
    }  # fmt: skip


@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """The program that checks without Pilar: an archive that Python runs as it is."""
    files = {f"{package}/__init__.py": b"" for package in ("pilar", "pilar/platform", "pilar/reports")}
    for part in PARTS:
        name = part.__name__.replace(".", "/") + ("/__init__" if hasattr(part, "__path__") else "")
        files[f"{name}.py"] = inspect.getsource(part).encode()
    files["__main__.py"] = (
        b"import sys\n\nfrom pilar.reports.signing.record_checker import main\n\nsys.exit(main(sys.argv[1:]))\n"
    )
    content = archive(files, moment=datetime(2026, 1, 1, tzinfo=UTC))
    return sent_file(content, PROGRAM, "application/zip")
