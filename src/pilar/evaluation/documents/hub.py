"""A region's hub as files: one sheet of paper, and the picture of a shared link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils.translation import gettext as _

from pilar.design import numbers
from pilar.design.charts.drawing import BRAND, CAUTION, INK, LINE, MUTED, SURFACE
from pilar.evaluation.documents import writing
from pilar.evaluation.documents.lead import Lead
from pilar.evaluation.queries import RegionProfile
from pilar.evaluation.queries.computed import ComputedResult
from pilar.evaluation.queries.hub import QuickWin, RegionHub
from pilar.evaluation.wording import on_scale, since
from pilar.measures.queries import MeasureRow
from pilar.platform import press
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
    Paragraph,
    Row,
    Table,
)
from pilar.reports.docx.elements import writable
from pilar.reports.pdf import typeset

CARD_SIZE = (1200, 630)
"""Of the picture, as those who show links ask for it."""
WINS, IMPROVED, SENTENCE = 8, 4, 90
"""What a sheet has room for: quick wins, programmes that are being improved, letters of each."""
ON_CARD = 3
DIMENSIONS = 6
LETTER = 0.54
"""Of the size of the text: how wide a letter is on average."""


@dataclass(frozen=True, slots=True)
class Hub:
    """A region with its newest result, if any, and what stands around it on a day."""

    profile: RegionProfile
    computed: tuple[ComputedResult, ...]
    lead: Lead | None
    around: RegionHub
    today: date

    @property
    def made_of(self) -> tuple[object, ...]:
        """All that is told of it."""
        return self.profile.region, self.lead, self.around, self.today


def figure(row: MeasureRow) -> str:
    """The newest value of a measure with its unit; the caller knows that there is one."""
    assert row.latest_value is not None, "only measures with a value are shown"
    return f"{numbers.grouped(row.latest_value, reader_language())} {row.unit}"


def one_page(hub: Hub) -> bytes:
    """The sheet as PDF in the reader's language."""
    return typeset(one_page_document(hub))


def one_page_document(hub: Hub) -> Document:
    """Return what stands on the sheet."""
    region, around = hub.profile.region, hub.around
    blocks: list[Block] = []
    if around.synthetic:
        blocks.append(Notice(_("Plan, figures or surveys on this sheet are example data of a demonstration.")))
    if facts := tuple(_facts(hub)):
        blocks.append(Facts(facts))
    if hub.lead and hub.lead.said:
        blocks.append(Paragraph(" ".join(hub.lead.said)))
    blocks += _side_by_side(_dimensions(hub.lead), _pillars(around))
    if around.quick_wins:
        blocks += [Heading(_("Quick wins")), _wins(around.measured, around.others)]
    if around.improved:
        items = tuple(_short(title, SENTENCE) for title in around.improved[:IMPROVED])
        blocks += [Heading(_("Being improved after an evaluation")), Bullets(items)]
    if hub.lead and hub.lead.statement:
        source = hub.lead.statement.source_url
        blocks.append(Paragraph(_("Source of the result: %(address)s") % {"address": source}, quiet=True))
    elif hub.lead:
        blocks.append(Paragraph(_("The result was computed by Pilar from the agreed marks of the panel."), quiet=True))
    day = hub.today
    return Document(
        title=region.name,
        language=reader_language(),
        author=writing.AUTHOR,
        made_at=datetime(day.year, day.month, day.day, tzinfo=UTC),
        eyebrow=_("The smart city at a glance"),
        lead=_("Province %(province)s · code %(code)s") % {"province": region.province.name, "code": region.code},
        corner=writing.code_to(writing.address("evaluation:region", region.code)),
        running=f"{region.name} · {writing.day(day)}",
        blocks=tuple(blocks),
    )


def _facts(hub: Hub) -> Iterator[Fact]:
    lead, around = hub.lead, hub.around
    if lead:
        yield Fact(_("Final of %(year)s") % {"year": lead.year}, writing.score(lead.final), on_scale(lead.scale))
        if lead.improvement is not None:
            yield Fact(_("Improvement"), writing.signed(lead.improvement), since(lead.year, lead.previous_year))
    if around.stands:
        planned = _("planned: %(share)s") % {"share": writing.percent(around.stands.planned)}
        yield Fact(_("Of the plan done"), writing.percent(around.stands.done), planned)
    if around.satisfied:
        newest = around.satisfied[0]
        yield Fact(_("Satisfaction (IKM)"), writing.score(newest.score), _short(newest.title, 30))


def _dimensions(lead: Lead | None) -> tuple[Block, ...]:
    if lead is None or not lead.scores or lead.scale is None:
        return ()
    rows = tuple(
        Row((str(title), Bar(writing.share_of_scale(value, lead.scale), writing.score(value))))
        for title, value in lead.scores
    )
    return Heading(_("Score of each dimension")), Table((Column(_("Dimension")), Column(_("Score"))), rows)


