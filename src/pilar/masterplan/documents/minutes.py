"""The minutes (notulen) of a workshop or of the coordination meeting, always in Indonesian."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from pilar.areas import reference
from pilar.masterplan import wording
from pilar.masterplan.documents.writing import for_word
from pilar.masterplan.queries.agenda import Agenda, AgendaRow
from pilar.masterplan.queries.meetings import AttendeeRow, Minutes
from pilar.masterplan.queries.rows import DecisionRow
from pilar.masterplan.rules.decisions import Outcome
from pilar.reports.codes import qr_svg
from pilar.reports.document import (
    Block,
    Bullets,
    Column,
    Document,
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

AUTHOR = "Pilar"
LANGUAGE = "id"
NONE = "–"
LINE = "\n\n\n........................................"
"""The line for a signature by hand."""

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WRITERS: Mapping[str, tuple[str, Callable[[Document], bytes]]] = {"pdf": (PDF, typeset), "docx": (DOCX, for_word)}
"""Media type and writer by the ending of the file's name."""


def minutes_file(minutes: Minutes, offices: Mapping[int, str], kind: str) -> tuple[str, str, bytes]:
    """Return name, media type and content of the minutes as ``pdf`` or ``docx``; ``offices``: names by key."""
    media_type, write = WRITERS[kind]
    return minutes_name(minutes, kind), media_type, write(minutes_document(minutes, offices))


def minutes_name(minutes: Minutes, kind: str) -> str:
    """Return the file name: ``notulen-36.03-rapat-koordinasi-finalisasi-2026-04-14.pdf``."""
    region = minutes.row.version.plan.region
    return f"notulen-{region}-{slugify(minutes.row.title)[:60]}-{minutes.row.held_at:%Y-%m-%d}.{kind}"


def minutes_document(minutes: Minutes, offices: Mapping[int, str]) -> Document:
    """Make the document of the minutes."""
    with translation.override(LANGUAGE):
        row, plan = minutes.row, minutes.row.version.plan
        blocks = [*_head(minutes), *_attendance(minutes.attendance)]
        if minutes.agenda is not None:
            blocks += _decisions(minutes.agenda, offices)
        if row.notes:
            blocks += [Heading(_("Notes")), *map(Paragraph, _lines(row.notes))]
        blocks += _signatures(minutes)
        return Document(
            title=_("Minutes: %(title)s") % {"title": row.title},
            language=LANGUAGE,
            author=AUTHOR,
            made_at=row.signed_at or row.held_at,
            blocks=tuple(blocks),
            eyebrow=f"{plan.region_name} · {plan.title}",
            lead=reference.local_time(row.held_at, plan.region),
            corner=_corner(minutes),
            stamp=_stamp(minutes),
            running=f"{row.title} · {plan.region_name}",
        )


def check_address(minutes: str) -> str:
    """Return the full address of the page that says whether a hash is that of signed minutes."""
    return settings.SITE_ADDRESS.rstrip("/") + reverse("masterplan:check-minutes", args=[minutes])


def _head(minutes: Minutes) -> Iterator[Block]:
    row = minutes.row
    if row.version.plan.synthetic:
        yield Notice(_("Synthetic data: made up for demonstration. Nothing here says anything about a real region."))
    if not row.is_over:
        yield Notice(_("Draft: the minutes are not signed off, and can still change."))
    version = _("version %(number)s") % {"number": row.version.number}
    number = (Pair(_("Number"), row.number),) if row.number else ()
    yield Pairs(
        (
            *number,
            Pair(_("Begins"), reference.local_time(row.held_at, row.version.plan.region)),
            Pair(_("Venue"), row.venue or NONE),
            Pair(_("Plan"), f"{row.version.plan.title}, {version}"),
        )
    )
    if row.agenda:
        yield Heading(_("Agenda"))
        yield Bullets(tuple(_lines(row.agenda)))


