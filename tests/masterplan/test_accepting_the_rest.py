"""The rest of an agenda, accepted as proposed in one decision: each gets its own, and what is contested stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from confirming import confirmed
from kit.neighbours import own
from masterplan.pages import address, client_of
from masterplan.reporting import said
from masterplan.world import MET, World, content
from pilar.masterplan import operations
from pilar.masterplan.models import Decision, Meeting
from pilar.masterplan.operations import MeetingNotRunning
from pilar.masterplan.queries.meetings import meeting_agenda
from pilar.masterplan.rules.deciding_rest import Apart, OnAgenda, rest_of
from pilar.masterplan.rules.decisions import Outcome
from pilar.masterplan.rules.similar import similar
from pilar.people.rules import NotAllowed
from pilar.platform.errors import Faults
from pilar.platform.versions import Outdated


def on_agenda(key: int, title: str, **more: object) -> OnAgenda:
    given = {"number": key, "line": None, "content": content(1, title), "decided": False, "deferred": False, **more}
    return OnAgenda(key, **given)  # type: ignore[arg-type]


def test_what_is_contested_or_unready_is_decided_by_itself() -> None:
    agenda = [
        on_agenda(1, "Surat desa daring", decided=True),
        on_agenda(2, "Antrean puskesmas"),
        on_agenda(3, "Antrian puskesmas"),
        on_agenda(4, "Pengolahan sampah terpilah", line=7),
        on_agenda(5, "Penghentian", line=7, content=None),
        on_agenda(6, "Transparansi anggaran", deferred=True),
        on_agenda(7, "Taman bacaan", content=content(1, "Taman bacaan", need="")),
        on_agenda(8, "Lampu jalan hemat energi"),
        on_agenda(9, "Akhir program lama", line=8, content=None),
    ]
    found = rest_of(reversed(agenda))
    assert found.accepted == (8, 9)
    assert found.apart == (
        (2, Apart.ALIKE), (3, Apart.ALIKE), (4, Apart.SAME), (5, Apart.SAME), (6, Apart.DEFERRED), (7, Apart.UNREADY),
    )  # fmt: skip


def test_aims_are_compared_wherever_the_titles_leave_it_open() -> None:
    """Pairs are left out by their titles alone only where no aim could make them alike."""
    aim = "Warga mengurus surat pengantar tanpa datang"
    texts = {1: ("Surat desa daring", aim), 2: ("Surat desa cepat", aim), 3: ("Lampu jalan hemat", aim)}
    assert [(one.first, one.second) for one in similar(texts)] == [(1, 2)]
    assert {(one.first, one.second) for one in similar(texts, least=1 / 3)} == {(1, 2), (1, 3), (2, 3)}
    found = rest_of([on_agenda(1, "Antrean puskesmas", decided=True), on_agenda(2, "Antrean puskesmas", decided=True)])
    assert (found.accepted, found.apart) == ((), ())


TITLES = ("Antrean puskesmas", "Lampu jalan hemat energi", "Taman bacaan", "Pengolahan sampah terpilah")


@pytest.mark.django_db
def test_the_rest_is_accepted_on_its_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of four proposals one is refused before and two are alike."""
    world.call()
    keys = [world.submitted(title) for title in (*TITLES, "Antrean puskesmas desa")]
    meeting = world.meeting()
    world.decide(meeting, keys[1], Outcome.REFUSED)
    client, page = client_of(world, "coordinator"), address("accept-rest", meeting)
    with monkeypatch.context() as slow:  # every pair is compared: not on the page that all look at during the meeting
        slow.delattr("pilar.masterplan.queries.agenda.rest_of")
        assert page in said(client.get(address("decisions", meeting)))
    shown = said(client.get(page))
    assert "1. Antrean puskesmas" in shown
    assert "mirip" in shown
    answer = confirmed(client, page, {"decided_by": world.chair(meeting)}, follow=True)
    assert "2 usulan diterima apa adanya" in said(answer)
    accepted = Decision.objects.filter(meeting=meeting, outcome=Outcome.ACCEPTED)
    assert {one.proposal_id for one in accepted} == {keys[2], keys[3]}
    assert {(one.number, one.reason, one.decided_by_id) for one in accepted} == {(1, "", world.chair(meeting))}
    # Nothing is left that it could accept, which it says.
    assert "tidak ada lagi usulan" in said(client.get(page, follow=True)).lower()
    # They can be decided again, and go into the plan.
    world.decide(meeting, keys[3], Outcome.DEFERRED, seen=1)
    for key in (keys[0], keys[4], None):
        world.decide(meeting, key)
    assert page not in said(client.get(address("decisions", meeting)))
    world.sign(meeting)
    assert world.row().key == world.version


@pytest.mark.django_db
def test_it_is_refused_to_others_and_for_what_was_not_seen(world: World) -> None:
    world.call()
    world.submitted("Taman bacaan")
    meeting = world.meeting()
    saves = Meeting.objects.get(pk=meeting).saves
    given = {"meeting": meeting, "decided_by": world.chair(meeting), "seen": saves, "now": MET}
    with pytest.raises(NotAllowed):
        operations.accept_rest(by=world.who("verifier"), **given)
    by = world.who("coordinator")
    with pytest.raises(Outdated):
        operations.accept_rest(by=by, **given | {"seen": saves - 1})
    for who in (None, 0):
        with pytest.raises(Faults):
            operations.accept_rest(by=by, **given | {"decided_by": who})
    assert not own(Decision).exists()
    assert operations.accept_rest(by=by, **given) == 1
    with pytest.raises(Faults):
        operations.accept_rest(by=by, **given | {"seen": saves + 1})
    world.decide(meeting, None)
    world.sign(meeting)
    with pytest.raises(MeetingNotRunning):
        operations.accept_rest(by=by, **given | {"now": MET + timedelta(hours=1)})
    _row, found = meeting_agenda(meeting, scope=by)
    assert found.rest.accepted == ()
