"""Values from a file of a data portal: what it means is proposed, confirmed, looked at and stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.areas import queries as areas
from pilar.design.imports import ImportPage, look_then_store
from pilar.measures import operations, queries
from pilar.measures.imports import MappedValues
from pilar.measures.pages.importing import reporter_of
from pilar.measures.queries.mappings import MappingRow, ReportedMeasure, codes_of_others, titles_folded
from pilar.measures.rules.exchange import Source, proposed, source_of
from pilar.measures.rules.mapping import (
    MAX_SERIES,
    PART_NAMES,
    Meant,
    Part,
    Series,
    SeriesMapping,
    kept_of_others,
    read_factor,
)
from pilar.platform.errors import Fault, Faults
from pilar.platform.imports import keeping
from pilar.platform.imports.kept import Kept
from pilar.platform.imports.states import ImportNotFound, NotConfirmable, State
from pilar.platform.language import N_, translate
from pilar.platform.reading import typed_text

MAX_SHOWN = 200
"""Series that are asked about at once."""
Choice = tuple[str, str, bool]
"""Value, text, and whether it is chosen."""


@dataclass(frozen=True, slots=True)
class AskedColumn:
    """A column of a file: what it may be, and what it has to say for a row to count."""

    name: str
    label: str
    samples: tuple[str, ...]
    choices: tuple[Choice, ...]
    only: str


@dataclass(frozen=True, slots=True)
class AskedSeries:
    """A series of a file, in how many rows, and which measure it may be; ``fixed``: another office has said so."""

    name: str
    label: str
    rows: int
    choices: tuple[Choice, ...]
    factor: str
    fixed: str
    proposed: bool


@login_required
def portal(request: HttpRequest, code: str) -> HttpResponse:
    """A file of a data portal, in three steps: its mapping, what would be stored, and storing it."""
    by, now = reporter_of(request, code), timezone.now()
    importer = MappedValues(by, code, now)
    titles = queries.reported_titles(code, scope=by)
    draft: SeriesMapping | None = None
    typed: Mapping[str, str] = {}
    faults: list[str] = []
    refused_as = 0
    if request.method == "POST" and ("say" in request.POST or "look" in request.POST):
        given = typed = request.POST
        key = int(given["import"]) if given.get("import", "").isdecimal() and len(given["import"]) < 19 else 0
        try:
            draft, wrong = _said(importer, key, given)
            if not wrong:
                operations.confirm_mapping(
                    by=by, region=code, shape=importer.shape, title=given.get("title", ""), mapping=draft,
                    seen=importer.version, now=now,
                )  # fmt: skip
                keeping.choose(MappedValues(by, code, now), key=key, chosen={})
                return redirect(f"{request.path}?import={key}#import")
            faults, refused_as = [_placed(fault) for fault in wrong], Faults.status
        except _OtherColumns as other:
            draft, refused_as = other.draft, 200
        except Faults as refused:
            faults, refused_as = [_placed(fault) for fault in refused.faults], refused.status
        except (NotConfirmable, ImportNotFound, operations.OutdatedMapping) as refused:
            faults, refused_as = [refused.text()], refused.status
        request.method = "GET"
        request.GET = request.GET.copy()  # type: ignore[assignment]
        request.GET["import"] = str(key)
    page = ImportPage(
        done=reverse("measures:measures", args=[code]),
        label=_("File of the portal"),
        hint=_("CSV, XLSX or JSON of a CKAN, or SDMX-CSV; at most 10,000 values. In JSON, rows are counted by record."),
        said=lambda count: (
            ngettext("%(count)s value is taken over", "%(count)s values are taken over", count) % {"count": count}
        ),
        accept=".csv,.json,.xlsx",
        listed=True,
    )

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        shown_import = context["import"] | {"headings": [], "unplaced": False}
        shown_import["faults"] = [*faults, *shown_import["faults"]]
        asked = _asked(MappedValues(by, code, now), shown_import["kept"], draft, titles, typed)
        context = {"region": areas.region(code), "import": shown_import, "asked": asked}
        return render(request, "measures/portal.html", context, status=refused_as or status)

    return look_then_store(request, importer, page, draw)


class _OtherColumns(Exception):
    """Raised where a form says something else of the columns than its series were drawn from: they are asked about
    again."""

    def __init__(self, draft: SeriesMapping) -> None:
        super().__init__()
        self.draft = draft


def _source(importer: MappedValues, key: int) -> tuple[Source, MappingRow | None] | None:
    """A file that waits, and its mapping that holds."""
    tables = keeping.tables(importer, key)
    if not tables:
        return None
    source, faults = source_of(tables)
    return None if faults else (source, queries.mapping_of(importer.subject, source.shape))


def _asked(
    importer: MappedValues,
    kept: Kept | None,
    draft: SeriesMapping | None,
    titles: tuple[ReportedMeasure, ...],
    typed: Mapping[str, str],
) -> dict[str, Any] | None:
    """Return what the page asks about a file that waits: its columns and its series; ``typed``: what a form said that
    was not taken."""
    asked_of = _source(importer, kept.key) if kept is not None and kept.state is State.CHECKED else None
    if asked_of is None or kept is None:
        return None
    source, held = asked_of
    mapping = draft or (held.mapping if held else proposed(source, titles_folded(titles)))
    series = source.series(mapping)
    others = kept_of_others(held.mapping if held else None, codes_of_others(importer.subject, scope=importer.by))
    asked = sorted(series, key=lambda pair: pair in mapping.series and held is not None)[:MAX_SHOWN]
    return {
        "key": kept.key,
        "held": held,
        "title": typed.get("title", held.title if held else source.identity),
        "columns": tuple(_columns(source, mapping)),
        "series": tuple(_series(asked, series, mapping=mapping, held=held, others=others, titles=titles, typed=typed)),
        "more": len(series) - len(asked),
        "comma": mapping.comma,
        "reason": mapping.reason,
        "frame": _frame(mapping),
        "seen": held.number if held else 0,
        "open": draft is not None or held is None or any(key not in mapping.series for key in series),
    }


def _columns(source: Source, mapping: SeriesMapping) -> Iterator[AskedColumn]:
    for heading in source.headings:
        part = mapping.parts.get(heading.key, Part.LEFT_OUT)
        choices = tuple((other.value, translate(name), other is part) for other, name in PART_NAMES.items())
        only = mapping.only.get(heading.key, "")
        yield AskedColumn(str(heading.place.index), str(heading.place), heading.samples, choices, only)


def _series(
    asked: list[Series],
    counted: Mapping[Series, int],
    *,
    mapping: SeriesMapping,
    held: MappingRow | None,
    others: Mapping[Series, Meant],
    titles: tuple[ReportedMeasure, ...],
    typed: Mapping[str, str],
) -> Iterator[AskedSeries]:
    for series in asked:
        said = mapping.series.get(series)
        chosen = said.measure or Part.LEFT_OUT.value if said else "" if held else Part.LEFT_OUT.value
        choices: list[Choice] = [(title.code, title.named, title.code == chosen) for title in titles]
        choices.insert(0, (Part.LEFT_OUT.value, _("(leave out)"), chosen == Part.LEFT_OUT.value))
        if chosen and not any(told for _code, _title, told in choices):  # its measure has ended
            choices.append((chosen, chosen, True))
        if not chosen:
            choices.insert(0, ("", _("(not said yet)"), True))
        factor = typed.get(f"factor-{_named(series)}", typed_text(said.factor) if said else "1")
        fixed = others[series].measure if series in others else ""
        kept = held is not None and series in held.mapping.series
        yield AskedSeries(
            _named(series), mapping.label(series), counted[series], tuple(choices), factor, fixed, not kept
        )  # fmt: skip


def _said(importer: MappedValues, key: int, given: Mapping[str, str]) -> tuple[SeriesMapping, list[Fault]]:
    """The mapping that a form says, and what of it cannot be read; the importer learns of the source and of the version
    that was looked at. Raises ``_OtherColumns``, :class:`NotConfirmable`."""
    said_of = _source(importer, key)
    if said_of is None:
        raise NotConfirmable
    source, held = said_of
    importer.shape = source.shape
    importer.version = int(given["seen"]) if given.get("seen", "").isdecimal() and len(given["seen"]) < 6 else 0
    parts, only = {}, {}
    for heading in source.headings:
        chosen = given.get(f"part-{heading.place.index}", "")
        parts[heading.key] = Part(chosen) if chosen in set(Part) else Part.LEFT_OUT
        if wanted := " ".join(given.get(f"only-{heading.place.index}", "").split()):
            only[heading.key] = wanted
    frame = SeriesMapping(parts, only, given.get("comma") == "yes", " ".join(given.get("reason", "").split()))
    before = held.mapping if held else None
    series = dict(before.series) if before and before.parts == parts else {}
    series |= kept_of_others(before, codes_of_others(importer.subject, scope=importer.by))
    faults: list[Fault] = []
    for there in islice(source.series(frame), 2 * MAX_SERIES):
        name = _named(there)
        code = given.get(f"series-{name}", "")
        if not code:
            continue
        factor = read_factor(given.get(f"factor-{name}", ""))
        if code == Part.LEFT_OUT.value:
            series[there] = Meant("")
        elif isinstance(factor, Fault):
            faults.append(factor)
            series[there] = Meant(code)
        else:
            series[there] = Meant(code, factor)
    draft = SeriesMapping(frame.parts, frame.only, frame.comma, frame.reason, series)
    if "say" not in given or given.get("frame", "") != _frame(draft):
        raise _OtherColumns(draft)
    return draft, faults


def _placed(fault: Fault) -> str:
    """A fault with the name of its part of the form in front."""
    name = _PARTS_OF_FORM.get(fault.place)
    return f"{translate(name)}: {fault.said()}" if name else fault.text()


_PARTS_OF_FORM = {
    "title": N_("Name of the source"), "parts": N_("Columns"), "series": N_("Series"),
    "reason": N_("Reason of corrections"),
}  # fmt: skip


def _frame(mapping: SeriesMapping) -> str:
    """Return whether the series of a form are those of its columns."""
    told = json.dumps([mapping.content()["parts"], mapping.content()["only"]], sort_keys=True)
    return sha256(told.encode()).hexdigest()[:16]


def _named(series: Series) -> str:
    """Return what the fields of a series are called: by the series itself, so that it is never taken for another."""
    return sha256(json.dumps(series).encode()).hexdigest()[:16]
