"""The national report of a phase: all regions by group, how finals are spread, predicates, method."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.design import charts
from pilar.design.svg import picture
from pilar.evaluation.documents import writing
from pilar.evaluation.documents.method import method
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.queries.sheets import Book
from pilar.evaluation.queries.snapshots import ResultLine
from pilar.evaluation.rules.reports import Summary, histogram, ranked, summary
from pilar.evaluation.wording import on_scale, since
from pilar.platform.language import reader_language
from pilar.reports.document import (
    Bar,
    Block,
    Column,
    Document,
    Fact,
    Facts,
    Heading,
    Notice,
    PageBreak,
    Pair,
    Pairs,
    Paragraph,
    Row,
    Table,
)
from pilar.reports.pdf import typeset

BINS = 16


def national_report(book: Book) -> bytes:
    """The report as PDF in the reader's language."""
    return typeset(national_document(book))


def national_document(book: Book) -> Document:
    """Return what stands in the report, in the reader's language."""
    header, snapshot = book.header, book.snapshot
    named = {"title": header.title, "number": header.number, "phases": header.phase_count, "version": snapshot.version}
    blocks: list[Block] = [Notice(text) for text in writing.notices(header, snapshot)]
    blocks += [_figures(book), *_spread(book), *_predicates(book), *_dimensions(book)]
    for place, (code, title) in enumerate(sorted(book.groups.items())):
        lines = [line for line in book.ranked if line.group_code == code]
        if lines:
            blocks += [*([PageBreak()] if place == 0 else []), *_group(book, title, lines)]
    blocks += [Heading(_("Method")), Paragraph(method(book.instrument)), Heading(_("To check")), *_proof(book)]
    return Document(
        title=str(header.title),
        language=reader_language(),
        author=writing.AUTHOR,
        made_at=snapshot.published_at or snapshot.approved_at or snapshot.computed_at,
        eyebrow=_("National report · year %(year)s · phase %(number)s of %(phases)s") % {"year": header.year, **named},
        lead=_("Letter %(letter)s") % {"letter": writing.letter(snapshot)} if snapshot.published_at else "",
        corner=writing.code_to(_public_page(book)) if snapshot.published_at else None,
        stamp=writing.stamp(header, snapshot),
        running=_("%(title)s · phase %(number)s of %(phases)s · version %(version)s") % named,
        blocks=tuple(blocks),
    )


def _finals(book: Book, lines: Sequence[ResultLine]) -> list[Fraction]:
    finals = (book.final(line.region.code) for line in lines)
    return [final for final in finals if final is not None]


def _written(book: Book, value: Fraction) -> str:
    return writing.score(writing.rounded(value, book.instrument))


def _figures(book: Book) -> Facts:
    lines = book.ranked
    spread = summary(_finals(book, lines))
    improved = [line for line in lines if line.improvement is not None]
    # A mean of what one year changed and what three years changed would be neither.
    compared = [line.improvement for line in improved if line.improvement is not None and not _since(book, line)]
    if compared:
        said = _("%(better)s of %(count)s rose") % {
            "better": sum(amount > 0 for amount in compared),
            "count": len(compared),
        }
    elif any(line.other_scale for line in lines):
        said = _("the finals before stand on another scale and are not subtracted")
    else:
        said = _("no previous results")
    if apart := len(improved) - len(compared):
        over = ngettext(
            "%(count)s region with an older final is not counted",
            "%(count)s regions with an older final are not counted",
            apart,
        )
        said = "\n".join((said, over % {"count": apart})) if compared else over % {"count": apart}
    return Facts(
        (
            Fact(
                _("Mean of the finals"),
                writing.NONE if spread is None else _written(book, spread.mean),
                on_scale(book.header.scale),
            ),
            Fact(
                _("Regions with a final"),
                str(0 if spread is None else spread.count),
                _("of %(count)s that took part") % {"count": len(lines)},
            ),
            Fact(
                _("Mean improvement"),
                writing.NONE
                if not compared
                else writing.difference(sum(map(Fraction, compared), Fraction(0)) / len(compared), book.instrument),
                said,
            ),
        )
    )


def _spread(book: Book) -> list[Block]:
    """The finals as a histogram, and their quartiles by group."""
    instrument, lines = book.instrument, book.ranked
    finals = _finals(book, lines)
    bins = histogram(finals, instrument.scale.minimum, instrument.scale.maximum, BINS)
    counts = {writing.score(writing.rounded(bar.start, instrument)): bar.count for bar in bins}
    chart = charts.columns(counts, columns=(_("Final from"), _("Regions")))
    figures = "; ".join(f"{label}: {count}" for label, count in counts.items() if count)
    alt = _("Regions by final, each column from its figure on: %(figures)s") % {"figures": figures}
    rows = [
        _spread_row(book, str(title), [line for line in lines if line.group_code == code])
        for code, title in sorted(book.groups.items())
    ]
    rows.append(_spread_row(book, _("All"), lines, strong=True))
    return [
        Heading(_("How finals are spread")),
        picture(chart.drawn(420), reader_language(), alt, 130, _("Regions by final, each column from its figure on")),
        Table(_spread_columns(_("Group")), tuple(rows)),
    ]


def _spread_columns(first: str) -> tuple[Column, ...]:
    names = (
        _("Regions"), _("Mean"), _("Lowest"), _("Lower quartile"), _("Median"), _("Upper quartile"), _("Highest"),
    )  # fmt: skip
    return (Column(first, share=1), *(Column(name, number=True) for name in names))