def _attendance(rows: Sequence[AttendeeRow]) -> Iterator[Block]:
    yield Heading(_("Attendance"))
    if not rows:
        yield Paragraph(_("Nobody stands on the list yet."))
        return
    columns = (
        Column(_("Name"), share=3), Column(_("Position"), share=3), Column(_("Office"), share=3), Column(_("Present")),
    )  # fmt: skip
    yield Table(
        columns,
        tuple(
            Row((row.name, row.position or NONE, row.office_name or NONE, _("present") if row.present else _("absent")))
            for row in rows
        ),
    )


def _decisions(agenda: Agenda, offices: Mapping[int, str]) -> Iterator[Block]:
    yield Heading(_("Decisions"))
    yield Paragraph(
        _("Decided: %(decided)s of %(total)s, the general part included.")
        % {"decided": agenda.decided, "total": agenda.total}
    )
    yield Heading(_("General part"), 2)
    yield from _decision(agenda.general)
    rows = sorted(agenda.rows, key=lambda row: (wording.pillar_place(row.part), row.number))
    for pillar, of_pillar in groupby(rows, key=lambda row: wording.pillar_of(row.part) if row.part else ""):
        yield Heading(wording.part_name(pillar) if pillar else _("Without a pillar"), 2)
        for row in of_pillar:
            yield Heading(f"{row.number}. {row.title}", 3)
            yield from _proposal(row, offices)


def _proposal(row: AgendaRow, offices: Mapping[int, str]) -> Iterator[Block]:
    pairs = [Pair(_("Office"), row.office_name), Pair(_("Proposal"), f"{row.kind_name} {row.code}".strip())]
    if row.content is not None:
        pairs.append(Pair(_("Money"), wording.money(row.money)))
    decision = row.decision if row.here else None
    yield Pairs((*pairs, *_decided(decision, row.into)))
    if decision is not None and decision.outcome is Outcome.CHANGED and row.content and row.decided:
        columns = (Column(_("Field"), share=2), Column(_("Before"), share=3), Column(_("After"), share=3))
        changes = wording.content_changes(row.content, row.decided, offices)
        yield Table(columns, tuple(Row((said.name, said.before or NONE, said.after or NONE)) for said in changes))


def _decision(decision: DecisionRow | None) -> Iterator[Block]:
    yield Pairs(tuple(_decided(decision, None)))


def _decided(decision: DecisionRow | None, into: tuple[int, int] | None) -> Iterator[Pair]:
    if decision is None:
        yield Pair(_("Decision"), _("Not decided yet"))
        return
    said = decision.outcome_name
    if into is not None:
        goes = _("into %(number)s") % {"number": into[1]}
        said = f"{said}, {goes}"
    yield Pair(_("Decision"), said)
    if decision.reason:
        yield Pair(_("Reason"), decision.reason)
    yield Pair(_("Decided by"), ", ".join(part for part in (decision.decided_by, decision.position) if part))


def _signatures(minutes: Minutes) -> Iterator[Block]:
    row = minutes.row
    yield Heading(_("Signatures"))
    signing = [attendee for attendee in minutes.attendance if attendee.signs]
    if signing:
        columns = (Column(_("Name"), share=3), Column(_("Position"), share=3), Column(_("Signature"), share=4))
        yield Table(columns, tuple(Row((attendee.name, attendee.position or NONE, LINE)) for attendee in signing))
    else:
        yield Paragraph(_("Nobody is named who signs."))
    if row.signed_at is not None:
        yield Pairs(
            (
                Pair(
                    _("Signed off"), f"{reference.local_time(row.signed_at, row.version.plan.region)}, {row.signed_by}"
                ),
                Pair(_("SHA-256 of the minutes"), row.minutes, code=True),
                Pair(_("Check this copy at"), check_address(row.minutes), link=True),
            )
        )


def _corner(minutes: Minutes) -> Picture | None:
    if not minutes.row.minutes:
        return None
    target = check_address(minutes.row.minutes)
    alt = _("QR code of the address %(address)s") % {"address": target}
    return Picture(qr_svg(target), alt, 28, _("Check these minutes"))


def _stamp(minutes: Minutes) -> str:
    if minutes.row.version.plan.synthetic:
        return _("SYNTHETIC")
    return "" if minutes.row.is_over else _("DRAFT")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
