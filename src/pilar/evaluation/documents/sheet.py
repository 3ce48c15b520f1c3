"""The result sheet of a region (lembar hasil): one evaluation, one region, from a stored version."""

from __future__ import annotations

from decimal import Decimal

from django.utils.text import slugify
from django.utils.translation import gettext as _

from pilar.design import charts
from pilar.evaluation.documents import drawing, writing
from pilar.evaluation.documents.method import method
from pilar.evaluation.queries.rows import Bilingual, RegionRow
from pilar.evaluation.queries.sheets import Sheet
from pilar.evaluation.queries.snapshots import PhaseHeader
from pilar.evaluation.rules.findings import FindingKind
from pilar.evaluation.rules.reports import Standout, ranked
from pilar.evaluation.wording import improvement_title, on_scale
from pilar.platform.language import reader_language
from pilar.reports.document import (
    Bar,
    Beside,
    Block,
    Bullets,
    Column,
    Document,
    Fact,
    Facts,
    Heading,
    Notice,
    Pair,
    Pairs,
    Paragraph,
    Picture,
    Row,
    Table,
)
from pilar.reports.pdf import typeset


def result_sheet(sheet: Sheet) -> bytes:
    """The sheet as PDF in the reader's language."""
    return typeset(sheet_document(sheet))


def sheet_name(header: PhaseHeader, version: int, region: RegionRow) -> str:
    """``lembar-hasil-36.03-kabupaten-tangerang-2025-2-v1-id``."""
    said = (region.code, slugify(region.name), header.year, header.number, f"v{version}")
    return "-".join(["lembar-hasil", *map(str, said), reader_language()])


def sheet_document(sheet: Sheet) -> Document:
    """Return what stands on the sheet, in the reader's language."""
    header, snapshot, line = sheet.header, sheet.snapshot, sheet.line
    named = {"title": header.title, "number": header.number, "phases": header.phase_count, "group": line.group}
    blocks: list[Block] = [Notice(text) for text in writing.notices(header, snapshot)]
    blocks += [_figures(sheet), *_parts(sheet), *_change(sheet), *_standouts(sheet), *_findings(sheet)]
    blocks += [Heading(_("Method")), Paragraph(method(sheet.instrument)), Heading(_("To check")), _proof(sheet)]
    return Document(
        title=line.region.name,
        language=reader_language(),
        author=writing.AUTHOR,
        made_at=snapshot.published_at or snapshot.approved_at or snapshot.computed_at,
        eyebrow=_("Result sheet · %(title)s · phase %(number)s of %(phases)s") % named,
        lead=_lead(sheet),
        corner=writing.code_to(_public_page(sheet)) if snapshot.published_at else None,
        stamp=writing.stamp(header, snapshot),
        running=_("%(region)s · %(title)s · phase %(number)s of %(phases)s · version %(version)s")
        % {**named, "region": line.region.name, "version": snapshot.version},
        blocks=tuple(blocks),
    )


def _lead(sheet: Sheet) -> str:
    region = sheet.line.region
    said = _("%(group)s · Province %(province)s · code %(code)s") % {
        "group": sheet.line.group,
        "province": region.province.name,
        "code": region.code,
    }
    if sheet.snapshot.published_at is None:
        return said
    return said + "\n" + _("Letter %(letter)s") % {"letter": writing.letter(sheet.snapshot)}


def _figures(sheet: Sheet) -> Facts:
    line = sheet.line
    note = on_scale(sheet.header.scale)
    if line.final is None:
        note = line.no_score_reason
    elif line.predicate:
        note = f"{line.predicate} · {note}"
    final = Fact(_("Final"), writing.score(line.final), note)
    title = improvement_title(sheet.header.year, line.previous_year)
    change = Fact(title, writing.signed(line.improvement), _compared(sheet))
    return Facts((final, _rank(sheet), change))


