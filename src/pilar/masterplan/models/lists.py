"""Meanings in a region's own lists: of columns, abbreviations of offices, words for sub-dimensions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pilar.masterplan.rules.list_words import MAX_MEANING, MAX_WORD, WordKind


class ListWord(models.Model):
    """A word in a region's lists with the meaning that the coordinator has set, for later lists."""

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8)
    word = models.CharField(max_length=MAX_WORD)
    meaning = models.CharField(max_length=MAX_MEANING)

    class Meta:
        ordering = ["region", "kind", "word"]
        constraints = [
            models.UniqueConstraint(fields=["region", "kind", "word"], name="list_word_once_in_region"),
            models.CheckConstraint(condition=Q(kind__in=list(WordKind)), name="list_word_kind_known"),
            models.CheckConstraint(condition=Q(meaning__regex=r"\S"), name="list_word_means_something"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.word}"
