"""Write a panel's findings: strengths, weaknesses, recommendations, on the whole or one node of the instrument."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar.evaluation.models import Assessment, Finding
from pilar.evaluation.operations.locking import locked_assessment
from pilar.evaluation.queries.cases import panel_of, person, tree_for
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.findings import (
    AgreedFindings,
    FindingKind,
    UnknownNode,
    may_change,
)
from pilar.evaluation.rules.marking import required_text
from pilar.people.rules import NotAllowed, NotFound, Standing, existing
from pilar.platform import audit
from pilar.platform.language import N_
from pilar.platform.versions import Stored, require_seen

TARGET = "evaluation.finding"
NOTHING_SAID = N_("Write what the panel found")


@transaction.atomic
def write_finding(*, by: Standing, assessment: int, kind: FindingKind, text: str, node: str = "", now: datetime) -> int:
    """Write a finding; returns its key. ``node`` is a code of the instrument, empty for the whole.

    The others of the panel read it when every seat has finished marking. Once the panel has agreed only the chair
    writes. Raises Faults at ``text``, :class:`UnknownNode`, :class:`AgreedFindings`, and as ``locked_assessment``.
    """
    row, case = locked_assessment(by, assessment, Action.WRITE_FINDINGS)
    writer = person(by)
    if not may_change(writer, writer, case):
        raise AgreedFindings
    made = Finding.objects.create(
        assessment=row,
        kind=FindingKind(kind).value,
        node=_node(row, node),
        text=required_text(text, NOTHING_SAID, "text"),
        written_by_id=writer,
        written_at=now,
    )
    _record(by, row, made, "write", before=None, after=_values(made))
    return made.pk


@transaction.atomic
def edit_finding(
    *, by: Standing, finding: int, kind: FindingKind, text: str, node: str = "", seen_version: int, now: datetime
) -> int:
    """Change a finding; returns its version.

    Raises as :func:`write_finding`, :class:`NotFound`, :class:`NotAllowed` for another assessor's, :class:`Outdated`.
    """
    assessment, stored = _own(by, finding)
    before = _values(stored)
    after = {
        "kind": FindingKind(kind).value,
        "node": _node(assessment, node),
        "text": required_text(text, NOTHING_SAID, "text"),
    }
    if after == before:
        return stored.version
    require_seen(seen_version, Stored(stored.version, before))
    stored.kind, stored.node, stored.text = after["kind"], after["node"], after["text"]
    stored.version += 1
    stored.save(update_fields=["kind", "node", "text", "version"])
    _record(by, assessment, stored, "edit", before=before, after=after)
    return stored.version


@transaction.atomic
def remove_finding(*, by: Standing, finding: int) -> None:
    """Take a finding back; raises as :func:`edit_finding`."""
    assessment, stored = _own(by, finding)
    _record(by, assessment, stored, "remove", before=_values(stored), after=None)
    stored.delete()


def _own(by: Standing, finding: int) -> tuple[Assessment, Finding]:
    """A finding that ``by`` may change now, and its assessment, locked.

    To the rest of the panel it does not exist before the marks show.
    """
    key = existing(Finding.objects.filter(pk=finding).values_list("assessment", flat=True).first())
    assessment, case = locked_assessment(by, key, Action.WRITE_FINDINGS)
    stored = existing(Finding.objects.filter(pk=finding).first())
    account = person(by)
    if may_change(account, stored.written_by_id, case):
        if stored.written_by_id == account or panel_of(assessment).open:
            return assessment, stored
        raise NotFound
    if stored.written_by_id == account:
        raise AgreedFindings
    raise NotAllowed if panel_of(assessment).open else NotFound


def _node(assessment: Assessment, node: str) -> str:
    if node and node not in tree_for(assessment).by_code:
        raise UnknownNode(node=node)
    return node


def _values(finding: Finding) -> dict[str, str]:
    return {"kind": finding.kind, "node": finding.node, "text": finding.text}


def _record(
    by: Standing,
    assessment: Assessment,
    finding: Finding,
    action: str,
    *,
    before: dict[str, str] | None,
    after: dict[str, str] | None,
) -> None:
    audit.record(by, action, TARGET, finding.pk, area=assessment.participation.region_id, before=before, after=after)
