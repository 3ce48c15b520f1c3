"""The pages of assessors, chair, region and secretariat, as a browser without scripts sees them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from confirming import confirmed
from evaluation.cycle.panel import finish, give, hand_in, mark_all
from evaluation.cycle.world import NEIGHBOUR, NOW, OWN, World
from pilar.evaluation import operations
from pilar.evaluation.models import AgreedMark, EvidenceRequest, Finding, Mark, MarkingDone, Meeting
from pilar.evaluation.rules.findings import FindingKind
from pilar.evaluation.rules.meetings import MeetingKind
from pilar.evaluation.rules.stages import AssessmentState, PhaseState

D = Decimal
Visitor = Callable[..., Client]


@pytest.fixture
def visitor(world: World) -> Visitor:
    def sign_in(name: str, region: str = OWN) -> Client:
        client = Client()
        client.force_login(world.user(name, region))
        return client

    return sign_in


def words(page: object) -> str:
    """The page's text without markup."""
    text = re.sub(r"<(script|style|template)\b.*?</\1>", " ", page.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def url(name: str, *arguments: object) -> str:
    return reverse(f"evaluation:{name}", args=arguments)


# The assessor


def test_the_list_of_an_assessor_leads_to_the_regions_that_are_handed_in(
    world: World, key: int, visitor: Visitor
) -> None:
    hand_in(world, NEIGHBOUR, PhaseState.DESK_CHECK)
    give(world, key, "assessor1")
    page = visitor("assessor1").get(url("duties"))
    assert "5 / 5" in words(page)
    assert "0 / 5" in words(page)
    assert page.content.decode().count(url("marking", key)) == 1
    assert words(visitor("assessor3").get(url("duties"))).count("/ 5") == 0


def test_the_form_shows_answer_own_mark_and_rubric_side_by_side(world: World, key: int, visitor: Visitor) -> None:
    give(world, key, "assessor1", policy=1)
    page = visitor("assessor1").get(url("marking", key))
    text = words(page)
    for said in (
        "Peraturan Bupati 7/2020",
        "Laporan kinerja",
        "Sesuai bukti",
        "Sangat baik",
        "Peraturan kepala daerah",
    ):
        assert said in text
    assert 'value="1" checked' in re.sub(r"\s+", " ", page.content.decode())


def test_a_mark_is_saved_by_a_plain_form(key: int, visitor: Visitor) -> None:
    client = visitor("assessor1")
    answer = client.post(url("save-mark", key, "survey"), {"value": "3,25", "reason": "Sampel", "version": "0"})
    assert answer.status_code == 302
    assert answer["Location"].endswith("#survey")
    assert Mark.objects.get().value == D("3.25")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ({"value": "1", "reason": ""}, 'id="reason-error-policy"'),
        ({"value": "9", "reason": "Alasan saya"}, 'id="value-error-policy"'),
        ({"value": "", "reason": "Alasan saya"}, 'id="value-error-policy"'),
        ({"value": "dua", "reason": "Alasan saya"}, 'id="value-error-policy"'),
        ({"value": "9/10", "reason": "Alasan saya"}, 'id="value-error-policy"'),
    ],
)
def test_a_refused_mark_says_why_and_keeps_what_was_typed(
    key: int, visitor: Visitor, typed: dict[str, str], shown: str
) -> None:
    answer = visitor("assessor1").post(url("save-mark", key, "policy"), {**typed, "version": "0"})
    assert answer.status_code == 422
    assert shown in answer.content.decode()
    assert typed["reason"] in words(answer)
    assert not Mark.objects.exists()


def test_the_later_of_two_windows_is_told_and_may_decide(world: World, key: int, visitor: Visitor) -> None:
    client = visitor("assessor1")
    client.post(url("save-mark", key, "policy"), {"value": "1", "reason": "Jendela satu", "version": "0"})
    typed = {"value": "4", "reason": "Jendela dua", "version": "0"}
    answer = client.post(url("save-mark", key, "policy"), typed)
    assert answer.status_code == 409
    assert "Jendela satu" in words(answer)
    assert "Jendela dua" in words(answer)
    assert client.post(url("save-mark", key, "policy"), typed | {"over": "1"}).status_code == 302
    assert Mark.objects.get().reason == "Jendela dua"


