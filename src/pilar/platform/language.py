"""The reader's language, with and without Django.

Source strings are English; every room has its Indonesian catalogue in ``<room>/locale/id``. Pages use Django's
translation. The command line also runs without it (``./pilar score`` needs no web framework), so this module
reads the same catalogues with the standard library there.
"""

from __future__ import annotations

import datetime as dt
import gettext
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pilar.platform.writing import clock, in_words

ROOMS = Path(__file__).resolve().parent.parent
DEFAULT = "id"
LANGUAGES = ("id", "en")
COUNTS = frozenset({"most", "longest", "count", "length", "rows", "cells", "max_length"})
"""Places of sentences that hold how many there are; any other whole number may be a year or a code."""


def console_language(environment: Mapping[str, str] | None = None) -> str:
    """Indonesian unless ``PILAR_LANGUAGE`` or the locale asks for English."""
    env = os.environ if environment is None else environment
    for name in ("PILAR_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = env.get(name, "")[:2].lower()
        if wanted in LANGUAGES:
            return wanted
    return DEFAULT


def stale_catalogues() -> list[Path]:
    """Catalogues (``.po``) whose compiled file is missing or older."""
    stale = []
    for source in ROOMS.glob("*/locale/*/LC_MESSAGES/django.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            stale.append(source)
    return stale


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """All rooms' catalogues of one language, one after the other."""
    merged = gettext.NullTranslations()
    for folder in sorted(ROOMS.glob("*/locale")):
        translations = gettext.translation("django", folder, [language], fallback=True)
        if isinstance(translations, gettext.GNUTranslations):
            translations.add_fallback(merged)
            merged = translations
    return merged


def _django_speaks() -> bool:
    apps = sys.modules.get("django.apps")
    return apps is not None and apps.apps.ready


def N_(sentence: str) -> str:  # noqa: N802 (the usual short name of gettext_noop)
    """Mark a sentence for the catalogue without translating it yet."""
    return sentence


def translate(sentence: str, **fields: Any) -> str:
    """``sentence`` in the reader's language, its ``%(name)s`` places filled from ``fields``.

    Numbers and days are written as people write them, ``3,35`` and ``25 November 2026``: anyone who tells of a number
    hands over the number (:func:`pilar.platform.writing.in_words`). So are whole numbers at :data:`COUNTS`: ``10.000``.
    """
    if not sentence:
        return ""
    if _django_speaks():
        from django.utils.translation import gettext as translated

        text = translated(sentence)
    else:
        text = _catalogue(console_language()).gettext(sentence)
    return text % {name: _in_words(name, value) for name, value in fields.items()} if fields else text


def _in_words(name: str, value: Any) -> Any:
    return in_words(Decimal(value) if name in COUNTS and type(value) is int else value, reader_language())


def reader_language() -> str:
    """The reader's language: ``id`` or ``en``."""
    if _django_speaks():
        from django.utils.translation import get_language

        return (get_language() or DEFAULT)[:2]
    return console_language()


def hour(value: dt.time | dt.datetime) -> str:
    """An hour as the reader writes it: ``08.40``, in English ``08:40``."""
    return clock(value.time() if isinstance(value, dt.datetime) else value, reader_language())


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text of the data in both languages; as a string it is the one of the reader."""

    id: str
    en: str

    def __str__(self) -> str:
        return self.en if reader_language() == "en" else self.id


def in_both(say: Callable[[], str]) -> Bilingual:
    """Return what ``say`` says to readers of either language; with Django only."""
    from django.utils.translation import override

    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = say()
    return Bilingual(**said)
