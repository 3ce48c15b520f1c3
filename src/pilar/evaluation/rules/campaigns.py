"""Settings of a campaign, and their faults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_, translate

YEARS = (2017, 2100)
"""The first evaluation was of 2017; the other end is only there to catch slips."""
MAX_TITLE = 200
MAX_PANEL = 12
MAX_HOURS, MAX_DAYS = 24 * 30, 90
MAX_PHASES = 6
"""Of one campaign. No source limits them; those known have two. That a year has room for six at most, two months each,
is our assumption of 2 December 2026; a higher limit takes a migration, as the database keeps it too."""
USUAL_PHASES = 2
"""What a campaign has where nothing else is said: the evaluations that sources tell of have phases I and II."""

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


def numbered(number: int, phases: int) -> str:
    """Return which phase it is of how many, in the reader's language: ``1 of 2``."""
    return translate(N_("%(number)s of %(phases)s"), number=number, phases=phases)


@dataclass(frozen=True, slots=True)
class Period:
    """When the self-assessment of a phase is open; both moments know their offset."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A group inside which regions are ranked."""

    code: str
    title_id: str
    title_en: str


@dataclass(frozen=True, slots=True)
class CampaignRules:
    """The rules that can still be changed while a campaign is set up.

    ``evidence_hours`` is the deadline of a request for evidence, ``objection_days`` the length of the objection period,
    ``no_repeat_panel`` whether nobody assesses a region that they assessed last year, ``statement_since`` the day from
    which a self-assessment needs a statement of responsibility; None: never.
    """

    title_id: str
    title_en: str
    evidence_hours: int = 24
    objection_days: int = 7
    smallest_panel: int = 3
    largest_panel: int = 6
    no_repeat_panel: bool = False
    statement_since: date | None = None


class CampaignCodeTaken(PilarError):
    code = "campaign-code-taken"
    status = 409
    sentence = N_("There is already a campaign “%(campaign)s”. Give another code")


class RegionHasWork(PilarError):
    """A region may be withdrawn only before anything was answered or marked."""

    code = "region-has-work"
    status = 409
    sentence = N_("%(region)s has already given answers or marks, so it stays in the campaign")


class RankedInGroup(PilarError):
    """A published result ranks the region in its group; other phases and next year's campaign stay apart."""

    code = "ranked-in-group"
    status = 409
    sentence = N_(
        "A published result of this campaign ranks these regions in their group, so they stay in it: %(regions)s"
    )


class GroupInUse(PilarError):
    code = "group-in-use"
    status = 409
    sentence = N_("%(count)s regions are in the group “%(group)s”. Move them to another group first")


class PublishedByLetter(PilarError):
    """The last move is made by publishing results, which takes the number and date of the letter."""

    code = "published-by-letter"
    status = 409
    sentence = N_("A phase is published with its results: give the number and date of the letter there")


def campaign_faults(year: int, code: str, periods: Sequence[Period], groups: Sequence[GroupPlan]) -> Iterator[Fault]:
    """Yield what is wrong with a new campaign, apart from its rules; places are the names of fields."""
    if not _CODE.fullmatch(code) or len(code) > 40:
        yield Fault("unfit-code", _CODE_SENTENCE, {"code": code}, "code")
    if not YEARS[0] <= year <= YEARS[1]:
        yield Fault(
            "unfit-year",
            N_("Give a year from %(first)s to %(last)s"),
            dict(zip(("first", "last"), YEARS, strict=True)),
            "year",
        )
    if not 1 <= len(periods) <= MAX_PHASES:
        yield Fault("unfit-phases", N_("A campaign has 1 to %(most)s phases"), {"most": MAX_PHASES}, "phases")
    for number, period in enumerate(periods, 1):
        yield from period_faults(period, number)
    yield from order_faults(periods)
    if not groups:
        yield Fault("no-group", N_("A campaign has at least one group"), {}, "groups")
    codes = [group.code for group in groups]
    for position, group in enumerate(groups):
        yield from group_faults(group)
        if group.code in codes[:position]:
            yield Fault("group-twice", N_("The group “%(group)s” stands there twice"), {"group": group.code}, "groups")


def rules_faults(rules: CampaignRules) -> Iterator[Fault]:
    """Yield what is wrong with a campaign's rules; places are the names of fields."""
    for place in ("title_id", "title_en"):
        yield from _title_faults(getattr(rules, place), place)
    limits = {
        "evidence_hours": MAX_HOURS,
        "objection_days": MAX_DAYS,
        "smallest_panel": MAX_PANEL,
        "largest_panel": MAX_PANEL,
    }
    for place, most in limits.items():
        if not 1 <= getattr(rules, place) <= most:
            yield Fault("unfit-number", N_("Give a number from 1 to %(most)s"), {"most": most}, place)
    if rules.largest_panel < rules.smallest_panel:
        sentence = N_("The largest panel has at least as many assessors as the smallest")
        yield Fault("panel-sizes", sentence, {}, "largest_panel")


def period_faults(period: Period, number: int) -> Iterator[Fault]:
    """Yield what is wrong with the dates of a phase."""
    if period.closes_at <= period.opens_at:
        sentence = N_("Phase %(phase)s closes after it has opened")
        yield Fault("closes-before-opening", sentence, {"phase": number}, f"closes_{number}")


def order_faults(periods: Sequence[Period], changed: int | None = None) -> Iterator[Fault]:
    """Yield what is wrong with the dates of the phases side by side.

    It is told where a phase opens, or closes if that is what was ``changed``: the number of a phase, None for all.
    """
    for number, (earlier, later) in enumerate(pairwise(periods), 1):
        if later.opens_at < earlier.closes_at and changed in (None, number, number + 1):
            place = f"closes_{number}" if changed == number else f"opens_{number + 1}"
            sentence = N_("Phase %(later)s opens when phase %(earlier)s has closed, not before")
            yield Fault("phases-overlap", sentence, {"earlier": number, "later": number + 1}, place)


def group_faults(group: GroupPlan) -> Iterator[Fault]:
    """Yield what is wrong with a group."""
    if not _CODE.fullmatch(group.code) or len(group.code) > 40:
        yield Fault("unfit-code", _CODE_SENTENCE, {"code": group.code}, "group")
    for title, place in ((group.title_id, "group_title_id"), (group.title_en, "group_title_en")):
        yield from _title_faults(title, place)


def _title_faults(title: str, place: str) -> Iterator[Fault]:
    if not title.strip() or len(title) > MAX_TITLE or not title.isprintable():
        yield Fault("unfit-title", N_("Write a title of at most %(most)s characters"), {"most": MAX_TITLE}, place)


NOT_EARLIER = N_("The previous campaign is of an earlier year, not of %(year)s")
_CODE_SENTENCE = N_("“%(code)s” is no code: write small letters, figures and dashes, such as evaluation-2026")
