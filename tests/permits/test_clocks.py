"""What the clock does by itself: warnings, stops that end, silence with its evidence, days off that change."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from people.team import account
from permits.test_case_pages import BACKEND, checked, officer
from permits.test_levies import payment, report
from permits.world import DAY, NIK, NOW, NURSE, OWN, World
from pilar.areas.models import Decree, Holiday
from pilar.areas.operations import load_holidays
from pilar.areas.queries import working_days
from pilar.people.models import Notice, User
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotFound, Standing
from pilar.people.rules import Role as Base
from pilar.permits import operations as do
from pilar.permits.models import Case, CaseEvent, Letter, Objection, Permit, Task
from pilar.permits.queries import cases
from pilar.permits.queries.letters import letter_out
from pilar.permits.queries.silence import silence
from pilar.permits.queries.tracking import track
from pilar.permits.rules.cases import CaseElsewhere, CaseState, EventKind, Finding, Outcome
from pilar.permits.rules.desk import LetterKind
from pilar.permits.rules.objections import About
from pilar.platform import jobs
from pilar.platform.errors import Faults
from reports.reading import words


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


def test_what_is_done_stands_on_nobodys_list_any_more(world: World) -> None:
    world.submit()
    world.accept(NOW)
    watch(world, NOW + 3 * DAY)
    open_ = Notice.objects.filter(user__in=[world.keys["technical"], world.keys["head"]], done_at=None)
    assert [one.kind for one in open_.all()] == ["permits.due"]
    world.recommend(now=NOW + 3 * DAY)
    assert not open_.all().exists()
    watch(world, NOW + 11 * DAY)
    assert [one.kind for one in open_.all()] == ["permits.escalated"]
    world.decide(Outcome.REFUSED, now=NOW + 11 * DAY, reason="unmet")
    world.sign(NOW + 11 * DAY)
    assert not open_.all().exists()


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


def test_what_counts_as_granted_is_told_plainly_and_is_not_refused(world: World) -> None:
    world.to_sign(Outcome.REFUSED, reason="unmet")
    watch(world, NOW + 12 * DAY)
    with pytest.raises(Faults, match="UU 11/2020"):
        world.sign(NOW + 12 * DAY)
    do.send_back(by=world.who("head"), case=world.case, stage="sign", to="decide", reason="recheck", now=NOW + 12 * DAY)
    with pytest.raises(Faults, match="UU 11/2020"):
        world.decide(Outcome.REFUSED, NOW + 12 * DAY, reason="unmet")
    row = cases.own_case(world.case, scope=world.who("nurse"), now=NOW + 12 * DAY)
    draft, told_so = (letter_out(world.case, one.key, scope=world.who("nurse"), now=NOW) for one in row.letters)
    assert "berakhir pada 13 Maret 2026 tanpa keputusan" in told_so.text
    assert "belum ditandatangani" in draft.text
    page = officer(world, "back").get(reverse("permits:desk-case", args=[world.case])).content.decode()
    assert reverse("permits:silence", args=[world.case]) in page
    assert "tidak dapat lagi ditolak" in page
    decides = reverse("permits:act", args=[world.case, "putuskan", "decide"])
    assert 'value="refused"' not in officer(world, "back").get(decides).content.decode()


def test_the_evidence_can_be_counted_again_by_both_sides(world: World) -> None:
    world.submit()
    world.accept(NOW)
    do.stop_clock(by=world.who("back"), case=world.case, reason="documents", findings=[Finding("missing")],
                  until=date(2026, 3, 20), now=NOW + DAY)  # fmt: skip
    do.resume_clock(by=world.who("back"), case=world.case, now=NOW + 2 * DAY)
    watch(world, NOW + 30 * DAY)
    found = silence(world.case, scope=world.who("nurse"), now=NOW)
    assert (found.day_zero, found.limit, len(found.counted)) == (date(2026, 3, 2), "9 hari kerja", 9)
    assert found.granted
    assert [name for _day, name, _decree in found.holidays][:1] == ["Hari Suci Nyepi"] or not found.holidays
    assert [why for _since, _until, why in found.stops] == ["Menunggu dokumen"] or found.stops[0][2]
    page = officer(world, "inspectorate").get(reverse("permits:silence", args=[world.case])).content.decode()
    assert "2 Maret 2026" in page
    file = officer(world, "head").get(reverse("permits:silence-file", args=[world.case]))
    assert (file.status_code, file.content[:4]) == (200, b"%PDF")
    for shown in (page, words(file.content)):
        assert "Konsep keputusan" in shown, "it is written before a person decides"
        assert "Ini bukan keputusan sebelum ditandatangani" in " ".join(shown.split())
    for who in ("other citizen", "neighbour", "elsewhere", "public"):
        with pytest.raises(NotFound):
            silence(world.case, scope=world.who(who), now=NOW)


def test_the_head_issues_what_counts_as_granted(world: World) -> None:
    world.submit()
    world.accept(NOW)
    with pytest.raises(CaseElsewhere):
        do.grant_by_silence(by=world.who("head"), case=world.case, now=NOW + DAY)
    watch(world, NOW + 12 * DAY)
    page = officer(world, "head").get(reverse("permits:desk-case", args=[world.case])).content.decode()
    address = reverse("permits:act", args=[world.case, "kabulkan"])
    assert address in page
    assert address not in officer(world, "back").get(reverse("permits:desk-case", args=[world.case])).content.decode()
    checked(officer(world, "head"), address)
    row = world.row()
    assert (row.state, world.open_stages()) == (CaseState.SIGNING, set())
    assert Permit.objects.get(case=row).number
    assert event(world, EventKind.DECIDED).facts["text"].startswith("UU 30/2014")


def test_a_levy_is_paid_before_it_is_issued(accepted: World) -> None:
    watch(accepted, NOW + 30 * DAY)
    with pytest.raises(Faults) as refused:
        do.grant_by_silence(by=accepted.who("head"), case=accepted.case, now=NOW + 30 * DAY)
    assert [one.code for one in refused.value.faults] == ["stages-undone"]


def decreed(day: date, name: str = "Libur uji") -> None:
    """A decree of 3 March adds a day off."""
    decree, _made = Decree.objects.get_or_create(number="SKB uji", made_on=date(2026, 3, 3), source="uji")
    Holiday.objects.create(day=day, name_id=name, name_en="Test holiday", joint_leave=False, decree=decree)


def waiting(job: str) -> list[dict[str, object]]:
    """With what a job waits for the worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [job])
        return [json.loads(args) if isinstance(args, str) else args for (args,) in cursor.fetchall()]


