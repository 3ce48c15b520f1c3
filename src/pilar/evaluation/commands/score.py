"""``pilar score``: marks of regions in, indices, ranks and improvements out."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from pilar import index
from pilar.areas.reference import directory
from pilar.evaluation import reference
from pilar.evaluation.commands.layout import heading, identity, instrument_line, number, plain, title
from pilar.evaluation.rules.marksheet import MAX_ROWS, MarkSheet, Scored, Scoring, rank_sheet, read_sheet
from pilar.platform.console import Side, aligned, emit, first_faults
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_, translate
from pilar.platform.tables import inspect_table

# With these, five dimensions fit on a terminal of 80 columns.
NAME_WIDTH = 17
DIMENSION_WIDTH = 8


class NothingToCompare(PilarError):
    """An instrument of last year was given, but no marks of last year."""

    code = "nothing-to-compare"
    sentence = N_("--previous-instrument goes with --previous: give last year's file, too.")


def run(options: argparse.Namespace) -> int:
    """Score ``options.file``. Raises Faults (cut to the first ones) and writes nothing if anything is wrong."""
    try:
        scoring = _scored(options)
    except Faults as refused:
        raise Faults(first_faults(refused.faults)) from None
    write = {"table": _table, "json": _json, "csv": _csv}[options.format]
    emit(write(scoring), options.output, read=tuple(filter(None, (options.file, options.previous))))
    return 0


def _scored(options: argparse.Namespace) -> Scoring:
    if options.previous_instrument and not options.previous:
        raise NothingToCompare
    instrument = reference.instrument(options.instrument)
    before = reference.instrument(options.previous_instrument) if options.previous_instrument else instrument
    faults: list[Fault] = []
    sheet = _sheet(options.file, instrument, faults)
    previous = _sheet(options.previous, before, faults, finals=True) if options.previous else None
    if sheet is None or faults:
        raise Faults([*faults, *(fault for read in (sheet, previous) if read for fault in read.faults)])
    return rank_sheet(sheet, previous)


def _sheet(path: str, instrument: index.Instrument, faults: list[Fault], *, finals: bool = False) -> MarkSheet | None:
    """The mark sheet, or None with the reasons added to ``faults`` if it cannot even be looked at."""
    try:
        table = inspect_table(path, most_rows=MAX_ROWS)
    except Faults as refused:
        faults += refused.faults
        return None
    return read_sheet(table, instrument, directory(), finals=finals)


def _json(scoring: Scoring) -> str:
    answer: dict[str, Any] = {"instrument": identity(scoring.instrument)}
    if not scoring.comparable:
        answer["comparable"] = False
    answer["results"] = [
        {
            "region": row.region.code,
            "name": row.region.name,
            "scores": {code: plain(score) for code, score in _scores(row).items()},
            "final": _text(row.result.published()),
            "final_unrounded": _text(row.result.final),
            "rank": row.rank,
            "improvement": _text(row.improvement),
            "missing": list(row.result.missing),
        }
        for row in scoring.rows
    ]
    return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"


def _scores(row: Scored) -> dict[str, Any]:
    """Published scores by node code, without the root and without nodes that have none."""
    nodes = (node for node in row.result.instrument.nodes if node is not row.result.instrument.root)
    scores = ((node.code, row.result.published(node.code)) for node in nodes)
    return {code: score for code, score in scores if not isinstance(score, index.NoScore)}


def _text(value: Any) -> str | None:
    return None if value is None or isinstance(value, index.NoScore) else plain(value)


def _csv(scoring: Scoring) -> str:
    rows = [(row, _scores(row)) for row in scoring.rows]
    codes = [node.code for node in scoring.instrument.nodes if any(node.code in scores for _, scores in rows)]
    compared = [] if scoring.comparable else ["comparable"]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["region", "name", *codes, "final", "final_unrounded", "rank", "improvement", *compared, "missing"])
    for row, scores in rows:
        writer.writerow(
            [
                row.region.code,
                row.region.name,
                *(plain(scores[code]) if code in scores else "" for code in codes),
                _text(row.result.published()) or "",
                _text(row.result.final) or "",
                "" if row.rank is None else row.rank,
                _text(row.improvement) or "",
                *("false" for _ in compared),
                " ".join(row.result.missing),
            ]
        )
    return text.getvalue()


def _table(scoring: Scoring) -> str:
    """Regions by rank, those without one last, with the dimensions in further columns."""
    instrument = scoring.instrument
    dimensions = instrument.root.children
    ranked = sorted(scoring.rows, key=lambda row: (row.rank is None, row.rank or 0))
    header = [
        "#",
        translate("Region"),
        *(heading(node.title) for node in dimensions),
        translate("Index"),
        "+/-",
    ]
    body = [
        [
            number(None) if row.rank is None else str(row.rank),
            row.region.short_name,
            *(number(row.result.published(node.code)) for node in dimensions),
            number(row.result.published()),
            number(row.improvement, signed=True),
        ]
        for row in ranked
    ]
    numbers: list[Side] = ["right"] * (len(dimensions) + 2)
    widths = [None, NAME_WIDTH, *([DIMENSION_WIDTH] * len(dimensions)), None, None]
    lines = [
        title(instrument.title),
        *aligned([header, *body], ["right", "left", *numbers], widths),
        "",
        *_notes(scoring, ranked),
    ]
    return "\n".join(lines) + "\n"


def _notes(scoring: Scoring, ranked: Iterable[Scored]) -> Iterable[str]:
    instrument = scoring.instrument
    for row in ranked:
        if instrument.root.code in row.result.missing:
            yield translate("%(region)s: the row is blank, so there is no index.", region=row.region.name)
        elif row.result.missing:
            yield translate(
                "%(region)s: no mark for %(nodes)s; the index lies between %(lowest)s and %(highest)s.",
                region=row.region.name,
                nodes=", ".join(row.result.missing),
                lowest=number(index.round_published(row.result.lowest, instrument.decimals, instrument.rounding)),
                highest=number(index.round_published(row.result.highest, instrument.decimals, instrument.rounding)),
            )
    if not scoring.same_scale:
        yield translate("Last year’s finals stand on another scale and are not subtracted.")
    elif not scoring.comparable:
        yield translate("The improvement compares two different instruments; read it with care.")
    yield instrument_line(instrument)
