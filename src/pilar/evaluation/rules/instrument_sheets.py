"""An instrument as a workbook: its sheets, the text of the instrument file that their rows hold, and a sent file (YAML
or workbook), read in a process of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pilar import index
from pilar.index.reading import document
from pilar.platform.documents import At, Read, Written, entries, quoted, read_workbook, read_yaml, tables_of
from pilar.platform.errors import Fault
from pilar.platform.language import N_, Bilingual
from pilar.platform.sheets import Line, Sheet, both, headings, read_sheets, top_given
from pilar.platform.tables import Table, inspect_by, shown
from pilar.platform.tables.content import ZIP
from pilar.platform.tables.wire import Order

MAX_ROWS = 2_000
"""Of a sheet."""
MAX_TEXT = 5_000
"""Characters of a cell."""
MAX_DEPTH = 20


def _told(key: str, indonesian: str, english: str) -> tuple[tuple[str, Bilingual], ...]:
    """A text in both languages with its source."""
    source = Bilingual(f"Sumber {indonesian.lower()}", f"Source of {english.lower()}")
    return (*both(key, indonesian, english), (f"{key}.source", source))


TOP_KEYS: tuple[tuple[str, Bilingual], ...] = (
    ("code", Bilingual("Kode", "Code")),
    ("version", Bilingual("Versi", "Version")),
    *both("title", "Judul", "Title"),
    ("year", Bilingual("Tahun", "Year")),
    ("status", Bilingual("Pencocokan dengan hasil terbit", "Match with published results")),
    ("source", Bilingual("Sumber aturan", "Source of the rules")),
    *both("note", "Catatan", "Note"),
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
), fields=TOP_KEYS, days=frozenset({"basis.dated", "remark"}))  # fmt: skip
TREE = Sheet(Bilingual("Indikator", "Indicators"), (
    ("code", Bilingual("Kode", "Code")),
    ("parent", Bilingual("Bagian dari", "Part of")),
    *both("title", "Nama", "Name"),
    ("weight", Bilingual("Bobot", "Weight")),
    ("mark", Bilingual("Cara nilai", "Kind of mark")),
    *both("question", "Pertanyaan", "Question"),
    *both("guidance", "Panduan", "Guidance"),
    *both("examples", "Contoh", "Examples"),
    *_told("evidence", "Bukti dukung", "Evidence"),
    *_told("meaning", "Arti", "Meaning"),
    *both("note", "Catatan", "Note"),
    ("source", Bilingual("Sumber", "Source")),
    ("not_applicable", Bilingual("Boleh tidak berlaku", "May be not applicable")),
    ("aggregation", Bilingual("Rata-rata", "Mean")),
    ("power", Bilingual("Pangkat", "Power")),
    ("missing", Bilingual("Bila kosong", "When blank")),
    ("minimum_share", Bilingual("Bagian terisi paling sedikit", "Least share filled")),
    ("weights_source", Bilingual("Sumber bobot bagiannya", "Source of the weights below")),
    ("aggregation_source", Bilingual("Sumber rata-rata", "Source of the mean")),
    ("missing_source", Bilingual("Sumber bila kosong", "Source of when blank")),
), shares=frozenset({"minimum_share"}))  # fmt: skip
MARKS = Sheet(Bilingual("Cara nilai", "Kinds of mark"), (
    ("name", Bilingual("Nama", "Name")),
    ("kind", Bilingual("Jenis", "Kind")),
    ("source", Bilingual("Sumber", "Source")),
    *both("unit", "Satuan", "Unit"),
    ("minimum", Bilingual("Terendah", "Lowest")),
    ("maximum", Bilingual("Tertinggi", "Highest")),
    ("value", Bilingual("Nilai", "Mark")),
    ("from", Bilingual("Dari", "From")),
    ("to", Bilingual("Sampai di bawah", "To below")),
    *both("title", "Arti nilai", "Meaning of the mark"),
))  # fmt: skip
DESCRIPTORS = Sheet(Bilingual("Uraian nilai", "Descriptors"), (
    ("code", Bilingual("Kode indikator", "Code of the indicator")),
    ("value", Bilingual("Nilai", "Mark")),
    ("id", Bilingual("Uraian (Indonesia)", "Description (Indonesian)")),
    ("en", Bilingual("Uraian (Inggris)", "Description (English)")),
))  # fmt: skip
PREDICATES = Sheet(Bilingual("Predikat", "Predicates"), (
    ("code", Bilingual("Kode", "Code")),
    *both("title", "Nama", "Name"),
    ("title_source", Bilingual("Sumber nama", "Source of the name")),
    ("from", Bilingual("Dari", "From")),
    ("from_source", Bilingual("Sumber batas", "Source of the threshold")),
))  # fmt: skip
SHEETS = (TOP, TREE, MARKS, DESCRIPTORS, PREDICATES)
LEVELS, BANDS = "level", ("band", "ratio")


def written(tables: Mapping[str, Table]) -> Written:
    """The instrument file that the sheets of a workbook say, by their names."""
    made, rows_of = read_sheets(tables, SHEETS, needed=(TOP, TREE))
    if not made.faults:
        _document(made, rows_of)
    return made


def _document(made: Written, rows_of: Mapping[str, Sequence[Line]]) -> None:
    top = rows_of[TOP.name.en]
    start = At(top[0][0].sheet, 1)
    made.say(0, "format: 1", start)
    given = top_given(made, top, TOP)
    blocks: dict[str, At] = {}
    # What lies in one mapping follows each other, in whatever order it stands in the sheet.
    for key in sorted(given, key=lambda row: row.split(".")[:-1]):
        at, value = given[key]
        *above, last = key.split(".")
        for depth in range(len(above)):
            block = ".".join(above[: depth + 1])
            if block not in blocks:
                blocks[block] = at
                made.say(depth, f"{above[depth]}:", at)
        made.say(len(above), f"{last}: {quoted(value)}", at)
    _predicates(made, rows_of.get(PREDICATES.name.en, ()))
    kinds = _kinds(rows_of.get(MARKS.name.en, ()))
    if kinds:
        made.say(0, "marks:", kinds[0][1][0][0])
    for name, rows in kinds:
        _kind(made, name, rows)
    descriptors: dict[str, list[Line]] = defaultdict(list)
    for at, row in rows_of.get(DESCRIPTORS.name.en, ()):
        descriptors[row.pop("code", "")].append((at, row))
    _tree(made, rows_of[TREE.name.en], descriptors)
    for code, rows in descriptors.items():
        sentence = N_("There is no row with the code “%(code)s” on the sheet “%(sheet)s”")
        fields = {"code": shown(code), "sheet": str(TREE.name)}
        made.faults.append((rows[0][0], Fault("unknown-code", sentence, fields)))


def _predicates(made: Written, rows: Sequence[Line]) -> None:
    if rows:
        made.say(0, "predicates:", rows[0][0])
    for at, row in rows:
        made.say(1, "-", at)
        made.mapping(2, row, at)


def _kinds(rows: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """The rows of each kind of mark: those after a name, until the next one."""
    kinds: list[tuple[str, list[Line]]] = []
    for at, row in rows:
        name = row.pop("name", "")
        if not kinds or (name and name != kinds[-1][0]):
            kinds.append((name, []))
        kinds[-1][1].append((at, row))
    return kinds


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
    for at, row in (left_over for left in below.values() for left_over in left):
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


def inspect_instrument(name: str, content: bytes) -> list[Table]:
    """Have the file read by a process of its own; ``platform.documents.sent`` says what its tables mean.

    Raises Faults.
    """
    return inspect_by(read_instrument_file, name, content, most_rows=MAX_ROWS, longest_cell=MAX_TEXT)


def read_instrument_file(order: Order, content: bytes) -> list[Table]:
    """The tables of a file. Raises Faults for what is neither YAML nor a workbook that can be read."""
    if content.startswith(ZIP):
        return tables_of(_workbook(order, content))
    return tables_of(read_yaml(order, content, lambda text: index.check_instrument(text, ""), _lines))


def _workbook(order: Order, content: bytes) -> Read:
    text, places, misfits = read_workbook(
        order, content, written, lambda said: index.check_instrument(said, ""), headings(SHEETS)
    )
    return "" if misfits else index.instrument_text(index.parse_instrument(text)), places, misfits


def _lines(root: document.Value) -> Iterator[tuple[str, At]]:
    """The line of each node of an instrument."""
    waiting = [value for key, value in entries(root) if key == "tree"]
    while waiting:
        node = waiting.pop()
        for key, value in entries(node):
            if key == "code" and isinstance(value, document.Scalar):
                yield value.text or "", At("", value.line)
            if key == "children" and isinstance(value, document.Sequence):
                waiting += value.items
