"""Many accounts, and many offices, from a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from pilar.design.import_files import template_workbook
from pilar.design.imports import ImportPage, look_then_store
from pilar.design.sheets import XLSX
from pilar.design.views import file
from pilar.people.imports import Accounts, Offices
from pilar.people.pages.accounts import require_manager
from pilar.people.rules import NotFound, Standing, manages_offices
from pilar.people.views import answer


@answer
def import_accounts(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """Accounts with their roles: a preview first, then they are opened."""
    require_manager(by)
    here = (gettext("Accounts"), reverse("people:accounts"))
    page = ImportPage(
        done=here[1],
        label=gettext("Accounts and roles"),
        hint=gettext("XLSX or CSV, a row for each role of a person. You see first what becomes of each row."),
        templates=((gettext("Template (XLSX)"), reverse("people:accounts-template")),),
        said=lambda count: ngettext("%(count)s role is given", "%(count)s roles are given", count) % {"count": count},
        final=gettext(
            "Who has no account yet gets one, and a link to choose a password by e-mail. Who has one gets no message."
        ),
    )
    return _page(request, Accounts(by, "", now), page, gettext("Accounts from a file"), here)


@answer
@require_safe
def accounts_template(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """A template workbook."""
    require_manager(by)
    columns = Accounts(by, "", now).columns()
    return file(template_workbook({gettext("Accounts"): columns}), "akun.xlsx", XLSX)


@answer
def import_offices(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """Offices of the regions whose offices the reader manages."""
    _require_offices(by)
    here = (gettext("Offices"), reverse("people:office-regions"))
    page = ImportPage(
        done=here[1],
        label=gettext("Offices"),
        hint=gettext("XLSX or CSV, a row for each office. What is there already stays as it is."),
        templates=((gettext("Template (XLSX)"), reverse("people:offices-template")),),
        said=lambda count: (
            ngettext("%(count)s office is added", "%(count)s offices are added", count) % {"count": count}
        ),
    )
    return _page(request, Offices(by, "", now), page, gettext("Offices from a file"), here)


@answer
@require_safe
def offices_template(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """A template workbook."""
    _require_offices(by)
    columns = Offices(by, "", now).columns()
    return file(template_workbook({gettext("Offices"): columns}), "perangkat-daerah.xlsx", XLSX)


def _require_offices(by: Standing) -> None:
    if not manages_offices(by):
        raise NotFound


def _page(
    request: HttpRequest, importer: Accounts | Offices, page: ImportPage, title: str, above: tuple[str, str]
) -> HttpResponse:
    def draw(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        return render(request, "people/import.html", {"title": title, "above": above, **shown}, status=status)

    return look_then_store(request, importer, page, draw)
