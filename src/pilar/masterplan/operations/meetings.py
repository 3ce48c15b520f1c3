"""Workshops and the coordination meeting: invitations, attendance, decisions, and minutes signed off."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pilar.areas.models import Office
from pilar.masterplan.models import Attendance, Decision, Meeting, Proposal, Version
from pilar.masterplan.operations.adopting import adopt
from pilar.masterplan.operations.announcing import announce_decisions
from pilar.masterplan.operations.contents import content_of, keep
from pilar.masterplan.operations.locking import locked_meeting, locked_version, refuse
from pilar.masterplan.rules.authority import Action
from pilar.masterplan.rules.content import LONGEST_TEXT, LONGEST_TITLE, Content
from pilar.masterplan.rules.decisions import INTO_THE_PLAN, Outcome, Verdict, faults_of
from pilar.masterplan.rules.meetings import MeetingKind
from pilar.masterplan.rules.stages import MeetingState, ProposalKind, ProposalState, VersionState
from pilar.people.rules import NotFound, Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import mark
from pilar.platform.versions import Stored, require_seen

TARGET = "masterplan.meeting"


class MeetingNotRunning(PilarError):
    """The meeting has not begun, or its minutes are signed off."""

    code = "meeting-not-running"
    status = 409
    sentence = mark("The meeting does not run: begin it first; signed minutes are not changed any more")


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """What a meeting begins with; ``agenda`` has one point a line."""

    kind: MeetingKind
    title: str
    held_at: datetime
    venue: str = ""
    agenda: str = ""


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody invited: ``present`` when they came, ``signs`` who signs the minutes."""

    name: str
    position: str = ""
    office: int | None = None
    present: bool = False
    signs: bool = False


@transaction.atomic
def plan_meeting(*, by: Standing, version: int, given: NewMeeting, now: datetime) -> int:
    """Put a workshop or the coordination meeting into the calendar; returns its key.

    Raises Faults at the names of the fields; needs ``hold-meetings`` in the region.
    """
    row = locked_version(by, version, Action.HOLD_MEETINGS)
    faults = list(_text_faults(given.title, given.venue, given.agenda))
    open_one = Meeting.objects.filter(version=row, kind=MeetingKind.FINALISATION).exclude(state=MeetingState.SIGNED)
    if given.kind is MeetingKind.FINALISATION and open_one.exists():
        faults.append(Fault("meeting-twice", mark("A coordination meeting is planned already"), {}, "kind"))
    refuse(faults)
    made = Meeting.objects.create(
        version=row, kind=given.kind, title=given.title.strip(), held_at=given.held_at, venue=given.venue.strip(),
        agenda=given.agenda.strip(),
    )  # fmt: skip
    audit.record(
        by=by.actor, action="plan", target=TARGET, key=made.pk, area=row.region_id,
        after={"kind": made.kind, "title": made.title, "held_at": made.held_at},
    )  # fmt: skip
    return made.pk


@transaction.atomic
def save_meeting(
    *, by: Standing, meeting: int, title: str, held_at: datetime, venue: str, agenda: str, notes: str, seen: int
) -> None:
    """Write a meeting's time, place, agenda and notes until its minutes are signed off.

    Raises Faults at the names of the fields, :class:`Outdated`, :class:`MeetingNotRunning` once signed.
    """
    row = locked_meeting(by, meeting)
    if row.state == MeetingState.SIGNED:
        raise MeetingNotRunning
    require_seen(seen, _stored(row))
    faults = list(_text_faults(title, venue, agenda))
    if len(notes) > LONGEST_TEXT:
        faults.append(Fault("too-long", mark("At most %(most)s characters"), {"most": LONGEST_TEXT}, "notes"))
    refuse(faults)
    given = {"title": title.strip(), "held_at": held_at, "venue": venue.strip(), "agenda": agenda.strip(),
             "notes": notes.strip()}  # fmt: skip
    before = {name: getattr(row, name) for name in given if getattr(row, name) != given[name]}
    for name in before:
        setattr(row, name, given[name])
    row.saves += 1
    row.save(update_fields=[*before, "saves"])
    audit.record(
        by=by.actor, action="save", target=TARGET, key=row.pk, area=row.version.region_id, before=before,
        after={name: given[name] for name in before},
    )  # fmt: skip


