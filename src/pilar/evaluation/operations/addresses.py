"""Addresses of pages as notices keep them: in Indonesian, whatever language the one who acts reads."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation


def address(page: str, *arguments: object) -> str:
    """The path of a page by its name."""
    with translation.override("id"):
        return reverse(page, args=arguments)
