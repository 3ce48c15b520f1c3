"""Read the content of a region's result sheet, of any version that the reader may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from django.db.models import Subquery

from pilar import index
from pilar.evaluation.models import (
    Finding,
    Instrument,
    Phase,
    PublishedResult,
    SnapshotResult,
)
from pilar.evaluation.queries.cases import case_of_phase, result_for
from pilar.evaluation.queries.changes import compared
from pilar.evaluation.queries.changes_told import Explanations
from pilar.evaluation.queries.computed import ComputedNotFound, Part, parts_of, published_version
from pilar.evaluation.queries.computing import campaigns_before, newest_finals, year_before
from pilar.evaluation.queries.freshness import Freshness, freshness
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.intervals import all_intervals
from pilar.evaluation.queries.region_result import region_result
from pilar.evaluation.queries.rows import Bilingual, RegionRow
from pilar.evaluation.queries.snapshots import (
    PhaseHeader,
    ResultLine,
    SnapshotRow,
    group_titles,
    header_of,
    predicates_of,
    result_lines,
    secretariat_version,
)
from pilar.evaluation.queries.statements import region_row
from pilar.evaluation.rules.authority import Action, in_time
from pilar.evaluation.rules.computing import PreviousOrigin
from pilar.evaluation.rules.findings import FindingKind
from pilar.evaluation.rules.reports import (
    ChangeExplained,
    RankIntervals,
    Standouts,
    exact,
    lowest_shown,
    medians,
    shown_nodes,
    standouts,
)
from pilar.people.rules import Standing
from pilar.platform.actors import Authority
from pilar.platform.errors import PilarError
from pilar.platform.language import N_


class NothingApproved(PilarError):
    code = "nothing-approved"
    status = 409
    sentence = N_("No result of this phase is approved yet: the sheet follows then")


@dataclass(frozen=True, slots=True)
class FindingText:
    """A finding of the panel; ``title`` is that of its node, None for the whole."""

    kind: FindingKind
    title: Bilingual | None
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One region's result as its sheet tells it.

    ``medians`` are those of the region's group of ``ranked`` regions with a final. ``findings`` is None where the
    reader sees none (what panels write is for the region and the secretariat). ``intervals`` and ``change`` are None
    where they were not worked out.
    """

    header: PhaseHeader
    snapshot: SnapshotRow
    instrument: index.Instrument
    line: ResultLine
    final_exact: Fraction | None
    parts: tuple[Part, ...]
    medians: Scores
    ranked: int
    standouts: Standouts
    last_year: LastYear | None
    findings: tuple[FindingText, ...] | None
    intervals: RankIntervals | None = None
    change: ChangeExplained | None = None


@dataclass(frozen=True)
class Book:
    """All results of one version, read once; :meth:`sheet` asks the database no more.

    ``document`` is the text of the instrument's file as it was loaded. ``intervals`` and ``changes`` hold, by region,
    what was worked out in addition to the stored figures; a region without has none on its sheet.
    """

    header: PhaseHeader
    snapshot: SnapshotRow
    instrument: index.Instrument
    document: str
    groups: Mapping[str, Bilingual]
    stored: Mapping[str, SnapshotResult]
    lines: Mapping[str, ResultLine]
    last_year: Mapping[str, LastYear]
    findings: Mapping[str, tuple[FindingText, ...]] | None
    intervals: Mapping[str, RankIntervals] = field(default_factory=dict)
    changes: Mapping[str, ChangeExplained] = field(default_factory=dict)
    _medians: dict[str, Scores] = field(default_factory=dict)

    @property
    def ranked(self) -> tuple[ResultLine, ...]:
        """The lines by rank in the nation, those without a score last."""
        return tuple(
            sorted(
                self.lines.values(),
                key=lambda line: (line.rank_in_nation is None, line.rank_in_nation, line.region.code),
            )
        )

    def scores(self, region: str) -> Scores:
        """The exact scores of the shown nodes that have one."""
        return exact(self.stored[region].scores, [node.code for node in shown_nodes(self.instrument)])

    def final(self, region: str) -> Fraction | None:
        """The exact final."""
        text = self.stored[region].final_exact
        return Fraction(text) if text else None

    def sheet(self, region: str) -> Sheet:
        """Raises KeyError for a region without a line in this version."""
        stored, line = self.stored[region], self.lines[region]
        codes = [node.code for node in lowest_shown(self.instrument)]
        middle = self._middle(line.group_code)
        return Sheet(
            header=self.header,
            snapshot=self.snapshot,
            instrument=self.instrument,
            line=line,
            final_exact=Fraction(stored.final_exact) if stored.final_exact else None,
            parts=parts_of(self.instrument, stored.scores),
            medians=middle,
            ranked=sum(
                result_line.group_code == line.group_code and result_line.final is not None
                for result_line in self.lines.values()
            ),
            standouts=standouts(exact(stored.scores, codes), middle, codes),
            last_year=self.last_year.get(region),
            findings=None if self.findings is None else self.findings.get(region, ()),
            intervals=self.intervals.get(region),
            change=self.changes.get(region),
        )

    def _middle(self, group: str) -> Scores:
        if group not in self._medians:
            codes = [node.code for node in shown_nodes(self.instrument)]
            rows = [exact(result.scores, codes) for result in self.stored.values() if result.group == group]
            self._medians[group] = medians(rows, codes)
        return self._medians[group]