def _rank(sheet: Sheet) -> Fact:
    line, intervals = sheet.line, sheet.intervals
    notes = [_("of %(count)s in its group") % {"count": sheet.ranked}]
    if intervals is not None:
        interval = intervals.group
        notes.append(
            _("between %(lowest)s and %(highest)s in %(share)s of all draws: %(basis)s")
            % {
                "lowest": interval.lowest,
                "highest": interval.highest,
                "share": writing.percent_of(interval.share),
                "basis": interval.basis,
            }
        )
    notes.append(
        _("%(province)s in the province, %(nation)s nationally")
        % {
            "province": ranked(line.rank_in_province, intervals and intervals.province),
            "nation": ranked(line.rank_in_nation, intervals and intervals.nation),
        }
    )
    return Fact(_("Rank in its group"), ranked(line.rank_in_group, None), "\n".join(notes))


def _compared(sheet: Sheet) -> str:
    line = sheet.line
    if line.previous_final is None:
        return _("no previous result")
    named = {"previous": writing.score(line.previous_final)}
    if line.previous_origin == "computed":
        said = _("previous result, computed by Pilar: %(previous)s") % named
    else:
        said = _("previous result, as a source states it: %(previous)s") % named
    if line.other_scale:
        return said + "\n" + _("another scale then: the two finals are not subtracted")
    other = _("another instrument then: two different measures")
    return said if line.comparable else f"{said}\n{other}"


def _parts(sheet: Sheet) -> list[Block]:
    """Every part with weight, score, last year's score and contribution; next to it the shape of the dimensions."""
    last = sheet.last_year
    columns = [Column(_("Part"), share=5), Column(_("Weight"), number=True), Column(_("Score"), share=3)]
    if last is not None:
        columns += [Column(str(last.year), number=True), Column(_("Difference"), number=True)]
    columns.append(Column(_("Contribution"), number=True))
    rows = []
    for part in sheet.parts:
        cells: list[str | Bar] = [str(part.title), writing.percent(part.percent)]
        if part.published is None:
            cells.append(Bar(0, writing.NONE))
        else:
            reached = writing.share_of_scale(part.published, sheet.instrument.scale)
            cells.append(Bar(reached, writing.score(part.published)))
        if last is not None:
            cells += _then(sheet, part.code, part.published)
        cells.append(writing.score(part.share))
        rows.append(Row(tuple(cells), depth=part.depth, strong=part.depth == 0))
    blocks: list[Block] = [Heading(_("Dimensions and their parts")), Table(tuple(columns), tuple(rows))]
    blocks.append(
        Paragraph(
            _("Weight: of the part in the final. Contribution: what the final owes to it; the dimensions sum to it."),
            quiet=True,
        )
    )
    if last is not None and last.origin == "stated":
        blocks.append(
            Paragraph(
                _("Scores of %(year)s as a source printed them, not computed by Pilar.") % {"year": last.year},
                quiet=True,
            )
        )
    radar = _radar(sheet)
    return [*blocks, radar] if radar else blocks


def _then(sheet: Sheet, code: str, now: Decimal | None) -> list[str | Bar]:
    assert sheet.last_year is not None
    before = sheet.last_year.scores.get(code)
    if before is None:
        return [writing.NONE, writing.NONE]
    shown = writing.rounded(before, sheet.instrument)
    return [writing.score(shown), writing.signed(None if now is None else now - shown)]


def _radar(sheet: Sheet) -> Picture | None:
    """The dimensions of both years; None for fewer than three."""
    top = [part for part in sheet.parts if part.depth == 0]
    last, instrument = sheet.last_year, sheet.instrument
    series = [charts.Series(str(sheet.header.year), [part.published for part in top])]
    if last is not None:
        then = [last.scores.get(part.code) for part in top]
        shown = [None if value is None else writing.rounded(value, instrument) for value in then]
        series.append(charts.Series(str(last.year), shown))
    titles = [str(part.title) for part in top]
    return drawing.radar(titles, series, instrument.scale.minimum, instrument.scale.maximum)


