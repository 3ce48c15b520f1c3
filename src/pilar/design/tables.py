"""A list, said once: from its columns come the table of a page and the same list as a file.

```python
MEASURES = Table(_("Measures"), Column("title", _("Measure")), Column("latest_value", _("Newest figure"), number=True))

asked = Asked.of(request)
page = queries.measures(code, scope=by, search=searched(request), **asked.part)
return {"measures": MEASURES.of(page, asked)}
```

The template draws it by ``{% table measures %}`` (:mod:`pilar.design.templatetags.tables`). A page with such a list in
it answers ``?as=xlsx`` and ``?as=csv`` with the whole list, as its reader may see it and has narrowed and sorted it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest
from django.utils.text import slugify

from pilar.design.sheets import CSV, XLSX, delimited, workbook

KINDS = {"xlsx": XLSX, "csv": CSV}
"""The files of a list by what ``?as=`` asks for."""
Rows = Page[Any] | Sequence[Any]


@dataclass(frozen=True)
class Column:
    """A fact of each row, a text, number, day or moment on the clocks of its region: what ``value`` reads, or an
    attribute (``name``, or a path to it).

    ``sort``: the list can be ordered by ``name``, beginning with the highest if ``descending_first``. ``on_page``:
    false for what the page tells in another column, such as a code below its title.
    """

    name: str
    head: str
    value: Callable[[Any], Any] | str = ""
    number: bool = False
    sort: bool = False
    descending_first: bool = False
    on_page: bool = True

    @cached_property
    def read(self) -> Callable[[Any], Any]:
        """Return what a row has here."""
        return self.value if callable(self.value) else attrgetter(self.value or self.name)


@dataclass(frozen=True, slots=True)
class Asked:
    """The wishes of an address about a list: which ``part``, for its query (page, or size None: all of it), the order,
    whether for a file, and whether anything narrows it."""

    part: Mapping[str, Any]
    sort: str
    file: str
    narrowed: bool

    @classmethod
    def of(cls, request: HttpRequest, *, sort: str = "", beside: Collection[str] = ()) -> Asked:
        """``sort``: the order that holds when nobody asked for one. ``beside``: names in the address that are not
        about the list."""
        file = request.GET.get("as", "") if request.method in ("GET", "HEAD") else ""
        part = {"size": None} if file in KINDS else {"page": request.GET.get("page", 1)}
        narrowed = any(text for name, text in request.GET.items() if name not in ("page", "sort", "as", *beside))
        return cls(part, request.GET.get("sort") or sort, file if file in KINDS else "", narrowed)


class Table:
    """A kind of list: its title and its columns."""

    def __init__(self, title: str, *columns: Column) -> None:
        self.title, self.columns = title, columns

    def of(self, rows: Rows, asked: Asked | None = None, *, about: str = "", without: Collection[str] = ()) -> Listing:
        """The list for one reader: a page of it or, where there are no pages, its rows.

        With what was ``asked``, for a reader who may have all of it, it is given as files; ``about`` is a part of their
        name. ``without``: columns that are left out.
        """
        columns = tuple(column for column in self.columns if column.name not in without)
        return Listing(self.title, columns, rows, asked, about)


@dataclass(frozen=True)
class Listing:
    """A list for a page or a file."""

    title: str
    columns: tuple[Column, ...]
    rows: Rows
    asked: Asked | None
    about: str

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def count(self) -> int:
        """Count how many rows there are on all pages."""
        return self.rows.paginator.count if isinstance(self.rows, Page) else len(self.rows)

    def file(self, kind: str) -> tuple[bytes, str, str]:
        """The list as a file of a kind: its content, name and media type."""
        heads = [str(column.head) for column in self.columns]
        rows = [[column.read(row) for column in self.columns] for row in self]
        content = delimited([heads, *rows]) if kind == "csv" else workbook(str(self.title), heads, rows)
        return content, f"{slugify(f'{self.title} {self.about}')}.{kind}", KINDS[kind]
