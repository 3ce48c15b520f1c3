"""Improvement on the last final that exists, over a gap of years too: what is stored, and that the years are said."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation

from evaluation.cycle.agreed import LETTER_DATE, agree, approve, compute, publish
from evaluation.cycle.world import CODE, FAR, NEIGHBOUR, NOW, OWN, World
from evaluation.samples import document
from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.documents.national import _figures
from pilar.evaluation.models import (
    Approval,
    Campaign,
    Phase,
    Publication,
    PublishedResult,
    Snapshot,
    SnapshotResult,
)
from pilar.evaluation.queries.changes import NotKnown, public_change
from pilar.evaluation.queries.sheets import public_book
from pilar.evaluation.rules.computing import Entry, Previous, PreviousOrigin
from pilar.evaluation.rules.computing import compute as computed
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.rules import OPERATOR, PUBLIC

SEALED = "aa403060e1f397ff5117888e13d0ff1107df1a411c5106a93f89a703971ebdc1"
"""The hash of the results of ``ENTRY`` as it was sealed before the year of the final before was kept."""
MARKS = {"baseline": "3", "output": "2", "outcome": "3", "impact": "2", "quick_win": "4"}
ENTRY = Entry("36.03", "36", "regular", {code: Decimal(value) for code, value in MARKS.items()}, None)


def earlier(
    world: World, year: int, finals: dict[str, str], *, before: Campaign | None = None, phases: int = 2
) -> Campaign:
    """A campaign of an earlier year whose last phase is published."""
    campaign = Campaign.objects.create(
        code=f"{year}-uji", year=year, title_id="x", title_en="x", instrument=world.campaign.instrument,
        previous=before, phase_count=phases, synthetic=True,
    )  # fmt: skip
    published(campaign, phases, finals)
    return campaign


def published(campaign: Campaign, number: int, finals: dict[str, str]) -> None:
    """Publish a phase of a campaign."""
    phase = Phase.objects.create(
        campaign=campaign, number=number, state=PhaseState.PUBLISHED, opens_at=NOW, closes_at=NOW + timedelta(1),
        objection_until=NOW,
    )  # fmt: skip
    snapshot = Snapshot.objects.create(
        phase=phase, version=1, instrument_code="cycle-test", instrument_version="1.0", instrument_sha256="a" * 64,
        input_sha256="a" * 64, result_sha256="a" * 64, computed_by_name="x",
    )  # fmt: skip
    scores = {"policy": "2", "budget": "2", "programmes": "3", "poverty": "3", "survey": "3"}
    for region, final in finals.items():
        SnapshotResult.objects.create(
            snapshot=snapshot, region_id=region, group="regular", final=Decimal(final), final_exact=final,
            rank_in_group=1, rank_in_province=1, rank_in_nation=1, scores=scores | {"output": "2", "outcome": "3"},
        )  # fmt: skip
    Approval.objects.create(snapshot=snapshot, approved_by_name="x")
    Publication.objects.create(
        snapshot=snapshot, letter_number=f"x{campaign.year}", letter_date=LETTER_DATE, published_by_name="x"
    )


def state(region: str, year: int, final: str, source: str = "a") -> None:
    PublishedResult.objects.create(
        region_id=region, year=year, phase="II", final=Decimal(final), source_url=f"https://example.org/{source}"
    )


def follow(world: World, previous: Campaign | None = None, *, synthetic: bool = False) -> None:
    """The campaign of 2026 follows another, and its results are computed."""
    if previous is not None:
        Campaign.objects.filter(code=previous.code).update(synthetic=synthetic)
    Campaign.objects.filter(pk=world.campaign.pk).update(previous=previous, synthetic=synthetic)
    agree(world)
    compute(world)


def result(world: World, region: str) -> SnapshotResult:
    return SnapshotResult.objects.get(snapshot__phase=world.phases[1], region=region)


def test_the_last_final_that_exists_counts_whoever_published_it(world: World) -> None:
    oldest = earlier(world, 2022, {OWN: "3.00", FAR: "2.75"})
    Campaign.objects.update(synthetic=False)
    state(FAR, 2021, "2.50")
    state(NEIGHBOUR, 2020, "2.00")
    state(NEIGHBOUR, 2023, "3.10")
    state(OWN, 2025, "1.00")
    follow(world, earlier(world, 2025, {OWN: "3.05"}, before=oldest))
    found = {region: result(world, region) for region in (OWN, NEIGHBOUR, FAR)}
    assert {region: (one.previous_year, one.previous_final, one.previous_origin) for region, one in found.items()} == {
        OWN: (2025, Decimal("3.05"), "computed"),
        NEIGHBOUR: (2023, Decimal("3.10"), "stated"),
        FAR: (2022, Decimal("2.75"), "computed"),
    }
    assert [one.improvement for one in found.values()] == [Decimal("0.20"), Decimal("0.15"), Decimal("-0.85")]


@pytest.mark.parametrize("phases", [1, 3])
def test_of_a_campaign_the_last_phase_counts_and_none_before_it(world: World, phases: int) -> None:
    oldest = earlier(world, 2024, {OWN: "3.05", FAR: "2.75"}, phases=phases)
    for number in range(1, phases):
        published(oldest, number, {OWN: "1.00", FAR: "1.00"})
    unfinished = Campaign.objects.create(
        code="2025-uji", year=2025, title_id="x", title_en="x", instrument=world.campaign.instrument, previous=oldest,
        phase_count=3,
    )  # fmt: skip
    for number in (1, 2):
        published(unfinished, number, {OWN: "2.00"})
    Campaign.objects.update(synthetic=False)
    follow(world, unfinished)
    own = result(world, OWN)
    assert (own.previous_year, own.previous_final, own.improvement) == (2024, Decimal("3.05"), Decimal("0.20"))
    assert result(world, FAR).previous_final == Decimal("2.75")


def test_made_up_campaigns_before_a_real_one_are_passed_over(world: World) -> None:
    made_up = earlier(world, 2024, {OWN: "1.00"})
    between = earlier(world, 2025, {}, before=made_up)
    follow(world, between)
    assert result(world, OWN).previous_final is None


def test_a_year_that_sources_contradict_each_other_about_is_not_leapt_over(world: World) -> None:
    state(OWN, 2023, "3.00")
    state(OWN, 2024, "2.00", "b")
    state(OWN, 2024, "2.10", "c")
    follow(world)
    own = result(world, OWN)
    assert (own.previous_final, own.previous_year, own.improvement) == (None, None, None)


def test_a_final_on_another_scale_is_not_subtracted_over_a_gap(world: World) -> None:
    text = document("hundred", year=2022).replace("maximum: 4", "maximum: 100")
    hundred = index.parse_instrument(text)
    operations.add_instrument(by=OPERATOR, instrument=hundred, document=text)
    operations.choose_instrument(by=OPERATOR, year=2022, instrument=hundred)
    state(OWN, 2022, "87")
    follow(world)
    own = result(world, OWN)
    assert (own.previous_year, own.previous_final, own.improvement) == (2022, Decimal(87), None)


def test_what_was_sealed_without_the_year_keeps_its_hash() -> None:
    tree = index.parse_instrument(document("sealed", year=2025))
    before = Previous(Decimal("3.00"), PreviousOrigin.STATED, comparable=True)
    entry = replace(ENTRY, previous=before)
    assert computed(tree, [entry]).result_sha256 == SEALED
    known = replace(entry, previous=replace(before, year=2023, gap=True))
    assert computed(tree, [known]).result_sha256 != SEALED
    assert computed(tree, [known]).input_sha256 != computed(tree, [entry]).input_sha256
    of_the_year_before = replace(entry, previous=replace(before, year=2024))
    assert computed(tree, [of_the_year_before]).input_sha256 == computed(tree, [entry]).input_sha256


@pytest.fixture
def over_a_gap(world: World) -> World:
    """What is published of 2026 is set against 2023, but of one region against 2025."""
    oldest = earlier(world, 2023, {OWN: "2.60", NEIGHBOUR: "2.60"})
    follow(world, earlier(world, 2025, {FAR: "2.00"}, before=oldest), synthetic=True)
    approve(world)
    world.set_phase(PhaseState.FINAL)
    publish(world)
    return world


def said(address: str, world: World | None = None) -> str:
    client = Client()
    if world is not None:
        client.force_login(world.user("secretariat"))
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_years_are_said_wherever_the_improvement_is_told(over_a_gap: World) -> None:
    own = said(f"/en/hasil/pilar/{CODE}/1/{OWN}/")
    assert "Improvement since 2023 (3 years)" in own
    assert "Improvement on the previous year" in said(f"/en/hasil/pilar/{CODE}/1/{FAR}/")
    assert "Peningkatan sejak 2023 (3 tahun)" in said(f"/hasil/pilar/{CODE}/1/{OWN}/")
    ranking = said(f"/en/hasil/pilar/{CODE}/1/")
    assert ranking.count("since 2023 (3 years)") == 2
    assert "since 2023 (3 years)" in said(f"/en/kerja/periode/{CODE}/peringkat/1/", over_a_gap)
    assert "since 2023 (3 years)" in said(f"/en/wilayah/{OWN}/")
    assert "since 20" not in said(f"/en/wilayah/{FAR}/")


def test_files_and_json_have_the_year(over_a_gap: World) -> None:
    listed = Client().get(f"/en/hasil/pilar/{CODE}/1/?as=csv").content.decode("utf-8-sig")
    rows = {row["Code"]: row for row in csv.DictReader(io.StringIO(listed), delimiter=";")}
    assert {code: row["Improvement since"] for code, row in rows.items()} == {
        OWN: "2023",
        NEIGHBOUR: "2023",
        FAR: "2025",
    }
    found = Client().get(f"/api/v1/computed-results/{CODE}/1/{OWN}").json()
    assert (found["improvement"], found["previous_year"]) == ("0.65", 2023)


def test_the_mean_improvement_counts_one_year_alone(over_a_gap: World) -> None:
    with translation.override("en"):
        facts = _figures(public_book(CODE, 1, scope=PUBLIC)).items
    mean = next(fact for fact in facts if fact.label == "Mean improvement")
    assert (mean.value, mean.note) == ("−0.10", "0 of 1 rose\n2 regions with an older final are not counted")


def test_the_change_is_divided_against_the_year_of_each_region(over_a_gap: World) -> None:
    change = public_change(CODE, 1, OWN, scope=PUBLIC)
    assert (change.year, change.improvement) == (2023, Decimal("0.65"))
    assert change.split is not None
    assert change.split.change.total == change.split.change.own
    assert {part.code: part.value for part in change.parts} == {"output": Decimal("0.6"), "outcome": Decimal("0.05")}
    assert public_change(CODE, 1, FAR, scope=PUBLIC).year == 2025
    assert "Against 2023" in said(f"/en/hasil/pilar/{CODE}/1/{OWN}/")


def test_a_version_from_before_the_year_was_kept_is_read_as_the_year_before(over_a_gap: World) -> None:
    book = public_book(CODE, 1, scope=PUBLIC)
    assert {code: one.year for code, one in book.last_year.items()} == {OWN: 2023, NEIGHBOUR: 2023, FAR: 2025}
    assert replace(book.lines[OWN], previous_year=None).improvement == Decimal("0.65")
    assert public_change(CODE, 1, FAR, scope=PUBLIC).unknown is not NotKnown.NO_PREVIOUS
