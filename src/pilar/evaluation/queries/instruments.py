"""Instruments as they were loaded."""

from __future__ import annotations

from functools import lru_cache

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from pilar import index
from pilar.evaluation.models import Campaign, Instrument, ScoringYear
from pilar.evaluation.queries.rows import Bilingual, InstrumentRow
from pilar.evaluation.rules.scenarios import DRAFT
from pilar.people.rules import Permission
from pilar.platform.actors import Authority
from pilar.platform.errors import PilarError
from pilar.platform.language import mark


class InstrumentNotFound(PilarError):
    code = "instrument-not-found"
    status = 404
    sentence = mark("There is no instrument “%(given)s” in version “%(version)s”")


def instruments(*, scope: Authority) -> tuple[InstrumentRow, ...]:
    """Every loaded version that the reader may see, newest year first. Two queries."""
    found = _seen_by(scope).order_by(F("year").desc(nulls_last=True), "code", "-loaded_at")
    return tuple(_row(one) for one in found)


def instrument(code: str, version: str, *, scope: Authority) -> tuple[InstrumentRow, index.Instrument, str]:
    """One version: its row, its tree and the text of its file. Raises InstrumentNotFound."""
    found = None if "\0" in code + version else _seen_by(scope).filter(code=code, version=version).first()
    if found is None:
        raise InstrumentNotFound(given=code, version=version)
    return _row(found), _parsed(found.sha256, found.document), found.document


def scoring_instruments(*, scope: Authority) -> dict[int, tuple[InstrumentRow, index.Instrument]]:
    """The instrument of each year that has one. Two queries."""
    found = _loaded().filter(scoring_years__isnull=False).distinct()
    return {
        scoring.year: (_row(one), _parsed(one.sha256, one.document))
        for one in found
        for scoring in one.scoring_years.all()
    }


def tree_of(loaded: Instrument) -> index.Instrument:
    """The tree of a loaded version, read once a process."""
    return _parsed(loaded.sha256, loaded.document)


def _loaded() -> QuerySet[Instrument]:
    return Instrument.objects.prefetch_related(Prefetch("scoring_years", ScoringYear.objects.order_by("year")))


def _seen_by(scope: Authority) -> QuerySet[Instrument]:
    """Drafts are for the secretariat until a campaign uses them."""
    if scope.may(Permission.VIEW_PROVISIONAL):
        return _loaded()
    used = Exists(Campaign.objects.filter(instrument=OuterRef("pk")))
    return _loaded().filter(~Q(code__endswith=DRAFT) | used)


def _row(found: Instrument) -> InstrumentRow:
    return InstrumentRow(
        code=found.code,
        version=found.version,
        sha256=found.sha256,
        title=Bilingual(found.title_id, found.title_en),
        year=found.year,
        loaded_at=found.loaded_at,
        scores_years=tuple(scoring.year for scoring in found.scoring_years.all()),
    )


@lru_cache(maxsize=64)
def _parsed(sha256: str, document: str) -> index.Instrument:
    return index.parse_instrument(document, name=sha256)
