"""Keep the mapping of a data portal's files, and take over values by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pilar.measures.models import MappedFile, MappedValue, SourceMapping
from pilar.measures.operations.reporting import report_values
from pilar.measures.queries.judging import measure_keys
from pilar.measures.queries.mappings import (
    codes_of_others,
    mapping_of,
    newest_of,
    others_beside,
    removes,
    reported_codes,
)
from pilar.measures.queries.scoping import knows_region
from pilar.measures.rules.authority import reports_in
from pilar.measures.rules.mapping import MAX_TITLE, SeriesMapping, faults_of, faults_of_measures, faults_of_removing
from pilar.measures.rules.reports import Report, Verdict
from pilar.people.rules import NotAllowed, NotFound, Standing, existing
from pilar.platform import audit, locks
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_

TARGET = "measures.mapping"


class OutdatedMapping(PilarError):
    """Somebody has confirmed another version since the reader looked. Nothing was stored."""

    code = "outdated-mapping"
    status = 409
    sentence = N_(
        "Somebody else has confirmed another version of this mapping in the meantime. What you have said still stands "
        "here: compare it with the file, and confirm it again"
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """The place of a value in a file: the series in words, and the row."""

    series: str
    row: int


@transaction.atomic
def confirm_mapping(
    *, by: Standing, region: str, shape: str, title: str, mapping: SeriesMapping, seen: int, now: datetime
) -> int:
    """Say what the files of a source mean in a region; returns the number of the version, which holds from now on.

    ``seen`` is the version that the sender has looked at, 0 for none; the same again adds nothing. Raises Faults at
    ``parts``, ``series`` and ``reason``, :class:`OutdatedMapping`, :class:`NotFound`, :class:`NotAllowed`; needs
    ``report`` in the region, and of each measure that is newly named.
    """
    _require(by, region)
    locks.take(f"measures.mapping {region} {shape}")
    before, newest = mapping_of(region, shape), newest_of(region, shape)
    named = " ".join(title.split())[:MAX_TITLE]
    if before is not None and before.mapping == mapping and before.title == named:
        return before.number
    if seen != (before.number if before else 0):
        raise OutdatedMapping
    faults = faults_of(mapping)
    if not named or not named.isprintable():
        faults.append(Fault("blank", N_("Fill this in"), {}, "title"))
    if not faults:
        faults = faults_of_measures(
            mapping, before.mapping if before else None,
            reported=reported_codes(region, scope=by), others=codes_of_others(region, scope=by),
        )  # fmt: skip
    if faults:
        raise Faults(faults)
    row = SourceMapping.objects.create(
        region_id=region, shape=shape, number=newest.number + 1 if newest else 1, title=named,
        content=mapping.content(), confirmed_by=by.actor.name, confirmed_at=now,
    )  # fmt: skip
    told = {"title": named, "number": row.number, "series": len(mapping.series)}
    audit.record(by, "confirm-mapping", TARGET, row.pk, area=region, after=told)
    return row.number


@transaction.atomic
def remove_mapping(*, by: Standing, region: str, shape: str, seen: int, now: datetime) -> None:
    """Let a mapping no longer hold: the next file of its source is asked about again. What was taken over by it stays.

    ``seen`` is the version that the sender has looked at; what is removed already stays so. Raises Faults for a mapping
    by which another office reads a measure, unless ``by`` manages measures; :class:`OutdatedMapping`,
    :class:`NotFound`, :class:`NotAllowed`.
    """
    if not knows_region(by, region):
        raise NotFound
    if by.account is None or not removes(region, scope=by):
        raise NotAllowed
    locks.take(f"measures.mapping {region} {shape}")
    newest = existing(newest_of(region, shape))
    if newest.removed:
        return
    if newest.number != seen:
        raise OutdatedMapping
    faults = faults_of_removing(SeriesMapping.from_content(newest.content), others_beside(region, scope=by))
    if faults:
        raise Faults(faults)
    row = SourceMapping.objects.create(
        region_id=region, shape=shape, number=newest.number + 1, title=newest.title, content=newest.content,
        removed=True, confirmed_by=by.actor.name, confirmed_at=now,
    )  # fmt: skip
    audit.record(by, "remove-mapping", TARGET, row.pk, area=region, after={"title": newest.title, "number": row.number})


@transaction.atomic
def report_mapped(
    *,
    by: Standing,
    region: str,
    shape: str,
    number: int,
    file: str,
    sha256: str,
    reports: Sequence[Report],
    origins: Sequence[Origin],
    now: datetime,
) -> tuple[Verdict, ...]:
    """Take the values of a file over, all or none, and keep where each came from: file, series, row and mapping.

    ``number`` is the version of the mapping by which the file was read. What is known already is not stored again.
    Raises :class:`OutdatedMapping` unless that version still holds, Faults, and as
    :func:`~pilar.measures.operations.report_values`.
    """
    _require(by, region)
    locks.take(f"measures.mapping {region} {shape}")
    mapping = mapping_of(region, shape)
    if mapping is None or mapping.number != number:
        raise OutdatedMapping
    verdicts = report_values(by=by, region=region, reports=reports, whole=True, now=now)
    stored = [(verdict, origin) for verdict, origin in zip(verdicts, origins, strict=True) if verdict.stored]
    if not stored:
        return verdicts
    kept = MappedFile.objects.create(mapping_id=mapping.key, name=file, sha256=sha256, taken_at=now)
    keys = measure_keys(region, reports, scope=by)
    rows = []
    for verdict, origin in stored:
        period = verdict.read.period
        assert period is not None
        rows.append(
            MappedValue(
                measure_id=keys[verdict.read.report.measure],
                starts_on=period.start,
                number=verdict.number,
                file=kept,
                series=origin.series,
                row=origin.row,
            )
        )
    MappedValue.objects.bulk_create(rows, batch_size=2_000)
    told = {"file": file, "sha256": sha256, "mapping": number, "values": len(rows)}
    audit.record(by, "import-mapped", TARGET, mapping.key, area=region, after=told)
    return verdicts


def hold_mapping(*, region: str, shape: str) -> int:
    """Keep what a source means as it is until the transaction ends; the number of the version, 0 for none."""
    locks.take(f"measures.mapping {region} {shape}")
    held = mapping_of(region, shape)
    return held.number if held else 0


def _require(by: Standing, region: str) -> None:
    """Raise unless ``by`` is a person who reports measures of the region."""
    if not knows_region(by, region):
        raise NotFound
    if by.account is None or not reports_in(by, region):
        raise NotAllowed
