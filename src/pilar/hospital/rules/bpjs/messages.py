"""Read and write the fields of messages by the table of the contract (``data/hospital/bpjs.yaml``).

The contract mixes similar formats: milliseconds and seconds, a day as number and as text, hours with and without
spaces. A kind defines the format in messages and the value in the program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

Hours = tuple[time, time]
ZONES = {"WIB": 7, "WITA": 8, "WIT": 9}


class Misfit(ValueError):
    """A field does not follow the contract: ``why`` is a kind, ``empty`` or ``choice``."""

    def __init__(self, field: str, why: str, choices: str = "") -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why, self.choices = field, why, choices


@dataclass(frozen=True, slots=True)
class Kind:
    """``read`` converts a value from a message and raises ValueError, TypeError or KeyError; ``write`` converts it
    back."""

    read: Callable[[Any], Any]
    write: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True, slots=True)
class Field:
    """One field; ``kind`` is a name of :data:`KINDS`, or the choices."""

    name: str
    kind: str
    may_be_empty: bool = False
    may_be_absent: bool = False
    choices: tuple[str, ...] = ()
    rows: Shape | None = None


Shape = tuple[Field, ...]


def shape_of(given: Mapping[str, Any]) -> Shape:
    """Read fields from the notation of the table: ``{nik: nik, nomorkartu: card~, jadwal: [{hari: day_text}]}``."""
    return tuple(_field(name, kind) for name, kind in given.items())


def read(shape: Shape, given: object) -> dict[str, Any]:
    """The values of a message, without unknown fields. Raises :class:`Misfit` for the first fault."""
    if not isinstance(given, Mapping):
        raise Misfit("", "not-json")
    return {field.name: _read(field, given.get(field.name)) for field in shape}


def write(shape: Shape, values: Mapping[str, Any]) -> dict[str, Any]:
    """The message with these values, in the order of the contract. Raises :class:`Misfit` for invalid values."""
    if unknown := values.keys() - {field.name for field in shape}:
        raise Misfit(min(unknown), "unknown")
    said = {}
    for field in shape:
        value = values.get(field.name)
        if value is None and field.may_be_absent:
            continue
        said[field.name] = "" if field.may_be_empty and value in (None, "") else _written(field, value)
        _read(field, said[field.name])
    return said


def storable(text: str) -> str:
    """The text without characters that a database cannot store: NUL and lone surrogates, which JSON allows."""
    return text.replace("\0", "").encode(errors="ignore").decode()


def _field(name: str, kind: Any) -> Field:
    if isinstance(kind, list):
        return Field(name, "rows", rows=shape_of(kind[0]))
    bare = kind.rstrip("~*")
    choices = () if bare in KINDS else tuple(bare.split("|"))
    return Field(name, "choice" if choices else bare, kind.endswith("~"), kind.endswith("*"), choices)


def _read(field: Field, value: Any) -> Any:
    if value is None or value == "":
        if field.may_be_absent:
            return None
        if field.may_be_empty:
            return ""
        raise Misfit(field.name, "empty")
    if field.rows is not None:
        if not isinstance(value, list):
            raise Misfit(field.name, "rows")
        return [read(field.rows, row) for row in value]
    if field.choices:
        if value not in field.choices:
            raise Misfit(field.name, "choice", ", ".join(field.choices))
        return value
    try:
        value_read = KINDS[field.kind].read(value)
    except (ValueError, TypeError, KeyError, OverflowError):
        raise Misfit(field.name, field.kind) from None
    if value_read == "" and not field.may_be_empty:
        raise Misfit(field.name, "empty")
    return value_read


def _written(field: Field, value: Any) -> Any:
    if field.rows is not None:
        return [write(field.rows, row) for row in value or ()]
    if value is None:
        raise Misfit(field.name, "empty")
    try:
        return value if field.choices else KINDS[field.kind].write(value)
    except (ValueError, TypeError, AttributeError):
        raise Misfit(field.name, field.kind) from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or storable(value) != value or len(value) > 500:
        raise ValueError
    return value.strip()


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError
    return value


def _digits(fewest: int, most: int) -> Kind:
    def digits(value: Any) -> str:
        if not re.fullmatch(rf"[0-9]{{{fewest},{most}}}", text := _text(value)):
            raise ValueError
        return text

    return Kind(digits)


def _among(known: frozenset[int]) -> Callable[[Any], int]:
    def among(value: Any) -> int:
        if (whole := _whole(value)) not in known:
            raise ValueError
        return whole

    return among


def _date(value: Any) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text := _text(value)):
        raise ValueError
    return date.fromisoformat(text)


def _clock(value: Any) -> time:
    if not re.fullmatch(r"\d\d:\d\d", value):
        raise ValueError
    return time.fromisoformat(value)


def _hours(between: str) -> Kind:
    def hours(value: Any) -> Hours:
        since, until = map(_clock, _text(value).split(between))
        return since, until

    return Kind(hours, lambda value: between.join(f"{time:%H:%M}" for time in value))


def _moment(value: Any) -> datetime:
    if _whole(value) < 10**11:  # seconds: a moment of this century has twelve digits or more
        raise ValueError
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=value)


def _stamp(value: Any) -> datetime:
    day, clock, zone = _text(value).split(" ")
    east = timezone(timedelta(hours=ZONES[zone]))
    return datetime.strptime(f"{day} {clock}", "%d-%m-%Y %H:%M:%S").replace(tzinfo=east)


def _truth(value: Any) -> bool:
    if value not in (True, False):
        raise ValueError
    return bool(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return value


DAYS = frozenset(range(1, 9))
"""Monday to Sunday, and 8 for a holiday of the nation."""
KINDS: dict[str, Kind] = {
    "text": Kind(_text),
    "int": Kind(_whole, _whole),
    "number": Kind(_number),
    "flag": Kind(lambda value: bool(_among(frozenset({0, 1}))(value)), int),
    "truth": Kind(_truth),
    "visit": Kind(_among(frozenset({1, 2, 3, 4}))),
    "task": Kind(_among(frozenset({1, 2, 3, 4, 5, 6, 7, 99}))),
    "day": Kind(_among(DAYS)),
    "day_text": Kind(lambda value: _among(DAYS)(int(_text(value))), str),
    "month": Kind(lambda value: _among(frozenset(range(1, 13)))(int(_text(value))), lambda value: f"{value:02d}"),
    "year": Kind(lambda value: int(_text(value)), lambda value: f"{value:04d}"),
    "card": _digits(13, 13),
    "nik": _digits(16, 16),
    "kk": _digits(16, 16),
    "phone": _digits(8, 15),
    "date": Kind(_date, lambda value: value.isoformat()),
    "clock": Kind(_clock, lambda value: f"{value:%H:%M}"),
    "hours": _hours("-"),
    "spaced_hours": _hours(" - "),
    "ms": Kind(_moment, lambda value: round(value.timestamp() * 1000)),
    "seconds": Kind(lambda value: timedelta(seconds=_whole(value)), lambda value: round(value.total_seconds())),
    "stamp": Kind(_stamp, lambda value: f"{value.astimezone(timezone(timedelta(hours=7))):%d-%m-%Y %H:%M:%S} WIB"),
}
