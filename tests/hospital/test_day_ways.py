"""Ways of hospital staff: to the sessions of today, to the one that runs, to the usual act with one press."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.urls import reverse

from hospital.test_day import DESK, at, come
from hospital.test_day_pages import Clock, body, clock, press, signed_in  # noqa: F401 - a fixture
from hospital.world import DAY, GENERAL, HERE, NOW, World
from kit.neighbours import own
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, Session
from pilar.hospital.pages.day import _compared
from pilar.hospital.rules.booking import SessionState
from pilar.hospital.rules.queue import Phase, phase_of
from pilar.hospital.rules.replan import Effect

TWO, SAME = timedelta(hours=2), timedelta()


@pytest.mark.parametrize(
    ("state", "since", "here", "phase"),
    [
        (SessionState.OPEN, -TWO, 0, Phase.LATER),
        (SessionState.OPEN, -TWO, 1, Phase.RUNNING),
        (SessionState.OPEN, SAME, 0, Phase.RUNNING),
        (SessionState.CLOSED, TWO / 2, 0, Phase.RUNNING),
        (SessionState.OPEN, TWO, 0, Phase.OVER),
        (SessionState.OPEN, TWO, 1, Phase.RUNNING),
        (SessionState.DONE, SAME, 0, Phase.OVER),
        (SessionState.CANCELLED, -TWO, 0, Phase.OVER),
    ],
)
def test_a_session_runs_in_its_hours_and_while_somebody_is_here(
    state: SessionState, since: timedelta, here: int, phase: Phase
) -> None:
    starts: datetime = NOW
    assert phase_of(state, starts, starts + TWO, here=here, now=starts + since) is phase


def test_the_session_that_runs_stands_before_those_of_later(world: World, clock: Clock) -> None:  # noqa: F811
    Session.objects.filter(clinic__code="dalam", day=world.session().day).update(
        starts_at=at(world, 300), ends_at=at(world, 420)
    )
    nurse, start = signed_in(world, "nurse"), world.session(clinic="jiwa").starts_at
    for minutes, order in (
        (-60, ["Tidak ada praktik yang berlangsung", "Nanti hari ini", "Jiwa", "Dalam"]),
        (30, ["Sedang berlangsung", "Jiwa", "Nanti hari ini", "Dalam"]),
        (130, ["Nanti hari ini", "Dalam", "<details", "Sudah selesai", "Jiwa"]),
    ):
        clock.now = start + timedelta(minutes=minutes)
        page = body(nurse, "hospital:day", HERE).partition("<main")[2]
        places = [page.index(said) for said in order]
        assert all(one < other for one, other in pairwise(places)), (minutes, order, places)


def test_who_works_in_a_hospital_is_one_step_from_the_sessions_of_today(world: World) -> None:
    for name, to in (("nurse", "day"), ("desk", "desk"), ("manager", "schedules"), ("privacy", "protection")):
        home = signed_in(world, name).get(reverse("portal:home")).content.decode()
        assert f'href="{reverse(f"hospital:{to}", args=[HERE])}"' in home, name


def test_in_the_queue_the_usual_is_one_press(world: World, clock: Clock) -> None:  # noqa: F811
    nurse, session = signed_in(world, "nurse"), world.session().pk
    clock.set(0)
    assert "Panggil berikutnya" not in body(nurse, "hospital:session", session), "nobody is there to be called"
    Session.objects.update(release_at=[at(world) - 10 * DAY] * 4)
    (code,) = come(world, 1)
    page = press(nurse, "hospital:call-next", session)
    assert ("Lewati: tidak" in page, "2 kali sebelum melewatinya" in page) == (False, True)
    clock.set(3)
    page = press(nurse, "hospital:act", code, "ulang", queue="1")
    assert ("Lewati: tidak" in page, "Tunggu 2 menit" in page) == (False, True)
    clock.set(6)
    page = body(nurse, "hospital:session", session)
    assert ("Lewati: tidak ada di tempat" in page, "Tunggu 2 menit" in page) == (True, False)
    assert 'name="chosen" value="not-there"' in page
    press(nurse, "hospital:act", code, "lewati", queue="1", chosen="not-there")
    assert own(Booking).get().state == "arrived"
    press(nurse, "hospital:act", code, "pergi", chosen="left")
    page = body(nurse, "hospital:session", session)
    assert reverse("hospital:act", args=[code, "kembali"]) in page
    clock.set(9)
    press(nurse, "hospital:act", code, "kembali", queue="1", chosen="returned")
    assert own(Booking).get().state == "arrived"
    do.call_next(by=world.who("nurse"), session=session, now=at(world, 10))


def test_of_two_who_are_called_both_are_seen_in_the_queue(world: World, clock: Clock) -> None:  # noqa: F811
    """The next is called while a patient is with the doctor; the doctor takes that start back."""
    first, second = come(world, 2)
    doctor, nurse, session = signed_in(world, "doctor"), signed_in(world, "nurse"), world.session().pk
    clock.set(0)
    press(nurse, "hospital:call-next", session)
    press(doctor, "hospital:act", first, "mulai", queue="1")
    press(nurse, "hospital:call-next", session)
    begin = reverse("hospital:act", args=[second, "mulai"])
    page = body(doctor, "hospital:session", session)
    assert (begin in page, "Selesaikan pemeriksaan itu" in page) == (False, True)
    page = press(doctor, "hospital:act", first, "belum", queue="1")
    assert (begin in page, reverse("hospital:act", args=[first, "mulai"]) in page) == (True, True)
    press(doctor, "hospital:act", second, "mulai", queue="1")
    assert [one.state for one in own(Booking).order_by("number")] == ["called", "serving"]


def test_the_desk_finds_who_has_come(world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Of all who are to come those whose time is nearest, until a number, a code or a clinic is asked for."""
    monkeypatch.setattr("pilar.hospital.pages.day.NEAREST", 2)
    Session.objects.update(release_at=[at(world) - 10 * DAY] * 4)
    codes = [world.book("desk", patient=world.stranger(n), asked=DESK) for n in range(3)]
    other = world.book("desk", patient=world.stranger(9), asked=DESK, session=world.session(clinic="jiwa").pk)
    desk = signed_in(world, "desk")

    def shown(**asked: str) -> list[str]:
        page = desk.get(reverse("hospital:arrivals", args=[HERE]), asked).content.decode()
        return [code for code in (*codes, other) if reverse("hospital:act", args=[code, "datang"]) in page]

    clock.set(80)
    assert shown() == codes[1:], "the two whose time is nearest"
    assert shown(poli="dalam") == codes
    assert shown(poli="jiwa") == [other]
    assert shown(q="a-001") == codes[:1]
    assert shown(q=other.lower()) == [other]
    assert shown(q="Z-9") == []
    assert reverse("hospital:arrivals", args=[HERE]) in body(desk, "hospital:visit", codes[0])
    page = press(desk, "hospital:act", codes[1], "datang", desk="1")
    assert ("A-002: Menunggu" in page, "Belum datang hari ini" in page) == (True, True), "the desk stays at its list"


