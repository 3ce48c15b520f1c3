"""Pages that work without a line, as a service room writes them: visits to places of work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from pilar.config import urls
from pilar.design.forms import FaultsForm
from pilar.design.outbox import Outbox, Sent
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, page, receives
from pilar.platform.errors import Fault, Faults, RetryLater
from pilar.platform.models import PersonName

VISITS = Outbox("visits", worker="visits-worker", pages=r"\d+/", one="kunjungan", many="kunjungan")
CLOSED = 404


class VisitForm(FaultsForm):
    place = forms.CharField(label="Tempat", max_length=40)
    state = forms.ChoiceField(label="Keadaan", choices=[("good", "Baik"), ("bad", "Buruk")], widget=forms.RadioSelect)
    seen = forms.MultipleChoiceField(
        label="Dilihat", choices=[("a", "Dapur"), ("b", "Gudang")], widget=forms.CheckboxSelectMultiple, required=False
    )
    note = forms.CharField(label="Catatan", widget=forms.Textarea, required=False)


class TooBusy(RetryLater):
    code = "too-busy"
    sentence = "Coba lagi nanti"


def record_visit(*, by: Standing, number: int, sent: Sent, place: str, state: str, seen: list[str], note: str) -> None:
    """Stored under any name that a table has room for; some places are refused."""
    PersonName.objects.create(reference=f"visit {sent.key}", name=f"{number} {place} {state} {','.join(seen)} {note}")
    if place == "Pasar":
        raise Faults([Fault("closed", "Pasar sedang tutup", {}, "place")])
    if place == "Penuh":
        raise TooBusy(seconds=5)


def stored() -> list[str]:
    """What has arrived, by its text."""
    return sorted(PersonName.objects.filter(reference__startswith="visit ").values_list("name", flat=True))


@VISITS.kept
@page("design/outbox.html")
def visit(request: HttpRequest, number: int, *, by: Standing) -> Shown:
    shown = VISITS.shown(request, title=f"Kunjungan {number}", send=reverse("visited", args=[number]))
    return {**shown, "form": VisitForm()}


@receives
def visited(request: HttpRequest, number: int, *, by: Standing) -> HttpResponse:
    def store(sent: Sent, given: dict[str, Any]) -> None:
        record_visit(by=by, number=number, sent=sent, **given)

    if number == CLOSED:
        raise NotFound
    return VISITS.take(request, VisitForm, store)


urlpatterns = [
    *urls.urlpatterns,
    *i18n_patterns(
        path("kunjungan/sw.js", VISITS.serve_worker, name="visits-worker"),
        path("kunjungan/<int:number>/", visit, name="visit"),
        path("kunjungan/<int:number>/kirim/", visited, name="visited"),
        prefix_default_language=False,
    ),
]
