"""What the parts of Pilar made their values from: the rooms above know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from django.conf import settings
from django.utils.module_loading import import_string

from pilar.measures.queries.rows import MeasureRow, ValueOrigin
from pilar.people.rules import Standing

ValueOrigins = Callable[[Collection[str], Standing], Mapping[str, ValueOrigin]]
"""What values were made from, by their keys, as far as a reader may know of it.

A higher room writes one and is named in ``settings.PILAR_MEASURE_ORIGINS`` by the code of its source.
"""


def origins_of(row: MeasureRow, keys: Collection[str], *, scope: Standing) -> Mapping[str, ValueOrigin]:
    """Where values of a measure come from, by their keys: nothing for what no part of Pilar reports."""
    path = settings.PILAR_MEASURE_ORIGINS.get(row.source_code) if row.built_in else None
    if path is None:
        return {}
    told: ValueOrigins = import_string(path)
    return told(keys, scope)
