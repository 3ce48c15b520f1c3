"""A system that is told of publications."""

from __future__ import annotations

from pilar.design.systems import SystemForm
from pilar.evaluation.rules.hooks import EVENT_NAMES


class SubscriptionForm(SystemForm):
    """A system that is told of publications."""

    names = EVENT_NAMES
