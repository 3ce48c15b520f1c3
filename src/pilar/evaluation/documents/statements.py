"""The sheet of a year that Pilar did not compute: what sources print about a region, each with its address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from pilar import index
from pilar.design import charts
from pilar.evaluation.documents import drawing, writing
from pilar.evaluation.documents.method import assumes
from pilar.evaluation.queries import Explained, RegionProfile, RegionYear
from pilar.evaluation.queries.changes import FinalChange
from pilar.evaluation.queries.changes_told import printed_lines, printed_rest, remarks
from pilar.evaluation.rules.reports import ranked
from pilar.evaluation.rules.scales import YearScale
from pilar.evaluation.wording import improvement_title, on_scale
from pilar.platform.language import reader_language
from pilar.reports.document import (
    Bar,
    Block,
    Cell,
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


def statement_sheet(
    profile: RegionProfile, year: RegionYear, changes: Mapping[int, FinalChange], *, made_at: datetime
) -> bytes:
    """The sheet as PDF in the reader's language.

    ``changes``: the change behind each statement that has one, by its key; ``made_at``: when statements were loaded.
    """
    return typeset(statement_document(profile, year, changes, made_at=made_at))


def statement_document(
    profile: RegionProfile, year: RegionYear, changes: Mapping[int, FinalChange], *, made_at: datetime
) -> Document:
    """Return what stands on the sheet, in the reader's language."""
    region = profile.region
    page = writing.address("evaluation:region_year", region.code, year.year)
    said = _("Not computed by Pilar: what sources print, each with its address. Pilar only checks the sum.")
    blocks: list[Block] = [Notice(said)]
    if year.conflicting:
        finals = " / ".join(writing.score(final) for final in year.finals)
        blocks.append(
            Notice(
                _("Sources contradict each other: %(finals)s. Pilar does not choose between them.") % {"finals": finals}
            )
        )
    for explained in year.explained:
        blocks += _statement(profile, year.scale, explained, changes.get(explained.statement.key))
    return Document(
        title=f"{region.name} {year.year}",
        language=reader_language(),
        author=writing.AUTHOR,
        made_at=made_at,
        eyebrow=_("Published results · Smart City evaluation %(year)s") % {"year": year.year},
        lead=_("Province %(province)s · code %(code)s") % {"province": region.province.name, "code": region.code},
        corner=writing.code_to(page),
        running=f"{region.name} · {year.year}",
        blocks=tuple(blocks),
    )


def _statement(
    profile: RegionProfile, scale: YearScale | None, explained: Explained, change: FinalChange | None
) -> list[Block]:
    statement = explained.statement
    named = {"host": (urlsplit(statement.source_url).hostname or "").removeprefix("www."), "phase": statement.phase}
    heading = _("Phase %(phase)s, as %(host)s prints it") if statement.phase else _("As %(host)s prints it")
    blocks: list[Block] = [Heading(heading % named), _figures(explained, scale, change), _source(explained)]
    if explained.scores:
        blocks.append(_scores(explained, scale))
        radar = _radar(profile, explained, scale)
        blocks += [radar] if radar else []
    blocks += _sum(explained)
    return blocks if change is None else [*blocks, *_change(change)]


def _change(change: FinalChange) -> list[Block]:
    """Return what the printed figures of both years tell of the change, and in sentences what is not known."""
    blocks: list[Block] = [Heading(_("Why the final changed"), 2)]
    rows = []
    for line in printed_lines(change):
        if line.value is not None:
            adds = writing.signed(line.value)
        else:
            ends = {"lowest": writing.signed(line.lowest), "highest": writing.signed(line.highest)}
            adds = _("between %(lowest)s and %(highest)s") % ends
        rows.append(Row((line.title, adds)))
    if rows:
        rest = printed_rest(change)
        rows += [] if rest is None else [Row((rest[0], writing.signed(rest[1])))]
        rows.append(Row((_("Improvement, from the printed finals"), writing.signed(change.improvement)), strong=True))
        blocks.append(Table((Column(_("What changed"), share=2), Column(_("Adds"), number=True)), tuple(rows)))
    said = remarks(change) if change.unknown is None else (change.unknown.sentence,)
    return [*blocks, *(Paragraph(sentence) for sentence in said)]


def _figures(explained: Explained, scale: YearScale | None, change: FinalChange | None) -> Facts:
    statement = explained.statement
    origins = {
        "printed": _("printed by the source"),
        "derived": _("difference of two printed finals"),
        "": _("not printed"),
    }
    scope = _("not printed") if statement.rank is None else statement.rank_scope
    if statement.rank is None and statement.rank_size:
        scope = _("not printed; the source speaks of %(size)s regions") % {"size": statement.rank_size}
    elif statement.rank is not None and statement.group is not None:
        scope = f"{statement.group.title}: {statement.rank_scope}"
    return Facts(
        (
            Fact(_("Final"), writing.score(statement.final), on_scale(scale)),
            _improvement(explained, change, origins),
            Fact(_("Rank"), ranked(statement.rank, None), scope),
        )
    )