def test_the_script_gets_the_state_alone(world: World, key: int, visitor: Visitor) -> None:
    client, person = visitor("assessor1"), str(world.key("assessor1"))
    told = {"HTTP_X_AUTOSAVE": "1"}
    typed = {"value": "3", "reason": "", "version": "0", "person": person}
    answer = client.post(url("save-mark", key, "policy"), typed, **told)
    assert (answer.status_code, answer["X-Autosave"]) == (200, "saved")
    assert 'id="version-policy" name="version" value="1"' in answer.content.decode()
    assert "<html" not in answer.content.decode()
    for place in ("jump", "fold"):
        assert re.search(rf'id="{place}-[^"]+">1/', answer.content.decode()), "its section counts it, too"
    refused = client.post(url("save-mark", key, "budget"), typed, **told)
    assert (refused.status_code, refused["X-Autosave"]) == (422, "refused")
    conflict = client.post(url("save-mark", key, "policy"), typed | {"value": "2", "reason": "x"}, **told)
    assert (conflict.status_code, conflict["X-Autosave"]) == (409, "conflict")


def test_what_somebody_else_typed_is_not_saved_in_ones_own_name(world: World, key: int, visitor: Visitor) -> None:
    typed = {"value": "3", "reason": "", "version": "0", "person": str(world.key("assessor2"))}
    client = visitor("assessor1")
    assert client.post(url("save-mark", key, "policy"), typed, HTTP_X_AUTOSAVE="1").status_code == 401
    assert client.post(url("save-mark", key, "policy"), typed).status_code == 409
    assert Client().post(url("save-mark", key, "policy"), typed, HTTP_X_AUTOSAVE="1").status_code == 401
    assert not Mark.objects.exists()


def test_finishing_names_what_is_missing_and_then_fixes_the_marks(world: World, key: int, visitor: Visitor) -> None:
    client = visitor("assessor1")
    page = client.get(url("finish-marking", key))
    assert "Belum dinilai: Kebijakan" in words(page)
    assert f'href="{url("marking", key)}#policy"' in page.content.decode()
    assert confirmed(client, url("finish-marking", key)).status_code == 409
    give(world, key, "assessor1")
    assert confirmed(client, url("finish-marking", key)).status_code == 302
    assert confirmed(client, url("finish-marking", key))["Location"] == url("panel", key), "a second click"
    assert MarkingDone.objects.count() == 1
    page = client.get(url("marking", key))
    assert "<textarea" not in page.content.decode()
    assert client.post(url("save-mark", key, "policy"), {"value": "3", "version": "1"}).status_code == 409


# The chair


def test_disagreements_stand_first_and_the_chair_settles_them(world: World, key: int, visitor: Visitor) -> None:
    mark_all(world, key, assessor1={"survey": "1.2"}, assessor2={"budget": 3})
    page = visitor("chair").get(url("panel", key)).content.decode()
    order = [page.index(f'<article class="mark-item" id="{node}"') for node in ("survey", "budget", "policy")]
    assert order == sorted(order)
    client = visitor("chair")
    refused = client.post(url("settle-mark", key, "survey"), {"value": "2,5", "reason": ""})
    assert refused.status_code == 422
    assert 'value="2,5"' in refused.content.decode()
    assert client.post(url("settle-mark", key, "survey"), {"value": "2,5", "reason": "Sampel kecil"}).status_code == 302
    assert AgreedMark.objects.get(node="survey").value == D("2.5")
    assert world.assessment().state == AssessmentState.AGREED
    assert client.get(url("panel", key)).status_code == 200


def test_an_assessor_sees_the_open_board_without_its_buttons(world: World, key: int, visitor: Visitor) -> None:
    mark_all(world, key, assessor1={"policy": 1})
    page = visitor("assessor2").get(url("panel", key)).content.decode()
    assert url("settle-mark", key, "policy") not in page
    assert url("reopen-marking", key, world.key("assessor1")) not in page
    client = visitor("assessor2")
    assert client.post(url("settle-mark", key, "policy"), {"value": "2", "reason": "x"}).status_code == 403


def test_the_chair_reopens_marks(world: World, key: int, visitor: Visitor) -> None:
    give(world, key, "assessor1")
    finish(world, key, "assessor1")
    client, place = visitor("chair"), url("reopen-marking", key, world.key("assessor1"))
    client.post(place, {"reason": ""})
    assert MarkingDone.objects.count() == 1
    client.post(place, {"reason": "Salah baca"})
    assert MarkingDone.objects.count() == 0


# Findings


