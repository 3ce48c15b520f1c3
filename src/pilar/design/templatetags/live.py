"""``{% load live %}``: parts of pages that keep themselves new (``design.live``)."""

from __future__ import annotations

from django import template

from pilar.design.live import live

register = template.Library()
register.simple_tag(live)