@transaction.atomic
def save_attendance(*, by: Standing, meeting: int, given: Sequence[Attendee], seen: int) -> None:
    """Put a list of attendance in the place of the one there is; who has decided something stays on it.

    Raises Faults at the rows (``2.name``), :class:`Outdated`, :class:`MeetingNotRunning` once signed.
    """
    row = locked_meeting(by, meeting)
    if row.state == MeetingState.SIGNED:
        raise MeetingNotRunning
    require_seen(seen, _stored(row))
    there = {(one.name, one.position): one for one in row.attendance.all()}
    deciding = set(row.decisions.values_list("decided_by", flat=True))
    refuse(_attendance_faults(row, given, there, deciding))
    kept = {(one.name.strip(), one.position.strip()): one for one in given}
    row.attendance.filter(pk__in=[one.pk for key, one in there.items() if key not in kept]).delete()
    for key, one in kept.items():
        values = {"office_id": one.office, "present": one.present, "signs": one.signs}
        if key in there:
            Attendance.objects.filter(pk=there[key].pk).update(**values)
        else:
            Attendance.objects.create(meeting=row, name=key[0], position=key[1], **values)
    row.saves += 1
    row.save(update_fields=["saves"])
    audit.record(
        by=by.actor, action="attendance", target=TARGET, key=row.pk, area=row.version.region_id,
        after={"invited": len(kept), "present": sum(one.present for one in kept.values())},
    )  # fmt: skip


@transaction.atomic
def begin_meeting(*, by: Standing, meeting: int, now: datetime) -> None:
    """Begin a meeting; the coordination meeting takes its version out of the draft. A second time changes nothing.

    Raises Faults when nobody is present; needs ``hold-meetings``.
    """
    row = locked_meeting(by, meeting)
    if row.state == MeetingState.RUNNING:
        return
    if row.state == MeetingState.SIGNED:
        raise MeetingNotRunning
    if not row.attendance.filter(present=True).exists():
        refuse([Fault("nobody-present", mark("Tick who is present first"), {}, "attendance")])
    if row.kind == MeetingKind.FINALISATION and row.version.state == VersionState.DRAFT:
        row.version.state = VersionState.MEETING
        row.version.save(update_fields=["state"])
        audit.record(
            by=by.actor, action="move", target="masterplan.version", key=row.version_id, area=row.version.region_id,
            before={"state": VersionState.DRAFT.value}, after={"state": VersionState.MEETING.value},
        )  # fmt: skip
    row.state, row.saves = MeetingState.RUNNING, row.saves + 1
    row.save(update_fields=["state", "saves"])
    audit.record(by=by.actor, action="begin", target=TARGET, key=row.pk, area=row.version.region_id)


