"""``{% load evaluation %}``: what pages say of an instrument."""

from __future__ import annotations

from django import template

from pilar.evaluation import wording

register = template.Library()
register.filter("on_scale", wording.on_scale)
register.filter("since", wording.since)
register.filter("improvement_title", wording.improvement_title)
