"""A rank never stands alone where a rank is explained: on pages, on the sheet and in the report it has its interval."""

from __future__ import annotations

import re

import numpy as np
import pytest
from django.test import Client

from evaluation.cycle.agreed import published
from evaluation.cycle.next_year import NEXT, publish_next_year
from evaluation.cycle.test_analysis import table_of
from evaluation.cycle.world import CODE, FAR, NEIGHBOUR, OWN, World
from index.trees import five_dimensions
from pilar.evaluation.models import Assessment, CampaignGroup, Participation
from pilar.evaluation.queries import PUBLIC
from pilar.evaluation.queries.changes import public_change
from pilar.evaluation.queries.computed import computed_result, published_version
from pilar.evaluation.queries.intervals import all_intervals, intervals_among, rank_intervals
from pilar.evaluation.rules.analysis import Choices, lowest_parts, study
from pilar.evaluation.rules.reports import ranked
from pilar.index.robustness import Uniform, simulate
from reports.reading import words

SURE = re.compile(r"\d+ \(?\d+–\d+\)?")
RESULT = f"/en/hasil/pilar/{NEXT}/1"
INSIDE = f"/en/kerja/periode/{NEXT}/hasil/1/versi/1"


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def cells(html: str, *labels: str) -> list[str]:
    """What stands in the cells of these columns."""
    found = re.findall(r'<td[^>]*data-label="([^"]*)"[^>]*>(.*?)</td>', html, re.DOTALL)
    return [plain(text) for label, text in found if label in labels]


def page(world: World, address: str, who: str = "") -> str:
    client = Client()
    if who:
        client.force_login(world.user(who))
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize(
    ("address", "who", "labels", "count"),
    [
        (f"{RESULT}/analisis/", "", ["Rank (5–95 %)"], 3),
        (f"{RESULT}/analisis/{FAR}/", "", ["Rank and its interval"], 2),
        (f"{RESULT}/{FAR}/sebanding/", "", ["Rank nationally"], 3),
        (f"{INSIDE}/skenario/?w.output=90&w.outcome=10", "secretariat", ["Rank now", "Rank then"], 6),
        (f"{RESULT}/{OWN}/", "", ["2026", "now"], 4),
    ],
)
@pytest.mark.thorough
def test_every_rank_in_a_table_has_its_interval(
    world: World, address: str, who: str, labels: list[str], count: int
) -> None:
    publish_next_year(world)
    found = cells(page(world, address, who), *labels)
    assert len(found) == count
    assert all(SURE.fullmatch(text) for text in found), found


def test_so_have_those_above_the_tables(world: World) -> None:
    publish_next_year(world)
    key = Assessment.objects.get(participation__campaign__code=NEXT, participation__region=OWN).pk
    for address, who, said in (
        (f"{RESULT}/analisis/{FAR}/", "", "Rank nationally 3 (3–3)"),
        (f"{RESULT}/{FAR}/sebanding/", "", "Place among the peers 3 (3–3)"),
        (f"{RESULT}/{OWN}/", "", "Rank in its group 1 (1–1)"),
        (f"{RESULT}/{OWN}/", "", "1 (1–1) in the province, 1 (1–1) nationally"),
        (f"{RESULT}/{OWN}/", "", "In brackets: ranks in 90 % of all draws; weights ± 25 % by chance, seed 2026."),
        (f"/en/kerja/hasil/{key}/", "coordinator", "Rank in its group 1 (1–1)"),
    ):
        assert said in plain(page(world, address, who)), (address, said)


def test_so_have_those_in_files(world: World) -> None:
    publish_next_year(world)
    sheet = words(Client().get(f"/en/hasil/pilar/{NEXT}/1/{FAR}/lembar.pdf").content)
    assert "between 3 and 3 in 90 % of all draws" in sheet
    assert "1 (1–1) in the province, 3 (3–3) nationally" in sheet
    report = words(Client().get(f"/en/hasil/pilar/{NEXT}/1/laporan.pdf").content)
    assert len(SURE.findall(report)) == 6, "of three regions in the group and in the nation"


