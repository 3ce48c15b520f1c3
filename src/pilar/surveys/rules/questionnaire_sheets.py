"""Read a questionnaire from the file that somebody sent, and a workbook as the text that its rows say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pilar.index.reading import document
from pilar.platform.documents import At, Written, entries, quoted, read_workbook, read_yaml, tables_of
from pilar.platform.errors import Fault
from pilar.platform.language import N_, Bilingual
from pilar.platform.sheets import Line, Sheet, both, headings, read_sheets, top_given
from pilar.platform.tables import Table, inspect_by, shown
from pilar.platform.tables.content import ZIP
from pilar.platform.tables.wire import Order
from pilar.surveys.rules.answers import Flag
from pilar.surveys.rules.questionnaire_check import DISTRICTS, FORMAT, check

MAX_ROWS = 2_000
"""The most rows of a sheet."""
MAX_TEXT = 5_000
"""The most characters of a cell."""
GROUPS = "groups"
"""The entry on the sheet of options that is no question: the kinds of respondents."""
BETWEEN = ","
"""Separates the answers of a condition."""

TOP_KEYS: tuple[tuple[str, Bilingual], ...] = (
    ("code", Bilingual("Kode", "Code")),
    ("version", Bilingual("Versi", "Version")),
    ("kind", Bilingual("Jenis", "Kind")),
    *both("title", "Judul", "Title"),
    ("source", Bilingual("Sumber", "Source")),
    *both("purpose", "Tujuan", "Purpose"),
    *both("consent", "Persetujuan", "Consent"),
    ("basis.kind", Bilingual("Dasar: jenis", "Basis: kind")),
    ("basis.number", Bilingual("Dasar: nomor", "Basis: number")),
    ("basis.dated", Bilingual("Dasar: tanggal", "Basis: date")),
    ("basis.title.id", Bilingual("Dasar: judul (Indonesia)", "Basis: title (Indonesian)")),
    ("basis.title.en", Bilingual("Dasar: judul (Inggris)", "Basis: title (English)")),
    ("basis.status", Bilingual("Dasar: status", "Basis: status")),
    ("scale.source", Bilingual("Sumber skala", "Source of the scale")),
    ("profile.source", Bilingual("Sumber data responden", "Source of the profile")),
    ("groups.source", Bilingual("Sumber kelompok responden", "Source of the groups")),
    ("quota.respondents", Bilingual("Responden", "Respondents")),
    ("quota.programmes", Bilingual("Program per pilar", "Programmes of a pillar")),
    ("quota.split_respondents", Bilingual("Responden formulir terpisah", "Respondents of a split form")),
    ("quota.source", Bilingual("Sumber kuota", "Source of the quota")),
    ("quality.fastest_seconds", Bilingual("Detik tercepat per pertanyaan", "Fastest seconds a question")),
    ("quality.straight_from", Bilingual("Nilai sama mulai dari", "Same value from")),
    *((f"quality.weights.{flag}", Bilingual(f"Bobot {flag}, %", f"Weight of {flag}, %")) for flag in Flag),
    ("quality.source", Bilingual("Sumber mutu jawaban", "Source of the quality")),
    ("satisfaction.law", Bilingual("Peraturan tentang mutu", "Law of the bands")),
    ("satisfaction.since", Bilingual("Berlaku sejak tahun", "Since the year")),
    ("satisfaction.factor", Bilingual("Faktor", "Factor")),
    ("satisfaction.printed_weight", Bilingual("Bobot unsur yang dicetak", "Printed weight of an element")),
    ("satisfaction.source", Bilingual("Sumber indeks kepuasan", "Source of the satisfaction index")),
)
CODE = ("code", Bilingual("Kode", "Code"))
REQUIRED = ("required", Bilingual("Wajib dijawab", "Must be answered"))
FLAGS = frozenset({"required"})
TOP = Sheet(Bilingual("Kuesioner", "Questionnaire"), (
    ("key", Bilingual("Isian", "Field")), ("value", Bilingual("Isi", "Content")),
    ("remark", Bilingual("Keterangan", "Remark")),
), fields=TOP_KEYS, days=frozenset({"basis.dated", "remark"}),
    shares=frozenset({"satisfaction.printed_weight"}))  # fmt: skip
SCALE = Sheet(Bilingual("Skala", "Scale"), (("value", Bilingual("Nilai", "Value")), *both("title", "Arti", "Meaning")))
PROFILE = Sheet(Bilingual("Data responden", "Profile"), (
    CODE, *both("title", "Pertanyaan", "Question"), REQUIRED,
    ("options", Bilingual("Jawaban", "Answers")),
    *both("outside", "Di luar daerah", "Outside the region"),
), FLAGS)  # fmt: skip
PAGES = Sheet(Bilingual("Halaman", "Pages"), (CODE, *both("title", "Judul", "Title")))
ITEMS = Sheet(Bilingual("Pertanyaan", "Questions"), (
    ("page", Bilingual("Halaman", "Page")), CODE,
    ("kind", Bilingual("Cara menjawab", "How it is answered")),
    *both("title", "Pertanyaan", "Question"),
    *both("name", "Nama", "Name"),
    REQUIRED,
    ("when.item", Bilingual("Hanya sesudah pertanyaan", "Only after the question")),
    ("when.values", Bilingual("dengan jawaban", "with the answers")),
), FLAGS)  # fmt: skip
OPTIONS = Sheet(Bilingual("Pilihan", "Options"), (
    ("of", Bilingual("Pertanyaan", "Question")), CODE, *both("title", "Jawaban", "Answer"),
))  # fmt: skip
BANDS = Sheet(Bilingual("Mutu", "Bands"), (
    CODE, ("from", Bilingual("Mulai dari", "From")), *both("title", "Arti", "Meaning"),
))  # fmt: skip
SHEETS = (TOP, SCALE, PROFILE, PAGES, ITEMS, OPTIONS, BANDS)


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the file with the row it comes from: a text, a mapping or a list."""

    at: At
    value: str | dict[str, Node] | list[Node]


