"""The results of a phase, computed from agreed marks: the same input gives the same bytes, in whatever order it comes.

Every score is an exact rational; a final is rounded once. Both hashes are SHA-256 over canonical JSON: keys sorted,
no spaces, numbers as text (``3``, ``67/20``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from pilar import index
from pilar.evaluation.rules.engine import asked
from pilar.platform.language import N_

NAMES = frozenset({"code", "version", "year", "status", "title.id", "title.en", "note.id", "note.en"})
"""What two instruments may say differently at the top and still score alike."""


Ranks = tuple[int | None, int | None, int | None]
"""In the group, the province, the nation."""


class PreviousOrigin(StrEnum):
    """The origin of the previous final: a publication of Pilar, or the statement of a source."""

    COMPUTED = "computed"
    STATED = "stated"


@dataclass(frozen=True, slots=True)
class Previous:
    """The last published final of a region before; ``comparable`` if the instrument behind it scores alike.

    ``same_scale``: whether it may be subtracted at all. ``gap``: whether years without a final lie between.
    """

    final: Decimal
    origin: PreviousOrigin
    comparable: bool
    same_scale: bool = True
    year: int | None = None
    gap: bool = False

    @property
    def hashed(self) -> list[Any]:
        """Return what of it results depend on. That it is of the year before goes without saying."""
        said = [] if self.same_scale else ["other-scale"]
        return [str(self.final), self.origin, self.comparable, *said, *([self.year] if self.gap else [])]


@dataclass(frozen=True, slots=True)
class Entry:
    """A region of the phase: its province (ranks), its group (ranks), and its agreed mark of each indicator.

    ``set_aside``: the evaluation goes on without it, and it has no marks.
    """

    region: str
    province: str
    group: str
    marks: Mapping[str, Decimal]
    previous: Previous | None = None
    set_aside: bool = False


SET_ASIDE = "set_aside"
"""Why a region has no final that the evaluation goes on without, in addition to the reasons of ``index.NoScore``."""
NO_FINAL = {
    **{one.reason: one.sentence for one in index.NoScore},
    SET_ASIDE: N_("The region was set aside: the evaluation went on without it."),
}
"""The sentence of each reason."""


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One region's result. ``final_exact`` is the unrounded final as ``67/20``, empty without a score.

    ``no_score`` is the reason's code, of :data:`NO_FINAL`. Equal exact finals share a rank. ``improvement`` is signed,
    from published finals, and None without a previous one on the same scale; ``comparable`` is False if the instruments
    differ.
    ``missing`` names the highest blank nodes; ``scores`` holds the exact score of every node that has one.
    ``previous_year`` is that of the previous final; None also in what was computed before Pilar looked over a gap.
    """

    region: str
    group: str
    final: Decimal | None
    final_exact: str
    no_score: str
    rank_in_group: int | None
    rank_in_province: int | None
    rank_in_nation: int | None
    improvement: Decimal | None
    previous_final: Decimal | None
    previous_origin: str
    comparable: bool
    predicate: str
    missing: tuple[str, ...]
    scores: Mapping[str, str]
    previous_year: int | None = None


@dataclass(frozen=True, slots=True)
class Computation:
    """All results of a phase, by region code, and both hashes."""

    input_sha256: str
    result_sha256: str
    rows: tuple[ResultRow, ...]


def compute(instrument: index.Instrument, entries: Iterable[Entry]) -> Computation:
    """Score and rank all regions of a phase. Raises Faults if a mark does not fit the instrument."""
    ordered = sorted(entries, key=lambda entry: entry.region)
    rows = rank_rows(instrument, ordered, nodes=True)
    return Computation(input_hash(instrument, ordered), result_hash(rows), rows)


def rank_rows(instrument: index.Instrument, entries: Iterable[Entry], *, nodes: bool) -> tuple[ResultRow, ...]:
    """The results in the order given; ``nodes`` says whether with the scores of all nodes."""
    ordered = tuple(entries)
    reported = frozenset(code for code, node in instrument.by_code.items() if _is_reported(node))
    results = asked(lambda: index.score_all(instrument, {row.region: _answers(reported, row) for row in ordered}))
    finals = {region: result.final for region, result in results.items()}
    nation = index.rank(finals, ties=instrument.ties)
    province = index.rank_within(finals, {entry.region: entry.province for entry in ordered}, instrument.ties)
    group = index.rank_within(finals, {entry.region: entry.group for entry in ordered}, instrument.ties)
    return tuple(
        _row(
            entry,
            results[entry.region],
            (group[entry.region], province[entry.region], nation[entry.region]),
            _scores(entry, results[entry.region]) if nodes else {},
        )
        for entry in ordered
    )


def explain(instrument: index.Instrument, scores: Mapping[str, str]) -> index.Explained:
    """The path of a stored result, from its exact scores of the indicators to its final."""
    return asked(lambda: index.score(instrument, stored_answers(instrument, scores))).explain()


