"""An instrument that the secretariat sends: a draft, which a second person releases."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar import index
from pilar.evaluation.models import Instrument, InstrumentDraft
from pilar.evaluation.operations.published import keep_instrument
from pilar.evaluation.queries.drafts import sending_faults
from pilar.evaluation.rules.authority import Action, Case, require
from pilar.evaluation.rules.engine import asked
from pilar.people.operations.drafts import drop_draft, keep_draft, release_draft
from pilar.people.queries.drafts import VersionTaken
from pilar.people.rules import Standing
from pilar.platform import locks
from pilar.platform.errors import Faults
from pilar.platform.language import Bilingual

TARGET = "evaluation.instrument-draft"


@transaction.atomic
def send_instrument(*, by: Standing, document: str, file: str, now: datetime) -> int:
    """Keep the file of an instrument as a draft, which nothing uses; returns its key.

    Raises Faults for what is no instrument, rests on no paper or is there already, :class:`NotAllowed`.
    """
    require(by, Action.SEND_INSTRUMENT, Case(), known=True)
    instrument = asked(lambda: index.parse_instrument(document, file))
    locks.take(f"evaluation.instrument {instrument.code}")
    if faults := sending_faults(instrument):
        raise Faults(faults)
    return keep_draft(
        InstrumentDraft, by=by, target=TARGET, code=instrument.code, version=instrument.version,
        sha256=instrument.sha256, title=Bilingual(**instrument.title), document=document, file=file, now=now,
    )  # fmt: skip


@transaction.atomic
def release_instrument(*, by: Standing, draft: int, now: datetime) -> None:
    """Let campaigns use the instrument of a draft, which then never changes; not by the person who sent it.

    Releasing again changes nothing. Raises :class:`ReleasesOwn`, :class:`VersionTaken`, :class:`NotFound`,
    :class:`NotAllowed`.
    """
    require(by, Action.RELEASE_INSTRUMENT, Case(), known=True)

    def become(row: InstrumentDraft) -> Instrument:
        locks.take(f"evaluation.instrument {row.code}")
        if Instrument.objects.filter(code=row.code, version=row.version).exists():
            raise VersionTaken(name=row.code, version=row.version)
        instrument = index.parse_instrument(row.document, row.file)
        return keep_instrument(by=by, instrument=instrument, document=row.document, draft=str(row.pk))

    release_draft(InstrumentDraft, draft, become, by=by, target=TARGET, now=now)


@transaction.atomic
def drop_instrument_draft(*, by: Standing, draft: int) -> None:
    """Throw a draft away. Raises :class:`DraftReleased`, :class:`NotFound`, :class:`NotAllowed`."""
    require(by, Action.SEND_INSTRUMENT, Case(), known=True)
    drop_draft(InstrumentDraft, draft, by=by, target=TARGET)