def test_a_finding_is_written_changed_and_taken_back(world: World, key: int, visitor: Visitor) -> None:
    client = visitor("assessor1")
    given = {"kind": "recommendation", "node": "policy", "text": "Tetapkan peraturan"}
    assert client.post(url("findings", key), given).status_code == 302
    row = Finding.objects.get()
    assert "Tetapkan peraturan" in words(client.get(url("findings", key)))
    stale = client.post(url("finding", row.pk), given | {"text": "Lain", "version": "7"})
    assert stale.status_code == 409
    assert "Tetapkan peraturan" in words(stale)
    assert "Lain" in words(stale)
    assert client.post(url("finding", row.pk), given | {"text": "Lain", "version": "1"}).status_code == 302
    assert Finding.objects.get().text == "Lain"
    assert confirmed(client, url("remove-finding", row.pk)).status_code == 302
    assert not Finding.objects.exists()


# Meetings


def test_a_meeting_is_planned_in_the_regions_time_and_its_minutes_are_kept(
    world: World, key: int, visitor: Visitor
) -> None:
    client = visitor("assessor1")
    slot = {"kind": "interview", "starts_at": "2030-05-06T09:00", "ends_at": "2030-05-06T11:00", "place": "Zoom"}
    assert client.post(url("meetings", key), slot).status_code == 302
    row = Meeting.objects.get()
    assert row.starts_at.isoformat() == "2030-05-06T02:00:00+00:00"  # WIB
    assert "6 Mei 2030 pukul 09.00 WIB" in words(client.get(url("meetings", key)))
    assert "6 Mei 2030" in words(client.get(url("days")))
    minutes = {
        "what": "minutes",
        "minutes-attendance": "Siti Aminah, Diskominfo\nBudi",
        "minutes-notes": "Lancar",
        "minutes-version": "1",
    }
    assert client.post(url("meeting", row.pk), minutes).status_code == 302
    assert "Siti Aminah, Diskominfo" in words(client.get(url("meeting", row.pk)))
    stale = client.post(url("meeting", row.pk), minutes | {"minutes-notes": "Lain"})
    assert stale.status_code == 409
    assert "Lancar" in words(stale)
    assert "Lancar" not in words(visitor("coordinator").get(url("meeting", row.pk)))
    moved = {f"slot-{name}": value for name, value in slot.items()} | {"slot-starts_at": "2030-05-06T10:00"}
    assert client.post(url("meeting", row.pk), {"what": "slot", "slot-version": "2", **moved}).status_code == 302
    row.refresh_from_db()
    assert row.starts_at.isoformat() == "2030-05-06T03:00:00+00:00"


def test_a_slot_that_is_taken_is_refused_on_the_form(world: World, key: int, visitor: Visitor) -> None:
    other = hand_in(world, NEIGHBOUR)
    client = visitor("assessor1")
    slot = {"kind": "interview", "starts_at": "2030-05-06T09:00", "ends_at": "2030-05-06T11:00", "place": "Zoom"}
    client.post(url("meetings", key), slot)
    refused = client.post(url("meetings", other), slot | {"starts_at": "2030-05-06T10:59"})
    assert refused.status_code == 409
    assert Meeting.objects.count() == 1
    assert "2030-05-06T10:59" in refused.content.decode()


# Requests


def test_evidence_is_asked_for_and_answered_in_time(world: World, key: int, visitor: Visitor) -> None:
    asked = {"node": "policy", "text": "Lampirkan salinan Perbup", "deadline": ""}
    assert visitor("secretariat").post(url("requests", key), asked).status_code == 302
    row = EvidenceRequest.objects.get()
    assert timedelta(hours=23) < row.deadline - timezone.now() <= timedelta(hours=24)
    assert "Lampirkan salinan Perbup" in words(visitor("assessor2").get(url("requests", key)))
    client = visitor("contributor")
    new = {"title": "Perbup 7/2020", "link": "https://example.org/perbup", "office": str(world.offices[OWN][0])}
    added = client.post(url("request-evidence", row.pk), new)
    assert added.status_code == 302, words(added)
    piece = added["Location"].partition("bukti=")[2]
    assert f'value="{piece}"' in client.get(added["Location"]).content.decode()
    assert confirmed(client, url("request", row.pk), {"evidence": [piece], "reply": ""}).status_code == 302
    page = visitor("assessor1").get(url("request", row.pk))
    assert "Perbup 7/2020" in words(page)
    assert "example.org" in page.content.decode()
    assert "Perbup 7/2020" in words(visitor("assessor1").get(url("marking", key)))


def test_who_may_not_answer_gets_no_form(world: World, key: int, visitor: Visitor) -> None:
    row = operations.request_evidence(
        by=world.who("assessor1"), assessment=key, node="policy", text="Salinan", now=timezone.now()
    )
    for name in ("colleague", "verifier", "assessor1", "secretariat"):
        page = visitor(name).get(url("request", row))
        assert page.status_code == 200
        assert 'name="reply"' not in page.content.decode()
    assert visitor("coordinator").get(url("request", row)).content.decode().count('name="reply"') == 1


