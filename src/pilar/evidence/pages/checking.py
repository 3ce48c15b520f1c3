"""The page that a code on a signed document leads to: what its record says, and whether a file is that document."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pilar.areas import queries as areas
from pilar.areas.rules import UnknownRegion
from pilar.design.forms import FaultsForm
from pilar.evidence import queries
from pilar.evidence.operations.signing import KINDS
from pilar.evidence.receiving import OversizedFile
from pilar.evidence.rules.signing import CHECKS_A_MINUTE, Copy, compared
from pilar.people.rules import NotFound
from pilar.people.views import Shown, page
from pilar.platform import limits, sealing
from pilar.reports.signing.record import NotARecord, read

CHECKS = limits.Limit("check-document", most=CHECKS_A_MINUTE)


class CopyForm(FaultsForm):
    """A copy to compare; nothing of it is kept."""

    file = forms.FileField(
        label=_("Your file (PDF)"), allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ".pdf"})
    )


@page("evidence/check.html", public=True, sends=True)
def check(request: HttpRequest, record: str, *, now: datetime) -> Shown:
    """Whether a record was made here, and what it says; a file that is sent is compared and forgotten."""
    try:
        told = read(record)
    except NotARecord:
        raise NotFound from None
    found = queries.signature_by_record(record)
    genuine = told.holds(found.seal_key if found else sealing.signing_key().public_key().public_bytes_raw().hex())
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form, copy = CopyForm(*sent), None
    if sent:
        limits.count(request, CHECKS, now=now)
        if found and form.is_valid():
            file = form.cleaned_data["file"]
            copy = Copy.OTHER if isinstance(file, OversizedFile) else compared(file.read(), found)
    return {
        "told": told.record, "region": _region(told.record.scope), "key": told.key.hex(), "found": found,
        "genuine": genuine, "form": form, "copy": copy,
        "remark": KINDS[found.kind].remark(found.key) if found else "",
    }  # fmt: skip


def _region(code: str) -> str:
    """The name of a region; of one that is not known here, as in a record of another installation, its code."""
    try:
        return areas.region(code).name
    except UnknownRegion:
        return code
