"""Tasks from surveys for the inbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from pilar.people.queries.inbox import InboxRoom, Waiting
from pilar.people.rules import Standing
from pilar.platform.language import N_, translate
from pilar.surveys.queries.questionnaires import form_drafts


def waiting(scope: Standing, _now: datetime) -> Iterator[Waiting]:
    """Yield questionnaires to release."""
    for draft in form_drafts(scope=scope):
        if not draft.own:
            yield Waiting(
                translate(N_("Release %(form)s, sent by %(person)s"), form=draft.title, person=draft.sent_by),
                reverse("surveys:questionnaire-draft", args=[draft.key]),
            )


INBOX = InboxRoom("surveys", N_("Surveys"), waiting)
