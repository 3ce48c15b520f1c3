"""What the clock does by itself: warnings, stops that end, silence with its evidence, days off that change."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from permits.test_levies import payment, report
from permits.world import DAY, NIK, NOW, OWN, World
from pilar.areas.models import Decree, Holiday
from pilar.areas.operations import load_holidays
from pilar.areas.queries import working_days
from pilar.people.models import Notice
from pilar.people.rules import OPERATOR, PUBLIC, Standing
from pilar.permits import operations as do
from pilar.permits.models import Case, CaseEvent, Task
from pilar.permits.queries import cases
from pilar.permits.queries.tracking import track
from pilar.permits.rules.cases import CaseState, EventKind, Finding
from pilar.platform import jobs


def watch(world: World, now: datetime) -> int:
    return do.watch_clocks(by=world.who("schedule"), now=now)


def event(world: World, kind: EventKind) -> CaseEvent:
    return CaseEvent.objects.get(case=world.case, kind=kind)


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__email", flat=True))


def test_nine_working_days_from_the_check(world: World) -> None:
    world.submit(now=NOW)
    world.accept(NOW)
    row = world.row()
    # Nyepi (19 March) and the holidays of Idulfitri lie after it: 3, 4, 5, 6, 9, 10, 11, 12, 13 March.
    assert row.due_at == datetime(2026, 3, 13, 17, tzinfo=UTC)
    task = Task.objects.get(case=row, stage="health")
    assert task.due_at == datetime(2026, 3, 5, 17, tzinfo=UTC)


def test_a_stop_adds_what_it_took_and_nothing_else(world: World) -> None:
    world.submit()
    world.accept(NOW)
    listed = [Finding("missing", requirement="str")]
    until = date(2026, 3, 20)
    do.stop_clock(
        by=world.who("back"), case=world.case, reason="documents", findings=listed, until=until, now=NOW + DAY
    )
    assert (world.row().state, world.row().due_at) == (CaseState.WAITING, None)
    world.attach("str", now=NOW + 3 * DAY)
    do.hand_in(by=world.who("nurse"), case=world.case, now=NOW + 3 * DAY)
    assert (world.row().state, world.row().due_at) == (CaseState.RUNNING, datetime(2026, 3, 17, 17, tzinfo=UTC))


def test_a_stop_ends_on_the_day_that_it_named(world: World) -> None:
    world.submit()
    world.accept(NOW)
    do.stop_clock(
        by=world.who("back"), case=world.case, reason="works", findings=[Finding("answer", text="Papan nama")],
        until=date(2026, 3, 5), now=NOW,
    )  # fmt: skip
    watch(world, NOW + 3 * DAY)
    assert world.row().state == CaseState.WAITING
    watch(world, NOW + 4 * DAY)
    assert world.row().state == CaseState.RUNNING
    assert event(world, EventKind.RESUMED).reason == "over"


def test_who_is_due_and_the_head_are_told_before_it_is_late(world: World) -> None:
    world.submit()
    world.accept(NOW)
    watch(world, NOW + DAY)
    assert told("permits.due") == {"tetangga@contoh.invalid"}  # the check next door
    watch(world, NOW + 3 * DAY)
    assert told("permits.due") == {"izin-technical@contoh.invalid", "tetangga@contoh.invalid"}
    assert told("permits.escalated") == set()
    watch(world, NOW + 11 * DAY)
    assert told("permits.escalated") == {"izin-head@contoh.invalid"}
    assert watch(world, NOW + 11 * DAY) == 0


def test_a_stop_that_ends_on_a_weekend_ends_on_the_next_working_day(world: World) -> None:
    world.submit()
    world.accept(NOW)
    do.stop_clock(
        by=world.who("back"), case=world.case, reason="works", findings=[Finding("answer", text="Papan nama")],
        until=date(2026, 3, 7), now=NOW,
    )  # fmt: skip
    watch(world, NOW + 4 * DAY)
    assert world.row().state == CaseState.WAITING
    watch(world, NOW + 7 * DAY)
    assert (world.row().state, event(world, EventKind.RESUMED).at) == (CaseState.RUNNING, NOW + 7 * DAY)


def test_the_head_is_told_anew_of_a_later_due_date(world: World) -> None:
    world.submit()
    world.accept(NOW)
    watch(world, NOW + 11 * DAY)
    notices = Notice.objects.filter(kind="permits.escalated", user=world.keys["head"], done_at=None)
    due = world.row().due_at
    assert due
    assert notices.get().deadline == due
    later = due + 7 * DAY
    Case.objects.filter(pk=world.case).update(due_at=later)
    watch(world, NOW + 12 * DAY)
    assert notices.get().deadline == due, "it is not near yet"
    watch(world, later - DAY)
    assert notices.get().deadline == later


def test_who_is_not_looked_at_before_day_zero_reaches_the_head(world: World) -> None:
    number = world.submit()
    found = track(number, NIK[-4:], scope=PUBLIC, now=NOW)
    assert found
    assert (found.looked_at_by, found.due_on) == (date(2026, 3, 3), None)
    watch(world, NOW + DAY)
    assert told("permits.escalated") == set()
    watch(world, NOW + 2 * DAY)
    assert told("permits.escalated") == {"izin-head@contoh.invalid"}


def test_what_fails_of_one_case_is_told_at_the_end_and_holds_up_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(_by: Standing, _key: int, _now: datetime) -> bool:
        raise ValueError

    world.submit()
    world.accept(NOW)
    monkeypatch.setattr("pilar.permits.operations.clocks._tell_head", break_off)
    with pytest.raises(ValueError, match=r"^$"):
        watch(world, NOW + 12 * DAY)
    assert event(world, EventKind.DEEMED).at == NOW + 12 * DAY


def test_a_payment_that_is_matched_late_leaves_a_working_day_to_decide(levied: World) -> None:
    matched = NOW + 15 * DAY
    report(levied, payment(), now=matched)
    due = levied.row().due_at
    assert due
    assert due < matched
    last = working_days(OWN).after(matched.date(), 1)
    for day in (matched, matched + (last - matched.date())):
        watch(levied, day)
        assert levied.row().deemed_at is None
    assert "izin-head@contoh.invalid" in told("permits.escalated")
    watch(levied, matched + (last - matched.date()) + DAY)
    assert levied.row().deemed_at is not None


def test_silence_is_written_down_with_its_evidence_and_issues_nothing(world: World) -> None:
    world.submit()
    world.accept(NOW)
    watch(world, NOW + 12 * DAY)
    row, deemed = world.row(), event(world, EventKind.DEEMED)
    assert (row.state, row.deemed_at, world.open_stages()) == (CaseState.RUNNING, NOW + 12 * DAY, {"health"})
    assert (deemed.facts["day_zero"], deemed.facts["due"], len(deemed.facts["counted"])) == (
        "2026-03-02",
        "2026-03-13",
        9,
    )
    assert deemed.facts["law"].startswith("UU 30/2014")
    assert told("permits.deemed") == {"izin-head@contoh.invalid", "izin-inspectorate@contoh.invalid"}
    watch(world, NOW + 13 * DAY)
    assert CaseEvent.objects.filter(case=world.case, kind=EventKind.DEEMED).count() == 1


def test_days_off_that_change_move_open_cases_with_their_cause(world: World) -> None:
    load_holidays(by=OPERATOR)
    world.submit()
    world.accept(NOW)
    watch(world, NOW)
    decree = Decree.objects.create(number="SKB uji", made_on=date(2026, 3, 3), source="uji")
    Holiday.objects.create(
        day=date(2026, 3, 9), name_id="Libur uji", name_en="Test holiday", joint_leave=False, decree=decree
    )
    watch(world, NOW + DAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'permits.recalculate'")
        (ordered,) = cursor.fetchall()
    jobs.run_now("permits.recalculate", **json.loads(ordered[0]) if isinstance(ordered[0], str) else ordered[0])
    changed = event(world, EventKind.RECALCULATED)
    assert changed.facts == {
        "old": "2026-03-13T17:00:00+00:00", "new": "2026-03-17T00:00:00+07:00",
        "cause": {"added": ["2026-03-09 SKB uji"], "dropped": []},
    }  # fmt: skip
    assert world.row().due_at == datetime(2026, 3, 16, 17, tzinfo=UTC)
    again = do.recalculate(by=world.who("schedule"), region="36.03", cause={}, now=NOW + 2 * DAY)
    assert again == 0


def test_the_desk_sees_its_own_share_of_the_days(world: World) -> None:
    world.submit()
    world.accept(NOW)
    (row,) = cases.desk("36.03", scope=world.who("technical"), now=NOW + timedelta(days=2))
    assert (row.stage, row.desk_used, row.used) == ("health", 2, 2)
    world.recommend(now=NOW + timedelta(days=2))
    (row,) = cases.desk("36.03", scope=world.who("back"), now=NOW + timedelta(days=3))
    assert (row.stage, row.desk_used, row.used) == ("decide", 1, 3)
