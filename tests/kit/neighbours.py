"""The neighbour of the region that a room's tests act on: rows of every kind, which nobody may touch.

Every world names it ``world.neighbour``, so that a filter which forgets the region, the plan or the assessment finds
more than it should, and so that a test can say that nothing of it has changed::

    before = world.neighbour.stored()
    operations.close_survey(by=by, survey=world.survey, now=NOW)
    assert world.neighbour.stored() == before
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import ForeignKey, Model, Q, QuerySet

from pilar.areas.models import Region

OWN, OTHER, FAR = "36.03", "36.71", "32.01"
"""The region that tests act on, its neighbour, and one that has nothing."""

Stored = list[tuple[str, str]]


@dataclass(frozen=True)
class Neighbour:
    """A region, and the rooms that have rows of it; ``accounts`` are people there whose rows count too."""

    region: str
    rooms: tuple[str, ...]
    accounts: tuple[int, ...] = ()

    def stored(self) -> Stored:
        """Every row of the region as it stands in the tables now, after the name of its model."""
        with connection.cursor() as cursor:
            cursor.execute(_reading(self))
            return sorted(cursor.fetchall())

    def lacks(self) -> set[str]:
        """The models that could have rows of a region and have none of this one."""
        return {model.__name__ for model in self._models() if not self._rows(model).exists()}

    def _rows(self, model: type[Model]) -> QuerySet[Any]:
        found = rows_of(model, self.region)
        for way in _ways(model, get_user_model()) if self.accounts else ():
            found |= model._base_manager.filter(**{f"{way}__in": self.accounts})
        return found

    def _models(self) -> list[type[Model]]:
        every = [
            model for room in self.rooms for model in apps.get_app_config(room).get_models(include_auto_created=True)
        ]
        return [model for model in every if _ways(model) or (self.accounts and _ways(model, get_user_model()))]


@cache
def _reading(neighbour: Neighbour) -> str:
    """One statement that reads the rows of every model, whole."""
    parts = []
    for model in neighbour._models():
        rows = connection.ops.compose_sql(*neighbour._rows(model).order_by().query.sql_with_params())
        parts.append(f"SELECT '{model._meta.label}', r::text FROM ({rows}) r")
    return " UNION ALL ".join(parts)


def own(model: type[Model]) -> QuerySet[Any]:
    """The rows of the region that the tests act on."""
    return rows_of(model, OWN)


def rows_of(model: type[Model], region: str) -> QuerySet[Any]:
    """The rows of a model that belong to a region, by their foreign keys."""
    found = Q(pk__in=())
    for way in _ways(model):
        found |= Q(**{way: region})
    return model._base_manager.filter(found)


@cache
def _ways(model: type[Model], to: type[Model] = Region) -> tuple[str, ...]:
    """The shortest way to the region that every row has, otherwise each that some have; none where there is no way."""
    ways = sorted(_every_way(model, to, ()), key=lambda way: way[0].count("__"))
    always = [way for way, has_it in ways if has_it]
    return tuple(always[:1] or [way for way, _ in ways])


def _every_way(model: type[Model], end: type[Model], seen: tuple[type[Model], ...]) -> Iterator[tuple[str, bool]]:
    if model is end:
        yield "pk", True
        return
    for field in model._meta.fields:
        if field.name == "region" and not isinstance(field, ForeignKey):
            yield "region", True  # the code, where every key begins with it
        if isinstance(field, ForeignKey):
            to = field.related_model
            if to is end:
                yield field.name, not field.null
            elif to not in (model, *seen):
                for way, has_it in _every_way(to, end, (*seen, model)):
                    yield f"{field.name}__{way}", has_it and not field.null
