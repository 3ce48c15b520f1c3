"""Published results go into a register that nobody can rewrite unseen (``platform.sealing``)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar.evaluation.models import Publication, SnapshotResult
from pilar.evaluation.rules.sealing import FIGURES, SCOPE, content_of, subject_of
from pilar.people.rules import Standing
from pilar.platform import sealing
from pilar.platform.jobs import every


@every("evaluation.sign-seals", cron="10 17 * * *")  # 0.10 WIB
@transaction.atomic
def seal_published(*, by: Standing, now: datetime) -> int:
    """Seal what was published before there were seals, and sign the head of the day; returns how many heads.

    For the schedule and the operator only.
    """
    by.require_server()
    for publication in Publication.objects.select_related("snapshot__phase__campaign").order_by("published_at", "pk"):
        seal_publication(publication)
    return sealing.sign_heads(at=now)


def seal_publication(one: Publication) -> None:
    """Append a published version, in the transaction that publishes it; one that is sealed stays as it is."""
    snapshot = one.snapshot
    phase = snapshot.phase
    subject = subject_of(phase.campaign.code, phase.number, snapshot.version)
    if sealing.seal_of(SCOPE, subject) is not None:
        return
    rows = SnapshotResult.objects.filter(snapshot=snapshot).values("region", "group", *FIGURES)
    content = content_of(
        year=phase.campaign.year,
        letter=(one.letter_number, one.letter_date),
        hashes={
            "instrument": snapshot.instrument_sha256, "input": snapshot.input_sha256, "results": snapshot.result_sha256
        },
        synthetic=phase.campaign.synthetic,
        rows=rows,
    )  # fmt: skip
    sealing.append(scope=SCOPE, subject=subject, content=content, at=one.published_at)
