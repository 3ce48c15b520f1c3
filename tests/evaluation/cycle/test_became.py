"""What became of recommendations: owner, what changed in the plan, and whether figures moved."""

from __future__ import annotations

from dataclasses import replace
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
from masterplan.world import DECREED, LATER, content
from masterplan.world import NOW as IN_MARCH
from masterplan.world import World as Plans
from pilar.evaluation.models import FollowUp, Publication
from pilar.evaluation.operations import Idea
from pilar.evaluation.queries import became as reads
from pilar.evaluation.queries.became import became
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.changes import Known, Movement, movement, wanted_years
from pilar.masterplan import operations as masterplan
from pilar.masterplan.models import Version
from pilar.masterplan.operations import Proposed
from pilar.masterplan.queries import programmes
from pilar.masterplan.rules.content import Better
from pilar.masterplan.rules.decisions import Outcome
from pilar.masterplan.rules.stages import Decree, LegalForm, ProposalKind, VersionState
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


@pytest.mark.parametrize(
    ("name", "region", "status"), [("secretariat", OWN, 200), ("contributor", OWN, 200), ("coordinator", FAR, 404)]
)
def test_who_sees_it(followed: World, name: str, region: str, status: int) -> None:
    assert signed_in(followed, name, region).get(ADDRESS).status_code == status


def test_the_panel_and_strangers_do_not_see_it(followed: World) -> None:
    for name in ("assessor1", "assessor3"):
        with pytest.raises(NotFound):
            became(OWN, by=followed.who(name), now=AFTER)


def test_who_may_not_read_the_draft_reads_what_the_meeting_decided(followed: World) -> None:
    (row,) = became(OWN, by=followed.who("contributor"), now=AFTER).rows
    (change,) = row.changes
    assert (change.proposal.outcome, change.version, change.content, change.figures) == (
        Outcome.ACCEPTED,
        None,
        None,
        (),
    )


def test_a_recommendation_counts_once_and_as_planned_only_once_it_is_law(
    followed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = became(OWN, by=followed.who("coordinator"), now=AFTER)
    (row,) = found.rows
    twice = replace(found, rows=(replace(row, changes=row.changes * 2),))
    monkeypatch.setattr(reads, "became", lambda region, **named: twice)
    shown = signed_in(followed, "coordinator").get(ADDRESS)
    assert (shown.context["better"], shown.context["planned"]) == (1, 0)


def into_force(made: Plans, since: date, *given: Proposed) -> None:
    """A revision in force that takes these in."""
    by, who = made.who("coordinator"), made.who("contributor")
    made.version = masterplan.start_revision(by=by, version=made.version, reason="Evaluasi", now=LATER)
    made.call()
    keys = []
    for one in given:
        keys.append(masterplan.propose(by=who, version=made.version, office=made.office, given=one, now=IN_MARCH))
        masterplan.submit_proposal(by=who, proposal=keys[-1], now=IN_MARCH)
    made.decreed(*keys)
    masterplan.bring_into_force(by=by, version=made.version, since=since, now=LATER)


def test_a_programme_is_shown_as_later_versions_have_it_until_one_ends_it(followed: World) -> None:
    by = followed.who("coordinator")
    made = Plans(plan.Cast(followed), Version.objects.get(number=2).pk)  # type: ignore[arg-type]
    masterplan.move_version(by=by, version=made.version, target=VersionState.LEGAL_REVIEW, now=LATER)
    decree = Decree(LegalForm.REGENT, "8 Tahun 2026", DECREED)
    masterplan.enter_decree(by=by, version=made.version, decree=decree, file=None, now=LATER)
    assert signed_in(followed, "coordinator").get(ADDRESS).context["planned"] == 1
    masterplan.bring_into_force(by=by, version=made.version, since=date(2026, 6, 1), now=LATER)
    line = programmes(made.row())[0].key
    fewer = content(made.office, "Lebih sedikit izin", targets=(replace(bound(), better=Better.DOWN),))
    into_force(made, date(2026, 7, 1), Proposed(ProposalKind.CHANGE, fewer, line))
    (change,) = became(OWN, by=followed.who("contributor"), now=AFTER).rows[0].changes
    assert change.version is not None
    assert change.content is not None
    assert (change.version.number, change.content.title) == (3, "Lebih sedikit izin")
    assert [one.how for one in change.figures] == [Movement.WORSE]
    end, other = Proposed(ProposalKind.DROP, None, line, "Selesai"), Proposed(ProposalKind.ADD, content(made.office))
    into_force(made, date(2026, 8, 1), end, other)
    shown = signed_in(followed, "coordinator").get(ADDRESS)
    assert shown.context["planned"] == 0
    assert "Programme P001 no longer stands in version 4 (In force)" in words(shown)


def test_a_mark_is_compared_with_the_newest_later_one_of_its_kind(followed: World) -> None:
    (row,) = became(OWN, by=followed.who("coordinator"), now=AFTER).rows

    def phase(year: int, *, synthetic: bool = False) -> reads._Phase:
        return reads._Phase(
            key=year, number=1, campaign=Bilingual("", ""), year=year, synthetic=synthetic, since=date(year, 9, 1),
            scale=(0, 4), nodes=frozenset({"policy"}),
        )  # fmt: skip

    def marked(value: int, year: int) -> dict[str, Known]:
        return {"policy": Known(Decimal(value), date(year, 9, 1), str(year))}

    phases = (phase(2026), phase(2027), phase(2028), phase(2029, synthetic=True))
    marks = {2026: marked(2, 2026), 2027: marked(3, 2027), 2029: marked(1, 2029)}
    found = reads._mark(row.follow_up, phases[0], phases, marks)
    assert found is not None
    assert found.after is not None
    assert (found.after.period, found.how) == ("2027", Movement.BETTER)


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