def test_ranks_of_both_years_have_the_intervals_of_their_version(world: World) -> None:
    publish_next_year(world)
    moves = public_change(NEXT, 1, NEIGHBOUR, scope=PUBLIC).ranks
    then, _known, row_then = published_version(CODE, 2, None)
    now, _known, row_now = published_version(NEXT, 1, None)
    assert [move.within for move in moves] == ["group", "nation"]
    for move, group in zip(moves, ("regular", ""), strict=True):
        assert move.before == rank_intervals(then.pk, row_then, group)[NEIGHBOUR]
        assert move.after == rank_intervals(now.pk, row_now, group)[NEIGHBOUR]
        assert ranked(move.change.before, move.before) != ranked(move.change.after, move.after)


def test_without_a_version_nothing_is_said(world: World) -> None:
    publish_next_year(world)
    phase, _known, snapshot = published_version(NEXT, 1, None)
    assert rank_intervals(phase.pk, snapshot, "none") == {}
    assert intervals_among(phase.pk, snapshot, []) == {}
    assert all_intervals(phase.pk, snapshot, {}) == {}
    assert computed_result(NEXT, 1, OWN, scope=PUBLIC).intervals is None, "only where it is asked for"
    assert (ranked(None, None), ranked(4, None)) == ("–", "4")


def test_ranks_among_some_are_counted_from_the_same_draws() -> None:
    """In each draw a region stands behind those of the few that stand before it in the nation."""
    values = np.random.default_rng(11).integers(100, 401, (30, 5)) / 100
    tree = five_dimensions()
    few = [2, 3, 5, 7, 11, 13, 17, 19]
    found = study(tree, table_of(values).among([f"r{place}" for place in few]), Choices())
    drawn = simulate(
        tree, lowest_parts(tree), values, seed=2026, draws=1000, spread=Uniform(0.25, ("final",))
    ).first_ranks[:, few]  # fmt: skip
    assert drawn.shape[0] == 1000
    inside = 1 + (drawn[:, None, :] < drawn[:, :, None]).sum(axis=2)
    ends = np.percentile(inside, [5, 95], axis=0, method="inverted_cdf")
    np.testing.assert_array_equal(np.stack([found.lowest, found.highest]), ends)
    assert (found.highest > found.lowest).any()


def test_a_group_of_one_region_is_sure_of_its_rank(world: World) -> None:
    """Everything about a region that is alone in its group, and alone in its province, can be opened."""
    alone = CampaignGroup.objects.create(campaign=world.campaign, code="alone", title_id="Sendiri", title_en="Alone")
    Participation.objects.filter(campaign=world.campaign, region=FAR).update(group=alone)
    published(world)
    base = f"/en/hasil/pilar/{CODE}/1"
    assert SURE.fullmatch(cells(page(world, f"{base}/analisis/?group=alone"), "Rank (5–95 %)")[0])
    assert "Rank in its group: Alone 1 (1–1)" in plain(page(world, f"{base}/analisis/{FAR}/?group=alone"))
    assert "Rank in its group 1 (1–1)" in plain(page(world, f"{base}/{FAR}/"))
    assert "3 (3–3)" in plain(page(world, f"{base}/{FAR}/sebanding/"))
    scenario = f"/en/kerja/periode/{CODE}/hasil/1/versi/1/skenario/?w.output=90&w.outcome=10&group=alone"
    assert cells(page(world, scenario, "secretariat"), "Rank now", "Rank then") == ["1 (1–1)", "1 (1–1)"]
    sheet = words(Client().get(f"{base}/{FAR}/lembar.pdf").content)
    assert "of 1 in its group" in sheet
    assert "between 1 and 1 in 90 % of all draws" in sheet
    assert sheet.count("No part.") == 2, "nobody stands above or below the median of one"
    for file in ("laporan.pdf", "hasil.xlsx", "data.zip"):
        assert Client().get(f"{base}/{file}").status_code == 200
