"""The ministry's overview: figures against a second computation, who sees it, who a phase waits for, reminders."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean, median

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from evaluation.cycle.agreed import MARKS, approve, compute, published
from evaluation.cycle.crowd import make_crowd
from evaluation.cycle.panel import PANEL
from evaluation.cycle.world import CODE, FAR, LEAVES, NEIGHBOUR, NOW, OWN, REGIONS, World
from kit.worlds import once
from pilar.areas.reference import directory, province_tiles, provinces
from pilar.evaluation import operations
from pilar.evaluation.models import Answer, Conflict, MarkingDone, Phase, Reminder
from pilar.evaluation.pages import progress
from pilar.evaluation.queries.nation import nation, pivot
from pilar.evaluation.queries.stragglers import Remindable, remindable, stragglers
from pilar.evaluation.rules.nation import spread, steps
from pilar.evaluation.rules.scales import YearScale
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.models import Membership, Notice
from pilar.people.rules import NotAllowed, NotFound

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FINALS = {OWN: Decimal("3.25"), NEIGHBOUR: Decimal("3.25"), FAR: Decimal("1.90")}


@once
def results(world: World) -> World:
    """Phase 1 is published; phase 2 is computed and approved, and nobody is to see it."""
    published(world)
    world.set_phase(PhaseState.AGREED, 2)
    compute(world, 2)
    approve(world, 2)
    return world


def rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_the_figures_are_those_of_a_second_computation(results: World) -> None:
    found = nation(scope=results.who("secretariat"))
    assert [one.key for one in found.rounds] == [f"{CODE}.1"]
    assert found.spread is not None
    assert (found.spread.regions, found.spread.scored) == (3, 3)
    assert found.spread.mean == rounded(mean(FINALS.values()))
    assert found.spread.median == median(FINALS.values())
    assert {row.code: row.final for row in found.regions} == FINALS
    means = {leaf: mean(Decimal(marks[leaf]) for marks in MARKS.values()) for leaf in LEAVES}
    assert {one.code: one.mean for one in found.weakest} == {leaf: rounded(value) for leaf, value in means.items()}
    assert [one.code for one in found.weakest] == sorted(LEAVES, key=lambda leaf: (means[leaf], leaf))
    assert {one.code: str(one.dimension) for one in found.weakest}["poverty"] == "Outcome"
    figures = {one.province.code: one.spread for one in found.provinces}
    assert (figures["36"].mean, figures["36"].regions) == (Decimal("3.25"), 2)
    assert (figures["32"].mean, figures["32"].scored) == (Decimal("1.90"), 1)
    assert [(one.round.header.year, one.spread.mean) for one in found.trends] == [(2026, found.spread.mean)]
    assert {(step.low, step.high): step.regions for step in found.steps if step.regions} == {
        (Decimal("1.5"), Decimal(2)): 1,
        (Decimal(3), Decimal("3.5")): 2,
    }


def test_a_province_has_its_own_regions_alone(results: World) -> None:
    found = nation(scope=results.who("secretariat"), province="36")
    assert {row.code for row in found.regions} == {OWN, NEIGHBOUR}
    assert found.spread is not None
    assert found.spread.mean == Decimal("3.25")
    assert {one.code: one.mean for one in found.weakest}["policy"] == Decimal("3.00")
    assert found.provinces == ()
    assert {row.code for row in pivot(scope=results.who("secretariat"), province="32")} == {FAR}


@pytest.mark.parametrize("chosen", [{"chosen": f"{CODE}.2"}, {"chosen": "none.1"}, {"province": "99"}])
def test_what_is_not_published_or_not_there_is_not_found(results: World, chosen: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        nation(scope=results.who("secretariat"), **chosen)


@pytest.mark.parametrize("name", ["coordinator", "verifier", "contributor", "chair", "assessor1", "public"])
def test_it_is_the_ministrys(results: World, client: Client, name: str) -> None:
    by = results.who(name)
    for read in (nation, pivot):
        with pytest.raises(NotAllowed):
            read(scope=by)
    if name != "public":
        client.force_login(results.user(name), BACKEND)
        assert {client.get(f"/kerja/nasional/{end}").status_code for end in ("", "pivot.xlsx")} == {403}


def test_the_workbook_has_regions_by_dimensions_by_years(results: World, client: Client) -> None:
    client.force_login(results.user("secretariat"), BACKEND)
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/kerja/nasional/pivot.xlsx").content))
    wide, long = (book.get_sheet_by_index(place).to_python() for place in (0, 1))
    assert wide[0][3:] == ["Nilai akhir 2026", "Output 2026", "Outcome 2026"]
    by_code = {row[0]: row[3:] for row in wide[1:]}
    assert by_code[OWN][:2] == [3.25, 3.5]
    assert by_code[FAR][0] == 1.9
    assert len(long) == 1 + 3 * len(REGIONS)


def test_the_page_shows_figures_map_and_nothing_of_what_is_not_published(results: World, client: Client) -> None:
    client.force_login(results.user("secretariat"), BACKEND)
    page = client.get("/kerja/nasional/").content.decode()
    assert "2,80" in page
    assert 'href="?province=36&amp;round=' in page
    assert page.count("<svg") >= 4
    own = client.get("/kerja/nasional/?province=36").content.decode()
    assert "Kabupaten Tangerang" in own
    assert "Kabupaten Bogor" not in own
    assert client.get("/kerja/nasional/?province=36&as=xlsx")["Content-Type"].endswith("sheet")


@pytest.mark.thorough
def test_queries_do_not_grow_with_the_regions(results: World, client: Client) -> None:
    results.set_phase(PhaseState.OPEN, 2)
    client.force_login(results.user("secretariat"), BACKEND)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get("/kerja/nasional/")
        return len(seen)

    few = count()
    make_crowd(results)
    assert count() == few
    assert few <= 24


def test_every_province_has_a_tile_of_its_own() -> None:
    tiles = province_tiles()
    assert tiles.keys() == provinces().keys() == {one.province_code for one in directory()}
    assert len({(one.column, one.row) for one in tiles.values()}) == len({one.letters for one in tiles.values()}) == 38


def test_nothing_has_no_mean_and_ends_belong_to_a_step() -> None:
    assert spread([None, None]).mean is None
    found = steps([Decimal(0), Decimal(4), None], YearScale(Decimal(0), Decimal(4)))
    assert [step.regions for step in found] == [1, 0, 0, 0, 0, 0, 0, 1]


def test_who_has_done_least_stands_first_with_who_can_act(opened: World) -> None:
    Answer.objects.create(assessment=opened.assessment(), node="policy", mark=3)
    opened.set_assessment(AssessmentState.SUBMITTED, FAR)
    Membership.objects.filter(user=opened.key("coordinator", NEIGHBOUR)).delete()
    found = stragglers(CODE, 1, scope=opened.who("secretariat"), now=NOW)
    assert [(row.region_code, row.percent, len(row.whom)) for row in found.page] == [(NEIGHBOUR, 0, 0), (OWN, 20, 1)]
    assert (found.handed_in, found.regions, found.may_remind) == (1, 3, True)
    looked = remindable(CODE, 1, scope=opened.who("secretariat"), now=NOW)
    assert (looked.people, looked.alone) == (1, ("Kota Tangerang",))
    assert stragglers(CODE, 1, scope=opened.who("secretariat"), now=NOW, province="32").page.paginator.count == 0


def remind(world: World, **more: object) -> int:
    return operations.remind(by=world.who("secretariat"), **{"campaign": CODE, "phase": 1, "now": NOW} | more)  # type: ignore[arg-type]


def reminded(world: World, name: str, region: str = OWN) -> list[Notice]:
    return list(Notice.objects.filter(user=world.key(name, region), kind="evaluation.reminder", done_at=None))


def test_a_region_is_reminded_once_a_day_and_anew_the_next(opened: World) -> None:
    Answer.objects.create(assessment=opened.assessment(), node="policy", mark=3)
    assert remind(opened, province="32") == 1
    assert remind(opened) == 2
    with pytest.raises(operations.NobodyToRemind):
        remind(opened, now=NOW + timedelta(hours=1))
    (notice,) = reminded(opened, "coordinator")
    assert (notice.fields["answered"], notice.fields["total"], notice.needs_action) == (1, 5, True)
    assert remind(opened, now=NOW + timedelta(days=1)) == 3
    (anew,) = reminded(opened, "coordinator")
    assert anew.pk != notice.pk
    assert Reminder.objects.count() == 6


def test_handing_in_takes_the_reminder_away(opened: World) -> None:
    for node in LEAVES:
        Answer.objects.create(assessment=opened.assessment(), node=node, mark=3, explanation="Ada")
    remind(opened)
    opened.set_assessment(AssessmentState.SUBMITTED)
    by = opened.who("secretariat")
    operations.return_assessment(by=by, assessment=opened.assessment().pk, reason="Buram", now=NOW)
    assert reminded(opened, "coordinator") == []
    assert len(reminded(opened, "coordinator", FAR)) == 1


def test_while_panels_are_at_work_assessors_are_reminded(world: World) -> None:
    world.set_phase(PhaseState.DESK_CHECK)
    for region in REGIONS:
        world.set_assessment(AssessmentState.SUBMITTED, region)
    for region in REGIONS:
        MarkingDone.objects.create(assessment=world.assessment(region), assessor_id=world.key("assessor1"))
    Conflict.objects.create(assessor_id=world.key("assessor2"), region_id=OWN, kind="home")
    found = remindable(CODE, 1, scope=world.who("secretariat"), now=NOW)
    assert dict(found.regions)["Kabupaten Tangerang"] == (world.user("chair").name,)
    assert remind(world) == 2
    assert len(reminded(world, "chair")) == len(reminded(world, "assessor2")) == 1
    assert reminded(world, "assessor1") == []


def test_a_region_whose_extension_runs_is_waited_for_beside_the_panels(world: World) -> None:
    """Once its time is over nobody can act for it."""
    world.set_phase(PhaseState.DESK_CHECK)
    Phase.objects.filter(pk=world.phases[1].pk).update(closes_at=NOW - timedelta(days=1))
    world.set_assessment(AssessmentState.SUBMITTED, FAR)
    until, key = NOW + timedelta(days=2), world.assessment().pk
    operations.extend(by=world.who("secretariat"), assessment=key, until=until, reason="Banjir", now=NOW)
    found = stragglers(CODE, 1, scope=world.who("secretariat"), now=NOW)
    assert {(row.region_code, row.of_region, row.extended_until) for row in found.page} == {
        (OWN, True, until),
        (FAR, False, None),
    }
    assert remind(world) == 1 + len(PANEL)
    (notice,) = reminded(world, "coordinator")
    assert (notice.deadline, notice.region_id) == (until, OWN)
    assert len(reminded(world, "chair")) == 1
    later = stragglers(CODE, 1, scope=world.who("secretariat"), now=until)
    assert [row.region_code for row in later.page] == [FAR]


def test_of_many_whom_nobody_tells_a_few_are_named(
    opened: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred names pushed the button off the screen."""
    due = Remindable(people=1, regions=(("Kota Depok", ("Ani",)),), alone=tuple("ABCDEFGH"), today=0)
    monkeypatch.setattr(progress, "remindable", lambda *_given, **_named: due)
    client.force_login(opened.user("secretariat"), BACKEND)
    (said,) = client.get(f"/kerja/periode/{CODE}/kemajuan/1/ingatkan/").context["check"].unready
    assert said.text == "Tidak ada yang dapat diberi tahu di 8 daerah: A, B, C, D, E, dan 3 lainnya"


def test_the_page_says_to_whom_before_it_sends(opened: World, client: Client) -> None:
    client.force_login(opened.user("secretariat"), BACKEND)
    address = f"/kerja/periode/{CODE}/kemajuan/1/ingatkan/"
    page = client.get(address)
    assert opened.user("coordinator").name in page.content.decode()
    assert not Reminder.objects.exists()
    answer = client.post(address, {"checked": page.context["check"].seen})
    assert answer.status_code == 302
    assert Reminder.objects.count() == 3
    again = client.get(address)
    assert again.context["check"].blocked
