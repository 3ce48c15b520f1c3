"""Files made to hurt their reader, each with the code of the refusal that it must get."""

from __future__ import annotations

import io
import random
import warnings
import zipfile
from collections.abc import Callable, Mapping
from functools import cache

import xlsxwriter

SHEET = "xl/worksheets/sheet1.xml"
MEGABYTE = 2**20


def book(*sheets: list[list[object]]) -> bytes:
    """A workbook with a sheet of each list of rows."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as made:
        for rows in sheets or ([["region", "impact"], ["36.03", 2.74]],):
            sheet = made.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return content.getvalue()


def changed(
    parts: Mapping[str, bytes] | None = None, *, content: bytes = b"", method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A workbook with parts that are other than they should be."""
    with zipfile.ZipFile(io.BytesIO(content or book())) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()} | dict(parts or {})
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for name, data in kept.items():
            archive.writestr(name, data)
    return written.getvalue()


def sheet(inside: bytes, *, around: bytes = b"<sheetData>%s</sheetData>") -> bytes:
    """A workbook whose sheet holds this XML."""
    return changed({SHEET: b"<worksheet>" + around.replace(b"%s", inside) + b"</worksheet>"})


def shared(texts: bytes) -> bytes:
    """A workbook with these shared texts."""
    return changed({"xl/sharedStrings.xml": b"<sst>" + texts + b"</sst>"})


def damaged(content: bytes, *, packed_by: int) -> bytes:
    """A workbook with a sheet packed by one method, some bytes of which are turned."""
    made = bytearray(changed(content=content, method=packed_by))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        entry = archive.getinfo(SHEET)
        start = entry.header_offset + 30 + len(entry.filename) + 9
    for place in range(start, start + min(40, entry.compress_size - 12)):
        made[place] ^= 0xA5
    return bytes(made)


def claiming(content: bytes, *, size: int) -> bytes:
    """A workbook whose list of parts says another size of each."""
    made = bytearray(content)
    place = made.find(b"PK\x01\x02")
    while place >= 0:
        made[place + 24 : place + 28] = size.to_bytes(4, "little")
        place = made.find(b"PK\x01\x02", place + 4)
    return bytes(made)


def twice(content: bytes) -> bytes:
    """A workbook that has its sheet twice."""
    written = io.BytesIO(content)
    with zipfile.ZipFile(written, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(SHEET, b"<worksheet/>")
    return written.getvalue()


def many_sheets(count: int) -> bytes:
    """A workbook that lists many sheets, all of them one part."""
    with zipfile.ZipFile(io.BytesIO(book())) as archive:
        listed = archive.read("xl/workbook.xml")
    one = b'<sheet name="Sheet1" sheetId="1" r:id="rId1"/>'
    assert one in listed
    more = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="rId1"/>' % (place, place) for place in range(count))
    return changed({"xl/workbook.xml": listed.replace(one, more)})


def many_entries(count: int) -> bytes:
    written = io.BytesIO(book())
    with zipfile.ZipFile(written, "a") as archive:
        for place in range(count):
            archive.writestr(f"xl/media/{place}", b"")
    return written.getvalue()


def overfull(rows: int, columns: int) -> bytes:
    """A workbook with a header and very many cells."""
    return sheet(_header(columns) + (b"<row>" + b"<c><v>1</v></c>" * columns + b"</row>") * rows)


UTF16 = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'.encode(
    "utf-16"
)

COSTLY = "too-costly workbook-too-large"
BROKEN = "broken-workbook"


def _cell(text: bytes) -> bytes:
    return b'<row><c t="inlineStr"><is><t>' + text + b"</t></is></c></row>"


def _header(columns: int) -> bytes:
    cells = b"".join(b'<c t="inlineStr"><is><t>k%d</t></is></c>' % place for place in range(columns))
    return b"<row>" + cells + b"</row>"


def _filled(rows: int, columns: int) -> bytes:
    """Very many cells, with something in them that packs badly, so that the file is not suspicious by its size."""
    row = b"<row>" + b"<c><v>1</v></c>" * columns + b"</row>"
    noise = random.Random(1).randbytes(300_000).hex().encode()
    return sheet(_header(columns) + row * rows + b"<x>" + noise + b"</x>")


