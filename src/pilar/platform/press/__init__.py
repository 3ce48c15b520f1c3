"""Draw charts, turn drawings into pictures and typeset documents: by large engines, which a web process keeps in child
processes.

Elsewhere (jobs, commands, tests) they run in the calling process. Either way, input that cannot be drawn or set raises
:class:`Refused`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pilar.platform.press.makers import MAKERS, Refused
from pilar.platform.press.process import Engine

__all__ = ["Refused", "chart", "jpeg", "keep_apart", "png", "typeset"]

_apart: dict[str, Engine] = {}


def keep_apart() -> None:
    """From now on, run each engine in a child process, which starts when needed and ends when idle."""
    _apart.update({engine.name: engine for engine in (Engine("drawing", idle=600), Engine("type", idle=60))})


def chart(spec: str, *, numbers: Mapping[str, Any], dates: Mapping[str, Any]) -> str:
    """Draw a Vega-Lite specification (JSON) as SVG, numbers and dates written by locales of d3."""
    return _made("drawing", "chart", spec=spec, numbers=numbers, dates=dates).decode()


def png(svg: str, *, scale: float) -> bytes:
    """Turn a drawing into a picture, ``scale`` pixels a unit."""
    return _made("drawing", "png", svg=svg, scale=scale)


def jpeg(svg: str, *, quality: int) -> bytes:
    """Turn a drawing into a picture with loss; ``quality`` from 1 to 100."""
    return _made("drawing", "jpeg", svg=svg, quality=quality)


def typeset(
    *, folder: Path, template: str | None = None, source: str = "", content: str = "", made_at: datetime | None = None
) -> bytes:
    """Typeset a template below ``folder``, or a source, as PDF/A-2a and PDF/UA-1; ``content`` is its document."""
    moment = made_at.isoformat() if made_at else None
    return _made(
        "type", "typeset", folder=str(folder), template=template, source=source, content=content, moment=moment
    )


def _made(engine: str, maker: str, **given: Any) -> bytes:
    if engine in _apart:
        return _apart[engine].ask(maker, given)
    return MAKERS[maker](**given)
