"""What became of recommendations: owner, what changed in the plan, and whether figures moved."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluation.cycle import plan
from evaluation.cycle.agreed import recommend
from evaluation.cycle.next_year import publish_next_year
from evaluation.cycle.test_answers_pages import words
from evaluation.cycle.test_proposing import propose
from evaluation.cycle.test_results_objections import save
from evaluation.cycle.test_results_pages import signed_in
from evaluation.cycle.world import FAR, OWN, World
from kit.worlds import once
from masterplan.reporting import MEASURE, add_measure, bound, tell
from masterplan.world import LATER, content
from masterplan.world import World as Plans
from pilar.evaluation.models import FollowUp, Publication
from pilar.evaluation.operations import Idea
from pilar.evaluation.queries.became import became
from pilar.evaluation.rules.became import Known, Movement, movement, wanted_years
from pilar.masterplan import operations as masterplan
from pilar.masterplan.rules.stages import ProposalKind
from pilar.people.rules import NotFound

AFTER = datetime(2026, 9, 7, 3, tzinfo=UTC)
ADDRESS = f"/en/kerja/tindak-lanjut/wilayah/{OWN}/"
BEFORE, SINCE = Known(Decimal(9), date(2026, 2, 28), "Februari"), Known(Decimal(6), date(2026, 6, 30), "Juni")


@pytest.mark.parametrize(
    ("before", "after", "rising", "alike", "expected"),
    [
        (BEFORE, SINCE, False, True, Movement.BETTER),
        (BEFORE, SINCE, True, True, Movement.WORSE),
        (BEFORE, BEFORE, True, True, Movement.UNCHANGED),
        (None, SINCE, True, True, Movement.NOT_BEFORE),
        (BEFORE, None, True, True, Movement.NOT_SINCE),
        (None, None, True, True, Movement.NOT_SINCE),
        (BEFORE, SINCE, False, False, Movement.UNLIKE),
    ],
)
def test_how_a_figure_moved(
    before: Known | None, after: Known | None, rising: bool, alike: bool, expected: Movement
) -> None:
    assert movement(before, after, rising=rising, alike=alike) is expected


def test_the_years_that_are_shown() -> None:
    assert wanted_years({2021, 2022, 2023, 2024}) == {2022, 2023, 2024}


def taken_in(world: World) -> tuple[int, Plans]:
    """A published recommendation, assigned, that changed a programme whose target is measured; the follow-up."""
    recommend(world, number=2)
    publish_next_year(world)
    key = FollowUp.objects.get().pk
    save(world, key, office=world.offices[OWN][0], due=date(2026, 6, 1))
    made = plan.start(world)
    add_measure(made)
    made.call()
    made.decreed(made.submitted(targets=(bound(),)))
    by = world.who("coordinator")
    masterplan.bring_into_force(by=by, version=made.version, since=date(2026, 4, 30), now=LATER)
    tell(made, ("2026-01", "40"), ("2026-02", "60"), ("2026-07", "90"), now=AFTER)
    made.version = masterplan.start_revision(by=by, version=made.version, reason="Rekomendasi panel", now=LATER)
    proposal = propose(world, key, made.version, Idea(ProposalKind.CHANGE, programme="P001"))
    by, faster = world.who("contributor"), content(made.office, "Layanan desa daring tanpa antre", targets=(bound(),))
    masterplan.save_proposal(by=by, proposal=proposal, content=faster, reason="Saran panel", seen=1, now=LATER)
    masterplan.submit_proposal(by=by, proposal=proposal, now=LATER)
    meeting = made.meeting()
    made.decide(meeting, proposal)
    made.decide(meeting, None)
    made.sign(meeting)
    return key, made


@once
def followed(world: World) -> World:
    taken_in(world)
    return world


def test_a_recommendation_with_its_owner_its_programme_and_the_figure_that_moved(followed: World) -> None:
    found = became(OWN, by=followed.who("coordinator"), now=AFTER)
    (row,) = found.rows
    since = Publication.objects.get(snapshot__phase__campaign=followed.campaign, snapshot__phase__number=2).published_at
    assert (row.year, row.since) == (2026, since.astimezone(UTC).date())
    assert (row.follow_up.office, row.follow_up.due) == (followed.offices[OWN][0], date(2026, 6, 1))
    assert row.mark is not None
    assert row.mark.before is not None
    assert row.mark.after is not None
    assert (row.mark.before.value, row.mark.after.value, row.mark.how) == (Decimal(3), Decimal(4), Movement.BETTER)
    (change,) = row.changes
    assert change.version is not None
    assert (change.proposal.programme, change.version.number) == ("P001", 2)
    (one,) = change.figures
    assert one.measure is not None
    assert one.measure.code == MEASURE
    assert one.before is not None
    assert one.after is not None
    assert (one.before.value, one.before.until) == (Decimal(60), date(2026, 2, 28))
    assert (one.after.value, one.after.until, one.how) == (Decimal(90), date(2026, 7, 31), Movement.BETTER)


def test_the_page_says_it(followed: World) -> None:
    said = words(signed_in(followed, "coordinator").get(ADDRESS))
    for part in (
        "What became of the recommendations", "Tetapkan peraturan kepala daerah", "1 June 2026", "P001",
        "Accepted", "60 izin", "90 izin", "Moved: better", "does not prove",
    ):  # fmt: skip
        assert part in said, part
    assert "What became of the recommendations" in words(signed_in(followed, "coordinator").get("/en/kerja/hasil/"))


@pytest.mark.parametrize(("name", "region", "status"), [("secretariat", OWN, 200), ("coordinator", FAR, 404)])
def test_who_sees_it(followed: World, name: str, region: str, status: int) -> None:
    assert signed_in(followed, name, region).get(ADDRESS).status_code == status


def test_the_panel_and_strangers_do_not_see_it(followed: World) -> None:
    for name in ("assessor1", "assessor3"):
        with pytest.raises(NotFound):
            became(OWN, by=followed.who(name), now=AFTER)


def test_more_recommendations_cost_no_more_queries(followed: World) -> None:
    by = followed.who("coordinator")
    with CaptureQueriesContext(
        connection,
    ) as few:
        became(OWN, by=by, now=AFTER)
    finding = FollowUp.objects.get().finding
    for place in range(5):
        finding.pk, finding.text = None, f"Saran {place}"
        finding.save(force_insert=True)
        FollowUp.objects.create(finding=finding)
    with CaptureQueriesContext(connection) as many:
        found = became(OWN, by=by, now=AFTER)
    assert (len(found.rows), len(many)) == (6, len(few))