def test_a_new_patient_is_registered_in_two_presses_and_leaves_the_list(world: World, clock: Clock) -> None:  # noqa: F811
    code = world.book(asked=replace(GENERAL, new=True))
    desk, nurse, to = (
        signed_in(world, "desk"),
        signed_in(world, "nurse"),
        reverse("hospital:act", args=[code, "daftar"]),
    )
    press(desk, "hospital:act", code, "datang")
    for shown in ("Mulai pendaftaran", "Selesai didaftarkan"):
        for page in (body(desk, "hospital:arrivals", HERE), body(desk, "hospital:visit", code)):
            assert (to in page, shown in page) == (True, True)
        assert to not in body(nurse, "hospital:visit", code)
        clock.now += timedelta(minutes=1)
        press(desk, "hospital:act", code, "daftar", desk="1")
    for page in (body(desk, "hospital:arrivals", HERE), body(desk, "hospital:visit", code)):
        assert to not in page, "it would be refused"


def test_nobody_is_offered_to_be_checked_in_before_or_after_the_time_for_it(
    world: World,
    clock: Clock,  # noqa: F811
) -> None:
    Session.objects.update(release_at=[at(world) - 10 * DAY] * 4)
    code = world.book("desk", patient=world.stranger(1), asked=DESK)
    desk, to = signed_in(world, "desk"), reverse("hospital:act", args=[code, "datang"])
    for minutes, said in ((-61, "Lapor datang dibuka pukul 08.00"), (-60, ""), (121, "Sesi ini berakhir pukul 11.00")):
        clock.set(minutes)
        for page in (body(desk, "hospital:arrivals", HERE), body(desk, "hospital:visit", code)):
            assert (to in page, said in page) == (not said, True), minutes
    Session.objects.filter(pk=world.session().pk).update(state="cancelled")
    clock.set(0)
    for page in (body(desk, "hospital:arrivals", HERE), body(desk, "hospital:visit", code)):
        assert (to in page, "Sesi ini sudah berakhir" in page) == (False, True)


def test_what_lateness_does_is_told_in_the_numbers_of_the_language(world: World) -> None:
    hours = Effect(waited=timedelta(minutes=1522), delay=timedelta(minutes=2119), within=7, unseen=0)
    assert next(value for _name, value in _compared(hours, hours)) == "1.522; tanpa jam baru 1.522"