@dataclass(frozen=True, slots=True)
class Edition:
    """The published version that files are made of, without its content; ``region``: that of a sheet.

    Its ``repr`` changes with everything that may change in the files although the version itself is frozen.
    """

    header: PhaseHeader
    snapshot: SnapshotRow
    groups: Mapping[str, Bilingual]
    region: RegionRow | None
    published: Freshness


def public_edition(
    code: str, number: int, *, scope: Authority, version: int | None = None, region: str = ""
) -> Edition:
    """A published version (the newest without ``version``), with a region that has a line in it.

    Seven queries at most. Raises ComputedNotFound.
    """
    phase, known, snapshot = published_version(code, number, version)
    row = None
    if region:
        lines = SnapshotResult.objects.filter(snapshot__phase=phase, snapshot__version=snapshot.version)
        line = None if "\0" in region else lines.filter(region=region).select_related("region__province").first()
        if line is None:
            raise ComputedNotFound
        row = region_row(line.region)
    return Edition(known.header, snapshot, group_titles(phase), row, freshness(scope=scope))


def public_sheet(code: str, number: int, region: str, *, scope: Authority, version: int | None = None) -> Sheet:
    """The sheet of a published version (the newest without ``version``), without what the panel wrote.

    Raises ComputedNotFound.
    """
    phase, _known, snapshot = published_version(code, number, version)
    return _one(phase, snapshot, region, findings=False)


def own_sheet(key: int, *, by: Standing, now: datetime) -> Sheet:
    """The sheet of an assessment for its region's team: of the newest published version, before that the approved one.

    Raises NothingApproved, and NotFound, NotAllowed, WrongState as the region's result does.
    """
    result = region_result(key, by=by, now=now)
    if result.snapshot is None or result.line is None:
        raise NothingApproved
    assessment = result_for(by, key)
    return _one(assessment.phase, result.snapshot, assessment.participation.region_id, findings=True)


def version_sheet(code: str, number: int, version: int, region: str, *, by: Standing) -> Sheet:
    """The sheet of any version, for the secretariat.

    Raises NotFound, NotAllowed, SnapshotNotFound, ComputedNotFound.
    """
    phase, snapshot = secretariat_version(code, number, version, by=by)
    return _one(phase, snapshot, region, findings=findings_are_out(phase))


def public_book(code: str, number: int, *, scope: Authority, version: int | None = None) -> Book:
    """All results of a published version (the newest without ``version``). Raises ComputedNotFound."""
    phase, _known, snapshot = published_version(code, number, version)
    return book_of(phase, snapshot, findings=False)


def version_book(code: str, number: int, version: int, *, by: Standing) -> Book:
    """All results of any version, for the secretariat. Raises NotFound, NotAllowed, SnapshotNotFound."""
    phase, snapshot = secretariat_version(code, number, version, by=by)
    return book_of(phase, snapshot, findings=findings_are_out(phase))


