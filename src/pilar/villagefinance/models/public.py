"""Questions of the public to a village, and the photographs that it shows of its works."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pilar.platform.names import SignatureField
from pilar.platform.secrets import EncryptedField
from pilar.villagefinance.models.places import OfVillage, OfYear
from pilar.villagefinance.rules.questions import QuestionState as S

QUESTION_TEXT, QUESTION_CONTACT = "villagefinance.question.text", "villagefinance.question.contact"


class Question(OfVillage):
    """A question about the budget of a village. The message (``text``, ``contact``) is erased after a time; ``shown``
    is the published wording, without personal data."""

    pk = models.CompositePrimaryKey("region", "village", "number")
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    activity = models.CharField(max_length=10, blank=True)
    text = EncryptedField(context=QUESTION_TEXT, null=True)
    contact = EncryptedField(context=QUESTION_CONTACT, null=True)
    asked_at = models.DateTimeField()
    due = models.DateField()
    state = models.CharField(max_length=9, default=S.ASKED)
    answer = models.TextField(blank=True)
    answered_by = SignatureField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    shown = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[question_state.value for question_state in S]), name="question_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.ANSWERED, S.PUBLISHED]) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="question_answered",
            ),
            models.CheckConstraint(condition=Q(state=S.PUBLISHED) ^ Q(shown=""), name="question_shown_once_published"),
        ]
        indexes = [models.Index(fields=["region", "asked_at"], name="question_by_day")]

    def __str__(self) -> str:
        return f"{self.village}/{self.number}"


class PublicPhoto(OfYear):
    """A photograph of the progress of works, open to everybody: a version of a piece of evidence of a payment request.

    The person who published it has declared that nobody can be recognised on it.
    """

    pk = models.CompositePrimaryKey("region", "village", "year", "request", "evidence")
    request = models.PositiveIntegerField()
    evidence = models.UUIDField()
    number = models.PositiveIntegerField()
    shown_by = SignatureField(max_length=200)
    shown_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.village} {self.evidence}"
