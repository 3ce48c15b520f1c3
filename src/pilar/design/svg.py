"""Draws a Vega-Lite specification as an SVG that is fit to stand inside a page.

vl-convert gives a drawing for any medium. A page needs less and more: no white ground, no roles and labels on every
stroke (the chart is one image with one name, and its table stands next to it), colours by role, and nothing that the
content security policy forbids: no script, no style element, no style attribute, no outside address.
"""

from __future__ import annotations

import json
from functools import lru_cache
from html import escape
from typing import Any
from xml.etree import ElementTree as ET

from pilar.design import charts
from pilar.design.numbers import DATE_LOCALES, NUMBER_LOCALES
from pilar.platform import press
from pilar.reports.document import Picture

SVG = "http://www.w3.org/2000/svg"

FILLS = {
    charts.INK: "ink",
    charts.MUTED: "muted",
    charts.BRAND: "brand-fill",
    charts.POSITIVE: "positive-fill",
    charts.POSITIVE_SOFT: "positive-soft-fill",
    charts.CAUTION: "caution-fill",
    charts.CAUTION_SOFT: "caution-soft-fill",
    charts.NEGATIVE: "negative-fill",
    charts.NEGATIVE_SOFT: "negative-soft-fill",
    charts.FILL: "neutral-soft-fill",
    charts.LINE: "line-fill",
    charts.SURFACE: "surface-fill",
}
STROKES = {
    charts.INK: "ink-stroke",
    charts.MUTED: "muted-stroke",
    charts.BRAND: "brand-stroke",
    charts.POSITIVE: "positive-stroke",
    charts.NEGATIVE: "negative-stroke",
    charts.CAUTION: "caution-stroke",
    charts.LINE: "line-stroke",
    charts.CONTROL: "control-stroke",
    charts.SURFACE: "surface-stroke",
}
KEPT = frozenset({
    "d", "fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "transform", "x", "y", "dx", "dy",
    "x1", "x2", "y1", "y2", "width", "height", "text-anchor", "font-size", "font-weight",
})  # fmt: skip
DRAWN = frozenset({"g", "path", "line", "rect", "circle", "text", "tspan"})


def render_svg(spec: dict[str, Any], language: str) -> str:
    """vl-convert's drawing, numbers and dates written as in ``language`` (``id`` or ``en``)."""
    return _render(json.dumps(spec, sort_keys=True), language)


def warm_up() -> None:
    """Draw something, so that the chart engine is awake before the first reader comes."""
    render_svg(charts.bars({}, columns=("", ""), minimum=0, maximum=1).spec, "id")


def _render(spec: str, language: str) -> str:
    return press.chart(spec, numbers=NUMBER_LOCALES[language], dates=DATE_LOCALES[language])


FONT = "Libertinus Serif"
"""The font of documents, so that charts are lettered like their text."""


def picture(spec: dict[str, Any], language: str, alt: str, width: float, caption: str = "") -> Picture:
    """Draw a chart for a document, in its font; ``width`` in millimetres."""
    lettered = spec | {"config": spec["config"] | {"font": FONT}}
    return Picture(render_svg(lettered, language), alt, width, caption)


def draw(spec: dict[str, Any], *, title: str, language: str, place: str = "") -> str:
    """The drawing as one element to stand inside a page, named by ``title``; ``place`` is one more class of it."""
    drawing = _drawing(json.dumps(spec, sort_keys=True), language)
    named = drawing.replace("<svg ", f'<svg aria-label="{escape(title)}" ', 1)
    return named.replace('class="chart"', f'class="chart {place}"', 1) if place else named


@lru_cache(maxsize=128)
def _drawing(spec: str, language: str) -> str:
    source = ET.fromstring(_render(spec, language))  # noqa: S314 - written by vl-convert from our own specification
    # Names without a namespace: prefixes are registered for the whole process, and another library takes "svg:".
    root = ET.Element("svg", {"xmlns": SVG, "viewBox": source.get("viewBox", ""), "class": "chart", "role": "img"})
    _copy(source, root)
    return ET.tostring(root, encoding="unicode")


def _copy(source: ET.Element, into: ET.Element) -> None:
    for child in source:
        tag = child.tag.rpartition("}")[2]
        if tag not in DRAWN or _invisible(tag, child):
            continue
        attributes = {name: value for name, value in child.attrib.items() if name in KEPT}
        roles = [FILLS.get(child.get("fill", "")), STROKES.get(child.get("stroke", ""))]
        if named := " ".join(role for role in roles if role):
            attributes["class"] = named
        copy = ET.SubElement(into, tag, attributes)
        copy.text = child.text
        _copy(child, copy)
        if tag == "g" and len(copy) == 0:
            into.remove(copy)


def _invisible(tag: str, element: ET.Element) -> bool:
    empty_path = tag == "path" and (element.get("class") or "") in {"background", "foreground"}
    return empty_path or element.get("display") == "none" or element.get("opacity") == "0"
