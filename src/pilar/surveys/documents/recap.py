"""Lay out the recap of a survey (rekapitulasi), with what stands next to its scores, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.areas import reference
from pilar.design import numbers
from pilar.design.charts import Chart
from pilar.design.svg import picture
from pilar.platform.language import reader_language, translate
from pilar.reports.document import Block, Column, Document, Fact, Facts, Heading, Notice, Paragraph, Row, Table
from pilar.surveys.documents.writing import NONE, ends, figure
from pilar.surveys.drawings import (
    changes,
    courses,
    district_charts,
    district_estimates,
    district_pillars,
    service_name,
    services_charts,
    spread_charts,
)
from pilar.surveys.queries import Recap, SurveyRow
from pilar.surveys.rules.answers import FLAG_NAMES
from pilar.surveys.rules.scores import MIN_SHOWN, Index, rounded
from pilar.surveys.wording import Line, compared, group_lines, groups_caption, item_lines, items_of, pillar_radar

WIDE, NARROW = 84, 70
"""Widths of single charts and of those over the years, in millimetres."""
MAX_BARS, MAX_QUESTIONS = 14, 9
"""The most bars and questions of a chart, so that it fits one sheet."""


def beside_blocks(recap: Recap) -> Iterator[Block]:
    """Yield the available parts, each under its heading."""
    yield from _districts(recap)
    yield from _changes(recap)
    yield from _courses(recap)
    yield from _services(recap)
    yield from _spread(recap)


def district_note(recap: Recap) -> str:
    """Return a note on the questions behind the figures of districts, and on what is hidden."""
    if recap.districts is None:
        return ""
    told = [
        _(
            "Means over the questions that everybody is asked, of the respondents of a district. A district is shown"
            " with %(least)s answers or more, and only as far as nothing can be computed of fewer from it and the other"
            " figures."
        ) % {"least": MIN_SHOWN},
        _(
            "Districts were not asked about the programmes in equal parts, so a difference between them may also be one"
            " between programmes."
        ),
    ]  # fmt: skip
    others = recap.districts.others
    if others:
        told.append(
            ngettext(
                "%(count)s answer is from a district that is not shown, or from somebody who told none.",
                "%(count)s answers are from districts that are not shown, or from people who told none.",
                others,
            ) % {"count": others}
        )  # fmt: skip
    return " ".join(told)


def comparison_note() -> str:
    """Return a note on how a change is distinguished from chance."""
    return _(
        "A change is more than chance if its interval leaves zero out. The two surveys asked different people, so their"
        " variances add: for a question by Welch's method with Kish's effective number of answers, for a pillar and the"
        " index from the intervals of both years. Of twenty figures that did not change, one is expected to look like"
        " more than chance."
    )


def course_note(recap: Recap) -> str:
    """Return a note on which survey stands for which year."""
    told = "; ".join(f"{point.survey.year}: {point.survey.title}" for point in recap.years.points)
    return _("Surveys in the line: %(told)s.") % {"told": told}


def others_note(recap: Recap) -> str:
    """Return a note on the surveys left out of the line, and why; empty without any."""
    told = "; ".join(f"{other.year}: {other.title}" for other in recap.years.others)
    if not told:
        return ""
    return _("Not in the line, because they asked other questions or used another scale: %(told)s.") % {"told": told}


def _districts(recap: Recap) -> Iterator[Block]:
    if recap.districts is None:
        return
    yield Heading(_("By district"))
    for chart in district_charts(recap, MAX_BARS):
        yield picture(
            chart.spec, reader_language(), _("Bars of the districts: %(told)s") % {"told": _read(chart)}, WIDE
        )
    given = district_estimates(recap)
    if given:
        columns = (Column(_("District"), share=3), *_figures(), Column(_("Answers"), number=True))
        yield Table(
            columns,
            tuple(
                Row((estimate.label, figure(estimate.value), ends(estimate.lower, estimate.upper), str(estimate.count)))
                for estimate in given
            ),
            _("Scores by district"),
        )
    names, rows = district_pillars(recap)
    if names:
        yield Table(
            (Column(_("District"), share=2), *(Column(name, number=True) for name in names)),
            tuple(Row((title, *(_counted(*mean) for mean in means))) for title, means in rows),
            _("Scores by district and pillar, with the number of answers"),
        )
    yield Paragraph(district_note(recap), quiet=True)


def _changes(recap: Recap) -> Iterator[Block]:
    rows = changes(recap)
    if recap.before is None or not rows:
        return
    year, before = recap.scores.survey.year, recap.before.survey
    yield Heading(_("Compared with %(year)s") % {"year": before.year})
    columns = (
        Column(_("What"), share=3), Column(str(before.year), number=True), Column(str(year), number=True),
        Column(_("Difference"), number=True), Column(_("Interval of 95 %"), number=True, share=2),
        Column(_("More than chance?"), share=2),
    )  # fmt: skip
    yield Table(
        columns,
        tuple(
            Row((
                row.title, figure(row.before), figure(row.now), numbers.signed(row.change, reader_language()),
                ends(row.lower, row.upper), row.told or NONE,
            ))
            for row in rows
        ),
        _("Change since “%(title)s”") % {"title": before.title},
    )  # fmt: skip
    yield Paragraph(comparison_note(), quiet=True)


def _courses(recap: Recap) -> Iterator[Block]:
    given = courses(recap)
    if given:
        yield Heading(_("Over the years"))
        for course in given:
            alt = "; ".join(f"{year.year}: {figure(year.value)}" for year in course.years)
            yield picture(course.chart.spec, reader_language(), f"{course.title}: {alt}", NARROW, course.title)
        yield Table(
            (Column(_("What"), share=3), Column(_("Year"), number=True), *_figures()),
            tuple(
                Row((year.what, str(year.year), figure(year.value), ends(year.lower, year.upper)))
                for course in given
                for year in course.years
            ),
            _("Figures over the years"),
        )
        yield Paragraph(course_note(recap), quiet=True)
    if told := others_note(recap):
        yield Paragraph(told, quiet=True)


def _services(recap: Recap) -> Iterator[Block]:
    parts = services_charts(recap, MAX_BARS)
    if not parts:
        return
    services = recap.years.services
    yield Heading(_("Satisfaction index by service"))
    for chart in parts:
        yield picture(chart.spec, reader_language(), _("Bars of the services: %(told)s") % {"told": _read(chart)}, WIDE)
    yield Table(
        (Column(_("Service"), share=3), *_figures(), Column(_("Answers"), number=True), Column(_("Band"))),
        tuple(
            Row(
                (
                    service_name(service, recap),
                    figure(service.index.score),
                    ends(*map(rounded, service.interval or (None, None))),
                    str(service.scores.cell.counting),
                    service.index.band.code if service.index.band else NONE,
                )
            )
            for service in services
        ),
        _("Index of each service"),
    )


def _spread(recap: Recap) -> Iterator[Block]:
    parts = spread_charts(recap, MAX_QUESTIONS)
    if not parts:
        return
    yield Heading(_("How answers are spread"))
    for chart in parts:
        yield picture(
            chart.spec, reader_language(), _("Bars of 100 % for each question; the table below has the counts"), WIDE
        )
    first, *steps = parts[0].columns
    yield Table(
        (Column(first, share=3), *(Column(step, number=True) for step in steps)),
        tuple(Row((row.label, *(str(value) for value in row.values))) for chart in parts for row in chart.rows),
        _("Answers by question"),
    )


def _read(chart: Chart) -> str:
    """Return labels with their figures, for readers who cannot see the bars."""
    return "; ".join(f"{row.label} {figure(row.values[0])}" for row in chart.rows)  # type: ignore[arg-type]


def _figures() -> tuple[Column, Column]:
    return Column(_("Mean"), number=True), Column(_("Interval of 95 %"), number=True, share=2)


def _counted(mean: Decimal | None, count: int) -> str:
    return NONE if mean is None else f"{figure(mean)} ({count})"


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
