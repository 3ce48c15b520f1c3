"""How sure ranks are: worked by hand on the small world, and who reads what of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from django.test import Client

from evaluation.cycle.agreed import agree, approve, compute, publish, published
from evaluation.cycle.world import CODE, FAR, INSTRUMENT, LEAVES, NEIGHBOUR, NOW, OWN, REGIONS, World
from index.trees import five_dimensions, instrument, node
from pilar import index
from pilar.evaluation.models import AgreedMark, Mark
from pilar.evaluation.queries import PUBLIC, analysis, intervals, mark_sheets
from pilar.evaluation.queries.sheets import public_sheet
from pilar.evaluation.rules.analysis import (
    AFFORDABLE,
    Choices,
    Levels,
    ScoreTable,
    draws_made,
    free_nodes,
    lowest_parts,
    per_cent,
    score_table,
    study,
)
from pilar.evaluation.rules.reports import RankInterval
from pilar.evaluation.rules.stages import PhaseState
from pilar.index.robustness import Uniform, simulate

PAGE = f"/hasil/pilar/{CODE}/1/analisis/"
INSIDE = f"/kerja/periode/{CODE}/hasil/1/versi/1/analisis/"
JSON = f"/api/v1/computed-results/{CODE}/1/analysis"


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """Nothing is kept from another test."""
    for kept in (intervals.scored, intervals.study_of, analysis._blanks, analysis._answers, mark_sheets.sheets_of):
        kept.cache_clear()


def text(address: str, client: Client | None = None, status: int = 200) -> str:
    answer = (client or Client()).get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def words(address: str, client: Client | None = None) -> str:
    """What a reader reads: without tags, spaces as one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text(address, client)))


def signed_in(world: World, name: str, region: str = OWN) -> Client:
    client = Client()
    client.force_login(world.user(name, region))
    return client


def marked(world: World, apart: str = "") -> None:
    """What three assessors gave every region: as agreed, and in one region one of them 1 more and one 1 less."""
    for region in REGIONS:
        for agreed in AgreedMark.objects.filter(assessment=world.assessment(region)):
            for who, step in (("chair", 0), ("assessor1", 1), ("assessor2", -1)):
                value = agreed.value + (step if region == apart else 0)
                Mark.objects.create(
                    assessment=agreed.assessment,
                    node=agreed.node,
                    assessor_id=world.key(who),
                    value=min(max(value, Decimal(0)), Decimal(4)),
                    changed_at=NOW,
                )


def table_of(values: Any, groups: str = "") -> ScoreTable:
    """A table of the five dimensions, which are indicators and parts alike."""
    found = np.asarray(values, dtype=np.float64)
    codes = lowest_parts(five_dimensions())
    names = tuple(f"r{place}" for place in range(len(found)))
    return ScoreTable(names, tuple(groups or "g" * len(found)), codes, found, codes, found)


def test_parts_are_the_lowest_nodes_above_the_indicators() -> None:
    tree = index.parse_instrument(INSTRUMENT, name="t")
    assert lowest_parts(tree) == ("output", "outcome")
    assert free_nodes(tree, Levels.PARTS) == ("final",)
    assert free_nodes(tree, Levels.ALL) is None
    mixed = instrument(
        node("final", None, node("a"), node("b", None, node("c"), node("d", None, node("e"), node("f"))))
    )
    assert lowest_parts(mixed) == ("a", "c", "d")
    assert free_nodes(mixed, Levels.PARTS) == ("final", "b")


def test_a_table_holds_exact_scores_and_blanks() -> None:
    tree = index.parse_instrument(INSTRUMENT, name="t")
    scores = {"policy": "3", "budget": "4", "survey": "13/4", "output": "7/2", "outcome": "37/12"}
    found = score_table(tree, [(OWN, "regular", scores), (FAR, "new", {})])
    assert found.indicators == LEAVES
    np.testing.assert_array_equal(found.values[0], [3, 4, np.nan, np.nan, 3.25])
    np.testing.assert_array_equal(found.part_values[0], [3.5, 37 / 12])
    assert np.isnan(found.values[1]).all()
    assert found.within("new").regions == (FAR,)
    assert found.within("") is found


