"""Store the content of programmes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pilar.masterplan.models import Content as StoredContent
from pilar.masterplan.models import Plan
from pilar.masterplan.operations.locking import refuse
from pilar.masterplan.queries.choices import frame_of
from pilar.masterplan.rules.checking import faults_of
from pilar.masterplan.rules.content import Content, read, stored
from pilar.people.rules import Standing


def keep(by: Standing, plan: Plan, content: Content, *, now: datetime, before: Content | None = None) -> StoredContent:
    """Store a content; raises Faults at the names of its fields."""
    years = range(plan.first_year, plan.last_year + 1)
    refuse(faults_of(content, frame_of(plan.region_id, years, keep=before)))
    return keep_all(by, plan, [content], now=now)[0]


def keep_all(by: Standing, plan: Plan, contents: Iterable[Content], *, now: datetime) -> list[StoredContent]:
    """Store contents that were checked before."""
    return StoredContent.objects.bulk_create(
        StoredContent(
            region_id=plan.region_id,
            owner_id=content.owner,
            title=content.title,
            part=content.part,
            quick_win=content.quick_win,
            body=stored(content),
            written_by=by.actor.name,
            written_at=now,
        )
        for content in contents
    )


def content_of(row: StoredContent) -> Content:
    """Return the content of a stored row."""
    return read(row.body)
