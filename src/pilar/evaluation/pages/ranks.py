"""The ranks of a result as pages write them: each with the ranks between which it lies."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pilar.evaluation.documents import writing
from pilar.evaluation.queries.snapshots import ResultLine
from pilar.evaluation.rules.reports import RankInterval, RankIntervals, ranked


@dataclass(frozen=True)
class Ranks:
    """Between which ranks the one in the group lies, the two others with theirs, and what stands in brackets."""

    brackets: str
    province: str
    nation: str
    basis: str


def ranks_of(line: ResultLine, found: RankIntervals | None) -> Ranks:
    """The ranks of a line; without brackets where nothing was worked out."""
    return Ranks(
        brackets="" if found is None else found.group.brackets,
        province=ranked(line.rank_in_province, found and found.province),
        nation=ranked(line.rank_in_nation, found and found.nation),
        basis="" if found is None else in_brackets(found.group),
    )


def in_brackets(interval: RankInterval) -> str:
    """What the ranks in brackets are."""
    named = {"share": writing.percent_of(interval.share), "basis": interval.basis}
    return _("In brackets: ranks in %(share)s of all draws; %(basis)s.") % named
