"""The states of a version of a plan, of a proposal and of a meeting, and the conditions of a version's moves.

Pages draw buttons from these tables, with the reasons why one cannot be used yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_
from pilar.platform.lifecycle import Lifecycle, Move

MAX_DECREE = 100
"""The most characters of a regulation's number."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Limits of the years of a plan."""


class VersionState(StrEnum):
    """States of a version, in order; while it is written it may be dropped, one in force ends revised or expired."""

    DRAFT = "draft"
    MEETING = "meeting"
    LEGAL_REVIEW = "legal_review"
    DECREED = "decreed"
    IN_FORCE = "in_force"
    REVISED = "revised"
    EXPIRED = "expired"
    DROPPED = "dropped"


class ProposalState(StrEnum):
    """States of an office's proposal until the meeting decides; merged and withdrawn ones are not on its agenda."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class ProposalKind(StrEnum):
    """Kinds of proposals: a new programme, new content of one, or its end."""

    ADD = "add"
    CHANGE = "change"
    DROP = "drop"


class MeetingState(StrEnum):
    """A meeting is planned, runs, and is over when its minutes are signed off."""

    PLANNED = "planned"
    RUNNING = "running"
    SIGNED = "signed"


class LegalForm(StrEnum):
    """The regulation that sets a plan."""

    REGENT = "regent"
    MAYOR = "mayor"
    REGIONAL = "regional"


VERSION_NAMES = {
    VersionState.DRAFT: N_("Being drawn up"),
    VersionState.MEETING: N_("In the coordination meeting"),
    VersionState.LEGAL_REVIEW: N_("In legal review"),
    VersionState.DECREED: N_("Decreed"),
    VersionState.IN_FORCE: N_("In force"),
    VersionState.REVISED: N_("Replaced by a revision"),
    VersionState.EXPIRED: N_("Expired"),
    VersionState.DROPPED: N_("Dropped"),
}
NOT_YET, OVER = N_("Not in force yet"), N_("Its years are over")
"""States shown for a version brought into force before its first day, and for one after its last day until somebody
lets it expire."""
PROPOSAL_NAMES = {
    ProposalState.DRAFT: N_("Not handed in yet"),
    ProposalState.SUBMITTED: N_("Handed in"),
    ProposalState.RETURNED: N_("Asked back"),
    ProposalState.MERGED: N_("Merged into another"),
    ProposalState.WITHDRAWN: N_("Taken back"),
}
KIND_NAMES = {
    ProposalKind.ADD: N_("New programme"),
    ProposalKind.CHANGE: N_("Change of a programme"),
    ProposalKind.DROP: N_("End of a programme"),
}
MEETING_NAMES = {
    MeetingState.PLANNED: N_("In the calendar"),
    MeetingState.RUNNING: N_("Running"),
    MeetingState.SIGNED: N_("Minutes signed off"),
}
FORM_NAMES = {
    LegalForm.REGENT: N_("Regent's regulation (Peraturan Bupati)"),
    LegalForm.MAYOR: N_("Mayor's regulation (Peraturan Wali Kota)"),
    LegalForm.REGIONAL: N_("Regional regulation (Peraturan Daerah)"),
}

BEING_WRITTEN = frozenset({VersionState.DRAFT, VersionState.MEETING})
"""States in which the content of a version can be changed."""
UNDER_WAY = frozenset({VersionState.DRAFT, VersionState.MEETING, VersionState.LEGAL_REVIEW, VersionState.DECREED})
"""States on the way to being in force: at most one version of a plan at a time."""
LAW = frozenset({VersionState.DECREED, VersionState.IN_FORCE, VersionState.REVISED, VersionState.EXPIRED})
"""States that everybody reads, in which nothing can be changed."""
ONCE_IN_FORCE = frozenset({VersionState.IN_FORCE, VersionState.REVISED, VersionState.EXPIRED})
OPEN_PROPOSALS = frozenset({ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.RETURNED})
ANSWERED = frozenset({ProposalState.SUBMITTED, ProposalState.RETURNED, ProposalState.MERGED})
"""An office with a proposal in one of these states has answered the call."""
EDITABLE_PROPOSALS = frozenset({ProposalState.DRAFT, ProposalState.RETURNED})


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """The facts that the conditions of a move depend on."""

    today: date
    planned_meeting: bool
    """A finalisation meeting is in the calendar."""
    signed_meetings: int
    """Finalisation meetings of the version whose minutes are signed off."""
    unsigned_meetings: int
    meeting_runs: bool
    programmes: int
    undecided: int
    """Statements not adopted by any decision of a meeting."""
    last_day: date
    """The last day of the plan's years."""


