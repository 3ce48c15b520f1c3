"""A server that is killed while it takes a report leaves none or a whole one, and an audit log that agrees."""

from __future__ import annotations

from kit.killed import killed_at_every_statement
from kit.neighbours import own
from masterplan.world import AFTER_SECOND_QUARTER, SECOND_QUARTER, World
from pilar.masterplan import operations
from pilar.masterplan.models import Report, ReportEvidence
from pilar.masterplan.rules.reports import Given
from pilar.platform.models import AuditEvent


def stored() -> tuple[int, int, int]:
    """Reports, their evidence, and what the audit log says of them."""
    logged = AuditEvent.objects.filter(action="report", target="masterplan.report").count()
    return own(Report).count(), own(ReportEvidence).count(), logged


def test_a_kill_before_any_statement_leaves_nothing(committed_world: World) -> None:
    line, by = committed_world.in_force(), committed_world.who("contributor")
    piece = committed_world.cast.add(link="https://contoh.invalid/laporan")

    def report() -> None:
        operations.report(
            by=by, line=line, quarter=SECOND_QUARTER, given=Given(done={1: 60, 2: 0}), evidence=[piece], seen=0,
            now=AFTER_SECOND_QUARTER,
        )  # fmt: skip

    assert killed_at_every_statement(report, stored=stored, nothing=(0, 0, 0)) > 8
    assert stored() == (1, 1, 1)