def written(tables: Mapping[str, Table]) -> Written:
    """Convert the sheets of a workbook, by their names, to a questionnaire file."""
    made, rows_of = read_sheets(tables, SHEETS, needed=(TOP, SCALE, PROFILE, PAGES, ITEMS))
    if not made.faults:
        _Document(made, rows_of).whole()
    return made


class _Document:
    """Collects the rows of a workbook into one file."""

    def __init__(self, made: Written, rows_of: Mapping[str, Sequence[Line]]) -> None:
        self.made, self.found = made, rows_of
        self.options: dict[str, list[Line]] = defaultdict(list)
        for at, row in self._rows(OPTIONS):
            self.options[row.get("of", "")].append((at, {key: value for key, value in row.items() if key != "of"}))

    def whole(self) -> None:
        made, rows = self.made, self._rows(TOP)
        start = At(rows[0][0].sheet, 1)
        top: dict[str, Node] = {"format": Node(start, FORMAT)}
        for key, (at, text) in top_given(made, rows, TOP).items():
            _put(top, key.split("."), Node(at, text))
        self._list(top, ("scale", "labels"), self._rows(SCALE))
        fields = [self._field(at, row) for at, row in self._rows(PROFILE)]
        _put(top, ["profile", "fields"], Node(fields[0].at, list(fields)))
        groups = self.options.pop(GROUPS, [])
        if groups:
            self._list(top, (GROUPS, "list"), groups)
        self._list(top, ("satisfaction", "bands"), self._rows(BANDS))
        self._sections(top)
        for of, left in self.options.items():
            sentence = N_("There is no question with the code “%(code)s”")
            made.faults.append((left[0][0], Fault("unknown-code", sentence, {"code": shown(of)})))
        _say(made, 0, top)

    def _rows(self, sheet: Sheet) -> Sequence[Line]:
        return self.found.get(sheet.name.en, ())

    def _field(self, at: At, row: dict[str, str]) -> Node:
        node = _mapping(at, row)
        self.made.codes.append((row.get("code", ""), at))
        if row.get("options") != DISTRICTS:
            self._choices(node, row)
        return node

    def _sections(self, top: dict[str, Node]) -> None:
        below: dict[str, list[Node]] = {row.get("code", ""): [] for _at, row in self._rows(PAGES)}
        for at, row in self._rows(ITEMS):
            page = row.pop("page", "")
            if page not in below:
                sentence = N_("There is no page with the code “%(code)s” on the sheet “%(sheet)s”")
                fields = {"code": shown(page), "sheet": str(PAGES.name)}
                self.made.faults.append((at, Fault("unknown-page", sentence, fields)))
                continue
            self.made.codes.append((row.get("code", ""), at))
            values = [word.strip() for word in row.pop("when.values", "").split(BETWEEN)]
            node = _mapping(at, row)
            if values != [""]:
                _put(node.value, ["when", "values"], Node(at, [Node(at, text) for text in values]))  # type: ignore[arg-type]  # a mapping
            self._choices(node, row)
            below[page].append(node)
        sections = []
        for at, row in self._rows(PAGES):
            node = _mapping(at, row)
            _put(node.value, ["items"], Node(at, list(below.pop(row.get("code", ""), []))))  # type: ignore[arg-type]  # a mapping
            sections.append(node)
        top["sections"] = Node(sections[0].at, list(sections))

    def _choices(self, node: Node, row: Mapping[str, str]) -> None:
        options = self.options.pop(row.get("code", ""), [])
        if options:
            listed = [_mapping(at, option) for at, option in options]
            _put(node.value, ["options"], Node(options[0][0], list(listed)))  # type: ignore[arg-type]  # a mapping

    def _list(self, top: dict[str, Node], path: Sequence[str], rows: Sequence[Line]) -> None:
        if rows:
            listed = [_mapping(at, row) for at, row in rows]
            _put(top, list(path), Node(rows[0][0], list(listed)))


