"""Enter publications into a tamper-evident register (``platform.sealing``)."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from pilar.evaluation.models import Publication
from pilar.evaluation.operations.hooks import announce
from pilar.evaluation.queries import PUBLIC, seals
from pilar.evaluation.rules.publishing import SCOPE, Published, subject_of
from pilar.people.rules import Standing
from pilar.platform import sealing
from pilar.platform.jobs import every

log = structlog.get_logger(__name__)


@every("evaluation.sign-seals", cron="10 17 * * *")  # 0.10 WIB
@transaction.atomic
def seal_published(*, by: Standing, now: datetime) -> int:
    """Seal what was published and is not sealed yet, and sign the head of the day; returns how many heads.

    Results are sealed when they are published; plans that came into force, on their first day, and statements of
    sources, where they have changed, are sealed here. For the schedule and the operator only.
    """
    by.require_server()
    for publication in Publication.objects.select_related("snapshot__phase__campaign").order_by("published_at", "pk"):
        seal_publication(publication)
    for published in (*seals.plans(now), *seals.changed_statements()):
        _append(published, now)
    return sealing.sign_heads(at=now)


class PublishedDiffers(RuntimeError):
    """Published results differ from the sealed ones: the job fails, so that monitoring shows it."""


@every("evaluation.compare-published", cron="10 20 * * *")  # 3.10 WIB
def compare_published(*, by: Standing, now: datetime) -> None:
    """Hold all published results and plans against what was sealed; each difference is logged.

    For the schedule and the operator only. Raises :class:`PublishedDiffers`.
    """
    by.require_server()
    differences = seals.differences(scope=PUBLIC)
    for difference in differences:
        log.error("published-differs", number=difference.number, subject=difference.subject, gone=difference.gone)
    if differences:
        raise PublishedDiffers(f"{len(differences)} differences")


def seal_publication(publication: Publication) -> None:
    """Append a published version, in the transaction that publishes it; one that is sealed stays as it is."""
    snapshot = publication.snapshot
    subject = subject_of(snapshot.phase.campaign.code, snapshot.phase.number, snapshot.version)
    if sealing.seal_of(SCOPE, subject) is None:
        _append(seals.result_of(publication), publication.published_at)


def _append(published: Published, now: datetime) -> None:
    """Seal it and have other systems told of it, unless it is sealed already."""
    sealing.hold(SCOPE)
    if sealing.seal_of(SCOPE, published.subject) is None:
        at = published.at or now
        announce(
            published, sealing.append(scope=SCOPE, subject=published.subject, content=published.content, at=at), at
        )