def follow_the_calendar(world: World, now: datetime = NOW + DAY) -> None:
    """Notice what has changed and do what is ordered."""
    assert do.look_at_calendar(by=world.who("schedule"), now=now) == 2, "here and next door"
    assert do.look_at_calendar(by=world.who("schedule"), now=now) == 0
    for one in waiting("permits.recalculate"):
        if one["region"] == OWN:
            jobs.run_now("permits.recalculate", **one)


def test_days_off_that_change_move_open_cases_with_their_cause(world: World) -> None:
    load_holidays(by=OPERATOR)
    number = world.submit()
    world.accept(NOW)
    do.look_at_calendar(by=world.who("schedule"), now=NOW)
    decreed(date(2026, 3, 9))
    follow_the_calendar(world)
    changed = event(world, EventKind.RECALCULATED)
    assert changed.facts == {
        "old": "2026-03-13T17:00:00+00:00", "new": "2026-03-17T00:00:00+07:00",
        "cause": {"added": ["2026-03-09 SKB uji"], "dropped": []},
    }  # fmt: skip
    assert world.row().due_at == datetime(2026, 3, 16, 17, tzinfo=UTC)
    said = "Selesai paling lambat 16 Maret 2026, semula 13 Maret 2026; ditambahkan: 9 Maret 2026 (SKB uji)"
    seen = (
        cases.own_case(world.case, scope=world.who("nurse"), now=NOW),
        cases.officers_case(world.case, scope=world.who("back"), now=NOW),
    )
    told_so = [[one.told for one in row.events if one.kind is EventKind.RECALCULATED] for row in seen]
    assert told_so == [[(said,)], [(said,)]]
    assert said in officer(world, "back").get(reverse("permits:desk-case", args=[world.case])).content.decode()
    tracked = track(number, NURSE.identity[-4:], scope=PUBLIC, now=NOW)
    assert tracked
    assert tracked.steps[-1].said.endswith(said)
    assert waiting("permits.tell-moved") == [{"cases": [world.case]}]
    again = do.recalculate(by=world.who("schedule"), region="36.03", cause={}, now=NOW + 2 * DAY)
    assert again == 0


