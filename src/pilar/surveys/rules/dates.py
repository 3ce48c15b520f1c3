"""Conditions for changing a survey's dates, and for ending it before its closing time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.surveys.rules.answers import UNREADABLE, storable

MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class Dates:
    """The first and last moment at which a survey takes answers."""

    opens_at: datetime
    closes_at: datetime


def faults_of_reason(reason: str) -> list[Fault]:
    """Return the faults of a reason, at ``reason``."""
    if not reason.strip() or len(reason) > MAX_REASON:
        return [Fault("no-reason", N_("Give the reason, in up to %(most)s characters"), {"most": MAX_REASON}, "reason")]
    return [] if storable(reason) else [Fault("unreadable-text", UNREADABLE, {}, "reason")]


def faults_of_dates(before: Dates, after: Dates, *, running: bool, now: datetime) -> list[Fault]:
    """Return the faults of new dates, at ``opens_at`` and ``closes_at``. ``running``: the survey has been opened.

    A survey that is over cannot be resumed: people were told so, and later answers were refused.
    """
    faults = []
    if running and before.closes_at <= now:
        return [Fault("survey-over", N_("It takes no answers any more: its dates stay"), {}, "closes_at")]
    if after == before:
        faults.append(Fault("nothing-changed", N_("These are the dates that it has"), {}, "closes_at"))
    if running and before.opens_at <= now and after.opens_at != before.opens_at:
        faults.append(Fault("has-begun", N_("It has begun to take answers: this day stays"), {}, "opens_at"))
    if after.closes_at <= after.opens_at:
        faults.append(Fault("closes-before-opening", N_("It closes before it opens"), {}, "closes_at"))
    if after.closes_at <= now:
        faults.append(Fault("closes-in-past", N_("The closing time lies in the past"), {}, "closes_at"))
    return faults


def faults_of_ending(dates: Dates, now: datetime) -> list[Fault]:
    """Return the reasons why an open survey cannot be ended now."""
    if now <= dates.opens_at:
        return [Fault("not-begun", N_("It has not begun: move its dates"))]
    if dates.closes_at <= now:
        return [Fault("survey-over", N_("It takes no answers any more: its dates stay"))]
    return []
