"""The permit as a document, in Indonesian whatever the reader speaks: one renderer, whose text is data of the version
of its service. Where that says nothing, the document has its facts alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from pilar.areas.reference import today_in
from pilar.permits.rules.register import PermitRow, PermitState
from pilar.permits.rules.services import Field, Service, Status, Wording, filled, shown
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


def licence(found: Licence) -> Document:
    """The permit with its place for the signature."""
    with translation.override(LANGUAGE):
        return Document(
            title=title_of(found.service),
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
    text, facts = found.service.document or Wording(), _facts(found)
    yield from map(Paragraph, filled(text.opening, facts))
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
    told = [one for one in shown(found.service, found.answers) if _stands(found, one)]
    if said := tuple(Pair(one.name.id, answer) for one in told if (answer := _answer(found, one))):
        yield Heading(_("What the permit is for"))
        yield Pairs(said)
    yield from map(Paragraph, filled(text.body, facts))
    if found.conditions:
        yield Heading(_("Conditions"))
        yield Bullets(tuple(line.strip() for line in found.conditions.splitlines() if line.strip()))
    yield Heading(_("Legal basis"))
    yield Bullets(found.service.basis) if found.service.basis else Paragraph(_("Not set in the standard of service."))
    yield from map(Paragraph, filled(text.closing, facts))
    if found.service.status in (Status.ASSUMPTION, Status.SYNTHETIC) or found.service.synthetic:
        yield Paragraph(_("Parts of the standard of this service are assumptions or sample data."), quiet=True)


def title_of(service: Service) -> str:
    """Give the title of the permits of a service."""
    return service.document.title if service.document and service.document.title else service.name.id


def _facts(found: Licence) -> dict[str, str]:
    """Collect the facts that the text can name; the answers that nobody was asked for are empty."""
    row = found.row
    asked = shown(found.service, found.answers)
    answers = {one.key: _answer(found, one) for one in asked}
    if found.edition > 1:  # the place may have changed, while answers stay as they were given
        places = [one.key for one in asked if one.schema.get("x-place") and answers[one.key]]
        answers |= {key: "" if place else row.place for place, key in enumerate(places)}
    return answers | {
        "number": row.number, "holder": found.holder, "address": found.address, "place": row.place,
        "issued": in_words(found.day, LANGUAGE), "valid_until": in_words(row.valid_until, LANGUAGE),
        "service": found.service.name.id, "region": found.region,
    }  # fmt: skip


def _stands(found: Licence, one: Field) -> bool:
    """Tell whether an answer stands in the table; an amendment may have changed the place and the last day since."""
    wanted = found.service.document.answers if found.service.document else ()
    until = found.service.validity.until if found.service.validity else ""
    amended = found.edition > 1 and (one.schema.get("x-place") or one.key == until)
    return not amended and (not wanted or one.key in wanted)


def _answer(found: Licence, one: Field) -> str:
    """An answer as the document writes it; answers are stored as texts of their kind."""
    value = found.answers.get(one.key)
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if str(value) in one.options:
        return str(one.options[str(value)].id)
    try:
        value = {"day": date.fromisoformat, "number": Decimal}.get(one.kind, str)(str(value))
    except (ValueError, ArithmeticError):
        return str(value)
    return str(in_words(value, LANGUAGE))


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