def _mapping(at: At, row: Mapping[str, str]) -> Node:
    """Convert a row to a mapping; dotted keys become nested mappings."""
    made: dict[str, Node] = {}
    for key, text in row.items():
        _put(made, key.split("."), Node(at, text))
    return Node(at, made)


def _put(top: dict[str, Node], path: Sequence[str], node: Node) -> None:
    first, *rest = path
    if not rest:
        top[first] = node
        return
    inner = top.setdefault(first, Node(node.at, {}))
    if isinstance(inner.value, dict):
        _put(inner.value, rest, node)


def _say(made: Written, depth: int, said: Mapping[str, Node]) -> None:
    for key, node in said.items():
        match node.value:
            case str():
                made.say(depth, f"{key}: {quoted(node.value)}", node.at)
            case dict():
                made.say(depth, f"{key}:", node.at)
                _say(made, depth + 1, node.value)
            case list() if not node.value:
                made.say(depth, f"{key}: []", node.at)
            case list():
                made.say(depth, f"{key}:", node.at)
                for text in node.value:
                    if isinstance(text.value, dict):
                        made.say(depth + 1, "-", text.at)
                        _say(made, depth + 2, text.value)
                    elif isinstance(text.value, str):
                        made.say(depth + 1, f"- {quoted(text.value)}", text.at)


def inspect_questionnaire(name: str, content: bytes) -> list[Table]:
    """Read the file in a separate process; ``platform.documents.sent`` explains its tables.

    Raises Faults.
    """
    return inspect_by(read_questionnaire_file, name, content, most_rows=MAX_ROWS, longest_cell=MAX_TEXT)


def read_questionnaire_file(order: Order, content: bytes) -> list[Table]:
    """Return the tables of a file. Raises Faults unless it is YAML or a readable workbook."""
    if content.startswith(ZIP):
        return tables_of(read_workbook(order, content, written, check, headings(SHEETS)))
    return tables_of(read_yaml(order, content, check, _lines))


def _lines(root: document.Value) -> Iterator[tuple[str, At]]:
    """Yield the line of each question."""
    top = dict(entries(root))
    profile = dict(entries(top["profile"]))
    for listed in (profile["fields"], *(dict(entries(item))["items"] for item in _items(top["sections"]))):
        for item in _items(listed):
            code = dict(entries(item))["code"]
            if isinstance(code, document.Scalar):
                yield code.text or "", At("", code.line)


def _items(value: document.Value) -> list[document.Value]:
    return value.items if isinstance(value, document.Sequence) else []
