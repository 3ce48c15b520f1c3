"""Versions that one person sends and another releases: the steps that rooms take inside their own transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import models

from pilar.people.models.drafts import SentVersion
from pilar.people.operations.locking import held
from pilar.people.queries.drafts import DraftReleased, ReleasesOwn
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.language import Bilingual

Draft = TypeVar("Draft", bound=SentVersion)


def keep_draft(
    kind: type[SentVersion], *, by: Standing, target: str, code: str, version: str, sha256: str, title: Bilingual,
    document: str, file: str, now: datetime,
) -> int:  # fmt: skip
    """Store a draft, which is not in use yet; returns its key. ``target``: its name in the audit log."""
    made = kind._default_manager.create(
        code=code, version=version, sha256=sha256, title_id=title.id, title_en=title.en, document=document, file=file,
        sent_by_id=by.account, sent_by_name=by.actor.name, sent_at=now,
    )  # fmt: skip
    audit.record(by, "send", target, made.pk, after=_said(made))
    return int(made.pk)


def release_draft(
    kind: type[Draft], key: int, become: Callable[[Draft], models.Model], *, by: Standing, target: str, now: datetime
) -> None:
    """Release a draft, which becomes what ``become`` makes of it; not by the person who sent it. A second call changes
    nothing.

    Raises :class:`ReleasesOwn`, :class:`NotFound`.
    """
    row = held(kind._default_manager.all(), pk=key)
    if row.released_at is not None:
        return
    if row.is_of(by.account):
        raise ReleasesOwn
    row.save(update_fields=row.release(become(row), account=by.account, name=by.actor.name, now=now))
    audit.record(by, "release", target, key, after={"draft": str(row), "four_eyes": row.four_eyes})


def drop_draft(kind: type[SentVersion], key: int, *, by: Standing, target: str) -> None:
    """Delete a draft. Raises :class:`DraftReleased`, :class:`NotFound`."""
    row = held(kind._default_manager.all(), pk=key)
    if row.released_at is not None:
        raise DraftReleased
    before = _said(row)
    row.delete()
    audit.record(by, "drop", target, key, before=before)


def _said(row: SentVersion) -> dict[str, str]:
    return {"draft": str(row), "sha256": row.sha256, "file": row.file}
