"""An instrument as a workbook: its sheets, and the text of the instrument file that their rows say."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pilar import index
from pilar.platform.documents import At
from pilar.platform.errors import Fault
from pilar.platform.language import N_, Bilingual
from pilar.platform.tables import Cell, Percent, Table, folded, shown

MAX_ROWS = 2_000
"""Of a sheet."""
MAX_TEXT = 5_000
"""Characters of a cell."""
MAX_DEPTH = 20
BREAKS = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029", "\x7f": "\\u007f"}
"""Signs that a quoted text of YAML spells out."""


def _both(key: str, indonesian: str, english: str) -> tuple[tuple[str, Bilingual], ...]:
    """The two columns of a text in both languages."""
    return (
        (f"{key}.id", Bilingual(f"{indonesian} (Indonesia)", f"{english} (Indonesian)")),
        (f"{key}.en", Bilingual(f"{indonesian} (Inggris)", f"{english} (English)")),
    )


def _told(key: str, indonesian: str, english: str) -> tuple[tuple[str, Bilingual], ...]:
    """A text in both languages with its source."""
    source = Bilingual(f"Sumber {indonesian.lower()}", f"Source of {english.lower()}")
    return (*_both(key, indonesian, english), (f"{key}.source", source))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with its columns: the dotted key of each in the instrument file, and its heading."""

    name: Bilingual
    columns: tuple[tuple[str, Bilingual], ...]

    @property
    def words(self) -> dict[str, str]:
        """The key of a column by each heading that is understood."""
        return {folded(one): key for key, heading in self.columns for one in (heading.id, heading.en, key)}


