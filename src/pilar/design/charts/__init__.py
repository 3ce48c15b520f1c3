"""Charts as Vega-Lite specifications, each with the table of its figures.

A chart is drawn 288 units wide with text of 13 units, so that it is readable on the narrowest phone. In a wide place it
is drawn again, wider, with letters of the same size. Colours are the light values of the design's roles;
:mod:`pilar.design.svg` names the roles in the drawing, and the style sheet then colours them for dark screens too.
"""

from __future__ import annotations

from pilar.design.charts.amounts import bars, columns, comparison
from pilar.design.charts.dimensions import Series, radar
from pilar.design.charts.drawing import (
    BRAND,
    CAUTION,
    CAUTION_SOFT,
    CONTROL,
    FILL,
    INK,
    LINE,
    MUTED,
    NEGATIVE,
    NEGATIVE_SOFT,
    POSITIVE,
    POSITIVE_SOFT,
    SURFACE,
    Chart,
    Row,
    Spec,
    frame,
    stretched,
)
from pilar.design.charts.intervals import Estimate, Moment, course, estimates
from pilar.design.charts.over_time import timeline, trend
from pilar.design.charts.places import Place, places
from pilar.design.charts.schedule import Span, Tone, gantt
from pilar.design.charts.shares import shares
from pilar.design.charts.tiles import Tile, tiles
