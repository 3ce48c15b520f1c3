"""Import programmes from a region's own list: set the meanings of its columns and words, then check, then store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from pilar.design.imports import ImportPage, look_then_store
from pilar.masterplan import operations, queries
from pilar.masterplan.imports import Lists
from pilar.masterplan.operations import SaidWord, WordKind
from pilar.masterplan.pages.frame import framed
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import FUND_NAMES
from pilar.masterplan.rules.list_columns import LEFT_OUT
from pilar.masterplan.rules.list_headings import Laid, likeness
from pilar.masterplan.rules.list_reading import read_list
from pilar.masterplan.rules.list_words import MAX_WORD, likely_office
from pilar.people.rules import Standing
from pilar.people.views import answer
from pilar.platform.errors import Faults
from pilar.platform.imports import keeping
from pilar.platform.imports.kept import Kept
from pilar.platform.imports.states import NotConfirmable, State
from pilar.platform.language import translate
from pilar.platform.tables import Table, folded, shown
from pilar.platform.tables.table import letter_of

MAX_WORDS = 200
"""The most words asked about at once; further ones follow after these."""
MAX_LABEL = 80
MAX_SHOWN, MAX_BELOW = 16, 6
"""The first rows of a file that are shown: altogether, and below its headings."""
Choice = tuple[str, str, bool]
"""Value, text, and whether it is selected."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A heading or a word of a list, and its possible meanings. ``proposed``: nobody has confirmed the meaning yet."""

    name: str
    word: str
    label: str
    samples: tuple[str, ...]
    choices: tuple[Choice, ...]
    proposed: bool