def _spread_row(book: Book, name: str, lines: Sequence[ResultLine], *, strong: bool = False) -> Row:
    return Row((name, *_spread_cells(book, summary(_finals(book, lines)))), strong=strong)


def _spread_cells(book: Book, summary: Summary | None) -> tuple[str, ...]:
    if summary is None:
        return ("0", *[writing.NONE] * 6)
    figures = (
        summary.mean,
        summary.lowest,
        summary.lower_quartile,
        summary.median,
        summary.upper_quartile,
        summary.highest,
    )
    return (str(summary.count), *(_written(book, figure) for figure in figures))


def _predicates(book: Book) -> list[Block]:
    """Count how many regions of each group hold which predicate; nothing where the instrument has none."""
    known = book.instrument.predicates
    if not known:
        return []
    groups = sorted(book.groups.items())
    counted = Counter((line.predicate, line.group_code) for line in book.ranked if line.final is not None)
    columns = [Column(_("Predicate"), share=1), Column(_("Final from"), number=True)]
    columns += [Column(str(title), number=True) for _code, title in groups]
    lines: list[tuple[Bilingual | None, str, str]] = [
        (title, str(title), writing.score(predicate.threshold))
        for predicate in known
        for title in [Bilingual(**predicate.title)]
    ]
    lines.append((None, _("Without predicate"), writing.NONE))
    rows = [
        Row((name, threshold, *(str(counted[title, code]) for code, _group in groups)))
        for title, name, threshold in lines
    ]
    return [Heading(_("Predicates")), Table(tuple(columns), tuple(rows))]


def _dimensions(book: Book) -> list[Block]:
    rows = []
    for node in book.instrument.root.children:
        scores = [book.scores(region) for region in book.lines]
        spread = summary(score[node.code] for score in scores if node.code in score)
        rows.append(Row((str(Bilingual(**node.title)), *_spread_cells(book, spread))))
    return [Heading(_("Dimensions over all regions")), Table(_spread_columns(_("Dimension")), tuple(rows))]


def _group(book: Book, title: Bilingual, lines: Sequence[ResultLine]) -> list[Block]:
    """The ranking of one group; regions without a final follow with the reason."""
    columns = (
        Column(_("Rank"), number=True),
        Column(_("Regency or city"), share=5),
        Column(_("Province"), share=3),
        Column(_("Final"), share=3),
        Column(_("Improvement"), number=True),
        Column(_("Predicate")),
        Column(_("Nationally"), number=True),
    )
    scored = [line for line in lines if line.final is not None]
    blocks: list[Block] = [
        Heading(_("Group: %(group)s") % {"group": title}),
        Table(columns, tuple(_line(book, line) for line in scored)),
    ]
    blank = [line for line in lines if line.final is None]
    if blank:
        rows = tuple(Row((line.region.name, line.no_score_reason)) for line in blank)
        blocks += [
            Heading(_("Without a final"), 2),
            Table((Column(_("Regency or city"), share=1), Column(_("Reason"), share=2)), rows),
        ]
    interval = next(
        (
            book.intervals[result_line.region.code].group
            for result_line in scored
            if result_line.region.code in book.intervals
        ),
        None,
    )
    if interval is not None:
        named = {"share": writing.percent_of(interval.share), "basis": interval.basis}
        blocks.append(Paragraph(_("In brackets: ranks in %(share)s of all draws; %(basis)s.") % named, quiet=True))
    if any(line.other_scale for line in scored):
        blocks.append(Paragraph(_("The finals before stand on another scale and are not subtracted."), quiet=True))
    if any(line.improvement is not None and not line.comparable for line in scored):
        other = _("* The final before came from another instrument: the improvement compares two different measures.")
        blocks.append(Paragraph(other, quiet=True))
    return blocks


def _line(book: Book, line: ResultLine) -> Row:
    assert line.final is not None
    intervals = book.intervals.get(line.region.code)
    mark = "" if line.comparable or line.improvement is None else " *"
    return Row(
        (
            ranked(line.rank_in_group, intervals and intervals.group),
            line.region.name,
            line.region.province.name,
            Bar(writing.share_of_scale(line.final, book.instrument.scale), writing.score(line.final)),
            " ".join(filter(None, (writing.signed(line.improvement) + mark, _since(book, line)))),
            str(line.predicate) if line.predicate else writing.NONE,
            ranked(line.rank_in_nation, intervals and intervals.nation),
        )
    )


def _since(book: Book, line: ResultLine) -> str:
    """Since when, where the final before is not of the year before."""
    return "" if line.improvement is None else since(book.header.year, line.previous_year)


def _proof(book: Book) -> list[Block]:
    snapshot = book.snapshot
    pairs = [
        Pair(_("Letter"), writing.letter(snapshot)),
        Pair(_("Version"), str(snapshot.version)),
        Pair(_("Instrument"), writing.instrument_line(snapshot, book.header)),
        Pair(_("SHA-256 of the instrument"), snapshot.instrument_sha256, code=True),
        Pair(_("SHA-256 of the input"), snapshot.input_sha256, code=True),
        Pair(_("SHA-256 of the results"), snapshot.result_sha256, code=True),
    ]
    if snapshot.published_at:
        pairs.append(Pair(_("Public page"), _public_page(book), code=True, link=True))
    said = _("The workbook and the open data of this version let anybody compute every final and rank again.")
    return [Paragraph(said), Pairs(tuple(pairs))]


def _public_page(book: Book) -> str:
    header = book.header
    return writing.address("evaluation:computed-version", header.campaign, header.number, book.snapshot.version)