# The region


def test_the_region_sees_agreed_beside_own_from_the_objection_period_on(
    world: World, key: int, visitor: Visitor
) -> None:
    mark_all(world, key, assessor1={"policy": 2}, assessor2={"policy": 2}, chair={"policy": 2})
    operations.write_finding(
        by=world.who("chair"), assessment=key, kind=FindingKind.STRENGTH, text="Data lengkap", now=NOW
    )
    coordinator = visitor("coordinator")
    for state in (PhaseState.REVIEW, PhaseState.AGREED):
        world.set_phase(state)
        assert coordinator.get(url("agreed-marks", key)).status_code == 409
    world.set_phase(PhaseState.OBJECTION)
    text = words(coordinator.get(url("agreed-marks", key)))
    assert "−1" in text
    assert "Data lengkap" in text
    assert text.count("Sesuai bukti") == 1, "the panel's reason, once and without names"
    assert world.user("assessor1").name not in text
    assert visitor("coordinator", NEIGHBOUR).get(url("agreed-marks", key)).status_code == 404


# Doors


def _addresses(world: World, key: int) -> dict[str, str]:
    chair, now = world.who("chair"), timezone.now()
    finding = operations.write_finding(by=chair, assessment=key, kind=FindingKind.WEAKNESS, text="Rahasia", now=now)
    meeting = operations.plan_meeting(
        by=chair,
        assessment=key,
        kind=MeetingKind.INTERVIEW,
        starts_at=now,
        ends_at=now + timedelta(hours=1),
        place="Zoom",
        now=now,
    )
    asked = operations.request_evidence(by=chair, assessment=key, node="policy", text="Salinan", now=now)
    return {
        "marking": url("marking", key),
        "panel": url("panel", key),
        "findings": url("findings", key),
        "finding": url("finding", finding),
        "meetings": url("meetings", key),
        "meeting": url("meeting", meeting),
        "requests": url("requests", key),
        "request": url("request", asked),
        "agreed": url("agreed-marks", key),
    }


EXPECTED = {
    # marking, panel, findings, finding, meetings, meeting, requests, request, agreed; chair wrote the finding
    "chair": (200, 200, 200, 200, 200, 200, 200, 200, 403),
    "assessor1": (200, 200, 200, 404, 200, 200, 200, 200, 403),
    "secretariat": (403, 403, 409, 409, 200, 200, 200, 200, 409),
    "coordinator": (403, 403, 409, 409, 200, 200, 200, 200, 409),
    "contributor": (403, 403, 409, 409, 200, 200, 200, 200, 409),
    "assessor3": (404,) * 9,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_page_opens_to_its_readers_only(world: World, key: int, visitor: Visitor, name: str) -> None:
    client = visitor(name)
    found = [client.get(address).status_code for address in _addresses(world, key).values()]
    assert tuple(found) == EXPECTED[name]


def test_another_regions_team_and_visitors_find_nothing(world: World, key: int, visitor: Visitor) -> None:
    addresses = _addresses(world, key).values()
    other = visitor("coordinator", NEIGHBOUR)
    assert {other.get(address).status_code for address in addresses} == {404}
    assert {Client().get(address).status_code for address in addresses} == {302}


@pytest.mark.parametrize("missing", ["0", str(10**30)])
def test_what_is_not_there_is_not_found(world: World, visitor: Visitor, missing: str) -> None:
    for address in (
        f"/kerja/asesor/{missing}/",
        f"/kerja/asesor/{missing}/panel/",
        f"/kerja/temuan/{missing}/",
        f"/kerja/pertemuan/{missing}/",
        f"/kerja/permintaan/{missing}/",
    ):
        assert visitor("secretariat").get(address).status_code == 404


def test_an_indicator_that_is_none_is_not_found(key: int, visitor: Visitor) -> None:
    typed = {"value": "3", "version": "0"}
    assert visitor("assessor1").post(url("save-mark", key, "none"), typed).status_code == 404


@pytest.mark.parametrize("page", ["duties", "days"])
def test_lists_have_an_empty_state(world: World, visitor: Visitor, page: str) -> None:
    text = visitor("assessor4").get(url(page)).content.decode()
    assert 'class="empty' in text


def test_every_page_says_that_the_campaign_is_synthetic(world: World, key: int, visitor: Visitor) -> None:
    for address in list(_addresses(world, key).values())[:-1]:
        assert "Synthetic" in words(visitor("chair").get(f"/en{address}"))
    assert "Synthetic" in words(visitor("chair").get("/en/kerja/asesor/"))
