"""Match the columns of a file: by heading in any order and in both languages, or as its owner has chosen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pilar.platform import tables
from pilar.platform.errors import Fault
from pilar.platform.imports.cells import Read, text
from pilar.platform.language import N_, Bilingual, in_both, translate
from pilar.platform.tables import Table, folded, shown

LEFT_OUT = "-"
"""Chosen for a column that says nothing here."""
SAMPLES = 3
_SCALE = re.compile(
    r"\b(?:se)?(?:ribu|ratus|juta|mil[iy]ar|tril[iy]un)(?:an)?\b|\b(?:hundred|thousand|million|billion)s?\b"
    r"|(?<!\d)1?000\b",
    re.IGNORECASE,
)
"""Words of a heading by which its numbers are shorter than what they count."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a file may have.

    ``name``: of its values in a row. ``title``: its heading in the template, a sentence of the catalogue or in both
    languages; ``words``: what else it may be called. ``required``: a file without it is refused; ``filled``: a row
    without a value is. ``figures``: numbers, whose notation the whole column says, none above ``highest``. ``single``:
    it counts ones, so that a heading that says thousands or millions is refused. ``ignored``: there for people.
    ``titled``: where its name stands in a hidden row, people see the title. ``options``, ``example`` and ``remark``
    stand in the template.
    """

    name: str
    title: Bilingual | str
    words: tuple[str, ...] = ()
    read: Read = text
    required: bool = True
    filled: bool = False
    figures: bool = False
    highest: Decimal | None = None
    single: bool = False
    ignored: bool = False
    titled: bool = False
    options: tuple[str, ...] = ()
    example: object = ""
    remark: str = ""

    @property
    def heading(self) -> str:
        """The heading in the reader's language."""
        return translate(self.title) if isinstance(self.title, str) else str(self.title)

    def names(self) -> Iterator[str]:
        """All that it may be called, folded."""
        title = in_both(lambda: self.heading) if isinstance(self.title, str) else self.title
        yield from (folded(word) for word in (self.name, title.id, title.en, *self.words))


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a file: its ``key`` among those chosen, where it stands, some of its cells, and which column of the
    import it is: empty for none yet, ``LEFT_OUT`` for none at all."""

    key: str
    place: tables.Column
    samples: tuple[str, ...]
    column: str = ""

    @property
    def label(self) -> str:
        """The heading with the letter of its column, as the spreadsheet shows them."""
        return str(self.place)


def known_words(columns: Sequence[Column]) -> dict[str, str]:
    """The column that a folded word names; a word of two columns names none, but for the own name of one."""
    counted = Counter(word for column in columns for word in set(column.names()))
    by_word = {word: column.name for column in columns for word in column.names() if counted[word] == 1}
    return by_word | {folded(column.name): column.name for column in columns}


def placed(
    table: Table, columns: Sequence[Column], chosen: Mapping[str, str]
) -> tuple[tuple[Heading, ...], list[tuple[str, Fault]]]:
    """The columns of a table and which they are, with what is wrong with the headings: the label of a column or an
    empty text, and the fault. ``chosen``: what the owner has said of headings, by their keys."""
    known = known_words(columns)
    by_name = {column.name: column for column in columns}
    taken: dict[str, Heading] = {}
    headings: list[Heading] = []
    faults: list[tuple[str, Fault]] = []
    seen: Counter[str] = Counter()
    for column in table.columns:
        if not column.name:
            continue
        word = folded(column.name)
        seen[word] += 1
        key = word if seen[word] == 1 else f"{word} #{seen[word]}"
        name = chosen.get(key, "") or known.get(word, "")
        name = name if name in by_name or name == LEFT_OUT else ""
        filled = (row.cells[column.index] for row in table.rows[:50] if row.cells[column.index] != "")
        samples = tuple(shown(cell) for cell, _ in zip(filled, range(SAMPLES), strict=False))
        meant = by_name.get(name)
        seen_as = replace(column, name=meant.heading) if meant and meant.titled and word == folded(name) else column
        heading = Heading(key, seen_as, samples, name)
        headings.append(heading)
        if not name:
            sentence = N_("“%(given)s” is no column of this file; possible are: %(known)s")
            fields = {"given": shown(column.name), "known": ", ".join(other.heading for other in columns)}
            faults.append((heading.label, Fault("unknown-column", sentence, fields)))
        elif name in taken:
            sentence = N_("The column means the same as column %(earlier)s")
            faults.append((heading.label, Fault("column-twice", sentence, {"earlier": taken[name].label})))
        elif name != LEFT_OUT:
            taken[name] = heading
            if by_name[name].single and (scale := _SCALE.search(column.name)):
                sentence = N_(
                    "The column counts in “%(scale)s”, but single ones are stored: write the whole numbers and take "
                    "the word out of the heading, or leave the column out"
                )
                faults.append((heading.label, Fault("scaled-column", sentence, {"scale": shown(scale[0])})))
    for other in columns:
        if other.required and other.name not in taken:
            sentence = N_("The column “%(name)s” is missing")
            faults.append(("", Fault("missing-column", sentence, {"name": other.heading})))
    return tuple(headings), faults
