"""Files that are made in one go by the worker: ordered once, begun again when it was killed, never half there."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Generic, TypeAlias, TypeVar
from uuid import uuid4

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from pilar.evidence import store
from pilar.evidence.models import Batch
from pilar.evidence.rules.batches import UNFINISHED, BatchState, is_lost
from pilar.people.rules import Standing
from pilar.platform import audit, locks
from pilar.platform.jobs import Background
from pilar.platform.live import tell
from pilar.reports.archives import add, open_archive

Made = TypeVar("Made", bound=Batch)
Files: TypeAlias = Generator[tuple[str, bytes, datetime], None, None]
"""Name and content of each file of an archive, and the moment that it is dated by."""


@dataclass(frozen=True, slots=True)
class Batches(Generic[Made]):
    """The archives of one kind. ``target`` names a batch in the audit log, ``folder`` in the store; rows that are equal
    in the columns ``same`` hold the same files: one of them is under way at a time, and the newest archive is kept."""

    model: type[Made]
    target: str
    folder: str
    same: tuple[str, ...]

    def order(
        self, *, by: Standing, job: Background[..., Any], now: datetime, total: int, area: str = "", **same: Any
    ) -> int:
        """Have ``job`` make ``total`` files of what ``same`` says (keys or values by column), in the open transaction.

        Answers the key of the batch, of the one under way if there is one; one that is lost is given up first. The
        caller has asked whether ``by`` may.
        """
        locks.take(" ".join([self.target, *(str(value) for value in same.values())]))
        columns = {self.model._meta.get_field(name).attname: value for name, value in same.items()}
        under_way = self.model.objects.filter(**columns, state__in=UNFINISHED).first()
        if under_way is not None:
            if not is_lost(under_way.state, under_way.progressed_at, now):
                return int(under_way.pk)
            self.model.objects.filter(pk=under_way.pk).update(state=BatchState.FAILED)
        made = self.model.objects.create(
            **columns, total=total, ordered_by_id=by.account, ordered_by_name=by.actor.name, ordered_at=now,
            progressed_at=now,
        )  # fmt: skip
        audit.record(by, "order", self.target, made.pk, area=area, after={**same, "files": total})
        job.later(batch=made.pk)
        return int(made.pk)

    def make(self, *, by: Standing, batch: int, files: Callable[[Made], Files]) -> None:
        """Make the files of a batch; beginning again is harmless, and one that is done or given up stays as it is.

        Progress is written after each file. Raises NotAllowed for anybody but the schedule and the console.
        """
        by.require_server()
        batch_made = self._begin(batch)
        if batch_made is None:
            return
        try:
            with tempfile.TemporaryFile() as file, closing(files(batch_made)) as made:
                if self._fill(batch_made, made, file):
                    self._finish(by, batch_made, file)
        except Exception:
            self._mine(batch_made).update(state=BatchState.FAILED, progressed_at=Now())
            tell(batch_made.topic)
            raise

    def _begin(self, key: int) -> Made | None:
        with transaction.atomic():
            row = self.model.objects.select_for_update(of=("self",)).filter(pk=key, state__in=UNFINISHED).first()
            if row is None:
                return None
            left_behind = row.storage_key
            row.state, row.done, row.attempt = BatchState.RUNNING, 0, row.attempt + 1
            # Written down before the file is there, so that a later attempt can take away what this one leaves behind.
            row.storage_key, row.progressed_at = f"{self.folder}/{uuid4().hex}.zip", Now()
            row.save(update_fields=["state", "done", "attempt", "storage_key", "progressed_at"])
            tell(row.topic)
        if left_behind:
            store.delete(left_behind)
        return row

    def _fill(self, batch: Made, files: Files, into: IO[bytes]) -> bool:
        """Write the archive; False if another attempt has taken over."""
        with open_archive(into) as archive:
            for done, (name, content, moment) in enumerate(files, start=1):
                add(archive, name, content, moment=moment)
                if not self._mine(batch).update(done=done, progressed_at=Now()):
                    return False
                tell(batch.topic)
        return True

    def _finish(self, by: Standing, batch: Made, file: IO[bytes]) -> None:
        size = file.tell()
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        store.put(batch.storage_key, file)
        told = {"state": BatchState.DONE, "done": F("total"), "size": size, "sha256": sha256, "progressed_at": Now()}
        with transaction.atomic():
            kept = self._mine(batch).update(**told)
            tell(batch.topic)
            if kept:
                audit.record(by, "make", self.target, batch.pk, after={"sha256": sha256})
        if not kept:
            store.delete(batch.storage_key)
            return
        self._clear_earlier(batch)

    def _clear_earlier(self, batch: Made) -> None:
        """Earlier archives of the same: what they hold may have changed, and one is enough. None of them is under way,
        since no two are."""
        same = {name: getattr(batch, name) for name in self.same}
        for earlier in self.model.objects.filter(**same, pk__lt=batch.pk):
            if earlier.storage_key:
                store.delete(earlier.storage_key)
            earlier.delete()

    def _mine(self, batch: Made) -> QuerySet[Made]:
        """The batch while this attempt is the last one."""
        return self.model.objects.filter(pk=batch.pk, attempt=batch.attempt, state=BatchState.RUNNING)
