"""Keeping a scenario: other weights become a draft instrument, and nothing else changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from pilar import index
from pilar.evaluation.models import Instrument
from pilar.evaluation.operations.published import keep_instrument
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.scenarios import instrument_to_try
from pilar.evaluation.rules.computing import scores_alike
from pilar.evaluation.rules.scenarios import named_draft, next_version, try_weights
from pilar.people.rules import Standing
from pilar.platform import locks
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """The draft that holds the weights; not ``new`` if somebody had saved the same before."""

    code: str
    version: str
    new: bool


@transaction.atomic
def save_draft_instrument(
    *, by: Standing, campaign: str, phase: int, version: int, weights: Mapping[str, Decimal], now: datetime
) -> SavedDraft:
    """Keep the instrument of a computed version with other weights as a draft version of its own.

    The same weights are kept once, no matter who saves them again. Raises Faults for weights that cannot be used or
    that change nothing, NotFound, NotAllowed, SnapshotNotFound.
    """
    instrument = instrument_to_try(campaign, phase, version, by=by)
    tried = try_weights(instrument, {code: f"{weight:f}" for code, weight in weights.items()})
    if tried.draft is None:
        raise Faults(tried.faults)
    if not tried.weights:
        raise Faults([Fault("no-other-weight", N_("No weight differs from those of the instrument"))])
    today = timezone.localdate(now)
    draft = named_draft(instrument, tried.draft, version=instrument.version, day=today)
    locks.take(f"evaluation.instrument {draft.code}")
    known = list(Instrument.objects.filter(code=draft.code).order_by("pk"))
    for other in known:
        if scores_alike(tree_of(other), draft):
            return SavedDraft(other.code, other.version, new=False)
    number = next_version(instrument.version, [instrument.version for instrument in known])
    draft = named_draft(instrument, tried.draft, version=number, day=today)
    document = index.instrument_text(draft)
    if index.parse_instrument(document).sha256 != draft.sha256:
        raise AssertionError("the text of the draft does not read back as the draft")
    origin = f"{instrument.code} {instrument.version}"
    keep_instrument(by=by, instrument=draft, document=document, draft_of=origin, sha256_of_origin=instrument.sha256)
    return SavedDraft(draft.code, draft.version, new=True)
