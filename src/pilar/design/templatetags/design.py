"""``{% load design %}``: numbers in the reader's language, charts, and what the page frame needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse, translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from pilar.design import numbers
from pilar.design.charts import Chart
from pilar.design.posted import form_address
from pilar.design.svg import draw
from pilar.platform.language import reader_language

register = template.Library()


def _no_score() -> SafeString:
    return format_html('<span aria-hidden="true">–</span><span class="visually-hidden">{}</span>', _("no score"))


@register.filter
def score(value: object) -> str:
    """A score with the decimals it was published with: ``3,35``; a dash (and a word for listeners) if there is none."""
    number = numbers.as_decimal(value)
    return _no_score() if number is None else numbers.plain(number, reader_language())


@register.filter
def amount(value: object) -> str:
    """A figure with its thousands apart: ``1.250.000,5``; a dash (and a word for listeners) if there is none."""
    number = numbers.as_decimal(value)
    if number is not None:
        return numbers.grouped(number, reader_language())
    return format_html('<span aria-hidden="true">–</span><span class="visually-hidden">{}</span>', _("no figure"))


@register.filter
def is_words(value: object) -> bool:
    """Return whether a value of a chart's table is a text, to be written as it stands."""
    return isinstance(value, str)


@register.filter
def signed(value: object) -> str:
    """A difference with its sign: ``+0,12``; a dash if there is none."""
    number = numbers.as_decimal(value)
    return _no_score() if number is None else numbers.signed(number, reader_language())


@register.simple_tag
def share_of_scale(value: object, minimum: object, maximum: object) -> str:
    """Return where ``value`` lies from ``minimum`` (0) to ``maximum`` (100), with a decimal point, for an SVG
    attribute."""
    reached, low, high = (numbers.as_decimal(number) for number in (value, minimum, maximum))
    if reached is None or low is None or high is None or low >= high:
        return "0"
    return str(round(min(max((reached - low) / (high - low), Decimal(0)), Decimal(1)) * 100, 2))


@dataclass(frozen=True)
class RangeBox:
    """Place of a range of ranks on a line of 100: its start, its width and its middle, with a decimal point."""

    start: str
    width: str
    middle: str


@register.simple_tag
def range_box(lowest: int, highest: int, middle: int, ends: tuple[int, int]) -> RangeBox:
    """Ranks between ``ends``, the best on the left; each takes up an equal part, so that a single rank can be seen."""
    best, worst = ends
    part = 100 / max(worst - best + 1, 1)
    start, width = (lowest - best) * part, (highest - lowest + 1) * part
    return RangeBox(f"{start:.2f}", f"{width:.2f}", f"{(middle - best + 0.5) * part:.2f}")


@register.filter
def host(address: str) -> str:
    """The host of a web address, as shown next to a link that leaves the site."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


@register.simple_tag
def chart(drawn: Chart, title: str) -> SafeString:
    """The chart as an inline SVG that a screen reader announces by ``title``.

    Two of them where more width shows more: the style sheet shows the one that fits its place, and hides the other from
    everybody.
    """
    narrow, wide = drawn.spec, drawn.wide
    drawings = [(narrow, "")] if wide is None else [(narrow, "narrow"), (wide, "wide")]
    return mark_safe(  # noqa: S308 - our own XML writer
        "".join(draw(spec, title=str(title), language=reader_language(), place=place) for spec, place in drawings)
    )


@register.filter
def is_choice(field: BoundField) -> bool:
    """Return whether the field is a single checkbox, whose label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.simple_tag
def description_ids(field: BoundField, hint: str = "") -> str:
    """The ids of a field's hint and error, for ``aria-describedby``."""
    ids = [f"{field.auto_id}_helptext"] if hint else []
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(ids)


@register.simple_tag
def control(field: BoundField, hint: str = "") -> SafeString:
    """The field's widget, tied to its hint and error."""
    described = "" if field.use_fieldset else description_ids(field, hint)
    return field.as_widget(attrs={"aria-describedby": described} if described else {})


