"""Every operation of permits, and what it leaves behind (kit/acts.py)."""

from __future__ import annotations

from collections.abc import Mapping

from kit.acts import Acts, Call
from permits import around, cases_acts, editing_acts, register_acts
from permits.world import NOW, OWN, World
from pilar.areas.models import Office
from pilar.permits import operations as do

CALLS: Mapping[str, Call] = {
    **around.CALLS, **editing_acts.CALLS, **cases_acts.CALLS, **register_acts.CALLS,
    "define_measures": lambda _w, by: do.define_measures(by=by, region=OWN, now=NOW),
    "report_measures": lambda _w, by: do.report_measures(by=by, now=NOW),
}  # fmt: skip

LEFT = f"""
operation | who | audit | rows
{around.LEFT.strip()}
{editing_acts.LEFT.strip()}
{cases_acts.LEFT.strip()}
{register_acts.LEFT.strip()}
define_measures | schedule | add measures.source, 8 x define measures.measure | measures_definition+8
    measures_measure+8 measures_sourcesystem+1
report_measures | schedule | add measures.source, 8 x define measures.measure, report measures.measure by another
    | measures_definition+8 measures_measure+8 measures_sourcesystem+1 measures_value+1
"""


def _served(world: World) -> None:
    """The one-stop office among the offices, and an application that was found complete."""
    name = "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"
    Office.objects.create(region_id=OWN, name=name, abbreviation="DPMPTSP")
    world.submit()
    world.accept(NOW)


ACTS = Acts(
    "permits", CALLS, LEFT, before={
        **around.BEFORE, **editing_acts.BEFORE, **cases_acts.BEFORE, **register_acts.BEFORE,
        "define_measures": _served, "report_measures": _served,
    },
    strangers=("neighbour", "public", "other citizen", "elsewhere"),
    open_to_all=f"{around.OPEN_TO_ALL} sign_minutes_by_code",
    own=f"{cases_acts.OWN_ACTS} enter_realised",
    everywhere=f"{around.EVERYWHERE} {register_acts.EVERYWHERE} watch_clocks watch_clocks:objections",
    piecewise=f"{around.PIECEWISE} act_on_many watch_clocks watch_clocks:appointments watch_clocks:objections",
    repeated=f"{around.REPEATED} {cases_acts.REPEATED} {register_acts.REPEATED}",
)  # fmt: skip
EXEMPT: dict[str, str] = {**around.EXEMPT, **cases_acts.EXEMPT}
