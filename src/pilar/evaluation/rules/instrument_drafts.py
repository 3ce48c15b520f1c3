"""When the file of an instrument can be sent, and when a draft can be released."""

from __future__ import annotations

from collections.abc import Collection

from pilar import index
from pilar.evaluation.rules.scenarios import DRAFT, MAX_CODE, MAX_TITLE
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_
from pilar.platform.tables import shown

MAX_VERSION = 30


class ReleasesOwn(PilarError):
    """Four eyes: who sent an instrument does not release it."""

    code = "releases-own"
    status = 403
    sentence = N_("You sent this instrument: somebody else of the secretariat has to release it")


class VersionTaken(PilarError):
    code = "version-taken"
    status = 409
    sentence = N_("Instrument %(instrument)s has a version %(version)s already. Give the file a new version")


class DraftReleased(PilarError):
    code = "draft-released"
    status = 409
    sentence = N_("This instrument is released: it never changes. A change is a new version")


def draft_faults(
    instrument: index.Instrument, *, versions: Collection[str], drafts: Collection[str], hashes: Collection[str]
) -> tuple[Fault, ...]:
    """Return what keeps an instrument from becoming a draft.

    ``versions``: those of the same code that are in use or have been released; ``drafts``: those that wait;
    ``hashes``: of all instruments.
    """
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
    fields = {"instrument": instrument.code, "version": instrument.version}
    if instrument.sha256 in hashes:
        faults.append(Fault("nothing-new", N_("This instrument is stored already, word by word")))
    elif instrument.version in versions:
        faults.append(Fault(VersionTaken.code, VersionTaken.sentence, fields))
    elif instrument.version in drafts:
        sentence = N_("A draft of %(instrument)s %(version)s waits already: throw that one away first")
        faults.append(Fault("draft-waits", sentence, fields))
    return tuple(faults)


def before(instrument: index.Instrument, known: Collection[index.Instrument]) -> index.Instrument | None:
    """The version that an instrument follows: the newest of the same code, or else of the year before it.

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
