"""What does not fit the published description of an address, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pilar.platform.language import mark, translate

MISSING = mark("This field is missing")
TEXT = mark("This is no text")
NUMBER = mark("This is no number")
WHOLE = mark("This is no whole number")
YES_NO = mark("This is neither true nor false")
DAY = mark("This is no day: write it such as 2026-10-20")
MOMENT = mark("This is no moment: write it such as 2026-10-20T16:00:00+07:00")
LIST = mark("This is no list")
OBJECT = mark("This is no object with fields")
OTHERWISE = mark("This does not fit the description of the field")
SENTENCES: Mapping[str, str] = {
    "missing": MISSING,
    "extra_forbidden": mark("The description has no such field"),
    "none_required": mark("This must be empty (null)"),
    "string_type": TEXT,
    "string_too_short": mark("Write at least %(min_length)s characters"),
    "string_too_long": mark("Write at most %(max_length)s characters"),
    "string_pattern_mismatch": mark("This is not written as the description says"),
    "string_unicode": TEXT,
    "literal_error": mark("Give one of %(expected)s"),
    "enum": mark("Give one of %(expected)s"),
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": WHOLE,
    "int_from_float": WHOLE,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "decimal_type": NUMBER,
    "decimal_parsing": NUMBER,
    "decimal_max_digits": mark("Write at most %(max_digits)s digits"),
    "decimal_max_places": mark("Write at most %(decimal_places)s decimals"),
    "decimal_whole_digits": mark("Write at most %(whole_digits)s digits before the decimals"),
    "bool_type": YES_NO,
    "bool_parsing": YES_NO,
    "greater_than": mark("This must be greater than %(gt)s"),
    "greater_than_equal": mark("This must be at least %(ge)s"),
    "less_than": mark("This must be less than %(lt)s"),
    "less_than_equal": mark("This must be at most %(le)s"),
    "multiple_of": mark("This must be a multiple of %(multiple_of)s"),
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "datetime_object_invalid": MOMENT,
    "timezone_aware": MOMENT,
    "uuid_type": mark("This is no UUID"),
    "uuid_parsing": mark("This is no UUID"),
    "list_type": LIST,
    "tuple_type": LIST,
    "set_type": LIST,
    "too_long": mark("Give at most %(max_length)s"),
    "too_short": mark("Give at least %(min_length)s"),
    "dict_type": OBJECT,
    "mapping_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "model_class_type": OBJECT,
    "json_invalid": mark("This is no JSON"),
}
"""The sentence for each code of pydantic that a schema of the API can give; the others have ``OTHERWISE``."""


def told(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Faults as problem JSON has them, of what pydantic found."""
    return [
        {"code": error["type"], "place": ".".join(str(part) for part in error["loc"]), "text": _text(error)}
        for error in errors
    ]


def _text(error: Mapping[str, Any]) -> str:
    fields = {name: _plain(value) for name, value in error.get("ctx", {}).items()}
    try:
        return translate(SENTENCES.get(error["type"], OTHERWISE), **fields)
    except KeyError:  # pydantic names other fields than it did
        return translate(OTHERWISE)


def _plain(value: object) -> object:
    """Pydantic joins the choices by an English word."""
    return value.replace(" or ", ", ") if isinstance(value, str) else value