@transaction.atomic
def decide(
    *,
    by: Standing,
    meeting: int,
    proposal: int | None,
    verdict: Verdict,
    content: Content | None = None,
    seen: int,
    now: datetime,
) -> int:
    """Take down what the meeting decides about a proposal, or (None) about the general part; returns its number.

    ``content``: what is accepted with changes. ``seen``: the number of the decision that was shown, 0 for none; of two
    secretaries who decide the same at once, the later one is told. Raises Faults at ``outcome``, ``reason``,
    ``decided_by``, ``into`` and the content's fields, :class:`Outdated`, :class:`MeetingNotRunning`,
    :class:`NotFound` for a proposal that is not on the agenda.
    """
    row = locked_meeting(by, meeting)
    if row.state != MeetingState.RUNNING or row.kind != MeetingKind.FINALISATION:
        raise MeetingNotRunning
    agenda = {one.pk: one for one in on_agenda(row.version)}
    if proposal is not None and proposal not in agenda:
        raise NotFound
    subject = agenda.get(proposal) if proposal is not None else None
    latest = (
        Decision.objects.filter(proposal=subject)
        if subject
        else Decision.objects.filter(meeting=row, proposal=None)
    ).order_by("-number").select_related("decided_by").first()  # fmt: skip
    require_seen(seen, _decided(latest))
    present = set(row.attendance.filter(present=True).values_list("pk", flat=True))
    faults = faults_of(
        verdict,
        proposal=proposal or 0,
        drop=subject is not None and subject.kind == ProposalKind.DROP,
        mergeable=frozenset(_mergeable(agenda, latest_decisions(row))),
    )
    if verdict.decided_by is not None and verdict.decided_by not in present:
        faults.append(Fault("not-present", mark("Choose somebody who is present"), {}, "decided_by"))
    if subject is None and verdict.outcome not in (Outcome.ACCEPTED, Outcome.DEFERRED, Outcome.REFUSED):
        faults.append(Fault("general-part", mark("The general part is accepted, deferred or refused"), {}, "outcome"))
    refuse(faults)
    stored = None
    if subject is not None and subject.content is not None:
        if verdict.outcome is Outcome.CHANGED and content is not None:
            stored = keep(by, row.version.plan, content, now=now, before=content_of(subject.content))
        elif verdict.outcome is Outcome.ACCEPTED:
            stored = subject.content
    made = Decision.objects.create(
        meeting=row, proposal=subject, number=seen + 1, outcome=verdict.outcome, reason=verdict.reason.strip(),
        decided_by_id=verdict.decided_by, content=stored,
        into_id=verdict.into if verdict.outcome is Outcome.MERGED else None, taken_by=by.actor.name, taken_at=now,
    )  # fmt: skip
    row.saves += 1
    row.save(update_fields=["saves"])
    audit.record(
        by=by.actor, action="decide", target=TARGET, key=row.pk, area=row.version.region_id,
        after={
            "proposal": proposal, "outcome": verdict.outcome.value, "number": made.number, "content": made.content_id,
        },
    )  # fmt: skip
    return made.number


@transaction.atomic
def sign_off(*, by: Standing, meeting: int, seen: int, now: datetime) -> None:
    """Sign off the minutes: nothing of the meeting changes any more, and what it accepted goes into the version.

    Raises Faults for proposals without a decision and without signatories, :class:`Outdated` if something changed
    since it was shown, :class:`MeetingNotRunning`. A second time changes nothing.
    """
    row = locked_meeting(by, meeting)
    if row.state == MeetingState.SIGNED:
        return
    if row.state != MeetingState.RUNNING:
        raise MeetingNotRunning
    require_seen(seen, _stored(row))
    agenda = on_agenda(row.version) if row.kind == MeetingKind.FINALISATION else []
    decided = latest_decisions(row)
    refuse(_sign_off_faults(row, agenda, decided))
    if row.kind == MeetingKind.FINALISATION:
        adopt(by, row, agenda, decided, now)
        announce_decisions(by=by, meeting=row, proposals=agenda, now=now)
    row.minutes, row.signed_at, row.signed_by = minutes_hash(row, decided), now, by.actor.name
    row.state, row.saves = MeetingState.SIGNED, row.saves + 1
    row.save(update_fields=["state", "minutes", "signed_at", "signed_by", "saves"])
    audit.record(
        by=by.actor,
        action="sign",
        target=TARGET,
        key=row.pk,
        area=row.version.region_id,
        after={"minutes": row.minutes},
    )


def on_agenda(version: Version) -> list[Proposal]:
    """The proposals that the meeting decides about: handed in, with no decision of an earlier meeting that stands."""
    settled = Decision.objects.filter(
        proposal__version=version, meeting__state=MeetingState.SIGNED
    ).exclude(outcome=Outcome.DEFERRED).values("proposal")  # fmt: skip
    return list(
        Proposal.objects.filter(version=version, state=ProposalState.SUBMITTED)
        .exclude(pk__in=settled)
        .select_related("content", "line", "office")
    )


def latest_decisions(meeting: Meeting) -> dict[int | None, Decision]:
    """The decision that counts, by key of the proposal; None for the general part."""
    rows = meeting.decisions.select_related("decided_by", "content").order_by("number")
    return {one.proposal_id: one for one in rows}


