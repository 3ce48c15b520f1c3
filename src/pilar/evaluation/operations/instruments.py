"""An instrument that the secretariat sends: a draft, which a second person releases."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar import index
from pilar.evaluation.models import Instrument, InstrumentDraft
from pilar.evaluation.operations.published import keep_instrument
from pilar.evaluation.rules.authority import Action, Case, require
from pilar.evaluation.rules.engine import asked
from pilar.evaluation.rules.instrument_drafts import DraftReleased, ReleasesOwn, VersionTaken, draft_faults
from pilar.people.operations import held
from pilar.people.rules import Standing
from pilar.platform import audit, locks
from pilar.platform.errors import Faults

TARGET = "evaluation.instrument-draft"


@transaction.atomic
def send_instrument(*, by: Standing, document: str, file: str, now: datetime) -> int:
    """Keep the file of an instrument as a draft, which nothing uses; returns its key.

    Raises Faults for what is no instrument, rests on no paper or is there already, :class:`NotAllowed`.
    """
    require(by, Action.SEND_INSTRUMENT, Case(), known=True)
    instrument = asked(lambda: index.parse_instrument(document, file))
    locks.take(f"evaluation.instrument {instrument.code}")
    drafts = InstrumentDraft.objects.filter(instrument=None, code=instrument.code)
    faults = draft_faults(
        instrument,
        versions=set(Instrument.objects.filter(code=instrument.code).values_list("version", flat=True)),
        drafts=set(drafts.values_list("version", flat=True)),
        hashes=set(Instrument.objects.filter(sha256=instrument.sha256).values_list("sha256", flat=True)),
    )
    if faults:
        raise Faults(faults)
    made = InstrumentDraft.objects.create(
        code=instrument.code, version=instrument.version, sha256=instrument.sha256, title_id=instrument.title["id"],
        title_en=instrument.title["en"], document=document, file=file, sent_by_id=by.account,
        sent_by_name=by.actor.name, sent_at=now,
    )  # fmt: skip
    after = {"instrument": str(made), "sha256": made.sha256, "file": file}
    audit.record(by, "send", TARGET, made.pk, after=after)
    return int(made.pk)


@transaction.atomic
def release_instrument(*, by: Standing, draft: int, now: datetime) -> None:
    """Let campaigns use the instrument of a draft, which then never changes; not by whoever sent it.

    Releasing again changes nothing. Raises :class:`ReleasesOwn`, :class:`VersionTaken`, :class:`NotFound`,
    :class:`NotAllowed`.
    """
    require(by, Action.RELEASE_INSTRUMENT, Case(), known=True)
    row = held(InstrumentDraft.objects, pk=draft)
    if row.instrument_id is not None:
        return
    if row.is_of(by.account):
        raise ReleasesOwn
    locks.take(f"evaluation.instrument {row.code}")
    if Instrument.objects.filter(code=row.code, version=row.version).exists():
        raise VersionTaken(instrument=row.code, version=row.version)
    instrument = index.parse_instrument(row.document, row.file)
    made = keep_instrument(by=by, instrument=instrument, document=row.document, draft=str(row.pk))
    row.save(update_fields=row.release(made, account=by.account, name=by.actor.name, now=now))
    audit.record(by, "release", TARGET, row.pk, after={"instrument": str(row), "four_eyes": row.four_eyes})


@transaction.atomic
def drop_instrument_draft(*, by: Standing, draft: int) -> None:
    """Throw a draft away. Raises :class:`DraftReleased`, :class:`NotFound`, :class:`NotAllowed`."""
    require(by, Action.SEND_INSTRUMENT, Case(), known=True)
    row = held(InstrumentDraft.objects, pk=draft)
    if row.instrument_id is not None:
        raise DraftReleased
    before = {"instrument": str(row), "sha256": row.sha256, "file": row.file}
    row.delete()
    audit.record(by, "drop", TARGET, draft, before=before)
