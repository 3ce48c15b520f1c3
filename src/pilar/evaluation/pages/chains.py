"""Pages that trace an indicator's figure step by step: of an answer, and of a published result."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from pilar.evaluation.queries import chains as reads
from pilar.people.rules import Standing
from pilar.people.views import Shown, page


@page("evaluation/answers/chain.html")
def answer_chain(request: HttpRequest, key: int, node: str, *, by: Standing, now: datetime) -> Shown:
    """The figure next to an answer, back to what was counted."""
    chain = reads.answer_chain(key, node, by=by, now=now)
    return {"header": chain.header, "chain": chain.chain, "region": chain.header.region_code, "level": 2}


@page("evaluation/chains.html", public=True)
def published_chains(
    request: HttpRequest, code: str, number: int, region: str, *, by: Standing, now: datetime
) -> Shown:
    """The figures that the plan gives the indicators of a published result."""
    made = reads.published_chains(code, number, region, scope=by, now=now)
    result = made.found
    return {"header": result.phase.header, "line": result.line, "chains": made.chains, "region": region, "level": 3}
