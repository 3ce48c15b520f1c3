"""Change instruments and published results. Each call is one change, with its line in the audit log."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

from django.db import transaction

from pilar import index
from pilar.areas.rules import LOAD_REFERENCE_DATA
from pilar.evaluation.models import (
    Instrument,
    InstrumentDraft,
    PublishedResult,
    PublishedScore,
    ResultGroup,
    ScoringYear,
)
from pilar.evaluation.rules.published import Group, PublishedRow
from pilar.platform import audit
from pilar.platform.actors import Authority
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

Outcome = Literal["added", "changed", "unchanged", "kept"]
Kind = Literal["year", "group", "statement"]
GroupKey = tuple[str, int]
"""Code and year."""
StatementKey = tuple[str, int, str, str]
"""Region code, year, phase and source address."""


class InstrumentChanged(PilarError):
    code = "instrument-changed"
    status = 409
    sentence = N_(
        "Instrument %(instrument)s version %(version)s is already loaded with other content. A loaded version never "
        "changes, because results name its hash: give the file a new version"
    )


class OffScale(PilarError):
    """A figure that the instrument of its year cannot give."""

    code = "off-scale"
    status = 422
    sentence = N_("%(value)s lies off the scale of %(year)s, which runs from %(minimum)s to %(maximum)s")


class UnknownGroup(PilarError):
    code = "unknown-group"
    status = 422
    sentence = N_("There is no group “%(group)s” in %(year)s")


@transaction.atomic
def add_instrument(*, by: Authority, instrument: index.Instrument, document: str) -> Outcome:
    """Keep a version of an instrument with the text of its file.

    One that was released here by page before a file of that version came stays, since results name its hash: ``kept``.
    Raises InstrumentChanged where the one there came from a file.
    """
    by.require(LOAD_REFERENCE_DATA)
    known = Instrument.objects.filter(code=instrument.code, version=instrument.version).first()
    if known is not None:
        if known.sha256 == instrument.sha256:
            return "unchanged"
        if not InstrumentDraft.objects.filter(instrument=known).exists():
            raise InstrumentChanged(instrument=instrument.code, version=instrument.version)
        key = f"{instrument.code} {instrument.version}"
        after = {"sha256": known.sha256, "left_out": instrument.sha256}
        audit.record(by=by.actor, action="keep", target="evaluation.instrument", key=key, after=after)
        return "kept"
    keep_instrument(by=by, instrument=instrument, document=document)
    return "added"


def keep_instrument(*, by: Authority, instrument: index.Instrument, document: str, **said: str) -> Instrument:
    """Store a version that is new, for an operation that has asked whether ``by`` may; ``said`` goes into the log."""
    made = Instrument.objects.create(
        code=instrument.code,
        version=instrument.version,
        sha256=instrument.sha256,
        title_id=instrument.title["id"],
        title_en=instrument.title["en"],
        year=instrument.year,
        scale_minimum=instrument.scale.minimum,
        scale_maximum=instrument.scale.maximum,
        document=document,
    )
    audit.record(
        by=by.actor,
        action="add",
        target="evaluation.instrument",
        key=f"{instrument.code} {instrument.version}",
        after={"sha256": instrument.sha256, **said},
    )
    return made


@transaction.atomic
def choose_instrument(*, by: Authority, year: int, instrument: index.Instrument) -> Outcome:
    """Say which loaded instrument scores a year. One of other content, released here by page, is ``kept`` out of it
    unless it is of that year and scale."""
    by.require(LOAD_REFERENCE_DATA)
    chosen = Instrument.objects.get(code=instrument.code, version=instrument.version)
    scale = (instrument.scale.minimum, instrument.scale.maximum)
    fits = chosen.year == year and (chosen.scale_minimum, chosen.scale_maximum) == scale
    if chosen.sha256 != instrument.sha256 and not fits:
        return "kept"
    known = ScoringYear.objects.select_related("instrument").filter(year=year).first()
    if known is not None and known.instrument_id == chosen.pk:
        return "unchanged"
    ScoringYear.objects.update_or_create(year=year, defaults={"instrument": chosen})
    audit.record(
        by=by.actor,
        action="choose",
        target="evaluation.scoring_year",
        key=year,
        before=None if known is None else {"instrument": str(known.instrument)},
        after={"instrument": str(chosen)},
    )
    return "added" if known is None else "changed"


@transaction.atomic
def record_group(*, by: Authority, group: Group) -> Outcome:
    """Keep a group of a year."""
    by.require(LOAD_REFERENCE_DATA)
    wanted = {
        "title_id": group.title_id,
        "title_en": group.title_en,
        "size": group.size,
        "source_url": group.source_url,
    }
    known = ResultGroup.objects.filter(code=group.code, year=group.year).first()
    before = None if known is None else {name: getattr(known, name) for name in wanted}
    if before == wanted:
        return "unchanged"
    ResultGroup.objects.update_or_create(code=group.code, year=group.year, defaults=wanted)
    _audit(by, "evaluation.group", f"{group.year} {group.code}", before, wanted)
    return "added" if known is None else "changed"


@transaction.atomic
def record_statement(*, by: Authority, row: PublishedRow) -> Outcome:
    """Keep what a source states; the region, year, phase and source identify it.

    Raises OffScale, UnknownGroup.
    """
    by.require(LOAD_REFERENCE_DATA)
    wanted = _wanted(row)
    _require_on_scale(row)
    known = (
        PublishedResult.objects.select_related("group")
        .filter(region=row.region_code, year=row.year, phase=row.phase, source_url=row.source_url)
        .first()
    )
    before = None if known is None else _stated(known)
    if before == wanted:
        return "unchanged"
    fields = {**wanted, "group": _group(row)}
    del fields["scores"]
    result, _ = PublishedResult.objects.update_or_create(
        region_id=row.region_code, year=row.year, phase=row.phase, source_url=row.source_url, defaults=fields
    )
    result.scores.all().delete()
    PublishedScore.objects.bulk_create(
        PublishedScore(result=result, node=node, value=value) for node, value in row.scores.items()
    )
    _audit(by, "evaluation.published_result", str(result), before, wanted, row=row)
    return "added" if known is None else "changed"


@transaction.atomic
def withdraw_others(
    *, by: Authority, years: Collection[int], groups: Collection[GroupKey], statements: Collection[StatementKey]
) -> tuple[tuple[Kind, str], ...]:
    """Take back what the reference files no longer hold; the audit log keeps what it said.

    Returns kind and name of each. Loaded instruments stay: results name them.
    """
    by.require(LOAD_REFERENCE_DATA)
    gone: list[tuple[Kind, str]] = []
    for result in PublishedResult.objects.select_related("group"):
        if (result.region_id, result.year, result.phase, result.source_url) not in statements:
            before = {**_stated(result), "source_url": result.source_url}
            gone.append(("statement", str(result)))
            _withdrawn(by, "evaluation.published_result", str(result), before, area=result.region_id)
            result.delete()
    for group in ResultGroup.objects.all():
        if (group.code, group.year) not in groups:
            gone.append(("group", str(group)))
            _withdrawn(by, "evaluation.group", str(group), {"size": group.size, "source_url": group.source_url})
            group.delete()
    for scoring in ScoringYear.objects.select_related("instrument"):
        if scoring.year not in years:
            gone.append(("year", str(scoring)))
            _withdrawn(by, "evaluation.scoring_year", str(scoring.year), {"instrument": str(scoring.instrument)})
            scoring.delete()
    return tuple(gone)


def _wanted(row: PublishedRow) -> dict[str, Any]:
    return {
        "group": row.group,
        "scores": dict(row.scores),
        "final": row.final,
        "improvement": row.improvement,
        "improvement_origin": row.improvement_origin,
        "rank": row.rank,
        "rank_scope": row.rank_scope,
        "letter": row.letter,
        "note_id": row.note_id,
        "note_en": row.note_en,
    }


def _require_on_scale(row: PublishedRow) -> None:
    """Figures are kept with the digits that the source prints; where the scale of the year is known they lie on it."""
    scoring = ScoringYear.objects.select_related("instrument").filter(year=row.year).first()
    if scoring is None:
        return
    least, most = scoring.instrument.scale_minimum, scoring.instrument.scale_maximum
    off = [value for value in (row.final, *row.scores.values()) if value is not None and not least <= value <= most]
    if row.improvement is not None and abs(row.improvement) > most - least:
        off.append(row.improvement)
    for value in off:
        raise OffScale(value=value, year=row.year, minimum=least, maximum=most)


def _stated(known: PublishedResult) -> dict[str, Any]:
    return {
        "group": "" if known.group is None else known.group.code,
        "scores": {score.node: score.value for score in known.scores.all()},
        "final": known.final,
        "improvement": known.improvement,
        "improvement_origin": known.improvement_origin,
        "rank": known.rank,
        "rank_scope": known.rank_scope,
        "letter": known.letter,
        "note_id": known.note_id,
        "note_en": known.note_en,
    }


def _group(row: PublishedRow) -> ResultGroup | None:
    if not row.group:
        return None
    group = ResultGroup.objects.filter(code=row.group, year=row.year).first()
    if group is None:
        raise UnknownGroup(group=row.group, year=row.year)
    return group


def _audit(
    by: Authority,
    target: str,
    key: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    *,
    row: PublishedRow | None = None,
) -> None:
    changed = [name for name in after if before is None or before[name] != after[name]]
    audit.record(
        by=by.actor,
        action="add" if before is None else "change",
        target=target,
        key=key,
        area="" if row is None else row.region_code,
        before=None if before is None else {name: before[name] for name in changed},
        after={name: after[name] for name in changed} | ({} if row is None else {"source_url": row.source_url}),
    )


def _withdrawn(by: Authority, target: str, key: str, before: Mapping[str, Any], *, area: str = "") -> None:
    audit.record(by, "withdraw", target, key, area=area, before=before)
