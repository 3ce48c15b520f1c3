"""Instruments that the secretariat has sent: what waits for a second person, and what is there already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Subquery

from pilar import index
from pilar.evaluation.models import Instrument, InstrumentDraft
from pilar.evaluation.queries.instruments import parsed, tree_of
from pilar.evaluation.rules.authority import Action, Case, holds, require
from pilar.evaluation.rules.instrument_changes import changes, whole
from pilar.evaluation.rules.instrument_drafts import before
from pilar.people.rules import Standing, existing
from pilar.platform.imports import Value
from pilar.platform.imports.changes import Change
from pilar.platform.language import Bilingual
from pilar.platform.rows import row_of


@dataclass(frozen=True, slots=True)
class Known:
    """What of instruments is stored, in the order in which it was; ``waiting``: the drafts, as code and version."""

    trees: tuple[index.Instrument, ...]
    hashes: frozenset[str]
    waiting: frozenset[tuple[str, str]]

    def versions(self, code: str) -> set[str]:
        """The versions of an instrument that are stored."""
        return {tree.version for tree in self.trees if tree.code == code}

    def drafts(self, code: str) -> set[str]:
        """The versions of an instrument that wait to be released."""
        return {version for draft_code, version in self.waiting if draft_code == code}


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft. ``own``: the reader sent it, and four eyes keep them from releasing it; ``releases``: the reader may."""

    key: int
    code: str
    version: str
    sha256: str
    title: Bilingual
    file: str
    sent_by: str
    sent_at: datetime
    released: bool
    own: bool
    releases: bool


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft with its tree, the text of its file, and what it changes; ``earlier``: the version that it follows."""

    row: DraftRow
    instrument: index.Instrument
    document: str
    earlier: index.Instrument | None
    whole: tuple[Value, ...]
    changes: tuple[Change, ...]


def draft_to_handle(key: int, *, scope: Standing) -> DraftView:
    """The same for who may release or drop it; raises as :func:`draft`."""
    require(scope, Action.RELEASE_INSTRUMENT, Case(), known=True)
    return draft(key, scope=scope)


def may_send(by: Standing) -> bool:
    """Tell whether the reader may send instruments."""
    return holds(by, Action.SEND_INSTRUMENT, Case())


def known_instruments(*, by: Standing) -> Known:
    """Return what is stored, for who may send an instrument. Two queries. Raises :class:`NotAllowed`."""
    require(by, Action.SEND_INSTRUMENT, Case(), known=True)
    waiting = InstrumentDraft.objects.filter(instrument=None)
    stored = _stored()
    return Known(
        tuple(map(tree_of, stored)),
        frozenset(instrument.sha256 for instrument in stored),
        frozenset(waiting.values_list("code", "version")),
    )


def _stored(before: int | None = None) -> QuerySet[Instrument]:
    """The instruments in the order in which they were stored, those before that of a key; of None all."""
    rows = Instrument.objects.order_by("loaded_at", "pk")
    until = Instrument.objects.filter(pk=before).values("loaded_at")
    return rows if before is None else rows.filter(loaded_at__lt=Subquery(until))


def drafts(*, scope: Standing) -> tuple[DraftRow, ...]:
    """The drafts that wait, newest first; none for who may not read them."""
    if not holds(scope, Action.SEE_DRAFTS, Case()):
        return ()
    return tuple(
        _row(instrument_draft, scope)
        for instrument_draft in InstrumentDraft.objects.filter(instrument=None).defer("document")
    )


def draft(key: int, *, scope: Standing) -> DraftView:
    """A draft with what it changes. Raises :class:`NotFound`, :class:`NotAllowed`."""
    require(scope, Action.SEE_DRAFTS, Case(), known=True)
    instrument_draft = existing(InstrumentDraft.objects.filter(pk=key).first())
    instrument = parsed(instrument_draft.sha256, instrument_draft.document)
    earlier = before(instrument, tuple(map(tree_of, _stored(instrument_draft.instrument_id))))
    return DraftView(
        _row(instrument_draft, scope), instrument, instrument_draft.document, earlier, whole(earlier, instrument),
        changes(earlier, instrument),
    )  # fmt: skip


def _row(instrument_draft: InstrumentDraft, scope: Standing) -> DraftRow:
    own = instrument_draft.is_of(scope.account)
    return row_of(
        DraftRow,
        instrument_draft,
        title=Bilingual(instrument_draft.title_id, instrument_draft.title_en),
        sent_by=instrument_draft.sent_by_name,
        released=instrument_draft.instrument_id is not None,
        own=own,
        releases=not own and holds(scope, Action.RELEASE_INSTRUMENT, Case()),
    )