def minutes_hash(meeting: Meeting, decided: Mapping[int | None, Decision]) -> str:
    """SHA-256 over all that the minutes say, so that a printed copy can be told from a changed one."""
    said = {
        "meeting": [meeting.title, meeting.held_at.isoformat(), meeting.venue, meeting.agenda, meeting.notes],
        "attendance": [[one.name, one.position, one.present, one.signs] for one in meeting.attendance.all()],
        "decisions": [
            [one.proposal_id, one.number, one.outcome, one.reason, one.decided_by_id, one.content_id, one.into_id]
            for _key, one in sorted(decided.items(), key=lambda item: item[0] or 0)
        ],
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _mergeable(agenda: Mapping[int, Proposal], decided: Mapping[int | None, Decision]) -> Iterator[int]:
    for key, one in agenda.items():
        if one.kind != ProposalKind.DROP and (key not in decided or decided[key].outcome != Outcome.MERGED):
            yield key


def _sign_off_faults(
    row: Meeting, agenda: Sequence[Proposal], decided: Mapping[int | None, Decision]
) -> Iterator[Fault]:
    if not row.attendance.filter(signs=True).exists():
        yield Fault("nobody-signs", mark("Say who of those present signs the minutes"), {}, "attendance")
    open_ones = [one.number for one in agenda if one.pk not in decided]
    if open_ones:
        sentence = mark("Not decided yet: proposals %(numbers)s")
        yield Fault("undecided", sentence, {"numbers": ", ".join(map(str, open_ones))}, "decisions")
    numbers = {one.pk: one.number for one in agenda}
    for key, decision in decided.items():
        into = decided.get(decision.into_id) if decision.into_id else None
        if key in numbers and decision.into_id in numbers and (into is None or into.outcome not in INTO_THE_PLAN):
            sentence = mark("Proposal %(number)s is merged into %(into)s, which is not accepted")
            fields = {"number": numbers[key], "into": numbers[decision.into_id]}
            yield Fault("merged-into-nothing", sentence, fields, "decisions")
    if row.kind == MeetingKind.FINALISATION and None not in decided:
        yield Fault("general-undecided", mark("The general part of the plan is not decided yet"), {}, "decisions")


def _attendance_faults(
    row: Meeting, given: Sequence[Attendee], there: Mapping[tuple[str, str], Attendance], deciding: set[int]
) -> Iterator[Fault]:
    offices = set(Office.objects.filter(region=row.version.region_id).values_list("pk", flat=True))
    seen: set[tuple[str, str]] = set()
    for place, one in enumerate(given):
        key = (one.name.strip(), one.position.strip())
        if not key[0] or max(map(len, key)) > LONGEST_TITLE:
            yield Fault("no-name", mark("A name of 1 to %(most)s characters"), {"most": LONGEST_TITLE}, f"{place}.name")
        if key in seen:
            yield Fault("name-twice", mark("This person stands on the list twice"), {}, f"{place}.name")
        seen.add(key)
        if one.office is not None and one.office not in offices:
            yield Fault("unknown-office", mark("Choose an office of this region"), {}, f"{place}.office")
        if one.signs and not one.present:
            yield Fault("signs-absent", mark("Only who is present signs"), {}, f"{place}.signs")
        if key in there and there[key].pk in deciding and not one.present:
            yield Fault("has-decided", mark("Has decided in this meeting, so was present"), {}, f"{place}.present")
    for key, stored in there.items():
        if stored.pk in deciding and key not in seen:
            sentence = mark("%(name)s has decided in this meeting and stays on the list")
            yield Fault("has-decided", sentence, {"name": stored.name}, "attendance")


def _text_faults(title: str, venue: str, agenda: str) -> Iterator[Fault]:
    if not title.strip():
        yield Fault("no-title", mark("Give the meeting a title"), {}, "title")
    for name, text, most in (
        ("title", title, LONGEST_TITLE), ("venue", venue, LONGEST_TITLE), ("agenda", agenda, LONGEST_TEXT),
    ):  # fmt: skip
        if len(text) > most:
            yield Fault("too-long", mark("At most %(most)s characters"), {"most": most}, name)


def _stored(row: Meeting) -> Stored:
    return Stored(row.saves, {"title": row.title, "notes": row.notes})


def _decided(latest: Decision | None) -> Stored:
    if latest is None:
        return Stored(0)
    values = {"outcome": latest.outcome, "reason": latest.reason, "decided_by": latest.decided_by.name}
    return Stored(latest.number, values, latest.taken_by, latest.taken_at)