TOP_KEYS: tuple[tuple[str, Bilingual], ...] = (
    ("code", Bilingual("Kode", "Code")),
    ("version", Bilingual("Versi", "Version")),
    *_both("title", "Judul", "Title"),
    ("year", Bilingual("Tahun", "Year")),
    ("status", Bilingual("Pencocokan dengan hasil terbit", "Match with published results")),
    ("source", Bilingual("Sumber aturan", "Source of the rules")),
    *_both("note", "Catatan", "Note"),
    ("basis.kind", Bilingual("Dasar: jenis", "Basis: kind")),
    ("basis.number", Bilingual("Dasar: nomor", "Basis: number")),
    ("basis.dated", Bilingual("Dasar: tanggal", "Basis: date")),
    ("basis.title.id", Bilingual("Dasar: judul (Indonesia)", "Basis: title (Indonesian)")),
    ("basis.title.en", Bilingual("Dasar: judul (Inggris)", "Basis: title (English)")),
    ("basis.status", Bilingual("Dasar: status", "Basis: status")),
    ("scale.minimum", Bilingual("Skala: terendah", "Scale: lowest")),
    ("scale.minimum_source", Bilingual("Skala: sumber terendah", "Scale: source of the lowest")),
    ("scale.maximum", Bilingual("Skala: tertinggi", "Scale: highest")),
    ("scale.maximum_source", Bilingual("Skala: sumber tertinggi", "Scale: source of the highest")),
    ("decimals", Bilingual("Angka desimal", "Decimals")),
    ("rounding", Bilingual("Pembulatan", "Rounding")),
    ("rounding_source", Bilingual("Sumber pembulatan", "Source of the rounding")),
    ("ties", Bilingual("Nilai sama", "Ties")),
    ("ties_source", Bilingual("Sumber nilai sama", "Source of the ties")),
)
TOP = Sheet(Bilingual("Instrumen", "Instrument"), (
    ("key", Bilingual("Isian", "Field")), ("value", Bilingual("Isi", "Content")),
    ("remark", Bilingual("Keterangan", "Remark")),
))  # fmt: skip
TREE = Sheet(Bilingual("Indikator", "Indicators"), (
    ("code", Bilingual("Kode", "Code")),
    ("parent", Bilingual("Bagian dari", "Part of")),
    *_both("title", "Nama", "Name"),
    ("weight", Bilingual("Bobot", "Weight")),
    ("mark", Bilingual("Cara nilai", "Kind of mark")),
    *_both("question", "Pertanyaan", "Question"),
    *_both("guidance", "Panduan", "Guidance"),
    *_both("examples", "Contoh", "Examples"),
    *_told("evidence", "Bukti dukung", "Evidence"),
    *_told("meaning", "Arti", "Meaning"),
    *_both("note", "Catatan", "Note"),
    ("source", Bilingual("Sumber", "Source")),
    ("not_applicable", Bilingual("Boleh tidak berlaku", "May be not applicable")),
    ("aggregation", Bilingual("Rata-rata", "Mean")),
    ("power", Bilingual("Pangkat", "Power")),
    ("missing", Bilingual("Bila kosong", "When blank")),
    ("minimum_share", Bilingual("Bagian terisi paling sedikit", "Least share filled")),
    ("weights_source", Bilingual("Sumber bobot bagiannya", "Source of the weights below")),
    ("aggregation_source", Bilingual("Sumber rata-rata", "Source of the mean")),
    ("missing_source", Bilingual("Sumber bila kosong", "Source of when blank")),
))  # fmt: skip
MARKS = Sheet(Bilingual("Cara nilai", "Kinds of mark"), (
    ("name", Bilingual("Nama", "Name")),
    ("kind", Bilingual("Jenis", "Kind")),
    ("source", Bilingual("Sumber", "Source")),
    *_both("unit", "Satuan", "Unit"),
    ("minimum", Bilingual("Terendah", "Lowest")),
    ("maximum", Bilingual("Tertinggi", "Highest")),
    ("value", Bilingual("Nilai", "Mark")),
    ("from", Bilingual("Dari", "From")),
    ("to", Bilingual("Sampai di bawah", "To below")),
    *_both("title", "Arti nilai", "Meaning of the mark"),
))  # fmt: skip
DESCRIPTORS = Sheet(Bilingual("Uraian nilai", "Descriptors"), (
    ("code", Bilingual("Kode indikator", "Code of the indicator")),
    ("value", Bilingual("Nilai", "Mark")),
    ("id", Bilingual("Uraian (Indonesia)", "Description (Indonesian)")),
    ("en", Bilingual("Uraian (Inggris)", "Description (English)")),
))  # fmt: skip
PREDICATES = Sheet(Bilingual("Predikat", "Predicates"), (
    ("code", Bilingual("Kode", "Code")),
    *_both("title", "Nama", "Name"),
    ("title_source", Bilingual("Sumber nama", "Source of the name")),
    ("from", Bilingual("Dari", "From")),
    ("from_source", Bilingual("Sumber batas", "Source of the threshold")),
))  # fmt: skip
SHEETS = (TOP, TREE, MARKS, DESCRIPTORS, PREDICATES)
LEVELS, BANDS = "level", ("band", "ratio")


Line = tuple[At, dict[str, str]]
"""A row: what its cells say, by the keys of its columns; what is blank is left out."""


@dataclass
class Written:
    """The text of an instrument file that a workbook says, and where each of its lines comes from."""

    lines: list[str] = field(default_factory=list)
    origins: list[At] = field(default_factory=list)
    codes: list[tuple[str, At]] = field(default_factory=list)
    faults: list[tuple[At, Fault]] = field(default_factory=list)

    def say(self, depth: int, text: str, at: At) -> None:
        """Add a line."""
        self.lines.append("  " * depth + text)
        self.origins.append(at)

    def mapping(self, depth: int, said: Mapping[str, str], at: At) -> None:
        """Add the keys of a mapping; dotted ones lie in mappings of their own."""
        inner: dict[str, dict[str, str]] = defaultdict(dict)
        for key, value in said.items():
            first, dot, rest = key.partition(".")
            if dot:
                inner[first][rest] = value
            else:
                self.say(depth, f"{first}: {quoted(value)}", at)
        for key, values in inner.items():
            self.say(depth, f"{key}:", at)
            self.mapping(depth + 1, values, at)


