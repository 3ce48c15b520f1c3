"""The large made-up campaign: made only on purpose, whole, and the same from the same seed."""

from __future__ import annotations

from argparse import Namespace

import pytest
from django.db.models import Count

from evaluation.cycle.world import NOW, World
from pilar.config.commandline import build_parser
from pilar.evaluation import operations
from pilar.evaluation.commands import large_campaign
from pilar.evaluation.models import (
    AgreedMark,
    Answer,
    Assessment,
    Campaign,
    Mark,
    MarkingDone,
    Phase,
    Seat,
    Snapshot,
    SnapshotResult,
)
from pilar.evaluation.queries.snapshots import ranking
from pilar.evaluation.rules.campaigns import CampaignCodeTaken
from pilar.people.rules import OPERATOR, NotAllowed, NotFound

REGIONS, PANEL = 3, 3


def build(code: str = "contoh", seed: int = 1) -> int:
    return operations.build_large_campaign(
        by=OPERATOR, code=code, year=2026, regions=REGIONS, panel=PANEL, seed=seed, now=NOW
    )


def test_everything_is_marked_by_a_panel_with_a_chair_and_agreed(world: World) -> None:
    assert build() == REGIONS * 100 * PANEL * 2 == Mark.objects.count()
    campaign = Campaign.objects.get(code="contoh")
    assert campaign.synthetic
    assessments = Assessment.objects.filter(phase__campaign=campaign)
    assert assessments.count() == REGIONS * 2
    assert set(assessments.values_list("state", flat=True)) == {"agreed"}
    seats = Seat.objects.filter(participation__campaign=campaign)
    assert set(seats.values_list("participation").annotate(Count("pk")).values_list("pk__count", flat=True)) == {PANEL}
    assert seats.filter(is_chair=True).count() == REGIONS
    assert MarkingDone.objects.count() == REGIONS * PANEL * 2
    for model in (Answer, AgreedMark):
        assert model.objects.filter(assessment__in=assessments).count() == REGIONS * 100 * 2
    found = ranking("contoh", 1, by=OPERATOR)
    assert (found.regions, found.scored, found.header.synthetic) == (REGIONS, REGIONS, True)


def test_the_same_seed_gives_the_same_marks(world: World) -> None:
    for code, seed in (("satu", 7), ("dua", 7), ("tiga", 8)):
        build(code, seed)
        operations.compute_results(by=OPERATOR, campaign=code, phase=1, now=NOW)
    one, two, three = Snapshot.objects.order_by("id").values_list("result_sha256", flat=True)
    assert one == two != three


def test_full_results_are_stored_for_each_region(world: World) -> None:
    build()
    operations.compute_results(by=OPERATOR, campaign="contoh", phase=2, now=NOW)
    rows = SnapshotResult.objects.filter(snapshot__phase=Phase.objects.get(campaign__code="contoh", number=2))
    assert {len(row.scores) for row in rows} == {126}
    assert sorted(row.rank_in_nation for row in rows)[0] == 1


def test_a_code_is_taken_once_and_only_by_who_creates_campaigns(world: World) -> None:
    build()
    with pytest.raises(CampaignCodeTaken):
        build()
    for name in ("coordinator", "assessor1", "public"):
        with pytest.raises((NotAllowed, NotFound)):
            operations.build_large_campaign(
                by=world.who(name), code="lain", year=2026, regions=1, panel=2, seed=1, now=NOW
            )


def test_the_command_does_nothing_without_the_flag(world: World) -> None:
    options = build_parser().parse_args(["build-large-campaign"])
    with pytest.raises(large_campaign.NotSynthetic):
        options.run(options)
    assert not Campaign.objects.filter(code="contoh").exists()


def test_the_command_builds_with_it(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["build-large-campaign", "--synthetic", "--regions", "2", "--panel", "2", "--code", "coba"]
    options: Namespace = build_parser().parse_args(given)
    assert options.run(options) == 0
    assert "800" in capsys.readouterr().out
    assert Campaign.objects.get(code="coba").synthetic


@pytest.mark.parametrize(
    "given", [["--year", "1990"], ["--regions", "0"], ["--regions", "515"], ["--panel", "1"], ["--panel", "x"]]
)
def test_sizes_that_make_no_sense_are_refused(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(["build-large-campaign", "--synthetic", *given])
    assert ended.value.code == 2
    assert given[0] in capsys.readouterr().err
