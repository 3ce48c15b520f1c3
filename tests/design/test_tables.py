"""A list said once: the table of its page, its order and pages, and the same list as files."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory
from python_calamine import CalamineWorkbook

import pilar
from design.test_components import render
from pilar.design.tables import Asked, Column, Listing, Table
from pilar.platform.paging import paged

TABLE = Table(
    "Works / 2026",
    Column("title", "Work", sort=True),
    Column("code", "Code", on_page=False),
    Column("cost", "Cost", number=True, sort=True, descending_first=True),
    Column("begins", "Begins"),
    Column("note", "Note", lambda row: row.note.upper()),
)


@dataclass(frozen=True)
class Work:
    title: str
    code: str = "A.01"
    cost: Decimal | None = Decimal("1250000.5")
    begins: date | datetime | None = date(2026, 3, 1)
    note: str = "<b>"


def listing(rows: list[Any], address: str = "/works/", size: int = 2, **given: Any) -> Listing:
    asked = Asked.of(RequestFactory().get(address), sort="title")
    return TABLE.of(paged(rows, **{"size": size, **asked.part}), asked, **given)


def cells(html: str) -> list[str]:
    return [re.sub(r"\s+", " ", one) for one in re.findall(r"<t[hd][^>]*>.*?</t[hd]>", html.split("<tbody>")[1], re.S)]


def test_a_list_draws_its_columns() -> None:
    html = render('{% table works target="#works" %}{% endtable %}', works=listing([Work("<i>")]))
    assert cells(html) == [
        '<th scope="row">&lt;i&gt;</th>',
        '<td class="number" data-label="Cost">1.250.000,5</td>',
        '<td data-label="Begins">1 Maret 2026</td>',
        '<td data-label="Note">&lt;B&gt;</td>',
    ]
    assert 'aria-label="Works / 2026"' in html
    assert 'href="?sort=-title" hx-get="?sort=-title" hx-target="#works"' in html
    assert 'href="?sort=-cost"' in html
    assert 'aria-sort="ascending"' in html


def test_what_is_not_known_is_a_dash() -> None:
    html = render("{% table works %}{% endtable %}", works=listing([Work("A", cost=None, begins=None, note="")]))
    assert [one.split(">")[1] for one in cells(html)[2:]] == ["–</td", "–</td"]
    assert 'aria-hidden="true">–</span>' in cells(html)[1]


def test_a_number_in_words_stands_among_numbers() -> None:
    html = render("{% table works %}{% endtable %}", works=listing([Work("A", cost="100 %")]))  # type: ignore[arg-type]
    assert cells(html)[1] == '<td class="number" data-label="Cost">100 %</td>'


def test_a_template_draws_a_cell_and_adds_a_column() -> None:
    source = (
        '{% table works as work caption="Heard" %}{% cell "title" %}<a href="/w/">{{ work.title }}</a>'
        '{% column "Change" when work_stays %}no{% column "Do" when not work_stays %}<b>{{ work.code }}</b> now'
        "{% endtable %}"
    )
    html = render(source, works=listing([Work("A & B")]))
    assert cells(html)[0] == '<th scope="row"><a href="/w/">A &amp; B</a></th>'
    assert cells(html)[-1] == '<td data-label="Do"><div><b>A.01</b> now</div></td>'
    assert "Change" not in html
    assert '<caption class="visually-hidden">Heard</caption>' in html


def test_rows_that_are_no_list() -> None:
    source = (
        '{% table rows as name, count title="Read" stacked=False %}{% column "Name" %}{{ name }}'
        '{% column "Count" number=True %}{{ count }}{% foot %}<tr><td>2</td></tr>{% empty %}none{% endtable %}'
    )
    html = render(source, rows=[("<a>", 2)])
    assert cells(html) == ['<th scope="row">&lt;a&gt;</th>', '<td class="number">2</td>', "<td>2</td>"]
    assert "<caption>Read</caption>" in html
    assert "stacked" not in html
    assert "as=csv" not in html
    assert render(source, rows=[]) == "none"


def test_a_column_for_each_head() -> None:
    source = (
        '{% table rows as name, values caption="c" %}{% column "Name" %}{{ name }}'
        '{% columns years as value in values number=True when years %}{{ value }}{% column "Sum" %}{{ values|length }}'
        "{% endtable %}"
    )
    html = render(source, rows=[("A", [1, None])], years=[2025, 2026])
    assert cells(html)[1:] == [
        '<td class="number" data-label="2025">1</td>',
        '<td class="number" data-label="2026">None</td>',
        '<td data-label="Sum">2</td>',
    ]


def test_a_list_has_its_pages_and_its_files_below() -> None:
    rows = [Work(str(place)) for place in range(5)]
    html = render("{% table works %}{% endtable %}", "/works/?q=x&page=2", works=listing(rows, "/works/?q=x&page=2"))
    assert cells(html)[0] == '<th scope="row">2</th>'
    assert 'href="?q=x&amp;page=3"' in html
    assert 'href="?q=x&amp;as=xlsx" download' in html
    assert 'href="?q=x&amp;as=csv" download' in html


def test_an_empty_list_says_why() -> None:
    source = "{% table works %}{% empty %}Nothing yet{% endtable %}"
    assert render(source, works=listing([])) == "Nothing yet"
    assert render(source, works=listing([], "/works/?page=2&sort=cost&q=")) == "Nothing yet"
    narrowed = render(source, "/works/?q=x", works=listing([], "/works/?q=x"))
    assert "Tidak ada yang cocok" in narrowed
    assert '<a href="/works/">' in narrowed


@pytest.mark.parametrize(
    ("page", "shown"), [("", [0, 1]), ("2", [2, 3]), ("99", [4]), ("-1", [4]), ("x", [0, 1]), ("9" * 5000, [0, 1])]
)
def test_a_page_that_is_not_there(page: str, shown: list[int]) -> None:
    assert list(listing(list(range(5)), f"/works/?page={page}")) == shown


def test_a_file_has_all_rows() -> None:
    assert list(listing(list(range(5)), "/works/?as=csv&page=2")) == [0, 1, 2, 3, 4]
    assert list(listing(list(range(5)), "/works/?as=pdf&page=2")) == [2, 3]
    assert Asked.of(RequestFactory().post("/works/?as=csv")).file == ""


def test_what_is_asked_beside_a_list_does_not_narrow_it() -> None:
    request = RequestFactory().get("/works/?node=policy&page=1")
    assert (Asked.of(request).narrowed, Asked.of(request, beside=("node",)).narrowed) == (True, False)


def test_a_csv_that_excel_opens_in_indonesia() -> None:
    rows = [Work("=1+1"), Work("a;b", cost=None, begins=datetime(2026, 3, 1, 9, 30))]  # noqa: DTZ001 - local
    content, name, kind = listing(rows, "/works/?as=csv", about="36.03").file("csv")
    assert content.decode("utf-8-sig").splitlines() == [
        "Work;Code;Cost;Begins;Note",
        "'=1+1;A.01;1250000,5;2026-03-01;<B>",
        '"a;b";A.01;;2026-03-01 09:30;<B>',
    ]
    assert content.startswith(b"\xef\xbb\xbf")
    assert (name, kind) == ("works-2026-3603.csv", "text/csv; charset=utf-8")


def test_a_workbook_has_numbers_and_days_as_such() -> None:
    long = Decimal("1234567890123456.7")
    rows = [Work("=1+1"), Work("B", cost=long, begins=datetime(2026, 3, 1, 9, 30))]  # noqa: DTZ001 - local
    content, name, _kind = listing(rows, "/works/?as=xlsx", without=("note",)).file("xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    (sheet,) = book.sheet_names
    assert (sheet, name) == ("Works   2026", "works-2026.xlsx")
    assert book.get_sheet_by_name(sheet).to_python() == [
        ["Work", "Code", "Cost", "Begins"],
        ["=1+1", "A.01", 1250000.5, date(2026, 3, 1)],
        ["B", "A.01", "1234567890123456,7", datetime(2026, 3, 1, 9, 30)],  # noqa: DTZ001 - local
    ]
    assert content == listing(rows, "/works/?as=xlsx", without=("note",)).file("xlsx")[0]


def test_a_blank_title_leaves_the_caption_to_be_heard() -> None:
    source = '{% table rows as name title=shown caption="Heard" %}{% column "Name" %}{{ name }}{% endtable %}'
    assert '<caption class="visually-hidden">Heard</caption>' in render(source, rows=["a"])
    assert "<caption>Read</caption>" in render(source, rows=["a"], shown="Read")


def test_a_table_behind_another_says_above_it_what_it_holds() -> None:
    """On a phone its cards would look like a part of what stands before."""
    parts = re.compile(
        r"{% table \w+[^%]* caption=|{% table|<h[1-6]|<summary|<c-card|{% endtable|</c-definitions|<c-evidence-list"
    )
    for path in Path(pilar.__file__).parent.rglob("*.html"):
        found = parts.findall(path.read_text(encoding="utf-8"))
        for before, part in pairwise(found):
            assert not (part.endswith("caption=") and before in {"{% endtable", "</c-definitions"}), path