def _improvement(explained: Explained, change: FinalChange | None, origins: Mapping[str, str]) -> Fact:
    """As it is printed, otherwise what the finals of sources give, with the year of the one before."""
    statement = explained.statement
    if statement.improvement is None and change is not None and change.improvement is not None:
        title = improvement_title(statement.year, change.year)
        return Fact(title, writing.signed(change.improvement), origins["derived"])
    printed = writing.signed(statement.improvement)
    return Fact(_("Improvement on the previous year"), printed, origins[statement.improvement_origin])


def _source(explained: Explained) -> Pairs:
    statement = explained.statement
    pairs = [Pair(_("Source"), statement.source_url, code=True, link=True)]
    if statement.letter:
        pairs.append(Pair(_("Letter of the ministry"), statement.letter))
    if statement.group is not None:
        pairs.append(Pair(_("Group"), str(statement.group.title)))
        pairs.append(Pair(_("Source of the group"), statement.group.source_url, code=True, link=True))
    if str(statement.note):
        pairs.append(Pair(_("Note"), str(statement.note)))
    return Pairs(tuple(pairs))


def _scores(explained: Explained, scale: YearScale | None) -> Table:
    """The printed scores; with weights and contributions where the sum could be computed."""

    def bar(value: Decimal) -> Cell:
        shown = writing.score(value)
        return shown if scale is None else Bar(writing.share_of_scale(value, scale), shown)

    if explained.recomputation is None:
        columns = (Column(_("Dimension"), share=2), Column(_("Score"), share=2))
        return Table(
            columns,
            tuple(Row((str(title), bar(value))) for title, value in explained.scores),
        )
    columns = (
        Column(_("Dimension"), share=2),
        Column(_("Score"), share=2),
        Column(_("Weight"), number=True),
        Column(_("Contribution"), number=True),
    )
    rows = [
        Row(
            (
                str(step.title),
                bar(step.score),
                writing.percent(_written(step.weight * 100)),
                writing.score(_written(step.contribution)),
            )
        )
        for step in explained.steps
    ]
    recomputation = explained.recomputation
    last: tuple[Cell, ...] = (
        _("Sum, rounded once"),
        "",
        "",
        f"{writing.score(_written(recomputation.unrounded))} → {writing.score(recomputation.rounded)}",
    )
    return Table(columns, (*rows, Row(last, strong=True)))


def _sum(explained: Explained) -> list[Block]:
    """Return how the sum stands to the printed final, or why there is none."""
    recomputation = explained.recomputation
    if recomputation is None:
        return [Paragraph(_obstacle(explained))]
    blocks: list[Block] = []
    if recomputation.difference is not None:
        named = {
            "difference": writing.signed(_written(recomputation.difference)),
            "most": writing.score(recomputation.largest_rounding),
        }
        if recomputation.differs:
            said = _("The printed final differs from its dimensions by %(difference)s, more than rounding can explain.")
            blocks.append(Notice(said % named))
        else:
            said = _(
                "Unrounded sum less printed final: %(difference)s; up to %(most)s is explained by the rounding of the "
                "printed figures."
            )
            blocks.append(Paragraph(said % named))
    assert explained.instrument is not None
    row, tree = explained.instrument
    how = [_("Each printed dimension score times its weight; the sum is rounded once, at the end.")]
    if assumes(tree):
        how.append(_("What the instrument marks as an assumption is not known from a document of the ministry."))
    pairs = (
        Pair(_("Instrument"), f"{row.code} {row.version}"),
        Pair(_("SHA-256 of the instrument"), row.sha256, code=True),
    )
    return [*blocks, Heading(_("Method"), 2), Paragraph(" ".join(how)), Pairs(pairs)]


def _obstacle(explained: Explained) -> str:
    if explained.obstacle == "only-final" and explained.statement.final is None:
        return _(
            "The source prints neither dimensions nor a final, only the improvement. There is nothing to compute again."
        )
    return {
        "only-final": _(
            "The source prints the final only, not the dimensions. How it came about cannot be computed again."
        ),
        "no-instrument": _("The weights of %(year)s are not known") % {"year": explained.statement.year},
        "incomplete": _(
            "The source does not print all dimensions that the instrument needs. A sum over a part would be another "
            "number."
        ),
    }.get(explained.obstacle or "", _("The printed scores do not fit the instrument of this year"))


def _radar(profile: RegionProfile, explained: Explained, scale: YearScale | None) -> Picture | None:
    """The dimensions of this statement and, dashed, of the year before where exactly one source prints them on the same
    scale.
    """
    if scale is None:
        return None
    titles = [str(title) for title, _value in explained.scores]
    series = [charts.Series(str(explained.statement.year), [value for _title, value in explained.scores])]
    year = profile.year(explained.statement.year - 1)
    printed = [] if year is None else [other for other in year.explained if other.scores]
    if year and year.scale and year.scale.ends == scale.ends and len(printed) == 1:
        before = {str(title): value for title, value in printed[0].scores}
        if before.keys() >= set(titles):
            series.append(charts.Series(str(explained.statement.year - 1), [before[title] for title in titles]))
    return drawing.radar(titles, series, scale.minimum, scale.maximum)


def _written(value: Fraction) -> Decimal:
    return Decimal(index.decimal_text(value))