def test_per_cent_never_tells_nearly_none_as_none() -> None:
    shares = [0, 0.0001, 0.005, 0.125, 0.5, 0.995, 0.9999, 1, float("nan")]
    assert [per_cent(one) for one in shares] == [
        "0 %", "< 1 %", "0 %", "12 %", "50 %", "100 %", "> 99 %", "100 %", "–"
    ]  # fmt: skip


def test_many_marks_drawn_anew_take_fewer_draws() -> None:
    table = table_of(np.ones((400, 5)))
    choices = Choices(assessors=True, draws=10_000)
    assert draws_made(choices, table, 3) == AFFORDABLE // (400 * 5 * 3) // 100 * 100
    assert draws_made(replace(choices, draws=1000), table, 3) == 1000
    assert draws_made(replace(choices, assessors=False), table, 0) == 10_000
    assert draws_made(choices, table_of(np.ones((400, 5))), 10**6) == 100, "never none"


def test_a_study_says_what_the_simulation_says() -> None:
    values = np.random.default_rng(3).integers(100, 401, (40, 5)) / 100
    found = study(five_dimensions(), table_of(values), Choices(draws=1000))
    simulated = simulate(five_dimensions(), lowest_parts(five_dimensions()), values, seed=2026, draws=1000,
                         spread=Uniform(0.25, ("final",)))  # fmt: skip
    np.testing.assert_array_equal(found.rank, simulated.rank)
    np.testing.assert_array_equal(np.stack([found.lowest, found.highest], axis=1), simulated.interval)
    np.testing.assert_allclose(found.shares.sum(axis=1), 1, rtol=1e-5)
    for place in (found.order[0], found.order[20], found.order[39]):
        every = simulated.probability_above(place)
        near = dict(found.neighbours(place))
        own = found.order.index(place)
        assert [*near] == [found.order[at] for at in range(max(own - 3, 0), min(own + 4, 40)) if at != own]
        assert all(above == pytest.approx(every[other]) for other, above in near.items())
    assert sorted({*found.tier.tolist()}) == [*range(1, max(found.tier) + 1)]


def test_few_regions_have_few_neighbours_and_none_without_a_final() -> None:
    values = np.array([[4.0] * 5, [np.nan] * 5, [1.0] * 5])
    found = study(five_dimensions(), table_of(values), Choices())
    assert found.neighbours(0) == ((2, 1.0),)
    assert found.neighbours(2) == ((0, 0.0),)
    assert found.neighbours(1) == ()
    assert found.rank.tolist() == [1, 0, 2]


def test_everybody_reads_ranks_with_their_intervals(world: World) -> None:
    """Two regions alike are both first in every draw; the third is below in output and outcome, so always third."""
    published(world)
    page = words(PAGE)
    assert "Kabupaten Tangerang" in page
    assert page.count("1–1") >= 2
    assert "3–3" in page
    assert "Data contoh" in page
    assert "Angka awal acak 2026" in page
    found = json.loads(text(JSON))
    assert [(one["region"], one["rank"], one["lowest"], one["highest"], one["tier"]) for one in found["regions"]] == [
        (OWN, 1, 1, 1, 1),
        (NEIGHBOUR, 1, 1, 1, 1),
        (FAR, 3, 3, 3, 2),
    ]
    assert (found["draws"], found["seed"], found["mean_shift"]) == (1000, 2026, 0)


def test_the_same_address_gives_the_same_bytes(world: World) -> None:
    published(world)
    marked(world, FAR)
    for asked in ("", "?spread=50&draws=10000", "?assessors=yes&missing=varied"):
        before = text(PAGE + asked)
        for kept in (intervals.scored, intervals.study_of, analysis._blanks, mark_sheets.sheets_of):
            kept.cache_clear()
        assert text(PAGE + asked) == before