def _change(sheet: Sheet) -> list[Block]:
    change = sheet.change
    if change is None:
        return []
    rows = [Row((step.title, writing.signed(step.value))) for step in change.steps]
    rows.append(Row((_("Improvement"), writing.signed(sheet.line.improvement)), strong=True))
    columns = (Column(_("What changed"), share=1), Column(_("Adds"), number=True))
    blocks: list[Block] = [Heading(_("Why the final changed")), Table(columns, tuple(rows))]
    return [*blocks, Paragraph(change.unknown, quiet=True)] if change.unknown else blocks


def _standouts(sheet: Sheet) -> list[Block]:
    """Return what is strong and weak compared with the median of the group."""
    titles = {part.code: part.title for part in sheet.parts}
    strong = _beside(sheet, _("Above the group’s median"), sheet.standouts.strong, titles)
    weak = _beside(sheet, _("Below the group’s median"), sheet.standouts.weak, titles)
    explained = _(
        "The parts furthest from the median of the %(count)s regions of the group: score, median, difference."
    ) % {"count": sheet.ranked}
    return [
        Heading(_("Strengths and weaknesses")),
        Beside(strong, weak),
        Paragraph(explained, quiet=True),
    ]


def _beside(
    sheet: Sheet, title: str, standouts: tuple[Standout, ...], titles: dict[str, Bilingual]
) -> tuple[Block, ...]:
    if not standouts:
        return (Heading(title, 2), Paragraph(_("No part.")))
    columns = (
        Column(_("Part"), share=1),
        Column(_("Score"), number=True),
        Column(_("Median"), number=True),
        Column(_("Difference"), number=True),
    )
    instrument = sheet.instrument
    rows = []
    for standout in standouts:
        score, middle = writing.rounded(standout.score, instrument), writing.rounded(standout.median, instrument)
        # Readers subtract the two printed numbers.
        rows.append(
            Row(
                (
                    str(titles[standout.code]),
                    writing.score(score),
                    writing.score(middle),
                    writing.signed(score - middle),
                )
            )
        )
    return (Heading(title, 2), Table(columns, tuple(rows)))


def _findings(sheet: Sheet) -> list[Block]:
    """Return what the panel wrote, for the region and the secretariat."""
    if sheet.findings is None:
        return []
    names = {
        FindingKind.STRENGTH: _("Strengths"),
        FindingKind.WEAKNESS: _("Weaknesses"),
        FindingKind.RECOMMENDATION: _("Recommendations"),
    }
    blocks: list[Block] = [Heading(_("What the panel wrote"))]
    for kind, name in names.items():
        written = [finding for finding in sheet.findings if finding.kind is kind]
        texts = tuple(text.text if text.title is None else f"{text.title}: {text.text}" for text in written)
        blocks += [Heading(name, 2), Bullets(texts) if texts else Paragraph(_("None."))]
    return blocks


def _proof(sheet: Sheet) -> Pairs:
    """By what the sheet can be checked."""
    snapshot = sheet.snapshot
    version = str(snapshot.version) if not snapshot.reason else f"{snapshot.version} · {snapshot.reason}"
    pairs = [
        Pair(_("Letter"), writing.letter(snapshot)),
        Pair(_("Version"), version),
        Pair(_("Final before rounding"), writing.unrounded(sheet.final_exact)),
        Pair(_("Instrument"), writing.instrument_line(snapshot, sheet.header)),
        Pair(_("SHA-256 of the instrument"), snapshot.instrument_sha256, code=True),
        Pair(_("SHA-256 of the input"), snapshot.input_sha256, code=True),
        Pair(_("SHA-256 of the results"), snapshot.result_sha256, code=True),
    ]
    if snapshot.published_at:
        pairs.append(Pair(_("Public page"), _public_page(sheet), code=True, link=True))
    return Pairs(tuple(pairs))


def _public_page(sheet: Sheet) -> str:
    """The page of this version, which stays when a later one is published."""
    header, snapshot = sheet.header, sheet.snapshot
    return writing.address(
        "evaluation:computed-region-version",
        header.campaign,
        header.number,
        snapshot.version,
        sheet.line.region.code,
    )
