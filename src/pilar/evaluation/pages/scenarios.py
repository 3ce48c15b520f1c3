"""Scenario before approval: other weights in a form, who would move, and saving them as a draft instrument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar import index
from pilar.design import numbers
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.pages.rank_figures import whole
from pilar.evaluation.pages.snapshots import group_choices
from pilar.evaluation.queries import scenarios as reads
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.queries.scenarios import ScenarioPage
from pilar.evaluation.rules.analysis import SEED, USUAL
from pilar.evaluation.rules.changes import written
from pilar.evaluation.rules.scenarios import percent_of, try_weights
from pilar.people.rules import Standing
from pilar.people.views import Shown, button, page
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import reader_language, translate

WEIGHT = "w."
"""In front of the code of a node: its weight."""


@dataclass(frozen=True)
class Field:
    """The weight of one node: ``now`` is the instrument's, ``typed`` what stands in the field; blank keeps ``now``."""

    code: str
    title: Bilingual
    now: Decimal
    typed: str
    invalid: bool


@dataclass(frozen=True)
class Siblings:
    """The weights below one node; ``title`` is None for the dimensions."""

    title: Bilingual | None
    fields: tuple[Field, ...]


MOVES = Table(
    gettext_lazy("Who moves"),
    Column("name", gettext_lazy("Regency or city"), "region.name"),
    Column("group", gettext_lazy("Group"), on_page=False),
    Column("before", gettext_lazy("Final now"), number=True),
    Column("after", gettext_lazy("Final then"), number=True),
    Column("rank_before", gettext_lazy("Rank now"), number=True),
    Column("rank_after", gettext_lazy("Rank then"), number=True),
    Column("places", gettext_lazy("Places"), number=True),
)


@page("evaluation/cycle/results/scenario.html")
def scenario(request: HttpRequest, code: str, number: int, version: int, *, by: Standing) -> Shown:
    """The form and, once a weight differs, who moves; the address carries the weights."""
    given, asked = request.GET, Asked.of(request)
    weights = _weights(given)
    group = given.get("group", "")
    scenario_page = reads.scenario(code, number, version, by=by, weights=weights, group=group, **asked.part)
    opened = given.get("below", "") or _deeper(scenario_page)
    siblings = _siblings(scenario_page, weights, opened)
    shown = {field.code for sibling in siblings for field in sibling.fields}
    context = {
        "found": scenario_page,
        "header": scenario_page.header,
        "snapshot": scenario_page.snapshot,
        "effect": scenario_page.effect,
        "moves": scenario_page.effect
        and MOVES.of(scenario_page.effect.page, asked, about=f"{code} {number} v{version}"),
        "group": group,
        "groups": group_choices(scenario_page.groups),
        "siblings": siblings,
        "opened": opened,
        "branches": _branches(scenario_page.instrument),
        "kept": [(f"{WEIGHT}{code}", text) for code, text in weights.items() if code not in shown and text.strip()],
        "changed": [(f"{WEIGHT}{code}", f"{weight:f}") for code, weight in scenario_page.tried.weights.items()],
        "said": [
            (Bilingual(**scenario_page.instrument.node(code).title), weight)
            for code, weight in scenario_page.tried.weights.items()
        ],
        "faults": [_told(scenario_page.instrument, fault) for fault in scenario_page.tried.faults],
        "suggestion": _suggestion(given, scenario_page.tried.suggestion),
        "mean_shift": None
        if scenario_page.effect is None or scenario_page.effect.mean_shift is None
        else round(written(scenario_page.effect.mean_shift), 2),
        "spread": USUAL.spread,
        "draws": whole(USUAL.draws),
        "seed": SEED,
    }
    return context, 422 if context["faults"] else 200


@button
def save(request: HttpRequest, code: str, number: int, version: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Keep the weights as a draft instrument."""
    tried = try_weights(reads.instrument_to_try(code, number, version, by=by), _weights(request.POST))
    if tried.faults:
        raise Faults(tried.faults)
    made = operations.save_draft_instrument(
        by=by, campaign=code, phase=number, version=version, weights=tried.weights, now=now
    )
    said = (
        _("Saved as draft %(code)s, version %(version)s. Nothing else has changed")
        if made.new
        else _("These weights are already saved as %(code)s, version %(version)s")
    )
    return done(
        request, said % {"code": made.code, "version": made.version}, "evaluation:instrument", made.code, made.version
    )


def _weights(asked: QueryDict) -> dict[str, str]:
    return {name.removeprefix(WEIGHT): text for name, text in asked.items() if name.startswith(WEIGHT)}


def _siblings(scenario_page: ScenarioPage, weights: Mapping[str, str], opened: str) -> list[Siblings]:
    """The dimensions, and below them the parts of the one that was opened."""
    tree = scenario_page.instrument
    parents = [tree.root, *([tree.node(opened)] if opened in tree.by_code and opened != tree.root.code else [])]
    places = {fault.place for fault in scenario_page.tried.faults}
    return [
        Siblings(
            None if parent is tree.root else Bilingual(**parent.title),
            tuple(_field(tree, child, weights, places) for child in parent.children),
        )
        for parent in parents
        if parent.children
    ]


def _field(tree: index.Instrument, node: index.Node, weights: Mapping[str, str], places: set[str]) -> Field:
    now = percent_of(tree, node.code)
    usual = "" if node.weight is None else numbers.plain(now, reader_language())
    return Field(node.code, Bilingual(**node.title), now, weights.get(node.code, usual), node.code in places)


def _deeper(scenario_page: ScenarioPage) -> str:
    """The node above the first weight that was changed below the dimensions, so that it shows."""
    above = [scenario_page.instrument.parents[code].code for code in scenario_page.tried.weights]
    return next((code for code in above if code != scenario_page.instrument.root.code), "")


def _branches(tree: index.Instrument) -> list[tuple[str, str]]:
    """The nodes whose parts can be opened, each with the titles above it."""
    parents = [node for node in tree.nodes[1:] if len(node.children) > 1]
    return [("", _("only the dimensions")), *((node.code, _path(tree, node.code)) for node in parents)]


def _path(tree: index.Instrument, code: str) -> str:
    above = [ancestor for ancestor in tree.ancestors(code) if ancestor != tree.root.code]
    return " › ".join(str(Bilingual(**tree.node(step).title)) for step in [*reversed(above), code])


def _suggestion(asked: QueryDict, weights: Mapping[str, Decimal]) -> str:
    """The address with weights that keep the proportions of the others; empty without any."""
    if not weights:
        return ""
    kept = {name: text for name, text in asked.items() if text and name != "page"}
    return "?" + urlencode(kept | {f"{WEIGHT}{code}": f"{weight:f}" for code, weight in weights.items()})


def _told(tree: index.Instrument, fault: Fault) -> str:
    """The sentence with the title of the node it is about in front."""
    fields = dict(fault.fields)
    if "sum" in fields:
        fields["sum"] = numbers.plain(Decimal(str(fields["sum"])), reader_language())
    said = translate(fault.sentence, **fields)
    code = fault.place.rpartition("/")[2]
    return f"{Bilingual(**tree.node(code).title)}: {said}" if code in tree.by_code else said
