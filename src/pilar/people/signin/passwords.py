"""What no password may be made of: the words that everybody who knows this site tries first (docs/security.md)."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WORDS = (
    "pilar", "smartcity", "smart", "city", "kota", "cerdas", "kabupaten", "pemkab", "pemkot", "pemda", "diskominfo",
    "sikd", "sipinter", "sijempol", "password", "katasandi", "sandi", "rahasia", "admin", "indonesia", "bismillah",
)  # fmt: skip
"""Of the site, its services and those who run them, and what Indonesians take most (assumption)."""
MIN_OWN = 8
"""Letters and digits that have to be left without them."""


class NoWordsOfTheSite:
    """Refuse a password that is little more than words of the site, digits and signs between them."""

    def validate(self, password: str, user: Any = None) -> None:
        left = password.casefold()
        for word in sorted(WORDS, key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < len(password) and len(re.sub(r"[\W\d_]", "", left)) < MIN_OWN:
            raise ValidationError(
                _("This password is made of words that everybody tries first. Take others"), code="words_of_the_site"
            )

    def get_help_text(self) -> str:
        return _("Not made of the name of the site, of a service or of an office.")
