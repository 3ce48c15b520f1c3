"""The coordination meeting at work: deciding, on several screens."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kit.neighbours import own
from kit.worlds import once
from masterplan.test_meeting_pages import ask, at, client_of
from masterplan.world import NOW, World, content
from pilar.masterplan import operations, queries
from pilar.masterplan.models import Content as StoredContent
from pilar.masterplan.models import Decision, Proposal
from pilar.masterplan.rules.decisions import Outcome
from pilar.masterplan.rules.stages import ProposalState

pytestmark = pytest.mark.django_db


def verdict(world: World, meeting: int, outcome: str = "accepted", **more: Any) -> dict[str, Any]:
    return {"outcome": outcome, "decided_by": world.chair(meeting), "reason": "", "seen": 0, **more}


def latest(proposal: int) -> Decision:
    return own(Decision).filter(proposal=proposal).latest("number")


def many(world: World, count: int) -> list[int]:
    """Handed-in proposals, written to the tables at once."""
    first = StoredContent.objects.get(pk=world.proposal(world.submitted("Usulan 0")).content_id)
    contents = StoredContent.objects.bulk_create(
        StoredContent(
            region_id=first.region_id, owner_id=first.owner_id, title=f"Usulan {place}", part=first.part,
            quick_win=False, body={**first.body, "title": f"Usulan {place}"}, written_by="", written_at=NOW,
        )
        for place in range(1, count)
    )  # fmt: skip
    made = Proposal.objects.bulk_create(
        Proposal(
            version_id=world.version, number=place, office_id=world.office, kind="add", content=one, state="submitted",
            made_at=NOW, changed_at=NOW, submitted_at=NOW,
        )
        for place, one in enumerate(contents, 2)
    )  # fmt: skip
    return [one.pk for one in made]


@once
def meeting(world: World) -> int:
    world.call()
    world.submitted("Surat desa daring")
    world.submitted("Antrean puskesmas", by="colleague")
    return world.meeting()


def keys() -> list[int]:
    return list(own(Proposal).order_by("number").values_list("pk", flat=True))


def test_deciding_leads_from_one_proposal_to_the_next(world: World, meeting: int) -> None:
    client = client_of(world)
    first, second = keys()
    assert ask(client, "decide", meeting, first, **verdict(world, meeting))["Location"] == at("decide", meeting, second)
    answer = ask(
        client, "decide", meeting, second, **verdict(world, meeting, "refused", reason="Sudah ada di provinsi")
    )
    assert answer["Location"] == at("decide-general", meeting)
    answer = ask(client, "decide-general", meeting, **verdict(world, meeting))
    assert answer["Location"] == at("decisions", meeting)
    text = ask(client, "decisions", meeting).content.decode()
    assert "3 / 3" in text
    assert [Outcome(one.outcome) for one in own(Decision).order_by("pk")] == ["accepted", "refused", "accepted"]


def test_what_is_missing_is_told_and_what_was_typed_stays(world: World, meeting: int) -> None:
    client = client_of(world)
    first, second = keys()
    answer = ask(client, "decide", meeting, first, **verdict(world, meeting, "deferred"))
    assert answer.status_code == 422
    assert "Isi alasannya" in answer.content.decode()
    answer = ask(client, "decide", meeting, first, **verdict(world, meeting, "merged", reason="Sama saja"))
    assert answer.status_code == 422
    assert "Sama saja" in answer.content.decode()
    answer = ask(client, "decide", meeting, first, **verdict(world, meeting, "merged", reason="Sama", into=second))
    assert answer.status_code == 302
    assert latest(first).into_id == second
    text = ask(client, "decide", meeting, second).content.decode()
    assert "usulan 1" in text, "says what is merged into it"
    for bad in ({"outcome": "nonsense"}, {"outcome": ""}, {"decided_by": 999_999}, {"seen": "x"}):
        assert ask(client, "decide", meeting, second, **(verdict(world, meeting) | bad)).status_code == 422, bad
    assert ask(client, "decide", meeting, 999_999, **verdict(world, meeting)).status_code == 404


def test_the_second_secretary_is_told_what_was_decided_and_keeps_what_was_typed(world: World, meeting: int) -> None:
    client = client_of(world)
    first, _second = keys()
    world.decide(meeting, first, Outcome.REFUSED, reason="Anggaran tidak ada")
    mine = verdict(world, meeting, "deferred", reason="Tunggu APBD perubahan")
    answer = ask(client, "decide", meeting, first, **mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Anggaran tidak ada" in text
    assert "Tunggu APBD perubahan" in text
    assert 'name="seen" value="1"' in text
    assert latest(first).outcome == "refused"
    assert ask(client, "decide", meeting, first, **{**mine, "seen": 1}).status_code == 302
    assert (latest(first).outcome, latest(first).number) == ("deferred", 2)


def editor(text: str) -> dict[str, str]:
    """What a browser would send of the form of the decision."""
    from html.parser import HTMLParser

    found: dict[str, Any] = {}

    class Reader(HTMLParser):
        inside, name, chosen, area = False, "", "", ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            if tag == "form":
                self.inside = given.get("id") == "verdict"
            if not self.inside:
                return
            name = given.get("name") or ""
            if tag == "input" and given.get("type") in ("checkbox", "radio"):
                if "checked" in given:
                    found.setdefault(name, []).append(given.get("value") or "on")
            elif tag == "input" and name:
                found[name] = given.get("value") or ""
            elif tag == "textarea":
                self.area = name
                found[name] = ""
            elif tag == "select":
                self.name = name
            elif tag == "option" and "selected" in given:
                found[self.name] = given.get("value") or ""

        def handle_endtag(self, tag: str) -> None:
            if tag == "form":
                self.inside = False
            if tag == "textarea":
                self.area = ""

        def handle_data(self, data: str) -> None:
            if self.inside and self.area:
                found[self.area] += data

    Reader().feed(text)
    return found


def test_accepted_with_changes_by_the_editor(world: World, meeting: int) -> None:
    client = client_of(world)
    first, _second = keys()
    answer = ask(client, "decide", meeting, first, **verdict(world, meeting, "changed", reason="Dua desa dulu"))
    assert answer.status_code == 200
    sent = editor(answer.content.decode())
    assert sent["reason"].strip() == "Dua desa dulu"
    assert sent["content-title"] == "Surat desa daring"
    unchanged = ask(client, "decide", meeting, first, **sent)
    assert unchanged.status_code == 422, "nothing is changed"
    bad = ask(client, "decide", meeting, first, **{**sent, "content-title": "", "content-description": "Masih ada"})
    assert bad.status_code == 422
    assert "Masih ada" in bad.content.decode()
    added = ask(client, "decide", meeting, first, **{**sent, "content-add": "risks"})
    assert added.status_code == 200
    assert "Dua desa dulu" in added.content.decode()
    assert not own(Decision).exists()
    answer = ask(client, "decide", meeting, first, **{**sent, "content-title": "Surat dua desa daring"})
    assert answer.status_code == 302
    row = latest(first)
    assert (row.outcome, row.content.title) == ("changed", "Surat dua desa daring")
    text = ask(client, "minutes", meeting).content.decode()
    assert "Surat desa daring" in text
    assert "Surat dua desa daring" in text
    again = ask(client, "decide", meeting, first, **verdict(world, meeting, "changed", reason="Lagi", seen=1))
    assert editor(again.content.decode())["content-title"] == "Surat dua desa daring", "begins with what was accepted"


def test_the_end_of_a_programme_is_not_changed_or_merged(world: World) -> None:
    from masterplan.world import LATER
    from pilar.masterplan.operations import Proposed
    from pilar.masterplan.rules.stages import ProposalKind

    line = world.in_force()
    by = world.who("coordinator")
    world.version = operations.start_revision(by=by, version=world.version, reason="Revisi", now=LATER)
    world.call()
    given = Proposed(ProposalKind.DROP, None, line, "Selesai")
    key = operations.propose(
        by=world.who("contributor"), version=world.version, office=world.office, given=given, now=NOW
    )
    operations.submit_proposal(by=world.who("contributor"), proposal=key, now=NOW)
    meeting = world.meeting()
    client = client_of(world)
    text = ask(client, "decide", meeting, key).content.decode()
    assert 'value="merged"' not in text
    assert "Layanan desa daring" in text, "what would end"
    assert ask(client, "decide", meeting, key, **verdict(world, meeting, "changed")).status_code == 422
    assert ask(client, "decide", meeting, key, **verdict(world, meeting)).status_code == 302
    world.decide(meeting, None)
    world.sign(meeting)
    assert queries.programmes(world.row()) == ()
    text = ask(client, "minutes", meeting).content.decode()
    assert "Layanan desa daring" in text, "the minutes still name what ended"


def test_what_was_deferred_is_decided_by_the_next_meeting(world: World, meeting: int) -> None:
    first, second = keys()
    world.decide(meeting, first)
    world.decide(meeting, first, Outcome.DEFERRED, reason="Belum dihitung", seen=1)
    world.decide(meeting, second)
    world.decide(meeting, None)
    world.sign(meeting)
    again = world.meeting()
    client = client_of(world)
    text = ask(client, "decisions", again).content.decode()
    assert "Surat desa daring" in text, "deferred in the end, whatever was said before"
    assert "Antrean puskesmas" not in text
    text = ask(client, "decide", again, first).content.decode()
    assert "Belum dihitung" in text
    assert 'name="seen" value="2"' in text
    assert ask(client, "decide", again, first, **verdict(world, again, seen=2)).status_code == 302
    world.decide(again, None)
    world.sign(again)
    assert len(queries.programmes(world.row())) == 2


def test_the_list_answers_304_until_something_changes(world: World, meeting: int) -> None:
    client = client_of(world)
    first, _second = keys()
    address = at("decisions-list", meeting) + f"?usulan={first}"
    answer = client.get(address, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-cache")
    assert 'id="present"' in answer.content.decode()
    tag = answer["ETag"]
    same = client.get(address, headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same["HX-Reswap"]) == (304, b"", "none")
    world.decide(meeting, first, Outcome.REFUSED, reason="Tidak")
    changed = client.get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert "Ditolak" in changed.content.decode()
    tag = changed["ETag"]
    world.submitted("Usulan susulan")
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200, "handed in while the meeting runs"


@pytest.mark.parametrize("wanted", ["0", "x", "-1", "umum", "1\n2", "9" * 30])
def test_the_list_beside_something_strange(world: World, meeting: int, wanted: str) -> None:
    answer = client_of(world).get(at("decisions-list", meeting), {"usulan": wanted})
    assert answer.status_code == 200


def test_who_is_signed_out_is_told_in_the_place_of_the_list(world: World, meeting: int) -> None:
    from django.test import Client

    address = at("decisions-list", meeting)
    answer = Client().get(address, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'id="decisions"' in answer.content.decode()
    assert "Surat desa" not in answer.content.decode()
    assert Client().get(address)["Location"].startswith("/akun/login/")


@pytest.mark.thorough
def test_three_hundred_proposals_cost_no_more_queries_than_three(world: World) -> None:
    world.call()
    few = many(world, 3)
    meeting = world.meeting()
    client = client_of(world)
    pages = {
        "decisions": (meeting,), "decisions-list": (meeting,), "decide": (meeting, few[0]), "sign-off": (meeting,),
        "minutes": (meeting,),
    }  # fmt: skip

    def counted() -> dict[str, int]:
        found = {}
        for page, arguments in pages.items():
            ask(client, page, *arguments)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert ask(client, page, *arguments).status_code == 200
            found[page] = len(asked)
        return found

    before = counted()
    template = Proposal.objects.get(pk=few[0])
    Proposal.objects.bulk_create(
        Proposal(
            version_id=world.version, number=place, office_id=world.office, kind="add", content_id=template.content_id,
            state="submitted", made_at=NOW, changed_at=NOW, submitted_at=NOW,
        )
        for place in range(4, 301)
    )  # fmt: skip
    assert counted() == before
    assert max(before.values()) <= 15, before
    address = at("decisions-list", meeting)
    tag = client.get(address)["ETag"]
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    besides_signing_in = [one["sql"] for one in asked if "masterplan_" in one["sql"]]
    assert len(besides_signing_in) == 1
    assert len(asked) <= 4, [one["sql"] for one in asked]


def test_a_decided_proposal_is_left_to_the_meeting(world: World, meeting: int) -> None:
    from pilar.masterplan.rules.proposals import AlreadyDecided

    first, second = keys()
    world.decide(meeting, first)
    coordinator, office = world.who("coordinator"), world.who("contributor")
    with pytest.raises(AlreadyDecided):
        operations.ask_back(by=coordinator, proposal=first, question="Berapa desa?", now=NOW)
    with pytest.raises(AlreadyDecided):
        operations.withdraw_proposal(by=office, proposal=first, now=NOW)
    with pytest.raises(AlreadyDecided):
        operations.merge_proposals(by=coordinator, into=second, merged=[first], reason="Sama", now=NOW)
    operations.ask_back(by=coordinator, proposal=second, question="Berapa?", now=NOW)
    assert world.proposal(second).state == ProposalState.RETURNED
    world.decide(meeting, first, Outcome.DEFERRED, reason="Nanti", seen=1)
    world.decide(meeting, None)
    with pytest.raises(AlreadyDecided):
        operations.ask_back(by=coordinator, proposal=first, question="Berapa desa?", now=NOW)
    world.sign(meeting)
    operations.ask_back(by=coordinator, proposal=first, question="Berapa desa?", now=NOW)
    assert content(world.office).title


def test_what_is_sent_after_the_end_is_refused_and_stays(world: World, meeting: int) -> None:
    client = client_of(world)
    first, second = keys()
    for one in (first, second, None):
        world.decide(meeting, one)
    world.sign(meeting)
    sent = verdict(world, meeting, "refused", reason="Saya terlambat", seen=1)
    for page, arguments in {"decide": (meeting, first), "decide-general": (meeting,)}.items():
        answer = ask(client, page, *arguments, **sent)
        assert answer.status_code == 409
        assert "Saya terlambat" in answer.content.decode()
    assert own(Decision).count() == 3


def test_what_is_sent_after_the_sign_in_has_ended_is_shown_again(world: World, meeting: int) -> None:
    client = client_of(world)
    first, _second = keys()
    shown = ask(client, "decide", meeting, first, **verdict(world, meeting, "changed", reason="Dua desa dulu"))
    sent = editor(shown.content.decode()) | {"content-title": "Surat dua desa daring"}
    client.logout()
    answer = ask(client, "decide", meeting, first, **sent)
    assert answer["Location"].startswith("/akun/login/")
    client.force_login(world.cast.user("coordinator"), "allauth.account.auth_backends.AuthenticationBackend")
    text = ask(client, "decide", meeting, first).content.decode()
    assert "Dua desa dulu" in text
    assert "Surat dua desa daring" in text
    assert not own(Decision).exists()
    assert "Surat dua desa daring" not in ask(client, "decide", meeting, first).content.decode(), "once"
