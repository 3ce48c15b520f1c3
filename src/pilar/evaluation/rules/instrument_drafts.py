"""Instruments that are sent: their faults, and the version that each follows."""

from __future__ import annotations

from collections.abc import Collection

from pilar import index
from pilar.evaluation.rules.scenarios import DRAFT, MAX_CODE, MAX_TITLE
from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.tables import shown

MAX_VERSION = 30


def draft_faults(instrument: index.Instrument) -> tuple[Fault, ...]:
    """Tell what an instrument lacks to become a draft, whatever else is stored."""
    faults = []
    if instrument.basis is None:
        sentence = N_(
            "Say on which paper the instrument rests: kind (decree, letter or file), number, date and status "
            "(official, inferred or assumption)"
        )
        faults.append(Fault("no-basis", sentence))
    if instrument.code.endswith(DRAFT):
        sentence = N_("A code that ends in “%(ending)s” is for weights that are tried. Give the instrument another one")
        faults.append(Fault("code-of-trials", sentence, {"ending": DRAFT}))
    for text, most in ((instrument.code, MAX_CODE), (instrument.version, MAX_VERSION),
                       *((title, MAX_TITLE) for title in instrument.title.values())):  # fmt: skip
        if len(text) > most:
            sentence = N_("“%(text)s” is too long: at most %(most)s characters")
            faults.append(Fault("too-long", sentence, {"text": shown(text), "most": most}))
    return tuple(faults)


def before(instrument: index.Instrument, known: Collection[index.Instrument]) -> index.Instrument | None:
    """Return the version that an instrument follows: the newest of the same code, or else of the year before it.

    ``known``: in the order in which they were stored.
    """
    same = [other for other in known if other.code == instrument.code and other.version != instrument.version]
    if same:
        return same[-1]
    earlier = [
        other
        for other in known
        if other.year is not None
        and not other.code.endswith(DRAFT)
        and (instrument.year is None or other.year < instrument.year)
    ]
    return max(earlier, key=lambda instrument: instrument.year or 0, default=None)
