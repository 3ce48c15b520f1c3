"""Write figures, days and addresses in files, in the reader's language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pilar import index
from pilar.design import numbers
from pilar.evaluation.queries.snapshots import PhaseHeader, SnapshotRow
from pilar.evaluation.rules.scales import YearScale
from pilar.platform.language import reader_language
from pilar.reports.document import Picture

AUTHOR = "Pilar"
NONE = "–"


def score(value: Decimal | None) -> str:
    """A score with the decimals it has; a dash for none."""
    return NONE if value is None else numbers.plain(value, reader_language())


def signed(value: Decimal | None) -> str:
    """A difference with its sign; a dash for none."""
    return NONE if value is None else numbers.signed(value, reader_language())


def rounded(value: Fraction, instrument: index.Instrument) -> Decimal:
    """An exact score as it is published."""
    return index.round_published(value, instrument.decimals, instrument.rounding)


def unrounded(value: Fraction | None) -> str:
    """An exact score to six decimals, next to the rounded one; the exact fraction stands in the open data."""
    return score(None if value is None else Decimal(index.decimal_text(index.round_published(value, 6))))


def difference(value: Fraction, instrument: index.Instrument) -> str:
    """An exact difference, rounded as scores are, with its sign."""
    return signed(rounded(value, instrument))


def percent(value: Decimal) -> str:
    return f"{numbers.plain(value, reader_language())} %"


def percent_of(share: Fraction) -> str:
    """A share of 1 in per cent, with the digits it needs."""
    return percent(Decimal(index.decimal_text(index.round_published(share * 100, 2))))


def instrument_line(snapshot: SnapshotRow, header: PhaseHeader) -> str:
    """The instrument of a version, with the paper that it rests on where it names one."""
    named, paper = f"{snapshot.instrument_code} {snapshot.instrument_version}", header.paper
    return named if paper is None else f"{named} · {paper.line}, {day(paper.dated)} ({paper.status})"


def day(value: date) -> str:
    return date_format(value, "j F Y")


def share_of_scale(value: Decimal | Fraction, scale: index.Scale | YearScale) -> float:
    """Return where a score lies between the lowest and the highest, from 0 to 1."""
    lowest, highest = Fraction(scale.minimum), Fraction(scale.maximum)
    return float((Fraction(value) - lowest) / (highest - lowest))


def address(page: str, *arguments: object) -> str:
    """The whole web address of a page, in the reader's language."""
    return settings.SITE_ADDRESS.rstrip("/") + reverse(page, args=arguments)


def stamp(header: PhaseHeader, snapshot: SnapshotRow) -> str:
    """The words across every page: made-up data, or a version that is not public."""
    if header.synthetic:
        return _("SYNTHETIC")
    return "" if snapshot.published_at else _("NOT PUBLISHED")


def notices(header: PhaseHeader, snapshot: SnapshotRow) -> list[str]:
    """Return what must not be overlooked, in sentences."""
    sentences = []
    if header.synthetic:
        sentences.append(
            _("Synthetic data: made up for demonstration. Nothing here says anything about a real region.")
        )
    if snapshot.superseded_by is not None:
        sentences.append(
            _("Superseded by version %(version)s, which counts in its place.") % {"version": snapshot.superseded_by}
        )
    elif snapshot.published_at is None:
        sentences.append(_("Not published: this version is not the result until the ministry publishes it by letter."))
    return sentences


def letter(snapshot: SnapshotRow) -> str:
    """Number and date of the letter; a dash before publication."""
    if snapshot.letter_date is None:
        return NONE
    return _("%(number)s, %(day)s") % {"number": snapshot.letter_number, "day": day(snapshot.letter_date)}


def code_to(target: str) -> Picture:
    """A QR code that leads to an address."""
    from pilar.reports.codes import qr_svg

    alt = _("QR code of the address %(address)s") % {"address": target}
    return Picture(qr_svg(target), alt, 28, _("Check this figure on its public page"))
