"""Every figure that a page puts forward leads to how it came about: what goes in, the rule, the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src/pilar"
TEMPLATES = {
    path.relative_to(path.parents[[p.name for p in path.parents].index("templates")]).as_posix(): path
    for path in SOURCE.rglob("templates/**/*.html")
}
PUTS_FORWARD = re.compile(r'<c-stats\b[^>]*>|<(?:ul|ol) class="ranking[^>]*>')
"""Key figures, and bars one below the other: what ``design`` has for figures that are told rather than listed."""
WAY = re.compile(r'(?:data-)?explained="([^"]*)"')
SIGNED_IN = frozenset(
    (
        "evaluation/agreement/phase.html",
        "evaluation/answers/estimate.html",
        "evaluation/campaigns/progress.html",
        "evaluation/campaigns/proposal.html",
        "evaluation/cycle/results/became.html",
        "evaluation/cycle/results/scenario.html",
        "evaluation/measure_steps.html",
        "evaluation/nation.html",
        "evaluation/next_steps.html",
        "evaluation/parts/next_steps_outcome.html",
        "hospital/bpjs.html",
        "hospital/figures.html",
        "hospital/keeping/session.html",
        "masterplan/proposals/list.html",
        "masterplan/reports/own.html",
        "permits/flow.html",
        "surveys/scores.html",
        "villagefinance/bank/account.html",
    )
)
"""Whose readers are known, and who work with what the figures are made of."""
SHOWN = "design/components.html"


def unexplained(text: str) -> Iterator[str]:
    """The figures of a template without a way to how they came about."""
    for found in PUTS_FORWARD.finditer(text):
        way = WAY.search(found.group())
        if way is None:
            end = text.find("</c-stats>", found.end()) if found.group().startswith("<c-stats") else -1
            after = text[end + len("</c-stats>") :] if end >= 0 else ""
            if not re.match(r"\s*(?:\{% url [^%]*%\}\s*)?<c-explain\b", after):
                yield found.group()


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, path in TEMPLATES.items()
        if PUTS_FORWARD.search(path.read_text()) and name not in SIGNED_IN | {SHOWN} and not name.startswith("cotton/")
    ),
)
def test_figures_of_public_pages_lead_to_how_they_came_about(name: str) -> None:
    text = TEMPLATES[name].read_text(encoding="utf-8")
    assert list(unexplained(text)) == []
    for found in PUTS_FORWARD.finditer(text):
        if (way := WAY.search(found.group())) is not None:
            assert leads(way.group(1), text), way.group(1)


def leads(way: str, text: str) -> bool:
    """Return whether a link on the page has this address, or something on it this identifier."""
    if way.startswith("#"):
        return any(f'id="{way[1:]}"' in path.read_text(encoding="utf-8") for path in TEMPLATES.values())
    return f'href="{way}"' in text


def test_no_page_is_listed_that_is_not_there() -> None:
    assert {
        name for name in SIGNED_IN if name not in TEMPLATES or not PUTS_FORWARD.search(TEMPLATES[name].read_text())
    } == set()


def test_a_figure_without_a_way_is_found() -> None:
    told = '<c-stats><c-stat label="Final">3.35</c-stat></c-stats>'
    assert list(unexplained(told + "<p>Nothing</p>")) == ["<c-stats>"]
    assert list(unexplained(told + '\n  <c-explain rule="Counted" href="/data/" />')) == []
    assert list(unexplained('<ul class="ranking" role="list">')) == ['<ul class="ranking" role="list">']
    assert leads("/data/", '<a href="/data/">')
    assert not leads("/data/", "<a>")
