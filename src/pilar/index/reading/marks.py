"""Kinds of mark: rubric levels, bands, ratios, surveys."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from pilar.index.answers import Band, BandMark, Level, LevelMark, MarkKind, RatioMark, SurveyMark
from pilar.index.faults import Fault
from pilar.index.instrument import Scale
from pilar.index.reading.document import Value
from pilar.index.reading.fields import Fields


class Kind(StrEnum):
    LEVEL = LevelMark.kind
    SURVEY = SurveyMark.kind
    BAND = BandMark.kind
    RATIO = RatioMark.kind


KEYS = {
    Kind.LEVEL: ("levels",),
    Kind.SURVEY: ("minimum", "maximum"),
    Kind.BAND: ("unit", "bands"),
    Kind.RATIO: ("bands",),
}
ALL_KEYS = ("levels", "minimum", "maximum", "unit", "bands")


def read_mark(around: Fields, value: Value, path: str, scale: Scale | None) -> MarkKind | None:
    """The kind of mark that ``value`` describes; ``None`` after a fault."""
    block = around.inside(value, path, ("kind", "source"), ALL_KEYS, "mark")
    kind = block.choice("kind", Kind) if block else None
    if block is None or kind is None:
        return None
    for key in ALL_KEYS:
        fields = {"key": key, "kind": kind.value}
        if key in KEYS[kind] and key not in block.values:
            block.tell(Fault("mark-key", "A mark of the kind %(kind)s needs %(key)s.", fields), key)
        elif key in block.values and key not in KEYS[kind]:
            block.tell(Fault("mark-key", "A mark of the kind %(kind)s has no %(key)s.", fields), key)
    source = block.source()
    if kind is Kind.LEVEL:
        levels = _levels(block, scale)
        return LevelMark(levels, source) if levels else None
    if kind is Kind.SURVEY:
        return _survey(block, scale, source)
    bands = _bands(block, scale)
    if kind is Kind.RATIO:
        _reach(block, bands)
        return RatioMark(bands, source) if bands else None
    unit = block.titles("unit")
    return BandMark(unit, bands, source) if unit and bands else None


def _levels(block: Fields, scale: Scale | None) -> tuple[Level, ...]:
    levels: list[Level] = []
    for item in block.blocks("levels", ("value", "title")):
        value, title = item.number("value"), item.titles("title")
        if value is None or title is None:
            continue
        within_scale(item, "value", value, scale)
        if value != int(value) or (levels and value != levels[-1].value + 1):
            item.tell(Fault("levels", "Levels must be consecutive whole numbers, lowest first."), "value")
        levels.append(Level(value, title))
    return tuple(levels)


def _survey(block: Fields, scale: Scale | None, source: str) -> SurveyMark | None:
    minimum, maximum = block.number("minimum"), block.number("maximum")
    if minimum is None or maximum is None:
        return None
    within_scale(block, "minimum", minimum, scale)
    within_scale(block, "maximum", maximum, scale)
    if minimum >= maximum:
        block.tell(Fault("survey", "minimum must lie below maximum."), "minimum")
    return SurveyMark(minimum, maximum, source)


def _bands(block: Fields, scale: Scale | None) -> tuple[Band, ...]:
    """The bands in order; each begins where the one before ends, and only the last may have no end."""
    bands: list[Band] = []
    for item in block.blocks("bands", ("from", "value"), ("to",)):
        start, end, value = item.number("from"), item.number("to"), item.number("value")
        if start is None or value is None or ("to" in item.values and end is None):
            continue
        within_scale(item, "value", value, scale)
        if end is not None and start >= end:
            item.tell(Fault("band-empty", "The band must end above its start."), "from")
        if bands:
            _join(item, bands[-1].end, start)
        bands.append(Band(start, end, value))
    return tuple(bands)


def _join(item: Fields, end: Decimal | None, start: Decimal) -> None:
    fields = {"start": start, "end": end}
    if end is None:
        item.tell(Fault("band-overlap", "The band before has no end."), "from")
    elif start > end:
        item.tell(Fault("band-gap", "There is a gap between the bands from %(end)s to %(start)s.", fields), "from")
    elif start < end:
        item.tell(Fault("band-overlap", "The bands overlap from %(start)s to %(end)s.", fields), "from")


def _reach(block: Fields, bands: tuple[Band, ...]) -> None:
    """A fault unless the bands hold every percentage from 0 up: more can be realised than was planned."""
    if not bands or len(bands) < len(block.items("bands")):
        return  # a band that could not be read may be the missing one
    if bands[0].start != 0:
        start = {"start": bands[0].start}
        block.tell(Fault("ratio-start", "The first band of a ratio begins at 0, not at %(start)s.", start), "bands")
    if bands[-1].end is not None:
        end = {"end": bands[-1].end}
        block.tell(Fault("ratio-end", "The last band of a ratio has no end; leave out to: %(end)s.", end), "bands")


def within_scale(block: Fields, key: str, value: Decimal, scale: Scale | None) -> None:
    """A fault unless ``value`` lies on the scale."""
    if scale is not None and not scale.minimum <= value <= scale.maximum:
        fields = {"key": key, "value": value, "minimum": scale.minimum, "maximum": scale.maximum}
        block.tell(
            Fault("off-scale", "%(key)s is %(value)s; the scale runs from %(minimum)s to %(maximum)s.", fields), key
        )
