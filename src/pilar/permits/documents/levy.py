"""The notice of a levy (SKRD) as a document, in Indonesian whatever the reader speaks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from pilar.permits.queries.rows import CaseDetail
from pilar.permits.rules.levies import LevyRow
from pilar.permits.rules.services import Status
from pilar.platform.reading import rupiah_text
from pilar.platform.spelling import rupiah_in_words
from pilar.platform.writing import in_words
from pilar.reports.codes import qr_svg
from pilar.reports.document import Block, Column, Document, Heading, Notice, Pair, Pairs, Paragraph, Picture, Row, Table

LANGUAGE = "id"
CODE_WIDTH = 45.0


def levy_notice(case: CaseDetail, levy: LevyRow, region: str, made_at: datetime) -> Document:
    """Lay out the notice of a levy: the amount with everything needed to compute it again, the payment code, and the
    payments."""
    synthetic = bool(case.service.synthetic) or case.service.status is Status.SYNTHETIC
    with translation.override(LANGUAGE):
        return Document(
            title=_("Notice of a levy (SKRD)"), language=LANGUAGE, author="Pilar", made_at=made_at,
            blocks=tuple(_blocks(case, levy, synthetic=synthetic)),
            eyebrow=_("Investment and one-stop service office of %(region)s") % {"region": region},
            lead=levy.number, stamp=_("SAMPLE DATA") if synthetic else "", running=f"{levy.number} · {region}",
        )  # fmt: skip


def _blocks(case: CaseDetail, levy: LevyRow, *, synthetic: bool) -> Iterator[Block]:
    if synthetic:
        yield Notice(_("Sample data: this levy was made up for a demonstration. Pay nothing."))
    yield Pairs(
        (
            Pair(_("Who pays"), case.person.get("name", "")),
            Pair(_("Address"), case.person.get("address", "")),
            Pair(_("Application"), f"{levy.case_number}, {case.service.name.id}"),
            Pair(_("Set on"), in_words(levy.set_on, LANGUAGE)),
            Pair(_("Due on"), in_words(levy.due_on, LANGUAGE)),
            Pair(_("Amount"), f"Rp{rupiah_text(levy.amount)}"),
            Pair(_("In words"), rupiah_in_words(levy.amount)),
        )
    )
    yield Heading(_("How the amount was computed"))
    yield Pairs((Pair(_("Formula"), levy.formula, code=True),))
    fee = case.service.fee
    known = {field.key: field.name.id for field in case.service.fields} | {
        name: tariff.source for name, tariff in (fee.inputs if fee else {}).items()
    }
    rows = tuple(Row((name, value, known.get(name, ""))) for name, value in levy.inputs.items())
    yield Table((Column(_("Input")), Column(_("Value"), number=True), Column(_("What it stands for"), share=1)), rows)
    if fee and fee.basis:
        yield Paragraph(_("Basis of the tariff: %(basis)s") % {"basis": fee.basis}, quiet=True)
    if levy.by_code:
        yield Heading(_("How to pay"))
        said = _("Pay with any application that reads QRIS; the amount is in the code.")
        yield Picture(qr_svg(levy.code), said, CODE_WIDTH, said)
    if levy.payments:
        yield Heading(_("Payments"))
        heads = (Column(_("Paid on")), Column(_("Reference of the bank")), Column(_("Amount, Rp"), number=True))
        yield Table(
            heads,
            tuple(
                Row((in_words(payment.paid_on, LANGUAGE), payment.reference, rupiah_text(payment.amount)))
                for payment in levy.payments
            ),
        )
        rest = (Pair(_("Still to be paid"), f"Rp{rupiah_text(levy.left)}"),) if levy.left else ()
        over = (Pair(_("To be given back"), f"Rp{rupiah_text(levy.to_give_back)}"),)
        if rest or levy.to_give_back:
            yield Pairs(rest or over)
