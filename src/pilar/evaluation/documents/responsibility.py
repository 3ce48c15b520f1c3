"""The statement of full responsibility (SPTJM) to be signed on paper. Its wording is Pilar's own, no official form."""

from __future__ import annotations

from datetime import datetime

from django.utils.text import slugify
from django.utils.translation import gettext as _

from pilar.areas.reference import local
from pilar.evaluation.documents import writing
from pilar.evaluation.queries.answer_rows import Form
from pilar.evaluation.queries.responsibility import Responsibility
from pilar.platform.language import reader_language
from pilar.reports.document import Block, Document, Heading, Item, Notice, Numbered, Pair, Pairs, Paragraph
from pilar.reports.pdf import typeset

LINE = "…" * 30
ROOM = "\n" * 8
"""For a signature, a duty stamp and the stamp of an office: about three centimetres."""


def statement_name(form: Form) -> str:
    """``sptjm-36.03-kabupaten-tangerang-2026-1-id``."""
    header = form.header
    said = (header.region_code, slugify(header.region), header.year, header.phase)
    return "-".join(["sptjm", *map(str, said), reader_language()])


def statement_paper(form: Form, of: Responsibility, *, now: datetime) -> bytes:
    """The paper as PDF in the reader's language."""
    return typeset(statement_document(form, of, now=now))


def statement_document(form: Form, of: Responsibility, *, now: datetime) -> Document:
    """Return what stands on the paper: who states what, of which answers, and where it is signed."""
    header, total = form.header, form.total
    made_at = local(now, header.region_code)
    named = {"title": header.title, "phase": header.phase, "phases": header.phase_count, "region": header.region}
    pieces = of.submitted
    if pieces is None:
        pieces = len({row.evidence for rows in form.evidence.values() for row in rows})
    changes = _("The code changes with every answer and every version of evidence; type it with the signed file.")
    stays = _("It is the code of what was submitted; what has come since is no part of it.")
    blocks: list[Block] = [
        Notice(
            _(
                "The wording is Pilar’s own and no official form. If the ministry gives a form of its own, sign that "
                "one and write the code below on it."
            )
        ),
        Paragraph(_("I who sign here for %(region)s state of the self-assessment below:") % named),
        Numbered(
            (
                Item(_("Its answers are true as far as we know, and rest on the evidence that is attached.")),
                Item(_("The evidence is genuine, and may be checked by those who assess.")),
                Item(
                    _(
                        "I answer fully for what is handed in, and accept that what proves untrue is corrected or not "
                        "counted."
                    )
                ),
            )
        ),
        Heading(_("What is handed in")),
        Pairs(
            (
                Pair(_("Evaluation"), _("%(title)s, phase %(phase)s of %(phases)s") % named),
                Pair(
                    _("Indicators answered"),
                    _("%(count)s of %(total)s") % {"count": total.answered, "total": total.total},
                ),
                Pair(_("Pieces of evidence"), str(pieces)),
                Pair(_("Code of these answers and this evidence"), of.written_code, code=True),
                Pair(_("Printed on"), writing.day(made_at.date())),
            )
        ),
        Paragraph(changes if of.submitted is None else stays, quiet=True),
        Heading(_("Signature")),
        Pairs(
            (
                Pair(_("Name"), ", ".join(of.signatories) or LINE),
                Pair(_("NIP"), LINE),
                Pair(_("Position"), LINE),
                Pair(_("Place and day"), LINE),
                Pair(_("Signature and stamp"), f"{ROOM}{LINE}"),
            )
        ),
    ]
    return Document(
        title=_("Statement of full responsibility"),
        language=reader_language(),
        author=writing.AUTHOR,
        made_at=made_at,
        eyebrow=_("%(region)s · %(title)s · phase %(phase)s of %(phases)s") % named,
        stamp=_("SYNTHETIC") if header.synthetic else "",
        running=_("%(region)s · %(title)s · phase %(phase)s of %(phases)s") % named,
        blocks=tuple(blocks),
    )
