"""What stands in a drawing."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET


def bar_lengths(svg: str) -> list[float]:
    """Of the bars, as they stand in the drawing."""
    root = ET.fromstring(svg)
    paths = [one for one in root.iter("{http://www.w3.org/2000/svg}path") if one.get("class") == "brand-fill"]
    return [float(re.search(r"h(-?[\d.]+)", one.get("d", ""))[1]) for one in paths]  # type: ignore[index]