def test_a_region_is_told_what_no_weights_can_change(world: World) -> None:
    """Kabupaten Bogor is behind by 2 in output and 11/12 in outcome: least with weights 0.3 and 0.75, of 1.05.

    (0.3 · 2 + 0.75 · 11/12) / 1.05 = 1.226; with shares of exactly those weights that is 103/84.
    """
    published(world)
    page = words(f"{PAGE}{FAR}/")
    assert "peringkatnya 3" in page
    assert "tidak ada bobot dalam ± 25 % yang menjadikannya pertama" in page
    assert "1,226 poin" in page
    assert "Tidak ada: peringkatnya tetap sama" in page
    found = json.loads(text(f"{JSON}/{FAR}"))
    assert found["bounds"] == {"best": 3, "worst": 3, "exact": True}
    assert found["first"]["verdict"] == "never"
    assert float(Fraction(found["first"]["lead"])) == pytest.approx(-103 / 84, abs=1e-9)
    assert sum(Fraction(part) for part in found["first"]["mix"].values()) == 1
    assert {one["region"]: one["below"] for one in found["neighbours"]} == {OWN: 0, NEIGHBOUR: 0}
    first = words(f"{PAGE}{OWN}/")
    assert "Daerah ini pertama dengan bobot yang berlaku" in first


def test_weights_that_put_a_region_first_are_shown(world: World) -> None:
    """Output 4 and outcome 1 against 2 and 3: 2.2 against 2.6; first needs a weight of output of half or more.

    ± 25 % allow 0.5 / (0.5 + 0.45) = 0.526.
    """
    AgreedMark.objects.all().delete()
    agree(world)
    for region, output, outcome in ((OWN, 4, 1), (NEIGHBOUR, 2, 3), (FAR, 1, 1)):
        rows = AgreedMark.objects.filter(assessment=world.assessment(region))
        rows.filter(node__in=("policy", "budget")).update(value=output)
        rows.exclude(node__in=("policy", "budget")).update(value=outcome)
    compute(world)
    approve(world)
    world.set_phase(PhaseState.FINAL)
    publish(world)
    found = json.loads(text(f"{JSON}/{OWN}"))
    assert found["region"]["rank"] == 2
    assert found["bounds"] == {"best": 1, "worst": 2, "exact": True}
    assert found["first"]["verdict"] == "first"
    shares = {code: Fraction(share) for code, share in found["first"]["shares"].items()}
    assert shares["output"] + shares["outcome"] == 1
    assert Fraction(1, 2) <= shares["output"] <= Fraction(10, 19)
    assert Fraction(found["first"]["lead"]) == 4 * shares["output"] - 2
    assert {one["node"] for one in found["weights"]} == {"output", "outcome"}
    page = words(f"{PAGE}{OWN}/")
    assert "Ya: dengan bobot berikut" in page
    narrow = json.loads(text(f"{JSON}/{OWN}?spread=5"))
    assert narrow["first"]["verdict"] == "never"
    assert narrow["bounds"]["best"] == 2


def test_assessors_who_differ_widen_the_interval_of_their_region_alone(world: World) -> None:
    published(world)
    marked(world, OWN)
    lines = {one["region"]: one for one in json.loads(text(f"{JSON}?assessors=yes"))["regions"]}
    assert (lines[OWN]["lowest"], lines[OWN]["highest"]) == (1, 2)
    assert (lines[NEIGHBOUR]["lowest"], lines[NEIGHBOUR]["highest"]) == (1, 2)
    assert (lines[FAR]["lowest"], lines[FAR]["highest"]) == (3, 3)
    page = text(f"{PAGE}?assessors=yes")
    assert world.user("assessor1").name not in page
    assert "Panel setiap daerah diambil ulang secara acak" in words(f"{PAGE}?assessors=yes")


def test_blanks_are_weighed_and_told(world: World) -> None:
    """The survey is a third of outcome, which is 60 %: the other two took 20 % of the weight over."""
    agree(world)
    AgreedMark.objects.filter(assessment=world.assessment(OWN), node="survey").delete()
    compute(world)
    approve(world)
    world.set_phase(PhaseState.FINAL)
    publish(world)
    lines = {one["region"]: one for one in json.loads(text(JSON))["regions"]}
    assert lines[OWN]["reweighted"] == 0.2
    assert lines[FAR]["reweighted"] == 0
    public = words(f"{PAGE}{OWN}/")
    assert "20 %" in public
    assert "Survei" not in public.split("Yang tidak diisi")[1], "single indicators are not for everybody"
    inside = words(f"{INSIDE}{OWN}/", signed_in(world, "secretariat"))
    assert "Survei" in inside.split("Yang tidak diisi")[1]
    varied = {one["region"]: one for one in json.loads(text(f"{JSON}?missing=varied"))["regions"]}
    assert varied[OWN]["highest"] == 2, "with blanks at the lowest it is no longer first"


