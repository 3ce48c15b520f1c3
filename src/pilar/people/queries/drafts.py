"""Versions that one person sends and another releases, such as instruments: rows of drafts for their readers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from pilar.people.models.drafts import SentVersion
from pilar.people.rules import Standing
from pilar.platform.errors import Fault, PilarError
from pilar.platform.imports import Value
from pilar.platform.imports.changes import Change
from pilar.platform.language import N_, Bilingual
from pilar.platform.rows import row_of

Content = TypeVar("Content")


class ReleasesOwn(PilarError):
    """Four eyes: the sender of a draft must not release it."""

    code = "releases-own"
    status = 403
    sentence = N_("You sent this draft: somebody else of the secretariat has to release it")


class VersionTaken(PilarError):
    """This version already exists."""

    code = "version-taken"
    status = 409
    sentence = N_("There is a version %(version)s of %(name)s already. Give the file a new version")


class DraftReleased(PilarError):
    """A released version never changes."""

    code = "draft-released"
    status = 409
    sentence = N_("This version is released: it never changes. A change is a new version")


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft. ``own``: the reader sent it, and four eyes keep them from releasing it; ``releases``: the reader may."""

    key: int
    code: str
    version: str
    sha256: str
    title: Bilingual
    file: str
    sent_by: str
    sent_at: datetime
    released: bool
    own: bool
    releases: bool


@dataclass(frozen=True, slots=True)
class DraftView(Generic[Content]):
    """A draft read from its file, and its changes; ``earlier``: the version that it follows."""

    row: DraftRow
    content: Content
    document: str
    earlier: Content | None
    whole: tuple[Value, ...]
    changes: tuple[Change, ...]


def draft_row(draft: SentVersion, scope: Standing, *, releases: bool) -> DraftRow:
    """Build the row of a draft; ``releases``: the reader may release drafts of this kind."""
    own = draft.is_of(scope.account)
    return row_of(
        DraftRow, draft, title=Bilingual(draft.title_id, draft.title_en), sent_by=draft.sent_by_name,
        released=draft.released_at is not None, own=own, releases=releases and not own,
    )  # fmt: skip


def waiting_versions(drafts: type[SentVersion], code: str) -> set[str]:
    """Return the versions of a code that wait to be released."""
    return set(drafts._default_manager.filter(released_at=None, code=code).values_list("version", flat=True))


def version_faults(name: str, version: str, *, versions: Collection[str], drafts: Collection[str]) -> tuple[Fault, ...]:
    """Return when an existing version with this name was made, among the ``versions`` in use or the waiting
    ``drafts``."""
    fields = {"name": name, "version": version}
    if version in versions:
        return (Fault(VersionTaken.code, VersionTaken.sentence, fields),)
    if version in drafts:
        sentence = N_("A draft of %(name)s %(version)s waits already: throw that one away first")
        return (Fault("draft-waits", sentence, fields),)
    return ()
