"""Read periods as lists write them: ``TW I - TW III 2026``, ``Januari s.d. Juni 2026``, ``2026``."""

from __future__ import annotations

import re

from pilar.masterplan.rules.quarters import Quarter, quarter_of
from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.reading import Span, read_span
from pilar.platform.tables import Cell, shown

_BETWEEN = re.compile(
    r"\s*(?:-|–|—|\bs\s*/\s*d\b\.?|\bs\s*\.?\s*d\b\.?|\bsampai dengan\b|\bsampai\b|\bhingga\b)\s*", re.I
)
_YEAR = re.compile(r"\b(\d{4})\b")
_BARE = re.compile(r"(?:iv|i{1,3}|[1-4])\b", re.IGNORECASE)


def read_run(cell: Cell, year: int | None = None) -> tuple[Quarter, Quarter] | Fault:
    """Read the first and the last quarter of a cell; ``year``: the year of its row, for a cell without one."""
    whole = _span(cell, year)
    if whole is not None:
        return whole
    parts = [part for part in _BETWEEN.split(str(cell).strip()) if part] if isinstance(cell, str) else []
    if len(parts) == 2:
        word = re.match(r"[^\W\d]+\s+(?=[ivIV1-4])", parts[0])
        second = f"{word[0]}{parts[1]}" if word and _BARE.match(parts[1]) and not _YEAR.match(parts[1]) else parts[1]
        named = [int(years[-1]) for part in parts if (years := _YEAR.findall(part))]
        first = _span(parts[0], named[0] if named else year)
        last = _span(second, named[-1] if named else year)
        if first is not None and last is not None:
            return first[0], last[1]
    sentence = N_("“%(given)s” does not say when: write it such as TW I 2026 - TW III 2027, or 2026")
    return Fault("no-time", sentence, {"given": shown(cell)})


def read_years(cell: Cell) -> tuple[int, int] | Fault:
    """Read the year, or the first and last year, in a cell."""
    run = read_run(cell)
    if isinstance(run, Fault):
        return Fault("no-year", N_("“%(given)s” is no year: write it such as 2026"), {"given": shown(cell)})
    return run[0].year, run[1].year


def _span(cell: Cell, year: int | None) -> tuple[Quarter, Quarter] | None:
    """Return the quarters of one period; None if it is none."""
    span = read_span(cell)
    if isinstance(span, Fault) and year is not None and isinstance(cell, str) and not _YEAR.search(cell):
        span = read_span(f"{cell.strip()} {year}")
    if not isinstance(span, Span):
        return None
    first = quarter_of(span.start)
    return first, Quarter(first.year, 4) if span.kind == "year" else first
