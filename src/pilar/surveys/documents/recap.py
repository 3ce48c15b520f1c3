"""The recap of a survey (rekapitulasi) as a document, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pilar.areas import reference
from pilar.design import numbers
from pilar.design.svg import picture
from pilar.platform.language import reader_language, translate
from pilar.reports.document import Block, Column, Document, Fact, Facts, Heading, Notice, Paragraph, Row, Table
from pilar.surveys.documents.beside import beside_blocks
from pilar.surveys.documents.writing import NONE, ends, figure
from pilar.surveys.queries import Recap, SurveyRow
from pilar.surveys.rules.answers import FLAG_NAMES
from pilar.surveys.rules.scores import MIN_SHOWN, Index
from pilar.surveys.wording import Line, compared, group_lines, groups_caption, item_lines, items_of, pillar_radar

AUTHOR = "Pilar"
RADAR_WIDTH = 84


def interval(line: Line) -> str:
    """Format the interval of a figure; a dash for none."""
    return ends(line.lower, line.upper)


def recap_document(recap: Recap) -> Document:
    """Make the document of the scores with their basis, as it is handed in."""
    row = recap.scores.survey
    return Document(
        title=_("Survey recap: %(title)s") % {"title": row.title},
        language=reader_language(),
        author=AUTHOR,
        made_at=row.closes_at,
        blocks=tuple(_blocks(recap)),
        eyebrow=f"{row.region_name} · {row.year}",
        lead=str(row.questionnaire.title),
        stamp=_("synthetic") if row.synthetic else "",
        running=f"{row.title} · {row.region_name} · {row.year}",
    )


def _blocks(recap: Recap) -> Iterator[Block]:
    scores, row = recap.scores, recap.scores.survey
    if row.synthetic:
        yield Notice(_("Synthetic data: made up for demonstration. Nothing here says anything about a real region."))
    if note := part_note(recap):
        yield Notice(note)
    doubts = recap.doubts
    facts = [
        Fact(_("Answers"), str(doubts.count), _("%(count)s without a flag") % {"count": doubts.clean}),
        Fact(_("Programmes"), str(len(scores.cells))),
    ]
    if scores.index is not None:
        facts.insert(0, _index_fact(scores.index))
    yield Facts(tuple(facts))
    if scores.index is not None:
        yield Paragraph(printed(scores.index))
    yield Paragraph(
        _("Answers were taken from %(begin)s until %(end)s.")
        % {
            "begin": reference.local_time(row.opens_at, row.region),
            "end": reference.local_end(row.closes_at, row.region),
        }
    )
    yield Heading(_("Scores"))
    radar = pillar_radar(scores, recap.before)
    if radar is not None:
        told = "; ".join(f"{row.label} {figure(row.values[0])}" for row in radar.rows)  # type: ignore[arg-type]
        yield picture(
            radar.spec,
            reader_language(),
            _("Radar of the pillars: %(told)s") % {"told": told},
            RADAR_WIDTH,
            _lines_named(recap),
        )
    yield _table(groups_caption(scores), group_lines(scores, recap.before), quota=True)
    yield _table(_("Questions, all programmes together"), item_lines(scores, recap.before))
    yield Paragraph(method_note(), quiet=True)
    yield Heading(_("Questions of each programme"))
    for cell in scores.cells:
        if cell.shown:
            yield _table(cell.cell.programme, items_of(scores, cell))
    yield from beside_blocks(recap)
    yield Heading(_("Doubted answers"))
    yield Table(
        (Column(_("Flag"), share=4), Column(_("Answers"), number=True), Column(_("Counts, per cent"), number=True)),
        tuple(Row((translate(FLAG_NAMES[flag.flag]), str(flag.count), str(flag.weight))) for flag in doubts.flags),
    )
    yield Heading(_("Statement"))
    yield Paragraph(statement(row))


def statement(row: SurveyRow) -> str:
    """Return who answers for the survey."""
    if row.stated_on is None:
        return _("The head of region has not stated yet that the survey is valid.")
    day = date_format(row.stated_on, "j F Y")
    return _("%(who)s answers for the validity of the survey (%(day)s).") % {"who": row.stated_by, "day": day}


def printed(index: Index) -> str:
    """Format the index with the weight that many reports print."""
    named = {"weight": figure(index.printed_weight), "printed": figure(index.printed)}
    return _(
        "The nine elements weigh exactly 1/9 each. With %(weight)s in its place, as many reports print it, it would be"
        " %(printed)s."
    ) % named  # fmt: skip


def part_note(recap: Recap) -> str:
    """Return a note to readers who see only some programmes, that figures cover only those; empty for others."""
    if recap.whole:
        return ""
    return _(
        "You see the programmes of your office only. Figures of pillars, sub-dimensions, questions and the index are"
        " made of those, and differ from the figures of the whole survey."
    )


def method_note() -> str:
    """Return a note on how the figures are made."""
    return _(
        "Means are weighted by what answers count; intervals are of 95 %%. A figure of fewer than %(least)s answers is"
        " not shown and goes into no mean. A programme is the mean of its questions, a sub-dimension or pillar that of"
        " its programmes."
    ) % {"least": MIN_SHOWN}  # fmt: skip


def _lines_named(recap: Recap) -> str:
    """Return which line of the radar is which year; empty for one line."""
    if recap.before is None:
        return ""
    years = {"year": recap.scores.survey.year, "before": recap.before.survey.year}
    return _("Solid line: %(year)s; dashed line: %(before)s") % years


def _index_fact(index: Index) -> Fact:
    band = f"{index.band.code}: {index.band.title}" if index.band else ""
    return Fact(_("Public satisfaction index (IKM)"), figure(index.score), band)


def _table(caption: str, lines: Sequence[Line], *, quota: bool = False) -> Table:
    """Make a table; ``quota`` adds a column with the number required; lines of the year before add one for the
    change."""
    columns = [
        Column(_("What"), share=4), Column(_("Mean"), number=True), Column(_("Interval of 95 %"), number=True, share=2),
        Column(_("Answers"), number=True),
    ]  # fmt: skip
    if quota:
        columns.append(Column(_("Wanted"), number=True))
    change = compared(lines)
    if change:
        columns.append(Column(_("Change on the year before"), number=True))
    return Table(tuple(columns), tuple(_row(line, quota, change) for line in lines), caption)


def _row(line: Line, quota: bool, change: bool) -> Row:
    count = str(line.count) if line.mean is not None else _("fewer than %(least)s") % {"least": MIN_SHOWN}
    cells = [line.title, figure(line.mean), interval(line), count]
    if quota:
        wanted = "" if line.cell is None else str(line.cell.quota)
        cells.append(_("%(wanted)s, not reached") % {"wanted": wanted} if line.below else wanted)
    if change:
        cells.append(NONE if line.change is None else numbers.signed(line.change, reader_language()))
    return Row(tuple(cells), depth=line.depth, strong=quota and line.depth == 0)
