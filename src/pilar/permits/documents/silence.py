"""The evidence that a limit passed without a decision, as a document in Indonesian."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _

from pilar.areas.reference import local_time
from pilar.permits.queries.silence import Silence
from pilar.platform.writing import in_words
from pilar.reports.document import Block, Bullets, Column, Document, Heading, Pair, Pairs, Paragraph, Row, Table

LANGUAGE = "id"


def silence_document(silence: Silence) -> Document:
    """Everything needed to count the days again. ``silence`` must be read in Indonesian."""
    with translation.override(LANGUAGE):
        return Document(
            title=_("Evidence: limit over without a decision"), language=LANGUAGE, author="Pilar", made_at=silence.at,
            blocks=tuple(_blocks(silence)),
            eyebrow=_("Investment and one-stop service office of %(region)s") % {"region": silence.region_name},
            lead=f"{silence.number}, {silence.service}", running=f"{silence.number} · {silence.region_name}",
            stamp=_("SAMPLE DATA") if silence.synthetic else "",
        )  # fmt: skip


def _blocks(silence: Silence) -> Iterator[Block]:
    yield Pairs(
        (
            Pair(_("Found complete (day 0)"), in_words(silence.day_zero, LANGUAGE)),
            Pair(_("Limit"), silence.limit),
            Pair(_("Limit over on"), silence.due),
            Pair(_("Written down"), local_time(silence.at, silence.region)),
            Pair(_("Law"), silence.law),
            Pair(_("Where it was read"), silence.source),
        )
    )
    if silence.granted:
        yield Paragraph(_("By this law the application counts as granted. A person still has to issue the permit."))
    if silence.draft:
        yield Heading(_("Draft decision"))
        yield from map(Paragraph, silence.draft)
    if silence.counted:
        yield Heading(_("Working days that counted"))
        yield Paragraph(", ".join(str(in_words(day, LANGUAGE)) for day in silence.counted))
    if silence.holidays:
        yield Heading(_("Days off that did not count"))
        heads = (Column(_("Day")), Column(_("Day off"), share=1), Column(_("Decree"), share=1))
        yield Table(
            heads, tuple(Row((in_words(day, LANGUAGE), name, decree)) for day, name, decree in silence.holidays)
        )
    if silence.stops:
        yield Heading(_("When the clock stood"))
        heads = (Column(_("Stood from")), Column(_("Stood until")), Column(_("Reason"), share=1))
        yield Table(
            heads,
            tuple(
                Row(
                    (local_time(since, silence.region), local_time(until, silence.region) if until else "–", why or "–")
                )
                for since, until, why in silence.stops
            ),
        )
    yield Heading(_("What happened until then"))
    yield Bullets(tuple(f"{local_time(at, silence.region)}: {said}" for at, said in silence.steps))