def meeting_planned(facts: VersionFacts) -> Fault | None:
    if facts.planned_meeting:
        return None
    return Fault("no-meeting", N_("Plan the finalisation coordination meeting first"))


def no_meeting_runs(facts: VersionFacts) -> Fault | None:
    if not facts.meeting_runs:
        return None
    return Fault("meeting-runs", N_("Sign off the minutes of the coordination meeting first"))


def minutes_signed(facts: VersionFacts) -> Fault | None:
    if facts.signed_meetings and not facts.unsigned_meetings:
        return None
    return Fault("minutes-not-signed", N_("Sign off the minutes of the coordination meeting first"))


def has_programmes(facts: VersionFacts) -> Fault | None:
    if facts.programmes:
        return None
    return Fault("no-programmes", N_("The plan has no programme yet: the meeting accepts proposals"))


def texts_adopted(facts: VersionFacts) -> Fault | None:
    if not facts.undecided:
        return None
    sentence = N_("Texts have changed since the meeting, or it has not accepted them: a further meeting adopts them")
    return Fault("texts-not-adopted", sentence)


def period_over(facts: VersionFacts) -> Fault | None:
    if facts.today > facts.last_day:
        return None
    return Fault("period-runs", N_("The plan runs until %(day)s"), {"day": facts.last_day})


class NoSuchMove(PilarError):
    """The version is in another state."""

    code = "no-such-move"
    status = 409
    sentence = N_("This version of the plan is in another state now. Look at it again")


V, P, M = VersionState, ProposalState, MeetingState

VERSIONS: Lifecycle[VersionState, VersionFacts] = Lifecycle(
    lambda source, target: NoSuchMove(),
    Move(V.DRAFT, V.MEETING, N_("Open the coordination meeting"), (meeting_planned,)),
    Move(V.DRAFT, V.DROPPED, N_("Drop this version")),
    Move(V.MEETING, V.LEGAL_REVIEW, N_("Hand over to legal review"), (minutes_signed, has_programmes, texts_adopted)),
    Move(V.MEETING, V.DROPPED, N_("Drop this version"), (no_meeting_runs,)),
    Move(V.LEGAL_REVIEW, V.MEETING, N_("Back to the coordination meeting"), made_by="return_to_meeting"),
    Move(V.LEGAL_REVIEW, V.DECREED, N_("Enter the decree"), made_by="enter_decree"),
    Move(V.DECREED, V.IN_FORCE, N_("Bring into force"), made_by="bring_into_force"),
    # Happens when the next version is brought into force, never by itself.
    Move(V.IN_FORCE, V.REVISED, N_("Replace by a revision"), made_by="bring_into_force"),
    Move(V.IN_FORCE, V.EXPIRED, N_("Let it expire"), (period_over,)),
)
move = VERSIONS.move

PROPOSALS: Lifecycle[ProposalState, None] = Lifecycle(
    None,
    Move(P.DRAFT, P.SUBMITTED, made_by="submit_proposal"),
    Move(P.RETURNED, P.SUBMITTED, made_by="submit_proposal"),
    Move(P.SUBMITTED, P.RETURNED, made_by="ask_back"),
    Move(P.SUBMITTED, P.MERGED, made_by="merge_proposals"),
    Move(P.DRAFT, P.WITHDRAWN, made_by="withdraw_proposal"),
    Move(P.SUBMITTED, P.WITHDRAWN, made_by="withdraw_proposal"),
    Move(P.RETURNED, P.WITHDRAWN, made_by="withdraw_proposal"),
)

MEETINGS: Lifecycle[MeetingState, None] = Lifecycle(
    None,
    Move(M.PLANNED, M.RUNNING, made_by="begin_meeting"),
    Move(M.RUNNING, M.SIGNED, made_by="sign_off"),
)


