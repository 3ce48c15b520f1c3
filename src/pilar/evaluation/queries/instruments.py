"""Instruments as they were loaded."""

from __future__ import annotations

from functools import lru_cache

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from pilar import index
from pilar.evaluation.models import Campaign, Instrument, Phase, Publication, ScoringYear
from pilar.evaluation.queries.rows import Bilingual, InstrumentRow
from pilar.evaluation.rules.scales import YearScale, scale_of_year
from pilar.evaluation.rules.scenarios import DRAFT
from pilar.evaluation.rules.stages import PhaseState
from pilar.evaluation.rules.standing import assumes_weights
from pilar.people.rules import Permission
from pilar.platform.actors import Authority
from pilar.platform.errors import PilarError
from pilar.platform.language import N_
from pilar.platform.papers import paper_of
from pilar.platform.rows import row_of


class InstrumentNotFound(PilarError):
    code = "instrument-not-found"
    status = 404
    sentence = N_("There is no instrument “%(given)s” in version “%(version)s”")


def instruments(*, scope: Authority) -> tuple[InstrumentRow, ...]:
    """Every loaded version that the reader may see, newest year first. Three queries."""
    rows = _seen_by(scope).order_by(F("year").desc(nulls_last=True), "code", "-loaded_at")
    return tuple(_row(instrument) for instrument in rows)


def instrument(code: str, version: str, *, scope: Authority) -> tuple[InstrumentRow, index.Instrument, str]:
    """One version: its row, its tree and the text of its file. Raises InstrumentNotFound."""
    instrument = None if "\0" in code + version else _seen_by(scope).filter(code=code, version=version).first()
    if instrument is None:
        raise InstrumentNotFound(given=code, version=version)
    return _row(instrument), parsed(instrument.sha256, instrument.document), instrument.document


def scoring_instruments(*, scope: Authority) -> dict[int, tuple[InstrumentRow, index.Instrument]]:
    """The instrument of each year whose statements have one. Three queries."""
    rows = _loaded().filter(scoring_years__isnull=False).distinct()
    return {
        scoring.year: (_row(instrument), parsed(instrument.sha256, instrument.document))
        for instrument in rows
        for scoring in instrument.scoring_years.all()
    }


def newest_instrument(*, scope: Authority) -> tuple[int, InstrumentRow, index.Instrument] | None:
    """The newest year with an instrument that scores its statements or by which its results were published, and that
    instrument; of several the one loaded last. What was made up for a demonstration does not count.
    """
    candidates = [
        (year, instrument.loaded_at, instrument.pk, instrument)
        for instrument in _loaded()
        for year in {scoring.year for scoring in instrument.scoring_years.all()} | _years_of(instrument, published=True)
    ]
    if not candidates:
        return None
    year, *_order, newest = max(candidates, key=lambda candidate: candidate[:3])
    return year, _row(newest), parsed(newest.sha256, newest.document)


def scale_in(year: int, *, scope: Authority) -> YearScale | None:
    """The scale on which the statements about a year stand; None while no instrument is known. Three queries."""
    return scale_of_year(year, {year: tree for year, (_row, tree) in scoring_instruments(scope=scope).items()})


def tree_of(loaded: Instrument) -> index.Instrument:
    """The tree of a loaded version, read once a process."""
    return parsed(loaded.sha256, loaded.document)


def _loaded() -> QuerySet[Instrument]:
    """With the years of their statements, and the campaigns that regions know of, made-up ones left out."""
    published = Exists(Publication.objects.filter(snapshot__phase__campaign=OuterRef("pk")))
    begun = Exists(Phase.objects.filter(campaign=OuterRef("pk")).exclude(state=PhaseState.DRAFT))
    campaigns = Campaign.objects.filter(begun, synthetic=False).annotate(published=published)
    return Instrument.objects.prefetch_related(
        Prefetch("scoring_years", ScoringYear.objects.order_by("year")), Prefetch("campaigns", campaigns)
    )


def _years_of(instrument: Instrument, *, published: bool) -> set[int]:
    """The years of an instrument's campaigns; ``published``: of those with results that are public."""
    return {campaign.year for campaign in instrument.campaigns.all() if campaign.published or not published}


def _seen_by(scope: Authority) -> QuerySet[Instrument]:
    """Drafts are for the secretariat until a campaign uses them."""
    if scope.may(Permission.VIEW_PROVISIONAL):
        return _loaded()
    used = Exists(Campaign.objects.filter(instrument=OuterRef("pk")))
    return _loaded().filter(~Q(code__endswith=DRAFT) | used)


def _row(instrument: Instrument) -> InstrumentRow:
    tree = tree_of(instrument)
    stated = {scoring.year for scoring in instrument.scoring_years.all()}
    return row_of(
        InstrumentRow,
        instrument,
        title=Bilingual(instrument.title_id, instrument.title_en),
        status=tree.status,
        assumed=assumes_weights(tree),
        paper=paper_of(tree.basis),
        scores_years=tuple(sorted(stated | _years_of(instrument, published=False))),
        listed_years=tuple(sorted(stated | _years_of(instrument, published=True))),
    )


@lru_cache(maxsize=64)
def parsed(sha256: str, document: str) -> index.Instrument:
    """The tree of a text with this hash, read once a process."""
    return index.parse_instrument(document, name=sha256)
