"""The register in which all publications are sealed, open to everybody: what was sealed, and what is published now."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from pilar.areas.reference import today_in
from pilar.evaluation.models import Campaign, Publication, PublishedResult, SnapshotResult
from pilar.evaluation.queries.computed import ComputedNotFound
from pilar.evaluation.rules.computing import ResultRow, result_hash
from pilar.evaluation.rules.publishing import (
    FIGURES,
    SCOPE,
    Difference,
    Published,
    content_of,
    edition_of,
    plain,
    plan_subject,
    statements_subject,
    subject_of,
)
from pilar.masterplan.queries.public import plans_in_law
from pilar.platform import sealing
from pilar.platform.actors import Authority
from pilar.platform.sealing import Seal

STATED = ("phase", "final", "improvement", "improvement_origin", "rank", "rank_scope", "letter", "source_url")


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """A line of the register as its page shows it."""

    number: int
    subject: str
    sealed_at: datetime
    synthetic: bool
    parts: tuple[str, ...]
    phases: int | None = None
    """How many the campaign of results has."""

    @property
    def kind(self) -> str:
        """``statements`` or ``plan``; anything else are results."""
        return self.parts[0]


def seal(campaign: str, phase: int, version: int, *, scope: Authority) -> Seal | None:
    """Return where a version stands in the register; None if it is not published. Two queries."""
    return sealing.seal_of(SCOPE, subject_of(campaign, phase, version))


def proof(campaign: str, phase: int, version: int, *, scope: Authority) -> dict[str, Any] | None:
    """Return what proves that a version was published as it is; None if it is not published."""
    return sealing.proof_of(SCOPE, subject_of(campaign, phase, version))


def register(*, scope: Authority) -> dict[str, Any]:
    """All leaves and heads of the register. Raises ComputedNotFound before anything was published."""
    sealed_register = sealing.register_of(SCOPE)
    if not sealed_register["leaves"]:
        raise ComputedNotFound
    return sealed_register


def heads(*, most: int, scope: Authority) -> tuple[sealing.Head, ...]:
    """The last signed heads, one a day and one with each publication, the newest first. One query."""
    return sealing.heads_of(SCOPE, most=most)


def sealed_entries(*, most: int, scope: Authority) -> tuple[SealedEntry, ...]:
    """The last entries, the newest first. Two queries."""
    entries = [json.loads(entry) for entry in sealing.entries_of(SCOPE)[:most]]
    named = [tuple(entry["subject"].split("/")) for entry in entries]
    phases = dict(Campaign.objects.filter(code__in={parts[0] for parts in named}).values_list("code", "phase_count"))
    return tuple(
        SealedEntry(
            entry["number"], entry["subject"], datetime.fromisoformat(entry["sealed_at"]),
            bool(entry["content"].get("synthetic")), parts, phases.get(parts[0]),
        )
        for entry, parts in zip(entries, named, strict=True)
    )  # fmt: skip


def published(*, scope: Authority) -> dict[str, Any]:
    """Everything sealed as it is published now, in the order of the register, as ``seal_checker`` holds it against it.

    What is read is what pages show, not what was sealed: who changed a figure past Pilar is found. Earlier editions of
    statements, which nobody publishes any more, stand as they were sealed; what is gone is missing. Results that were
    published past Pilar, and so never sealed, stand last under the number 0. Plans and statements are sealed at night,
    and shown from then on.
    """
    shown = [shown for _sealed, shown in _pairs() if shown is not None]
    never = [
        {"scope": SCOPE, "number": 0, "subject": published.subject, "content": published.content}
        for published in _never_sealed()
    ]
    return {"scope": SCOPE, "entries": shown + never}


def differences(*, scope: Authority) -> tuple[Difference, ...]:
    """Return what of results and plans is not as it was sealed, and results that never were (number 0). Statements
    may change: the next edition tells it."""
    return (
        *(
            Difference(sealed["number"], sealed["subject"], shown is None)
            for sealed, shown in _pairs()
            if shown != sealed and edition_of(sealed["subject"]) is None
        ),
        *(Difference(0, published.subject, gone=False) for published in _never_sealed()),
    )


def _never_sealed() -> tuple[Published, ...]:
    """Published results without an entry: Pilar seals them in the transaction that publishes them."""
    unsealed = {}
    for publication in Publication.objects.select_related("snapshot__phase__campaign").order_by("published_at", "pk"):
        phase = publication.snapshot.phase
        unsealed[subject_of(phase.campaign.code, phase.number, publication.snapshot.version)] = publication
    # Read after the publications: anyone who publishes meanwhile has sealed what was found.
    sealed = {json.loads(text)["subject"] for text in sealing.entries_of(SCOPE)}
    return tuple(result_of(publication) for subject, publication in unsealed.items() if subject not in sealed)


def _pairs() -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Each entry as it was sealed, and as it is published."""
    entries = [json.loads(text) for text in reversed(sealing.entries_of(SCOPE))]
    now = {published.subject: published.content for published in (*results(), *plans())}
    stated, newest = statements(), editions(entries)
    for entry in entries:
        edition = edition_of(entry["subject"])
        if edition is None:
            content = now.get(entry["subject"])
        else:
            year, number = edition
            content = stated_content(year, stated) if number == newest[year][0] else entry["content"]
        yield entry, None if content is None else entry | {"content": content}


