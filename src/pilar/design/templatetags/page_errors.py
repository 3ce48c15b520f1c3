"""``{% load page_errors %}``: what is wrong on a page stands at its top and in its title, wherever it was found.

A page frame stands between ``{% framed %}`` and ``{% endframed %}``. Whatever inside says an error puts it between
``{% errors %}`` and ``{% enderrors %}`` (``c-error-summary`` does); the frame shows all of them together, where
``{% errors_here %}`` stands, and begins the title with a word for it at ``{% error_title %}``. A part of a page that is
sent alone shows its errors in place.
"""

from __future__ import annotations

from contextvars import ContextVar

from django import template
from django.forms import BaseForm, BoundField, Select
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

# What a person types is escaped, so that it can never read like these.
HERE, TITLE = "<!--errors-here-->", "<!--error-title-->"
_told: ContextVar[list[str] | None] = ContextVar("errors_told", default=None)
"""What the page that is being rendered has told so far; no context of a template reaches into every part of it."""


class Framed(Node):
    """Renders a page and puts what it told of errors where its reader meets it first."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        told: list[str] = []
        before = _told.set(told)
        try:
            html = self.nodelist.render(context)
        finally:
            _told.reset(before)
        title = escape(_("Error:") + " ") if told else ""
        return mark_safe(html.replace(TITLE, title, 1).replace(HERE, summary(told), 1))  # noqa: S308 - rendered before


class Errors(Node):
    """Items of a list of errors: to the frame, or in place where there is none."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        items = self.nodelist.render(context).strip()
        if not items:
            return SafeString("")
        told = _told.get()
        if told is None:
            return summary([items])
        told.append(items)
        return SafeString("")


def summary(told: list[str]) -> SafeString:
    """The box of errors; nothing without one."""
    if not told:
        return SafeString("")
    items = mark_safe("".join(told))  # noqa: S308 - rendered before
    return SafeString(render_to_string("design/parts/errors.html", {"items": items}))


@register.tag
def framed(parser: Parser, token: Token) -> Framed:
    """The frame of a page."""
    nodelist = parser.parse(("endframed",))
    parser.delete_first_token()
    return Framed(nodelist)


@register.tag
def errors(parser: Parser, token: Token) -> Errors:
    """List items, each an error."""
    nodelist = parser.parse(("enderrors",))
    parser.delete_first_token()
    return Errors(nodelist)


@register.simple_tag
def errors_here() -> SafeString:
    """Mark where the frame shows the errors of the page."""
    return SafeString(HERE)


@register.simple_tag
def error_title() -> SafeString:
    """Mark where the frame says in the title that something is wrong."""
    return SafeString(TITLE)


@register.filter
def asks(form: BaseForm) -> bool:
    """Return whether a form shows a field that must be filled in."""
    return any(field.field.required for field in form.visible_fields())


@register.filter
def may_stay_empty(field: BoundField) -> bool:
    """Return whether a field is optional in every case; see ``design.fields.sometimes_required``. A list in which
    something is always chosen cannot stay empty."""
    if field.field.required or getattr(field.field, "sometimes_required", False):
        return False
    widget = field.field.widget
    one_of = isinstance(widget, Select) and not widget.allow_multiple_selected
    return not one_of or any(value in {"", None} for value, _name in widget.choices)


@register.filter
def anchor(field: BoundField) -> str:
    """The id that leads to a field; a group of choices has it at its first."""
    return field.id_for_label or f"{field.auto_id}_0"
