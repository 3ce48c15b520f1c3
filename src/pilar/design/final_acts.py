"""The page "check before you …", which stands before an act that cannot be taken back: a GET shows it, a POST acts.

A room supplies the facts (:class:`Check`) and calls its operation; the tick box, what became stale meanwhile, a second
click and errors are handled here. The operation stays the only door: what it refuses is shown on the page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from pilar.platform.errors import Faults, PilarError
from pilar.platform.language import translate

TICK, SEEN = "agreed", "checked"
"""The tick box, and the field that holds what the reader was shown."""
MAX_FIGURE, MAX_WORD, MAX_NARROW = 12, 8, 6
"""Characters of a count that is set large, and of each of its words: a longer one would be broken; and of one for which
a narrow column is enough."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that is not as it could be, and where it is mended."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The result of the act: said on the page at ``address``, with a link to ``result`` where that is elsewhere.
    ``warns``: it is not what was wanted."""

    text: str
    address: str
    link: str = ""
    result: str = ""
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """The facts that a reader is told before an act.

    ``title``: "Check before you …"; ``act``: the button. ``will``: what happens, and who is affected. ``counts``: name
    and number. ``blocked`` has to be mended first, ``unready`` may stay. ``trail``: the pages above, name and address;
    the last is where who does not want to goes back to. ``final``: nothing brings it back, so a box has to be ticked.
    ``synthetic``: made-up data, which the page says. ``state``: what is not told but must not change between
    looking and acting, such as a version.
    """

    title: str
    act: str
    will: tuple[str, ...]
    trail: tuple[tuple[str, str], ...]
    about: str = ""
    counts: tuple[tuple[str, str], ...] = ()
    blocked: tuple[Remark, ...] = ()
    unready: tuple[Remark, ...] = ()
    final: bool = True
    synthetic: bool = False
    state: str = ""

    @property
    def seen(self) -> str:
        """A sign of all that is told; another one means that something has changed."""
        told = json.dumps(astuple(self), default=str)
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """The counts that are short enough to be set large."""
        return tuple(count for count in self.counts if _is_short(count[1]))

    @property
    def wide(self) -> bool:
        """Return whether a figure needs a wide column; short ones stand side by side on a phone."""
        return any(len(str(count)) > MAX_NARROW for _name, count in self.figures)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The counts in words, names and long amounts."""
        return tuple(count for count in self.counts if not _is_short(count[1]))

    @property
    def back(self) -> str:
        """Return where nothing is done."""
        return self.trail[-1][1]


def _is_short(count: object) -> bool:
    text = str(count)
    return len(text) <= MAX_FIGURE and all(len(word) <= MAX_WORD for word in text.split())


Page = Callable[[HttpRequest, dict[str, Any], int], HttpResponse]
"""Draws a page of a room around ``<c-check>``, from the context that it needs and a status."""


def confirm(
    request: HttpRequest,
    look: Callable[[], Check | Done],
    act: Callable[[], Any],
    *,
    form: forms.Form | None = None,
    page: Page | None = None,
) -> HttpResponse:
    """Show the check, or act and lead to what came of it.

    ``look`` reads the facts with the reader's scope and raises for anyone who may not act; it returns Done where it has
    been done already. ``act`` runs after the tick and a valid ``form``; where it returns no Done, ``look`` is asked
    what has come of it. A page that is stale is shown again, with 409.
    """
    check = look()
    if isinstance(check, Done):
        return _lead(request, check)
    form = forms.Form(request.POST if request.method == "POST" else None) if form is None else form
    if check.final and TICK not in form.fields:
        with_tick(form)
    if request.method != "POST":
        return _show(request, check, form, page)
    if request.POST.get(SEEN) != check.seen:
        return _show(request, check, _unticked(form), page, stale=True, status=409)
    status = 422
    if form.is_valid() and not check.blocked:
        if check.final:
            form.cleaned_data.pop(TICK, None)
        done, status = _acted(act, form)
        # A second click, or a colleague was faster: what was wanted holds, and is no error.
        after = done if isinstance(done, Done) else look()
        if isinstance(after, Done):
            return _lead(request, after)
        check = after
    return _show(request, check, form, page, status=status)


def _acted(act: Callable[[], Any], form: forms.Form) -> tuple[Any, int]:
    """Return what came of it; what the operation refuses stands on the form then, and the status says how."""
    try:
        return act(), 422
    except Faults as refused:
        if hasattr(form, "tell"):
            form.tell(refused)
        else:
            for fault in refused.faults:
                form.add_error(None, translate(fault.sentence, **fault.fields))
        return None, refused.status
    except PilarError as refused:
        if refused.status in (403, 404):
            raise
        form.add_error(None, refused.text())
        return None, refused.status


def _lead(request: HttpRequest, done: Done) -> HttpResponse:
    said = format_html('{} <a href="{}">{}</a>', done.text, done.result, done.link) if done.link else done.text
    (messages.warning if done.warns else messages.success)(request, said)
    return redirect(done.address)


def _show(
    request: HttpRequest,
    check: Check,
    form: forms.Form,
    page: Page | None,
    *,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {"check": check, "form": form, "stale": stale}
    if page is not None:
        return page(request, context, status)
    return render(request, "design/check.html", context, status=status)


def with_tick(form: forms.Form) -> forms.Form:
    """A form with the box that an act without return needs; for a view that validates the form itself."""
    missing = _("Tick this box if you have checked it and want to do it")
    label = _("I have checked this, and know that it cannot be taken back")
    form.fields[TICK] = forms.BooleanField(label=label, error_messages={"required": missing})
    return form


def _unticked(form: forms.Form) -> forms.Form:
    """The form with what was typed, to be ticked again: what the reader agreed to is no longer so."""
    form.data = form.data.copy()
    form.data.pop(form.add_prefix(TICK), None)
    if TICK in form.fields:
        form.fields[TICK].required = False
    return form
