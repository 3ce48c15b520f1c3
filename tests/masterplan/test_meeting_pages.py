"""Workshops and the coordination meeting on their pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from confirming import confirmed
from kit.neighbours import own
from masterplan.pages import BACKEND
from masterplan.world import World
from pilar.masterplan.models import Attendance, Decision, Meeting
from pilar.masterplan.rules.stages import MeetingState

pytestmark = pytest.mark.django_db


def client_of(world: World, who: str = "coordinator") -> Client:
    client = Client()
    client.force_login(world.cast.user(who), BACKEND)
    return client


def at(page: str, *arguments: object) -> str:
    return reverse(f"masterplan:{page}", args=arguments)


def ask(client: Client, page: str, *arguments: object, **sent: Any) -> Any:
    return client.post(at(page, *arguments), sent) if sent else client.get(at(page, *arguments))


def seen(meeting: int) -> int:
    return Meeting.objects.get(pk=meeting).saves


PAGES = (
    "meeting",
    "edit-meeting",
    "attendance",
    "decisions",
    "decisions-list",
    "decide-general",
    "sign-off",
    "minutes",
)


def test_all_pages_of_a_running_meeting_open(world: World) -> None:
    world.call()
    key = world.submitted()
    meeting = world.meeting()
    client = client_of(world)
    for page in PAGES:
        assert ask(client, page, meeting).status_code == 200, page
    assert ask(client, "meetings", world.version).status_code == 200
    assert ask(client, "plan-meeting", world.version).status_code == 200
    assert ask(client, "decide", meeting, key).status_code == 200


def test_verifier_and_ministry_read_and_write_nothing(world: World) -> None:
    world.call()
    key = world.submitted()
    meeting = world.meeting()
    writing = ("edit-meeting", "attendance", "sign-off")
    for who in ("verifier", "secretariat"):
        client = client_of(world, who)
        for page in PAGES:
            assert ask(client, page, meeting).status_code == (403 if page in writing else 200), (who, page)
        text = ask(client, "decide", meeting, key).content.decode()
        assert 'name="outcome"' not in text
        verdict = {"outcome": "accepted", "decided_by": world.chair(meeting), "seen": 0}
        for page, arguments in {"decide": (meeting, key), "decide-general": (meeting,)}.items():
            assert ask(client, page, *arguments, **verdict).status_code == 403
        assert ask(client, "begin-meeting", meeting, x=1).status_code == 403
        assert confirmed(client, at("sign-off", meeting)).status_code == 403
    assert not own(Decision).exists()


def test_offices_and_other_regions_do_not_know_of_it(world: World) -> None:
    world.call()
    key = world.submitted()
    meeting = world.meeting()
    for who in ("neighbour", "contributor", "assessor"):
        client = client_of(world, who)
        for page in PAGES:
            assert ask(client, page, meeting).status_code == 404, (who, page)
        assert ask(client, "decide", meeting, key).status_code == 404
        assert ask(client, "minutes-file", meeting, "pdf").status_code == 404


def test_a_workshop_from_the_calendar_to_its_minutes(world: World) -> None:
    client = client_of(world)
    given = {"kind": "workshop_1", "title": "Bimtek 1", "held_at": "2026-04-02T09:00", "venue": "Aula"}
    answer = ask(client, "plan-meeting", world.version, **given, agenda="Pembukaan\nKesiapan")
    row = own(Meeting).get()
    assert answer["Location"] == at("meeting", row.pk)
    assert row.held_at.isoformat() == "2026-04-02T02:00:00+00:00", "09.00 WIB"
    text = ask(client, "edit-meeting", row.pk).content.decode()
    assert 'value="2026-04-02T09:00"' in text
    assert "(WIB)" in text
    lines = "Sekretaris Daerah; pimpinan rapat\nKepala Dinas Kesehatan;; dinas kesehatan\n\nNarasumber"
    answer = ask(client, "attendance", row.pk, added=lines, came="on", seen=1)
    assert answer.status_code == 302
    found = {one.name: (one.position, one.office_id, one.present) for one in own(Attendance)}
    assert found == {
        "Sekretaris Daerah": ("pimpinan rapat", None, True),
        "Kepala Dinas Kesehatan": ("", world.cast.colleagues_office, True),
        "Narasumber": ("", None, True),
    }
    assert confirmed(client, at("begin-meeting", row.pk))["Location"] == at("meeting", row.pk)
    text = ask(client, "sign-off", row.pk).content.decode()
    assert "Pilih siapa dari yang hadir" in text
    assert confirmed(client, at("sign-off", row.pk)).status_code == 409, "there is no button"
    keys = {one.name: one.pk for one in own(Attendance)}
    ticked = {"listed": [*keys.values()], "present": [*keys.values()], "signs": [keys["Sekretaris Daerah"]]}
    ask(client, "attendance", row.pk, **ticked, added="", removed=[keys["Narasumber"]], seen=seen(row.pk))
    assert own(Attendance).count() == 2
    assert confirmed(client, at("sign-off", row.pk), {"agreed": ""}).status_code == 422
    answer = confirmed(client, at("sign-off", row.pk))
    assert answer["Location"] == at("minutes", row.pk)
    assert ask(client, "edit-meeting", row.pk).status_code == 409
    late = ask(client, "attendance", row.pk, added="Terlambat; staf", seen=seen(row.pk))
    assert late.status_code == 409
    assert "Terlambat; staf" in late.content.decode(), "what was typed stays"
    late = ask(client, "edit-meeting", row.pk, **given, notes="Catatan terlambat", seen=seen(row.pk))
    assert late.status_code == 409
    assert "Catatan terlambat" in late.content.decode()
    assert ask(client, "decisions", row.pk).status_code == 404, "a workshop decides nothing"


def test_lines_that_cannot_be_read_are_told_and_kept(world: World) -> None:
    meeting = world.meeting(running=False)
    client = client_of(world)
    lines = "Tono; staf; Dinas Entah\n; kepala\nRina; staf; ; apa"
    answer = ask(client, "attendance", meeting, added=lines, seen=seen(meeting))
    text = answer.content.decode()
    assert answer.status_code == 422
    for said in ("Baris 1", "Dinas Entah", "Baris 2", "Baris 3"):
        assert said in text
    assert "Tono; staf; Dinas Entah" in text
    twice = ask(client, "attendance", meeting, added="Tono; staf\nTono; staf", seen=seen(meeting))
    assert twice.status_code == 422
    assert "Tono; staf" in twice.content.decode()
    assert own(Attendance).count() == 2, "as the world made it"


def test_who_saves_over_a_list_or_notes_they_have_not_seen_is_told(world: World) -> None:
    meeting = world.meeting(running=False)
    client = client_of(world)
    old = seen(meeting) - 1
    answer = ask(client, "attendance", meeting, added="Tono; staf", seen=old)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Tono; staf" in text
    assert f'name="seen" value="{seen(meeting)}"' in text, "sending again counts as seen"
    given = {"title": "Rapat", "held_at": "2026-04-14T09:00", "venue": "", "agenda": "", "notes": "Catatan saya"}
    answer = ask(client, "edit-meeting", meeting, **given, seen=old)
    assert answer.status_code == 409
    assert "Catatan saya" in answer.content.decode()
    assert "Rapat Koordinasi Finalisasi" in answer.content.decode()
    assert ask(client, "edit-meeting", meeting, **given, seen=seen(meeting)).status_code == 302
    assert own(Meeting).get().notes == "Catatan saya"


def test_a_bad_time_is_told_at_its_field(world: World) -> None:
    client = client_of(world)
    answer = ask(client, "plan-meeting", world.version, kind="workshop_2", title="Bimtek", held_at="besok")
    assert answer.status_code == 422
    assert 'value="besok"' in answer.content.decode()
    world.meeting()
    given = {"kind": "finalisation", "title": "Lagi", "held_at": "2026-04-20T09:00"}
    answer = ask(client, "plan-meeting", world.version, **given)
    assert answer.status_code == 422
    assert 'value="Lagi"' in answer.content.decode()


def test_nobody_present_sends_to_the_list_of_attendance(world: World) -> None:
    client = client_of(world)
    given = {"kind": "finalisation", "title": "Rapat", "held_at": "2026-04-20T09:00"}
    ask(client, "plan-meeting", world.version, **given)
    key = own(Meeting).get().pk
    page = ask(client, "begin-meeting", key).content.decode()
    assert f'href="{at("attendance", key)}"' in page
    assert confirmed(client, at("begin-meeting", key)).status_code == 409
    assert own(Meeting).get().state == MeetingState.PLANNED
