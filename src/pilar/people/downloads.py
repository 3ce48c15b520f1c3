"""Limit on files made for people without an account."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from pilar.people.rules import Standing
from pilar.platform import limits

DOWNLOADS = limits.Limit("download", most=60)
"""The most files in a minute, from one network (assumption: a class behind one address opens the same page)."""


def limit_downloads(request: HttpRequest, *, by: Standing) -> None:
    """Count a file that is made for somebody without an account; raises TooManyRequests."""
    if by.account is None:
        limits.count(request, DOWNLOADS, now=timezone.now())
