"""Styles of a document, under the names that Word itself gives them where it has one.

Arial in 11 points is what the rules of official letters ask for (tata naskah dinas, Regulation of the Minister of Law
and Human Rights 31/2020: Arial 11 or 12); Word has it, and LibreOffice puts Liberation Sans of the same widths in its
place. Sizes of headings and the colours are Pilar's own.
"""

from __future__ import annotations

from pilar.reports.document import MAX_LEVELS
from pilar.reports.docx.elements import Element, bold, twips, w
from pilar.reports.docx.lists import HEADINGS, counted

FONT, FIXED_FONT = "Arial", "Courier New"
INK, MUTED, LINE = "15211E", "52605C", "D5D9D4"
BRAND, CAUTION, CAUTION_SOFT = "0A5866", "7F4C00", "FCF0D6"
HEADINGS_LOOK = ((1, 360, 14, BRAND), (2, 240, 12, INK), (3, 200, 11, MUTED))
"""Level, twips above, points, colour."""
TIGHT, LOOSE = 240, 276
"""Distances of lines, 240 for one."""
LANGUAGES = {"id": "id-ID", "en": "en-GB"}
CELL_PADDING = 1.4
"""Millimetres left and right of the text in a cell."""


def styles(language: str, width: float, *, numbered: bool) -> list[Element]:
    """All styles, for text ``width`` millimetres wide; ``numbered``: whether headings count."""
    spelling = LANGUAGES[language]
    letters = w("rPr", fonts(FONT), *sized(11), w("lang", val=spelling, eastAsia=spelling, bidi="ar-SA"))
    return [
        w("docDefaults", w("rPrDefault", letters), w("pPrDefault", w("pPr", _spaced(0, 120)))),
        w("style", _name("Normal"), w("qFormat"), type="paragraph", default=1, styleId="Normal"),
        w("style", _name("Default Paragraph Font"), type="character", default=1, styleId="DefaultParagraphFont"),
        w("style", _name("No List"), type="numbering", default=1, styleId="NoList"),
        _plain_table(),
        _figures(),
        _paragraph("Title", "Title", (w("keepNext"), _spaced(0, 120, TIGHT)), _letters(INK, 20, strong=True)),
        _paragraph("Subtitle", "Subtitle", (_spaced(0, 60, TIGHT),), _letters(MUTED, 10)),
        *(_heading(level, before, size, tone, numbered) for level, before, size, tone in HEADINGS_LOOK),
        _paragraph("TOCHeading", "TOC Heading", (w("keepNext"), _spaced(240, 120)), _letters(BRAND, 14, strong=True)),
        *(
            _paragraph(
                f"TOC{level}", f"toc {level}",
                (_leader(width), _spaced(0, 40), w("ind", left=twips(6 * (level - 1)))),
            )
            for level in range(1, MAX_LEVELS + 1)
        ),
        _paragraph("Caption", "caption", (_spaced(60, 160, TIGHT),), _letters(MUTED, 9)),
        _paragraph("ListBullet", "List Bullet", (_spaced(0, 60),)),
        _paragraph("ListNumber", "List Number", (_spaced(0, 60),)),
        _paragraph(
            "Header", "header", (_spaced(0, 0, TIGHT), w("jc", val="center")), _letters(CAUTION, 11, strong=True)
        ),
        _paragraph("Footer", "footer", (_spaced(0, 0, TIGHT),), _letters(MUTED, 8)),
        _paragraph("Quiet", "Quiet", (), _letters(MUTED, 9)),
        _paragraph("Notice", "Notice", _framed(), _letters(CAUTION, 11, strong=True)),
        _paragraph("TableText", "Table Text", (_spaced(30, 30, TIGHT),), sized(9)),
        _paragraph("TableHead", "Table Head", (w("keepNext"), _spaced(30, 30, TIGHT)), _letters(MUTED, 8, strong=True)),
        _paragraph("FactLabel", "Fact Label", (w("keepNext"), _spaced(60, 0, TIGHT)), _letters(MUTED, 8)),
        _paragraph("FactValue", "Fact Value", (w("keepNext"), _spaced(0, 0, TIGHT)), _letters(BRAND, 17, strong=True)),
        w(
            "style", _name("Hyperlink"), w("rPr", colour(BRAND), w("u", val="single")),
            type="character", styleId="Hyperlink",
        ),
    ]  # fmt: skip


def settings(language: str) -> list[Element]:
    newest = w("compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val=15)
    return [
        w("defaultTabStop", val=720),
        w("compat", newest),
        w("themeFontLang", val=LANGUAGES[language]),
        w("decimalSymbol", val="," if language == "id" else "."),
        w("listSeparator", val=";" if language == "id" else ","),
    ]


def fonts(name: str) -> Element:
    return w("rFonts", ascii=name, hAnsi=name, eastAsia=name, cs=name)


def sized(points: float) -> tuple[Element, Element]:
    return w("sz", val=round(points * 2)), w("szCs", val=round(points * 2))


def colour(value: str) -> Element:
    return w("color", val=value)


def _heading(level: int, before: int, size: float, tone: str, numbered: bool) -> Element:
    count = [counted(HEADINGS, level - 1)] if numbered else []
    look = (w("keepNext"), w("keepLines"), *count, _spaced(before, 100), w("outlineLvl", val=level - 1))
    return _paragraph(f"Heading{level}", f"heading {level}", look, _letters(tone, size, strong=True))


def _paragraph(key: str, name: str, look: tuple[Element, ...], letters: tuple[Element, ...] = ()) -> Element:
    return w(
        "style", _name(name), w("basedOn", val="Normal"), w("next", val=key if key.startswith("List") else "Normal"),
        w("qFormat"), w("pPr", *look), *([w("rPr", *letters)] if letters else []), type="paragraph", styleId=key,
    )  # fmt: skip


def _letters(tone: str, points: float, *, strong: bool = False) -> tuple[Element, ...]:
    return *(bold() if strong else ()), colour(tone), *sized(points)


def _leader(width: float) -> Element:
    return w("tabs", w("tab", val="right", leader="dot", pos=twips(width)))


def _framed() -> tuple[Element, ...]:
    bar = w("pBdr", w("left", val="single", sz=24, space=6, color=CAUTION))
    ground = w("shd", val="clear", color="auto", fill=CAUTION_SOFT)
    return w("keepLines"), bar, ground, _spaced(60, 160), w("ind", left=140)


def _plain_table() -> Element:
    side = {"w": twips(CELL_PADDING), "type": "dxa"}
    none = {"w": 0, "type": "dxa"}
    margins = w("tblCellMar", w("top", **none), w("left", **side), w("bottom", **none), w("right", **side))
    return w(
        "style", _name("Normal Table"), w("tblPr", w("tblInd", **none), margins),
        type="table", default=1, styleId="TableNormal",
    )  # fmt: skip


def _figures() -> Element:
    thin = {"val": "single", "sz": 4, "space": 0, "color": LINE}
    head = w("tcBorders", w("bottom", val="single", sz=8, space=0, color=BRAND))
    return w(
        "style", _name("Figures"), w("basedOn", val="TableNormal"),
        w("tblPr", w("tblBorders", w("bottom", **thin), w("insideH", **thin))),
        w("tblStylePr", w("tcPr", head), type="firstRow"),
        type="table", styleId="Figures",
    )  # fmt: skip


def _name(name: str) -> Element:
    return w("name", val=name)


def _spaced(before: int, after: int, line: int = LOOSE) -> Element:
    return w("spacing", before=before, after=after, line=line, lineRule="auto")
