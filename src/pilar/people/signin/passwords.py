"""Rules for passwords, and the hash of the demonstration's (docs/security.md)."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WORDS = (
    "pilar", "smartcity", "smart", "city", "kota", "cerdas", "kabupaten", "pemkab", "pemkot", "pemda", "diskominfo",
    "sikd", "sipinter", "sijempol", "password", "katasandi", "sandi", "rahasia", "admin", "indonesia", "bismillah",
)  # fmt: skip
"""Words that an attacker who knows this site tries first: names of the site, its services and operators, and common
Indonesian passwords (assumption)."""
MIN_OWN = 8
"""The least number of letters and digits that must remain without these words."""


class NoWordsOfTheSite:
    """Refuse a password that consists of little more than words of the site, digits and separators."""

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


class DemonstrationHasher(Argon2PasswordHasher):
    """Argon2 with the least that OWASP's Password Storage Cheat Sheet takes: 19 MiB, twice, one lane.

    A tenth of the work of Django's, which is for passwords that people think up: those of a demonstration are drawn by
    chance, stay on its machine, and some thirty of them are hashed before its first page.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
