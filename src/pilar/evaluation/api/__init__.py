"""The evaluation as JSON. ``router`` is open to everybody; ``cycle`` asks for a sign-in, a router a subject."""

from __future__ import annotations

from ninja import Router

from pilar.evaluation.api.agreement import router as agreement
from pilar.evaluation.api.analysis import inside as version_analysis
from pilar.evaluation.api.analysis import router as analysis
from pilar.evaluation.api.answers import router as answers
from pilar.evaluation.api.campaigns import router as campaigns
from pilar.evaluation.api.chains import router as chains
from pilar.evaluation.api.changes import router as changes
from pilar.evaluation.api.computed import router as computed
from pilar.evaluation.api.figures import router as figures
from pilar.evaluation.api.mark_import import router as mark_import
from pilar.evaluation.api.marking import router as marking
from pilar.evaluation.api.panel_work import router as panel_work
from pilar.evaluation.api.panels import router as panels
from pilar.evaluation.api.participation import router as participation
from pilar.evaluation.api.plan import router as plan
from pilar.evaluation.api.planning import router as planning
from pilar.evaluation.api.published import router
from pilar.evaluation.api.results import router as results

cycle = Router(tags=["evaluation cycle"])

router.add_router("", analysis)
router.add_router("", computed)
router.add_router("", changes)
router.add_router("", chains)
router.add_router("", figures)
cycle.add_router("", campaigns)
cycle.add_router("", participation)
cycle.add_router("", panels)
cycle.add_router("", answers)
cycle.add_router("", marking)
cycle.add_router("", mark_import)
cycle.add_router("", panel_work)
cycle.add_router("", results)
cycle.add_router("", version_analysis)
cycle.add_router("", agreement)
cycle.add_router("", planning)
cycle.add_router("", plan)