def book_of(phase: Phase, snapshot: SnapshotRow, *, findings: bool, changes: bool = False, group_of: str = "") -> Book:
    """A version whose phase has its campaign at hand; ``group_of``: only the group of this region. Eleven queries.

    ``changes``: with what explains the change on last year, four queries more.
    """
    rows = SnapshotResult.objects.filter(snapshot__phase=phase, snapshot__version=snapshot.version)
    if group_of:
        rows = rows.filter(group__in=Subquery(rows.filter(region=group_of).values("group")))
    stored = {row.region_id: row for row in rows.select_related("region__province").order_by("region")}
    used = Instrument.objects.get(code=snapshot.instrument_code, version=snapshot.instrument_version)
    instrument = tree_of(used)
    groups = group_titles(phase)
    lines = result_lines(stored.values(), groups, predicates_of(instrument))
    return Book(
        header=header_of(phase),
        snapshot=snapshot,
        instrument=instrument,
        document=used.document,
        groups=groups,
        stored=stored,
        lines=dict(zip(stored, lines, strict=True)),
        last_year=last_years(phase, instrument, stored, group_of),
        findings=_findings(phase, instrument, group_of) if findings else None,
        changes=Explanations(compared(phase, instrument, stored, region=group_of)) if changes and stored else {},
        intervals=all_intervals(
            phase.pk,
            snapshot,
            {
                code: (snapshot_result.group, snapshot_result.region.province_id)
                for code, snapshot_result in stored.items()
                if group_of in ("", code)
            },
        ),
    )


def findings_are_out(phase: Phase) -> bool:
    """Return whether what panels wrote shows outside them: from the objection period on."""
    return in_time(Action.SEE_AGREED_MARKS, case_of_phase(phase))


def _one(phase: Phase, snapshot: SnapshotRow, region: str, *, findings: bool) -> Sheet:
    if "\0" in region:
        raise ComputedNotFound
    book = book_of(phase, snapshot, findings=findings, changes=True, group_of=region)
    if region not in book.lines:
        raise ComputedNotFound
    return book.sheet(region)


def _findings(phase: Phase, instrument: index.Instrument, region: str) -> dict[str, tuple[FindingText, ...]]:
    rows = Finding.objects.filter(assessment__phase=phase).order_by("id")
    if region:
        rows = rows.filter(assessment__participation__region=region)
    texts: dict[str, tuple[FindingText, ...]] = {}
    for code, kind, node, text in rows.values_list("assessment__participation__region", "kind", "node", "text"):
        known = instrument.by_code.get(node)
        title = None if known is None else Bilingual(**known.title)
        texts[code] = (*texts.get(code, ()), FindingText(FindingKind(kind), title, text))
    return texts


Scores = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class LastYear:
    """Scores of the year that a result is set against, by the nodes that this year's instrument has too; ``origin`` as
    in the line."""

    year: int
    origin: str
    scores: Scores


def last_years(
    phase: Phase, instrument: index.Instrument, stored: Mapping[str, SnapshotResult], region: str
) -> dict[str, LastYear]:
    """The scores before by region, of ``region`` alone if it is named. Three queries at most for each year before.

    Only of those whose final then is still the one that the version was compared with, and stands on the same scale.
    """
    codes = {node.code for node in shown_nodes(instrument)}
    default = year_before(phase.campaign)
    wanted: dict[tuple[str, int], dict[str, SnapshotResult]] = {}
    for code, snapshot_result in stored.items():
        if (
            snapshot_result.previous_origin
            and region in ("", code)
            and (snapshot_result.comparable or snapshot_result.improvement is not None)
        ):
            place = snapshot_result.previous_origin, snapshot_result.previous_year or default
            wanted.setdefault(place, {})[code] = snapshot_result
    links = campaigns_before(phase.campaign) if any(origin == PreviousOrigin.COMPUTED for origin, _ in wanted) else {}
    years: dict[str, LastYear] = {}
    for (origin, year), rows in wanted.items():
        if origin == PreviousOrigin.COMPUTED:
            years |= _computed_then([key for key, of in links.items() if of == year], year, codes, rows)
        else:
            years |= _stated_then(year, codes, rows)
    return years


def _computed_then(
    campaigns: Collection[int], year: int, codes: set[str], rows: Mapping[str, SnapshotResult]
) -> dict[str, LastYear]:
    then = SnapshotResult.objects.filter(snapshot__in=newest_finals(campaigns).values(), region__in=rows)
    return {
        result.region_id: LastYear(year, PreviousOrigin.COMPUTED, exact(result.scores, codes & result.scores.keys()))
        for result in then
        if result.final == rows[result.region_id].previous_final
    }


def _stated_then(year: int, codes: set[str], rows: Mapping[str, SnapshotResult]) -> dict[str, LastYear]:
    then = PublishedResult.objects.filter(year=year, phase__in=["", "II"], region__in=rows).prefetch_related("scores")
    years: dict[str, LastYear] = {}
    for result in then.order_by("pk"):
        scores = {score.node: Fraction(score.value) for score in result.scores.all() if score.node in codes}
        if result.final == rows[result.region_id].previous_final and scores:
            years.setdefault(result.region_id, LastYear(year, PreviousOrigin.STATED, scores))
    return years