@answer
def imports(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Import a list: upload, set the meanings of columns and words, check, store."""
    importer = Lists(by, key, now)
    faults: list[str] = []
    refused_as = 0
    if request.method == "POST" and "say" in request.POST:
        given = request.POST
        imported = int(given["import"]) if given.get("import", "").isdecimal() and len(given["import"]) < 19 else 0
        try:
            operations.say_list_words(by=by, version=key, said=list(_said(importer, imported, given)))
            keeping.choose(Lists(by, key, now), key=imported, chosen={})
            return redirect(f"{request.path}?import={imported}#import")
        except Faults as refused:
            faults, refused_as = [fault.text() for fault in refused.faults], refused.status
        except NotConfirmable as refused:
            faults, refused_as = [refused.text()], refused.status
        request.method = "GET"
    page = ImportPage(
        done=reverse("masterplan:proposals", args=[key]),
        label=_("List of programmes"),
        hint=_("XLSX or CSV as it is, with titles, merged headings and totals. Of a workbook the first sheet is read."),
        listed=True,
    )

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        shown_import = context["import"] | {"headings": [], "unplaced": False}
        shown_import["faults"] = [*faults, *shown_import["faults"]]
        asked = _asked(Lists(by, key, now), shown_import["kept"])
        context = {"import": shown_import, "list": asked}
        return framed(
            request, importer.version, "proposals", "masterplan/proposals/list_imports.html", context,
            status=refused_as or status,
        )  # fmt: skip

    return look_then_store(request, importer, page, draw)


def _asked(importer: Lists, kept: Kept | None) -> dict[str, Any] | None:
    """Return the questions of the page about a waiting file: its first rows, its columns and its words."""
    tables = keeping.tables(importer, kept.key) if kept is not None and kept.state is State.CHECKED else []
    if not tables:
        return None
    laid = importer.laid_out(tables[0])
    listed = read_list(laid, importer.known)
    offices = queries.office_names(importer.version.plan.region)
    open_offices = {key: offices[key] for key in importer.book.frame.offices}
    columns = tuple(_columns(importer, laid))
    told = importer.words
    offered = (
        _words(WordKind.OFFICE, listed.offices, told.of(WordKind.OFFICE), _offices(importer, open_offices)),
        _words(WordKind.PART, listed.parts, told.of(WordKind.PART), _parts(importer)),
    )
    words = tuple(asked for kind in offered for asked in islice(kind, MAX_WORDS))
    fund = importer.words.fund
    return {
        "key": kept.key if kept else 0,
        "laid": laid,
        "rows": tuple(_first_rows(tables[0], laid)),
        "letters": [letter_of(column.index) for column in tables[0].columns],
        "columns": columns,
        "words": words,
        "more_words": len(listed.offices) + len(listed.parts) - len(words),
        "funds": tuple(
            (named_fund.value, translate(name), named_fund is fund) for named_fund, name in FUND_NAMES.items()
        ),
        "open": any(asked.proposed for asked in (*columns, *words)),
    }


def _first_rows(table: Table, laid: Laid) -> Iterator[tuple[int, bool, list[str]]]:
    """Yield the first rows of a file unchanged: number, whether it is one of the headings, and cells."""
    below = [row.number for row in laid.rows[:MAX_BELOW]]
    last = below[-1] if below else laid.last
    rows = [row for row in table.rows if row.number <= last][-MAX_SHOWN:]
    for row in rows:
        yield row.number, laid.first <= row.number <= laid.last, [shown(cell) for cell in row.cells]


def _columns(importer: Lists, laid: Laid) -> Iterator[Asked]:
    titles = importer.fields.titles()
    for heading in laid.headings:
        choices = [(name, title, name == heading.field) for name, title in titles.items()]
        choices.insert(0, (LEFT_OUT, _("(leave out)"), heading.field in ("", LEFT_OUT)))
        yield Asked(
            named(WordKind.COLUMN, heading.key),
            heading.key,
            heading.label,
            heading.samples,
            tuple(choices),
            not heading.said,
        )


def _words(kind: WordKind, meanings: Mapping[str, str], said: Mapping[str, str], choices: Any) -> Iterator[Asked]:
    """Yield the words to ask about; words without a meaning come first, so that further ones follow."""
    for word in sorted(meanings, key=lambda word: word in said):
        yield Asked(named(kind, word), word, shown(meanings[word], MAX_LABEL), (), choices(word), word not in said)


def named(kind: WordKind, word: str) -> str:
    """Return the name of the form field for a word's meaning: made from the word itself, so that it cannot be confused
    with another word in the same place."""
    return f"{kind}-{sha256(word.encode()).hexdigest()[:16]}"


def _offices(importer: Lists, offices: Mapping[int, str]) -> Any:
    """Return the offices that a word may stand for; the confirmed or the likely one is selected."""
    said = importer.words.of(WordKind.OFFICE)
    names = {key: folded(name) for key, name in offices.items()}
    by_name = sorted(offices.items(), key=lambda pair: pair[1].casefold())

    def choices(word: str) -> tuple[Choice, ...]:
        told = said.get(word, "")
        chosen = told or str(likely_office(word, names) or "")
        options = [(str(key), name, str(key) == chosen) for key, name in by_name]
        outside = (LEFT_OUT, _("(no office of the region: a partner outside)"), chosen == LEFT_OUT)
        return ("", _("(not said yet)"), not chosen), *options, outside

    return choices


def _parts(importer: Lists) -> Any:
    said = importer.words.of(WordKind.PART)
    pillars = framework().pillars

    def choices(word: str) -> tuple[Choice, ...]:
        told = said.get(word, "")
        options = [
            (part.code, f"{pillar.title}: {part.title}", part.code == told)
            for pillar in pillars.entries
            for part in pillar.parts
        ]
        return ("", _("(not said yet)"), not told), *options

    return choices


def _said(importer: Lists, imported: int, given: Mapping[str, str]) -> Iterable[SaidWord]:
    """Yield the meanings set in a form: of columns, words, source of money, and rows of headings."""
    tables = keeping.tables(importer, imported)
    if not tables:
        return
    laid = importer.laid_out(tables[0])
    first, last = given.get("first", "").strip(), given.get("last", "").strip()
    if (first, last) != (str(laid.first), str(laid.last)):
        yield SaidWord(WordKind.ROWS, likeness(tables[0]), f"{first}-{last}")
        return  # the columns are different then, and are asked about again
    listed = read_list(laid, importer.known)
    asked = (
        (WordKind.COLUMN, [heading.key for heading in laid.headings]),
        (WordKind.OFFICE, listed.offices),
        (WordKind.PART, listed.parts),
    )
    for kind, words in asked:
        told = importer.words.of(kind)
        for word in words:
            meaning = given.get(named(kind, word))
            # Unanswered questions are not stored, nor a long heading that is left out.
            long = kind is WordKind.COLUMN and meaning == LEFT_OUT and len(word) > MAX_WORD
            if not long and (meaning or (meaning == "" and kind is not WordKind.COLUMN and word in told)):
                yield SaidWord(kind, word, meaning)
    if "fund" in given:
        yield SaidWord(WordKind.FUND, "", given["fund"])
