"""``{% table rows as row caption=_("Members") %}``: the columns of a table, each said once, head and cell.

```
{% table page as row title=_("Values") target="#values" %}
  {% column _("Period") %}<a href="{% url 'values:value' row.key %}">{{ row.text }}</a>
  {% column _("Value") number=True when row.is_known %}{{ row.value|amount }}
  {% empty %}<p>{% translate "Nothing yet" %}</p>
{% endtable %}
```

``{% columns years as value in row.values number=True %}{{ value }}`` makes a column of each year.
``title`` is read above the table, ``caption`` only heard. The first column names the row. On a phone each cell stands
below its head. ``{% foot %}`` holds rows of sums. A page of a list has its pages below the table, and leads to them
within ``target``. Of a :class:`pilar.design.tables.Listing` the columns are known: ``{% cell "period" %}`` draws one of
them, all others write their value; ``{% column %}`` adds one that its files lack.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.core.paginator import Page
from django.template import Context, Node, NodeList, TemplateSyntaxError, Variable
from django.template.base import FilterExpression, Parser, Token
from django.template.defaulttags import TemplateIfParser
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from pilar.design.tables import Column, Listing
from pilar.design.templatetags.design import amount

register = template.Library()

PARTS = ("column", "columns", "cell", "foot", "empty", "endtable")


@dataclass(frozen=True, slots=True)
class Said:
    """A column as a template says it, or for ``columns`` one for each head, with a ``value`` of its own in each row
    under the ``name``."""

    tag: str
    head: FilterExpression
    name: str
    value: FilterExpression | None
    options: dict[str, FilterExpression]
    when: Any
    body: NodeList


@dataclass(frozen=True, slots=True)
class Drawn:
    """A column of one table."""

    head: str
    number: bool = False
    sort: str = ""
    descending_first: bool = False
    body: NodeList | None = None
    known: Column | None = None
    said: Said | None = None
    place: int = 0

    def cell(self, row: Any, context: Context) -> str:
        """Return what stands in its cell of a row."""
        if self.said and self.said.value and self.body:
            with context.push(**{self.said.name: list(self.said.value.resolve(context))[self.place]}):
                return _trimmed(self.body, context)
        if self.body is not None:
            return _trimmed(self.body, context)
        assert self.known is not None
        value = self.known.read(row)
        return amount(value) if self.number and not isinstance(value, str) else conditional_escape(_written(value))


class TableNode(Node):
    """A table that asks each column for its head once and for its cell in each row."""

    def __init__(
        self,
        rows: FilterExpression,
        names: Sequence[str],
        options: dict[str, FilterExpression],
        said: Sequence[Said],
        parts: dict[str, NodeList],
    ) -> None:
        self.rows, self.names, self.options, self.said, self.parts = rows, names, options, said, parts

    def render(self, context: Context) -> str:
        given = self.rows.resolve(context)
        listing = given if isinstance(given, Listing) else None
        rows, asked = (given, None) if listing is None else (listing.rows, listing.asked)
        if not rows and asked and asked.narrowed:
            return _drawn("design/parts/nothing_fits.html", context)
        if not rows:
            return str(self.parts["empty"].render(context)) if "empty" in self.parts else ""
        options = {name: _text(value, context) for name, value in self.options.items()}
        columns = list(self._columns(context, listing))
        shown = {
            "caption": options.get("title") or options.get("caption") or (listing.title if listing else ""),
            "is_heard": not options.get("title"),
            "is_stacked": options.get("stacked", True),
            "columns": columns,
            "body": self._body(context, rows, columns, bool(options.get("stacked", True))),
            "foot": _trimmed(self.parts.get("foot", NodeList()), context),
            "target": options.get("target", ""),
            "sort": asked.sort if asked else "",
            "page": rows if isinstance(rows, Page) else None,
            "count": listing.count if listing and asked else None,
        }
        with context.push(**shown):
            return _drawn("design/parts/table.html", context)

    def _columns(self, context: Context, listing: Listing | None) -> Iterable[Drawn]:
        cells = {said.head.resolve(context): said.body for said in self.said if said.tag == "cell"}
        for known in listing.columns if listing else ():
            if known.on_page:
                sort = known.name if known.sort else ""
                body = cells.get(known.name)
                yield Drawn(str(known.head), known.number, sort, known.descending_first, body, known)
        for column in self.said:
            if column.tag != "cell" and (column.when is None or column.when.eval(context)):
                given = {name: value.resolve(context) for name, value in column.options.items()}
                head = _text(column.head, context)
                for place, each in enumerate(head if column.tag == "columns" else [head]):
                    yield Drawn(str(each), body=column.body, said=column, place=place, **given)

    def _body(self, context: Context, rows: Iterable[Any], columns: Sequence[Drawn], stacked: bool) -> SafeString:
        lines = []
        for row in rows:
            named = dict(zip(self.names, row if len(self.names) > 1 else (row,), strict=True))
            with context.push(**named):
                cells = [_cell(drawn, drawn.cell(row, context), place, stacked) for place, drawn in enumerate(columns)]
            lines.append(f"<tr>{''.join(cells)}</tr>")
        return mark_safe("".join(lines))  # noqa: S308 - of rendered templates and escaped values


def _drawn(template: str, context: Context) -> str:
    assert context.template is not None
    return str(context.template.engine.get_template(template).render(context))


def _text(said: FilterExpression, context: Context) -> Any:
    # Django doubles the per cent sign in a template's _("…") and leaves it so.
    known = said.var if isinstance(said.var, Variable) and said.var.translate else None
    return gettext(str(known.literal)) if known else said.resolve(context)


def _written(value: Any) -> object:
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return "–" if value in (None, "") else value


def _trimmed(nodes: NodeList, context: Context) -> SafeString:
    return mark_safe(nodes.render(context).strip())  # noqa: S308 - a rendered template


def _cell(column: Drawn, content: str, place: int, stacked: bool) -> str:
    # Below its head on a phone, a cell with more than words is one box next to it.
    inner = format_html("<div>{}</div>", content) if stacked and place and "<" in content else content
    kind = mark_safe(' class="number"' if column.number else "")  # noqa: S308 - constant
    if not place:
        return format_html('<th scope="row"{}>{}</th>', kind, inner)
    if not stacked:
        return format_html("<td{}>{}</td>", kind, inner)
    return format_html('<td{} data-label="{}">{}</td>', kind, column.head, inner)


@register.tag("table")
def table(parser: Parser, token: Token) -> TableNode:
    """See the module."""
    _tag, rows, *bits = token.split_contents()
    names = ["row"]
    if bits[:1] == ["as"]:
        end = next((at for at, bit in enumerate(bits) if "=" in bit), len(bits))
        names, bits = [name for name in "".join(bits[1:end]).split(",") if name], bits[end:]
    said: list[Said] = []
    parts: dict[str, NodeList] = {}
    _before, token = parser.parse(PARTS), parser.next_token()
    while (tag := token.split_contents()[0]) != "endtable":
        body = parser.parse(PARTS)
        if tag in ("foot", "empty"):
            parts[tag] = body
        else:
            said.append(_said(parser, token, body))
        token = parser.next_token()
    return TableNode(parser.compile_filter(rows), names, _options(parser, bits), said, parts)


def _said(parser: Parser, token: Token, body: NodeList) -> Said:
    tag, head, *bits = token.split_contents()
    when, name, value = None, "", None
    if tag == "columns":
        _as, name, _in, each, *bits = bits
        value = parser.compile_filter(each)
    if "when" in bits:
        at = bits.index("when")
        when, bits = TemplateIfParser(parser, bits[at + 1 :]).parse(), bits[:at]
    return Said(tag, parser.compile_filter(head), name, value, _options(parser, bits), when, body)


def _options(parser: Parser, bits: Iterable[str]) -> dict[str, FilterExpression]:
    options = {}
    for bit in bits:
        name, equals, value = bit.partition("=")
        if not equals:
            raise TemplateSyntaxError(f"“{bit}” is no option of a table")
        options[name] = parser.compile_filter(value)
    return options
