"""Minutes of a visit (berita acara peninjauan lapangan) as a document, in Indonesian whatever the reader speaks."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from pilar.areas.reference import today_in
from pilar.permits.queries.minutes import MinutesRow
from pilar.permits.queries.rows import CaseDetail
from pilar.permits.rules.services import Status
from pilar.permits.rules.signatures import picture
from pilar.platform.writing import in_words
from pilar.reports.document import Block, Document, Heading, Pair, Pairs, Paragraph, Picture

LANGUAGE = "id"
WIDE = 60.0
"""Millimetres of a signature."""


def minutes_document(row: CaseDetail, minutes: MinutesRow, region: str, *, inside: bool) -> Document:
    """Lay out the minutes of a visit with the signatures of both sides; ``inside``: for internal use, with the name of
    the surveyor."""
    synthetic = bool(row.service.synthetic) or row.service.status is Status.SYNTHETIC
    at = row.row.region
    with translation.override(LANGUAGE):
        agreed = {True: _("agrees"), False: _("does not agree")}
        by = (minutes.by,) if inside else ()
        office = ", ".join((*by, in_words(today_in(at, minutes.at), LANGUAGE)))
        applicant = _("not yet")
        if minutes.signed_at:
            day = in_words(today_in(at, minutes.signed_at), LANGUAGE)
            applicant = ", ".join(filter(None, (day, agreed[minutes.signed_agreed], minutes.signed_remarks)))
        elif minutes.binds:
            applicant = ", ".join((_("at the visit, on the surveyor's device"), agreed[minutes.agreed]))
        return Document(
            title=_("Minutes of the visit"), language=LANGUAGE, author="Pilar", made_at=minutes.signed_at or minutes.at,
            blocks=(
                Pairs((
                    Pair(_("Application"), f"{row.row.number}, {row.service.name.id}"),
                    Pair(_("Stage"), row.service.stage(minutes.stage).name.id),
                    Pair(_("Day of the visit"), in_words(minutes.day, LANGUAGE)),
                    Pair(_("Who was there for the applicant"), f"{minutes.present}, {agreed[minutes.agreed]}"),
                )),
                Heading(_("What was found")),
                *(Paragraph(line) for line in minutes.found.splitlines() if line.strip()),
                *((Heading(_("Remarks")), Paragraph(minutes.remarks)) if minutes.remarks else ()),
                Heading(_("Signed")),
                Pairs((
                    Pair(_("Signed by the surveyor"), office), Pair(_("Signed by the applicant"), applicant),
                )),
                *_drawn(minutes, inside=inside),
                Paragraph(_told(minutes), quiet=True),
            ),
            eyebrow=_("Investment and one-stop service office of %(region)s") % {"region": region},
            lead=row.row.number, stamp=_("SAMPLE DATA") if synthetic else "", running=f"{row.row.number} · {region}",
        )  # fmt: skip


def _drawn(minutes: MinutesRow, *, inside: bool) -> tuple[Block, ...]:
    """Show the signature that was drawn at the visit, with the name and capacity of its owner."""
    if not minutes.strokes:
        return ()
    who = _("Signature of %(name)s") % {"name": minutes.present}
    attests = _("%(surveyor)s saw them sign and attests it") % {"surveyor": minutes.by if inside else _("The surveyor")}
    said = Pairs((Pair(minutes.present, f"{minutes.signed_as}; {attests}"),))
    return (
        Heading(_("Signed at the visit, on the surveyor's device")),
        Picture(picture(minutes.strokes, who), who, WIDE),
        said,
    )


def _told(minutes: MinutesRow) -> str:
    """Return how each side has signed."""
    if not minutes.signed_at:
        said = _("The surveyor signed with their account")
    else:
        said = _("The surveyor signed with their account, the applicant %(how)s") % {"how": minutes.how}
    return said + "; " + _("the record of it can neither be changed nor removed.")
