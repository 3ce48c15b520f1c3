"""Acts of the books, declared in tables: those with a page "check before you …", and those whose form is stored at
once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from pilar.areas.reference import today_in
from pilar.design.final_acts import Check, Done, Page, Remark, confirm
from pilar.design.forms import FaultsForm, OnceForm, posted, stored, stored_once
from pilar.design.views import done
from pilar.people.rules import Standing
from pilar.people.views import Shown, View, answer
from pilar.platform.language import translate
from pilar.villagefinance.pages.frame import require, village_page
from pilar.villagefinance.queries.requests import RequestRow
from pilar.villagefinance.queries.requests import request as request_of
from pilar.villagefinance.rules.authority import Action


@dataclass(frozen=True, slots=True)
class At:
    """The village and other parts of an address, with the reader and the moment."""

    by: Standing
    now: datetime
    village: str
    year: int = 0
    month: int = 0
    place: int = 0
    number: int = 0
    key: int = 0
    tax: str = ""
    ntpn: str = ""
    no: int = 0

    @property
    def today(self) -> date:
        return today_in(self.village[:5], self.now)

    @property
    def day(self) -> date:
        """Today, or the last day of a year that is over: entries for its budget are booked in it."""
        return min(self.today, date(self.year, 12, 31))

    @property
    def request(self) -> RequestRow:
        return request_of(self.village, self.year, self.number, scope=self.by, today=self.today)


@dataclass(frozen=True, slots=True)
class Step:
    """An act of the room: its operation, the title of its page, its button, the message when it is done, its
    consequences.

    ``final``: it cannot be undone (tests/final_acts.py).
    """

    operation: Callable[..., object]
    title: str
    act: str
    done: str
    will: tuple[str, ...]
    form: type[FaultsForm] = FaultsForm
    final: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """The situation before an act, shown by :class:`pilar.design.final_acts.Check`. ``done``: the act was done already,
    or need not be done for the reason ``said``; the page then leads to the last page of the trail, with a link to the
    ``result``."""

    trail: tuple[tuple[str, str], ...]
    about: str = ""
    will: tuple[str, ...] = ()
    counts: tuple[tuple[str, str], ...] = ()
    blocked: tuple[Remark, ...] = ()
    unready: tuple[Remark, ...] = ()
    state: str = ""
    done: bool = False
    said: str = ""
    result: tuple[str, str] = ("", "")


def take(
    request: HttpRequest,
    step: Step,
    look: Callable[[], Seen],
    *,
    form: FaultsForm,
    page: Page | None = None,
    **given: Any,
) -> HttpResponse:
    """Show the check page of a step, or take it with the arguments ``given`` and those of the form."""

    def leads(seen: Seen) -> Done:
        return Done(seen.said or translate(step.done), seen.trail[-1][1], *seen.result)

    def acted() -> Done:
        step.operation(**{**given, **form.cleaned_data})
        return leads(replace(look(), said=""))

    def checked() -> Check | Done:
        seen = look()
        return leads(seen) if seen.done else Check(
            title=translate(step.title), act=translate(step.act), about=seen.about, trail=seen.trail,
            will=(*map(translate, step.will), *seen.will), counts=seen.counts, blocked=seen.blocked,
            unready=seen.unready, final=step.final, state=seen.state,
        )  # fmt: skip

    return confirm(request, checked, acted, form=form, page=page)


def figures(*told: tuple[str, str]) -> tuple[str, ...]:
    """Return amounts with their names, one a line: side by side they do not fit on a phone."""
    return tuple(f"{name}: {figure}" for name, figure in told)


@dataclass(frozen=True, slots=True)
class Way:
    """A step of the books: its permission, the situation before it, and its form where that needs data."""

    step: Step
    action: Action
    look: Callable[[At], Seen]
    form: Callable[[At, QueryDict | None], FaultsForm] | None = None


def acts(ways: Mapping[str, Way]) -> View:
    """Make the view of the pages of these steps, by the names of their addresses."""

    @answer
    def act(request: HttpRequest, village: str, step: str, *, by: Standing, now: datetime, **of: Any) -> HttpResponse:
        way, at = ways[step], At(by, now, village, **of)
        require(by, way.action, village, at.request.case if at.number else None)
        form = way.form(at, posted(request)) if way.form else way.step.form(posted(request))
        return take(request, way.step, lambda: way.look(at), form=form, by=by, now=now, village=village, **of)

    return act


@dataclass(frozen=True, slots=True)
class Filled:
    """A page with a form whose operation can be undone: its permission, heading and button, the message afterwards, and
    the page that follows."""

    action: Action
    heading: str
    submit: str
    said: str
    form: Callable[[At, QueryDict | None], Any]
    store: Callable[[At, Any], object]
    to: str = "payments"


def fills(pages: Mapping[str, Filled]) -> View:
    """Make the view of the pages with such a form, by the names of their addresses."""

    @village_page("villagefinance/paying/form.html", tab="payments", sends=True)
    def fill(request: HttpRequest, village: str, page: str, *, by: Standing, now: datetime, **of: Any) -> Shown:
        row, at = pages[page], At(by, now, village, **of)
        require(by, row.action, village)
        form = row.form(at, posted(request))
        once = isinstance(form, OnceForm)
        store = partial(stored_once, kind="villagefinance.booked", owner=by.account) if once else stored
        if store(form, lambda: row.store(at, form)):
            again = once and form.outcome is None and "number" in row.said
            said = _("Booked") if again else translate(row.said, number=getattr(form.outcome, "number", ""))
            where = of if row.to == "request" else {}
            return done(request, said, f"villagefinance:{row.to}", village=village, **where)
        return {
            "village": village, "year": at.today.year, "form": form, "heading": translate(row.heading),
            "submit": translate(row.submit), "spp": at.request if at.number else None,
            "tab": "accounts" if row.to == "accounts" else "payments",
        }  # fmt: skip

    return fill
