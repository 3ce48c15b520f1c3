"""Papers of the regency over its villages: the consolidations of Pasal 69 and 71."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from pilar.platform.language import mark
from pilar.villagefinance.documents.paper import Group, Paper, Part, Wanted
from pilar.villagefinance.documents.papers.tables import REALISED, VILLAGES
from pilar.villagefinance.queries.realisation import consolidated


def _consolidated(wanted: Wanted) -> Iterator[Part]:
    """What was realised in all villages together, and in each."""
    found = consolidated(wanted.place, wanted.year, wanted.month, scope=wanted.by, fund=wanted.fund)
    whole = found.realisation.whole if found.realisation.rows else ()
    yield Part(_("All villages together"), ((_("Villages"), str(len(found.villages))),), REALISED, whole)
    yield Part(_("By village"), table=VILLAGES, rows=found.villages)


PAPERS = (
    Paper("konsolidasi", mark("Realisation in all villages (LRA)"), Group.REPORTS, _consolidated,
          asks=frozenset({"month", "fund"}), landscape=True),
    Paper("pasal-69", mark("Consolidation of the first semester (Pasal 69)"), Group.REPORTS, _consolidated,
          landscape=True, month=6),
    Paper("pasal-71", mark("Consolidation of the accounts of the year (Pasal 71)"), Group.REPORTS, _consolidated,
          landscape=True),
)  # fmt: skip
