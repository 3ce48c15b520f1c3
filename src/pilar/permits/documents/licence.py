"""The permit as a document, in Indonesian whatever the reader speaks: one template, whose parts the service fills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from pilar.permits.rules.register import PermitRow
from pilar.permits.rules.services import Service, Status, shown
from pilar.platform.writing import in_words
from pilar.reports.document import Block, Bullets, Document, Heading, Notice, Pair, Pairs, Paragraph

LANGUAGE = "id"


@dataclass(frozen=True, slots=True)
class Licence:
    """What a permit says: ``holder`` and ``address`` in full, ``day`` and ``edition`` of this document, ``reason`` of
    its amendment, ``conditions`` of the decision."""

    row: PermitRow
    service: Service
    answers: Mapping[str, Any]
    region: str
    holder: str
    address: str
    conditions: str
    edition: int
    day: date
    reason: str
    made_at: datetime


def licence(found: Licence) -> Document:
    """The permit with its place for the signature."""
    with translation.override(LANGUAGE):
        return Document(
            title=found.service.name.id,
            language=LANGUAGE,
            author="Pilar",
            made_at=found.made_at,
            blocks=tuple(_blocks(found)),
            eyebrow=_("Investment and one-stop service office of %(region)s") % {"region": found.region},
            lead=found.row.number,
            stamp=_("SAMPLE DATA") if found.row.synthetic else "",
            running=f"{found.row.number} · {found.region}",
        )


def _blocks(found: Licence) -> Iterator[Block]:
    row = found.row
    if row.synthetic:
        yield Notice(_("Sample data: this permit was made up for a demonstration and permits nothing."))
    if found.edition > 1:
        yield Notice(
            _("Amendment %(number)s: it replaces the document before. %(reason)s")
            % {"number": found.edition - 1, "reason": found.reason}
        )
    place = (Pair(_("Place"), row.place),) if row.place else ()
    yield Pairs(
        (
            Pair(_("Number"), row.number),
            Pair(_("Granted to"), found.holder),
            Pair(_("Address"), found.address),
            *place,
            Pair(_("Issued on"), in_words(found.day, LANGUAGE)),
            Pair(_("Valid until"), in_words(row.valid_until, LANGUAGE)),
        )
    )
    asked = [(one, found.answers.get(one.key)) for one in shown(found.service, found.answers)]
    if said := tuple(Pair(one.name.id, _text(one.options, value)) for one, value in asked if value not in (None, "")):
        yield Heading(_("What the permit is for"))
        yield Pairs(said)
    if found.conditions:
        yield Heading(_("Conditions"))
        yield Bullets(tuple(line.strip() for line in found.conditions.splitlines() if line.strip()))
    yield Heading(_("Legal basis"))
    yield Bullets(found.service.basis) if found.service.basis else Paragraph(_("Not set in the standard of service."))
    if found.service.status in (Status.ASSUMPTION, Status.SYNTHETIC) or found.service.synthetic:
        yield Paragraph(_("Parts of the standard of this service are assumptions or sample data."), quiet=True)


def _text(options: Mapping[str, Any], value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if str(value) in options:
        return str(options[str(value)].id)
    return str(in_words(value, LANGUAGE))