def _repeated() -> bytes:
    """A long text that many cells share."""
    texts = b"<sst><si><t>" + b"x" * 32_000 + b"</t></si></sst>"
    cells = (b"<row>" + b'<c t="s"><v>0</v></c>' * 700 + b"</row>") * 2
    return changed(
        {"xl/sharedStrings.xml": texts, SHEET: b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>"}
    )


def _names() -> bytes:
    return sheet(b"".join(b"<a%d/>" % place for place in range(400_000)))


def _attributes() -> bytes:
    return sheet(b"<row " + b"".join(b'a%d="" ' % place for place in range(1_000_000)) + b"/>")


def _unknown_packing() -> bytes:
    made = bytearray(book())
    place = made.find(b"PK\x01\x02")
    while place >= 0:
        made[place + 10] = 9
        place = made.find(b"PK\x01\x02", place + 4)
    return bytes(made)


Hostile = dict[str, tuple[Callable[[], bytes], frozenset[str]]]


def _table(*rows: tuple[str, Callable[[], bytes], str]) -> Hostile:
    return {name: (cache(make), frozenset(codes.split())) for name, make, codes in rows}


WORKBOOKS = _table(
    ("25 million empty rows", lambda: sheet(b"<row/>" * 25_000_000), COSTLY),
    ("25 million short elements", lambda: sheet(b"<a/>" * 25_000_000), COSTLY),
    ("15 million empty cells", lambda: sheet(b"<row>" + b"<c/>" * 15_000_000 + b"</row>"), COSTLY),
    ("2 million filled cells", lambda: _filled(20_000, 100), "too-many-cells too-many-rows"),
    ("2 million filled cells in 111 kB", lambda: overfull(20_000, 100), "too-many-cells too-many-rows " + COSTLY),
    ("short rows under a wide header", lambda: sheet(_header(900) + b"<row><c><v>1</v></c></row>" * 15_000),
     "too-many-cells too-many-rows"),
    ("300 MB of blanks", lambda: changed({SHEET: b" " * 300_000_000}), COSTLY),
    ("99 MB of text in a cell", lambda: sheet(_cell(b"x" * 99_000_000)), COSTLY),
    ("an attribute of 90 MB", lambda: sheet(b'<row r="' + b"1" * 90_000_000 + b'"/>'), COSTLY),
    ("a comment of 90 MB", lambda: sheet(b"<!--" + b"x" * 90_000_000 + b"-->"), COSTLY),
    ("9 million comments", lambda: sheet(b"<!---->" * 9_000_000), COSTLY),
    ("9 million instructions", lambda: sheet(b"<?x y?>" * 9_000_000), COSTLY),
    ("a million attributes", _attributes, COSTLY),
    ("400,000 names", _names, COSTLY),
    ("a depth of 10 million", lambda: sheet(b"<a>" * 10_000_000), COSTLY),
    ("shared texts of 90 MB", lambda: shared(b"<si><t>" + b"x" * 90_000_000 + b"</t></si>"), COSTLY),
    ("15 million empty shared texts", lambda: shared(b"<si/>" * 15_000_000), COSTLY),
    ("4 million shared texts", lambda: shared(b"<si><t>a</t></si>" * 4_000_000), COSTLY),
    ("a long text in every cell", _repeated, COSTLY),
    ("8 million styles", lambda: changed({"xl/styles.xml": b"<s><cellXfs>" + b"<xf/>" * 8_000_000}), COSTLY),
    ("8 million relations", lambda: changed({"xl/_rels/workbook.xml.rels": b"<r>" + b"<R/>" * 8_000_000}), COSTLY),
    ("20,000 parts", lambda: many_entries(20_000), COSTLY),
    ("a far column", lambda: sheet(b'<row r="1"><c r="XFD1"><v>1</v></c></row>'), "sheet-too-large"),
    ("a column that does not exist", lambda: sheet(b'<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>'), BROKEN),
    ("a row of many digits", lambda: sheet(b'<row r="' + b"9" * 100_000 + b'"/>'), BROKEN),
    ("an unknown shared text", lambda: sheet(b'<row><c t="s"><v>999999999999</v></c></row>'), BROKEN),
    ("rows from below", lambda: sheet(b'<row r="2"/><row r="1"/>'), BROKEN),
    ("a document type", lambda: changed({SHEET: b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'}), BROKEN),
    ("a document type in UTF-16", lambda: changed({SHEET: UTF16}), BROKEN),
    ("an open element", lambda: changed({SHEET: b"<worksheet>"}), BROKEN),
    ("a corrupt deflated part", lambda: damaged(book(), packed_by=zipfile.ZIP_DEFLATED), BROKEN),
    ("a corrupt LZMA part", lambda: damaged(book(), packed_by=zipfile.ZIP_LZMA), BROKEN),
    ("a corrupt bzip2 part", lambda: damaged(book(), packed_by=zipfile.ZIP_BZIP2), BROKEN),
    ("a corrupt stored part", lambda: damaged(book(), packed_by=zipfile.ZIP_STORED), BROKEN),
    ("an unknown packing", _unknown_packing, BROKEN),
    ("an archive cut off", lambda: book()[:-200], BROKEN),
    ("sizes that are too small", lambda: claiming(book(), size=3), BROKEN),
    ("a sheet twice", lambda: twice(book()), BROKEN),
)  # fmt: skip

TEXTS = _table(
    ("a line of 18 MB", lambda: b"region\n" + b"x" * 18_000_000, "broken-row"),
    ("18 million separators", lambda: b"," * 18_000_000 + b"x\n1\n", "too-many-columns too-costly"),
    ("an open quotation mark", lambda: b'region\n"' + b"x\n" * 8_000_000, "broken-row"),
    ("9 million rows", lambda: b"region\n" + b"1\n" * 9_000_000, "too-many-rows"),
    ("8 million cells in short rows",
     lambda: b",".join(b"k%d" % place for place in range(900)) + b"\n" + b"1\n" * 9_000,
     "too-many-cells too-many-rows"),
    ("long cells without end", lambda: b"region\n" + (b"y" * 11_000 + b"\n") * 1_600, "long-cell too-many-rows"),
    ("long rows without end", lambda: b"a,b\n" + b"1,2,3\n" * 1_900, "long-row too-many-rows"),
    ("21 MB", lambda: b"x" * 21 * MEGABYTE, "file-too-large"),
    ("not UTF-8", lambda: b"region\n" + b"\xff" * 9_000_000, "encoding"),
    ("NUL characters", lambda: b"region\n" + b"\0" * 9_000_000, "nul-character"),
)  # fmt: skip