def stored_answers(instrument: index.Instrument, scores: Mapping[str, str]) -> dict[str, index.Answer | None]:
    """The exact scores of the indicators of a stored result, as the engine takes them again."""
    marks = {leaf.code: Fraction(scores[leaf.code]) for leaf in instrument.leaves if leaf.code in scores}
    exact = {code: Decimal(mark.numerator) / Decimal(mark.denominator) for code, mark in marks.items()}
    return {code: agreed_answer(instrument.node(code), value) for code, value in exact.items()}


INPUT_FORM = 2
"""What the hash of the input says: 1 nothing of regions that were set aside, 2 that they were."""


def input_hash(instrument: index.Instrument, entries: Iterable[Entry], form: int = INPUT_FORM) -> str:
    """The hash of everything that results depend on, in one of its forms."""
    regions = {
        entry.region: {
            "province": entry.province,
            "group": entry.group,
            "marks": {node: _plain(value).text for node, value in entry.marks.items()},
            "previous": None if entry.previous is None else entry.previous.hashed,
            **({SET_ASIDE: True} if entry.set_aside and form > 1 else {}),
        }
        for entry in entries
    }
    return _hash({"instrument": instrument.sha256, "regions": regions})


def result_hash(rows: Iterable[ResultRow]) -> str:
    """The hash of results. A year that is not known is left out, so that what was sealed without one stays as it is."""
    return _hash({row.region: _hashed(row) for row in rows})


def _hashed(row: ResultRow) -> dict[str, Any]:
    said = {field.name: _json(getattr(row, field.name)) for field in fields(row)}
    return {name: value for name, value in said.items() if name != "previous_year" or value is not None}


_ALIKE: dict[tuple[str, str], bool] = {}
"""What two instruments, by their hashes, were found to be: comparing two of a hundred indicators takes 50 ms, and a
page of results asks it of every year before."""
MAX_REMEMBERED = 512


def scores_alike(instrument: index.Instrument, other: index.Instrument) -> bool:
    """Return whether two instruments ask and score the same and differ at most in name, year, notes and named
    sources."""
    if instrument.sha256 == other.sha256:
        return True
    pair = instrument.sha256, other.sha256
    if pair not in _ALIKE:
        if len(_ALIKE) >= MAX_REMEMBERED:
            _ALIKE.clear()
        _ALIKE[pair] = all(
            difference.what.endswith("source") or (not difference.path and difference.what in NAMES)
            for difference in index.compare(instrument, other)
        )
    return _ALIKE[pair]


def _answers(reported: Collection[str], entry: Entry) -> dict[str, index.Answer | None]:
    numbers = {node: _plain(value).value for node, value in entry.marks.items()}
    return {node: index.Mark(number) if node in reported else number for node, number in numbers.items()}


def agreed_answer(node: index.Node, value: Decimal) -> index.Answer:
    """An agreed mark is a score, also where the region answered with a quantity or a ratio."""
    number = _plain(value).value
    return index.Mark(number) if _is_reported(node) else number


def _is_reported(node: index.Node) -> bool:
    """Return whether the region answered with a quantity or a ratio."""
    return isinstance(node.mark, (index.BandMark, index.RatioMark))


class _Number(NamedTuple):
    """A mark as people write it (the database's 3.0000 is 3), its text, and its text as an exact rational."""

    value: Decimal
    text: str
    exact: str


@lru_cache(maxsize=4096)
def _plain(value: Decimal) -> _Number:
    text = format(value.normalize(), "f")
    return _Number(Decimal(text), text, str(Fraction(text)))


def _row(entry: Entry, result: index.Result, ranks: Ranks, scores: Mapping[str, str]) -> ResultRow:
    final, published, before = result.final, result.published(), entry.previous
    improvement = index.improvement(
        published,
        before.final if before is not None and before.same_scale else None,
        same_instrument=before is not None and before.comparable,
    )
    predicate = None if isinstance(published, index.NoScore) else result.instrument.predicate(published)
    return ResultRow(
        region=entry.region,
        group=entry.group,
        final=None if isinstance(published, index.NoScore) else published,
        final_exact="" if isinstance(final, index.NoScore) else str(final),
        no_score=_why_none(entry, final),
        rank_in_group=ranks[0],
        rank_in_province=ranks[1],
        rank_in_nation=ranks[2],
        improvement=improvement.value,
        previous_final=None if before is None else before.final,
        previous_origin="" if before is None else before.origin.value,
        comparable=before is None or before.comparable,
        predicate="" if predicate is None else predicate.code,
        missing=result.missing,
        scores=scores,
        previous_year=None if before is None else before.year,
    )


def _why_none(entry: Entry, final: Fraction | index.NoScore) -> str:
    if not isinstance(final, index.NoScore):
        return ""
    return SET_ASIDE if entry.set_aside else final.reason


def _scores(entry: Entry, result: index.Result) -> dict[str, str]:
    """Exact score as text of every node that has one; an agreed mark is one already."""
    scores = {node: _plain(value).exact for node, value in entry.marks.items()}
    above = {node: str(score) for node, score in result.scores().items() if not isinstance(score, index.NoScore)}
    return scores | {node: score for node, score in above.items() if node not in scores}


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _hash(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