def written(tables: Mapping[str, Table]) -> Written:
    """The instrument file that the sheets of a workbook say, by their names."""
    made = Written()
    sheets = {word: one for one in SHEETS for word in (folded(one.name.id), folded(one.name.en))}
    found: dict[str, list[Line]] = {}
    for name, table in tables.items():
        sheet = sheets.get(folded(name))
        if sheet is None:
            continue
        made.faults += [(At(name, 0), fault) for fault in table.faults]
        found[sheet.name.en] = _lines(sheet, name, table, made)
    for sheet in (TOP, TREE):
        if sheet.name.en not in found:
            sentence = N_("The workbook has no sheet “%(sheet)s” with rows")
            made.faults.append((At("", 0), Fault("no-such-sheet", sentence, {"sheet": str(sheet.name)})))
    if not made.faults:
        _document(made, found)
    return made


def quoted(text: str) -> str:
    """A text as YAML, whatever stands in it."""
    said = json.dumps(text, ensure_ascii=False)
    for sign, spelled in BREAKS.items():
        said = said.replace(sign, spelled)
    return said


def _lines(sheet: Sheet, name: str, table: Table, made: Written) -> list[Line]:
    words, known = sheet.words, {}
    for column in table.columns:
        key = words.get(folded(column.name))
        if key is not None and key not in known:
            known[key] = column.index
        elif column.name:
            sentence = N_("There is no column “%(column)s” here, or it stands here twice")
            fault = Fault("unknown-column", sentence, {"column": shown(column.name)})
            made.faults.append((At(name, table.header_row), fault))
    return [
        (At(name, row.number), {key: text for key, at in known.items() if (text := said(row.cells[at]))})
        for row in table.rows
    ]


def said(cell: Cell) -> str:
    """What a cell says, as an instrument file would."""
    match cell:
        case bool():
            return "true" if cell else ""
        case Percent():
            return f"{cell.value:f}"
        case Decimal():
            return f"{cell:f}"
        case dt.datetime():
            return cell.date().isoformat()
        case dt.date() | dt.time():
            return cell.isoformat()
    return str(cell).strip()


def _document(made: Written, found: Mapping[str, Sequence[Line]]) -> None:
    top = found[TOP.name.en]
    start = At(top[0][0].sheet, 1)
    made.say(0, "format: 1", start)
    _top(made, top)
    _predicates(made, found.get(PREDICATES.name.en, ()))
    kinds = _kinds(found.get(MARKS.name.en, ()))
    if kinds:
        made.say(0, "marks:", kinds[0][1][0][0])
    for name, rows in kinds:
        _kind(made, name, rows)
    descriptors: dict[str, list[Line]] = defaultdict(list)
    for at, row in found.get(DESCRIPTORS.name.en, ()):
        descriptors[row.pop("code", "")].append((at, row))
    _tree(made, found[TREE.name.en], descriptors)
    for code, rows in descriptors.items():
        sentence = N_("There is no row with the code “%(code)s” on the sheet “%(sheet)s”")
        fields = {"code": shown(code), "sheet": str(TREE.name)}
        made.faults.append((rows[0][0], Fault("unknown-code", sentence, fields)))


def _top(made: Written, rows: Sequence[Line]) -> None:
    words = {folded(one): key for key, label in TOP_KEYS for one in (label.id, label.en, key)}
    given: dict[str, tuple[At, str]] = {}
    for at, row in rows:
        named = row.get("key", "")
        key = words.get(folded(named))
        if key is None or key in given:
            sentence = N_("“%(name)s” is no field here, or stands here twice")
            made.faults.append((at, Fault("unknown-field", sentence, {"name": shown(named)})))
        elif "value" in row:
            given[key] = (at, row["value"])
    blocks: dict[str, At] = {}
    # What lies in one mapping follows each other, in whatever order it stands in the sheet.
    for key in sorted(given, key=lambda one: one.split(".")[:-1]):
        at, value = given[key]
        *above, last = key.split(".")
        for depth in range(len(above)):
            block = ".".join(above[: depth + 1])
            if block not in blocks:
                blocks[block] = at
                made.say(depth, f"{above[depth]}:", at)
        made.say(len(above), f"{last}: {quoted(value)}", at)


