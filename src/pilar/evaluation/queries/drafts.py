"""Instruments that the secretariat has sent: what waits for a second person, and what is there already."""

from __future__ import annotations

from django.db.models import QuerySet, Subquery

from pilar import index
from pilar.evaluation.models import Instrument, InstrumentDraft
from pilar.evaluation.queries.instruments import parsed, tree_of
from pilar.evaluation.rules.authority import Action, Case, holds, require
from pilar.evaluation.rules.instrument_changes import before, changes, draft_faults, whole
from pilar.people.queries.drafts import DraftRow, DraftView, draft_row, version_faults, waiting_versions
from pilar.people.rules import Standing, existing
from pilar.platform.errors import Fault
from pilar.platform.language import N_


def draft_to_handle(key: int, *, scope: Standing) -> DraftView[index.Instrument]:
    """Return a draft for anyone who may release or drop it; raises as :func:`draft`."""
    require(scope, Action.RELEASE_INSTRUMENT, Case(), known=True)
    return draft(key, scope=scope)


def may_send(by: Standing) -> bool:
    """Return whether the reader may send instruments."""
    return holds(by, Action.SEND_INSTRUMENT, Case())


def stored_instruments(*, by: Standing) -> tuple[index.Instrument, ...]:
    """Return the stored instruments in the order in which they came, for anyone who may send one. Raises NotAllowed."""
    require(by, Action.SEND_INSTRUMENT, Case(), known=True)
    return tuple(map(tree_of, _stored()))


def sending_faults(instrument: index.Instrument) -> tuple[Fault, ...]:
    """Tell what keeps an instrument from becoming a draft: its own faults, and that it is there already."""
    faults = draft_faults(instrument)
    if Instrument.objects.filter(sha256=instrument.sha256).exists():
        return (*faults, Fault("nothing-new", N_("This instrument is stored already, word by word")))
    versions = Instrument.objects.filter(code=instrument.code).values_list("version", flat=True)
    drafts = waiting_versions(InstrumentDraft, instrument.code)
    return (*faults, *version_faults(instrument.code, instrument.version, versions=set(versions), drafts=drafts))


def _stored(before: int | None = None) -> QuerySet[Instrument]:
    """Return the instruments in the order in which they were stored, those before that of a key; of None all."""
    rows = Instrument.objects.order_by("loaded_at", "pk")
    until = Instrument.objects.filter(pk=before).values("loaded_at")
    return rows if before is None else rows.filter(loaded_at__lt=Subquery(until))


def drafts(*, scope: Standing) -> tuple[DraftRow, ...]:
    """Return the drafts that wait, newest first; none for anyone who may not read them."""
    if not holds(scope, Action.SEE_DRAFTS, Case()):
        return ()
    return tuple(_row(draft, scope) for draft in InstrumentDraft.objects.filter(instrument=None).defer("document"))


def draft(key: int, *, scope: Standing) -> DraftView[index.Instrument]:
    """Return a draft with what it changes. Raises :class:`NotFound`, :class:`NotAllowed`."""
    require(scope, Action.SEE_DRAFTS, Case(), known=True)
    sent = existing(InstrumentDraft.objects.filter(pk=key).first())
    after = parsed(sent.sha256, sent.document)
    earlier = before(after, tuple(map(tree_of, _stored(sent.instrument_id))))
    return DraftView(_row(sent, scope), after, sent.document, earlier, whole(earlier, after), changes(earlier, after))


def _row(sent: InstrumentDraft, scope: Standing) -> DraftRow:
    return draft_row(sent, scope, releases=holds(scope, Action.RELEASE_INSTRUMENT, Case()))
