"""The permit as a document, in Indonesian whatever the reader speaks: one renderer, whose text is data of the version
of its service. If the version has no text, the document lists only the facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from pilar.areas.reference import today_in
from pilar.permits.rules.register import PermitRow, PermitState
from pilar.permits.rules.services import Field, Service, Status, Wording, filled, in_text, shown
from pilar.platform.writing import in_words
from pilar.reports.document import Block, Bullets, Document, Heading, Notice, Pair, Pairs, Paragraph

LANGUAGE = "id"


@dataclass(frozen=True, slots=True)
class Licence:
    """The contents of a permit: ``holder`` and ``address`` in full, ``day`` and ``edition`` of this document,
    ``reason`` of its amendment, ``conditions`` of the decision."""

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


def licence(permit: Licence) -> Document:
    """The permit with its place for the signature."""
    with translation.override(LANGUAGE):
        return Document(
            title=title_of(permit.service),
            language=LANGUAGE,
            author="Pilar",
            made_at=permit.made_at,
            blocks=tuple(_blocks(permit)),
            eyebrow=_("Investment and one-stop service office of %(region)s") % {"region": permit.region},
            lead=permit.row.number,
            stamp=_("SAMPLE DATA") if permit.row.synthetic else "",
            running=f"{permit.row.number} · {permit.region}",
        )


def _blocks(permit: Licence) -> Iterator[Block]:
    row = permit.row
    if row.synthetic:
        yield Notice(_("Sample data: this permit was made up for a demonstration and permits nothing."))
    if permit.edition > 1:
        yield Notice(
            _("Amendment %(number)s: it replaces the document before. %(reason)s")
            % {"number": permit.edition - 1, "reason": permit.reason}
        )
    place = (Pair(_("Place"), row.place),) if row.place else ()
    text, facts = permit.service.document or Wording(), _facts(permit)
    yield from map(Paragraph, filled(text.opening, facts))
    yield Pairs(
        (
            Pair(_("Number"), row.number),
            Pair(_("Granted to"), permit.holder),
            Pair(_("Address"), permit.address),
            *place,
            Pair(_("Issued on"), in_words(permit.day, LANGUAGE)),
            Pair(_("Valid until"), in_words(row.valid_until, LANGUAGE)),
        )
    )
    told = [field for field in shown(permit.service, permit.answers) if _stands(permit, field)]
    answers = ((field.name.id, in_text(field, permit.answers.get(field.key))) for field in told)
    if said := tuple(Pair(name, answer) for name, answer in answers if answer):
        yield Heading(_("What the permit is for"))
        yield Pairs(said)
    yield from map(Paragraph, filled(text.body, facts))
    if permit.conditions:
        yield Heading(_("Conditions"))
        yield Bullets(tuple(line.strip() for line in permit.conditions.splitlines() if line.strip()))
    yield Heading(_("Legal basis"))
    yield Bullets(permit.service.basis) if permit.service.basis else Paragraph(_("Not set in the standard of service."))
    yield from map(Paragraph, filled(text.closing, facts))
    if permit.service.status in (Status.ASSUMPTION, Status.SYNTHETIC) or permit.service.synthetic:
        yield Paragraph(_("Parts of the standard of this service are assumptions or sample data."), quiet=True)


def title_of(service: Service) -> str:
    """Return the title of the permits of a service."""
    return service.document.title if service.document and service.document.title else service.name.id


def _facts(permit: Licence) -> dict[str, str]:
    """Collect the facts that the text can name; answers to questions that were not asked are empty."""
    row = permit.row
    asked = shown(permit.service, permit.answers)
    answers = {field.key: in_text(field, permit.answers.get(field.key)) for field in asked}
    if permit.edition > 1:  # the place may have changed, while answers stay as they were given
        places = [field.key for field in asked if field.schema.get("x-place") and answers[field.key]]
        answers |= {key: "" if place else row.place for place, key in enumerate(places)}
    return answers | {
        "number": row.number, "holder": permit.holder, "address": permit.address, "place": row.place,
        "issued": in_words(permit.day, LANGUAGE), "valid_until": in_words(row.valid_until, LANGUAGE),
        "service": permit.service.name.id, "region": permit.region,
    }  # fmt: skip


def _stands(permit: Licence, field: Field) -> bool:
    """Return whether an answer is printed in the table; the place and the last day are left out once the permit was
    amended, since they may have changed."""
    wanted = permit.service.document.answers if permit.service.document else ()
    until = permit.service.validity.until if permit.service.validity else ""
    amended = permit.edition > 1 and (field.schema.get("x-place") or field.key == until)
    return not amended and (not wanted or field.key in wanted)


def sample(service: Service, *, region: str, region_name: str, now: datetime) -> Document:
    """Lay out an example of the permit of a service, with made-up facts that say so."""
    with translation.override(LANGUAGE):
        day, this = today_in(region, now), _("sample")
        until = day.replace(year=day.year + 1, day=min(day.day, 28))
        made_up = {"number": "1.5", "whole": 2, "flag": True, "day": until.isoformat(), "point": "-6.1701, 106.6403"}
        answers = {
            field.key: next(iter(field.options), "") or made_up.get(field.kind, f"{field.name.id} ({this})")
            for field in service.fields
        }
        row = PermitRow(
            key=0, number=_("NUMBER (sample)"), region=region, service=service.key, service_name=service.name.id,
            holder="", place=_("Place of the permit (sample)"), issued_on=day, valid_until=until,
            state=PermitState.VALID, edition=1, synthetic=True,
        )  # fmt: skip
        first = {"kind": str(next(iter(service.kinds), "")), "applicant": str(next(iter(service.applicants), ""))}
        holder, address = _("Name of the holder (sample)"), _("Address of the holder (sample)")
    return licence(
        Licence(
            row=row, service=service, answers={**first, "proxy": False, **answers}, region=region_name,
            holder=holder, address=address, conditions="",
            edition=1, day=day, reason="", made_at=now,
        )
    )  # fmt: skip
