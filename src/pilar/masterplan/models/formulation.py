"""The making of a version: the call, the offices' proposals, workshops and the coordination meeting."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pilar.masterplan.models.plans import Version
from pilar.masterplan.models.programmes import Content, Line
from pilar.masterplan.rules.content import MAX_TEXT, MAX_TITLE
from pilar.masterplan.rules.decisions import INTO_THE_PLAN, MAX_REASON, NEEDS_REASON, Outcome
from pilar.masterplan.rules.meetings import MeetingKind
from pilar.masterplan.rules.proposals import Origin
from pilar.masterplan.rules.stages import MeetingState, ProposalKind, ProposalState
from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only, on_row

_OFFICE_ELSEWHERE = (
    "(SELECT region_id FROM areas_office WHERE id = NEW.office_id)"
    " <> (SELECT region_id FROM masterplan_version WHERE id = NEW.version_id)"
)
_NOT_RUNNING = "(SELECT state FROM masterplan_meeting WHERE id = NEW.meeting_id) <> 'running'"
_ELSEWHERE = (
    "NEW.proposal_id IS NOT NULL AND (SELECT version_id FROM masterplan_proposal WHERE id = NEW.proposal_id)"
    " <> (SELECT version_id FROM masterplan_meeting WHERE id = NEW.meeting_id)"
)
_NOT_PRESENT = (
    "NOT EXISTS (SELECT 1 FROM masterplan_attendance"
    " WHERE id = NEW.decided_by_id AND meeting_id = NEW.meeting_id AND present)"
)
_BEFORE = (
    "NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM masterplan_decision AS d"
    " WHERE d.proposal_id IS NOT DISTINCT FROM NEW.proposal_id AND d.number = NEW.number - 1"
    " AND (NEW.proposal_id IS NOT NULL OR d.meeting_id = NEW.meeting_id))"
)
_SIGNED = "(SELECT state FROM masterplan_meeting WHERE id = {row}.meeting_id) = 'signed'"


class Call(models.Model):
    """A call to all offices to propose programmes for a version, with its deadline."""

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="call")
    text = models.CharField(max_length=MAX_TEXT, blank=True, default="")
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opened_at")), name="call_closes_after_opening")
        ]

    def __str__(self) -> str:
        return f"{self.version_id}"


class Proposal(models.Model):
    """A proposal of an office (usulan): a new programme, new content of one, or its end.

    ``question`` is the secretariat's question when it sent the proposal back. ``origin`` is its cause, with a key and
    words of that thing. ``saves`` counts changes, so that nobody overwrites one they have not seen.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="proposals", db_index=False)
    number = models.PositiveSmallIntegerField()
    office = models.ForeignKey("areas.Office", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6)
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="+")
    content = models.ForeignKey(Content, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=MAX_REASON, blank=True, default="")
    state = models.CharField(max_length=9, default=ProposalState.DRAFT)
    question = models.CharField(max_length=MAX_REASON, blank=True, default="")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    origin = models.CharField(max_length=14, default=Origin.CALL)
    origin_key = models.CharField(max_length=100, blank=True, default="")
    origin_text = models.CharField(max_length=MAX_TEXT, blank=True, default="")
    saves = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="proposal_number_once"),
            models.UniqueConstraint(
                fields=["version", "line"],
                condition=Q(line__isnull=False, state__in=["draft", "submitted", "returned"]),
                name="proposal_one_about_a_programme",
            ),
            models.UniqueConstraint(
                fields=["version", "origin", "origin_key"],
                condition=~Q(origin_key="") & Q(state__in=["draft", "submitted", "returned"]),
                name="proposal_once_from_an_origin",
            ),
            models.CheckConstraint(condition=Q(state__in=list(ProposalState)), name="proposal_state_known"),
            models.CheckConstraint(condition=Q(origin__in=list(Origin)), name="proposal_origin_known"),
            models.CheckConstraint(
                condition=Q(kind=ProposalKind.ADD, line__isnull=True, content__isnull=False)
                | Q(kind=ProposalKind.CHANGE, line__isnull=False, content__isnull=False)
                | Q(kind=ProposalKind.DROP, line__isnull=False, content__isnull=True, reason__regex=r"\S"),
                name="proposal_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.MERGED, merged_into__isnull=False)
                | (~Q(state=ProposalState.MERGED) & Q(merged_into__isnull=True)),
                name="proposal_merged_into_one",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.RETURNED) | Q(question__regex=r"\S"),
                name="proposal_returned_with_a_question",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="proposal_not_into_itself"),
        ]
        triggers = [
            pgtrigger.Protect(name="proposal_kept", operation=pgtrigger.Delete),
            on_row(
                "proposal_fits", pgtrigger.Insert | pgtrigger.Update, ("proposal_office_in_region", _OFFICE_ELSEWHERE)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.number}"


class Meeting(models.Model):
    """A guidance workshop (bimtek) or the finalisation coordination meeting (rapat koordinasi finalisasi).

    ``minutes`` is the SHA-256 of the signed content, ``number`` that of the minutes (nomor berita acara).
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=MAX_TITLE)
    held_at = models.DateTimeField()
    venue = models.CharField(max_length=MAX_TITLE, blank=True, default="")
    agenda = models.TextField(max_length=MAX_TEXT, blank=True, default="")
    notes = models.TextField(max_length=MAX_TEXT, blank=True, default="")
    state = models.CharField(max_length=7, default=MeetingState.PLANNED)
    saves = models.PositiveIntegerField(default=1)
    minutes = models.CharField(max_length=64, blank=True, default="")
    number = models.CharField(max_length=200, blank=True, default="")
    signed_at = models.DateTimeField(null=True)
    signed_by = SignatureField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["version", "held_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(kind=MeetingKind.FINALISATION) & ~Q(state=MeetingState.SIGNED),
                name="plan_meeting_one_finalisation_open",
            ),
            models.CheckConstraint(condition=Q(kind__in=list(MeetingKind)), name="plan_meeting_kind_known"),
            models.CheckConstraint(condition=Q(state__in=list(MeetingState)), name="plan_meeting_state_known"),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="plan_meeting_has_a_title"),
            models.CheckConstraint(
                condition=Q(state=MeetingState.SIGNED, minutes__regex=r"^[0-9a-f]{64}$", signed_at__isnull=False)
                | (~Q(state=MeetingState.SIGNED) & Q(minutes="", signed_at__isnull=True)),
                name="plan_meeting_signed_has_minutes",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="plan_meeting_kept", operation=pgtrigger.Delete),
            on_row(
                "plan_meeting_signed_stays", pgtrigger.Update, ("plan_meeting_signed_stays", "OLD.state = 'signed'")
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """Somebody invited to a meeting: name, position, office; ``present``: they came; ``signs``: they sign the
    minutes."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    name = models.CharField(max_length=MAX_TITLE)
    position = models.CharField(max_length=MAX_TITLE, blank=True, default="")
    office = models.ForeignKey("areas.Office", null=True, on_delete=models.PROTECT, related_name="+")
    present = models.BooleanField(default=False)
    signs = models.BooleanField(default=False)

    class Meta:
        ordering = ["meeting", "-signs", "name"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "name", "position"], name="plan_attendance_once"),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="plan_attendance_has_a_name"),
            models.CheckConstraint(condition=Q(signs=False) | Q(present=True), name="plan_attendance_signs_if_present"),
        ]
        triggers = [
            on_row(
                "plan_attendance_signed_stays", pgtrigger.Insert | pgtrigger.Update,
                ("plan_attendance_signed_stays", _SIGNED.format(row="NEW")),
            ),
            pgtrigger.Trigger(
                name="plan_attendance_signed_kept", when=pgtrigger.Before, operation=pgtrigger.Delete,
                func=f"IF {_SIGNED.format(row='OLD')} THEN RAISE EXCEPTION 'plan_attendance_signed_stays'"
                " USING ERRCODE = 'check_violation'; END IF; RETURN OLD;",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Decision(models.Model):
    """A decision of the meeting about a proposal, or without one about the general part of the plan.

    Never changed: a new decision gets the next number, and the highest one counts. ``content`` goes into the plan.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    proposal = models.ForeignKey(
        Proposal, null=True, on_delete=models.PROTECT, related_name="decisions", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=8)
    reason = models.CharField(max_length=MAX_REASON, blank=True, default="")
    decided_by = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="+", db_index=False)
    content = models.ForeignKey(Content, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    into = models.ForeignKey(Proposal, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_by = SignatureField(max_length=200)
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["proposal", "number"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="decision_number_once"),
            models.UniqueConstraint(
                fields=["meeting", "number"], condition=Q(proposal__isnull=True), name="decision_number_once_in_general"
            ),
            models.CheckConstraint(condition=Q(outcome__in=list(Outcome)), name="decision_outcome_known"),
            models.CheckConstraint(condition=Q(number__gte=1), name="decision_number_from_one"),
            models.CheckConstraint(
                condition=~Q(outcome__in=sorted(NEEDS_REASON)) | Q(reason__regex=r"\S"), name="decision_has_its_reason"
            ),
            models.CheckConstraint(
                condition=Q(content__isnull=True) | Q(outcome__in=sorted(INTO_THE_PLAN)),
                name="decision_content_if_accepted",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.MERGED, into__isnull=False)
                | (~Q(outcome=Outcome.MERGED) & Q(into__isnull=True)),
                name="decision_merged_into_one",
            ),
        ]
        triggers = [
            append_only("decision_append_only"),
            on_row(
                "decision_fits", pgtrigger.Insert,
                ("decision_while_meeting_runs", _NOT_RUNNING),
                ("decision_of_the_version", _ELSEWHERE),
                ("decision_by_who_is_present", _NOT_PRESENT),
                ("decision_follows", _BEFORE),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.number} {self.outcome}"
