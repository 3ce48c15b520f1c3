"""Tables of messages to the one-stop office, and of its quarterly report."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pilar.permits.rules.desk import LetterKind, LetterState
from pilar.permits.rules.quarterly import Heading
from pilar.platform.names import SignatureField
from pilar.platform.secrets import EncryptedField

LETTER_TEXT, LETTER_CONTACT = "permits.letter.text", "permits.letter.contact"


class Letter(models.Model):
    """A complaint, or an enquiry of an investor. ``token``: the link with which the author reads the answer; ``case``:
    the number of the application that it is about. What was sent (``text``, ``contact``) is erased after a time."""

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9)
    token = models.CharField(max_length=24, unique=True)
    case = models.CharField(max_length=60, blank=True)
    text = EncryptedField(context=LETTER_TEXT, null=True)
    contact = EncryptedField(context=LETTER_CONTACT, null=True)
    asked_at = models.DateTimeField()
    due = models.DateField()
    state = models.CharField(max_length=9, default=LetterState.ASKED)
    escalated_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answered_by = SignatureField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["region", "state", "due"], name="letter_by_due")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(LetterKind)), name="letter_kind_known"),
            models.CheckConstraint(condition=Q(state__in=list(LetterState)), name="letter_state_known"),
            models.CheckConstraint(
                condition=~Q(state=LetterState.ANSWERED) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="letter_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class DeskBatch(models.Model):
    """Stages of a desk (``[case, stage]``) on which the worker performs one ``act`` for the person who ordered it. The
    first ``done`` of them are finished; ``refused`` holds the numbers of refused cases, each with the reason.
    ``given``: the arguments of the act."""

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=20)
    stages = models.JSONField()
    given = models.JSONField(default=dict)
    ordered_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(stages=[]), name="desk_batch_of_something")]

    def __str__(self) -> str:
        return f"{self.act} {self.pk}"


class ReportNote(models.Model):
    """A note by the office under a heading of its quarterly report, for content that no record holds."""

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=14)
    text = models.TextField()
    written_by = SignatureField(max_length=200)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "year", "quarter", "heading"], name="report_note_once"),
            models.CheckConstraint(condition=Q(heading__in=list(Heading)), name="report_note_heading_known"),
            models.CheckConstraint(condition=Q(quarter__range=(1, 4)), name="report_note_in_a_quarter"),
        ]

    def __str__(self) -> str:
        return f"{self.year} Q{self.quarter} {self.heading}"
