"""Sentences of Django that Pilar says better in Indonesian.

Django looks into the rooms' catalogues before its own, so the translations stand in this room's.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext_lazy

WHOLE_NUMBER = gettext_noop("Enter a whole number.")
"""A form field that takes integers."""

SIZE = ngettext_lazy("%(size)d byte", "%(size)d bytes", "size")
"""The filter ``filesizeformat``, below a kilobyte."""
