"""Findings of a panel, for anyone who may read them already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilar import index
from pilar.evaluation.models import Finding
from pilar.evaluation.queries.answer_rows import AssessmentHeader
from pilar.evaluation.queries.answers import header_of
from pilar.evaluation.queries.cases import assessment_for, case_of, panel_of, tree_for
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.authority import Action, Case, WrongState, holds, may, obstacle
from pilar.evaluation.rules.findings import FINDING_NAMES, AgreedFindings, FindingKind, may_change
from pilar.people.rules import NotAllowed, Standing, existing
from pilar.platform.language import translate
from pilar.platform.rows import row_of


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding; ``title`` is that of its node, None for the whole. ``mine``: the reader may change it now."""

    key: int
    kind: FindingKind
    node: str
    title: Bilingual | None
    text: str
    writer: str
    written_at: datetime
    version: int
    mine: bool

    @property
    def kind_name(self) -> str:
        return translate(FINDING_NAMES[self.kind])


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings that the reader sees. ``others_wait``: those of the rest of the panel stay hidden until every seat
    has finished."""

    header: AssessmentHeader
    rows: tuple[FindingRow, ...]
    nodes: tuple[tuple[str, Bilingual], ...]
    others_wait: bool
    why_not: str

    def of_kind(self, kind: FindingKind) -> tuple[FindingRow, ...]:
        return tuple(row for row in self.rows if row.kind is kind)

    @property
    def by_kind(self) -> tuple[tuple[str, tuple[FindingRow, ...]], ...]:
        """Strengths, weaknesses, recommendations, each with its name."""
        return tuple((translate(name), self.of_kind(kind)) for kind, name in FINDING_NAMES.items())


def findings(key: int, *, scope: Standing) -> Findings:
    """All findings of an assessment that the reader may see. Five queries.

    The panel sees its own work at once and the others' when every seat has finished; the region and the secretariat
    from the objection period on. Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`.
    """
    assessment = assessment_for(scope, key)
    case, panel = case_of(assessment), panel_of(assessment)
    rows = Finding.objects.filter(assessment=assessment).select_related("written_by")
    others_wait = False
    if may(scope, Action.READ_FOR_MARKING, case):
        others_wait = not panel.open
        if others_wait:
            rows = rows.filter(written_by=scope.account)
    elif not may(scope, Action.SEE_AGREED_MARKS, case):
        if holds(scope, Action.READ_FOR_MARKING, case) or holds(scope, Action.SEE_AGREED_MARKS, case):
            raise WrongState(phase=case.phase, assessment=case.assessment)
        raise NotAllowed
    tree = tree_for(assessment)
    return Findings(
        header=header_of(assessment),
        rows=tuple(_row(row, tree, scope, case) for row in rows),
        nodes=tuple((node.code, Bilingual(**node.title)) for node in tree.nodes[1:]),
        others_wait=others_wait,
        why_not=_why_not(scope, case),
    )


def finding(key: int, *, scope: Standing) -> tuple[Findings, FindingRow]:
    """One finding with the rest of its assessment; raises as :func:`findings`."""
    assessment = existing(Finding.objects.filter(pk=key).values_list("assessment", flat=True).first())
    shown = findings(assessment, scope=scope)
    row = existing(next((row for row in shown.rows if row.key == key), None))
    return shown, row


def _row(row: Finding, tree: index.Instrument, scope: Standing, case: Case) -> FindingRow:
    node = tree.by_code.get(row.node)
    return row_of(
        FindingRow,
        row,
        title=None if node is None else Bilingual(**node.title),
        writer=row.written_by.name,
        mine=_may_change(scope, case, row.written_by_id),
    )


def _may_change(scope: Standing, case: Case, writer: int) -> bool:
    account = scope.account
    return account is not None and may(scope, Action.WRITE_FINDINGS, case) and may_change(account, writer, case)


def _why_not(scope: Standing, case: Case) -> str:
    """Return why the reader cannot write a finding; empty for anyone who can, and for anyone who never writes any."""
    if scope.account is None or not holds(scope, Action.WRITE_FINDINGS, case):
        return ""
    if refused := obstacle(scope, Action.WRITE_FINDINGS, case):
        return refused.text()
    return "" if may_change(scope.account, scope.account, case) else AgreedFindings().text()
