"""Tables of correspondence on a case: appointments, letters of the office, objections."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from pilar.permits.models.cases import Case
from pilar.permits.rules.letters import StandardLetter
from pilar.permits.rules.objections import About, ObjectionState
from pilar.permits.rules.signatures import Capacity
from pilar.platform.names import SignatureField
from pilar.platform.secrets import EncryptedField
from pilar.platform.triggers import on_row


class Appointment(models.Model):
    """An appointment about a case, as it was last proposed; ``officer`` is the officer who proposed it or agreed to it.
    After a move the other side has to agree again; ``ended_at``: when it was cancelled."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="appointments")
    at = models.DateTimeField()
    place = models.CharField(max_length=200)
    from_office = models.BooleanField()
    officer = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT, related_name="+")
    by = SignatureField(max_length=200)
    agreed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["at"], condition=Q(ended_at=None), name="appointment_to_come")]
        constraints = [
            models.CheckConstraint(condition=Q(place__regex=r"\S"), name="appointment_with_a_place"),
            models.CheckConstraint(
                condition=Q(from_office=False) | Q(officer__isnull=False), name="appointment_offered_by_somebody"
            ),
        ]
        triggers = [pgtrigger.Protect(name="appointment_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id} {self.at}"


class DrawnSignature(models.Model):
    """The signature that somebody who was met at a visit drew on the surveyor's device, below the minutes of event
    ``number``, in their ``capacity``. The event names the officer who attests it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="drawn_signatures")
    number = models.PositiveIntegerField()
    capacity = models.CharField(max_length=9)
    strokes = EncryptedField(context="permits.signature.strokes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="drawn_signature_once"),
            models.CheckConstraint(condition=Q(capacity__in=list(Capacity)), name="drawn_signature_capacity_known"),
        ]
        triggers = [
            pgtrigger.Protect(name="drawn_signature_kept", operation=pgtrigger.Delete),
            on_row(
                "drawn_signature_stays", pgtrigger.Update,  # its strokes are re-encrypted with a new key
                ("drawn_signature_stays", "(NEW.case_id, NEW.number, NEW.capacity)"
                 " IS DISTINCT FROM (OLD.case_id, OLD.number, OLD.capacity)"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case_id} {self.number}"


class CaseLetter(models.Model):
    """A standard letter of the office to an applicant, as it was sent."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=8)
    at = models.DateTimeField()
    by = SignatureField(max_length=200)
    title = models.CharField(max_length=200)
    text = EncryptedField(context="permits.case-letter.text")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(StandardLetter)), name="case_letter_kind_known")
        ]
        triggers = [
            pgtrigger.Protect(name="case_letter_kept", operation=pgtrigger.Delete),
            on_row(
                "case_letter_stays", pgtrigger.Update,  # its text is re-encrypted with a new key
                ("case_letter_stays", "(NEW.case_id, NEW.kind, NEW.at, NEW.\"by\", NEW.title)"
                 " IS DISTINCT FROM (OLD.case_id, OLD.kind, OLD.at, OLD.\"by\", OLD.title)"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Objection(models.Model):
    """An objection of an applicant to the refusal, permit or levy of a number (``about``), its reason and its answer.
    ``due``: the last day for the answer; ``silent_at``: when that day passed without one."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="objections")
    about = models.CharField(max_length=10)
    thing = models.CharField(max_length=60)
    text = EncryptedField(context="permits.objection.text")
    filed_at = models.DateTimeField()
    filed_by = SignatureField(max_length=200)
    due = models.DateField()
    silent_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default=ObjectionState.OPEN.value)
    answer = models.TextField(blank=True)
    answered_by = SignatureField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "about", "thing"], condition=Q(state=ObjectionState.OPEN), name="objection_once"
            ),
            models.CheckConstraint(condition=Q(about__in=list(About)), name="objection_about_known"),
            models.CheckConstraint(
                condition=Q(state=ObjectionState.OPEN, answered_at__isnull=True, answer="")
                | Q(state__in=[ObjectionState.UPHELD, ObjectionState.REJECTED], answered_at__isnull=False)
                & ~Q(answer=""),
                name="objection_answered",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="objection_kept", operation=pgtrigger.Delete),
            on_row(
                "objection_stays", pgtrigger.Update,  # its text is re-encrypted with a new key
                ("objection_stays", "(NEW.case_id, NEW.about, NEW.thing, NEW.filed_at) IS DISTINCT FROM"
                 " (OLD.case_id, OLD.about, OLD.thing, OLD.filed_at)"),
                ("objection_due_while_it_waits", "NEW.due <> OLD.due"
                 " AND (OLD.state <> 'open' OR OLD.silent_at IS NOT NULL)"),
                ("objection_answered_once", "OLD.state <> 'open' AND (NEW.state, NEW.answer) IS DISTINCT FROM"
                 " (OLD.state, OLD.answer)"),
                ("objection_not_rejected_late", "NEW.state = 'rejected' AND OLD.silent_at IS NOT NULL"
                 " AND OLD.state = 'open'"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case_id} {self.about}"
