"""Recommendations of the panel become proposals of the region's master plan."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.cycle import plan
from evaluation.cycle.agreed import published, recommend
from evaluation.cycle.test_answers_pages import words
from evaluation.cycle.test_results_pages import signed_in
from evaluation.cycle.world import FAR, NEIGHBOUR, NOW, OWN, World
from kit.races import together
from masterplan.world import LATER
from masterplan.world import NOW as IN_MARCH
from masterplan.world import World as Plans
from pilar.evaluation import operations
from pilar.evaluation.models import FollowUp
from pilar.evaluation.operations import AlreadyProposed, Idea
from pilar.masterplan import operations as masterplan
from pilar.masterplan import queries
from pilar.masterplan.models import Proposal
from pilar.masterplan.rules.decisions import Outcome
from pilar.masterplan.rules.proposals import Origin
from pilar.masterplan.rules.stages import ProposalKind, ProposalState
from pilar.people.models import Notice
from pilar.people.rules import PUBLIC, NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent

TEXT = "Tetapkan peraturan kepala daerah"
PART = "governance_public_policy"


def followed(world: World) -> int:
    """A published recommendation; the key of its follow-up."""
    recommend(world, TEXT)
    published(world)
    return FollowUp.objects.get(finding__assessment__participation__region=OWN).pk


def revised(world: World) -> tuple[Plans, int]:
    """A plan in force, and the key of the revision that is being drawn up."""
    made, _line = plan.in_force(world, reported=0)
    first = made.version
    made.version = masterplan.start_revision(
        by=world.who("coordinator"), version=first, reason="Rekomendasi panel", now=LATER
    )
    return made, made.version


def idea(world: World, **changed: Any) -> Idea:
    named = {"kind": ProposalKind.ADD, "office": world.offices[OWN][1], "title": "Peraturan", "part": PART}
    return Idea(**{**named, **changed})


def propose(world: World, follow_up: int, version: int, given: Idea | None = None, by: str = "coordinator") -> int:
    return operations.propose_from_follow_up(
        by=world.who(by), follow_up=follow_up, version=version, idea=given or idea(world), now=IN_MARCH
    )


def test_a_recommendation_becomes_a_new_programme_and_then_law(world: World) -> None:
    key = followed(world)
    made, version = revised(world)
    proposal = propose(world, key, version)
    row = Proposal.objects.get(pk=proposal)
    finding = FollowUp.objects.get(pk=key).finding_id
    assert (row.origin, row.origin_key, row.origin_text, row.state, row.office_id) == (
        Origin.RECOMMENDATION, str(finding), TEXT, ProposalState.DRAFT, world.offices[OWN][1],
    )  # fmt: skip
    assert row.content is not None
    assert (row.content.title, row.content.body["need"], row.content.part) == ("Peraturan", TEXT, PART)
    notice = Notice.objects.get(user=world.key("colleague"), address=f"/kerja/rencana/usulan/{proposal}/")
    assert notice.needs_action
    # The office completes it and hands it in, although no call is open.
    by, full = world.who("colleague"), plan.plans.content(world.offices[OWN][1], "Peraturan kota cerdas", part=PART)
    masterplan.save_proposal(by=by, proposal=proposal, content=full, reason="", seen=1, now=LATER)
    masterplan.submit_proposal(by=by, proposal=proposal, now=LATER)
    notice.refresh_from_db()
    assert notice.done_at is not None
    (found,) = queries.originated(Origin.RECOMMENDATION, [str(finding)], scope=world.who("coordinator"))
    assert (found.key, found.state, found.outcome, found.programme) == (proposal, ProposalState.SUBMITTED, None, "")
    meeting = made.meeting()
    made.decide(meeting, proposal)
    (found,) = queries.originated(Origin.RECOMMENDATION, [str(finding)], scope=world.who("coordinator"))
    assert found.outcome is None
    made.decide(meeting, None)
    made.sign(meeting)
    (found,) = queries.originated(Origin.RECOMMENDATION, [str(finding)], scope=world.who("coordinator"))
    assert (found.outcome, found.programme, found.programme_version) == (Outcome.ACCEPTED, "P002", version)
    page = signed_in(world, "coordinator").get(f"/en/kerja/tindak-lanjut/{key}/")
    assert "Proposal 1 for version 2" in words(page)
    assert f"/en/kerja/rencana/versi/{version}/program/P002/" in page.content.decode()


def test_a_recommendation_becomes_the_change_of_a_programme(world: World) -> None:
    key = followed(world)
    _made, version = revised(world)
    proposal = Proposal.objects.get(pk=propose(world, key, version, Idea(ProposalKind.CHANGE, programme="P001")))
    assert proposal.line is not None
    assert proposal.content is not None
    assert (proposal.kind, proposal.line.code, proposal.office_id, proposal.reason, proposal.content.title) == (
        "change", "P001", world.offices[OWN][0], TEXT, "Layanan desa daring",
    )  # fmt: skip
    (found,) = queries.originated(Origin.RECOMMENDATION, [proposal.origin_key], scope=world.who("contributor"))
    assert (found.programme, found.programme_version) == ("P001", None)
    (found,) = queries.originated(Origin.RECOMMENDATION, [proposal.origin_key], scope=world.who("coordinator"))
    assert found.programme_version == version
    # The office reads the version once it is law: until then its follow-up leads nowhere that is closed to it.
    page = signed_in(world, "contributor").get(f"/en/kerja/tindak-lanjut/{key}/")
    assert "Programme P001" in words(page)
    assert "/program/P001/" not in page.content.decode()


@pytest.mark.parametrize("how", ["before", "meeting"])
def test_a_recommendation_that_is_merged_becomes_what_the_other_proposal_does(world: World, how: str) -> None:
    key = followed(world)
    made, version = revised(world)
    made.call()
    proposal, other = propose(world, key, version), made.submitted("Peraturan bersama")
    by, full = world.who("colleague"), plan.plans.content(world.offices[OWN][1], "Peraturan kota cerdas", part=PART)
    masterplan.save_proposal(by=by, proposal=proposal, content=full, reason="", seen=1, now=LATER)
    masterplan.submit_proposal(by=by, proposal=proposal, now=LATER)
    coordinator = world.who("coordinator")
    if how == "before":
        masterplan.merge_proposals(by=coordinator, into=other, merged=[proposal], reason="Sama", now=LATER)
    meeting = made.meeting()
    if how == "meeting":
        made.decide(meeting, proposal, Outcome.MERGED, into=other)
    for one in (other, None):
        made.decide(meeting, one)
    finding = Proposal.objects.get(pk=proposal).origin_key
    (found,) = queries.originated(Origin.RECOMMENDATION, [finding], scope=coordinator)
    assert (found.programme, found.adopted) == ("", False)
    made.sign(meeting)
    (found,) = queries.originated(Origin.RECOMMENDATION, [finding], scope=coordinator)
    assert (found.key, found.programme, found.programme_version, found.adopted) == (proposal, "P002", version, True)
    # What another office proposes, an office reads once it is law.
    (seen,) = queries.originated(Origin.RECOMMENDATION, [finding], scope=by)
    assert (seen.programme, seen.adopted) == ("", False)


def test_both_sides_know_each_other_as_far_as_a_reader_may(world: World) -> None:
    key = followed(world)
    _made, version = revised(world)
    proposal = propose(world, key, version)
    for who in ("coordinator", "colleague", "secretariat"):
        found = queries.origin_of(proposal, scope=world.who(who))
        assert found is not None
        assert (found.text, found.address) == (TEXT, f"/kerja/tindak-lanjut/{key}/")
    for by in (world.who("contributor"), world.who("coordinator", NEIGHBOUR), world.who("assessor1"), PUBLIC):
        assert queries.origin_of(proposal, scope=by) is None
    finding = Proposal.objects.get(pk=proposal).origin_key
    for by in (world.who("contributor"), world.who("coordinator", FAR)):
        assert queries.originated(Origin.RECOMMENDATION, [finding], scope=by) == ()


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"office": None}, "office"), ({"office": -1}, ""), ({"title": " "}, "title"), ({"part": "x"}, "part"),
        ({"kind": ProposalKind.CHANGE}, "programme"), ({"kind": ProposalKind.DROP}, "kind"),
    ],
)  # fmt: skip
def test_what_cannot_be_proposed_is_told_at_its_field(world: World, changed: dict[str, Any], place: str) -> None:
    key = followed(world)
    _made, version = revised(world)
    with pytest.raises(Faults if place else NotFound) as refused:
        propose(world, key, version, idea(world, **changed))
    if isinstance(refused.value, Faults):
        assert [one.place for one in refused.value.faults] == [place]
    assert not Proposal.objects.filter(version=version).exists()


def test_only_the_coordinator_proposes_and_only_into_the_own_plan(world: World) -> None:
    key = followed(world)
    made, version = revised(world)
    for who in ("contributor", "verifier", "secretariat", "assessor1"):
        with pytest.raises(NotAllowed):
            propose(world, key, version, by=who)
    with pytest.raises(NotFound):
        operations.propose_from_follow_up(
            by=world.who("coordinator", FAR), follow_up=key, version=version, idea=idea(world), now=NOW
        )
    with pytest.raises(NotFound):
        propose(world, key, 0)
    assert not Proposal.objects.filter(version=made.version).exists()


def test_it_is_proposed_once_for_a_version_until_it_is_taken_back(world: World) -> None:
    key = followed(world)
    _made, version = revised(world)
    first = propose(world, key, version)
    with pytest.raises(AlreadyProposed):
        propose(world, key, version, idea(world, title="Lain"))
    masterplan.withdraw_proposal(by=world.who("colleague"), proposal=first, now=LATER)
    assert propose(world, key, version) != first


def test_of_two_who_propose_at_once_one_is_told(committed_world: World) -> None:
    key = followed(committed_world)
    _made, version = revised(committed_world)
    by, given = committed_world.who("coordinator"), idea(committed_world)
    found = together(
        *[
            lambda: operations.propose_from_follow_up(
                by=by, follow_up=key, version=version, idea=given, now=IN_MARCH
            )
        ] * 2
    )  # fmt: skip
    assert sorted(type(one).__name__ for one in found) == ["AlreadyProposed", "int"]
    assert Proposal.objects.filter(version=version).count() == 1
    assert AuditEvent.objects.filter(action="propose", target="evaluation.follow-up").count() == 1


# Pages


def test_the_page_offers_what_the_recommendation_says_and_keeps_what_was_typed(world: World) -> None:
    key = followed(world)
    _made, version = revised(world)
    client, address = signed_in(world, "coordinator"), f"/en/kerja/tindak-lanjut/{key}/usulan/"
    assert "Propose as a programme or a change" in words(client.get(f"/en/kerja/tindak-lanjut/{key}/"))
    page = client.get(address).content.decode()
    assert f'value="{TEXT}"' in page
    assert "P001 Layanan desa daring" in page
    office = world.offices[OWN][1]
    typed = {"kind": "add", "office": office, "title": "Peraturan baru", "part": "", "version": version}
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert 'value="Peraturan baru"' in refused.content.decode()
    assert 'href="#add-part"' in refused.content.decode()
    answer = client.post(address, {**typed, "part": PART})
    assert answer["Location"] == f"/en/kerja/tindak-lanjut/{key}/"
    assert "Peraturan baru" in words(client.get(answer["Location"]))
    again = client.post(address, {**typed, "part": PART}, follow=True)
    assert "already proposed, as number 1" in words(again)
    refused = client.post(address, {"kind": "change", "programme": "P009", "version": version})
    assert 'id="change-programme"' in refused.content.decode()
    Proposal.objects.filter(version=version).update(state="withdrawn")
    answer = client.post(address, {"kind": "change", "programme": "P001", "version": version})
    assert answer.status_code == 302
    Proposal.objects.filter(kind="change").update(state="withdrawn")
    assert Proposal.objects.filter(version=version).count() == 2


def test_without_a_version_that_is_written_the_page_says_how_to_begin_one(world: World) -> None:
    key = followed(world)
    client, address = signed_in(world, "coordinator"), f"/en/kerja/tindak-lanjut/{key}/usulan/"
    for _plan in ("none", "in force"):
        said = client.get(address)
        assert "No version of the master plan is being written" in words(said)
        assert "/en/kerja/rencana/" in said.content.decode()
        refused = client.post(address, {"kind": "add", "title": "Peraturan baru"})
        assert refused.status_code == 409
        assert "You typed: “Peraturan baru”" in words(refused)
        if _plan == "none":
            plan.in_force(world, reported=0)


def test_who_may_not_propose_is_not_shown_how(world: World) -> None:
    key = followed(world)
    revised(world)
    address = f"/en/kerja/tindak-lanjut/{key}/usulan/"
    for who, status in (("contributor", 403), ("secretariat", 403), ("assessor1", 403), ("assessor3", 404)):
        assert signed_in(world, who).get(address).status_code == status, who
    assert "Propose as a programme" not in words(signed_in(world, "secretariat").get(f"/en/kerja/tindak-lanjut/{key}/"))


def test_the_api_proposes_and_tells_what_came_of_it(world: World) -> None:
    key = followed(world)
    _made, version = revised(world)
    client, address = signed_in(world, "coordinator"), f"/api/v1/follow-ups/{key}/proposals"
    given = {"version": version, "kind": "change", "programme": "P001"}
    answer = client.post(address, given, content_type="application/json")
    assert answer.status_code == 200, answer.content
    (row,) = client.get(address).json()
    assert (row["proposal"], row["kind"], row["state"], row["programme"], row["outcome"]) == (
        answer.json()["proposal"], "change", "draft", "P001", None,
    )  # fmt: skip
    assert client.post(address, given, content_type="application/json").status_code == 409
