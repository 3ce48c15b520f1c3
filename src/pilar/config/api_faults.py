"""Faults against the published description of an address, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pilar.platform.language import N_, translate

MISSING = N_("This field is missing")
TEXT = N_("This is no text")
NUMBER = N_("This is no number")
WHOLE = N_("This is no whole number")
YES_NO = N_("This is neither true nor false")
DAY = N_("This is no day: write it such as 2026-10-20")
MOMENT = N_("This is no moment: write it such as 2026-10-20T16:00:00+07:00")
LIST = N_("This is no list")
OBJECT = N_("This is no object with fields")
OTHERWISE = N_("This does not fit the description of the field")
SENTENCES: Mapping[str, str] = {
    "missing": MISSING,
    "extra_forbidden": N_("The description has no such field"),
    "none_required": N_("This must be empty (null)"),
    "string_type": TEXT,
    "string_too_short": N_("Write at least %(min_length)s characters"),
    "string_too_long": N_("Write at most %(max_length)s characters"),
    "string_pattern_mismatch": N_("This is not written as the description says"),
    "string_unicode": TEXT,
    "literal_error": N_("Give one of %(expected)s"),
    "enum": N_("Give one of %(expected)s"),
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": WHOLE,
    "int_from_float": WHOLE,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "decimal_type": NUMBER,
    "decimal_parsing": NUMBER,
    "decimal_max_digits": N_("Write at most %(max_digits)s digits"),
    "decimal_max_places": N_("Write at most %(decimal_places)s decimals"),
    "decimal_whole_digits": N_("Write at most %(whole_digits)s digits before the decimals"),
    "bool_type": YES_NO,
    "bool_parsing": YES_NO,
    "greater_than": N_("This must be greater than %(gt)s"),
    "greater_than_equal": N_("This must be at least %(ge)s"),
    "less_than": N_("This must be less than %(lt)s"),
    "less_than_equal": N_("This must be at most %(le)s"),
    "multiple_of": N_("This must be a multiple of %(multiple_of)s"),
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "datetime_object_invalid": MOMENT,
    "timezone_aware": MOMENT,
    "uuid_type": N_("This is no UUID"),
    "uuid_parsing": N_("This is no UUID"),
    "list_type": LIST,
    "tuple_type": LIST,
    "set_type": LIST,
    "too_long": N_("Give at most %(max_length)s"),
    "too_short": N_("Give at least %(min_length)s"),
    "dict_type": OBJECT,
    "mapping_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "model_class_type": OBJECT,
    "json_invalid": N_("This is no JSON"),
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
