"""The number of queries does not grow with regions, indicators or assessors."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.cycle.panel import hand_in, mark_all
from evaluation.cycle.world import CLOSES, NEIGHBOUR, NOW, OPENS, OWN, World
from kit.worlds import once
from pilar import index
from pilar.areas import reference
from pilar.areas.models import Province, Region
from pilar.evaluation import operations
from pilar.evaluation.models import (
    Answer,
    Assessment,
    Campaign,
    EvidenceRequest,
    Instrument,
    Mark,
    MarkingDone,
    Meeting,
    Participation,
    Phase,
    Seat,
)
from pilar.evaluation.queries.marking import duties, marking_form
from pilar.evaluation.queries.panel_marks import board
from pilar.evaluation.rules.marking import checked_mark, levels_of
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.rules import OPERATOR
from pilar.platform.errors import Faults

MAX_QUERIES = 12


def instrument_of(leaves: int) -> str:
    dimensions = "".join(
        f"""
    - code: d{dimension}
      title: {{id: Dimensi {dimension}, en: Dimension {dimension}}}
      source: assumption
      aggregation: weighted-mean
      missing: require
      weights_source: assumption
      children:"""
        + "".join(
            f"""
        - code: l{dimension}_{leaf}
          title: {{id: Butir {leaf}, en: Item {leaf}}}
          source: assumption
          mark: grade"""
            for leaf in range(leaves // 5)
        )
        for dimension in range(5)
    )
    return f"""\
format: 1
code: large-test
version: 1.0
title: {{id: Besar, en: Large}}
year: 2026
status: inferred
source: assumption
scale: {{minimum: 0, maximum: 4, minimum_source: assumption, maximum_source: assumption}}
decimals: 2
rounding: half-up
rounding_source: assumption
ties: shared
ties_source: assumption
marks:
  grade:
    kind: level
    source: assumption
    levels:
      - {{value: 0, title: {{id: Nol, en: None}}}}
      - {{value: 1, title: {{id: Satu, en: One}}}}
      - {{value: 2, title: {{id: Dua, en: Two}}}}
tree:
  code: final
  title: {{id: Nilai akhir, en: Final}}
  source: assumption
  aggregation: weighted-mean
  missing: require
  weights_source: assumption
  children:{dimensions}
