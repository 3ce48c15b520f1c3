"""Result sheets as signed documents: ordered when results are published, made by the worker."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from pilar.evaluation.documents.sheet import sheet_document
from pilar.evaluation.models import Publication
from pilar.evaluation.queries import PUBLIC, sheets
from pilar.evaluation.rules.signing import SHEET, sheet_key, sheet_of
from pilar.evidence.operations import Signatures
from pilar.evidence.rules.signing import ToSign
from pilar.people.rules import Standing
from pilar.reports.document import Document


def sign_sheets(*, by: Standing, publication: Publication, now: datetime) -> None:
    """Have the sheet of every region of a published version signed, in the transaction that publishes it."""
    snapshot = publication.snapshot
    phase = snapshot.phase
    place = (phase.campaign.code, phase.number, snapshot.version)
    rows = snapshot.results.order_by("region").values_list("region", "region__name")
    with translation.override("id"):
        named = {"title": phase.campaign.title_id, "phase": phase.number}
        documents = [
            ToSign(
                key=sheet_key(*place, region),
                title=_("Result sheet of %(region)s, %(title)s, phase %(phase)s") % {**named, "region": name},
                number=publication.letter_number,
                day=publication.letter_date,
                scope=region,
                page=("evaluation:computed-region-version", *place, region),
            )
            for region, name in rows
        ]
    SIGNATURES.order(by=by, documents=documents, now=now)


def _document(key: str) -> Document:
    campaign, phase, version, region = sheet_of(key)
    return sheet_document(sheets.public_sheet(campaign, phase, region, scope=PUBLIC, version=version))


def _remark(key: str) -> str:
    campaign, phase, version, _region = sheet_of(key)
    later = sheets.public_edition(campaign, phase, scope=PUBLIC, version=version).snapshot.superseded_by
    return _("Superseded by version %(version)s, which counts in its place.") % {"version": later} if later else ""


SIGNATURES = Signatures(SHEET, _document, _remark)
