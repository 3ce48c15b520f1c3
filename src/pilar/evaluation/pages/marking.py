"""The assessor's regions, and the form on which one region is marked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pilar import index
from pilar.design import numbers
from pilar.design.autosave import autosaved, is_autosave, require_same_person, told
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.evaluation import operations
from pilar.evaluation.queries.cases import highest_mark_of
from pilar.evaluation.queries.final_acts import require_acting
from pilar.evaluation.queries.marking import MarkingForm, MarkingItem, duties, marking_form
from pilar.evaluation.rules.answers import trimmed
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.marking import UnknownIndicator
from pilar.evaluation.rules.marks import read_mark
from pilar.people.rules import Standing
from pilar.people.signin import standing_of
from pilar.people.views import Shown, answer, page
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, reader_language, translate
from pilar.platform.reading import typed_notation
from pilar.platform.versions import Outdated, Stored
from pilar.platform.writing import plain


@dataclass(frozen=True)
class ItemView:
    """An indicator as the page shows it: what is stored, or what was typed and why it was not saved."""

    item: MarkingItem
    value: str
    reason: str
    version: int
    faults: dict[str, str]
    stored: Stored | None = None

    @property
    def state(self) -> str:
        """``saved``, ``unsaved``, or ``empty`` where there is no mark yet."""
        if self.faults or self.stored:
            return "unsaved"
        return "saved" if self.item.own.version else "empty"

    @property
    def stored_value(self) -> str:
        """The mark that stands in the tables instead of the one typed."""
        value = self.stored.values.get("value") if self.stored else None
        return "–" if value is None else plain(trimmed(value), reader_language())


@page("evaluation/marking/regions.html")
def regions(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """The regions that the reader marks."""
    return {"duties": duties(scope=by, now=now)}


@never_cache
@answer
@require_safe
def form(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """One region with all its indicators; works with forms alone."""
    return _page(request, marking_form(key, scope=by))


@autosaved
@require_POST
def save(request: HttpRequest, key: int, node: str) -> HttpResponse:
    """Keep one mark. The script gets the state of the indicator, a plain form the page again."""
    require_same_person(request)
    by, typed = standing_of(request), request.POST
    faults: dict[str, str] = {}
    stored, status = None, 200
    try:
        operations.save_mark(
            by=by,
            assessment=key,
            node=node,
            value=typed_mark(typed.get("value", ""), highest_mark_of(key, scope=by)),
            reason=typed.get("reason", ""),
            seen_version=typed_version(typed.get("over") or typed.get("version", "")),
            now=timezone.now(),
        )
    except Faults as error:
        status = error.status
        faults = {fault.place: translate(fault.sentence, **fault.fields) for fault in error.faults}
    except Outdated as error:
        status, stored = error.status, error.stored
    form = marking_form(key, scope=by)
    item = next((marking_item for marking_item in form.items if marking_item.node.code == node), None)
    if item is None:
        raise UnknownIndicator(node=node)
    view = _stored(item)
    if status != 200:
        seen = typed_version(typed.get("version", ""))
        view = ItemView(item, typed.get("value", ""), typed.get("reason", ""), seen, faults, stored)
    if is_autosave(request):
        section = next(one for one in form.sections if item in one.items)
        shown = {"view": view, "form": form, "header": form.header, "section": section}
        outcome = "conflict" if stored else "refused" if faults else "saved"
        return told(request, "evaluation/marking/saved.html", shown, outcome=outcome, status=status)
    if status != 200:
        return _page(request, form, refused=view, status=status)
    return redirect(f"{reverse('evaluation:marking', args=[key])}#{node}")


@answer
def finish(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The marks are complete."""

    def act() -> Done:
        operations.finish_marking(by=by, assessment=key, now=now)
        return _finished(key)

    return confirm(request, lambda: _finish_check(key, by), act)


def _finish_check(key: int, by: Standing) -> Check | Done:
    form = marking_form(key, scope=by)
    if form.finished:
        return _finished(key)
    require_acting(key, Action.FINISH_MARKING, scope=by)
    missing = [item for item in form.items if item.applies and item.own.value is None]
    here = reverse("evaluation:marking", args=[key])
    last = len(form.panel.finished) + 1 >= len(form.panel.seats)
    will = [
        _("Your marks are fixed. Only the chair of the panel can open them again."),
        _("The others of the panel read them when everybody has finished."),
    ]
    if last:
        will.append(_("You are the last: clear marks are agreed at once, the others go to the chair."))
    return Check(
        title=_("Check before you finish marking"),
        act=_("My marks are finished"),
        about=form.header.region,
        will=tuple(will),
        counts=(
            (_("Marked"), _("%(count)s of %(total)s") % {"count": form.marked, "total": form.total}),
            (_("Of the panel have finished"), str(len(form.panel.finished))),
        ),
        blocked=tuple(
            Remark(_("No mark yet: %(title)s") % {"title": marking_item.title}, f"{here}#{marking_item.node.code}")
            for marking_item in missing
        ),
        trail=((form.header.region, here),),
        state=str([(item.node.code, item.own.version) for item in form.items]),
    )


def _finished(key: int) -> Done:
    said = _("Your marks are finished. They show when everybody on the panel has finished")
    return Done(said, reverse("evaluation:panel", args=[key]))


def typed_mark(text: str, highest: Decimal) -> Decimal:
    """The mark that somebody typed, at most ``highest``; raises Faults at ``value``."""
    mark = read_mark(text, typed_notation(), highest=highest)
    if isinstance(mark, Fault):
        raise Faults([Fault(mark.code, mark.sentence, mark.fields, "value")])
    if mark is None or isinstance(mark, index.Ratio):
        raise Faults([Fault("no-mark", N_("Choose a mark"), {}, "value")])
    return mark


def typed_version(text: str) -> int:
    """The version that a form was drawn from; 0 where it says none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _page(
    request: HttpRequest, form: MarkingForm, *, refused: ItemView | None = None, status: int = 200
) -> HttpResponse:
    code = refused.item.node.code if refused else ""
    sections = [
        (section, [refused if item.node.code == code else _stored(item) for item in section.items])
        for section in form.sections
    ]
    # Open is what is to be done: the section of what was refused, else the first that has an indicator without a mark.
    of_refused = [section for section, views in sections if refused in views] if refused else []
    to_do = [section for section, _views in sections if section.marked < section.total]
    begun = next(iter((*of_refused, *to_do, *form.sections)), None)
    context = {
        "form": form, "header": form.header, "sections": sections, "refused": refused, "begun": begun and begun.code,
    }  # fmt: skip
    return render(request, "evaluation/marking/form.html", context, status=status)


def _stored(item: MarkingItem) -> ItemView:
    own = item.own
    value = "" if own.value is None else f"{own.value:f}"
    if value and item.choices is None:
        value = numbers.plain(own.value, reader_language())
    return ItemView(item, value, own.reason, own.version, {})
