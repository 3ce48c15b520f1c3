"""``pilar explain``: how a published number came about, and what is not known of it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from typing import Any

from pilar import index
from pilar.areas.reference import directory
from pilar.areas.rules import RegionEntry
from pilar.evaluation import reference
from pilar.evaluation.commands.layout import identity, instrument_line, number, percent, plain, title
from pilar.evaluation.rules.published import PublishedRow, Recomputation, recompute
from pilar.platform.console import aligned, emit
from pilar.platform.errors import PilarError
from pilar.platform.language import N_, console_language, translate


class NothingPublished(PilarError):
    """No source with a result of this region is known."""

    code = "nothing-published"
    status = 404
    sentence = N_("No published result of %(region)s is known.")


class NothingPublishedThatYear(NothingPublished):
    """Results of this region are known, but of other years."""

    sentence = N_("No published result of %(region)s in %(year)s is known. Years known: %(years)s.")


def run(options: argparse.Namespace) -> int:
    """Explain every statement on ``options.region`` in ``options.year``."""
    region = directory().find(options.region)
    rows = [row for row in reference.published_results() if row.region_code == region.code]
    chosen = [row for row in rows if row.year == options.year]
    if not rows:
        raise NothingPublished(region=region.name)
    if not chosen:
        years = ", ".join(str(year) for year in sorted({row.year for row in rows}))
        raise NothingPublishedThatYear(region=region.name, year=options.year, years=years)
    instrument = reference.instrument_for_year(options.year)
    checked = [(row, recompute(row, instrument) if instrument else None) for row in chosen]
    if options.format == "json":
        emit(_json(region, options.year, instrument, checked))
    else:
        emit("\n".join(_lines(region, options.year, instrument, checked)) + "\n")
    return 0


Checked = Sequence[tuple[PublishedRow, Recomputation | None]]


def _json(region: RegionEntry, year: int, instrument: index.Instrument | None, checked: Checked) -> str:
    answer = {
        "region": region.code,
        "name": region.name,
        "year": year,
        "instrument": identity(instrument) if instrument else None,
        "statements": [_statement(row, computed) for row, computed in checked],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"


def _statement(row: PublishedRow, computed: Recomputation | None) -> dict[str, Any]:
    return {
        "source_url": row.source_url,
        "letter": row.letter,
        "phase": row.phase,
        "group": row.group,
        "scores": {code: plain(score) for code, score in row.scores.items()},
        "final": None if row.final is None else plain(row.final),
        "improvement": None if row.improvement is None else plain(row.improvement),
        "improvement_origin": row.improvement_origin,
        "rank": row.rank,
        "rank_scope": row.rank_scope,
        "note": _note(row),
        "computed": None
        if computed is None
        else {
            "final": plain(computed.rounded),
            "final_unrounded": plain(computed.unrounded),
            "difference": None if computed.difference is None else plain(computed.difference),
            "differs": computed.differs,
            "contributions": [
                {
                    "node": part.node.code,
                    "weight": plain(part.weight * 100),
                    "score": plain(part.score),
                    "contribution": plain(part.contribution),
                }
                for part in computed.contributions
            ],
        },
    }


def _note(row: PublishedRow) -> str:
    return row.note_id if console_language() == "id" else row.note_en


def _lines(region: RegionEntry, year: int, instrument: index.Instrument | None, checked: Checked) -> Iterator[str]:
    yield f"{region.name} ({region.code}), {region.province}: {year}"
    if len(checked) > 1:
        yield translate("%(count)s sources, which need not agree:", count=len(checked))
    for row, computed in checked:
        yield ""
        yield from _source(row)
        yield ""
        if computed is not None:
            yield from _computation(row, computed)
        else:
            yield from _unexplained(row, instrument)
        yield from _standing(row)
    if instrument is not None and any(computed for _, computed in checked):
        yield ""
        yield instrument_line(instrument)


def _source(row: PublishedRow) -> Iterator[str]:
    yield translate("Source: %(address)s", address=row.source_url)
    if row.letter:
        yield translate("Result letter: %(letter)s", letter=row.letter)
    if _note(row):
        yield translate("Note: %(note)s", note=_note(row))


def _computation(row: PublishedRow, computed: Recomputation) -> Iterator[str]:
    """Weight, score and contribution of each dimension, their sum, and the printed final next to it."""
    body = [
        [
            title(part.node.title),
            percent(part.weight),
            "×",
            number(part.score),
            "=",
            number(part.contribution),
        ]
        for part in computed.contributions
    ]
    total = [translate("Sum"), "", "", "", "=", f"{number(computed.unrounded)} → {number(computed.rounded)}"]
    lines = aligned([*body, total], ("left", "right", "left", "right", "left", "left"), (None,) * 6)
    yield from (f"  {line}" for line in lines)
    if row.final is None or computed.difference is None:
        yield translate("The source prints no final.")
        return
    yield translate("Printed: %(final)s", final=number(row.final))
    if computed.differs:
        yield translate(
            "The printed final differs from the computed one by %(difference)s, which is more than rounding explains.",
            difference=number(abs(computed.difference)),
        )
    elif computed.rounded != row.final:
        yield translate(
            "The printed dimensions are themselves rounded; that explains a difference of up to %(most)s.",
            most=number(computed.largest_rounding),
        )


def _unexplained(row: PublishedRow, instrument: index.Instrument | None) -> Iterator[str]:
    """Yield what the source prints, and why nothing can be computed from it."""
    for code, score in row.scores.items():
        yield f"  {title(instrument.node(code).title) if instrument else code}: {number(score)}"
    if row.final is None:
        yield translate("The source prints no final.")
    else:
        yield translate("Printed: %(final)s", final=number(row.final))
    if instrument is None:
        yield translate("No instrument of %(year)s is known: the number cannot be computed again.", year=row.year)
    elif not row.scores:
        yield translate("The source prints no scores below the final: the number cannot be computed again.")
    else:
        yield translate("The source does not print all scores: the number cannot be computed again.")


def _standing(row: PublishedRow) -> Iterator[str]:
    """Improvement and rank, with what they are measured against."""
    improvement = number(row.improvement, signed=True)
    if row.improvement_origin == "printed":
        yield translate("Improvement on the year before: %(value)s, as printed", value=improvement)
    elif row.improvement_origin == "derived":
        yield translate(
            "Improvement on the year before: %(value)s, from the finals printed for both years", value=improvement
        )
    group = next((group for group in reference.groups() if group.code == row.group), None)
    if group is not None:
        scope = f"{group.title_id if console_language() == 'id' else group.title_en} ({group.size})"
    else:
        scope = translate(row.rank_scope)
    if row.rank is not None and scope:
        yield translate("Rank: %(rank)s; among, as stated: %(scope)s", rank=row.rank, scope=scope)
    elif row.rank is not None:
        yield translate("Rank: %(rank)s; the source does not say among whom", rank=row.rank)
    elif scope:
        yield translate("No rank is printed; regions evaluated, as stated: %(scope)s", scope=scope)
