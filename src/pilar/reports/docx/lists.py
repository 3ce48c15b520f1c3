"""Lists and numbered headings: the part of a document that says how they count."""

from __future__ import annotations

from pilar.reports.document import MAX_DEPTH, MAX_LEVELS, Sign
from pilar.reports.docx.elements import Element, twips, w

HEADINGS, BULLETS = 1, 2
"""Numberings that every document has."""
SIGNS: dict[Sign, tuple[str, str]] = {
    "1.": ("decimal", "%{}."),
    "(1)": ("decimal", "(%{})"),
    "a.": ("lowerLetter", "%{}."),
    "1)": ("decimal", "%{})"),
    "a)": ("lowerLetter", "%{})"),
}
INDENT = 8
"""Millimetres, for each depth."""


class Lists:
    """Counts the lists of a document, so that each begins again."""

    def __init__(self) -> None:
        self._begun: list[tuple[Sign, int]] = []

    def begin(self, sign: Sign, depth: int) -> int:
        """The number under which a new list stands, ``depth`` lists deep (0 is the outermost)."""
        self._begun.append((sign, depth))
        return BULLETS + len(self._begun)

    def elements(self) -> list[Element]:
        kinds = {sign: BULLETS + 1 + place for place, sign in enumerate(SIGNS)}
        return [
            _kind(HEADINGS, [_heading_level(level) for level in range(MAX_LEVELS)]),
            _kind(BULLETS, [_level(depth, "bullet", "•") for depth in range(MAX_DEPTH)]),
            *(
                _kind(kinds[sign], [_level(depth, form, text.format(depth + 1)) for depth in range(MAX_DEPTH)])
                for sign, (form, text) in SIGNS.items()
            ),
            *(w("num", w("abstractNumId", val=kind), numId=kind) for kind in (HEADINGS, BULLETS)),
            *(
                w(
                    "num",
                    w("abstractNumId", val=kinds[sign]),
                    w("lvlOverride", w("startOverride", val=1), ilvl=depth),
                    numId=BULLETS + 1 + place,
                )
                for place, (sign, depth) in enumerate(self._begun)
            ),
        ]


def counted(number: int, depth: int = 0) -> Element:
    """Return what a paragraph says to be an item of list ``number``; list 0 is none."""
    return w("numPr", w("ilvl", val=depth), w("numId", val=number))


def _kind(number: int, levels: list[Element]) -> Element:
    return w("abstractNum", w("multiLevelType", val="multilevel"), *levels, abstractNumId=number)


def _level(depth: int, form: str, text: str) -> Element:
    indent = w("ind", left=twips(INDENT * (depth + 1)), hanging=twips(INDENT))
    return w(
        "lvl", w("start", val=1), w("numFmt", val=form), w("lvlText", val=text), w("lvlJc", val="left"),
        w("pPr", indent), ilvl=depth,
    )  # fmt: skip


def _heading_level(level: int) -> Element:
    text = ".".join(f"%{depth + 1}" for depth in range(level + 1))
    return w(
        "lvl", w("start", val=1), w("numFmt", val="decimal"), w("pStyle", val=f"Heading{level + 1}"),
        w("suff", val="space"), w("lvlText", val=text), w("lvlJc", val="left"), ilvl=level,
    )  # fmt: skip