def editions(entries: list[dict[str, Any]]) -> dict[int, tuple[int, dict[str, Any]]]:
    """The newest edition of the statements of each year, with what was sealed."""
    editions = {}
    for entry in entries:
        if (edition := edition_of(entry["subject"])) is not None:
            editions[edition[0]] = (edition[1], entry["content"])
    return editions


def results() -> Iterator[Published]:
    """Every published version as it stands now, the earliest first; the hash of its results is computed again."""
    for publication in Publication.objects.select_related("snapshot__phase__campaign").order_by("published_at", "pk"):
        yield result_of(publication)


def result_of(publication: Publication) -> Published:
    """A published version as it stands now. One query in addition to those of the publication."""
    snapshot, phase = publication.snapshot, publication.snapshot.phase
    rows = list(SnapshotResult.objects.filter(snapshot=snapshot).order_by("region"))
    again = result_hash(
        ResultRow(**{field.name: getattr(row, _COLUMNS.get(field.name, field.name)) for field in fields(ResultRow)})
        for row in rows
    )
    content = content_of(
        year=phase.campaign.year,
        letter=(publication.letter_number, publication.letter_date),
        hashes={"instrument": snapshot.instrument_sha256, "input": snapshot.input_sha256, "results": again},
        synthetic=phase.campaign.synthetic,
        rows=(
            {"region": row.region_id, "group": row.group, **{name: getattr(row, name) for name in FIGURES}}
            for row in rows
        ),
    )
    subject = subject_of(phase.campaign.code, phase.number, snapshot.version)
    return Published(subject, content, publication.published_at)


_COLUMNS = {"region": "region_id"}


def plans(now: datetime | None = None) -> Iterator[Published]:
    """Every version of a plan that came into force, as it stands now; its programmes by their hash. With ``now``
    without those whose first day is yet to come."""
    for law in plans_in_law():
        if now and law.in_force_since and law.in_force_since > today_in(law.region, now):
            continue
        subject = plan_subject(law.region, law.first_year, law.version)
        told = {name: getattr(law, name) for name in ("title", "form", "decree_number", "decreed_on", "in_force_since")}
        programmes = {"count": law.programmes, "quick_wins": law.quick_wins, "sha256": law.sha256}
        yield Published(subject, plain({"region": law.region, **told}) | {
            "synthetic": law.synthetic, "programmes": programmes,
        })  # fmt: skip


def statements() -> dict[int, list[dict[str, Any]]]:
    """Return what sources state now, by year. Two queries."""
    by_year = defaultdict(list)
    rows = PublishedResult.objects.select_related("group").prefetch_related("scores")
    for row in rows.order_by("year", "region", "phase", "source_url"):
        told = {"region": row.region_id, "group": row.group.code if row.group else None}
        scores = {score.node: score.value for score in row.scores.all()}
        by_year[row.year].append(
            plain(told | {name: getattr(row, name) for name in STATED}) | {"scores": plain(scores)}
        )
    return dict(by_year)


def stated_content(year: int, stated: dict[int, list[dict[str, Any]]]) -> dict[str, Any]:
    """The content of an entry about the statements of a year; empty once none is published."""
    return {"year": year, "statements": stated.get(year, [])}


def changed_statements() -> Iterator[Published]:
    """The next edition of each year whose statements are not those that were sealed last."""
    stated = statements()
    newest = editions([json.loads(text) for text in reversed(sealing.entries_of(SCOPE))])
    for year in sorted({*stated, *newest}):
        edition, sealed = newest.get(year, (0, None))
        content = stated_content(year, stated)
        if content != sealed:
            yield Published(statements_subject(year, edition + 1), content)
