"""Reads of measured figures."""

from pilar.measures.queries.measures import LARGEST_PAGE, measure, measures, measures_by_code, measures_by_key
from pilar.measures.queries.rows import MeasureRow, SourceRow, SourceTokenRow, ValueOrigin, ValueRow, VersionRow
from pilar.measures.queries.scoping import NOBODY, knows_region, readable
from pilar.measures.queries.series import (
    Missing,
    Series,
    combined,
    corrections,
    history,
    missing,
    series,
    value_of,
    values,
)
from pilar.measures.queries.sources import source, source_tokens, sources
from pilar.measures.queries.year_to_date import YearToDate, years_to_date
