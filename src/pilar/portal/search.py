"""One search over what everybody may read: regions, villages, programmes of plans, services, and permits by number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from pilar.areas import queries as areas
from pilar.areas.reference import directory, today_in
from pilar.masterplan.queries.public import programmes_named
from pilar.people.rules import PUBLIC, NotFound
from pilar.permits.queries.register import permit
from pilar.permits.queries.services import services_named
from pilar.platform.language import N_, translate
from pilar.platform.limits import Limit
from pilar.villagefinance.queries.realisation import villages_named

SEARCHES = Limit("search", most=120)
"""In a minute, from one network (assumption: a class behind one address)."""
SHORTEST, MOST = 3, 10
"""Letters that are looked for; findings of each kind."""
GROUPS = {
    "regions": N_("Regencies and cities"),
    "villages": N_("Village budgets"),
    "programmes": N_("Programmes of plans"),
    "services": N_("Services"),
    "permits": N_("Permits"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A finding: what it is called, where, and its address."""

    title: str
    place: str
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one kind, at most ``MOST``; ``more`` tells that there are others."""

    title: str
    rows: tuple[Found, ...]
    more: bool


def search(text: str, *, now: datetime) -> tuple[Group, ...]:
    """Return what everybody may read and is called so, by kind; nothing for fewer than ``SHORTEST`` letters.

    A permit is found by its whole number alone, since its holder may be a person. A query for each kind, and one for
    each region with a service that is found.
    """
    if len(text) < SHORTEST:
        return ()
    today = today_in("", now)
    kinds = {
        "regions": _regions(text),
        "villages": _villages(text, today.year),
        "programmes": _programmes(text, today),
        "services": _services(text, today),
        "permits": _permits(text),
    }
    groups = ((code, tuple(rows)) for code, rows in kinds.items())
    return tuple(Group(translate(GROUPS[code]), rows[:MOST], len(rows) > MOST) for code, rows in groups if rows)


def near(text: str) -> tuple[Found, ...]:
    """Return the regions that are called nearly so, for the person who has mistyped one; nothing for few letters."""
    if len(text) < SHORTEST:
        return ()
    return tuple(
        Found(row.name, row.province, reverse("evaluation:region", args=[row.code])) for row in directory().near(text)
    )


def _regions(text: str) -> Iterator[Found]:
    for row in areas.regions(search=text)[: MOST + 1]:
        yield Found(row.name, row.province, reverse("evaluation:region", args=[row.code]))


def _villages(text: str, year: int) -> Iterator[Found]:
    """Villages that keep books here: of the others there is nothing to show."""
    for code, name, place in villages_named(text, most=MOST + 1, scope=PUBLIC):
        yield Found(name, place, reverse("villagefinance:public", args=[code, year]))


def _programmes(text: str, today: date) -> Iterator[Found]:
    for title, quick_win, code, region in programmes_named(text, today, most=MOST + 1):
        where = reverse("masterplan:plan", args=[code])
        yield Found(title, region, f"{where}#quick-wins" if quick_win else f"{where}#road-map")


def _services(text: str, today: date) -> Iterator[Found]:
    rows = services_named(text, today, most=MOST + 1)
    names = {code: areas.region(code).name for code in {row.region for row in rows}}
    for row in rows:
        where = reverse("permits:service", args=[row.region, row.key])
        yield Found(str(row.service.name), names[row.region], where)


def _permits(text: str) -> Iterator[Found]:
    try:
        row = permit(text, scope=PUBLIC).row
    except NotFound:
        return
    yield Found(row.number, areas.region(row.region).name, reverse("permits:permit", args=[row.number]))