@dataclass(frozen=True, slots=True)
class Decree:
    """The regulation that sets a version: its form, number and day."""

    form: LegalForm
    number: str
    day: date


def faults_of_decree(decree: Decree, *, met_on: date | None, today: date, city: bool) -> list[Fault]:
    """Return the faults of a decree; ``met_on``: the day of the last coordination meeting."""
    misfits = []
    if not decree.number.strip():
        misfits.append(Fault("no-number", N_("Enter the number of the regulation"), {}, "number"))
    if len(decree.number) > MAX_DECREE:
        misfits.append(Fault("too-long", N_("At most %(most)s characters"), {"most": MAX_DECREE}, "number"))
    if decree.form is (LegalForm.REGENT if city else LegalForm.MAYOR):
        misfits.append(Fault("wrong-form", N_("A regency has a regent, a city a mayor"), {}, "form"))
    if met_on is not None and decree.day < met_on:
        sentence = N_("The regulation is dated before the coordination meeting of %(day)s")
        misfits.append(Fault("decree-before-meeting", sentence, {"day": met_on}, "day"))
    if decree.day > today:
        misfits.append(Fault("decree-in-future", N_("The day lies in the future"), {}, "day"))
    return misfits


def faults_of_force(since: date, *, decreed_on: date, last_day: date, before: date | None) -> list[Fault]:
    """Return the faults of a version's first day in force; ``before``: the first day in force of the version that it
    replaces.

    A regulation may reach back to the beginning of the plan's period, as Tangerang's of 2020 for 2019 to 2023 does, but
    its force does not begin before its day.
    """
    misfits = []
    if since < decreed_on:
        sentence = N_("A regulation is not in force before its day, %(day)s")
        misfits.append(Fault("force-before-decree", sentence, {"day": decreed_on}, "since"))
    if since > last_day:
        sentence = N_("The plan ends on %(day)s")
        misfits.append(Fault("force-after-plan", sentence, {"day": last_day}, "since"))
    if before is not None and since <= before:
        sentence = N_("The version that it replaces is in force since %(day)s")
        misfits.append(Fault("force-before-former", sentence, {"day": before}, "since"))
    return misfits


def faults_of_replacing(
    since: date, *, first_year: int, before: date, today: date, under_way: tuple[int, str] | None
) -> list[Fault]:
    """Return the reasons why a plan that begins in ``first_year`` cannot replace another one on a day; ``before``: the
    first day in force of that one, ``under_way``: number and title of its revision that is not in force yet.

    The other plan ends at once, so a replacement cannot be set for a future day.
    """
    misfits = []
    if since <= before:
        sentence = N_("The version that it replaces is in force since %(day)s")
        misfits.append(Fault("force-before-former", sentence, {"day": before}, "since"))
    if since < date(first_year, 1, 1):
        sentence = N_("The years of this plan begin in %(year)s; until then it cannot replace the plan that runs")
        misfits.append(Fault("replaces-before-plan", sentence, {"year": str(first_year)}, "since"))
    if since > today:
        sentence = N_("The other plan is in force until then: bring this one into force on %(day)s")
        misfits.append(Fault("replaces-in-future", sentence, {"day": since}, "since"))
    if under_way is not None:
        sentence = N_("Version %(number)s of “%(title)s” is on its way: drop it, or bring it into force first")
        fields = {"number": under_way[0], "title": under_way[1]}
        misfits.append(Fault("replaces-under-way", sentence, fields, "replaces"))
    return misfits


def faults_of_period(first_year: int, last_year: int, *, shortest: int, longest: int) -> list[Fault]:
    """Return the faults of a plan's years."""
    if not FIRST_YEAR <= first_year <= LAST_YEAR:
        fields = {"first": str(FIRST_YEAR), "last": str(LAST_YEAR)}
        return [Fault("year-unlikely", N_("A year from %(first)s to %(last)s"), fields, "first_year")]
    years = last_year - first_year + 1
    if shortest <= years <= longest:
        return []
    sentence = N_("A master plan runs %(shortest)s to %(longest)s years; this is %(years)s")
    fields = {"shortest": shortest, "longest": longest, "years": years}
    return [Fault("period-length", sentence, fields, "last_year")]
