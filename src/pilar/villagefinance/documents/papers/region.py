"""Papers of the regency over its villages: the consolidations of Pasal 69 and 71."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from pilar.platform.language import N_, translate
from pilar.villagefinance.documents.paper import Group, Paper, Part, Said, Wanted
from pilar.villagefinance.documents.papers.tables import REALISED, RECORDED, VILLAGES
from pilar.villagefinance.queries.oversight import consolidation_due, on_record
from pilar.villagefinance.queries.realisation import consolidated
from pilar.villagefinance.rules.oversight import CONSOLIDATE_SEMESTER, CONSOLIDATE_YEAR
from pilar.villagefinance.rules.reports import ACT_NAMES, ReportAct


def _consolidated(wanted: Wanted) -> Iterator[Part]:
    """Yield the realisation of all villages together, and of each."""
    consolidation = consolidated(wanted.place, wanted.year, wanted.month, scope=wanted.by, fund=wanted.fund)
    whole = consolidation.realisation.whole if consolidation.realisation.rows else ()
    yield Part(_("All villages together"), ((_("Villages"), str(len(consolidation.villages))),), REALISED, whole)
    yield Part(_("By village"), table=VILLAGES, rows=consolidation.villages)


def _rests_on(act: ReportAct, clock: str) -> Callable[[Wanted], Iterator[Part]]:
    """Make the filler of a consolidation that also lists the reports on record, missing ones first."""

    def fill(wanted: Wanted) -> Iterator[Part]:
        yield from _consolidated(wanted)
        rows = on_record(wanted.place, wanted.year, act, scope=wanted.by)
        missing = [row for row in rows if row.day is None]
        due = consolidation_due(wanted.place, wanted.year, clock)
        told: tuple[Said, ...] = (
            (_("On record"), f"{len(rows) - len(missing)} / {len(rows)}"), (_("The consolidation is due on"), due),
        )  # fmt: skip
        yield Part(
            translate(ACT_NAMES[act]), told, RECORDED, [*missing, *(row for row in rows if row.day is not None)]
        )  # fmt: skip

    return fill


PAPERS = (
    Paper("konsolidasi", N_("Realisation in all villages (LRA)"), Group.REPORTS, _consolidated,
          asks=frozenset({"month", "fund"}), landscape=True),
    Paper("pasal-69", N_("Consolidation of the first semester (Pasal 69)"), Group.REPORTS,
          _rests_on(ReportAct.SENT, CONSOLIDATE_SEMESTER), landscape=True, month=6),
    Paper("pasal-71", N_("Consolidation of the accounts of the year (Pasal 71)"), Group.REPORTS,
          _rests_on(ReportAct.AGREED, CONSOLIDATE_YEAR), landscape=True),
)  # fmt: skip
