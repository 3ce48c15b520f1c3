"""Reads of instruments and published results."""

from __future__ import annotations

from pilar.evaluation.queries.freshness import Freshness, freshness, newest_release
from pilar.evaluation.queries.instruments import (
    instrument,
    instruments,
    newest_instrument,
    scale_in,
    scoring_instruments,
)
from pilar.evaluation.queries.regions import (
    Explained,
    NothingStated,
    RegionNotFound,
    RegionProfile,
    RegionYear,
    region_profile,
    regions,
)
from pilar.evaluation.queries.results import (
    DEFAULT_SORT,
    MAX_PAGE,
    Filters,
    UnknownChoice,
    UnknownOrder,
    UnknownYear,
    choices,
    coverage,
    provinces,
    results,
    score_codes,
    year_row,
    years,
)
from pilar.evaluation.queries.rows import Bilingual, InstrumentRow, RegionRow, Statement, YearRow
from pilar.people.rules import PUBLIC
