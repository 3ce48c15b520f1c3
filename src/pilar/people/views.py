"""Pages for signed-in users or for everybody: a page is a function that returns the context of its template.

```python
@page("measures/change.html", sends=True)
def assign(request: HttpRequest, code: str, measure: str, *, by: Standing) -> Shown:
    row = _managed(by, code, measure)
    form = AssignForm(posted(request), initial=…)
    if stored(form, lambda: operations.assign_measure(by=by, region=code, measure=measure, **form.cleaned_data)):
        return done(request, _("The changes are kept"), "measures:measure", code, measure)
    return {"row": row, "form": form}
```

A function with a parameter ``by`` or ``now`` gets the user and the moment. A refused form sets the status of the page.
A page with a list (:mod:`pilar.design.tables`) returns the list as a file if its address asks for one.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilar.areas import queries as areas
from pilar.design.outbox import taking
from pilar.design.tables import Asked, Column, Listing, Table
from pilar.design.views import drawn, searched
from pilar.design.views import file as sent
from pilar.people.downloads import limit_downloads
from pilar.people.keeping import kept_over_sign_in
from pilar.people.rules import MINISTRY, NotFound, Standing
from pilar.people.signin import standing_of
from pilar.platform.language import N_, translate
from pilar.platform.paging import paged

View = Callable[..., HttpResponse]
Shown = Mapping[str, Any] | tuple[Mapping[str, Any], int | str] | HttpResponse
"""The context of a page, optionally with a status or another template; or another response."""
Frame = Callable[[Mapping[str, Any], Standing, str], Mapping[str, Any]]
"""A function that adds the frame of a group of pages, from the context, the reader and the name of the tab."""

require_page = require_http_methods(["GET", "HEAD", "POST"])


def page(
    template: str,
    *,
    sends: bool = False,
    public: bool = False,
    kept: bool = False,
    frame: Frame | None = None,
    tab: str = "",
) -> Callable[[Callable[..., Shown]], View]:
    """A page rendered from what a function returns.

    ``sends``: it also accepts POST. ``public``: no sign-in needed. ``kept``: a form sent after the session has ended is
    kept (:mod:`pilar.people.keeping`). ``frame``: adds the frame around it, with ``tab`` as the active tab.
    """

    def decorated(view: Callable[..., Shown]) -> View:
        asked = knowing(view)

        @wraps(view)
        def shown(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            if file := Asked.of(request).file:
                limit_downloads(request, by=standing_of(request))
            answer = asked(request, *arguments, **named)
            if isinstance(answer, HttpResponse):
                return answer
            context, other = answer if isinstance(answer, tuple) else (answer, None)
            lists = (listing for listing in context.values() if isinstance(listing, Listing) and listing.asked)
            if file and (listed := next(lists, None)):
                return sent(*listed.file(file))
            drawn_as, status = (other, None) if isinstance(other, str) else (template, other)
            if frame is not None:
                context = {**frame(context, standing_of(request), tab), **context}
            return drawn(request, drawn_as, context, status=status)

        checked = require_page(shown) if sends else require_safe(shown)
        if public:
            return checked
        return kept_over_sign_in(checked) if kept else login_required(checked)

    return decorated


def answer(view: View) -> View:
    """An address that returns its own response, such as a file or a page "check before you …"; needs a sign-in."""
    return login_required(knowing(view))


def button(view: View) -> View:
    """An address for POST by a button only; needs a sign-in."""
    return login_required(require_POST(knowing(view)))


def receives(view: View) -> View:
    """An address to which an outbox sends forms that were filled in offline (``design.outbox``)."""
    return require_POST(taking(knowing(view)))


def knowing(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that gets the user as ``by``, and ``now``, if it has these parameters."""
    wanted = {"by", "now"} & inspect.signature(view).parameters.keys()

    @wraps(view)
    def answered(request: HttpRequest, *arguments: Any, **named: Any) -> Any:
        if "by" in wanted:
            named["by"] = standing_of(request)
        if "now" in wanted:
            named["now"] = timezone.now()
        return view(request, *arguments, **named)

    return answered


OWN_REGION = "people/own_region.html"
Overview = tuple[Mapping[str, str], Callable[[], Mapping[str, Mapping[str, Any]]]]
"""A room's overview of regions: column headings by name, and values by region and name, for regions that have any."""


def own_region(
    request: HttpRequest,
    by: Standing,
    to: str,
    texts: tuple[str, str],
    works_in: Callable[[str], bool],
    *,
    overview: Overview = ({}, dict),
) -> Shown:
    """Redirect to the page ``to`` of the reader's region; the ministry sees all regions, those with values first, on a
    page with a title and a sentence (``texts``)."""
    for held in by.memberships:
        if held.region and works_in(held.region):
            return redirect(to, held.region)
    if not any(held.role in MINISTRY for held in by.memberships):
        raise NotFound
    return regions_listed(request, to, texts, overview)


def regions_listed(request: HttpRequest, to: str, texts: tuple[str, str], overview: Overview = ({}, dict)) -> Shown:
    """All regions, those with values in ``overview`` first, by name and province. Two queries in addition to those of
    the overview."""
    search, province = searched(request), request.GET.get("province", "")[:10].replace("\0", "")
    heads, read = overview
    said = read()
    regions = sorted(
        areas.regions(search=search, province=province), key=lambda region: (region.code not in said, region.code)
    )
    asked, (title, lead) = Asked.of(request), texts
    table = Table(
        title,
        Column("name", translate(REGION)),
        Column("code", translate(CODE), on_page=False),
        Column("province", translate(PROVINCE)),
        *(_said(said, name, head) for name, head in heads.items()),
    )
    rows = paged(regions, tuple, **asked.part)
    choices = [("", translate(ALL)), *((row.code, row.name) for row in areas.provinces())]
    return {
        "regions": table.of(rows, asked), "q": search, "to": to, "title": title, "lead": lead, "province": province,
        "provinces": choices, "with_something": sum(region.code in said for region in regions), "says": bool(heads),
    }  # fmt: skip


REGION, CODE, PROVINCE, ALL = N_("Regency or city"), N_("Code"), N_("Province"), N_("All provinces")


def _said(said: Mapping[str, Mapping[str, Any]], name: str, head: str) -> Column:
    return Column(name, head, lambda row: said.get(row.code, {}).get(name, ""))
