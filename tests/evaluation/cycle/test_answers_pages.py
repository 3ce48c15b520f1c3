"""The pages of the self-assessment: what they show, what they save without a script, what the script is answered."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from confirming import confirmed
from evaluation.cycle.test_answers_operations import GOOD, a_link, fill, save
from evaluation.cycle.world import FAR, NOW, OWN, World
from kit.selection import turns
from pilar.evaluation import operations
from pilar.evaluation.models import AgreedMark, Allocation, Answer, AnswerEvidence, Campaign, Finding, Participation
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.stages import AssessmentState, PhaseState

SCRIPT = {"HTTP_X_AUTOSAVE": "1"}


class Visitor:
    """Somebody who is signed in and looks at pages of one assessment, in English."""

    def __init__(self, world: World, name: str, region: str = OWN) -> None:
        self.world, self.key = world, world.assessment().pk
        self.client = Client()
        self.client.force_login(world.user(name, region), "allauth.account.auth_backends.AuthenticationBackend")
        self.account = world.key(name, region)

    def address(self, rest: str = "") -> str:
        return f"/en/kerja/penilaian/{self.key}/{rest}"

    def said(self, rest: str = "", status: int = 200) -> str:
        answer = self.client.get(self.address(rest))
        assert answer.status_code == status, answer.content.decode()[:500]
        return words(answer)

    def post(self, rest: str = "", status: int = 302, headers: dict[str, str] | None = None, **typed: Any) -> Any:
        answer = self.client.post(self.address(rest), typed, **(headers or {}))
        assert answer.status_code == status, words(answer)[:800]
        return answer

    def confirm(self, rest: str, status: int = 302, **typed: Any) -> Any:
        answer = confirmed(self.client, self.address(rest), typed)
        assert answer.status_code == status, words(answer)[:800]
        return answer


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", strip_tags(answer.content.decode().replace("<", " <")))


PAGES = ("", "indikator/policy/", "pembagian/", "verifikasi/", "pengajuan/", "impor/", "formulir.xlsx")


READERS = {
    ("coordinator", OWN): 200, ("contributor", OWN): 200, ("verifier", OWN): 200, ("secretariat", OWN): 200,
    ("coordinator", FAR): 404, ("contributor", FAR): 404, ("assessor3", OWN): 404, ("assessor1", OWN): 403,
}  # fmt: skip


@pytest.mark.parametrize("rest", PAGES)
def test_who_sees_the_pages(opened: World, rest: str) -> None:
    asked = turns({"/".join(who): answer for who, answer in READERS.items()}, at=rest)
    found = {}
    for name, region in READERS:
        if f"{name}/{region}" in asked:
            visitor = Visitor(opened, name, region)
            found[name, region] = visitor.client.get(visitor.address(rest)).status_code
    assert found == {who: answer for who, answer in READERS.items() if "/".join(who) in asked}


@pytest.mark.parametrize("rest", PAGES)
def test_nobody_sees_them_without_signing_in(opened: World, rest: str) -> None:
    answer = Client().get(f"/kerja/penilaian/{opened.assessment().pk}/{rest}")
    assert answer.status_code == 302
    assert "/akun/login/" in answer["Location"]


@pytest.mark.parametrize("rest", ["indikator/nothing/", "indikator/output/", "indikator/final/"])
def test_what_is_no_indicator_is_not_found(opened: World, rest: str) -> None:
    Visitor(opened, "coordinator").said(rest, 404)


@pytest.mark.parametrize(
    ("rest", "typed"),
    [
        ("indikator/policy/", {"mark": "3", "version": "0"}),
        ("indikator/policy/bukti/", {"evidence": "00000000-0000-0000-0000-000000000000"}),
        ("indikator/policy/bukti/lepas/", {"evidence": "00000000-0000-0000-0000-000000000000"}),
        ("pembagian/", {"node": "final"}),
        ("verifikasi/", {"evidence": "00000000-0000-0000-0000-000000000000", "outcome": "verified"}),
        ("pengajuan/", {}),
        ("impor/", {"answers": '[{"code": "policy", "mark": "3", "version": 0}]'}),
    ],
)
def test_another_region_finds_no_door(opened: World, rest: str, typed: dict[str, str]) -> None:
    Visitor(opened, "coordinator", FAR).post(rest, 404, **typed)
    Visitor(opened, "assessor3").post(rest, 404, **typed)
    assert not Answer.objects.exists()


# One's own list


def test_my_list_names_what_my_office_answers(opened: World) -> None:
    visitor = Visitor(opened, "contributor")
    save(opened, "policy")
    said = words(visitor.client.get("/en/kerja/penilaian/"))
    assert "Policy answered" in said
    assert "Programmes realised unanswered" in said
    assert "Budget" not in said
    assert "1 / 5" in said
    assert "1 / 3" in said
    assert "Synthetic data" in said
    assert "8 March 2099 at 15:00 WIB" in said


def test_my_list_is_empty_before_a_phase_opens_and_for_others(world: World) -> None:
    for name in ("coordinator", "assessor1", "secretariat"):
        assert "No self-assessment waits for you" in words(Visitor(world, name).client.get("/en/kerja/penilaian/"))


@pytest.mark.thorough
def test_lists_and_forms_take_the_same_queries_whatever_their_size(opened: World) -> None:
    def queries(address: str) -> int:
        client = Visitor(opened, "coordinator").client
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    key = opened.assessment().pk
    addresses = ["/kerja/penilaian/", *[f"/kerja/penilaian/{key}/{rest}" for rest in PAGES]]
    before = [queries(address) for address in addresses]
    fill(opened)
    for node in ("policy", "budget", "survey", "poverty"):
        for _more in range(3):
            piece = a_link(opened)
            operations.attach(by=opened.who("coordinator"), assessment=key, node=node, evidence=piece, now=NOW)
    after = [queries(address) for address in addresses]
    # The first piece of evidence costs its look-up: two queries, however many there are.
    assert all(now <= then + 2 for then, now in zip(before, after, strict=True)), (before, after)
    assert max(after) <= 20, after


# One assessment


def test_the_assessment_shows_completeness_by_dimension_and_office(opened: World) -> None:
    save(opened, "policy")
    Allocation.objects.filter(participation__region=OWN, node="survey").delete()
    said = Visitor(opened, "coordinator").said()
    assert "Output 1 / 2" in said
    assert "Outcome 0 / 3" in said
    assert "Dinas Komunikasi dan Informatika 1 / 1 0 / 1 1 / 2" in said
    assert "Not given to an office: the coordinator answers" in said
    assert "Answer the 4 that are open" in said


def test_the_estimate_says_between_what_it_lies(opened: World) -> None:
    # output 40: budget open 0…4 with policy 3; outcome 60: wholly open.
    save(opened, "policy")
    said = Visitor(opened, "coordinator").said()
    assert re.search(r"At least 1\.20", said), said
    assert re.search(r"At most 3\.80", said), said


# One indicator


def test_an_indicator_shows_rubric_evidence_and_last_year(opened: World) -> None:
    last = _last_year(opened)
    AgreedMark.objects.create(assessment=last, node="policy", value=Decimal(2), how="unanimous")
    Finding.objects.create(
        assessment=last,
        kind="recommendation",
        node="policy",
        text="Perbarui peraturan",
        written_by_id=opened.key("chair"),
    )
    Finding.objects.create(
        assessment=last, kind="weakness", node="policy", text="Belum tersusun", written_by_id=opened.key("chair")
    )
    said = Visitor(opened, "coordinator").said("indikator/policy/")
    for part in ("4 Very good", "Regulation of the head of region", "Agreed mark: 2", "Perbarui peraturan", "Next"):
        assert part in said, part
    assert "Belum tersusun" not in said
    last.phase.state = PhaseState.REVIEW
    last.phase.objection_until = None
    last.phase.save()
    said = Visitor(opened, "coordinator").said("indikator/policy/")
    assert "There is no mark and no recommendation of last year" in said


def test_each_kind_asks_for_what_it_takes(opened: World) -> None:
    visitor = Visitor(opened, "coordinator")
    assert "per cent of the population" in visitor.said("indikator/poverty/")
    assert "2: from 5 to below 15" in visitor.said("indikator/poverty/")
    said = visitor.said("indikator/programmes/")
    assert "Planned" in said
    assert "Realised" in said
    assert "Not applicable" not in said
    assert "Not applicable" in visitor.said("indikator/survey/")


def test_without_a_script_the_button_saves(opened: World) -> None:
    visitor = Visitor(opened, "contributor")
    visitor.post("indikator/policy/", mark="3", explanation="Satu\r\nDua  ", version="0")
    assert Answer.objects.get().explanation == "Satu\nDua"
    visitor.post("indikator/programmes/", planned="10", realised="6,5", source="Laporan", version="0", next="1")
    row = Answer.objects.get(node="programmes")
    assert (row.realised, row.planned) == (Decimal("6.5"), 10)
    said = visitor.said("indikator/programmes/")
    assert "Mark 3" in said


def test_what_was_typed_stays_where_it_is_refused(opened: World) -> None:
    visitor = Visitor(opened, "contributor")
    answer = visitor.post(
        "indikator/programmes/", 422, planned="sepuluh", realised="1.234,5", source="BPS", version="0"
    )
    page = answer.content.decode()
    assert 'value="sepuluh"' in page
    assert 'value="1.234,5"' in page
    assert 'value="BPS"' in page
    assert "is not a number" in page
    assert not Answer.objects.exists()


def test_a_conflict_shows_both_versions_and_lets_the_person_choose(opened: World) -> None:
    visitor = Visitor(opened, "contributor")
    save(opened, "policy", Given(mark=Decimal(1), explanation="Dari koordinator"))
    answer = visitor.post("indikator/policy/", 409, mark="3", explanation="Dari dinas", version="0")
    page = answer.content.decode()
    assert "Dari koordinator" in page
    assert "Dari dinas" in page
    assert 'name="over" value="1"' in page
    assert 'name="version" id="answer-version" value="0"' in page
    visitor.post("indikator/policy/", mark="3", explanation="Dari dinas", version="0", over="1")
    assert Answer.objects.get().explanation == "Dari dinas"


def test_who_may_not_answer_reads_and_is_told_why(opened: World) -> None:
    save(opened, "budget")
    said = Visitor(opened, "contributor").said("indikator/budget/")
    assert "This indicator is answered by Dinas Kesehatan" in said
    assert "2 Fair" in said
    Visitor(opened, "contributor").post("indikator/budget/", 403, mark="1", version="1")
    opened.set_phase(PhaseState.CLOSED)
    said = Visitor(opened, "coordinator").said("indikator/budget/")
    assert "phase: Self-assessment closed" in said
    Visitor(opened, "coordinator").post("indikator/budget/", 409, mark="1", version="1")


# The script


def test_the_script_is_answered_with_what_replaces(opened: World) -> None:
    visitor = Visitor(opened, "contributor")
    answer = visitor.post("indikator/policy/", 200, SCRIPT, mark="3", version="0", person=str(visitor.account))
    assert answer["X-Autosave"] == "saved"
    page = answer.content.decode()
    for part in ('id="answer-version" value="1"', 'id="row-policy"', 'id="row-output"', 'id="answer-derived"'):
        assert part in page, part
    assert "Saved at" in page
    assert "<html" not in page


def test_the_script_is_told_of_faults_conflicts_and_states(opened: World) -> None:
    visitor = Visitor(opened, "contributor")
    answer = visitor.post("indikator/policy/", 422, SCRIPT, mark="9", version="0")
    assert answer["X-Autosave"] == "refused"
    assert "must lie between" in answer.content.decode()
    save(opened, "policy", Given(mark=Decimal(1)))
    answer = visitor.post("indikator/policy/", 409, SCRIPT, mark="3", version="0")
    assert answer["X-Autosave"] == "conflict"
    assert 'value="0"' in answer.content.decode()
    opened.set_assessment(AssessmentState.SUBMITTED)
    answer = visitor.post("indikator/policy/", 409, SCRIPT, mark="3", version="1")
    assert answer["X-Autosave"] == "refused"
    assert "cannot be done at this stage" in answer.content.decode()
    answer = visitor.post("indikator/budget/", 403, SCRIPT, mark="3", version="0")
    assert answer["X-Autosave"] == "refused"


def test_an_ended_sign_in_is_told_apart(opened: World) -> None:
    visitor = Visitor(opened, "contributor")
    visitor.client.logout()
    answer = visitor.post("indikator/policy/", 401, SCRIPT, mark="3", version="0")
    assert "X-Autosave" not in answer


def test_nobody_sends_what_another_typed(opened: World) -> None:
    visitor = Visitor(opened, "coordinator")
    visitor.post("indikator/policy/", 401, SCRIPT, mark="3", version="0", person=str(opened.key("contributor")))
    visitor.post("indikator/policy/", 409, mark="3", version="0", person=str(opened.key("contributor")))
    assert not Answer.objects.exists()


# Evidence


def test_evidence_is_attached_added_and_detached_on_the_page(opened: World) -> None:
    visitor = Visitor(opened, "contributor")
    piece = a_link(opened)
    assert "Peraturan Bupati" in visitor.said("indikator/policy/")
    visitor.post("indikator/policy/bukti/", evidence=str(piece))
    visitor.post(
        "indikator/policy/bukti/", title="Laporan", office=str(opened.offices[OWN][0]), link="https://example.org/b"
    )
    assert AnswerEvidence.objects.count() == 2
    assert "Laporan" in visitor.said("indikator/policy/")
    visitor.post("indikator/policy/bukti/lepas/", evidence=str(piece))
    assert AnswerEvidence.objects.count() == 1
    answer = visitor.post("indikator/policy/bukti/", 422, title="Tanpa berkas", office=str(opened.offices[OWN][0]))
    assert "Choose a file" in words(answer)
    assert 'value="Tanpa berkas"' in answer.content.decode()
    visitor.post("indikator/policy/bukti/", 404, evidence="no")


def test_the_verifier_works_through_the_queue(opened: World) -> None:
    key = opened.assessment().pk
    pieces = [a_link(opened), a_link(opened)]
    for piece in pieces:
        operations.attach(by=opened.who("contributor"), assessment=key, node="policy", evidence=piece, now=NOW)
    verifier = Visitor(opened, "verifier")
    assert verifier.said("verifikasi/").count("Peraturan Bupati") == 2
    typed = {"node": "policy", "evidence": str(pieces[0]), "number": "1"}
    answer = verifier.post("verifikasi/", 422, **typed, outcome="returned", reason=" ")
    assert "Say why" in words(answer)
    verifier.post("verifikasi/", **typed, outcome="returned", reason="Tidak terbaca")
    verifier.post("verifikasi/", **typed | {"evidence": str(pieces[1])}, outcome="verified")
    assert "Nothing waits to be verified" in verifier.said("verifikasi/")
    Visitor(opened, "contributor").post("verifikasi/", 403, **typed, outcome="verified")
    owner = Visitor(opened, "contributor")
    assert "Tidak terbaca" in owner.said("indikator/policy/")


# The coordinator


def test_the_coordinator_splits_the_form_on_the_page(opened: World) -> None:
    visitor = Visitor(opened, "coordinator")
    second = opened.offices[OWN][1]
    visitor.post("pembagian/", node=["outcome"], office=str(second))
    assert "Survey" in visitor.said("pembagian/")
    held = dict(Allocation.objects.filter(participation__region=OWN).values_list("node", "office"))
    assert held["survey"] == second
    assert "Choose at least one indicator" in words(visitor.post("pembagian/", 422, office=str(second)))
    visitor.post("pembagian/", 404, node=["outcome"], office="x")
    assert "Your role in this region does not do this" in Visitor(opened, "contributor").said("pembagian/")


def test_the_panel_before_submission_lists_and_the_button_appears(opened: World) -> None:
    visitor = Visitor(opened, "coordinator")
    said = visitor.said("pengajuan/")
    assert "5 things have to be mended" in said
    assert "0 of 5" in said
    answer = visitor.confirm("pengajuan/", 409)
    assert "This has to be mended first" in words(answer)
    fill(opened)
    said = visitor.said("pengajuan/")
    assert "Submit the self-assessment" in said
    assert "There is a mark but no evidence" in said
    assert "Tick this box" in words(visitor.confirm("pengajuan/", 422, agreed=""))
    assert opened.assessment().state == AssessmentState.PREPARING
    visitor.confirm("pengajuan/")
    assert opened.assessment().state == AssessmentState.SUBMITTED
    visitor.confirm("pengajuan/")  # a second click
    assert "Submitted" in visitor.said("pengajuan/")
    assert "Submit the self-assessment" not in Visitor(opened, "contributor").said("pengajuan/")


def _last_year(world: World) -> Any:
    """An assessment of the same region in a published campaign that this one follows."""
    last = Campaign.objects.create(
        code="2025-uji", year=2025, title_id="Lalu", title_en="Before", instrument=world.campaign.instrument
    )
    group = last.groups.create(code="regular", title_id="Reguler", title_en="Regular")
    phase = last.phases.create(
        number=2, opens_at=NOW.replace(year=2025), closes_at=NOW.replace(year=2025, month=4),
        state=PhaseState.PUBLISHED, objection_until=NOW.replace(year=2025, month=5),
    )  # fmt: skip
    participation = Participation.objects.create(campaign=last, region_id=OWN, group=group)
    Campaign.objects.filter(pk=world.campaign.pk).update(previous=last)
    return participation.assessments.create(phase=phase, state="agreed", submitted_at=NOW, agreed_at=NOW)


def test_good_answers_are_good() -> None:
    assert {node: given.is_answered for node, given in GOOD.items()} == dict.fromkeys(GOOD, True)