def test_a_version_is_public_when_it_is_published(world: World) -> None:
    agree(world)
    compute(world)
    for address in (PAGE, f"{PAGE}{OWN}/", JSON, f"{JSON}/{OWN}"):
        text(address, status=404)
    client = signed_in(world, "secretariat")
    assert "Belum diumumkan" in words(INSIDE, client)
    assert "Kabupaten Bogor" in words(f"{INSIDE}{FAR}/", client)
    for name in ("coordinator", "chair", "verifier"):
        text(INSIDE, signed_in(world, name), 403)
        text(f"{INSIDE}{OWN}/", signed_in(world, name), 403)
        text(f"/api/v1/campaigns/{CODE}/phases/1/results/1/analysis", signed_in(world, name), 403)
    text(INSIDE, signed_in(world, "assessor4"), 404)
    text(f"{INSIDE}99.99/", client, 404)
    text(INSIDE.replace("/versi/1/", "/versi/2/"), client, 404)


def test_weights_of_indicators_are_the_secretariats_to_try(world: World) -> None:
    published(world)
    client = signed_in(world, "secretariat")
    assert "Bobot tiap indikator tetap" in words(f"{PAGE}?levels=all")
    assert "Bobot tiap indikator juga berubah" in words(f"{INSIDE}?levels=all", client)
    inside = json.loads(text(f"/api/v1/campaigns/{CODE}/phases/1/results/1/analysis?levels=all", client))
    assert inside["levels"] == "all"
    same = json.loads(text(f"/api/v1/campaigns/{CODE}/phases/1/results/1/analysis", client))
    assert same["regions"] == json.loads(text(JSON))["regions"], "the same choices, the same numbers"


def test_odd_choices_are_the_usual_ones_on_pages_and_refused_by_the_api(world: World) -> None:
    published(world)
    usual = words(PAGE)
    for asked in ("?spread=abc", "?spread=-5", "?draws=99999999999", "?missing=x", "?group=none&page=9"):
        assert words(PAGE + asked) == usual
    for asked in ("?spread=101", "?draws=5", "?missing=x", "?size=0"):
        text(JSON + asked, status=422)
    for asked in (f"{PAGE}99.99/", f"/hasil/pilar/{CODE}/1/versi/7/analisis/"):
        text(asked, status=404)


def test_what_was_worked_out_is_not_worked_out_again(world: World, django_assert_num_queries: Any) -> None:
    published(world)
    marked(world)
    with django_assert_num_queries(8):
        analysis.published_analysis(CODE, 1, scope=PUBLIC, choices=Choices(assessors=True))
    with django_assert_num_queries(5):
        analysis.published_analysis(CODE, 1, scope=PUBLIC, choices=Choices(assessors=True))
    assert intervals.study_of.cache_info().hits == 1
    mark = Mark.objects.first()
    assert mark is not None
    Mark.objects.filter(pk=mark.pk).update(value=0, version=2)
    analysis.published_analysis(CODE, 1, scope=PUBLIC, choices=Choices(assessors=True))
    assert intervals.study_of.cache_info().hits == 1, "other marks are other figures"


def test_the_sheet_of_a_region_has_its_rank_with_interval(world: World) -> None:
    published(world)
    found = public_sheet(CODE, 1, FAR, scope=PUBLIC).intervals
    assert found is not None
    assert found.group == RankInterval(3, 3, Fraction(9, 10), "bobot ± 25 % secara acak, angka awal acak 2026")


def test_results_lead_to_how_sure_they_are(world: World) -> None:
    published(world)
    versioned = f"/hasil/pilar/{CODE}/1/versi/1/analisis/"
    assert versioned in text(f"/hasil/pilar/{CODE}/1/")
    assert f"{versioned}{OWN}/" in text(f"/hasil/pilar/{CODE}/1/{OWN}/")
    assert f"{versioned}{OWN}/" in text(f"/kerja/hasil/{world.assessment().pk}/", signed_in(world, "coordinator"))
    assert INSIDE in text(INSIDE.removesuffix("analisis/"), signed_in(world, "secretariat"))
