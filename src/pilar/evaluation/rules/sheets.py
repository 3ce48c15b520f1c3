"""The languages that result sheets are made in."""

from __future__ import annotations

from pilar.platform.errors import PilarError
from pilar.platform.language import N_

LANGUAGES = {"id": N_("Indonesian"), "en": N_("English")}


class UnknownLanguage(PilarError):
    code = "unknown-language"
    status = 400
    sentence = N_("Sheets are made in Indonesian (id) or English (en), not in “%(given)s”")


def checked_language(given: str) -> str:
    """The language that sheets are asked in. Raises UnknownLanguage."""
    if given not in LANGUAGES:
        raise UnknownLanguage(given=given[:10])
    return given