def test_an_officer_enters_a_day_off_and_takes_it_back(world: World) -> None:
    load_holidays(by=OPERATOR)
    world.submit()
    world.accept(NOW)
    do.look_at_calendar(by=SCHEDULE, now=NOW)
    account("koordinator@contoh.invalid", Base.COORDINATOR, region=OWN)
    client = Client()
    client.force_login(User.objects.get(email="koordinator@contoh.invalid"), BACKEND)
    page = reverse("people:holidays", args=[OWN])
    given = {"number": "Perbup 9/2026", "made_on": "2026-03-03", "source": "Berita Daerah", "day": "9 Maret 2026",
             "name": "Hari jadi", "area": OWN}  # fmt: skip
    assert client.post(page, given | {"day": "9 Maret 2036"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for day, made_on in (("0026-03-09", "2026-03-03"), ("0026-03-09", "0026-03-03"), ("9999-12-31", "9999-12-31")):
        mistyped = client.post(page, given | {"day": day, "made_on": made_on})
        assert mistyped.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        form = mistyped.context["form"]
        assert ("day" in form.errors, form["name"].value()) == (True, "Hari jadi"), "what was typed stays"
    shown = client.post(page, given)
    assert "Batas 1 permohonan terbuka melewati hari itu dan bergeser" in shown.content.decode()
    assert not Holiday.objects.filter(entered=True).exists(), "it is shown first"
    given |= {"seen": shown.context["form"]["seen"].value()}
    other = client.post(page, given | {"day": "10 Maret 2026"})
    assert "Batas 1 permohonan" in other.content.decode(), "another day moves others"
    kept = client.post(page, given, follow=True).content.decode()
    assert 'value="Perbup 9/2026"' in kept
    assert do.look_at_calendar(by=SCHEDULE, now=NOW + DAY) == 1, "of this region alone"
    (ordered,) = waiting("permits.recalculate")
    assert ordered["cause"] == {"added": ["2026-03-09 Perbup 9/2026"], "dropped": []}
    row = Holiday.objects.get(entered=True)
    back = reverse("people:take-back-holiday", args=[OWN, row.pk])
    assert back in client.get(f"{page}?tahun=2026").content.decode()
    assert "Batas 1 permohonan" in client.get(back).content.decode()
    half = checked(client, back, number="Perbup 10/2026", source="Berita Daerah")
    assert half.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, "a decree has a day"  # type: ignore[attr-defined]
    assert client.get(f"{page}?tahun=0000").status_code == HTTPStatus.OK
    checked(client, back)
    assert not Holiday.objects.filter(entered=True).exists()
    assert client.get(back).status_code == HTTPStatus.NOT_FOUND
    national = Holiday.objects.filter(day="2026-08-17").get()
    assert client.post(reverse("people:take-back-holiday", args=[OWN, national.pk])).status_code != HTTPStatus.FOUND
    assert officer(world, "head").get(page).status_code == HTTPStatus.NOT_FOUND


def test_stages_letters_and_objections_follow_the_calendar_too(world: World) -> None:
    load_holidays(by=OPERATOR)
    do.write_letter(by=PUBLIC, region=OWN, kind=LetterKind.ENQUIRY, text="Bolehkah?", now=NOW)
    world.to_sign(Outcome.REFUSED, reason="unmet")
    world.sign()
    do.file_objection(by=world.who("nurse"), case=world.case, about=About.REFUSAL, text="Lengkap", now=NOW + DAY)
    refused, world.case = world.case, 0
    world.submit()
    do.look_at_calendar(by=world.who("schedule"), now=NOW)
    letter, objection = Letter.objects.get(region=OWN, state="asked"), Objection.objects.get(case=refused)
    before = letter.due, objection.due, Task.objects.get(case=world.case).due_at
    decreed(date(2026, 3, 3))
    decreed(date(2026, 3, 4))
    follow_the_calendar(world)
    letter.refresh_from_db()
    objection.refresh_from_db()
    days = working_days(OWN)
    assert (letter.due, objection.due) == (days.after(before[0], 2), days.after(before[1], 1))
    task = Task.objects.get(case=world.case)
    assert (before[2], task.due_at) == (
        datetime(2026, 3, 3, 17, tzinfo=UTC), datetime(2026, 3, 5, 17, tzinfo=UTC),
    )  # fmt: skip
    assert event(world, EventKind.RECALCULATED).stage == "check"
    world.case = refused
    assert event(world, EventKind.RECALCULATED).facts["new"] == objection.due.isoformat()


def test_the_desk_sees_its_own_share_of_the_days(world: World) -> None:
    world.submit()
    world.accept(NOW)
    (row,) = cases.desk("36.03", scope=world.who("technical"), now=NOW + timedelta(days=2))
    assert (row.stage, row.desk_used, row.used) == ("health", 2, 2)
    world.recommend(now=NOW + timedelta(days=2))
    (row,) = cases.desk("36.03", scope=world.who("back"), now=NOW + timedelta(days=3))
    assert (row.stage, row.desk_used, row.used) == ("decide", 1, 3)
