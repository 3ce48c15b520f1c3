"""What stands around the pages of a village."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from pilar.areas.queries import village_names
from pilar.people.rules import Standing
from pilar.people.views import page


def framed(context: Mapping[str, Any], by: Standing, tab: str) -> Mapping[str, Any]:
    """The village of a page, its year, and where the reader is in it."""
    code = context["village"]
    return {"village": code, "name": village_names(codes=[code]).get(code, code), "tab": tab}


village_page = partial(page, frame=framed)