@dataclass(frozen=True)
class SortLink:
    """The link of a column header, and how the table stands now: ``ascending``, ``descending`` or empty."""

    url: str
    direction: str


@register.simple_tag(takes_context=True)
def sort_link(context: Context, column: str, default: str, descending_first: bool) -> SortLink:
    """The link of a sortable column: ``?sort=final``, then ``?sort=-final``; other parameters stay, the page does not.

    ``default`` is the order that holds when nobody asked for one.
    """
    request: HttpRequest = context["request"]
    now = request.GET.get("sort") or default
    direction = {column: "ascending", f"-{column}": "descending"}.get(now, "")
    downwards = direction == "ascending" or (not direction and descending_first)
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = f"-{column}" if downwards else column
    return SortLink(url=f"?{query.urlencode()}", direction=direction)


@register.simple_tag(takes_context=True)
def page_url(context: Context, number: int) -> str:
    """The present list at another page; the other parameters stay."""
    query = context["request"].GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def file_url(context: Context, kind: str) -> str:
    """The present list as a file; what narrows and sorts it stays."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    query["as"] = kind
    return f"?{query.urlencode()}"


@register.simple_tag
def elided_pages(page: Page) -> Iterator[int | str]:
    """The page numbers worth showing, with an ellipsis for each gap."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@dataclass(frozen=True)
class Version:
    """The present page in one language; ``address`` is whole and without a query, for search engines."""

    code: str
    name: str
    url: str
    address: str


@dataclass(frozen=True)
class Entry:
    """One entry of a navigation; ``current`` is the value of ``aria-current``, empty elsewhere."""

    title: str
    url: str
    current: str


@dataclass(frozen=True)
class Frame:
    """The parts that the page frame shows in addition to the page itself."""

    front: str
    account: str
    search: Entry
    notices: Entry
    canonical: str
    versions: tuple[Version, ...]
    main: tuple[Entry, ...]
    footer: tuple[Entry, ...]
    demo: bool


@register.simple_tag(takes_context=True)
def page_frame(context: Context) -> Frame:
    """The frame of the present page. Which pages it leads to is a matter of the settings (``NAVIGATION…``)."""
    request: HttpRequest = context["request"]
    user = context.get("user")
    signed_in = user is not None and user.is_authenticated
    here = form_address(request) or reverse(settings.FRONT_PAGE)
    entries = [*([settings.NAVIGATION_SIGNED_IN] if signed_in else []), *settings.NAVIGATION]
    return Frame(
        front=reverse(settings.FRONT_PAGE),
        account=reverse(settings.ACCOUNT_PAGE),
        search=_entry(request, settings.SEARCH_PAGE, _("Search")),
        notices=_entry(request, settings.NOTICES_PAGE, _("Notices")),
        canonical=request.build_absolute_uri(request.path),
        versions=tuple(_version(request, here, code) for code, _name in settings.LANGUAGES),
        main=tuple(_entry(request, *named) for named in entries),
        footer=tuple(_entry(request, *named) for named in settings.NAVIGATION_FOOTER),
        demo=settings.DEMO,
    )


def _version(request: HttpRequest, here: str, code: str) -> Version:
    """The page at ``here`` in a language. One that leads nowhere (an error page) has the front page as its other
    version."""
    url = here if code == reader_language() else translate_url(here, code)
    if code != reader_language() and url == here:
        url = translate_url(reverse(settings.FRONT_PAGE), code)
    return Version(
        code=code,
        name=get_language_info(code)["name_local"],
        url=url,
        address=request.build_absolute_uri(url.partition("?")[0]),
    )


def _entry(request: HttpRequest, name: str, title: str) -> Entry:
    url = reverse(name)
    current = "page" if request.path == url else "true" if request.path.startswith(url) else ""
    return Entry(title=str(title), url=url, current=current)
