"""The made-up campaigns of the demonstration: whole, made once, and marked as made up on every page."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Count
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from areas.places import every_region, load
from kit.worlds import once
from pilar import index
from pilar.config import scenario
from pilar.config.drawn.campaigns import Stage, draw_answer
from pilar.config.scenario.reading import read
from pilar.evaluation import loaders, operations
from pilar.evaluation.models import (
    AgreedMark,
    Answer,
    Assessment,
    Campaign,
    Conflict,
    FollowUp,
    Mark,
    Phase,
    PhaseMove,
    Publication,
    Seat,
    SnapshotResult,
)
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.phases import conflicting_seats, incomplete_panels
from pilar.evaluation.queries.work import evidence_waiting, open_follow_ups, panel_work, run_phases
from pilar.evaluation.rules.stages import AssessmentState, FollowUpState, PhaseState
from pilar.evidence.models import Verification
from pilar.people import loaders as people
from pilar.people import queries as accounts
from pilar.people.models import User
from pilar.people.rules import OPERATOR, Role, Standing
from pilar.platform.folders import data_folder
from pilar.platform.models import AuditEvent

pytestmark = pytest.mark.thorough

TEAM = {role: email for role, (email, _name) in people.ACCOUNTS.items()}
SECOND, _NAME = people.SECOND_SECRETARIAT
PREVIOUS, RUNNING, PRACTICE, REGION = "demo-2025", "demo-2026", "latihan-2026", "36.03"
TABLES = read(data_folder() / "demonstration" / "campaigns.yaml").given["tables"]
SYNTHETIC = "Data contoh"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@once
def demo() -> datetime:
    """Everything as ``./pilar demo`` makes it; gives the moment of it."""
    load(every_region())
    loaders.load(by=OPERATOR, say=lambda _line: None)
    people.load_demo_accounts(by=OPERATOR, password_of=lambda _email: "kata-sandi-contoh-2023")
    now = timezone.now()
    assert scenario.play("campaigns", now=now)
    return now


def user(role: Role) -> User:
    return User.objects.get(email=TEAM[role])


def who(role: Role) -> Standing:
    return accounts.standing(user(role), timezone.now())


def instrument() -> index.Instrument:
    return tree_of(Campaign.objects.get(code=PRACTICE).instrument)


def own(code: str, number: int) -> Assessment:
    return Assessment.objects.get(phase__campaign__code=code, phase__number=number, participation__region=REGION)


def test_no_year_after_is_made_where_no_plan_followed_a_recommendation(demo: datetime) -> None:
    before = Campaign.objects.count()
    assert FollowUp.objects.filter(finding__assessment__participation__region=REGION).exists()
    scenario.play("loop", now=demo)
    assert Campaign.objects.count() == before


def test_the_campaigns_are_synthetic_and_say_which_instrument_is_assumed(demo: datetime) -> None:
    for code, year in ((PREVIOUS, 2025), (RUNNING, 2026)):
        campaign = Campaign.objects.get(code=code)
        assert campaign.synthetic
        assert (campaign.year, campaign.instrument.code) == (year, "smart-city-2024")
        assert "asumsi" in campaign.title_id
        assert "assumption" in campaign.title_en
        regions = set(campaign.participations.values_list("region", flat=True))
        assert len(regions) == 141
        assert REGION in regions
        groups = campaign.participations.order_by().values_list("group__code").annotate(Count("pk"))
        assert len(groups) == 2
        assert all(size > 20 for _group, size in groups)
        assert campaign.phases.count() == 2
        assert Assessment.objects.filter(phase__campaign=campaign).count() == 282
    assert Campaign.objects.get(code=RUNNING).previous == Campaign.objects.get(code=PREVIOUS)


def test_last_years_phases_are_published_with_ranks_and_a_synthetic_letter(demo: datetime) -> None:
    for number in (1, 2):
        publication = Publication.objects.get(snapshot__phase__campaign__code=PREVIOUS, snapshot__phase__number=number)
        assert publication.letter_number == f"CONTOH/00{number}/2025"
        assert publication.letter_date.year == 2025
        phase = Phase.objects.get(campaign__code=PREVIOUS, number=number)
        assert phase.state == PhaseState.PUBLISHED
        states = list(PhaseMove.objects.filter(phase=phase).order_by("moved_at").values_list("to_state", flat=True))
        assert states == list(PhaseState)[1:]
        rows = SnapshotResult.objects.filter(snapshot=publication.snapshot)
        assert rows.count() == 141
        assert not rows.filter(final=None).exists()
        assert len(set(rows.values_list("final", flat=True))) > 50
        assert rows.filter(rank_in_nation=1).exists()
        # Made-up results are not set against what sources state of the year before.
        assert not rows.exclude(improvement=None).exists()
    assert set(AgreedMark.objects.order_by().values_list("how", flat=True)) == {"unanimous", "median", "chair"}
    assert Mark.objects.filter(assessment__phase__campaign__code=PREVIOUS).count() == 141 * 48 * 2 * 3


def test_recommendations_are_followed_up_in_all_states(demo: datetime) -> None:
    rows = FollowUp.objects.filter(finding__assessment__phase__campaign__code=PREVIOUS)
    assert 30 <= rows.count() <= 100
    assert set(rows.values_list("state", flat=True)) == set(FollowUpState)
    assert all(row.finding.text.startswith("Rekomendasi contoh") for row in rows.select_related("finding"))
    ours = rows.filter(finding__assessment=own(PREVIOUS, 2))
    assert set(ours.values_list("state", flat=True)) == set(FollowUpState)
    assert not ours.filter(office=None).exists()
    assert not ours.filter(due=None).exists()


def test_the_running_campaign_has_regions_in_every_stage(demo: datetime) -> None:
    first, second = Phase.objects.filter(campaign__code=RUNNING).order_by("number")
    assert (first.state, second.state) == (PhaseState.OPEN, PhaseState.DRAFT)
    assert first.opens_at == demo - timedelta(days=14)
    assert timedelta(days=9) < first.closes_at - demo < timedelta(days=11)
    stages = Counter(
        Stage.SUBMITTED
        if row.state == AssessmentState.SUBMITTED
        else {0: Stage.NOT_BEGUN, 48: Stage.COMPLETE}.get(row.answered, Stage.UNDER_WAY)
        for row in first.assessments.annotate(answered=Count("answers"))
    )
    assert sum(stages.values()) == 141
    assert all(stages[stage] >= 8 for stage in Stage)
    submitted = first.assessments.filter(state=AssessmentState.SUBMITTED).annotate(answered=Count("answers"))
    assert set(submitted.order_by().values_list("answered", flat=True)) == {48}


def test_the_example_region_is_half_way_with_its_offices_and_evidence(demo: datetime) -> None:
    ours = own(RUNNING, 1)
    assert ours.state == AssessmentState.PREPARING
    answers = Answer.objects.filter(assessment=ours)
    assert 20 <= answers.count() <= 28
    assert answers.filter(changed_by=user(Role.CONTRIBUTOR)).exclude(explanation="").count() >= 5
    offices = dict(ours.participation.allocations.order_by().values_list("office__abbreviation").annotate(Count("pk")))
    assert set(offices) == {one["office"] for one in TABLES["shares"]}
    assert sum(offices.values()) == 48
    assert evidence_waiting([ours.pk], scope=who(Role.VERIFIER)) == {ours.pk: 3}
    assert evidence_waiting([ours.pk], scope=who(Role.CONTRIBUTOR)) == {}
    assert sorted(Verification.objects.values_list("outcome", flat=True)) == ["returned", "verified"]


def test_forty_eight_assessors_sit_on_even_panels_without_conflict(demo: datetime) -> None:
    for code in (PREVIOUS, RUNNING):
        campaign = Campaign.objects.get(code=code)
        seats = Seat.objects.filter(participation__campaign=campaign)
        loads = [load for _assessor, load in seats.order_by().values_list("assessor").annotate(Count("pk"))]
        assert len(loads) == 48
        assert max(loads) - min(loads) <= 1
        assert seats.filter(is_chair=True).count() == 141
        assert not incomplete_panels(campaign).exists()
        ours = seats.filter(participation__region=REGION)
        assert ours.get(is_chair=True).assessor == user(Role.PANEL_CHAIR)
        assert ours.filter(assessor=user(Role.ASSESSOR), is_chair=False).exists()
    assert not conflicting_seats().exists()
    assert {"home", "employer"} <= set(Conflict.objects.values_list("kind", flat=True))
    made_up = User.objects.filter(email__endswith="@data-contoh.invalid")
    assert made_up.count() == 46
    assert all(one.name.startswith("Asesor contoh ") and not one.has_usable_password() for one in made_up)


def test_the_example_accounts_have_notices_with_deadlines(demo: datetime) -> None:
    notices = {role: accounts.open_notices(scope=who(role)) for role in TEAM}
    closes = Phase.objects.get(campaign__code=RUNNING, number=1).closes_at
    for role in (Role.COORDINATOR, Role.CONTRIBUTOR):
        deadlines = [one.deadline for one in notices[role]]
        assert len(deadlines) >= 2
        assert closes in deadlines
        assert all(deadline is not None and deadline > demo for deadline in deadlines)
    for role in (Role.ASSESSOR, Role.PANEL_CHAIR):
        assert [one.kind for one in notices[role]] == ["evaluation.seated"] * 2


def test_start_pages_know_what_is_to_do(demo: datetime) -> None:
    run = [(one.head.campaign, one.head.number) for one in run_phases(scope=who(Role.SECRETARIAT))]
    assert run == [(RUNNING, 1), (PRACTICE, 1)]
    assert run_phases(scope=who(Role.COORDINATOR)) == ()
    work, practice = panel_work(scope=who(Role.PANEL_CHAIR))
    assert (work.head.campaign, practice.head.campaign) == (RUNNING, PRACTICE)
    assert 8 <= len(work.regions) <= 9
    assert not any(one.readable or one.to_mark for one in work.regions)
    assert [one.is_chair for one in work.regions if one.code == REGION] == [True]
    assert panel_work(scope=who(Role.SECRETARIAT)) == ()
    (following,) = open_follow_ups(scope=who(Role.COORDINATOR))
    assert following.assessment == own(PREVIOUS, 2).pk
    assert 0 < sum(one.count for one in open_follow_ups(scope=who(Role.CONTRIBUTOR))) < following.count
    assert open_follow_ups(scope=who(Role.ASSESSOR)) == ()


def test_regions_wait_for_marks_once_the_desk_check_has_begun(demo: datetime) -> None:
    Phase.objects.filter(campaign__code=RUNNING, number=1).update(state=PhaseState.DESK_CHECK)
    work, _practice = panel_work(scope=who(Role.PANEL_CHAIR))
    handed_in = [one.state is AssessmentState.SUBMITTED for one in work.regions]
    assert [one.to_mark for one in work.regions] == handed_in == sorted(handed_in, reverse=True)
    assert [one.readable for one in work.regions] == handed_in
    assert any(handed_in)


def test_the_practice_campaign_can_be_taken_to_publication_by_the_example_accounts(demo: datetime) -> None:
    """Through the operations that their pages call; what is left to do is little."""
    people, ours, now = {role: who(role) for role in TEAM}, own(PRACTICE, 1).pk, demo + timedelta(minutes=1)
    secretariat, coordinator = people[Role.SECRETARIAT], people[Role.COORDINATOR]
    where = {"campaign": PRACTICE, "phase": 1}

    def move(target: PhaseState) -> None:
        operations.move_phase(by=secretariat, **where, target=target, now=now)  # type: ignore[arg-type]

    for node in TABLES["left"]:
        given = draw_answer(instrument().node(node), 3, random.Random(1))
        operations.save_answer(
            by=people[Role.CONTRIBUTOR], assessment=ours, node=node, given=given, seen_version=0, now=now
        )
    operations.submit(by=coordinator, assessment=ours, now=now)
    move(PhaseState.CLOSED)
    move(PhaseState.DESK_CHECK)
    for role in (Role.ASSESSOR, Role.PANEL_CHAIR):
        for node in TABLES["left"]:
            operations.save_mark(
                by=people[role], assessment=ours, node=node, value=Decimal(3), reason="Latihan", seen_version=0, now=now
            )
        operations.finish_marking(by=people[role], assessment=ours, now=now)
    settled = set(AgreedMark.objects.filter(assessment=ours).values_list("node", flat=True))
    assert 1 <= len(instrument().leaves) - len(settled) <= 6, "a few are left to the chair"
    for leaf in instrument().leaves:
        if leaf.code not in settled:
            operations.settle_mark(
                by=people[Role.PANEL_CHAIR],
                assessment=ours,
                node=leaf.code,
                value=Decimal(2),
                reason="Latihan",
                seen_version=0,
                now=now,
            )
    move(PhaseState.REVIEW)
    move(PhaseState.AGREED)
    operations.compute_results(by=secretariat, **where, now=now)  # type: ignore[arg-type]
    approver = accounts.standing(User.objects.get(email=SECOND), now)
    operations.approve_results(by=approver, **where, version=1, now=now)  # type: ignore[arg-type]
    move(PhaseState.OBJECTION)
    operations.accept_result(by=coordinator, assessment=ours, now=now)
    move(PhaseState.FINAL)
    operations.publish_results(
        by=secretariat, **where, version=1, letter_number="LATIHAN/1", letter_date=timezone.localdate(now), now=now
    )  # type: ignore[arg-type]
    assert own(PRACTICE, 1).phase.state == PhaseState.PUBLISHED
    assert SnapshotResult.objects.get(snapshot__phase__campaign__code=PRACTICE).final > 1


def test_it_is_told_once_in_the_log_and_made_once(
    demo: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    told = set(AuditEvent.objects.filter(action="build-synthetic").values_list("key", flat=True))
    assert told == {PREVIOUS, RUNNING, PRACTICE}
    counts = [model.objects.count() for model in (Campaign, User, Answer, Seat, AuditEvent)]
    with django_assert_max_num_queries(5):
        assert not scenario.play("campaigns", now=timezone.now())
    assert counts == [model.objects.count() for model in (Campaign, User, Answer, Seat, AuditEvent)]


PAGES: dict[Role | None, tuple[str, ...]] = {
    None: (
        "/hasil/2025/",
        "/hasil/pilar/demo-2025/1/",
        "/hasil/pilar/demo-2025/2/",
        "/hasil/pilar/demo-2025/2/36.03/",
        "/wilayah/36.03/",
        "/wilayah/36.03/2025/",
    ),
    Role.SECRETARIAT: (
        "/beranda/",
        "/kerja/periode/",
        "/kerja/periode/demo-2025/",
        "/kerja/periode/demo-2026/",
        "/kerja/periode/demo-2026/daerah/",
        "/kerja/periode/demo-2026/panel/",
        "/kerja/periode/demo-2026/panel/36.03/",
        "/kerja/periode/demo-2026/kemajuan/1/",
        "/kerja/periode/demo-2025/hasil/2/",
        "/kerja/periode/demo-2025/hasil/2/versi/1/",
        "/kerja/periode/demo-2025/peringkat/2/",
        "/kerja/periode/demo-2025/sanggahan/2/",
        "/kerja/penilaian/{now}/",
        "/kerja/hasil/{then}/",
    ),
    Role.COORDINATOR: (
        "/beranda/",
        "/kerja/periode/demo-2026/",
        "/kerja/penilaian/",
        "/kerja/penilaian/{now}/",
        "/kerja/penilaian/{now}/indikator/output_policy_regulation/",
        "/kerja/penilaian/{now}/pembagian/",
        "/kerja/penilaian/{now}/pengajuan/",
        "/kerja/penilaian/{now}/impor/",
        "/kerja/hasil/",
        "/kerja/hasil/{then}/",
        "/kerja/hasil/{then}/tindak-lanjut/",
        "/kerja/tindak-lanjut/{follow_up}/",
    ),
    Role.CONTRIBUTOR: (
        "/beranda/",
        "/kerja/penilaian/",
        "/kerja/penilaian/{now}/",
        "/kerja/penilaian/{now}/indikator/output_policy_regulation/",
        "/kerja/tindak-lanjut/{follow_up}/",
    ),
    Role.VERIFIER: ("/beranda/", "/kerja/penilaian/{now}/", "/kerja/penilaian/{now}/verifikasi/"),
    Role.ASSESSOR: (
        "/beranda/",
        "/kerja/periode/demo-2026/",
        "/kerja/asesor/",
        "/kerja/asesor/{then}/",
        "/kerja/asesor/{then}/panel/",
        "/kerja/asesor/{then}/temuan/",
        "/kerja/penilaian/{then}/pertemuan/",
        "/kerja/penilaian/{then}/permintaan/",
    ),
    Role.PANEL_CHAIR: (
        "/beranda/",
        "/kerja/asesor/",
        "/kerja/asesor/{then}/",
        "/kerja/asesor/{then}/panel/",
        "/kerja/asesor/{then}/temuan/",
    ),
}


@pytest.mark.parametrize("role", PAGES, ids=lambda role: role or "public")
def test_every_page_says_that_its_data_are_synthetic(demo: datetime, client: Client, role: Role | None) -> None:
    then, now = own(PREVIOUS, 2), own(RUNNING, 1)
    follow_up = FollowUp.objects.filter(finding__assessment=then).order_by("due").first()
    assert follow_up is not None
    if role is not None:
        client.force_login(user(role), backend=BACKEND)
    for address in PAGES[role]:
        path = address.format(then=then.pk, now=now.pk, follow_up=follow_up.pk)
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert SYNTHETIC in answer.content.decode(), path


@pytest.mark.parametrize("role", TEAM)
def test_the_start_page_takes_few_queries(
    demo: datetime, client: Client, role: Role, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(user(role), backend=BACKEND)  # who has work in several rooms is told what waits in each
    with django_assert_max_num_queries(20):
        client.get("/beranda/")


def test_public_pages_keep_made_up_results_apart_from_real_ones(demo: datetime, client: Client) -> None:
    front = client.get("/").content.decode()
    assert "/hasil/2024/" in front
    assert "/hasil/2025/" not in front
    assert client.get("/hasil/")["Location"] == "/hasil/2024/"
    assert SYNTHETIC not in client.get("/hasil/2024/").content.decode()
    region = client.get("/wilayah/36.03/").content.decode()
    assert 0 < region.index("Hasil terpublikasi") < region.index('id="synthetic"') < region.index(SYNTHETIC)
    assert 'id="computed"' not in region
