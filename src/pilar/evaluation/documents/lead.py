"""The newest result of a region and what can be said of it, in the reader's language: for its page and its files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from pilar.evaluation.documents.writing import score, signed
from pilar.evaluation.queries import Explained, RegionProfile
from pilar.evaluation.queries.changes import FinalChange
from pilar.evaluation.queries.changes_told import printed_lines
from pilar.evaluation.queries.computed import ComputedResult
from pilar.evaluation.queries.printed_changes import printed_changes
from pilar.evaluation.queries.rows import Bilingual, Statement
from pilar.evaluation.queries.snapshots import PhaseHeader
from pilar.evaluation.rules.scales import YearScale
from pilar.evaluation.wording import since

PHASES = 2
"""Of a year; a statement that names none is about the whole of it."""


@dataclass(frozen=True)
class Lead:
    """The newest result of a region, stated by a source or computed by Pilar, and what can be said of it.

    ``previous_year``: of the final that it improves on. ``address`` tells how it came about; ``scores`` are those of
    the dimensions, as far as they are known.
    """

    year: int
    address: str
    final: Decimal
    improvement: Decimal | None
    scale: YearScale | None
    scores: tuple[tuple[Bilingual, Decimal], ...]
    said: tuple[str, ...]
    statement: Statement | None = None
    previous_year: int | None = None
    rank: int | None = None


def lead_of(profile: RegionProfile, computed: Sequence[ComputedResult]) -> Lead | None:
    """The newest final: one that Pilar computed, or that a source states and none contradicts; the last of its year.

    What was made up for a demonstration leads nothing.
    """
    contradicted = ""
    real = (result for result in computed if not result.phase.header.synthetic)
    own = next((result for result in real if result.line.final is not None), None)
    for row in profile.years:
        if own and own.phase.header.year >= row.year:
            break
        finals = [explained for explained in row.explained if explained.statement.final is not None]
        agreed = [final for final in finals if not final.statement.conflicting]
        if agreed:
            told = max(agreed, key=lambda row: (row.statement.phase_number or PHASES, len(row.scores)))
            return _stated(profile, told, row.scale, contradicted)
        if finals:
            contradicted = contradicted or _("Sources of %(year)s contradict each other.") % {"year": row.year}
    return None if own is None else _computed(own, contradicted)


def _stated(profile: RegionProfile, told: Explained, scale: YearScale | None, contradicted: str) -> Lead:
    statement = told.statement
    assert statement.final is not None, "the caller asked for one"
    change = printed_changes(profile, statement.year).get(statement.key)
    improvement, previous = statement.improvement, statement.year - 1
    if improvement is None and change is not None and change.year is not None:
        improvement, previous = change.improvement, change.year
    height = _height(improvement, since(statement.year, previous))
    said = (contradicted, *height, *_moved(improvement, change), *_ends(told.scores), *_beside(statement))
    address = reverse("evaluation:region_year", args=[profile.region.code, statement.year])
    return Lead(
        statement.year, address, statement.final, improvement, scale, told.scores, tuple(filter(None, said)), statement,
        previous,
    )  # fmt: skip


def _computed(own: ComputedResult, contradicted: str) -> Lead:
    header, line = own.phase.header, own.line
    assert line.final is not None, "the caller asked for one"
    scores = tuple((part.title, part.published) for part in own.parts if part.depth == 0 and part.published is not None)
    said = filter(
        None,
        (
            contradicted, _before_the_last(header), *_height(line.improvement, since(header.year, line.previous_year)),
            *_ends(scores),
        ),
    )  # fmt: skip
    address = reverse("evaluation:computed-region", args=[header.campaign, header.number, line.region.code])
    return Lead(
        header.year, address, line.final, line.improvement, header.scale, scores, tuple(said),
        previous_year=line.previous_year, rank=line.rank_in_group,
    )  # fmt: skip


def _before_the_last(header: PhaseHeader) -> str:
    """Say of a result that it is none of the last phase, which gives the final of the year."""
    if header.number == header.phase_count:
        return ""
    sentence = _("Of phase %(phase)s of %(phases)s: the final of the year is that of phase %(phases)s.")
    return sentence % {"phase": header.number, "phases": header.phase_count}


def _moved(improvement: Decimal | None, change: FinalChange | None) -> Iterator[str]:
    """By which dimension the final moved, as far as sources print it."""
    if not improvement:
        return
    parts = {line.title: line.value for line in ([] if change is None else printed_lines(change))}
    known = {title: value for title, value in parts.items() if value is not None}
    if known and len(known) == len(parts):
        title, value = max(known.items(), key=lambda part: abs(part[1]))
        yield _("Moved most by %(dimension)s (%(part)s).") % {"dimension": title, "part": signed(value)}
    else:
        yield _("Which dimensions moved it cannot be told from what sources print.")


def _height(improvement: Decimal | None, since: str) -> Iterator[str]:
    """Yield how the final compares with the one before, where that is known; ``since`` says over which years."""
    if improvement is None:
        return
    amount = score(abs(improvement))
    if since and improvement > 0:
        yield _("Up %(amount)s %(since)s.") % {"amount": amount, "since": since}
    elif since and improvement < 0:
        yield _("Down %(amount)s %(since)s.") % {"amount": amount, "since": since}
    elif since:
        yield _("Unchanged %(since)s.") % {"since": since}
    elif improvement > 0:
        yield _("Up %(amount)s on the year before.") % {"amount": amount}
    elif improvement < 0:
        yield _("Down %(amount)s on the year before.") % {"amount": amount}
    else:
        yield _("As high as the year before.")


def _ends(scores: Sequence[tuple[Bilingual, Decimal]]) -> Iterator[str]:
    """The highest and the lowest dimensions, with all that are as high; silent where all are alike."""
    values = [value for _title, value in scores]
    if scores and min(values) < max(values):
        yield _("Highest: %(highest)s (%(most)s); lowest: %(lowest)s (%(least)s).") % {
            "highest": _named(scores, max(values)), "most": score(max(values)),
            "lowest": _named(scores, min(values)), "least": score(min(values)),
        }  # fmt: skip


def _named(scores: Sequence[tuple[Bilingual, Decimal]], value: Decimal) -> str:
    return ", ".join(str(title) for title, score in scores if score == value)


def _beside(statement: Statement) -> Iterator[str]:
    """Yield how many were evaluated, where a source says so and prints no rank among them."""
    if statement.rank is None and statement.rank_size:
        yield _("One of %(count)s regions evaluated.") % {"count": statement.rank_size}