"""


@once
def large(world: World) -> World:
    """31 regions with 100 indicators each, all marked by all of five assessors."""
    text = instrument_of(100)
    parsed = index.parse_instrument(text)
    operations.add_instrument(by=OPERATOR, instrument=parsed, document=text)
    world.campaign.instrument = Instrument.objects.get(code="large-test")
    world.campaign.save()
    Phase.objects.filter(pk=world.phases[1].pk).update(state=PhaseState.DESK_CHECK)
    codes = [entry for entry in reference.directory() if entry.province_code in ("36", "32", "31", "34")][:31]
    for entry in codes:
        Province.objects.get_or_create(code=entry.province_code, defaults={"name": entry.province})
        Region.objects.get_or_create(
            code=entry.code, defaults={"province_id": entry.province_code, "kind": entry.kind, "name": entry.name}
        )
    Participation.objects.filter(campaign=world.campaign).delete()
    parts = Participation.objects.bulk_create(
        Participation(campaign=world.campaign, region_id=entry.code, group=world.group) for entry in codes
    )
    names = ("chair", "assessor1", "assessor2", "assessor3", "assessor4")
    Seat.objects.bulk_create(
        Seat(participation=part, assessor_id=world.key(name), is_chair=name == "chair")
        for part in parts
        for name in names
    )
    rows = Assessment.objects.bulk_create(
        Assessment(participation=part, phase=world.phases[1], state=AssessmentState.SUBMITTED, submitted_at=NOW)
        for part in parts
    )
    Answer.objects.bulk_create(Answer(assessment=row, node=leaf.code, mark=1) for row in rows for leaf in parsed.leaves)
    Mark.objects.bulk_create(
        Mark(assessment=row, node=leaf.code, assessor_id=world.key(name), value=1, version=1)
        for row in rows
        for leaf in parsed.leaves
        for name in names
    )
    MarkingDone.objects.bulk_create(
        MarkingDone(assessment=row, assessor_id=world.key(name)) for row in rows for name in names
    )
    EvidenceRequest.objects.bulk_create(
        EvidenceRequest(assessment=row, node="l0_0", text="Salinan", deadline=CLOSES) for row in rows
    )
    Meeting.objects.bulk_create(
        Meeting(
            assessment=row,
            kind="interview",
            starts_at=OPENS + timedelta(days=20 + number),
            ends_at=OPENS + timedelta(days=20 + number, hours=1),
            place="Zoom",
        )
        for number, row in enumerate(rows)
    )
    return world


@pytest.mark.thorough
def test_the_assessors_list_takes_few_queries_whatever_its_length(large: World) -> None:
    scope = large.who("assessor1")
    with CaptureQueriesContext(connection) as seen:
        found = duties(scope=scope, now=NOW)
    assert len(found) == 31
    assert {(duty.marked, duty.total, duty.panel_finished, duty.panel_seats) for duty in found} == {(100, 100, 5, 5)}
    assert {duty.next_deadline for duty in found} == {CLOSES}
    assert found[0].next_meeting is not None
    assert len(seen) <= MAX_QUERIES


def test_the_page_of_the_list_too(large: World) -> None:
    client = Client()
    client.force_login(large.user("assessor1"))
    with CaptureQueriesContext(connection) as seen:
        assert client.get(reverse("evaluation:duties")).status_code == 200
    assert len(seen) <= MAX_QUERIES


def test_form_and_board_of_a_region_take_few_queries(large: World) -> None:
    scope = large.who("chair")
    key = Assessment.objects.filter(phase=large.phases[1]).latest("id").pk
    with CaptureQueriesContext(connection) as seen:
        assert len(marking_form(key, scope=scope).items) == 100
    assert len(seen) <= MAX_QUERIES
    with CaptureQueriesContext(connection) as seen:
        assert len(board(key, scope=scope).rows) == 100
    assert len(seen) <= MAX_QUERIES


def test_last_years_agreed_mark_stands_beside_this_years(world: World) -> None:
    key = hand_in(world)
    mark_all(world, key, **{who: {"policy": 1} for who in ("chair", "assessor1", "assessor2")})
    world.set_phase(PhaseState.PUBLISHED)
    following = Campaign.objects.create(
        code="2027-uji",
        year=2027,
        title_id="x",
        title_en="x",
        instrument=world.campaign.instrument,
        previous=world.campaign,
    )
    group = following.groups.create(code="regular", title_id="x", title_en="x")
    phase = Phase.objects.create(
        campaign=following, number=1, opens_at=OPENS, closes_at=CLOSES, state=PhaseState.DESK_CHECK
    )
    for region in (OWN, NEIGHBOUR):
        part = Participation.objects.create(campaign=following, region_id=region, group=group)
        Seat.objects.create(participation=part, assessor_id=world.key("assessor3"))
        Assessment.objects.create(participation=part, phase=phase, state=AssessmentState.SUBMITTED, submitted_at=NOW)
    keys = [row.pk for row in Assessment.objects.filter(phase=phase).order_by("participation__region")]
    shown = [marking_form(one, scope=world.who("assessor3")).items[0].previous for one in keys]
    assert shown == [1, None]


@pytest.mark.parametrize(
    ("node", "levels"), [("policy", (0, 1, 2, 3, 4)), ("programmes", (0, 1, 2, 3, 4)), ("poverty", (0, 1, 2, 4))]
)
def test_levels_are_those_of_rubric_and_bands_and_nothing_for_no_evidence(
    world: World, node: str, levels: tuple[int, ...]
) -> None:
    tree = index.parse_instrument(world.campaign.instrument.document)
    assert levels_of(tree.node(node), tree.scale) == levels
    for value in range(-1, 6):
        if value in levels:
            assert checked_mark(tree, tree.node(node), Decimal(value)) == value
        else:
            with pytest.raises(Faults):
                checked_mark(tree, tree.node(node), Decimal(value))


def test_the_mean_of_a_survey_has_no_levels(world: World) -> None:
    tree = index.parse_instrument(world.campaign.instrument.document)
    assert levels_of(tree.node("survey"), tree.scale) is None