def _pillars(around: RegionHub) -> tuple[Block, ...]:
    if around.stands is None:
        return ()
    rows = tuple(
        Row((pillar.title, Bar(float(pillar.done) / 100, writing.percent(pillar.done))))
        for pillar in around.stands.pillars
    )
    return Heading(_("Done of the plan, by pillar")), Table((Column(_("Pillar")), Column(_("Done"))), rows)


def _side_by_side(left: tuple[Block, ...], right: tuple[Block, ...]) -> list[Block]:
    return [Beside(left, right)] if left and right else [*left, *right]


def _wins(measured: tuple[QuickWin, ...], others: tuple[QuickWin, ...]) -> Table:
    shown = [*measured, *others]
    rows = [Row((_short(quick_win.title, SENTENCE), *_told(quick_win))) for quick_win in shown[:WINS]]
    if (more := len(shown) - WINS) > 0:
        rows.append(Row((_("and %(count)s more") % {"count": more}, "", "")))
    columns = (Column(_("Quick win")), Column(_("Newest figure"), number=True), Column(_("What it is")))
    return Table(columns, tuple(rows))


def _told(win: QuickWin) -> tuple[str, str]:
    if not win.figures:
        return writing.NONE, _("no public figure")
    row = win.figures[0]
    return figure(row), f"{_short(row.title, 50)}, {row.latest_text}"


def share_picture(hub: Hub) -> bytes:
    """The picture as PNG, :data:`CARD_SIZE` wide and high."""
    return press.png(share_drawing(hub), scale=1)


def share_drawing(hub: Hub) -> str:
    """Return what stands in the picture, as SVG."""
    width, height = CARD_SIZE
    region, lead = hub.profile.region, hub.lead
    parts = [
        f'<rect width="{width}" height="{height}" fill="{SURFACE}"/><rect width="{width}" height="16" fill="{BRAND}"/>',
        _text(60, 100, min(60, int(1080 / LETTER / max(len(region.name), 1))), region.name, weight=700),
    ]
    if lead:
        parts += _result(lead)
    elif hub.around.plan:
        parts.append(_text(60, 160, 30, hub.around.plan.plan.title, MUTED, most=1080))
    parts += _figures(hub.around.measured[:ON_CARD])
    host = urlsplit(settings.SITE_ADDRESS).netloc
    parts.append(_text(60, 600, 24, f"Pilar · {host}", MUTED))
    if hub.around.synthetic:
        parts.append(_text(1140, 600, 24, _("Figures of services: example data"), CAUTION, anchor="end"))
    inside = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="Liberation Sans, Noto Sans, sans-serif">{inside}</svg>'
    )


def _result(lead: Lead) -> Iterator[str]:
    yield _text(60, 150, 28, _("Smart city evaluation %(year)s") % {"year": lead.year}, MUTED)
    yield _text(60, 300, 140, writing.score(lead.final), BRAND, weight=700)
    yield _text(60, 345, 22, on_scale(lead.scale), MUTED, most=420)
    if lead.improvement is not None:
        change, over = writing.signed(lead.improvement), since(lead.year, lead.previous_year)
        said = f"{change} {over}" if over else _("%(change)s on the year before") % {"change": change}
        yield _text(60, 390, 30, said, weight=700, most=420)
    if lead.scale is None:
        return
    for place, (title, value) in enumerate(lead.scores[:DIMENSIONS]):
        top = 190 + place * 38
        share = min(max(writing.share_of_scale(value, lead.scale), 0.0), 1.0)
        yield _text(520, top + 22, 24, str(title).split(" (")[0], most=240)
        yield f'<rect x="770" y="{top + 4}" width="270" height="20" fill="{LINE}"/>'
        yield f'<rect x="770" y="{top + 4}" width="{round(270 * share)}" height="20" fill="{BRAND}"/>'
        yield _text(1140, top + 22, 24, writing.score(value), weight=700, anchor="end")


def _figures(wins: Iterable[QuickWin]) -> Iterator[str]:
    yield f'<rect x="60" y="425" width="1080" height="2" fill="{LINE}"/>'
    for place, win in enumerate(wins):
        left = 60 + place * 370
        yield _text(left, 465, 22, win.title, MUTED, most=340)
        yield _text(left, 510, 36, figure(win.figures[0]), weight=700, most=340)
        yield _text(left, 542, 20, win.figures[0].title, MUTED, most=340)


def _text(
    x: int, y: int, size: int, text: str, fill: str = INK, *, weight: int = 400, anchor: str = "start", most: int = 0
) -> str:
    """A line of text, cut where it would be wider than ``most``, and without what XML cannot hold."""
    shown = writable(_short(text, int(most / size / LETTER)) if most else text)
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}" text-anchor="{anchor}">'
        f"{escape(shown)}</text>"
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip(" ,.:;") + "…"
