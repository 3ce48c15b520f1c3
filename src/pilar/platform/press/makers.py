"""Makers of drawings, pictures and documents. Each engine is large, and so loaded at its first use."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

_own = threading.local()


class Refused(ValueError):
    """The input cannot be drawn or set; the message is the engine's own."""


def chart(*, spec: str, numbers: Any, dates: Any) -> bytes:
    """See :func:`pilar.platform.press.chart`."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(spec, format_locale=numbers, time_format_locale=dates, allowed_base_urls=[])
    return drawn.encode()


def png(*, svg: str, scale: float) -> bytes:
    """See :func:`pilar.platform.press.png`."""
    import vl_convert

    return bytes(_drawn(vl_convert.svg_to_png, svg, scale=scale))


def jpeg(*, svg: str, quality: int) -> bytes:
    """See :func:`pilar.platform.press.jpeg`."""
    import vl_convert

    return bytes(_drawn(vl_convert.svg_to_jpeg, svg, quality=quality))


def _drawn(maker: Callable[..., Any], svg: str, **given: Any) -> Any:
    try:
        return maker(svg, **given)
    except (ValueError, RuntimeError) as wrong:
        raise Refused(str(wrong).partition("\n")[0]) from wrong


def typeset(*, folder: str, template: str | None, source: str, content: str, moment: str | None) -> bytes:
    """See :func:`pilar.platform.press.typeset`. One compiler for each thread, which caches fonts and layouts."""
    import typst

    compilers: dict[str, Any] = _own.__dict__
    if folder not in compilers:
        compilers[folder] = typst.Compiler(root=folder, ignore_system_fonts=True)
    given = {"timestamp": datetime.fromisoformat(moment)} if moment else {}
    try:
        made = compilers[folder].compile(
            input=template or source.encode(), format="pdf", pdf_standards=["a-2a", "ua-1"],
            sys_inputs={"document": content}, **given,
        )  # fmt: skip
    except typst.TypstError as wrong:
        raise Refused(str(wrong)) from wrong
    assert isinstance(made, bytes)
    return made


MAKERS: dict[str, Callable[..., bytes]] = {"chart": chart, "png": png, "jpeg": jpeg, "typeset": typeset}
