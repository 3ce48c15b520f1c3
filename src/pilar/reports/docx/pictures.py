"""Drawings of a document as pictures, each with its words for those who do not see it."""

from __future__ import annotations

import io
from functools import lru_cache
from xml.etree import ElementTree as ET

from docx.oxml.parser import parse_xml
from docx.parts.story import StoryPart

from pilar.platform import press
from pilar.reports.docx.elements import Element, named, w, writable

DOTS = 300
"""Per inch: what offices print with."""
MILLIMETRE = 36000
"""In English metric units, in which Word measures pictures."""
INCH = 25.4
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_DECORATIVE = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
    'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)


class Pictures:
    """Puts pictures into ``part`` and counts them; equal drawings are kept once."""

    def __init__(self, part: StoryPart) -> None:
        self._part = part
        self._count = 0

    def drawn(self, svg: str, alt: str, width: float, height: float) -> Element:
        """A run with the drawing in its proportions, at most ``width`` by ``height`` millimetres.

        An empty ``alt`` marks a decoration, which a screen reader passes over.
        """
        across, down = _size(svg)
        width = min(width, height * across / down)
        key, _image = self._part.get_or_add_image(io.BytesIO(_png(svg, round(width, 1))))
        self._count += 1
        box = {"cx": round(width * MILLIMETRE), "cy": round(width * down / across * MILLIMETRE)}
        shown = {"id": self._count, "name": f"Picture {self._count}"}
        words = named("wp:docPr", **shown, descr=writable(alt))
        if not alt:
            words.append(parse_xml(_DECORATIVE))
        picture = named(
            "pic:pic",
            named("pic:nvPicPr", named("pic:cNvPr", **shown), named("pic:cNvPicPr")),
            named(
                "pic:blipFill",
                named("a:blip", **{"r:embed": key}),
                named("a:stretch", named("a:fillRect")),
            ),
            named(
                "pic:spPr",
                named("a:xfrm", named("a:off", x=0, y=0), named("a:ext", **box)),
                named("a:prstGeom", named("a:avLst"), prst="rect"),
            ),
        )
        inline = named(
            "wp:inline",
            named("wp:extent", **box),
            words,
            named("wp:cNvGraphicFramePr", named("a:graphicFrameLocks", noChangeAspect=1)),
            named("a:graphic", named("a:graphicData", picture, uri=_PICTURE)),
            distT=0, distB=0, distL=0, distR=0,
        )  # fmt: skip
        return w("r", w("drawing", inline))


def bar(share: float) -> str:
    """A bar filled to ``share`` (0 to 1), in steps of a hundredth so that a book needs few of them."""
    filled = round(min(max(share, 0), 1) * 100)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 10"><rect width="100" height="10" fill="#d5d9d4"/>'
        f'<rect width="{filled}" height="10" fill="#0a5866"/></svg>'
    )


@lru_cache(maxsize=512)
def _png(svg: str, width: float) -> bytes:
    return press.png(svg, scale=width / INCH * DOTS / _size(svg)[0])


def _size(svg: str) -> tuple[float, float]:
    root = ET.fromstring(svg)  # noqa: S314 - drawn by Pilar itself
    _left, _top, across, down = map(float, root.get("viewBox", "").split())
    return across, down
