"""``{% load background %}``: whether somebody does the work that a page waits for."""

from __future__ import annotations

from django import template

from pilar.platform import jobs
from pilar.platform.jobs import Attendance

register = template.Library()


@register.simple_tag
def attendance() -> Attendance:
    """``{% attendance as workers %}``: who runs the background jobs; one look a page, only where something waits."""
    return jobs.attendance()
