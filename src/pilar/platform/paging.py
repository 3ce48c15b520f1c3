"""One part of a list: a page of it, or all of it for a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

PAGE = 50
"""Rows of a page of which nobody says otherwise."""


def paged(
    rows: QuerySet[Any] | Sequence[Any],
    make: Callable[[Any], Iterable[Any]] = list,
    *,
    page: int | str = 1,
    size: int | None = PAGE,
) -> Page[Any]:
    """A page of rows as ``make`` makes them of what is stored; a page beyond the last is the last, no number the first.

    ``size`` None: all of them on one page, for anyone who writes the whole list into a file.
    """
    if size is None:
        whole = list(make(rows))
        return Paginator(whole, max(len(whole), 1)).get_page(1)
    part = Paginator(rows, size).get_page(page)
    return Page(list(make(part.object_list)), part.number, part.paginator)
