"""The same act on many stages of a desk: immediately, or by the worker, which shows its progress."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import posted
from pilar.design.views import searched
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, answer, page
from pilar.permits import operations
from pilar.permits.operations.batches import BESIDES
from pilar.permits.pages.handling import MANY, TAKE
from pilar.permits.queries import cases
from pilar.permits.queries.rows import CaseRow
from pilar.platform.errors import PilarError
from pilar.platform.language import translate

AT_ONCE = 20
"""assumption: up to this many are processed while the officer waits; more are left to the worker."""


@answer
def act_many(request: HttpRequest, region: str, step: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you do the same with all ticked stages: each is processed separately, and refusals are shown."""
    if step not in MANY:
        raise NotFound
    many, address, form = MANY[step], reverse("permits:desk", args=[region]), MANY[step].form(posted(request))
    ticked, whole = frozenset(request.GET.getlist("k")), "semua" in request.GET
    keys = {int(match[1]) for box in ticked if (match := re.match(r"(\d{1,9}):", box))}
    listed: dict[str, Any] = {"among": keys}
    if whole:
        listed = {"search": searched(request), "mine": "milik-saya" in request.GET}

    def fitting() -> list[CaseRow]:
        rows = cases.desk(region, scope=by, now=now, size=None, **listed)
        free = {None} if step == TAKE else {None, by.account}
        chosen = (row for row in rows if (whole or row.tick in ticked) and many.is_for(row))
        return [row for row in chosen if row.taker in free or not (whole or step == TAKE)]

    def look() -> Check | Done:
        if not (ticked or whole):
            return Done(_("Tick the applications first with which it is to be done"), address, warns=True)
        rows = fitting()
        if not rows:
            return Done(_("Nothing of what is ticked is to be done so now"), address)
        left_out = 0 if whole else len(ticked) - len(rows)
        said = ngettext(
            "%(count)s of what is ticked is at another stage or sends a letter to be read first, and stays as it is",
            "%(count)s of what is ticked are at another stage or send a letter to be read first, and stay as they are",
            left_out,
        ) % {"count": left_out}  # fmt: skip
        return Check(
            title=translate(many.title), act=translate(many.act), trail=((_("On my desk"), address),), final=many.final,
            will=(translate(many.will), *(f"{row.number}: {row.service}, {row.stage_name}" for row in rows)),
            counts=((_("Applications"), str(len(rows))),), unready=(Remark(said),) if left_out else (),
        )  # fmt: skip

    def acted() -> Done:
        rows, refused, besides = fitting(), 0, BESIDES.get(many.operation.__name__, {})
        if len(rows) > AT_ONCE:
            key = operations.order_many(
                by=by, region=region, act=many.operation.__name__, stages=[(row.key, row.stage) for row in rows],
                given={name: str(value) for name, value in form.given().items()}, now=now,
            )  # fmt: skip
            said = _("They are done one by one; you can leave this page")
            return Done(said, reverse("permits:desk-batch", args=[key]))
        for row in rows:
            try:
                many.operation(by=by, case=row.key, now=now, **many.named(row.stage), **form.given(), **besides)
            except PilarError as error:
                refused += 1
                messages.warning(request, f"{row.number}: {error.text()}")
        said = _("%(done)s of %(count)s applications: %(what)s")
        return Done(said % {"done": len(rows) - refused, "count": len(rows), "what": translate(many.done)}, address)

    return confirm(request, look, acted, form=form)


@page("permits/desk/batch.html")
def desk_batch(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """Show the progress of an order for many stages, with its refusals."""
    return {"row": cases.desk_batch(key, scope=by)}
