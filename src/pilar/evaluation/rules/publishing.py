"""Conditions for approving and publishing results, and for making or deciding an objection; what a publication seals,
and its result sheets as signed documents.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pilar.evaluation.rules.authority import Action, Case, WrongState, in_time
from pilar.evaluation.rules.stages import PhaseState
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_

MAX_LETTER = 100

DECISION_NAMES = {
    "": N_("Not decided yet"),
    "accepted": N_("Accepted"),
    "refused": N_("Refused"),
}

WAITS = {
    Action.COMPUTE_RESULTS: N_("Results are computed from the desk check on"),
    Action.APPROVE_RESULTS: N_("Results are approved when the panels have agreed"),
    Action.PUBLISH_RESULTS: N_("Results are published when the objection period has ended and the phase is final"),
}
"""What an action waits for, in words."""


class SnapshotNotFound(PilarError):
    code = "snapshot-not-found"
    status = 404
    sentence = N_("The results have no version %(version)s")


class NotNewest(PilarError):
    code = "not-newest"
    status = 409
    sentence = N_("Version %(version)s is not the newest any more: use version %(newest)s")


class SnapshotOutdated(PilarError):
    code = "snapshot-outdated"
    status = 409
    sentence = N_(
        "What version %(version)s was computed from has changed since. Compute the results again, and approve those"
    )


class NotApproved(PilarError):
    code = "not-approved"
    status = 409
    sentence = N_("Version %(version)s is not approved. Approve it first")


class ApprovesOwn(PilarError):
    """Four eyes: who computed a version does not approve it."""

    code = "approves-own"
    status = 403
    sentence = N_("You computed version %(version)s: somebody else of the secretariat has to approve it")


class PublishesOwn(PilarError):
    """Four eyes: who approved a version does not publish it."""

    code = "publishes-own"
    status = 403
    sentence = N_("You approved version %(version)s: somebody else of the secretariat has to publish it")


class AlreadyPublished(PilarError):
    code = "already-published"
    status = 409
    sentence = N_("Version %(version)s is published already, by letter %(letter)s")


class ObjectionPeriodOver(PilarError):
    code = "objection-period-over"
    status = 409
    sentence = N_("The objection period has ended")


class ObjectionOpen(PilarError):
    code = "objection-open"
    status = 409
    sentence = N_("There is an objection to this indicator already, and it is not decided yet")


class ObjectionUndecided(PilarError):
    code = "objection-undecided"
    status = 409
    sentence = N_("Your objections are not decided yet: accept the result when they are")


class ObjectionDecided(PilarError):
    code = "objection-decided"
    status = 409
    sentence = N_("This objection is decided already")


class DecidesOwn(PilarError):
    """Nobody decides about a mark of their own, nor about an objection of their own."""

    code = "decides-own"
    status = 403
    sentence = N_(
        "You marked this indicator, or made the objection: somebody else of the secretariat has to decide about it"
    )


def checked_letter(number: str, day: date, *, earliest: date, latest: date, used: Collection[str]) -> str:
    """The letter's number without blanks around it. Raises Faults at ``letter_number`` and ``letter_date``.

    Each version of a phase has a letter of its own: ``used`` are the numbers of the others. A letter cannot quote
    results that were not computed yet, and not lie in the future. That it may be older than the approval in Pilar is
    our assumption: who approves may sign the letter first.
    """
    faults, given = [], " ".join(number.split())
    if not given or len(given) > MAX_LETTER or "\0" in given:
        sentence = N_("Write the number of the letter, of at most %(longest)s characters")
        faults.append(Fault("letter-number", sentence, {"longest": MAX_LETTER}, "letter_number"))
    elif given.casefold() in {letter.casefold() for letter in used}:
        sentence = N_(
            "Letter %(letter)s has published another version of these results: give the number of the new letter"
        )
        faults.append(Fault("letter-used", sentence, {"letter": given}, "letter_number"))
    if not earliest <= day <= latest:
        sentence = N_("The letter is dated from the day of the computation, %(earliest)s, to today, %(latest)s")
        fields = {"earliest": earliest, "latest": latest}
        faults.append(Fault("letter-date", sentence, fields, "letter_date"))
    if faults:
        raise Faults(faults)
    return given


def require_period(until: datetime | None, now: datetime) -> None:
    """Raise ObjectionPeriodOver unless ``now`` lies before the end of the objection period (masa sanggah)."""
    if until is None or now >= until:
        raise ObjectionPeriodOver


def require_other(error: type[PilarError], earlier: int | None, account: int | None, *, version: int) -> None:
    """Raise ``error`` where the account that took the step before takes this one. The console of the server has no
    account: what was done there twice counts as done by one."""
    if earlier == account:
        raise error(version=version)


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """The state of a phase's results: the newest version (None before the first), whether it is approved and published,
    and whether its input equals the present agreed marks.

    ``computed_by_reader`` and ``approved_by_reader``: the reader did it, so a second person must take the next step.
    """

    phase: PhaseState
    newest: int | None
    approved: bool
    published: bool
    current: bool
    computed_by_reader: bool = False
    approved_by_reader: bool = False


def why_not_compute(facts: ResultFacts) -> tuple[Fault, ...]:
    """Return what keeps the results from being computed again; empty if nothing does."""
    faults = _wrong_state(Action.COMPUTE_RESULTS, facts.phase)
    if facts.newest is not None and facts.current:
        sentence = N_("Nothing has changed since version %(version)s")
        faults.append(Fault("unchanged", sentence, {"version": facts.newest}))
    return tuple(faults)


def why_not_approve(facts: ResultFacts) -> tuple[Fault, ...]:
    """Return what keeps the newest version from being approved."""
    faults = _wrong_state(Action.APPROVE_RESULTS, facts.phase)
    if facts.newest is None:
        faults.append(Fault("nothing-computed", N_("Compute the results first")))
    elif facts.approved:
        faults.append(Fault("approved", N_("Version %(version)s is approved"), {"version": facts.newest}))
    elif not facts.current:
        faults.append(Fault(SnapshotOutdated.code, SnapshotOutdated.sentence, {"version": facts.newest}))
    elif facts.computed_by_reader:
        faults.append(Fault(ApprovesOwn.code, ApprovesOwn.sentence, {"version": facts.newest}))
    return tuple(faults)


def why_not_publish(facts: ResultFacts) -> tuple[Fault, ...]:
    """Return what keeps the newest version from being published."""
    publishing = Action.CORRECT_RESULTS if facts.phase is PhaseState.PUBLISHED else Action.PUBLISH_RESULTS
    faults = _wrong_state(publishing, facts.phase)
    if facts.newest is None or not facts.approved:
        faults.append(Fault("nothing-approved", N_("Approve the results first")))
    elif facts.published:
        faults.append(Fault("published", N_("Version %(version)s is published"), {"version": facts.newest}))
    elif not facts.current:
        faults.append(Fault(SnapshotOutdated.code, SnapshotOutdated.sentence, {"version": facts.newest}))
    elif facts.approved_by_reader:
        faults.append(Fault(PublishesOwn.code, PublishesOwn.sentence, {"version": facts.newest}))
    return tuple(faults)


def _wrong_state(action: Action, phase: PhaseState) -> list[Fault]:
    if in_time(action, Case(phase=phase)):
        return []
    return [Fault(WrongState.code, WAITS[action])]


SCOPE = "evaluation.results"
"""The register of all publications: versions of results, statements of sources by year, plans that came into force."""
FIGURES = ("final", "final_exact", "no_score", "rank_in_group", "rank_in_province", "rank_in_nation")
STATEMENTS, PLAN = "statements", "plan"


@dataclass(frozen=True, slots=True)
class Published:
    """Something published as it is now; ``at``: when it was published, None where only the day of its seal is known."""

    subject: str
    content: Mapping[str, Any]
    at: datetime | None = None


def subject_of(campaign: str, phase: int, version: int) -> str:
    """Return what an entry is about: ``evaluation-2026/2/v1``."""
    return f"{campaign}/{phase}/v{version}"


def statements_subject(year: int, edition: int) -> str:
    """All that sources state of a year, the next edition each time it changes: ``statements/2025/1``."""
    return f"{STATEMENTS}/{year}/{edition}"


def plan_subject(region: str, first_year: int, version: int) -> str:
    """A version of a plan that came into force: ``plan/36.03/2024/v2``."""
    return f"{PLAN}/{region}/{first_year}/v{version}"


def edition_of(subject: str) -> tuple[int, int] | None:
    """Year and edition of statements; None for anything else."""
    kind, *rest = subject.split("/")
    return (int(rest[0]), int(rest[1])) if kind == STATEMENTS and len(rest) == 2 and rest[1].isdecimal() else None


def content_of(
    *,
    year: int,
    letter: tuple[str, date],
    hashes: Mapping[str, str],
    synthetic: bool,
    rows: Iterable[Mapping[str, Any]],
) -> dict[str, Any]:
    """The content of an entry. ``rows``: of each region its code, group and :data:`FIGURES`.

    Numbers become text as they are published, so that the table of open data can be held against them.
    """
    results = sorted(map(plain, rows), key=lambda row: row["region"])
    return {
        "year": year,
        "letter": {"number": letter[0], "date": letter[1].isoformat()},
        "sha256": dict(hashes),
        "synthetic": synthetic,
        "results": results,
    }


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it is sealed: a decimal with its digits, a day as text, nothing for an empty text."""
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return None if value == "" else value


@dataclass(frozen=True, slots=True)
class Difference:
    """A publication that is not as it was sealed; ``gone``: it is not published any more; ``number`` 0: it never was
    sealed."""

    number: int
    subject: str
    gone: bool


SHEET = "evaluation.sheet"
"""Their kind."""


def sheet_key(campaign: str, phase: int, version: int, region: str) -> str:
    """The key of a sheet: ``evaluation-2026/2/v1/36.03``."""
    return f"{subject_of(campaign, phase, version)}/{region}"


def sheet_of(key: str) -> tuple[str, int, int, str]:
    """Campaign, phase, version and region of a key."""
    campaign, phase, version, region = key.rsplit("/", 3)
    return campaign, int(phase), int(version.removeprefix("v")), region
