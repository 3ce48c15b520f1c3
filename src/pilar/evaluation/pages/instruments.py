"""Instruments: what is scored, by which weights, and where each fact comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pilar import index
from pilar.design.sheets import XLSX
from pilar.design.views import file
from pilar.evaluation import queries
from pilar.evaluation.conditional import instruments as public
from pilar.evaluation.documents.instrument_workbook import instrument_workbook as workbook_of
from pilar.evaluation.queries import Bilingual
from pilar.evaluation.queries.drafts import drafts, may_send
from pilar.evaluation.rules.instrument_texts import Told, told_of
from pilar.evaluation.rules.standing import percent_of
from pilar.evaluation.workbooks import rubric
from pilar.people.signin import standing_of

MARKS = {
    "level": _("whole mark on a rubric"),
    "survey": _("mean of a survey"),
    "band": _("quantity, marked by bands"),
    "ratio": _("realised over planned, marked by bands"),
}
ROUNDINGS = {
    index.Rounding.HALF_UP: _("half up"),
    index.Rounding.HALF_EVEN: _("half to the even digit"),
}


@dataclass(frozen=True)
class Fact:
    """A text of the instrument and its source; an address, or None if it is an assumption of Pilar."""

    text: Bilingual
    source: str | None


@dataclass(frozen=True)
class Branch:
    """A node as the page shows it; ``percent`` is its weight among siblings, None where only ``fraction`` says it."""

    code: str
    title: Bilingual
    percent: Decimal | None
    fraction: Fraction
    source: str | None
    meaning: Fact | None
    told: Told
    evidence: Fact | None
    note: Bilingual | None
    weights_source: str | None
    mark: Promise | str
    rubric: tuple[str, ...]
    rubric_source: str | None
    below: tuple[Branch, ...]


@public
def instruments(request: HttpRequest) -> HttpResponse:
    """All versions that can be used; to the secretariat those that wait, too."""
    by = standing_of(request)
    shown = {"instruments": queries.instruments(scope=by), "may_send": may_send(by), "drafts": drafts(scope=by)}
    return render(request, "evaluation/instruments.html", shown)


@public
def instrument(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """One version as a tree."""
    row, tree, _document = queries.instrument(code, version, scope=standing_of(request))
    context = {
        "row": row,
        "instrument": tree,
        "source": _source(tree.source),
        "minimum_source": _source(tree.scale.minimum_source),
        "maximum_source": _source(tree.scale.maximum_source),
        "rounding_source": _source(tree.rounding_source),
        "note": _bilingual(tree.note),
        "predicates": [
            (
                Fact(Bilingual(**predicate.title), _source(predicate.title_source)),
                predicate.threshold,
                _source(predicate.threshold_source),
            )
            for predicate in tree.predicates
        ],
        "rounding": ROUNDINGS[tree.rounding],
        "weights_source": _source(tree.root.weights_source),
        "branches": tuple(branches(tree.root)),
    }
    return render(request, "evaluation/instrument.html", context)


@public
def instrument_file(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """The text of the file as it was loaded."""
    row, _tree, document = queries.instrument(code, version, scope=standing_of(request))
    name = f"{row.code}-{row.version}.yaml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(document, content_type="application/yaml; charset=utf-8", headers=headers)


@public
def instrument_workbook(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """The same as a workbook, to go on from."""
    row, tree, _document = queries.instrument(code, version, scope=standing_of(request))
    return file(workbook_of(tree), f"{row.code}-{row.version}.xlsx", XLSX)


def branches(node: index.Node) -> Iterator[Branch]:
    for child, share in zip(node.children, node.shares, strict=True):
        yield Branch(
            code=child.code,
            title=Bilingual(**child.title),
            percent=percent_of(share),
            fraction=share,
            source=_source(child.source),
            meaning=_fact(child.meaning),
            told=told_of(child),
            evidence=_fact(child.evidence),
            note=_bilingual(child.note),
            weights_source=_source(child.weights_source),
            mark="" if child.mark is None else MARKS[child.mark.kind],
            rubric=() if child.mark is None else tuple(rubric(child.mark)),
            rubric_source=None if child.mark is None else _source(child.mark.source),
            below=tuple(branches(child)),
        )


def _fact(statement: index.Statement | None) -> Fact | None:
    return None if statement is None else Fact(Bilingual(**statement.text), _source(statement.source))


def _bilingual(text: dict[str, str] | None) -> Bilingual | None:
    return None if text is None else Bilingual(**text)


def _source(source: str) -> str | None:
    return None if source == index.ASSUMPTION else source
