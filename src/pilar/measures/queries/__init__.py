"""Reads of measured figures."""

from pilar.measures.queries.mappings import MappedFrom, MappingRow, mapped_from, mapping_of, reported_titles
from pilar.measures.queries.measures import (
    MAX_PAGE,
    measure,
    measures,
    measures_by_code,
    measures_by_key,
    measures_by_region,
)
from pilar.measures.queries.rows import MeasureRow, SourceRow, ValueOrigin, ValueRow
from pilar.measures.queries.scoping import NOBODY, readable
from pilar.measures.queries.series import Series, combined, corrections, history, missing, series, value_of, values
from pilar.measures.queries.sources import source, source_tokens, sources
from pilar.measures.queries.year_to_date import YearToDate, years_to_date