def _predicates(made: Written, rows: Sequence[Line]) -> None:
    if rows:
        made.say(0, "predicates:", rows[0][0])
    for at, row in rows:
        made.say(1, "-", at)
        made.mapping(2, row, at)


def _kinds(rows: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """The rows of each kind of mark: those after a name, until the next one."""
    found: list[tuple[str, list[Line]]] = []
    for at, row in rows:
        name = row.pop("name", "")
        if not found or (name and name != found[-1][0]):
            found.append((name, []))
        found[-1][1].append((at, row))
    return found


def _kind(made: Written, name: str, rows: Sequence[Line]) -> None:
    at, first = rows[0]
    kind = first.get("kind", "")
    listed = ("value", "title.id", "title.en") if kind == LEVELS else ("from", "to", "value") if kind in BANDS else ()
    said_once = {key: value for key, value in first.items() if key not in listed}
    made.say(1, f"{quoted(name)}:", at)
    made.mapping(2, said_once, at)
    if listed:
        made.say(2, "levels:" if kind == LEVELS else "bands:", at)
    for place, row in rows if listed else ():
        made.say(3, "-", place)
        # What is filled down stands in the first row already; anything else has no place here, and the reader says so.
        mine = {key: value for key, value in row.items() if key in listed or said_once.get(key) != value}
        made.mapping(4, mine, place)


def _tree(made: Written, rows: Sequence[Line], descriptors: dict[str, list[Line]]) -> None:
    below: dict[str, list[Line]] = defaultdict(list)
    known = {row.get("code", "") for _at, row in rows}
    for at, row in rows:
        above = row.pop("parent", "")
        if above and above not in known:
            sentence = N_("There is no row with the code “%(code)s” on the sheet “%(sheet)s”")
            fields = {"code": shown(above), "sheet": str(TREE.name)}
            made.faults.append((at, Fault("unknown-code", sentence, fields)))
        else:
            below[above].append((at, row))
    roots = below.pop("", [])
    for at, row in roots[1:]:
        fields = {"code": shown(row.get("code", "")), "root": index.ROOT}
        sentence = N_("“%(code)s” is part of nothing: only the row of %(root)s stands without a part above")
        made.faults.append((at, Fault("second-root", sentence, fields)))
    if roots:
        made.say(0, "tree:", roots[0][0])
        _node(made, 0, roots[0], below, descriptors)
    for at, row in (one for left in below.values() for one in left):
        sentence = N_("“%(code)s” does not hang from %(root)s: what it is part of is part of itself, or lies too deep")
        fields = {"code": shown(row.get("code", "")), "root": index.ROOT}
        made.faults.append((at, Fault("outside-tree", sentence, fields)))


def _node(
    made: Written, depth: int, line: Line, below: dict[str, list[Line]], descriptors: dict[str, list[Line]]
) -> None:
    at, row = line
    code = row.get("code", "")
    made.codes.append((code, at))
    made.mapping(depth + 1, row, at)
    texts = descriptors.pop(code, ())
    if texts:
        made.say(depth + 1, "descriptors:", texts[0][0])
    for place, text in texts:
        made.say(depth + 2, "-", place)
        made.mapping(depth + 3, text, place)
    # Of two rows with one code the first has the parts; the reader says that it stands here twice.
    parts = below.pop(code, ()) if code and depth <= 2 * MAX_DEPTH else ()
    if parts:
        made.say(depth + 1, "children:", parts[0][0])
    for part in parts:
        made.say(depth + 2, "-", part[0])
        _node(made, depth + 2, part, below, descriptors)
